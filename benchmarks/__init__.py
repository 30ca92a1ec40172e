"""How quick it is, beside the physical limit; `python -m benchmarks.<name>`."""
