"""How far a long piece of work has come, told to whoever listens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from detente.equilibrium.result import Progress as ByShare


class Progress(Protocol):
    """A listener, called in the thread that asked for the work."""

    def __call__(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """``stage`` in words; ``seconds_left`` of this stage, None while it cannot be told."""


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
    """The listener as a solver tells it: a share from 0 to 1, here as hundredths."""
    if progress is None:
        return None
    listener, began = progress, time.monotonic()

    def tell(share: float, _what: str) -> None:
        spent = time.monotonic() - began
        listener(name, round(100 * share), 100, spent * (1 - share) / share if share > 0 else None)

    return tell
