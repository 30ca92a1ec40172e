r"""Other equilibria, looked for from many starts: what each start leads to, counted.

A solver that ends at one equilibrium says nothing of others. Here the same equations G(V) = 0 are solved again and
again from values far from the first and from each other, and every different solution is told with how many starts led
there. The starts, in this order and as many as are asked for:

- *default play*: the values at precision 0;
- *best replies to default play*, and *to the opposite*: the true values W of the play that answers those values
  ``SHARP`` times as precisely, ``G(V) + (A - rho)(W - V) = 0`` with that play held;
- *the opposite*: the values found, turned upside down, V -> 2 mean V - V: everybody expects the opposite;
- *one actor turned round*, each in turn: its values alone are turned upside down;
- then, in turn, *random play*, the true values of the play that answers random values; *random values* themselves,
  uniform between bounds; and *one actor at random*, the values found with one actor's drawn so.

Random values are as wide as makes log odds differ by up to B, log B uniform between log 1/2 and log 20. From every
second start Newton's method goes first, from the others backward induction (:mod:`detente.equilibrium.settling`); where
that fails the quicker :mod:`detente.equilibrium.relaxation` follows. Newton's method finds equilibria that are not
stable backwards as well; backward induction those to which a long future leads. Two solutions are one where they differ
by less than ``AGREE``.

What is found are equilibria; that no more were found is no proof that there are none. How many starts led to one says
how wide its neighbourhood is in this search, and nothing of how likely it is to be played. Equilibria on which Newton's
method rarely ends are found by following a branch round its folds (:mod:`detente.equilibrium.branch`).

Cost: 50 to 500 sweeps a start on small games, ``EACH`` at most; a start that takes more has ended nowhere. To find all
equilibria of a small game there are polynomial methods: Judd, Renner and Schmedders, Quantitative Economics 3 (2012).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.from_values import BACKWARDS, Told, equilibrium_from_values
from detente.equilibrium.krylov import gmres
from detente.equilibrium.newton import newton
from detente.equilibrium.problem import Problem
from detente.equilibrium.relaxation import relax
from detente.equilibrium.settling import settle
from detente.equilibrium.spectrum import rightmost
from detente.given import seed_of, tolerance_of, whole
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.newton import Corrected
    from detente.equilibrium.result import Equilibrium, Floats, Progress
    from detente.game.arrays import Game

AGREE = 1e-4  # two solutions that differ by less, in the size of Newton's method, are one
EACH = 5_000  # sweeps that a start may take
SHARP = 10.0  # times the precisions: nearly a best reply
NARROW, WIDE = 0.5, 20.0  # log odds of random values
METHOD = "Newton's method and backward induction from many starts"


@dataclass(frozen=True, eq=False)
class Other:
    """One equilibrium, with the starts that led to it. ``apart``, ``chances``: from the first, its largest changes."""

    equilibrium: Equilibrium
    starts: tuple[str, ...]
    stable: bool | None  # backwards; None: could not be settled
    apart: float  # of log odds of play
    chances: float  # of a chance of choosing an action

    @property
    def count(self) -> int:
        """How many starts led to it."""
        return len(self.starts)


@dataclass(frozen=True, eq=False)
class Others:
    """What many starts led to: ``found[0]`` is the equilibrium that was there before."""

    found: tuple[Other, ...]
    lost: tuple[str, ...]  # starts that ended nowhere
    left: int  # starts not tried, or not to their end, as the budget of sweeps was spent
    sweeps: int

    @property
    def statement(self) -> str:
        """What was found, in a sentence or two."""
        tried = sum(other.count for other in self.found) + len(self.lost)
        told = f"{tried} starts: {self.found[0].count} led to the equilibrium that was known"
        for n, other in enumerate(self.found[1:], 1):
            told += (
                f", {other.count} to another ({n}, {BACKWARDS[other.stable]}, chances differ by {other.chances:.2f})"
            )
        told += f", {len(self.lost)} ended nowhere." if self.lost else "."
        told += " No other was found, which is no proof that there is none." if len(self.found) == 1 else ""
        return told + (f" {self.left} starts were not tried: as many sweeps as allowed." if self.left else "")


def other_equilibria(
    game: Game,
    known: Equilibrium,
    starts: int = 20,
    seed: int = 0,
    *,
    actors: Sequence[str] = (),
    tolerance: float = 1e-8,
    most_sweeps: int = 200_000,
    progress: Progress | None = None,
) -> Others:
    """What so many starts lead to, ``known`` the equilibrium of ``game`` that there is already.

    ``actors``: their names, for the names of starts. ``tolerance``: largest error of log odds. Raises DetenteError
    where ``known`` was not reached, or is one of another game, and for fewer starts than none.
    """
    starts, seed, tolerance = whole(starts, "Starts are 0 or more", 0), seed_of(seed), tolerance_of(tolerance)
    if not known.converged or known.reached != 1.0:
        raise DetenteError("The equilibrium was not reached, so there is nothing to compare others with.")
    if known.value.shape != game.shape:
        raise DetenteError(f"The equilibrium's values are {known.value.shape}; the game's are {game.shape}.")
    search = _Search(Problem(game, most_sweeps), known, tolerance)
    tell = progress or (lambda share, what: None)
    names = list(actors) or [f"actor {i}" for i in range(game.shape[1])]
    for n, (name, value) in enumerate(islice(_starts(search.problem, known.value, names, seed), starts)):
        if search.problem.spent:
            break
        tell(n / starts, f"from {name}")
        search.put(name, value, settling=bool(n % 2))
    return search.result(starts)


@dataclass
class _Met:
    """A solution, while the search goes on."""

    value: Floats
    starts: list[str] = field(default_factory=list)


class _Search:
    """What has been found so far."""

    def __init__(self, problem: Problem, known: Equilibrium, tolerance: float):
        self.problem, self.known, self.tolerance = problem, known, tolerance
        self.most = problem.budget
        self.met, self.lost = [_Met(known.value)], list[str]()

    def put(self, name: str, value: Floats, *, settling: bool) -> None:
        """A start, and where it leads."""
        self.problem.budget = min(self.most, self.problem.sweeps + EACH)
        ended = self._ended(value, settling=settling)
        self.problem.budget = self.most
        if not ended.converged:
            self.lost += [] if self.problem.spent else [name]
            return
        for met in self.met:
            if self.problem.size(ended.value - met.value, met.value) <= AGREE:
                met.starts.append(name)
                return
        self.met.append(_Met(ended.value, [name]))

    def _ended(self, value: Floats, *, settling: bool) -> Corrected:
        """Where the first of its ways leads, or the last of them to fail."""
        first = (
            settle(self.problem, value, self.tolerance)
            if settling
            else newton(self.problem, value, 1.0, self.tolerance)
        )
        return first if first.converged else relax(self.problem, value, 1.0, self.tolerance)

    def result(self, starts: int) -> Others:
        """All that was found; the first as it was known."""
        found = []
        for n, met in enumerate(self.met):
            slope = self.problem.slope(self.problem.at(met.value, 1.0))
            spectrum = rightmost(slope, met.value)
            self.problem.sweeps += spectrum.products
            stable = all(value.real < 0.0 for value in spectrum.values[:1]) if spectrum.settled else None
            statement = f"One of {len(self.met)} equilibria found from many starts, {BACKWARDS[stable]}; not certified."
            told = Told(statement, METHOD, self.tolerance, spectrum.values)
            own = self.known if n == 0 else equilibrium_from_values(self.problem, met.value, told)
            change = self.problem.terms.precision * np.ptp(met.value - self.known.value, axis=0)
            moved = [np.abs(a - b).max() for a, b in zip(own.policy, self.known.policy, strict=True)]
            found.append(Other(own, tuple(met.starts), stable, float(change.max()), float(max(moved, default=0.0))))
        left = starts - sum(len(met.starts) for met in self.met) - len(self.lost)
        return Others(tuple(found), tuple(self.lost), left, self.problem.sweeps)


def _starts(problem: Problem, known: Floats, names: Sequence[str], seed: int) -> Iterator[tuple[str, Floats]]:
    """Names and values (S, N) without end."""
    rng = np.random.default_rng(seed)
    default = newton(problem, np.zeros(known.shape), 0.0, 1e-6).value
    opposite = 2.0 * known.mean(axis=0) - known
    yield "default play", default
    yield "best replies to default play", _true(problem, default, SHARP)
    yield "the opposite", opposite
    yield "best replies to the opposite", _true(problem, opposite, SHARP)
    for i, name in enumerate(names):
        yield f"{name} turned round", _with(known, i, opposite)
    for n in cycle(range(3)):
        drawn = _random(problem, known, rng)
        i = int(rng.integers(len(names)))
        if n == 0:
            yield "random play", _true(problem, drawn, 1.0)
        elif n == 1:
            yield "random values", drawn
        else:
            yield f"{names[i]} at random", _with(known, i, drawn)


def _with(value: Floats, actor: int, other: Floats) -> Floats:
    out = value.copy()
    out[:, actor] = other[:, actor]
    return out


def _random(problem: Problem, known: Floats, rng: np.random.Generator) -> Floats:
    """Values about the means of those known, by actor as wide as makes log odds differ by up to a random bound."""
    wide = np.exp(rng.uniform(np.log(NARROW), np.log(WIDE), known.shape[1]))
    lam = problem.terms.precision
    reach = np.where(lam > 0.0, wide / np.where(lam > 0.0, 2.0 * lam, 1.0), np.ptp(known, axis=0))
    out: Floats = known.mean(axis=0) + reach * rng.uniform(-1.0, 1.0, known.shape)
    return out


def _true(problem: Problem, value: Floats, t: float) -> Floats:
    """What the play that answers these values, t times as precisely, is worth; the values where it is not finite."""
    point = problem.at(value, t)
    if not point.finite:
        return value
    slope = problem.slope(point)
    solved = gmres(slope.held, -point.residual, slope.approximate, 1e-6)
    problem.sweeps += solved.products
    return point.value + solved.x
