r"""Weights of an expansion in Chebyshev polynomials: fewer products than uniformisation, and sums with signs.

With P = I + Q / q as in :mod:`detente.outcome.uniform` and m = q t, how often the clock ticks on average,

    exp(Q t) = sum_n w_n(m) T_n(P),                     w_n(m) = (2 - [n = 0]) e^-m I_n(m),
    q integral_0^t exp(Q s) ds = sum_n W_n(m) T_n(P),   W_n(m) = (2 - [n = 0]) 2 sum_{j > n} (j - n) e^-m I_j(m),

where I_n are modified Bessel functions and T_{n+1} = 2 P T_n - T_{n-1}. Where the spectrum of P is near the real line,
as where play mostly decays, some sqrt(m) terms do; uniformisation takes m and more. How many are needed is seen on the
way. No row of P is more than one in size, so

    |T_{n+j} x| <= (p_j + p_{j-1}) max(|T_n x|, |T_{n-1} x|)        Pell's numbers, p_j = 2 p_{j-1} + p_{j-2}

which bounds all that is left out. What the sums cannot give is a small chance to more digits than its size over that
bound, as sums of positive terms do.

Method: Tal-Ezer and Kosloff, Journal of Chemical Physics 81 (1984), for exp(-i H t); here with real exponents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

LONGEST = (
    100.0  # mean number of ticks; beyond, the tables cost more than the products, and the bound asks for more terms
)
_BEYOND = 60  # terms past the n-th that the bound counts: where it is below 1e-7, all others add a hundredth at most


@dataclass(frozen=True, eq=False)
class Expansion:
    """For each of J spans, the weights of the polynomials, n = 0 .. N."""

    at: np.ndarray  # (J, N + 1) w_n
    over: np.ndarray  # (J, N + 1) W_n, in ticks
    largest: np.ndarray  # (N + 1,) of all weights of a term
    rest: np.ndarray  # (N + 1,) what the terms from n on add at most, over the larger of |T_n x| and |T_{n-1} x|


def expansion(means: np.ndarray) -> Expansion:
    """Weights for spans with these mean numbers of ticks (J,), none negative nor above LONGEST."""
    most = int(np.ceil(1.5 * np.max(means, initial=0.0))) + _BEYOND
    scaled = _bessel(means, most + _BEYOND)
    above = np.cumsum(scaled[:, ::-1], axis=1)[:, ::-1] - scaled  # of all j > n
    twice = np.full(scaled.shape[1], 2.0)
    twice[0] = 1.0
    at, over = twice * scaled, twice * 2.0 * np.cumsum(above[:, ::-1], axis=1)[:, ::-1]
    largest, some = np.maximum(at, over).max(axis=0), slice(most + 1)
    rest = sliding_window_view(largest, _BEYOND + 1) @ _pell(_BEYOND + 1)  # of the terms from n on
    return Expansion(at[:, some], over[:, some], largest[some], rest)


def _bessel(means: np.ndarray, most: int) -> np.ndarray:
    """(J, most + 1) e^-m I_n(m), from the ratios of successive ones, which come down stably; they sum to one."""
    ratios = np.zeros((len(means), most + 1))
    ratio = np.zeros(len(means))
    for n in range(most + 20, 0, -1):
        ratio = means / (2.0 * n + means * ratio)
        if n <= most:
            ratios[:, n] = ratio
    ratios[:, 0] = 1.0
    found = np.cumprod(ratios, axis=1)
    return np.asarray(found / (2.0 * found.sum(axis=1, keepdims=True) - 1.0))


def _pell(count: int) -> np.ndarray:
    """(count,) p_j + p_{j-1}: 1, 3, 7, .."""
    found = [1.0, 3.0]
    while len(found) < count:
        found.append(2.0 * found[-1] + found[-2])
    return np.array(found[:count])
