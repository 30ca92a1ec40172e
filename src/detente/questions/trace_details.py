"""What tracing found, decision by decision: the table and plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.answer import Table
from detente.questions.asked import ends
from detente.questions.trace_turns import WAIT
from detente.questions.words import percent, span

if TYPE_CHECKING:
    from detente.game.stochastic import Floats
    from detente.questions.trace import Principal
    from detente.questions.trace_turns import Turn

SHOWN = 40  # decisions in the table


def of(answer: Principal, t: int) -> list[int]:
    """The choices of a decision."""
    return np.flatnonzero(answer.data["turn"].values == t).tolist()


def shown(answer: Principal, most: int) -> list[int]:
    """The decisions that come up most often, so many at most, in their order."""
    visits = answer.play.visits(answer.found.policy)
    often = sorted(range(len(answer.play.turns)), key=lambda t: (-round(visits[answer.play.turns[t].row], 9), t))
    return sorted(often[:most])


def known_ends(drawn: Floats) -> tuple[float, float]:
    """The middle 90% of the draws that are known; nan where there are not two."""
    known_ones = drawn[~np.isnan(drawn)]
    return ends(known_ones if len(known_ones) > 1 else known_ones[:0])


def action(turn: Turn, at: int) -> str:
    """An action by its name; of waiting also what it leaves as it is."""
    name = turn.actions[at]
    return f"{name} ({turn.keeps})" if name == WAIT and turn.keeps else name


def table(answer: Principal) -> Table:
    """A row an action of each decision."""
    data, play = answer.data, answer.play
    order, draws = shown(answer, SHOWN), data.sizes["draw"]
    visits = play.visits(answer.found.policy)
    places, comes = any(turn.where for turn in play.turns), play.ordered and not play.once
    limit = answer.limit is not None and not answer.to_limit
    rows = []
    for t in order:
        turn = play.turns[t]
        for first, k in enumerate(of(answer, t)):
            cells = [turn.where] * places + [play.players[turn.player], action(turn, first)]
            cells += [percent(float(data["chance"][k]))]
            cells += [span(*known_ends(data["drawn"].values[:, k]))] * bool(draws)
            cells += [percent(float(data["limit"][k]))] * limit
            cells += [percent(float(visits[turn.row]))] * comes
            once = {*range(places + 1), *[len(cells) - 1] * comes}  # told of a decision, not of each action
            rows.append(tuple("" if n in once and first else cell for n, cell in enumerate(cells)))
    head = ("where",) * places + ("who", "action", "chance") + ("90% of draws",) * bool(draws)
    head += ("in the limit",) * limit + ("comes up",) * comes
    return Table(head, tuple(rows), _note(answer, len(play.turns) - len(order), comes), left=2 + places)


def _note(answer: Principal, more: int, comes: bool) -> str:
    told = []
    if answer.to_limit:
        told.append("Limit: where precision has no bound, and the better action is always taken.")
    elif not answer.found.precision > 0:
        told.append("At precision 0 play is chance, whatever actions are worth.")
    elif answer.uneven:
        told.append("Precision: of two actions the one worth 1 payoff more is taken exp(precision) times as often.")
    else:
        odds = math.exp(min(answer.found.precision, 700.0))
        times = f"{odds:.3g} times as often" if odds < 1000 else "nearly always"
        times = "hardly more often" if odds < 1.005 else times
        at = f"Precision {answer.found.precision:.4g}"
        told.append(
            f"{at}: of two actions the one worth 1 payoff more is taken {times}, all else equal; at 0, by chance."
        )
    if comes:
        told.append("Comes up: the chance that play gets to the decision.")
    if more:
        told.append(f"{more:,} more decisions in --json.")
    return " ".join(told)


def plain_turns(answer: Principal) -> list[dict[str, Any]]:
    """Every decision as plain data."""
    data, found = answer.data, []
    for t, turn in enumerate(answer.play.turns):
        actions = {}
        for first, k in enumerate(of(answer, t)):
            low, high = known_ends(data["drawn"].values[:, k])
            actions[turn.actions[first]] = {"chance": float(data["chance"][k]), "low": low, "high": high,
                                            "limit": float(data["limit"][k])}  # fmt: skip
        found.append({"where": turn.where, "player": answer.play.players[turn.player], "actions": actions})
    return found
