"""The dated rules of a scenario, against what its text says."""

from __future__ import annotations

import numpy as np
import pytest

from detente.game.structure import Structure
from detente.game.structure import compile as compiled
from detente.outcome.dated_rules import dated_rules
from detente.scenario.load import load_text
from tests.game.small import TEXT

PAID = TEXT.replace(
    "next: 2021-12, then:", "next: 2021-12, cost: {ours: pain}, gain: {theirs: 2 * pain}, then:"
).replace(
    "chance:\n",
    "chance:\n"
    "  - {about: A tax, every: 6 months, next: 2020-03, when: fence > none, then: {fence: fence},\n"
    "     cost: {theirs: luck}}\n"
    "  - {about: Nothing, every: 5 months, next: 2020-03, then: {fence: fence}}\n",
)


@pytest.fixture(scope="module")
def structure() -> Structure:
    return compiled(load_text(PAID, "fence.yaml"))


def test_each_has_its_first_date_after_the_situation_and_its_period(structure: Structure) -> None:
    for situation, holiday, tax in (("2020-01", 11.0, 2.0), ("2021-06", 6.0, 3.0)):
        found = dated_rules(structure, {}, structure.scenario.situation(situation))
        assert [(rule.rule, rule.every, rule.first) for rule in found] == [(0, 6.0, tax), (2, 12.0, holiday)]


def test_what_it_pays_it_pays_once(structure: Structure) -> None:
    tax, holiday = dated_rules(structure, {"pain": 2.5, "luck": 0.2}, structure.scenario.situation("2020-01"))
    assert holiday.pay is not None
    assert tax.pay is not None
    np.testing.assert_allclose(holiday.pay, np.tile([-2.5, 5.0, 0.0], (len(structure.states), 1)))
    for state, paid in enumerate(tax.pay):
        fenced = structure.describe(state)["fence"] != "none"
        np.testing.assert_allclose(paid, [0.0, -0.2 if fenced else 0.0, 0.0])
    # what is left of the flow is the interests and the rot, which costs 1 at a rate of 0.05 a month
    left = np.asarray(structure.game({"pain": 2.5, "luck": 0.2}).flow) - holiday.pay / 12 - tax.pay / 6
    for state, flow in enumerate(left):
        now = structure.describe(state)
        height = ["none", "low", "high"].index(now["fence"])
        peace = (-2.5 if now["mood"] == "sour" else 0.0) - (0.05 if height else 0.0)
        np.testing.assert_allclose(flow, [peace, -2.5 * height / 2, 0.0], atol=1e-12)


def test_a_situation_that_knows_better() -> None:
    text = TEXT.replace(
        "2020-01: {fence: none, mood: sour}", "2020-01: {fence: none, mood: sour, next: {A holiday: 2020-04}}"
    )
    structure = compiled(load_text(text, "fence.yaml"))
    (rule,) = dated_rules(structure, {}, structure.scenario.situation("2020-01"))
    assert (rule.first, rule.every, rule.pay) == (3.0, 12.0, None)


def test_without_a_calendar_there_are_none() -> None:
    text = TEXT.replace("every: 12 months, next: 2021-12", "rate: 0.1")
    structure = compiled(load_text(text, "fence.yaml"))
    assert dated_rules(structure, {}, structure.scenario.situation("2020-01")) == ()
