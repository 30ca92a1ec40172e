"""The questions that can be asked of a scenario, one a file."""
