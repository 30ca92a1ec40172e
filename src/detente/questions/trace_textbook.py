"""What a textbook says of the same game beside the branch: as plain data, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.textbook import backward_induction, nash_of_two, pure_of_two, tie_of
from detente.graph.words import within
from detente.questions.trace_details import of
from detente.questions.words import listed, percent

if TYPE_CHECKING:
    from detente.questions.trace import Principal

MATCH = 0.01  # of a chance: so near, the limit is the textbook's answer


def known(answer: Principal) -> dict[str, Any] | None:
    """The textbook's answer: all Nash equilibria of a 2 x 2 game, or backward induction; and whether the limit is one.

    Where payoffs tie, the equilibria in pure actions only, or the tie that backward induction comes to. None where it
    has no answer.
    """
    play = answer.play
    if not play.once:
        return _induced(answer)
    if len(play.players) != 2 or [len(turn.actions) for turn in play.turns] != [2, 2]:
        return None
    places = np.ix_((0, 1), play.turns[0].columns, play.turns[1].columns)
    payoffs = play.game.payoffs[play.turns[0].row][places]
    found = nash_of_two(payoffs)
    equilibria = pure_of_two(payoffs) if found is None else found
    last = answer.data["limit"].values[[1, 3]]
    reached = [n for n, each in enumerate(equilibria) if np.abs(last - each).max() <= MATCH]
    return {"kind": "Nash equilibria", "tied": found is None, "equilibria": [list(each) for each in equilibria],
            "limit": reached[0] if reached else None}  # fmt: skip


def _induced(answer: Principal) -> dict[str, Any] | None:
    """Backward induction over the states that play can come to, or where it cannot choose."""
    play, last = answer.play, answer.data["limit"].values
    reached = play.reached
    tie = tie_of(play.game, reached)
    if tie is not None:
        at = next(turn for turn in play.turns if (turn.row, turn.player) == (tie.state, tie.player))
        names = [at.actions[at.columns.index(column)] for column in sorted(tie.actions)]
        return {"kind": "tie", "where": at.where, "player": play.players[at.player], "actions": names}
    solved = backward_induction(play.game, reached)
    if solved is None:
        return None
    taken = [turn.columns.index(solved[0][turn.row]) for turn in play.turns]
    agrees = all(last[of(answer, t)][at] >= 1 - MATCH for t, at in enumerate(taken)) if answer.limit else None
    return {"kind": "backward induction", "actions": [t.actions[at] for t, at in zip(play.turns, taken, strict=True)],
            "value": (play.before + play.worth(solved[1])).tolist(), "limit": agrees}  # fmt: skip


def told_textbook(answer: Principal) -> str:
    """The known answer beside the branch's."""
    found = known(answer)
    if found is None:
        return ""
    if found["kind"] == "tie":
        where = f" at {found['where']}" if found["where"] else ""
        pair = " and ".join(found["actions"])
        who = f"{within(found['player'])}{where}, given the best play after them"
        return f"Backward induction says no one thing here: {pair} are worth the same to {who}."
    if found["kind"] == "backward induction":
        if answer.limit is not None and not found["limit"]:
            return "Backward induction, worked out from the end, leads elsewhere: do not rely on this limit."
        return "It is what backward induction, worked out from the end, gives too." if answer.limit else ""
    names = [", ".join(_each(answer, each)) for each in found["equilibria"]]
    if found["tied"]:
        pure = "; ".join(names) or "none"
        return f"Payoffs tie, so there may be infinitely many Nash equilibria; those in pure actions are: {pure}."
    if len(names) == 1:
        return "The game has no other." if found["limit"] == 0 else f"The game's only Nash equilibrium: {names[0]}."
    numbered = "; ".join(f"({n + 1}) {name}" for n, name in enumerate(names))
    selected = f" This is ({found['limit'] + 1})." if found["limit"] is not None else ""
    return f"The game has {len(names)} Nash equilibria: {numbered}.{selected}"


def _each(answer: Principal, chances: list[float]) -> list[str]:
    """An equilibrium of a 2 x 2 game, a phrase a player."""
    told = []
    for turn, chance in zip(answer.play.turns, chances, strict=True):
        sure = chance in (0.0, 1.0)
        both = [f"{turn.actions[k]} with {percent(p)}" for k, p in enumerate((1.0 - chance, chance))]
        done = turn.actions[int(chance)] if sure else listed(both)
        counted = ":" if any(name[0].isdigit() for name in turn.actions) else ""
        told.append(f"{within(answer.play.players[turn.player])}{counted} {done}")
    return told
