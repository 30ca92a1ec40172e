"""How long the command takes to answer when it has nothing to solve: ``python -m benchmarks.startup``.

Each command runs in a process of its own, several times; the fastest is what the program needs, the median what a user
of this machine sees. Beside them stands the interpreter's own start, the limit.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

TIMES = 7
COMMANDS: dict[str, tuple[tuple[str, ...], float | None]] = {  # name -> (arguments of Python, seconds at most)
    "python -c pass": (("-c", "pass"), None),
    "import detente": (("-c", "import detente"), None),
    "detente --help": (("-m", "detente", "--help"), 0.4),
    "detente check korea": (("-m", "detente", "check", "korea"), 1.5),
}


def seconds(arguments: tuple[str, ...], times: int = TIMES) -> list[float]:
    """Wall-clock seconds of each run, fastest first; the first run, which may compile bytecode, is left out."""
    found = []
    for _ in range(times + 1):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        found.append(time.perf_counter() - began)
        if done.returncode:
            raise SystemExit(done.stderr.decode() or done.stdout.decode())
    return sorted(found[1:])


def main() -> None:
    """Print the table."""
    print(f"{machine()}, Python {platform.python_version()}, {TIMES} runs each")
    print(f"{'':24}{'fastest':>10}{'median':>10}{'at most':>10}")
    for name, (arguments, most) in COMMANDS.items():
        found = seconds(arguments)
        limit = f"{most:8.2f} s" if most else ""
        print(f"{name:24}{found[0]:8.3f} s{statistics.median(found):8.3f} s{limit:>10}")


def machine() -> str:
    """The processor's name, and how many of it there are."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
