"""Scripts that run peers, each in the Python of an environment of its own; see ``benchmarks/peers/README.md``."""
