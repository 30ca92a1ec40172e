"""The range of what draws gave."""

from __future__ import annotations

import numpy as np

LOW, HIGH = 0.05, 0.95


def ends(drawn: np.ndarray) -> tuple[float, float]:
    """The 5th and 95th percentile, draws without an answer left out; nan where there is none."""
    known = drawn[np.isfinite(drawn)]
    return (float(np.quantile(known, LOW)), float(np.quantile(known, HIGH))) if known.size else (np.nan, np.nan)
