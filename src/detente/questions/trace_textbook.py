"""What a textbook says of the same game beside the branch: as plain data, and in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.textbook import backward_induction, nash_of_two, pure, pure_of_two, tie_of
from detente.graph.words import within
from detente.questions.trace_details import of
from detente.questions.words import listed, percent

if TYPE_CHECKING:
    from detente.questions.trace import Principal

MATCH = 0.01  # of a chance: so near, the limit is the textbook's answer
TRIED = 10_000  # profiles of a game played once, for its equilibria in pure actions
NAMED = 5  # equilibria in pure actions, in words


def known(answer: Principal) -> dict[str, Any] | None:
    """The textbook's answer: all Nash equilibria of a 2 x 2 game, those in pure actions of a larger one, or backward
    induction; and whether the limit is one.

    Where payoffs tie, the equilibria in pure actions only, or the tie that backward induction comes to. None where it
    has no answer, and for a game played once with more than TRIED profiles.
    """
    play = answer.play
    if not play.once:
        return _induced(answer)
    if len(play.players) != 2 or [len(turn.actions) for turn in play.turns] != [2, 2]:
        return _pure(answer)
    places = np.ix_((0, 1), play.turns[0].columns, play.turns[1].columns)
    payoffs = play.game.payoffs[play.turns[0].row][places]
    found = nash_of_two(payoffs)
    equilibria = pure_of_two(payoffs) if found is None else found
    last = answer.data["limit"].values[[1, 3]]
    reached = [n for n, each in enumerate(equilibria) if np.abs(last - each).max() <= MATCH]
    return {"kind": "Nash equilibria", "tied": found is None, "equilibria": [list(each) for each in equilibria],
            "limit": reached[0] if reached else None}  # fmt: skip


def _pure(answer: Principal) -> dict[str, Any] | None:
    """The equilibria in pure actions, an action a decision, by every profile."""
    play, row = answer.play, answer.play.turns[0].row
    columns = [np.flatnonzero(mask[row]) for mask in play.game.mask]
    if math.prod(map(len, columns)) > TRIED:
        return None
    found = pure(play.game.payoffs[row][np.ix_(np.arange(len(columns)), *columns)])
    takes = [[each[turn.player] for turn in play.turns] for each in found]
    limit = [answer.data["limit"].values[of(answer, t)] for t in range(len(play.turns))]
    near = [min(one[k] for one, k in zip(limit, each, strict=True)) >= 1 - MATCH for each in takes]
    names = [[turn.actions[k] for turn, k in zip(play.turns, each, strict=True)] for each in takes]
    return {"kind": "Nash equilibria in pure actions", "equilibria": names,
            "limit": near.index(True) if any(near) else None}  # fmt: skip


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
        return "Other equilibria were not sought." if answer.play.once and answer.limit is not None else ""
    if found["kind"] == "Nash equilibria in pure actions":
        return _told_pure(answer, found)
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


def _told_pure(answer: Principal, found: dict[str, Any]) -> str:
    """Equilibria in pure actions beside the limit, or all where the limit is none of them."""
    rest = [each for n, each in enumerate(found["equilibria"]) if n != found["limit"]]
    names = [", ".join(_phrase(answer, t, done) for t, done in enumerate(each)) for each in rest[:NAMED]]
    more = [f"{len(rest) - NAMED:,} more"] if len(rest) > NAMED else []
    told, other = "; ".join(names + more), "" if found["limit"] is None else "other "
    unsought = "others in mixed actions were not sought"
    if len(answer.play.turns) == 1 and not rest:
        return "The game has no other."  # one player mixes only what is as good
    if not rest:
        return f"The game has no {other or 'equilibrium '}in pure actions; {unsought}."
    many = len(rest) > 1
    return f"The game's {other}{'equilibria' if many else 'equilibrium'} in pure actions: {told}; {unsought}."


def _each(answer: Principal, chances: list[float]) -> list[str]:
    """An equilibrium of a 2 x 2 game, a phrase a player."""
    told = []
    for t, (turn, chance) in enumerate(zip(answer.play.turns, chances, strict=True)):
        both = [f"{turn.actions[k]} with {percent(p)}" for k, p in enumerate((1.0 - chance, chance))]
        told.append(_phrase(answer, t, turn.actions[int(chance)] if chance in (0.0, 1.0) else listed(both)))
    return told


def _phrase(answer: Principal, t: int, done: str) -> str:
    """What one who decides does: 'the first driver wait', 'A: 2'."""
    turn = answer.play.turns[t]
    counted = ":" if any(name[0].isdigit() for name in turn.actions) else ""
    return f"{within(answer.play.players[turn.player])}{counted} {done}"
