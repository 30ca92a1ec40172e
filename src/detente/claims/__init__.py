"""Sources, and what they claim."""
