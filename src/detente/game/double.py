"""What JAX needs to know of games: that they are pytrees, and float64 for as long as a block runs, and nowhere else.

Only what differentiates, or solves many games at once, imports this, and JAX with it: a question on solutions that are
kept, and a plain solve, have no use for it, and its import takes longer than many a question.

JAX computes in float32 unless told otherwise, and its usual switch is global: a library that flipped it would change
the arithmetic of every other JAX program in the process. ``jax.enable_x64`` as a context manager is local to the
thread and to the block, and is part of the key under which compiled functions are kept, so both precisions can live
side by side. Every front door of the package that computes with JAX runs inside :func:`double_precision`.

An array made inside keeps its 64 bits outside, but *operations* on it outside are truncated to 32 with a warning. So a
front door hands out NumPy arrays, or arrays that only other front doors read.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import jax

from detente.game.arrays import Chance, Column, Game

if TYPE_CHECKING:
    from collections.abc import Iterator

for _each in (Column, Chance, Game):
    jax.tree_util.register_dataclass(_each)


@contextmanager
def double_precision() -> Iterator[None]:
    """``with double_precision(): ...`` or as a decorator ``@double_precision()``; may be nested."""
    with jax.enable_x64(True):
        yield
