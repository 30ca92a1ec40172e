"""Backward induction through exact dates: values and play month by month where some rules have a calendar.

In the stationary equilibrium actors expect a dated rule as a hazard, once in ``every`` months. Here they know dates.
Between dates the values follow the backward equation of the game without the dated rules, tau months before the end,

    dV/dtau = G(V),

and where a date is crossed backwards, with p_k the chances of the rule's outcomes and z_i what it pays,

    V_i(s) <- V_i(s) + sum_k p_k(s) (V_i(next_k(s)) - V_i(s)) + z_i(s).

The start is the stationary equilibrium, taken far beyond the horizon. That is an answer only where the start is
forgotten: where the stationary solution is stable backwards, its rightmost eigenvalue mu below zero. What the start
differs from a calendar's values has then shrunk to about exp(mu d) at the horizon, d months on. Where mu is above zero
any two starts lead apart: the answer depends on the horizon, and none is given.

Steps are those of ROS3P, linearly implicit, of third order and A-stable, with an error estimate of second order; their
linear systems ``(1 / (gamma h) - G') u = ..`` go through the solver of Newton's method. A month's values are those just
after its dated events; several rules of one month happen in the order in which they are given.

Cost: three linear systems a step; some twenty steps from one date to the next.
Reference: Lang and Verwer, ROS3P: an accurate third-order Rosenbrock solver, BIT 41 (2001).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from detente.equilibrium.play import whole
from detente.equilibrium.problem import Problem
from detente.equilibrium.spectrum import rightmost
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.result import Equilibrium, Floats
    from detente.game.arrays import Game

GAMMA = 0.5 + np.sqrt(3.0) / 6.0
AHEAD = 1.0 / GAMMA  # a21 = a31; a32 = 0
BACK = ((), (-1.607695154586736,), (-3.464101615137755, -1.732050807568877))
TAKEN = (2.0, 0.5773502691896258, 0.4226497308103742)
CHECKED = (2.113248654051871, 1.0, 0.4226497308103742)
LEFT = 0.01  # share of the start that may be left at the horizon
FARTHEST = 1_200.0  # months beyond the horizon
SHORTEST = 1e-7  # months of a step
EXACT = 0.1  # of the tolerance: the relative residual of a linear system


@dataclass(frozen=True, eq=False)
class DatedRule:
    """A rule of ``game.chance`` that happens ``first`` months after the start and every ``every`` months from there.

    ``pay`` (S, N): what it pays when it happens, expected over its outcomes; the game's flow holds it as
    ``pay / every`` a month. None: nothing.
    """

    rule: int
    every: float
    first: float
    pay: Floats | None = None


@dataclass(frozen=True, eq=False)
class Dated:
    """Values ``parts`` times a month from month 0 to the horizon, (parts months + 1, S, N); none without an answer."""

    value: Floats
    parts: int
    left: float  # about the share of the start, months beyond the horizon, that is left at the horizon
    steps: int
    converged: bool
    statement: str
    problem: Problem = field(repr=False)  # the game between dates

    def play(self, k: int) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """Chances of choosing and of consent, (S,) by column, at ``value[k]``."""
        point, pattern = self.problem.at(self.value[k], 1.0), self.problem.pattern
        return whole(pattern, point.policy, 0.0), whole(pattern, point.accepted, 1.0)


def dated(
    game: Game,
    found: Equilibrium,
    rules: Sequence[DatedRule],
    months: int,
    beyond: float | None = None,
    tolerance: float = 1e-6,
    parts: int = 1,
) -> Dated:
    """Values and play from now to ``months`` ahead with these rules on their dates.

    ``found``: the stationary equilibrium of ``game``. ``beyond``: months past the horizon at which to begin; without
    it, until a hundredth of the start is left. ``tolerance``: error of a step, in log odds of play and in values
    relative to their size. ``parts``: how often a month values are kept. Raises DetenteError for rules that make no
    sense; a solution that is not stable backwards gives a result without values that says so.
    """
    _checked(game, rules, months, parts)
    if not found.converged:
        return _nothing(game, parts, "No stationary solution was reached, so there is nothing to begin from.")
    stationary = Problem(game)
    spectrum = rightmost(stationary.slope(stationary.at(found.value, 1.0)).single(), found.value)
    first = spectrum.values[0] if spectrum.values else complex(-np.inf)
    if not first.real < 0.0:
        return _nothing(
            game,
            parts,
            "Depends on the horizon: the stationary solution is not stable backwards (the rightmost eigenvalue is "
            f"{first.real:.2g} a month), so what is expected of a far date decides about play now.",
        )
    # A constant changes no play, so the discount counts for nothing here.
    far = min(np.log(1.0 / LEFT) / -first.real, FARTHEST) if beyond is None else beyond
    left = float(np.exp(first.real * far))
    follower = _Follower(Problem(without(game, rules)), tolerance)
    values = _backwards(follower, game, rules, found.value, months, far, parts)
    if values is None:
        return _nothing(game, parts, "The backward equation could not be followed to the tolerance.")
    return Dated(
        value=np.stack(values),
        parts=parts,
        left=left,
        steps=follower.steps,
        converged=True,
        statement=f"Followed backwards from the stationary solution {far:.0f} months beyond the horizon; about "
        f"{left:.2g} of what it differs by is left there.",
        problem=follower.problem,
    )


def without(game: Game, rules: Sequence[DatedRule]) -> Game:
    """The game in which these rules never happen and nobody expects them."""
    gone = np.isin(np.asarray(game.chance.rule), [rule.rule for rule in rules])
    rate = np.where(gone, 0.0, np.asarray(game.chance.rate, np.float64))
    flow = np.array(game.flow, np.float64)
    for rule in rules:
        if rule.pay is not None:
            flow -= np.asarray(rule.pay) / rule.every
    return dataclasses.replace(game, chance=dataclasses.replace(game.chance, rate=rate), flow=flow)


def jump(game: Game, rule: DatedRule) -> Any:
    """The CSR matrix (S, S) that takes values after the rule has happened to values before; rows sum to one."""
    states, width = np.asarray(game.chance.succ).shape
    chance = np.where(np.asarray(game.chance.rule) == rule.rule, rule.every * np.asarray(game.chance.rate), 0.0)
    starts = np.arange(states + 1, dtype=np.int32) * width
    to = sp.csr_array((chance.ravel(), np.asarray(game.chance.succ).ravel(), starts), shape=(states, states))
    stays = sp.diags_array(1.0 - chance.sum(axis=1))
    out = (to + stays).tocsr()
    out.eliminate_zeros()
    return out


def _backwards(
    follower: _Follower, game: Game, rules: Sequence[DatedRule], value: Floats, months: int, far: float, parts: int
) -> list[Floats] | None:
    """Values from month 0 to ``months``, so many a month, each just after what is dated there."""
    jumps = [jump(game, rule) for rule in rules]
    now, kept, wanted = months + far, [], {k / parts for k in range(parts * months + 1)}
    for when, which in _stops(rules, months, far, parts):
        reached = follower.follow(value, now - when)
        if reached is None:
            return None
        value, now = reached, when
        if when in wanted:
            kept.append(value)
        for r in reversed(which):
            value = jumps[r] @ value
            pay = rules[r].pay
            if pay is not None:
                value = value + pay
    return kept[::-1]


def _stops(rules: Sequence[DatedRule], months: int, far: float, parts: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Parts of months and dates, latest first, with the rules that happen there; dates at month 0 are past."""
    due: dict[float, list[int]] = {k / parts: [] for k in range(parts * months + 1)}
    for r, rule in enumerate(rules):
        count = max(0, int(np.floor((months + far - rule.first) / rule.every)) + 1)
        for k in range(count):
            due.setdefault(rule.first + k * rule.every, []).append(r)
    for when in sorted(due, reverse=True):
        yield when, tuple(due[when])


class _Follower:
    """The backward equation of one game, followed in steps as long as the tolerance allows."""

    def __init__(self, problem: Problem, tolerance: float):
        self.problem, self.tolerance = problem, tolerance
        self.steps = 0

    def follow(self, value: Floats, months: float) -> Floats | None:
        """The values so many months earlier; None where steps became too short."""
        length = min(months, 0.1)
        while months > 0.0:
            length = min(length, months)
            moved, error = self._step(value, length)
            share = 0.9 * (self.tolerance / max(error, 1e-30)) ** (1.0 / 3.0)
            if error <= self.tolerance:
                value, months = moved, 0.0 if length == months else months - length
            length *= float(np.clip(share, 0.2, 4.0))
            if not np.isfinite(value).all() or length < SHORTEST:
                return None
        return value

    def _step(self, value: Floats, length: float) -> tuple[Floats, float]:
        """The values one step earlier, and its error."""
        self.steps += 1
        point = self.problem.at(value, 1.0)
        if not point.finite:
            return value, np.inf
        slope, shift = self.problem.slope(point), 1.0 / (GAMMA * length)
        stages: list[Floats] = []
        ahead = point.residual
        for stage, back in enumerate(BACK):
            if stage == 1:
                ahead = self.problem.at(value + AHEAD * stages[0], 1.0).residual
            right = ahead + sum((c / length * u for c, u in zip(back, stages, strict=True)), np.zeros_like(ahead))
            stages.append(self.problem.solve(slope, -right, max(EXACT * self.tolerance, 1e-12), shift))
        change = sum((m * u for m, u in zip(TAKEN, stages, strict=True)), np.zeros_like(value))
        apart = sum(((m - n) * u for m, n, u in zip(TAKEN, CHECKED, stages, strict=True)), np.zeros_like(value))
        error = self.problem.size(apart, value)
        return value + change, error if np.isfinite(error) else np.inf


def _checked(game: Game, rules: Sequence[DatedRule], months: int, parts: int) -> None:
    """Raise DetenteError for what makes no sense."""
    if months < 0:
        raise DetenteError(f"The horizon is {months} months ahead; that must be zero or more.")
    if parts < 1:
        raise DetenteError(f"Values are kept {parts} times a month; that must be once or more.")
    known = np.asarray(game.chance.rule)
    for rule in rules:
        told = f"Dated rule {rule.rule}"
        if rule.pay is None and not (known == rule.rule).any():
            raise DetenteError(f"{told} is not among the game's rules of chance, or changes nothing. Leave it out.")
        if not (rule.every > 0.0 and rule.first > 0.0):
            raise DetenteError(f"{told} must have its first date after the start and a period above zero.")
        chance = rule.every * np.where(known == rule.rule, np.asarray(game.chance.rate), 0.0).sum(axis=1)
        if chance.max() > 1.0 + 1e-9:
            raise DetenteError(
                f"{told} happens at a rate of {chance.max() / rule.every:.3g} a month somewhere, which is more often "
                f"than once in {rule.every:g} months. Give the period that the game was made with."
            )
        if rule.pay is not None and np.shape(rule.pay) != game.shape:
            raise DetenteError(f"What dated rule {rule.rule} pays must have the shape {game.shape}.")


def _nothing(game: Game, parts: int, statement: str) -> Dated:
    return Dated(np.zeros((0, *game.shape)), parts, 1.0, 0, False, statement, Problem(game))
