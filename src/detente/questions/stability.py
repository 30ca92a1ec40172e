"""Is it stable: could anyone do better by moving alone, and what would the others answer?

The Graph Model for Conflict Resolution, on the case's own moves and monthly payoffs. States are those of the game. A
decision maker's move is an action open to it that leads elsewhere, by its likeliest outcome; one that needs consent is
a move where nobody asked is worse off a month after it. States are ranked by what they pay a month, events of chance
included, and nothing else: neither the way ahead nor what an act costs counts, which is what this reading leaves out
and the other questions do not. Concepts and reply rules: :mod:`detente.graph`.

Preferences follow from the numbers, so every draw has rankings of its own; in how many of them the present state is
stable is told. What if preferences were not known at all: for Nash, the share of a decision maker's rankings of the
states it can move to under which it would stay, 1 / (1 + moves).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.graph.coalitions import every
from detente.graph.concepts import CONCEPTS, GLOSSES, stable
from detente.graph.model import GraphModel
from detente.graph.moves import Moves
from detente.graph.reasons import Reason, reason
from detente.graph.replies import checked
from detente.graph.words import within
from detente.problems import DetenteError
from detente.questions import stability_turns as turns
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, provenance, situation_of
from detente.questions.rehearsal import question
from detente.questions.stability_together import (
    TOGETHER,
    Joint,
    differs,
    entries,
    joint_moves,
    paragraph,
    read,
    title_of,
)
from detente.questions.words import listed, month, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.game.arrays import Column, Game
    from detente.game.structure import Structure
    from detente.graph.replies import Rule
    from detente.scenario.model import Scenario, Situation

REPLIES = "legal sequences"
KINDS = {
    "would go": "would leave it",
    "fears the answer": "would gain by moving but fear the answer",
    "no wish to go": "have moves and no wish to go",
    "no way out": "have no way out",
}
SAME = 9  # decimals of a month's payoff: states that pay the same so far are a tie


@dataclass(frozen=True, eq=False)
class CaseStability(Answer):
    """The answer for the state of a situation. ``data``: ``stable`` (actor, concept) at the likely numbers,
    ``drawn`` (draw, actor, concept), ``moves`` (actor): how many it has, ``open_rankings`` (actor): see above;
    ``joint`` (coalition, concept) and ``joint_drawn`` (draw, coalition, concept), of none where the case is too large.
    """

    data: xr.Dataset
    ensemble: Ensemble
    situation: Situation
    replies: Rule
    reasons: tuple[Reason, ...]  # why the state is stable or not by SEQ, an actor each
    joint_moves: Mapping[str, Joint]  # where coalitions would go together by SEQ, of those that would

    @property
    def equilibrium(self) -> dict[str, bool]:
        """Whether the state is stable for everybody, by concept."""
        return {str(one): bool(self.data["stable"].sel(concept=one).all()) for one in self.data["concept"].values}

    def paragraph(self) -> str:
        """By which concepts the state is stable, who would leave it, and why the others stay."""
        held = [name for name, holds in self.equilibrium.items() if holds]
        drawn = self.data["drawn"].all("actor").sum("draw")
        counted = "; ".join(f"{name} in {int(drawn.sel(concept=name))}" for name in CONCEPTS)
        draws = f" Over {self.data.sizes['draw']} draws: {counted}." if self.data.sizes["draw"] else ""
        concepts = f"an equilibrium by {listed(held)}" if held else "an equilibrium by none of the five concepts"
        return (
            f"Ranked by what they pay a month, the state of {month(self.situation.date)} is {concepts}, if the others "
            f"reply by {self.replies}.{draws}{turns.said(self)} {self._kinds()}{self._together()}"
        )

    def _together(self) -> str:
        """Who would leave it together."""
        return paragraph(self)

    def _kinds(self) -> str:
        told = []
        for kind, said in KINDS.items():
            names = [within(self._title(one.actor)) for one in self.reasons if one.kind == kind]
            if names:
                told.append(f"{said}: {listed(names)}")
        return f"Those who {'; '.join(told)}." if told else ""

    def _title(self, name: str) -> str:
        return title_of(self, name)

    def findings(self) -> list[Finding]:
        """One for each decision maker, with its reason."""
        found, draws = [], self.data.sizes["draw"]
        for one in self.reasons:
            held = int(self.data["drawn"].sel(actor=one.actor, concept="SEQ").sum()) if draws else None
            said = f"{self._title(one.actor)}: {one.kind}. {one.text}."
            found.append(Finding(said, unit="stable or not", holds=held, draws=draws))
        return found

    def table(self) -> Table:
        """A row a decision maker, a column a concept; in how many draws."""
        draws, rows = self.data.sizes["draw"], []
        for one in self.reasons:
            here = self.data.sel(actor=one.actor)
            cells = []
            for concept in CONCEPTS:
                sign = "stable" if bool(here["stable"].sel(concept=concept)) else "not"
                counted = f" ({int(here['drawn'].sel(concept=concept).sum())}/{draws})" if draws else ""
                cells.append(sign + counted)
            open_ = percent(float(here["open_rankings"]))
            rows.append((self._title(one.actor), one.kind, *cells, str(int(here["moves"])), open_))
        head = ("actor", "why, by SEQ", *CONCEPTS, "moves", "if its ranking were unknown")
        counted = f"In brackets: in how many of {draws} draws.\n" if draws else ""
        note = (
            f"{GLOSSES}\n{counted}Last column: share of all rankings of its moves under which it would stay, by Nash."
        )
        return Table(head, tuple(rows), note, left=2)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """A row a decision maker, a column a concept: filled where the state is stable, by the share of draws."""
        from detente.questions.stability_picture import grid

        return grid(self, width)

    def provenance(self) -> Mapping[str, Any]:
        """How it was made."""
        asked = {"situation": self.situation.name, "since": str(self.situation.date), "replies": self.replies}
        return provenance(self.ensemble, **asked, states=int(self.data.attrs["states"]))

    def details(self) -> dict[str, Any]:
        """Every actor and concept, and the coalitions that could gain."""
        return {
            "equilibrium": self.equilibrium,
            "turns": turns.found(self),
            "coalitions_looked_at": self.data.sizes["coalition"],
            "coalitions": entries(self),
            "actors": {
                one.actor: {
                    "why": one.kind,
                    "text": one.text,
                    "moves": int(self.data["moves"].sel(actor=one.actor)),
                    "stable": {c: bool(self.data["stable"].sel(actor=one.actor, concept=c)) for c in CONCEPTS},
                }
                for one in self.reasons
            },
        }


@question
def stability(
    scenario: Scenario, since: str | None = None, replies: str = REPLIES, *, asking: Asking | None = None
) -> CaseStability:
    """For whom a situation's state is stable, by five concepts, and why.

    ``replies``: 'single move', 'each at most once' or 'legal sequences'. DetenteError for an unknown situation or rule,
    and where nobody can move.
    """
    situation = situation_of(scenario, since)
    rule = checked(replies, len(scenario.actors))
    solved = (asking or Asking()).solved(scenario)
    key: dict[str, Any] = {"situation": situation.name, "replies": rule}
    found = solved.answers("stability", partial(_answer, situation=situation, rule=rule), "drawn", **key)
    why = partial(_reasons, situation=situation, rule=rule)
    (told,) = solved.answers("reasons", why, "central", **key)
    movers = found[0]["movers"]
    if not len(movers):
        raise DetenteError("Nobody has a move in this case, so no state could be left.")
    names = [scenario.actors[i].name for i in movers]
    kinds, texts = (told[what].tolist() for what in ("kind", "text"))
    state = int(told["state"])
    reasons = tuple(
        Reason(state, name, "SEQ", kind, text) for name, kind, text in zip(names, kinds, texts, strict=True)
    )
    groups = [TOGETHER.join(group) for group in every(names)][: len(found[0]["joint"])]
    data = xr.Dataset(
        {
            "stable": (("actor", "concept"), found[0]["stable"]),
            "drawn": (("draw", "actor", "concept"), np.array([one["stable"] for one in found[1:]], dtype=bool)
                      .reshape(len(found) - 1, len(names), len(CONCEPTS))),
            "moves": ("actor", told["moves"]),
            "open_rankings": ("actor", 1.0 / (1.0 + told["moves"])),
            "joint": (("coalition", "concept"), found[0]["joint"]),
            "joint_drawn": (("draw", "coalition", "concept"), np.array([one["joint"] for one in found[1:]], dtype=bool)
                            .reshape(len(found) - 1, *found[0]["joint"].shape)),
        },
        coords={"actor": names, "concept": list(CONCEPTS), "coalition": groups},
        attrs={"states": int(told["states"])},
    )  # fmt: skip
    return CaseStability(data, solved, situation, rule, reasons, joint_moves(scenario, groups, found[0]))


def _answer(solved: Solved, situation: Situation, rule: Rule) -> dict[str, np.ndarray]:
    """(movers, concepts) whether the state is stable, with the movers' indices; and what coalitions could do."""
    state, pays = solved.structure.index(situation), np.round(np.asarray(solved.game.flow), SAME)
    movers, moves, ranks = _graph(solved.game)
    held = [stable(moves, ranks, concept, rule)[state] for concept in CONCEPTS] if moves else []
    return {
        **read(solved.structure, pays, moves, ranks, state, rule),
        "movers": np.array(movers, dtype=int),
        "stable": np.array(held, dtype=bool).T.reshape(len(movers), len(CONCEPTS)),
    }


def _reasons(solved: Solved, situation: Situation, rule: Rule) -> dict[str, np.ndarray]:
    """Of each mover the reason by SEQ and how many moves it has; the state, and how many there are."""
    structure = solved.structure
    state = structure.index(situation)
    arrays = {"state": np.array(state), "states": np.array(len(structure.states))}
    if not any(len(_edges(column, np.asarray(solved.game.flow))[0]) for column in solved.game.columns):
        return {**arrays, "kind": np.array([], dtype="U1"), "text": np.array([], dtype="U1"), "moves": np.zeros(0, int)}
    model = graph_of(structure, solved.game, state)
    titles = {actor.name: actor.title for actor in structure.scenario.actors}
    told = tuple(titles[name] for name in model.actors)
    model = replace(model, numbered=False, actors=told if len(set(told)) == len(told) else model.actors)
    found = [reason(model, state, n, "SEQ", rule) for n in range(len(model.actors))]
    return {
        **arrays,
        "kind": np.array([one.kind for one in found]),
        "text": np.array([one.text for one in found]),
        "moves": np.array([len(own.from_(state)) for own in model.moves]),
    }


def graph_of(structure: Structure, game: Game, present: int) -> GraphModel:
    """The case as a graph model of those who have moves; a state is told by how it differs from the present one."""
    scenario = structure.scenario
    movers, moves, ranks = _graph(game)
    levels = structure.states.levels
    labels = [differs(scenario, row, levels[present]) for row in levels]
    return GraphModel(tuple(scenario.actors[i].name for i in movers), tuple(labels), moves, ranks, scenario.title)


def _graph(game: Game) -> tuple[list[int], tuple[Moves, ...], np.ndarray]:
    """Who has moves, the moves of each, and everybody's ranks (S, movers), by what a state pays a month."""
    pays = np.round(np.asarray(game.flow), SAME)
    own: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
    for column in game.columns:
        source, to = _edges(column, pays)
        if len(source):
            own.setdefault(column.actor, []).append((source, to))
    movers = sorted(own)
    joined = ([np.concatenate(side) for side in zip(*own[i], strict=True)] for i in movers)
    moves = tuple(Moves.of(source, to, len(pays)) for source, to in joined)
    ranks = [np.unique(pays[:, i], return_inverse=True)[1] for i in movers]
    return movers, moves, np.stack(ranks, axis=1).astype(np.int32) if ranks else np.zeros((len(pays), 0), np.int32)


def _edges(column: Column, pays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From where to where a column's actions lead, by their likeliest outcome, where those asked do not lose by it."""
    here = np.arange(len(pays))
    likeliest = np.asarray(column.chance).argmax(axis=1)
    there = np.asarray(column.succ)[here, likeliest]
    goes = (np.asarray(column.action) >= 0) & (there != here)
    for asked in column.consenters:
        goes &= pays[there, asked] >= pays[here, asked]
    return here[goes], there[goes]
