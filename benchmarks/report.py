"""The whole Korean report from an empty cache: ``python -m benchmarks.report [draws]`` (default 50).

Seconds on the clock, processor seconds, and the most memory of all its processes together (what they share counted
once), of the command as a user would start it; then the same again from the filled cache. To reach on 2 cores, with all
questions: 12 minutes and 4 GB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.startup import machine


def main(arguments: list[str]) -> None:
    """Run the command twice and print a line for each."""
    draws = arguments[0] if arguments else "50"
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DETENTE_CACHE": str(Path(folder) / "cache")}
        page = str(Path(folder) / "report.html")
        command = [sys.executable, "-m", "detente", "report", "korea", "-o", page, "--draws", draws]
        for name in ("empty cache", "filled cache"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            most = watch(command, environment)
            seconds = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            told = f"{seconds:.0f} s on the clock, {processor:.0f} s of processor, {most / 2**30:.2f} GB at most"
            print(f"{name}, {draws} draws: {told}", flush=True)


def watch(command: list[str], environment: dict[str, str]) -> int:
    """Run a command; the most bytes that it and its children held at once, looked at twice a second."""
    most = 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        root = psutil.Process(running.pid)
        while running.poll() is None:
            most = max(most, held(root))
            time.sleep(0.5)
    if running.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {running.returncode}")
    return most


def held(root: psutil.Process) -> int:
    """Bytes of a process and its children: proportional set size, or resident size where the system has no other."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
    return total


if __name__ == "__main__":
    main(sys.argv[1:])
