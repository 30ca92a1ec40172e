"""A second question about the Korean case, its draws solved: ``python -m benchmarks.second [draws]`` (default 20).

From an empty cache a forecast is asked for, which solves the draws; then what three questions solve besides, which it
does by itself after its answer and is timed apart here (``--no-ahead`` after the draws leaves it out). Then each
question is asked with its own defaults, twice, as a user would start it, start-up included: the first time something
may be left to compute, the second time nothing is. To reach: 5 s. Beside them stand a program that only starts and
loads the case, and typed questions that no default answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.startup import machine

QUESTIONS = ("why", "deals", "path", "compare", "hindcast", "stability", "forecast", "sensitivity", "whatif", "tipping")
TYPED = (
    ("why", "--between", "1994-10", "2022-12"),
    ("forecast", "--from", "2018-03"),
    ("deals", "--from", "2018-03"),
    ("whatif", "--set", "us_president=strategist", "--from", "2019-02"),
)


def seconds(arguments: tuple[str, ...], draws: str, environment: dict[str, str]) -> float:
    """Wall-clock seconds of one command on the Korean case."""
    question, *more = arguments
    command = [sys.executable, "-m", "detente", question, "korea", *more]
    if question != "check":
        command += ["--draws", draws]
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode() or done.stdout.decode())
    return time.perf_counter() - began


def main(arguments: list[str]) -> None:
    """Print the table."""
    draws = arguments[0] if arguments else "20"
    print(f"{machine()}, {draws} draws")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DETENTE_CACHE": str(Path(folder) / "cache")}
        print(f"{'check (no solution needed)':56}{seconds(('check',), draws, environment):8.1f} s")
        print(
            f"{'forecast, nothing solved':56}{seconds(('forecast', '--no-ahead'), draws, environment):8.1f} s",
            flush=True,
        )
        if "--no-ahead" not in arguments:
            print(f"{'the same, and the rest ahead':56}{seconds(('forecast', '--ahead'), draws, environment):8.1f} s")
        print(f"{'':56}{'first':>10}{'second':>10}", flush=True)
        for question in (*((name,) for name in QUESTIONS), *TYPED):
            first, second = (seconds(question, draws, environment) for _ in range(2))
            print(f"{' '.join(question):56}{first:8.1f} s{second:8.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
