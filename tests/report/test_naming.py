"""Identifiers as the scenario's own prose spells them."""

from __future__ import annotations

from detente.report.naming import Names
from tests.border import border


def test_names_of_a_case() -> None:
    names = Names(border())
    assert names.words("mass_troops") == "mass troops"
    assert names.cited("interest north.trade") == "interest Northland: trade"
    assert names.cited("action north.raid") == "action Northland: raid"
    assert names.cited("what-if 'a calmer line'") == "what-if a calmer line"
    assert names.cited("record of 'clashes'") == "record of clashes"
    assert names.cited("record of 'no_clash'") == "record of no clash"
    assert names.cited('deal "the hawks\' land"') == "deal the hawks' land"
    acts = {action.name: names.action(action) for action in border().actions}
    assert acts["raid"] == "Raid across the line"
    assert acts["thin_out"] == "Thin out"
    outcomes = {spec.name: names.condition(spec) for spec in border().outcomes}
    assert outcomes["agreement"] == "border is agreed"
    assert outcomes["raid"] == "Northland: raid"
