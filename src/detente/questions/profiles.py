"""The graph model of a game played once: what users of the Graph Model make of the prisoner's dilemma or of chicken.

States are the profiles of actions, the first decision maker's action varying fastest. A decision maker's move changes
its own action, to any other and back again. States are ranked by what they pay, so every draw of a case's numbers has
rankings of its own, and in how many of them a state is an equilibrium is told. Concepts and replies:
:mod:`detente.graph`. Reference: Fang, Hipel and Kilgour 1993, Interactive Decision Making.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import case_hash
from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS, stable
from detente.graph.model import MOST_MOVES, MOST_STATES, GraphModel
from detente.graph.moves import Moves
from detente.graph.words import within
from detente.problems import DetenteError
from detente.questions.answer import Finding, Table
from detente.questions.asked import situation_of
from detente.questions.graphed import Graphed
from detente.questions.trace_turns import numbers_drawn, play_of
from detente.questions.words import listed
from detente.scenario.model import Scenario

if TYPE_CHECKING:
    from detente.game.gambit import Strategic
    from detente.questions.trace_turns import Play

SAME = 9  # decimals of a payoff: states that pay the same so far are a tie
BETWEEN = " / "  # between the actions of a state


@dataclass(frozen=True, eq=False)
class Profiled(Graphed):
    """The answer. ``drawn`` (draw, state, concept): whether it is an equilibrium; ``same`` (draw,): as at the likely
    numbers are the rankings; ``kept``: what waiting leaves as it is, for whom."""

    given: Scenario | Strategic
    drawn: np.ndarray
    same: np.ndarray
    seed: int
    kept: tuple[str, ...] = ()

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        kept = f" To wait keeps {listed(list(self.kept))}." if self.kept else ""
        return f"{self.graph.summary()}{kept}{self._draws()}"

    def _draws(self) -> str:
        """In how many draws each of the equilibria is one."""
        if not len(self.drawn):
            return ""
        if self.same.all():
            return (
                f" The rankings, and so the answer, are the same in all {len(self.same)} draws of the case's numbers."
            )
        told = []
        for concept in ("Nash", "SEQ"):
            held = [self.graph.model.state(label) for label in self.graph.equilibria(concept)]
            counts = [f"{self.graph.model.told(s)} in {self._count(s, concept)}" for s in held]
            told.append(f"by {concept} {listed(counts) or 'none'}")
        return (
            f" The rankings are the same in {int(self.same.sum())} of {len(self.same)} draws of the case's numbers; "
            f"equilibria {'; '.join(told)}."
        )

    def _count(self, state: int, concept: str) -> int:
        return int(self.drawn[:, state, CONCEPTS.index(concept)].sum()) if len(self.drawn) else 0

    def findings(self) -> list[Finding]:
        """The equilibria by each concept; in how many draws they are the same."""
        likely = np.array([[bool(self.graph.table.values[s, :, n].all()) for n in range(len(CONCEPTS))]
                           for s in range(len(self.graph.model.states))])  # fmt: skip
        same = [int((self.drawn[:, :, n] == likely[:, n]).all(axis=1).sum()) for n in range(len(CONCEPTS))]
        draws = len(self.drawn)
        return [replace(one, holds=same[n] if draws else None, draws=draws) for n, one in enumerate(super().findings())]

    def table(self) -> Table:
        """As of every graph model, with in how many draws a state is an equilibrium."""
        table, draws = super().table(), len(self.drawn)
        who = BETWEEN.join(map(within, self.graph.model.actors))
        brackets = " In brackets: in how many draws it is an equilibrium." if draws else ""
        do = "do" if len(self.graph.model.actors) > 1 else "does"
        note = f"A state: what {who} {do}.{brackets}\n{table.note}"
        if not draws:
            return replace(table, note=note)
        at = {self.graph.model.told(s): s for s in range(len(self.graph.model.states))}
        rows = []
        for told, *cells in table.rows:
            counts = self.drawn[:, at[told]].sum(axis=0)
            shown = [f"{cell} ({count}/{draws})" if count or cell == "holds" else cell
                     for cell, count in zip(cells, counts.tolist(), strict=True)]  # fmt: skip
            rows.append((told, *shown))
        return replace(table, rows=tuple(rows), note=note)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        made = super().provenance() | {"draws": len(self.drawn), "seed": self.seed}
        if isinstance(self.given, Scenario):
            made |= {"case": self.given.name, "case_hash": case_hash(self.given)}
        return made

    def details(self) -> dict[str, Any]:
        """As of every graph model, with in how many draws each state is an equilibrium."""
        counts = {concept: self.drawn[:, :, n].sum(axis=0).tolist() for n, concept in enumerate(CONCEPTS)}
        return super().details() | {"drawn": counts if len(self.drawn) else None}


def profiled(
    given: Scenario | Strategic,
    since: str | None = None,
    replies: str = "legal sequences",
    draws: int = 20,
    seed: int = 0,
) -> Profiled:
    """Which profiles of actions hold, of a case in which all move at once and once, or of a game of an .nfg file.

    DetenteError for a case that goes on or in which one moves after another, for a rule that is none, and for a game
    with more profiles than a graph model holds.
    """
    if isinstance(given, Scenario):
        situation_of(given, since)
        if given.moves != "simultaneous":
            raise DetenteError(_other(given, f"moves {given.moves.replace('_', ' ')}"))
    play = play_of(given, since)
    if not play.once:
        raise DetenteError(_other(given, "goes on after the first month"))
    graph = analyse(graph_of_profiles(play), replies)
    held, same = list[np.ndarray](), list[bool]()
    likely = np.asarray(graph.table.values.all(axis=1))
    for numbers in numbers_drawn(given, draws, seed):
        one = graph_of_profiles(play_of(given, since, numbers))
        same.append(bool((one.ranks == graph.model.ranks).all()))
        alone = [stable(one.moves, one.ranks, concept, graph.replies).all(axis=1) for concept in CONCEPTS]
        held.append(np.stack(alone, axis=1))
    kept = tuple(f"{turn.keeps} ({within(play.players[turn.player])})" for turn in play.turns if turn.keeps)
    drawn = np.array(held, dtype=bool).reshape(-1, *likely.shape)
    return Profiled(graph, given, drawn, np.array(same, bool), seed, kept)


def _other(given: Scenario | Strategic, how: str) -> str:
    name = given.name if isinstance(given, Scenario) else given.title
    return (
        f"{given.title} {how}; the graph model of a game is made where all move at once and once. What each does is "
        f"told by: detente trace {name}."
    )


def graph_of_profiles(play: Play) -> GraphModel:
    """The graph model of a game played once: its profiles, each decision maker's own changes, ranks by payoff."""
    turns = play.turns
    sizes = [len(turn.actions) for turn in turns]
    states, moves = prod(sizes), prod(sizes) * sum(size - 1 for size in sizes)
    if states > MOST_STATES or moves > MOST_MOVES:
        raise DetenteError(
            f"The game has {states:,} profiles of actions and {moves:,} moves between them; a graph model holds "
            f"{MOST_STATES:,} and {MOST_MOVES:,}."
        )
    profiles = [each[::-1] for each in product(*(range(size) for size in reversed(sizes)))]  # the first varies fastest
    at = {profile: s for s, profile in enumerate(profiles)}
    edges = [_own(profiles, at, k, size) for k, size in enumerate(sizes)]
    labels = [BETWEEN.join(turn.actions[a] for turn, a in zip(turns, each, strict=True)) for each in profiles]
    if len(set(labels)) < states:
        labels = [BETWEEN.join(str(a + 1) for a in each) for each in profiles]
    pays = np.array([_paid(play, each) for each in profiles])
    names = tuple(play.players[turn.player] for turn in turns)
    return GraphModel(names, tuple(labels), tuple(edges), np.round(pays, SAME), play.title)


def _own(profiles: list[tuple[int, ...]], at: dict[tuple[int, ...], int], k: int, size: int) -> Moves:
    """The changes of one decision maker's own action."""
    pairs = [(at[each], at[(*each[:k], a, *each[k + 1 :])]) for each in profiles for a in range(size) if a != each[k]]
    return Moves.of([a for a, _ in pairs], [b for _, b in pairs], len(profiles))


def _paid(play: Play, profile: tuple[int, ...]) -> list[float]:
    """What a profile pays those who decide."""
    row = play.turns[0].row
    columns = [int(np.argmax(mask[row])) for mask in play.game.mask]  # of those who have no choice, what they do
    for turn, action in zip(play.turns, profile, strict=True):
        columns[turn.player] = turn.columns[action]
    paid = play.game.payoffs[row][(slice(None), *columns)]
    return [float(paid[turn.player]) for turn in play.turns]
