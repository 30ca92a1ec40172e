"""Every benchmark in turn: ``make bench``; one alone: ``python -m benchmarks.solve``.

``benchmarks.large``, a game of a million states, takes a quarter of an hour and is run by its name only; so is
``benchmarks.plain``, which says where plain iteration stops converging.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAMES = (
    "startup",
    "structure",
    "solve",
    "branches",
    "derivatives",
    "traced",
    "strategic",
    "sweep",
    "decision",
    "draws",
    "batch",
    "negotiation",
    "stability",
    "report",
    "second",
)


def main() -> None:
    """Run each in a process of its own, so that none warms another's caches."""
    root = Path(__file__).parents[1]
    for name in NAMES:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True, cwd=root)


if __name__ == "__main__":
    main()
