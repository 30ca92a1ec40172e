"""What happens in a game in months, or of Gambit: play along the principal branch of logit equilibria.

Precision, 1 / payoff, says how surely a player takes the better of two actions: an action that is worth d more is
taken exp(precision d) times as often, all else equal. At precision 0 play follows the weights alone. From there one
branch of equilibria leads on (McKelvey and Palfrey 1995, 1998); it is followed to the precision asked about and, where
that can be done, until nobody has anything left to gain: the limit, which is a Nash equilibrium of a game played once.

A case has its own precision, and ranges: every draw of its numbers is traced from precision 0 by itself. A game of
Gambit has neither. No number would mean the same in all units of payoff, so unless one is given it is traced to the
limit, which rests on no unit.

Beside the branch stands what a textbook says of the same game without it, where it says something
(:mod:`detente.equilibrium.textbook`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.ensemble.cache import case_hash
from detente.ensemble.progress import Stage, watched
from detente.equilibrium.homotopy.asked import precision_of
from detente.equilibrium.homotopy.trace import trace
from detente.game.gambit import Extensive, Strategic
from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import situation_of
from detente.questions.trace_course import limit_of, line_of, settled
from detente.questions.trace_turns import numbers_drawn, play_of
from detente.scenario.cases import case_names, case_path
from detente.scenario.model import Scenario
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from detente.ensemble.progress import Progress
    from detente.equilibrium.homotopy.traced import Met, Traced
    from detente.questions.trace_turns import Given, Play
    from detente.scenario.model import Situation

DRAWS = 100  # each takes about a hundredth of a second in a game of a few states


@dataclass(frozen=True, eq=False)
class Principal(Answer):
    """The answer. ``data``: ``chance``, ``limit`` (choice), ``drawn`` (draw, choice), ``along`` (point, choice);
    ``value``, ``regret`` (player), ``drawn_value`` (draw, player), ``drawn_precision``, ``drawn_met`` (draw). A point
    has its ``precision``; a choice is an action of a decision, with its ``turn``, ``where``, ``mover`` and ``action``.

    ``found`` is the equilibrium told, ``limit`` that at which nobody gains, if it was reached, ``line`` what is drawn.
    """

    data: xr.Dataset
    play: Play
    found: Traced
    limit: Traced | None
    line: Traced
    unfollowed: str  # why there is no limit; '' where there is one
    given: Given
    situation: Situation | None
    seed: int

    @property
    def precisions(self) -> dict[str, float]:
        """The precision of each who decides."""
        movers = sorted({turn.player for turn in self.play.turns})
        return {self.play.players[n]: float(self.found.precision * self.found.ratio[n]) for n in movers}

    @cached_property
    def course(self) -> tuple[np.ndarray, np.ndarray]:
        """The branch as it was followed: (P,) precisions and (P, choices) chances, to the limit if there is one."""
        if self.limit is None:
            return self.line.path.precision, self.data["along"].values
        path = self.limit.path
        return path.precision, np.stack([np.concatenate(self.play.chances(policy)) for policy in path.policy])

    @property
    def uneven(self) -> bool:
        """Whether precisions differ between those who decide."""
        return not (self.found.ratio == 1.0).all()

    @property
    def met(self) -> tuple[Met, ...]:
        """Folds and bifurcations between precision 0 and the one told."""
        return self.found.met

    @property
    def later(self) -> tuple[Met, ...]:
        """Those beyond it, on the way to the limit or to the end of the branch drawn."""
        return (self.limit or self.line).met[len(self.found.met) :]

    def paragraph(self) -> str:
        """What each mostly does, from which precision on, what it is worth, what the branch met, where it leads."""
        from detente.questions.trace_words import summary

        return summary(self)

    def findings(self) -> list[Finding]:
        """Each decision, each player's value, the branch, the limit."""
        from detente.questions.trace_words import findings

        return findings(self)

    def table(self) -> Table:
        """A row an action of each decision."""
        from detente.questions.trace_details import table

        return table(self)

    def chart(self, *, width: int = 640) -> alt.ConcatChart:
        """The chances of actions against precision, a panel a decision."""
        from detente.questions.trace_picture import picture

        return picture(self, width)

    def provenance(self) -> Mapping[str, Any]:
        """How it was made."""
        of_case = {}
        if isinstance(self.given, Scenario) and self.situation is not None:
            since = {"situation": self.situation.name, "since": str(self.situation.date)}
            of_case = {"case_hash": case_hash(self.given), "moves": self.given.moves, **since}
        return {
            "title": self.play.title,
            "case": self.given.name if isinstance(self.given, Scenario) else self.play.title,
            **of_case,
            "draws": self.data.sizes["draw"],
            "seed": self.seed,
            "version": VERSION,
            "statement": self.found.status,
            "method": "principal branch from precision 0, pseudo-arclength",
            "precision": "limit" if self.to_limit else self.found.precision,
            "noise": self.found.noise,
            "residual": self.found.residual,
            "regret": float(self.found.regret.max()),
            "reached": self.found.reached,
            "steps": self.found.steps,
        }

    @property
    def to_limit(self) -> bool:
        """Whether what is told is the limit."""
        return self.limit is self.found

    def details(self) -> dict[str, Any]:
        """Every decision and player, and what the branch met."""
        from detente.questions.trace_details import plain_turns
        from detente.questions.trace_textbook import known

        limit = None if self.limit is None else {"precision": self.limit.precision, "status": self.limit.status}
        return {
            "decisions": plain_turns(self),
            "players": {
                str(name): {what: float(self.data[what].sel(player=name)) for what in ("value", "regret")}
                for name in self.data["player"].values
            },
            "met": [{"kind": one.kind, "precision": float(one.precision)} for one in (*self.met, *self.later)],
            "limit": limit,
            "textbook": known(self),
        }


def principal_branch(
    given: Given,
    precision: float | None = None,
    since: str | None = None,
    *,
    draws: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Principal:
    """Play on the principal branch of logit equilibria: of a case that moves in months, or of what read_gambit gives.

    ``precision``: 1 / payoff, the same for all players, or ``math.inf`` for the limit; left out, a case's own, and for
    a game of Gambit the limit. ``since``: the situation that a case starts from. ``draws`` of a case's numbers (100).
    DetenteError for a case in continuous time, a senseless precision, and draws or a seed for a game without ranges.
    """
    since_when = _checked(given, since, draws, seed)
    play = play_of(given, since)
    asked = play.precision if precision is None else precision
    top, ratio = precision_of(math.inf if asked is None else play.needed(asked), len(play.players))
    target = top * ratio
    found = trace(play.game, target, noise=play.noise)
    limit, unfollowed = limit_of(play, found, target, ratio)
    line = line_of(play, found, limit, top, target)
    drawn = _drawn(given, since, precision, play, DRAWS if draws is None else draws, seed, progress)
    data = _data(play, found, limit, line, drawn)
    return Principal(data, play, found, limit, line, unfollowed, given, since_when, seed)


def _checked(given: Given, since: str | None, draws: int | None, seed: int) -> Situation | None:
    """The situation of a case; DetenteError for what cannot be traced, with the question that can be asked of it."""
    if isinstance(given, (Strategic, Extensive)):
        if since is not None:
            raise DetenteError("A game of Gambit has no situations; leave --from out.")
        if draws:
            raise DetenteError("A game of Gambit states no ranges, so there is nothing to draw; leave --draws out.")
        if seed:
            raise DetenteError("A game of Gambit states no ranges, so nothing is drawn by a seed; leave --seed out.")
        return None
    if not isinstance(given, Scenario):
        raise DetenteError(
            f"principal_branch takes a Scenario, or what read_gambit gives, not {given!r:.60}; get one by "
            "case('chicken'), load('centipede.yaml') or read_gambit('game.nfg')."
        )
    if given.moves == "continuous":
        bundled = given.name in case_names() and case_path(given.name) == given.path
        name = given.name if bundled else given.path or given.name
        raise DetenteError(
            f"{given.title} moves in continuous time: it has no `moves: in_turn` or `moves: simultaneous`. "
            f"Ask: detente forecast {name}, for what comes next; detente tipping {name}, for a branch along a number."
        )
    return situation_of(given, since)


def _drawn(
    given: Given,
    since: str | None,
    precision: float | None,
    play: Play,
    draws: int,
    seed: int,
    progress: Progress | None,
) -> dict[str, Any]:
    """Every draw of a case's numbers, traced: chances by choice, values, precision, how often the branch met something.

    nan where a branch could not be followed to its end, and for a decision that a draw does not have.
    """
    drawn = numbers_drawn(given, draws, seed)
    found: dict[str, list[Any]] = {"drawn": [], "drawn_value": [], "drawn_precision": [], "drawn_met": []}
    stage = Stage(progress or watched(), "draws traced", len(drawn))
    for numbers in drawn:
        one = play_of(given, since, numbers)
        done = trace(one.game, one.needed(one.precision if precision is None else precision), noise=one.noise)
        by_key = dict(zip((turn.key for turn in one.turns), one.chances(done.policy), strict=True))
        told = [by_key.get(turn.key, np.empty(0)) for turn in play.turns]
        wide = [each if len(each) == len(turn.actions) else np.full(len(turn.actions), np.nan)
                for each, turn in zip(told, play.turns, strict=True)]  # fmt: skip
        known = 1.0 if done.reached else np.nan
        found["drawn"].append(known * np.concatenate(wide))
        found["drawn_value"].append(known * one.worth(done.value))
        found["drawn_precision"].append(done.precision)
        found["drawn_met"].append(len(done.met))
        stage.step()
    return found


def _data(play: Play, found: Traced, limit: Traced | None, line: Traced, drawn: dict[str, Any]) -> xr.Dataset:
    turns = [(t, turn, action) for t, turn in enumerate(play.turns) for action in turn.actions]
    told = [settled(each) for each in play.chances(limit.policy)] if limit else []
    choices, players = len(turns), len(play.players)
    nothing = np.full(choices, np.nan)
    return xr.Dataset(
        {
            "chance": ("choice", np.concatenate(told if limit is found else play.chances(found.policy))),
            "limit": ("choice", np.concatenate(told) if told else nothing),
            "along": (("point", "choice"), np.stack([np.concatenate(play.chances(p)) for p in line.path.policy])),
            "drawn": (("draw", "choice"), np.array(drawn["drawn"], dtype=float).reshape(-1, choices)),
            "value": ("player", play.before + play.worth(found.value)),
            "regret": ("player", play.worth(found.regret)),
            "drawn_value": (("draw", "player"), np.array(drawn["drawn_value"], dtype=float).reshape(-1, players)),
            "drawn_precision": ("draw", np.array(drawn["drawn_precision"], dtype=float)),
            "drawn_met": ("draw", np.array(drawn["drawn_met"], dtype=int)),
        },
        coords={
            "turn": ("choice", [t for t, _, _ in turns]),
            "where": ("choice", [turn.where for _, turn, _ in turns]),
            "mover": ("choice", [play.players[turn.player] for _, turn, _ in turns]),
            "action": ("choice", [action for _, _, action in turns]),
            "precision": ("point", line.path.precision),
            "player": list(play.players),
        },
    )
