"""Logit equilibria of stochastic games traced from precision 0: the front door.

``trace(game, precision)`` follows the principal branch (McKelvey and Palfrey 1995) from default play to the precision,
or with ``precision=math.inf`` until nobody has anything left to gain. Nothing is raised for a branch that cannot be
followed: the result says how far it came and why. Cost: a step takes two or three evaluations, each a few passes over
the transitions and one dense factorisation of states x players unknowns.

When not to use it: games whose profiles of actions do not fit into memory, and conflicts with thousands of states in
which one actor moves at a time; for these see :mod:`detente.equilibrium.stationary`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.cores import single
from detente.equilibrium.homotopy.asked import check, game_of, precision_of, raw
from detente.equilibrium.homotopy.best import regret
from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.limit import settled
from detente.equilibrium.homotopy.once import walker as walker_of
from detente.equilibrium.homotopy.path import Stand, Stepper, Walker, bare, height, hermite
from detente.equilibrium.homotopy.point import EXACT
from detente.equilibrium.homotopy.special import Special, bifurcation, folds, root
from detente.equilibrium.homotopy.system import System
from detente.equilibrium.homotopy.traced import Met, Path, Traced
from detente.equilibrium.homotopy.unseen import beside, crossings, hidden
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.game.stochastic import Floats

FINE = 1e-11  # tolerance of the equilibrium returned, in log odds
ENDLESS = 1e8  # values over those of default play, and over payoffs, at which an undiscounted game no longer ends
NEIGHBOUR = (
    "Continued from a neighbour's solution by Newton's method; whether it is on the principal branch was not checked."
)
SINGULAR = " beside a crossing or a fold, where the equations do not hold to the usual tolerance (see the residual)"
MISSED = 1e-9  # of the precision: as good as the one asked for
ROUGH = 1e-3  # rounding error of log odds: too large
LEAST = 1e-7  # shortest step
BEYOND = 1e100  # precision times span, past the one asked for, at which a walk will not come back


@single()
def trace(
    game: StochasticGame | Any,
    precision: float | Any,
    *,
    noise: str = "errors",
    start: Stand | Traced | Direction | None = None,
    most: int = 10_000,
    longest: float = math.inf,
) -> Traced:
    """The logit equilibrium at a precision, 1 / payoff, on the branch that leads from default play (Turocy 2005 for
    games played once; Eibelshaeuser and Poensgen 2023 for stochastic ones).

    ``game``: a stochastic game, or what has one, as ``read_gambit`` and ``periods`` give.
    ``precision``: one number, one for each player (they grow together), or ``math.inf``. ``noise``: 'errors', 'shocks'
    or 'raw' (shocks whose number counts, as in Rust 1987: payoffs are then raised by log(sum of weights) / precision as
    it is at the precision asked for, so points of ``path`` and ``met`` below it are equilibria of that game, not 'raw'
    ones of their own precision). ``start``: one of ``met[k].turns`` to follow the branch that crosses there, or a
    neighbouring game's result or its ``end``, from which Newton's method leads to a solution that may be of any branch.
    ``most``: steps; ``longest``: by how much precision may change in one, for a path with points near each other.
    DetenteError for senseless input.

    Two crossings at different precisions in one step are told apart with at most 48 unknowns, states x (actions of all
    players + players), references and masked actions counted; in games played once with at most 63 open actions beside
    each player's first. Beyond, only the direction that is nearest to vanishing is watched beside the determinant.
    """
    if noise not in ("errors", "shocks", "raw"):
        raise DetenteError(f"Noise is 'errors', 'shocks' or 'raw', not {noise!r}.")
    game = game_of(game)
    target, ratio = precision_of(precision, game.shape[1])
    most, longest = check(game, start, most, longest)
    played = raw(game, target * ratio) if noise == "raw" else game
    walker = walker_of(System(played, ratio, "errors" if noise == "errors" else "shocks"))
    start = start.end if isinstance(start, Traced) else start
    asked = {"precision": list(target * ratio), "noise": noise, "start": start, "most": most, "longest": longest}
    if isinstance(start, Direction):
        near = _from_neighbour(walker, start, target)
        if near is not None:
            return _result(game, ratio, asked, walker, near, [near], [], NEIGHBOUR, True)
    walk = _Walk(walker, start if isinstance(start, Stand) else walker.first(), target, most, longest)
    stand, status, reached = walk.run()
    if isinstance(start, Direction):
        status += " The neighbour's solution did not lead to it; traced from default play."
    return _result(game, ratio, asked, walker, stand, walk.stands, walk.met, status, reached)


class _Walk:
    """One branch followed: the points, and what was met."""

    def __init__(self, walker: Walker, start: Stand, target: float, most: int, longest: float):
        self.walker, self.target, self.most = walker, target, most
        self.stepper = Stepper(walker, start, longest=walker.span * longest)
        self.stands, self.met = [start], list[Special]()
        self._past = 0  # how many were met before this step
        self._far = walker.span * target if math.isfinite(target) else 0.0
        game, most = walker.system.game, max(np.abs(walker.origin).max(), walker.span)
        self.longest = ENDLESS * max(most, np.abs(game.payoffs).max()) if (game.discount == 1.0).any() else math.inf

    def run(self) -> tuple[Stand, str, bool]:
        """Where it ended, in a sentence, and whether that is where it was to end."""
        if self.stepper.here.lam == self.target:
            return self._sharpened(self.stepper.here, self.stepper.here, self.target)
        while len(self.stands) <= self.most:
            before, self._past = self.stepper.here, len(self.met)
            found = self.stepper.advance(LEAST, crossing=self._crossing)
            if found is None:
                return self._left(before, f"Lost the branch at precision {before.lam:.6g}: {self._why(before)}.")
            if np.abs(found.place.value).max() > self.longest:
                status = (
                    f"Stopped at precision {before.lam:.6g}: beyond it values diverge, as play avoids the end of a "
                )
                return self._left(before, status + "game without discount; give a discount below 1.")
            turned = folds(self.walker, before, found)
            self.met += turned
            self.met[self._past :] = sorted(self.met[self._past :], key=lambda met: self._along(before, met.stand))
            for one, other in pairwise([before, *[special.stand for special in turned if special.located], found]):
                if min(one.lam, other.lam) <= self.target <= max(one.lam, other.lam):
                    return self._sharpened(one, other, self.target)
            if found.lam < 0.0:
                return self._left(
                    before, "The branch leads back to precision 0, as one beside the principal branch may."
                )
            if found.lam * self.walker.span > max(BEYOND, self._far):
                return self._left(
                    before, f"The branch leads on past precision {before.lam:.3g} and does not turn back."
                )
            self.stands.append(bare(found))
            if math.isinf(self.target) and settled(self.walker, found):
                return self._sharpened(found, found, found.lam)
        here = self.stepper.here
        return self._left(here, f"Stopped after {self.most} steps at precision {here.lam:.6g}.")

    def _left(self, stand: Stand, status: str) -> tuple[Stand, str, bool]:
        """Where it ended short of its aim, with what it met on the way."""
        return stand, status + _told(self.met), False

    def _crossing(self, one: Stand, other: Stand) -> bool:
        """Whether the points are of one branch: all that vanishes between them is at bifurcations, then remembered."""
        odd, count = one.sign != other.sign, crossings(one, other)
        found = list[Special]()
        if count > 1:
            found = hidden(self.walker, one, other)
        elif odd:
            found = [each for each in (bifurcation(self.walker, one, other),) if each is not None]
        else:
            several = beside(self.walker, one, other)
            if several is None and not count:
                return True
            found = several or []
        self.met += found
        return bool(found) and sum(met.together for met in found) % 2 == odd

    def _why(self, stand: Stand) -> str:
        if self.walker.at(stand.place).rounding > ROUGH:
            return "payoffs lie so far apart that rounding errors hide the differences that decide"
        if abs(stand.tangent.lam) * self.walker.span < 1e-3:
            return "it turns too sharply there, near a fold that could not be passed"
        return "the shortest step did not converge, as where several branches meet"

    def _sharpened(self, one: Stand, other: Stand, lam: float) -> tuple[Stand, str, bool]:
        """The equilibrium at exactly this precision, between two points."""
        guess = other.place
        if one is not other:
            length = self.walker.length(other.place - one.place)
            guess = hermite(one, other, length, length * _share(one, other, length, lam))
        found, near = self.walker.hold(Direction(guess.u, guess.value, lam), FINE), ""
        if found is None:
            found, near = self._closest(one, other, lam), SINGULAR
        if found is None:
            found = min(one, other, key=lambda stand: abs(stand.lam - lam))
            status = f"Came past precision {lam:.6g} without a point there; this is the nearest, at {found.lam:.6g}."
            return self._left(found, status)
        end = self._along(one, found)
        self.met[self._past :] = [met for met in self.met[self._past :] if self._along(one, met.stand) <= end]
        self.stands.append(found)
        past = _told(self.met)
        if math.isinf(self.target):
            return found, f"Reached the limit: at precision {lam:.3g} nobody gains by another action.{past}", True
        return found, f"Reached precision {lam:.6g}{near}.{past}", True

    def _closest(self, one: Stand, other: Stand, lam: float) -> Stand | None:
        """The point of this precision on ever shorter arcs of the branch, where Newton's method fails beside it."""
        span = self.walker.span
        found = root(
            self.walker,
            one,
            other,
            lambda stand: (stand.lam - lam) * span,
            EXACT * max(1.0, lam * span),
            lambda start, end, length: _share(start, end, length, lam),
        )
        if found is None or abs(found.lam - lam) * span > MISSED * max(1.0, lam * span):
            return None
        return replace(found, place=self.walker.settled(Direction(found.place.u, found.place.value, lam)))

    def _along(self, one: Stand, other: Stand) -> float:
        """How far a point lies ahead of another, along the tangent there."""
        return self.walker.dot(other.place - one.place, one.tangent)


def _told(met: list[Special]) -> str:
    folds = [
        f"{special.stand.lam:.6g}{'' if special.located else ' (located only to the step)'}"
        for special in met
        if special.kind == "fold"
    ]
    forks = [
        f"{special.stand.lam:.6g}{'' if special.together == 1 else f' ({special.together} at once)'}"
        for special in met
        if special.kind == "bifurcation"
    ]
    told = f" It passed folds at {', '.join(folds)}." if folds else ""
    return told + (f" It went straight on through bifurcations at {', '.join(forks)}." if forks else "")


def _share(one: Stand, other: Stand, length: float, lam: float) -> float:
    """The share of the arc at which its cubic has this precision, by bisection."""
    low, high, rises = 0.0, 1.0, other.lam > one.lam
    for _ in range(30):
        middle = (low + high) / 2
        if (height(one, other, length, middle * length) < lam) == rises:
            low = middle
        else:
            high = middle
    return high


def _from_neighbour(walker: Walker, start: Direction, target: float) -> Stand | None:
    """The equilibrium into which a neighbour's continues at the target; None where Newton does not contract at once."""
    if not math.isfinite(target):
        return None
    guess = Direction(np.where(walker.system.free, start.u, 0.0), start.value, target)
    return walker.hold(guess, FINE)


def _result(  # noqa: PLR0913 - the parts of a result
    game: StochasticGame,
    ratio: Floats,
    asked: dict[str, Any],
    walker: Walker,
    stand: Stand,
    stands: list[Stand],
    met: list[Special],
    status: str,
    reached: bool,
) -> Traced:
    system = walker.system
    point = walker.at(stand.place)
    odds, values = point.residual
    policy = point.policy
    return Traced(
        game=game,
        precision=stand.lam,
        ratio=ratio,
        noise=asked["noise"],
        policy=_wide(system, policy),
        value=stand.place.value,
        regret=regret(game, [policy[:, part] for part in system.slices]),
        residual=float(max(np.abs(odds).max() / max(stand.lam, 1.0 / walker.span), np.abs(values).max())),
        reached=reached,
        status=status,
        met=tuple(_met(system, special) for special in met),
        path=Path(
            np.array([each.lam for each in stands]),
            _wide(system, system.policy(np.stack([each.place.u for each in stands]))),
            np.stack([each.place.value for each in stands]),
        ),
        end=stand.place,
        asked=asked,
        steps=len(stands) - 1,
        evaluations=walker.evaluations,
    )


def _met(system: System, special: Special) -> Met:
    place = special.stand.place
    policy = _wide(system, system.policy(place.u))
    return Met(special.kind, place.lam, policy, place.value, special.turns, special.together)


def _wide(system: System, policy: Floats) -> Floats:
    """(.., S, N, A) chances by player; nan where a player has no such action."""
    out = np.full((*policy.shape[:-1], system.game.shape[1], max(system.game.sizes)), np.nan)
    for n, part in enumerate(system.slices):
        out[..., n, : part.stop - part.start] = np.where(system.open[:, part], policy[..., part], np.nan)
    return out
