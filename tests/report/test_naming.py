"""Identifiers as the scenario's own prose spells them."""

from __future__ import annotations

from detente.report.naming import Names, spellings
from tests.border import border


def test_words_are_spelled_as_the_prose_spells_them() -> None:
    prose = ["Talks on the UN measures at Yongbyon.", "Seoul, the accord; an Accord is signed.", "a kim"]
    assert spellings(prose) == {"un": "UN", "yongbyon": "Yongbyon"}


def test_a_word_at_the_start_of_a_sentence_says_nothing() -> None:
    assert spellings(["Trade opens. Trade closes."]) == {}


def test_names_of_a_case() -> None:
    names = Names(border())
    assert names.words("mass_troops") == "mass troops"
    assert names.cited("interest north.trade") == "interest Northland: trade"
    assert names.cited("action north.raid") == "action Northland: raid"
    assert names.cited("what-if 'a calmer line'") == "what-if a calmer line"
    outcomes = {spec.name: names.condition(spec) for spec in border().outcomes}
    assert outcomes["agreement"] == "border is agreed"
    assert outcomes["raid"] == "Northland: raid"
