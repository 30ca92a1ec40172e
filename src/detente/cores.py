"""How many cores this process may use, and two pieces of work done side by side.

Pieces must leave the interpreter free while they compute, as products of NumPy and SciPy do. Whoever computes in
several processes says so in ``OMP_NUM_THREADS``, as to numerical libraries. The number of cores changes the time alone.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

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
