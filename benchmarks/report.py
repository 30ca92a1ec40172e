"""The whole Korean report from an empty cache: ``python -m benchmarks.report [draws]`` (default 50).

Seconds on the clock, processor seconds, and the most memory at once, of the command as a user would start it; then the
same again from the filled cache. To reach on 2 cores: 8 minutes and 4 GB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.startup import machine


def main(arguments: list[str]) -> None:
    """Run the command twice and print a line for each."""
    draws = arguments[0] if arguments else "50"
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DETENTE_CACHE": str(Path(folder) / "cache")}
        for name in ("empty cache", "filled cache"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            command = [
                sys.executable,
                "-m",
                "detente",
                "report",
                "korea",
                "-o",
                str(Path(folder) / "report.html"),
                "--draws",
                draws,
            ]
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seconds = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"{name}, {draws} draws: {seconds:.0f} s on the clock, {processor:.0f} s of processor, "
                f"{after.ru_maxrss / 2**20:.2f} GB at most",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
