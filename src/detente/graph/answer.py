"""Which states are stable, for whom, and what follows: the whole analysis of a graph model under one rule for replies.

Concepts and rules are told in :mod:`detente.graph.concepts`, :mod:`detente.graph.replies` and
:mod:`detente.graph.coalitions`. The rule changes the answer as soon as there are three decision makers, so an answer
always says which it used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from detente.graph.coalitions import every, jointly_better, stable_for
from detente.graph.concepts import CONCEPTS, concept_of, stable
from detente.graph.model import GraphModel
from detente.graph.reasons import Reason, why
from detente.graph.replies import checked
from detente.problems import DetenteError, takes
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from detente.graph.replies import Rule

MOST_COALITIONS = 120  # that are looked at when all are asked for
MOST_UNASKED = 2**27  # states squared times 2^decision makers, up to which all are looked at unasked


@dataclass(frozen=True, eq=False)
class Stability:
    """The answer: ``table`` (state, actor, concept) and ``joint`` (state, coalition, concept) say what is stable.

    ``joint`` has no coalition where none was looked at. States are labelled as in the model, with their ``number``.
    """

    model: GraphModel
    replies: Rule
    table: xr.DataArray
    joint: xr.DataArray

    def equilibria(self, concept: str = "Nash", *, coalitions: bool = False) -> list[str]:
        """The states that are stable for every decision maker, and for every coalition looked at if that is asked."""
        held = self.table.sel(concept=concept_of(concept)).all("actor")
        if coalitions:
            if not self.joint.sizes["coalition"]:
                raise DetenteError("No coalition was looked at; ask for them: analyse(..., coalitions='all').")
            held = held & self.joint.sel(concept=concept).all("coalition")
        return [str(state) for state in held["state"].values[held.values]]

    def why(self, state: str | int, actor: str, concept: str = "SEQ") -> Reason:
        """Why a state (label, or number from 1) is stable for a decision maker or not, in words."""
        return why(self.model, state, actor, concept, self.replies)

    def upset_by(self, state: str | int) -> dict[str, list[str]]:
        """Which coalitions could leave a state for one that all its members prefer: coalition -> those states."""
        at, names = self.model.state(state), [str(name) for name in self.joint["coalition"].values]
        tempted = [n for n, holds in enumerate(self.joint.sel(concept="Nash").values[at]) if not holds]
        members = self.joint.attrs["members"]
        return {
            names[n]: [
                self.model.states[to] for to in jointly_better(self.model.moves, self.model.ranks, members[n], at)
            ]
            for n in tempted
        }

    def summary(self) -> str:
        """The answer in one plain paragraph."""
        from detente.graph.saying import paragraph

        return paragraph(self)

    def chart(self) -> alt.LayerChart:
        """States by concepts, equilibria first: a filled mark is an equilibrium."""
        from detente.graph.picture import table_chart

        return table_chart(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data: summary, findings, provenance. States are told by number and label."""
        from detente.graph.saying import findings

        return {
            "summary": self.summary(),
            "findings": findings(self),
            "provenance": {
                "title": self.model.title,
                "states": len(self.model.states),
                "actors": list(self.model.actors),
                "options": [{"actor": actor, "option": option} for actor, option in self.model.options],
                "moves": {actor: len(own.to) for actor, own in zip(self.model.actors, self.model.moves, strict=True)},
                "replies": self.replies,
                "coalitions": [str(name) for name in self.joint["coalition"].values],
                "version": VERSION,
            },
        }

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def __repr__(self) -> str:
        return f"<Stability of {self.model.title}: {len(self.model.states):,} states, replies by {self.replies}>"


@takes(GraphModel, "get one by read_graph('cuban-missile-crisis.yaml')")
def analyse(
    model: GraphModel,
    replies: str = "legal sequences",
    coalitions: Sequence[Sequence[str]] | Literal["all"] | None = None,
) -> Stability:
    """Every concept for every state, decision maker and coalition.

    ``replies`` is 'single move', 'each at most once' or 'legal sequences'. ``coalitions`` are groups of decision
    makers, or 'all' of two and more; left out, all are looked at where there are at most 120 and states^2 x 2^decision
    makers is at most 2^27 (2,048 states and five, 4,096 and three). Raises DetenteError for a rule or a name that is
    none.
    """
    rule = checked(replies, len(model.actors))
    groups = _groups(model, coalitions)
    alone = np.stack([stable(model.moves, model.ranks, concept, rule) for concept in CONCEPTS], axis=2)
    joint = np.zeros((len(model.states), len(groups), len(CONCEPTS)), bool)
    members = [tuple(model.actor(name) for name in group) for group in groups]
    for n, group in enumerate(members):
        joint[:, n] = stable_for(model.moves, model.ranks, group, rule)
    shared = {"state": list(model.states), "concept": list(CONCEPTS), "number": ("state", np.arange(len(alone)) + 1)}
    return Stability(
        model,
        rule,
        xr.DataArray(alone, {**shared, "actor": list(model.actors)}, ("state", "actor", "concept"), "stable",
                     {"replies": rule, "title": model.title}),
        xr.DataArray(joint, {**shared, "coalition": [" + ".join(group) for group in groups]},
                     ("state", "coalition", "concept"), "stable", {"replies": rule, "members": members}),
    )  # fmt: skip


def _groups(model: GraphModel, asked: Sequence[Sequence[str]] | str | None) -> tuple[tuple[str, ...], ...]:
    count, many = len(model.actors), 2 ** len(model.actors) - len(model.actors) - 1
    if asked is None:
        unasked = many <= MOST_COALITIONS and len(model.states) ** 2 << count <= MOST_UNASKED
        return every(model.actors) if unasked else ()
    if isinstance(asked, str):
        if asked != "all":
            raise DetenteError(f"Coalitions are 'all' or lists of decision makers, not {asked!r}.")
        if many > MOST_COALITIONS:
            raise DetenteError(f"{count} decision makers can form {many:,} coalitions; name some.")
        return every(model.actors)
    groups = [tuple(sorted(group, key=model.actor)) for group in asked]
    if wrong := [group for group in groups if not group or len(set(group)) < len(group)]:
        raise DetenteError(f"A coalition is some decision makers, each once, not {list(wrong[0])}.")
    return tuple(dict.fromkeys(groups))
