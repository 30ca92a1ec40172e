"""A case without a solution at its likely numbers: every answer says so first, and marks what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

from detente.problems import DetenteError
from detente.questions.answer import Answer, unsolved
from detente.questions.compare import compare
from detente.questions.deals import deals
from detente.questions.forecast import Forecast, forecast
from detente.questions.hindcast import hindcast
from detente.questions.path import path
from detente.questions.sensitivity import sensitivity
from detente.questions.stability import stability
from detente.questions.whatif import whatif
from detente.questions.why import why
from detente.report.asked import QUESTIONS, view
from detente.report.gather import gather
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import answer, asking, border

DRAWS = 2
FIRST = (
    "No equilibrium was reached at the likely numbers (play was followed to 88% of the stated precisions): what "
    "follows at the likely numbers is not an answer to this case; ranges over the 2 draws, all of which "
    "were solved, stand. "
)
STAR = "no equilibrium was reached at the likely numbers"


@cache
def fold() -> Scenario:
    """The border where hawks lose so much by a line that the branch from default play folds before its precisions."""
    text, claims = starter("border")
    was = "hawks_loss:     {likely: 0.8, low: 0.4, high: 1.5"
    assert was in text
    return load_text(text.replace(was, "hawks_loss:     {likely: 1.5, low: 0.4, high: 1.6"), "border.yaml", claims)


@cache
def ahead() -> Forecast:
    return forecast(fold(), months=12, asking=asking(DRAWS))


@pytest.mark.parametrize("question", [forecast, hindcast, deals, path, why, stability])
def test_every_answer_says_so_first(question: Callable[..., Answer]) -> None:
    one = question(fold(), asking=asking(DRAWS))
    assert one.summary().startswith(FIRST)
    assert one.summary() == FIRST + one.paragraph()
    assert json.loads(one.to_json())["summary"].startswith(FIRST)
    made = one.provenance()
    assert (bool(made["converged"]), made["draws_converged"]) == (False, DRAWS)


def test_a_change_of_the_start_says_so_too() -> None:
    assert whatif(fold(), settings={"talks": "summit"}, asking=asking(DRAWS)).summary().startswith(FIRST)


def test_a_comparison_says_of_which_sides() -> None:
    said = compare([border(), fold()], asking=asking(DRAWS)).caution()
    assert said.count("No equilibrium") == 1
    assert not said.startswith("No equilibrium")


def test_where_there_is_a_solution_nothing_is_said() -> None:
    assert answer().caution() == ""
    assert answer().summary() == answer().paragraph()
    assert "*" not in "".join(map("".join, answer().table().rows))
    assert answer().table().head[-2:] == ("half", "double")


def test_draws_that_were_not_solved_are_counted() -> None:
    made = {"converged": 0, "draws": 5, "draws_converged": 3, "reached": 1.0}
    assert unsolved(made).endswith("ranges are over 5 draws, of which 3 were solved.")
    assert "followed" not in unsolved(made)
    assert unsolved(made | {"draws": 0, "draws_converged": 0}).endswith("not an answer to this case.")
    assert unsolved(made | {"converged": 1}) == ""


def test_the_forecast_marks_what_is_none_and_leaves_out_what_has_no_solution() -> None:
    table = ahead().table()
    assert table.head[2:] == ("90% of draws", "base rate", "no slips", "half")  # the double is the same play again
    for _, chance, drawn, base, without, half in table.rows:
        assert chance.endswith(" *")
        assert without.endswith(" *")
        assert "*" not in drawn + base + half
    assert table.note == f"* {STAR}: no answer to this case. At double precision the case has no solution."
    assert "double 4" not in ahead().summary()
    assert "Half: at half precision. At double precision the case has no solution." in ahead().summary()


def test_the_hindcast_marks_what_is_none() -> None:
    table = hindcast(fold(), asking=asking(DRAWS)).table()
    assert all(row[2].endswith(" *") for row in table.rows)
    assert table.note.endswith(f"* {STAR}.")


def test_what_it_rests_on_is_refused_with_what_the_solver_says() -> None:
    with pytest.raises(
        DetenteError, match=r"No equilibrium was reached at the likely numbers.*Did not converge: reach"
    ):
        sensitivity(fold(), asking=asking(0))


def test_the_page_does_not_drop_what_would_turn_it_round() -> None:
    asked = next(one for one in QUESTIONS if one.anchor == "sensitivity")
    told = view(asked, fold(), None, 12, asking(DRAWS))
    page = gather(ahead(), (told,))
    assert page.turns == "Not known: no equilibrium was reached at the likely numbers."
    assert "Did not converge" in told.summary
    assert page.standing.sentence.startswith(FIRST)
    assert gather(ahead()).turns == ""
