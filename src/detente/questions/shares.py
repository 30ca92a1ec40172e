r"""Which input an answer's variance comes from: first-order shares, from draws alone.

S_i = Var(E[y | x_i]) / Var(y) is the share of the variance of y that would go if x_i were known. E[y | x_i] is expanded
in cosines of x_i's rank r in (0, 1), of which the first M are kept (COSI, Plischke 2012, Environmental Modelling
and Software 35):

    c_m = mean of y sqrt(2) cos(pi m r),        S_i = sum over m <= M of c_m^2 / Var(y).

An input that does nothing has a share of about M / n for independent draws, and less for Sobol' points, which fill the
cube evenly. Nothing is taken off; :func:`noise` says how much a share may be noise, and below ``ENOUGH`` draws shares
mean nothing.
"""

from __future__ import annotations

import numpy as np

HARMONICS = 6
ENOUGH = 25 * HARMONICS  # draws


def first_order(x: np.ndarray, y: np.ndarray, harmonics: int = HARMONICS) -> np.ndarray:
    """(P,) shares of independent inputs (n, P) in an output (n,); nan if the output is constant."""
    count, variance = len(y), float(np.var(y))
    if variance == 0.0:
        return np.full(x.shape[1], np.nan)
    rank = (np.argsort(np.argsort(x, axis=0, kind="stable"), axis=0) + 0.5) / count
    off = (y - y.mean())[:, None]
    power = [np.mean(off * np.sqrt(2.0) * np.cos(np.pi * m * rank), axis=0) ** 2 for m in range(1, harmonics + 1)]
    return np.asarray(np.sum(power, axis=0) / variance)


def noise(count: int, harmonics: int = HARMONICS) -> float:
    """The share that an input without effect shows on average, over independent draws."""
    return harmonics / count if count else np.nan


def rank_correlation(numbers: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """(P,) Spearman's correlation; nan for a constant, or below three draws."""
    if len(drawn) < 3 or np.ptp(drawn) == 0.0:
        return np.full(numbers.shape[1], np.nan)
    x, y = np.stack([ranks(column) for column in numbers.T], axis=1), ranks(drawn)
    x, y = x - x.mean(axis=0), y - y.mean()
    size = np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    return np.asarray(np.divide(y @ x, size, out=np.full(len(size), np.nan), where=size > 0.0))


def ranks(values: np.ndarray) -> np.ndarray:
    """(D,) places in ascending order from 1; equal values share their mean place, as in ``scipy.stats``, whose import
    takes longer than the question.
    """
    _, of, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[of])
