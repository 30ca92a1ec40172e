"""What a function is given where it wants a number or a file: read, or refused in a sentence that says what it must be.

``must`` is the beginning of that sentence: 'A seed is a whole number from 0 on', after which comes what was given.
"""

from __future__ import annotations

import math
import operator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

MOST_MONTHS = 1200  # how far ahead a question may look


def whole(given: Any, must: str, least: int, most: float = math.inf) -> int:
    """A whole number from ``least`` to ``most``; DetenteError for anything else."""
    try:
        found = None if isinstance(given, bool) else operator.index(given)
    except TypeError:
        found = None
    if found is None or not least <= found <= most:
        raise DetenteError(f"{must}, not {given!r:.60}.")
    return found


def plain(given: Any) -> float | None:
    """What is given as a float, nan and infinity included; None for a text, a complex number and all that is none."""
    kind = getattr(getattr(given, "dtype", None), "kind", "f")
    if kind not in "fiu" or getattr(given, "shape", None) or isinstance(given, str | bytes | bool):
        return None
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return None


def number(given: Any, must: str, fine: Callable[[float], bool] = math.isfinite) -> float:
    """A number that is ``fine``; DetenteError for anything else, such as a text, nan or a complex number."""
    found = plain(given)
    if found is None or math.isnan(found) or not fine(found):
        raise DetenteError(f"{must}, not {given!r:.60}.")
    return found


def array_of(given: Any, must: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A new array of floats; DetenteError for texts, complex numbers and rows of different lengths."""
    import numpy as np

    try:
        found = np.asarray(given)
        if found.dtype.kind in "biufO":
            return found.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise DetenteError(f"{must}.") from wrong
    raise DetenteError(f"{must}, not {found.dtype.name}.")


def months_ahead(given: Any) -> int:
    """A horizon in months."""
    return whole(given, f"The horizon must be 1 to {MOST_MONTHS} months", 1, MOST_MONTHS)


def seed_of(given: Any) -> int:
    """A seed of random numbers."""
    return whole(given, "A seed is a whole number from 0 on", 0)


def tolerance_of(given: Any) -> float:
    """The largest error that is let pass."""
    return number(given, "The tolerance is a number above 0, such as 1e-6", lambda found: 0.0 < found < math.inf)


def file_of(given: Any) -> Path:
    """The path of a file."""
    try:
        return Path(given)
    except TypeError:
        raise DetenteError(f"A file is given by its path, a text or a Path, not {given!r:.60}.") from None
