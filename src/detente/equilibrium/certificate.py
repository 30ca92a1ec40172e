"""What may be said of a solution: is it on the branch from default play, stable, and the only one found?

Index. Along the ray from default play a real eigenvalue of the backward operator can cross zero only at a fold or a
bifurcation (:mod:`detente.equilibrium.spectrum`). As long as none has, the solution is on the branch that began with
default play. A complex pair right of zero is no such crossing: the solution stands, but backward induction from a far
date would not settle on it, and the statement says so.

Other starts. Two are tried at full precision at once: Newton's method from the values of default play (backward in time
from there where it fails), and backward in time from the values found, turned upside down: everybody expects the
opposite. They cannot prove that there is no second solution; they often find one.

Folds. Where the branch is followed round them, a real eigenvalue crosses zero at each, and the sides of the points
tell that it is still the same branch (:mod:`detente.equilibrium.turning`): what counts is that none is left right of
zero when t has grown beyond them all.

The rule. Certified means: converged; no real eigenvalue has crossed zero, at the end and at every point of the ray
where it was traced; and, at level ``full``, at least one other start converged, and all that did agree. A start that
did not converge counts neither for nor against, and is told. Level ``index`` tries no other starts and only estimates
the rightmost eigenvalues: it is meant for draws, continued from a certified solution nearby.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.newton import Corrected, newton
from detente.equilibrium.relaxation import relax

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem
    from detente.equilibrium.result import Level
    from detente.equilibrium.spectrum import Index, Spectrum

AGREE = 1e-4  # two solutions that differ by less, in the size of Newton's method, are one


@dataclass(frozen=True)
class Trial:
    """Where another start led."""

    name: str
    converged: bool
    gap: float  # largest difference of values, payoff
    chances: float  # largest difference of a chance of choosing an action
    same: bool


@dataclass(frozen=True)
class Evidence:
    """All that was looked at."""

    level: Level
    indices: tuple[tuple[float, Index], ...] = ()  # by t, the solution's own last
    spectrum: Spectrum | None = None
    trials: tuple[Trial, ...] = ()
    continued: bool = False  # from a neighbour's solution, not along the ray
    folds: tuple[float, ...] = ()  # t at which the branch from default play turned, on its way to the solution


def other_starts(problem: Problem, found: Play, default: Floats, tolerance: float) -> tuple[Trial, ...]:
    """The two other starts; ``default`` are the values of default play."""
    tolerance = max(tolerance, 1e-6)
    direct = newton(problem, default, found.t, tolerance, most=15)
    if not direct.converged:
        direct = relax(problem, default, found.t, tolerance)
    opposite = 2.0 * found.value.mean(axis=0) - found.value
    upside_down = relax(problem, opposite, found.t, tolerance)
    return (
        _trial(problem, found, direct, "the values of default play"),
        _trial(problem, found, upside_down, "values turned upside down"),
    )


def _trial(problem: Problem, found: Play, other: Corrected, name: str) -> Trial:
    if not other.converged:
        return Trial(name, False, np.nan, np.nan, False)
    change = other.value - found.value
    play = problem.at(other.value, found.t)
    chances = float(np.max(np.abs(play.policy - found.policy), initial=0.0))
    same = problem.size(change, found.value) <= AGREE
    return Trial(name, True, float(np.abs(change).max()), chances, same)


def verdict(reached: float, converged: bool, evidence: Evidence) -> tuple[bool, str]:
    """Whether the solution is certified, and a sentence or two that say what is known of it."""
    if not converged:
        return False, _failure(reached, evidence.spectrum) + _beyond(evidence.folds)
    if evidence.level == "none":
        return False, "Converged; not checked, so not certified."
    doubt = _doubt(evidence)
    told = f"Not certified: {doubt}." if doubt else f"Certified: {_support(evidence)}."
    values = evidence.spectrum.values if evidence.spectrum else ()
    if values and values[0].real > 0.0 and values[0].imag != 0.0:
        told += f" It is not stable backwards (eigenvalues {_number(values[0])} a month): {_UNSETTLED}"
    return not doubt, told


_LEFT = "the branch from default play was left, or has folded"
_TWICE = "the branch from default play may have been left twice"
_UNSETTLED = "backward induction from a far date would not settle on it."


def _failure(reached: float, spectrum: Spectrum | None) -> str:
    if reached == 0.0:
        return (
            "Did not converge: not even default play (precision 0) could be valued. Discounts of 1, or numbers that "
            "are not finite, may be the reason."
        )
    if reached == 1.0:
        return "Did not converge: reached the given precisions, but not the tolerance."
    fold = f", where the branch may fold{_nearest(spectrum)}" if spectrum and spectrum.values else ""
    return (
        f"Did not converge: reached t = {reached:.2f}, that is {reached:.2f} times the given precisions, on the way "
        f"from default play{fold}. Lower the precisions."
    )


def _beyond(folds: tuple[float, ...]) -> str:
    """What arclength found where the ray ended."""
    return f" Followed by arclength it does turn there, at t = {_places(folds)}." if folds else ""


def _places(folds: tuple[float, ...]) -> str:
    *first, last = [f"{t:.4f}" for t in folds]
    return f"{', '.join(first)} and {last}" if first else last


def _doubt(evidence: Evidence) -> str:
    """The first reason against, or nothing."""
    for t, index in evidence.indices:
        where = "" if t == evidence.indices[-1][0] else f" at t = {t:.2f} on the way"
        if index.count % 2:
            return f"a real eigenvalue of the backward operator has crossed zero{where}: {_LEFT}"
        if index.count:
            return f"{index.count} real eigenvalues of the backward operator lie right of zero{where}: {_TWICE}"
        if not index.settled:
            return f"whether a real eigenvalue has crossed zero{where} could not be settled"
    spectrum = evidence.spectrum
    if spectrum and spectrum.settled and spectrum.values and spectrum.values[0].imag == 0 < spectrum.values[0].real:
        return f"a real eigenvalue of the backward operator, {_number(spectrum.values[0])}, lies right of zero: {_LEFT}"
    for trial in evidence.trials:
        if trial.converged and not trial.same:
            return (
                f"a second solution was found from {trial.name} (values differ by up to {trial.gap:.3g}, "
                f"chances by up to {trial.chances:.2f})"
            )
    if evidence.level == "full" and not any(trial.converged for trial in evidence.trials):
        return "none of the other starts converged, so nothing speaks against a second solution"
    return ""


def _support(evidence: Evidence) -> str:
    """The reasons for."""
    parts = ["continued from a neighbouring solution" if evidence.continued else "on the branch from default play"]
    crossed = "has crossed zero"
    if evidence.folds:
        parts[0] += f" round its folds at t = {_places(evidence.folds)}"
        crossed = "lies right of zero"
    parts.append(f"no real eigenvalue of the backward operator {crossed}" + _nearest(evidence.spectrum))
    agreed = [trial for trial in evidence.trials if trial.converged]
    if agreed:
        parts.append(
            "both other starts lead to it" if len(agreed) > 1 else f"from {agreed[0].name} one comes to it too"
        )
    parts += [f"from {trial.name} nothing converged" for trial in evidence.trials if not trial.converged]
    if evidence.level == "index":
        parts.append("other starts not tried")
    return ", ".join(parts)


def _nearest(spectrum: Spectrum | None) -> str:
    if spectrum is None or not spectrum.values:
        return ""
    return f" (the rightmost eigenvalue is {'' if spectrum.sharp else 'about '}{_number(spectrum.values[0])} a month)"


def _number(value: complex) -> str:
    return f"{value.real:.2g}" if value.imag == 0.0 else f"{value.real:.2g} ± {abs(value.imag):.2g}i"
