"""Numbers as they are read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report import words
from detente.report.view import Range
from detente.scenario.model import Month


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.0, "0%"), (1e-7, "<0.01%"), (0.00036, "0.04%"), (0.0035, "0.35%"), (0.0716, "7.2%"), (0.3449, "34%"),
     (0.9899, "99%"), (0.9931, "99.3%"), (0.9999, ">99.9%"), (1.0, "100%"), (math.nan, "—")],
)  # fmt: skip
def test_chances(p: float, said: str) -> None:
    assert words.chance(p) == said


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_chance_never_reads_smaller(p: float, q: float) -> None:
    def value(x: float) -> float:
        return float(words.chance(x).strip("%<>"))

    low, high = sorted((p, q))
    assert value(low) <= value(high) + 0.1  # '>99.9%' stands for what lies above it


@given(st.floats(0, 1))
def test_a_possible_thing_never_reads_as_impossible_or_certain(p: float) -> None:
    said = words.chance(p)
    assert (said == "0%") == (p == 0.0)
    assert (said == "100%") == (p > 1 - 1e-11)


def test_ranges() -> None:
    assert words.spread(0.051, 0.31) == "5.1–31%"
    assert words.spread(0.31, 0.31) == "31%"
    assert words.spread(math.nan, 0.31) == "—"


def test_likelihood_covers_every_chance() -> None:
    assert words.likelihood(0.0) == "remote chance"
    assert words.likelihood(0.2) == "very unlikely"
    assert words.likelihood(0.5) == "roughly even chance"
    assert words.likelihood(1.0) == "almost certain"
    assert words.likelihoods(Range(0.3, 0.1, 0.5)) == "very unlikely to roughly even chance"


@pytest.mark.parametrize(
    ("x", "said"), [(-0.004, "0.00"), (0.0, "0.00"), (-1.234, "−1.23"), (1.5, "+1.50"), (math.nan, "—")]
)
def test_payoffs(x: float, said: str) -> None:
    assert words.payoff(x, 2, signed=True) == said


@pytest.mark.parametrize(
    ("tempo", "said"),
    [(1.0, "about once a month"), (0.5, "about once in 2 months"), (0.3, "about once in 3.3 months"),
     (1 / 48, "about once in 4 years"), (2.0, "about 2 times a month"), (0.0, "never by itself")],
)  # fmt: skip
def test_tempo(tempo: float, said: str) -> None:
    assert words.how_often(tempo) == said


def test_dates_and_lists() -> None:
    assert words.month(Month(2025, 6)) == "June 2025"
    assert words.month(Month(2025, 6), short=True) == "Jun 2025"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.sentence("it holds") == "It holds."
