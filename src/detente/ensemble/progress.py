"""How far a long piece of work has come, told to whoever listens."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from detente.equilibrium.result import Progress as ByShare


class Progress(Protocol):
    """A listener, called in the thread that asked for the work."""

    def __call__(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """``stage`` in words; ``seconds_left`` of this stage, None while it cannot be told."""


class Line:
    """A listener that writes to stderr: one line that is written over, or, ``lasting``, a line now and then."""

    GAP = 10.0  # seconds between lasting lines

    def __init__(self, *, lasting: bool):
        self._lasting, self._told, self._stage = lasting, -math.inf, ""

    def __call__(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """Write, unless a lasting line was written a moment ago."""
        now = time.monotonic()
        if self._lasting and now - self._told < self.GAP and done < total and stage == self._stage:
            return
        self._told, self._stage = now, stage
        text = f"{stage}: {done} of {total}{f', {left(seconds_left)}' if left(seconds_left) else ''}"
        ends = "\n" if self._lasting or done == total else ""
        sys.stderr.write(f"{text}{ends}" if self._lasting else f"\r{text:<70}{ends}")
        sys.stderr.flush()


def watched() -> Progress | None:
    """A line on stderr where somebody is looking, at a terminal or in a notebook; else None."""
    return Line(lasting=False) if sys.stderr.isatty() or "ipykernel" in sys.modules else None


def left(seconds: float | None) -> str:
    """'about 3 min left'; '' where it is not known or nothing is left. Beyond two days nobody counts hours."""
    if seconds is None or seconds <= 0:
        return ""
    if seconds < 90:
        return f"about {math.ceil(seconds)} s left"
    minutes, hours = math.ceil(seconds / 60), math.ceil(seconds / 3600)
    if minutes < 90:
        return f"about {minutes} min left"
    return f"about {hours} h left" if hours <= 48 else "more than two days left"


class Stage:
    """One stage of a known number of like pieces; tells the listener at its start and after each piece."""

    def __init__(self, progress: Progress | None, name: str, total: int):
        self._progress, self._name, self._total = progress, name, total
        self._done, self._began = 0, time.monotonic()
        if total:
            self._tell(None)

    def step(self) -> None:
        """One piece more is done."""
        self._done += 1
        self._tell((time.monotonic() - self._began) / self._done * (self._total - self._done))

    def _tell(self, seconds_left: float | None) -> None:
        if self._progress is not None:
            self._progress(self._name, self._done, self._total, seconds_left)


def by_share(progress: Progress | None, name: str) -> ByShare | None:
    """The listener as a solver tells it: a share from 0 to 1, here as hundredths; no time left before the first.

    From a share that is next to nothing, time left would be anything.
    """
    if progress is None:
        return None
    listener, began = progress, time.monotonic()

    def tell(share: float, _what: str) -> None:
        spent = time.monotonic() - began
        listener(name, round(100 * share), 100, spent * (1 - share) / share if share >= 0.01 else None)

    return tell
