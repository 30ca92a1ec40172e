"""Questions rehearsed: the same answers, and nothing is read twice."""

from __future__ import annotations

import pytest

from detente.ensemble import solve
from detente.ensemble.cache import Cache
from detente.ensemble.processes import Processes
from detente.ensemble.readings import Reading
from detente.ensemble.solutions import Solutions
from detente.questions.asked import Asking, chances, months_of, outcome_of, over_time
from detente.questions.deals import deals
from detente.questions.forecast import forecast_of
from detente.report import asked
from detente.report.view import AnswerView
from tests.border import border

MONTHS, DRAWS = 24, 2


def test_what_is_rehearsed_is_found(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, plain = border(), Asking(DRAWS, cache=Cache(tmp_path / "plain"), threads=1)
    quick = ("why", "whatif", "compare", "hindcast", "stability")
    few = tuple(one for one in asked.QUESTIONS if one.anchor in quick)
    monkeypatch.setattr(asked, "QUESTIONS", few)
    expected = {one.anchor: asked.view(one, scenario, None, MONTHS, plain) for one in few}
    ahead = forecast_of(plain.solved(scenario), None, MONTHS)
    monkeypatch.setattr(solve, "LARGE", 1)
    cache, heard = Cache(tmp_path / "rehearsed"), list[str]()
    with Processes(cache, 2) as pool:
        asking = Asking(DRAWS, 0, lambda stage, *_: heard.append(stage), cache, 1, pool)
        asked.rehearse(scenario, None, MONTHS, asking, few)
        made, make = list[str](), Reading.make
        solved = asking.solved(scenario)

        def noted(self, solutions, member, one):
            made.append(self.what)
            return make(self, solutions, member, one)

        monkeypatch.setattr(Reading, "make", noted)
        assert forecast_of(solved, None, MONTHS).to_json() == ahead.to_json()
        assert made == []
        views = asked.asked(scenario, None, MONTHS, asking)
    assert {one.anchor: one for one in views} == expected
    assert "questions, at the likely numbers" in heard
    assert "answers" in heard
    assert made == ["chances"] * len(made)  # of the case that one what-if solves anew


def test_what_is_usual_is_read_where_draws_are_solved(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 1)
    scenario, cache = border(), Cache(tmp_path)
    with_more = Asking(3, 0, lambda *_: None, cache, 2, usual=asked.usual)
    forecast_of(with_more.solved(scenario), None, MONTHS)
    made = list[str]()
    monkeypatch.setattr(Reading, "make", lambda self, *_: made.append(self.what))
    for question in asked.QUESTIONS:
        if question.anchor in ("why", "compare", "hindcast"):
            asked.view(question, scenario, None, months_of(scenario), Asking(3, cache=cache, threads=1))
    for situation in scenario.situations:
        deals(scenario, situation.name, asking=Asking(3, cache=cache, threads=1))
    deals(scenario, asking=Asking(3, cache=cache, threads=1)).to_json()
    assert made == []


def test_what_is_solved_ahead_is_not_solved_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 1)
    scenario, asking = border(), Asking(2, 0, lambda *_: None, Cache(tmp_path), 2)
    asked.ahead(asking, scenario)
    made = list[str]()
    monkeypatch.setattr(Reading, "make", lambda self, *_: made.append(self.what))
    monkeypatch.setattr(Solutions, "solve", lambda self, numbers, *_, **more: made.append(numbers.name))
    for question in asked.QUESTIONS:
        if question.anchor in ("whatif", "tipping", "sensitivity"):
            question.ask(scenario, None, months_of(scenario), Asking(2, cache=asking.cache, threads=1))
    first, *_, last = scenario.situations
    solved = Asking(2, cache=asking.cache, threads=1).solved(scenario)
    for since in (first, last):
        chances(solved, outcome_of(scenario), since, months_of(scenario))
        over_time(solved, since, months_of(scenario))
    assert made == []


def test_the_first_sentences_are_shown_and_the_rest_is_folded() -> None:
    def told(summary: str) -> tuple[str, str]:
        return AnswerView("why", "Why", "Why?", summary).told

    short = "It rose by 3.5 points. U.S. talks did it."
    assert told(short) == (short, "")
    long = ["One " + "x" * 600 + ".", "Two.", "'Three' is quoted."]
    assert told(" ".join(long)) == (long[0], " ".join(long[1:]))
    some = [f"Sentence {n} {'y' * 150}." for n in range(5)]
    assert told(" ".join(some)) == (" ".join(some[:2]), " ".join(some[2:]))
    brief = ["It has 11%.", "It hangs on " + "z" * 500 + ".", "More."]
    assert told(" ".join(brief)) == (" ".join(brief[:2]), brief[2])
