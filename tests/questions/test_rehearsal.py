"""A question rehearsed: every draw is read once, and the answer is the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from detente.ensemble import solve
from detente.ensemble.cache import Cache
from detente.ensemble.solve import Ensemble, ensemble
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.questions.compare import compare
from detente.questions.why import why
from tests.border import border

QUESTIONS = {"why": why, "compare": compare}


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each member is loaded."""
    found, real = Counter[str](), Ensemble.solved
    monkeypatch.setattr(
        Ensemble, "solved", lambda self, member: found.update([member.numbers.name]) or real(self, member)
    )
    return found


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_draw_is_loaded_once(name, tmp_path, monkeypatch, loaded) -> None:
    scenario, question = border(), QUESTIONS[name]
    plain = question(scenario, asking=Asking(3, cache=Cache(tmp_path / "plain"), threads=1))
    assert loaded["draw 2"] > 1
    cache = Cache(tmp_path / "rehearsed")
    ensemble(scenario, 3, cache=cache, threads=1)
    monkeypatch.setattr(solve, "LARGE", 1)
    loaded.clear()
    heard: list[str] = []
    asking = Asking(3, 0, lambda stage, *_: heard.append(stage), cache, 1)
    assert question(scenario, asking=asking).to_json() == plain.to_json()
    assert [loaded[f"draw {n}"] for n in range(3)] == [1, 1, 1]
    assert "answers" in heard
    loaded.clear()
    again = question(scenario, asking=Asking(3, cache=cache, threads=1))
    assert again.to_json() == plain.to_json()
    assert not any(loaded[f"draw {n}"] for n in range(3))


def test_a_question_that_cannot_be_asked_says_so_itself(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 1)
    with pytest.raises(DetenteError, match="nothing of the sort"):
        why(border(), outcome="nothing of the sort", asking=Asking(2, cache=Cache(tmp_path), threads=1))


def test_what_is_solved_is_shared_by_askings_of_as_many_draws(tmp_path) -> None:
    scenario, asking = border(), Asking(2, cache=Cache(tmp_path), threads=1)
    solved = asking.solved(scenario)
    assert replace(asking, threads=2).solved(scenario).draws is solved.draws
    assert len(replace(asking, draws=1).solved(scenario).draws) == 1
