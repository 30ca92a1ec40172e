"""How many cores this process may use, two pieces of work done side by side, and dense algebra on one thread.

Pieces must leave the interpreter free while they compute, as products of NumPy and SciPy do. Whoever computes in
several processes says so in ``OMP_NUM_THREADS``, as to numerical libraries. The number of cores changes the time alone.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from threadpoolctl import ThreadpoolController

A = TypeVar("A")
B = TypeVar("B")
MOST = 4  # more threads wait for the memory, and each that solves needs room for a solution under way


def cores() -> int:
    """The cores that this process may use, up to MOST."""
    affinity = getattr(os, "sched_getaffinity", None)
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(found, MOST)


def both(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """The results of two pieces, side by side where two threads may compute."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    if (int(said) if said.isdigit() else cores()) < 2:
        return one(), other()
    with ThreadPoolExecutor(1, thread_name_prefix="detente") as beside:
        second = beside.submit(other)
        return one(), second.result()


_limited = Lock()  # held by who has limited the libraries


@contextmanager
def single() -> Iterator[None]:
    """Dense algebra on one thread in the meantime.

    Threads of a library wait for their next piece by turning round and round, and between the small matrices of a trace
    that wait is most of what they do: on two cores they made it take two to three times as long. The limit holds for
    the whole process, so of several at once the first sets and lifts it; the others lose time at most. So does who sets
    another limit meanwhile, in another thread.
    """
    if not _limited.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1):
            yield
    finally:
        _limited.release()


@cache
def _libraries() -> ThreadpoolController:
    import scipy.linalg  # noqa: F401 - so that its library and NumPy's are loaded before they are looked for
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
