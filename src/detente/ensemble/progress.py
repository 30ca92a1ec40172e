"""How far a long piece of work has come, told to whoever listens."""

from __future__ import annotations

import time
from typing import Protocol


class Progress(Protocol):
    """A listener, called in the thread that asked for the work."""

    def __call__(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """``stage`` in words; ``seconds_left`` of this stage, None while it cannot be told."""


class Stage:
    """One stage of a known number of like pieces; tells the listener after each."""

    def __init__(self, progress: Progress | None, name: str, total: int):
        self._progress, self._name, self._total = progress, name, total
        self._done, self._skipped, self._began = 0, 0, time.monotonic()
        self._tell(None)

    def step(self, *, skipped: bool = False) -> None:
        """One piece more is done. ``skipped``: it took no time, as when it came from the cache."""
        self._done += 1
        self._skipped += skipped
        worked = self._done - self._skipped
        spent = time.monotonic() - self._began
        self._tell(spent / worked * (self._total - self._done) if worked else None)

    def _tell(self, seconds_left: float | None) -> None:
        if self._progress is not None:
            self._progress(self._name, self._done, self._total, seconds_left)
