"""Verdicts on theses, by the share of draws."""

from __future__ import annotations

import numpy as np
import pytest

from detente.questions.thesis import judged, told
from detente.scenario.inquiry import Thesis

THESIS = Thesis("a", "It rose.", ("C1",), "peace", more=("leaders",))


@pytest.mark.parametrize(
    ("above", "word"), [(20, "borne out"), (18, "borne out"), (17, "undecided"), (3, "undecided"), (2, "against")]
)
def test_it_is_decided_from_ninety_of_a_hundred_draws_on(above: int, word: str) -> None:
    margin = np.array([0.1, *[0.2] * above, *[-0.1] * (20 - above)])
    found = judged(THESIS, margin)
    assert (found.word, found.holds, found.draws) == (word, above, 20)
    assert found.low <= found.high
    assert word in told([found])
    assert found.finding().claims == ("C1",)


def test_what_makes_no_difference_does_not_come_out() -> None:
    assert judged(THESIS, np.zeros(11)).word == "against"
    rounded = judged(THESIS, np.array([4e-7, *[1e-6, -1e-6] * 5, 1e-6]))  # what solutions are not sure of
    assert (rounded.word, rounded.holds) == ("against", 0)


def test_without_draws_nothing_is_decided() -> None:
    found = judged(THESIS, np.array([0.1]))
    assert "likely numbers" in found.word
    assert np.isnan(found.low)
    assert found.finding().holds is None


def test_nothing_is_said_without_theses() -> None:
    assert told([]) == ""
