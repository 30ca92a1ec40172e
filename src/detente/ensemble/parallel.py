"""Independent pieces of work on several threads: JAX and SciPy leave the interpreter free while they compute.

Results come in the order of the pieces, whoever finished first, and each piece is computed as it would be alone; so the
number of threads changes the time and nothing else. An interrupt or an error stops the others at their next step.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from detente.cores import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.ensemble.progress import Stage

T = TypeVar("T")


class StoppedError(Exception):
    """Raised inside a piece of work that nobody waits for any longer."""


class Stop:
    """What a piece of work calls at every step; it raises StoppedError once the work is to end."""

    def __init__(self) -> None:
        self._event = Event()

    def __call__(self, *_progress: object) -> None:
        """Go on, or raise."""
        if self._event.is_set():
            raise StoppedError

    def set(self) -> None:
        """Let all that call this end at their next step."""
        self._event.set()


def workers(wanted: int | None = None) -> int:
    """How many threads to use: what was asked for, or the cores that this process may use."""
    if wanted is not None:
        return max(1, wanted)
    return cores()


def each(pieces: Sequence[Callable[[Stop], T]], stage: Stage, threads: int | None = None) -> list[T]:
    """The results of the pieces, in order; the stage hears of each in this thread."""
    stop = Stop()
    if workers(threads) == 1 or len(pieces) < 2:
        return [_one(piece, stop, stage) for piece in pieces]
    pool = ThreadPoolExecutor(workers(threads), thread_name_prefix="detente")
    try:
        futures = [pool.submit(piece, stop) for piece in pieces]
        for future in as_completed(futures):
            future.result()
            stage.step()
        return [future.result() for future in futures]
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _one(piece: Callable[[Stop], T], stop: Stop, stage: Stage) -> T:
    result = piece(stop)
    stage.step()
    return result
