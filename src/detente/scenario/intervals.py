"""Interval arithmetic over arrays: the least and the greatest value that an operation can give.

An interval is a pair (low, high) of arrays or scalars. Zero times anything is zero, infinity included: a payoff of
``0 * x`` cannot arise. What is undefined somewhere within (a zero divisor, the logarithm of a negative number) widens
to infinity, so that a caller who checks finiteness finds it. ``exp``, ``log`` and powers are widened by one rounding
error, since the libraries' results are not exactly monotone. Callers silence NumPy's warnings.

Reference: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (SIAM, 2009), chapters 2 and 5.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Interval: TypeAlias = tuple[Any, Any]


def add(a: Interval, b: Interval) -> Interval:
    """a + b."""
    return _whole(a[0] + b[0], a[1] + b[1])


def multiply(a: Interval, b: Interval) -> Interval:
    """a * b."""
    corners = [np.where((x == 0) | (y == 0), 0.0, x * y) for x in a for y in b]
    return _hull(corners)


def divide(a: Interval, b: Interval) -> Interval:
    """a / b; where b may be zero, anything is possible."""
    corners = [np.where((x == 0) | (np.isinf(y) & np.isfinite(x)), 0.0, x / y) for x in a for y in b]
    low, high = _hull(corners)
    risky = (b[0] <= 0) & (b[1] >= 0)
    return np.where(risky, -np.inf, low), np.where(risky, np.inf, high)


def power(a: Interval, b: Interval) -> Interval:
    """a ** b: monotone in both where a >= 0; a whole fixed exponent may have a base of any sign."""
    low, high = _hull([np.power(x, y) for x in a for y in b])
    fixed = (b[0] == b[1]) & (b[0] == np.round(b[0]))
    crosses = (a[0] < 0) & (a[1] > 0)
    even = fixed & (np.mod(b[0], 2) == 0)
    low = np.where(even & crosses & (b[0] > 0), 0.0, low)
    undefined = ((a[0] < 0) & ~fixed) | ((a[0] <= 0) & (a[1] >= 0) & (b[0] < 0))
    low, high = np.where(undefined, -np.inf, low), np.where(undefined, np.inf, high)
    return _wider(low, high, exact=(a[0] == a[1]) & fixed)


def absolute(a: Interval) -> Interval:
    """|a|."""
    low, high = a
    least = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(np.abs(low), np.abs(high)))
    return least, np.maximum(np.abs(low), np.abs(high))


def exponential(a: Interval) -> Interval:
    """exp a."""
    low, high = _wider(np.exp(a[0]), np.exp(a[1]), exact=(a[0] == a[1]) & (a[0] == 0))
    return np.maximum(low, 0.0), high


def logarithm(a: Interval) -> Interval:
    """log a; where a may be zero or less, anything is possible."""
    low, high = _wider(np.log(a[0]), np.log(a[1]), exact=(a[0] == a[1]) & (a[0] == 1))
    return np.where(a[0] <= 0, -np.inf, low), np.where(a[1] <= 0, np.inf, high)


def compare(sign: str, a: Interval, b: Interval) -> Interval:
    """Whether the comparison surely holds, and whether it possibly holds."""
    if sign in (">", ">="):
        return compare("<" if sign == ">" else "<=", b, a)
    if sign == "<":
        return a[1] < b[0], a[0] < b[1]
    if sign == "<=":
        return a[1] <= b[0], a[0] <= b[1]
    same = (a[0] == a[1]) & (b[0] == b[1]) & (a[0] == b[0])
    touching = (a[0] <= b[1]) & (b[0] <= a[1])
    return (same, touching) if sign == "==" else (np.logical_not(touching), np.logical_not(same))


FUNCTIONS = {"abs": absolute, "exp": exponential, "log": logarithm}


def _hull(corners: list[Any]) -> Interval:
    low, high = corners[0], corners[0]
    for corner in corners[1:]:
        low, high = np.minimum(low, corner), np.maximum(high, corner)
    return _whole(low, high)


def _whole(low: Any, high: Any) -> Interval:
    """An undefined end is no bound."""
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def _wider(low: Any, high: Any, exact: Any) -> Interval:
    low, high = _whole(low, high)
    below, above = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
    keep = np.asarray(exact)
    return np.where(keep | np.isinf(low), low, below), np.where(keep | np.isinf(high), high, above)
