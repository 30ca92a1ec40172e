"""Parameter draws, a case solved for all of them, and where solutions are kept."""
