"""Draws of the uncertain numbers: each parameter as a PERT distribution, all of them together at Sobol' points.

An analyst gives a parameter's likely value m and its range [a, b]. PERT (Malcolm, Roseboom, Clark and Fazar 1959) reads
them as the beta distribution on [a, b] with

    alpha = 1 + 4 (m - a) / (b - a)        beta = 1 + 4 (b - m) / (b - a)

whose mode is m and whose mean is (a + 4 m + b) / 6. Parameters are independent. The quantiles are taken at a scrambled
Sobol' sequence (Sobol' 1967, Matousek 1998): points that fill the cube evenly, so that few draws go far.

Draw n depends on the seed and on n, not on how many draws are asked for, and every question takes the same ones: more
draws refine an answer, and two answers can be subtracted draw by draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.given import seed_of, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.scenario.model import Parameter, Scenario

MOST = 100_000  # draws


def draw(scenario: Scenario, count: int, seed: int = 0) -> np.ndarray:
    """Draws 0 .. count - 1 of all parameters, (count, P) in file order; the central numbers are not among them."""
    count, seed = draws_of(count), seed_of(seed)
    points = cube(count, len(scenario.parameters), seed)
    columns = [pert(parameter, points[:, p]) for p, parameter in enumerate(scenario.parameters)]
    return np.stack(columns, axis=1) if columns else np.empty((count, 0))


def draws_of(given: Any) -> int:
    """How many draws; DetenteError for what is no such number."""
    return whole(given, f"There can be 0 to {MOST} draws", 0, MOST)


def pert(parameter: Parameter, u: np.ndarray) -> np.ndarray:
    """The parameter's value where its distribution function is u, in its own units and within its range."""
    from scipy.special import betaincinv  # late, as below: draws are kept

    low, likely, high = parameter.low, parameter.likely, parameter.high
    if low == high:
        return np.full(np.shape(u), likely)
    share = (likely - low) / (high - low)
    quantile = betaincinv(1 + 4 * share, 1 + 4 * (1 - share), u)
    return np.asarray(np.clip(low + (high - low) * quantile, low, high))


def cube(count: int, dimensions: int, seed: int) -> np.ndarray:
    """The first ``count`` points of a scrambled Sobol' sequence in the unit cube, (count, dimensions)."""
    from scipy.stats import qmc  # imports all of scipy.stats: late, and only here

    if count == 0 or dimensions == 0:
        return np.empty((count, dimensions))
    sequence = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points: np.ndarray = sequence.random_base2((count - 1).bit_length())[:count]
    return points


def variance(parameter: Parameter) -> float:
    """The variance of a parameter's PERT distribution, in its own units squared."""
    mean = (parameter.low + 4.0 * parameter.likely + parameter.high) / 6.0
    return (mean - parameter.low) * (parameter.high - mean) / 7.0


def named(scenario: Scenario, row: np.ndarray | Sequence[float]) -> dict[str, float]:
    """One draw as the mapping that ``Structure.game`` reads: parameter name -> value."""
    return {parameter.name: float(value) for parameter, value in zip(scenario.parameters, row, strict=True)}
