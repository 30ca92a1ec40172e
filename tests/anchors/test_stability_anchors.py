"""Graph models of the literature: moves, stable states and equilibria that other programs and texts give.

All have two decision makers, for whom the three rules for replies agree. Equilibria of SEQ, SMR and GMR by gmcr-py are
held to as well; what it calls SIM (simultaneous moves) is no concept here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS
from detente.graph.leaving import leaving
from detente.graph.model import GraphModel
from detente.graph.options import from_options
from detente.graph.replies import RULES

CASES = json.loads((Path(__file__).parent / "graph.json").read_text(encoding="utf-8"))
RUNS = [pytest.param(case, rule, id=f"{case['name']}-{rule}") for case in CASES for rule in case["stable"]]


def model(case: dict[str, Any]) -> GraphModel:
    return from_options(case["actors"], case["rankings"], case["infeasible"], case["irreversible"], title=case["name"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_states_and_moves(case: dict[str, Any]) -> None:
    found = model(case)
    assert list(found.states) == case["states"]
    for actor, rows in (case["reachable"] or {}).items():
        own = found.moves[found.actor(actor)]
        assert [(own.from_(s) + 1).tolist() for s in range(len(rows))] == rows


@pytest.mark.parametrize(("case", "rule"), RUNS)
def test_stable_states(case: dict[str, Any], rule: str) -> None:
    found = analyse(model(case), rule)
    for concept, each in case["stable"][rule].items():
        for actor, states in each.items():
            held = found.table.sel(concept=concept, actor=actor).values
            assert (np.flatnonzero(held) + 1).tolist() == states, (concept, actor)
        held = found.equilibria(concept)
        assert [found.model.state(state) + 1 for state in held] == case["equilibria"][rule][concept]
        assert not case["gmcr_py"] or case["gmcr_py"][concept] == case["equilibria"][rule][concept]


@pytest.mark.parametrize(("case", "rule"), RUNS)
def test_one_state_alone(case: dict[str, Any], rule: Any) -> None:
    """The same states, looked at one by one, each decision maker as a coalition of one."""
    found = model(case)
    alone = [[k] for k in range(len(found.actors))]
    held = np.stack([leaving(found.moves, found.ranks, s, alone, rule).stable for s in range(len(found.states))])
    for concept, each in case["stable"][rule].items():
        for actor, states in each.items():
            here = held[:, found.actor(actor), CONCEPTS.index(concept)]
            assert (np.flatnonzero(here) + 1).tolist() == states, (concept, actor)


def test_every_rule_and_all_but_one_concept_are_in_the_table() -> None:
    assert {rule for case in CASES for rule in case["stable"]} == set(RULES)
    assert {concept for case in CASES for rule in case["stable"].values() for concept in rule} == {*CONCEPTS} - {"SSEQ"}
