"""A case without a solution at its likely numbers: every answer says so first, and marks what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest
from rich.table import Table

from detente.cli.table import courses, moves
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
from detente.report.render import render
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import answer, asking, border
from tests.report.reader import Element, read

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


@cache
def pages() -> tuple[Element, Element]:
    """The page of a case without a solution at its likely numbers, and that of one with."""
    unsolved_one, solved_one = (read(render(gather(one), "0")) for one in (ahead(), answer()))
    return unsolved_one, solved_one


@pytest.mark.parametrize("section", ["moves", "chances"])
def test_the_page_marks_what_is_none_in_every_table(section: str) -> None:
    """Chance by chance: those at the likely numbers have a star, those of draws and at half precision have none."""
    without, with_one = (page.having("id", section)[0] for page in pages())
    assert f"* {STAR}: no answer to this case." in without.text
    assert "*" not in with_one.text
    rows = [row.all("td") for row in without.all("tr") if row.all("td")]
    assert rows
    for cells in rows:
        starred = [cell for cell in cells if "%" in cell.text and "*" in cell.text]
        assert not [cell.text for cell in cells if "—" in cell.text and "*" in cell.text]
        if section == "moves":
            assert all("%" not in cell.text or cell in starred for cell in cells)
        else:
            likely, middle, most, *_ = cells
            assert likely in starred
            assert not {"*"} & set(middle.text + most.text + cells[5].text)
            assert cells[6].text == "—"  # at double precision there is no solution
    for figure in without.all("figure"):
        assert all("*" in svg.text for svg in figure.all("svg"))


def test_the_first_screen_marks_what_is_none() -> None:
    without, with_one = pages()
    brief = without.having("class", "brief")[0]
    assert all(row.all("td")[0].text.endswith("% *") for row in brief.all("tr")[1:])
    checks = without.having("class", "checks")[0].all("dd")
    assert [cell.text[-1] for cell in checks] == ["%", "*", "%", "—"]  # the base rate comes first
    assert "At double precision the case has no solution." in without.having("class", "alarm")[0].text
    assert "*" not in with_one.having("id", "answers")[0].text + with_one.having("class", "brief")[0].text


def test_the_fan_draws_no_line_that_is_no_solution() -> None:
    chart = ahead().chart().to_dict()
    said = " ".join(chart["title"]["subtitle"])
    assert STAR in said
    assert "double precision" not in said
    lines = str(chart)
    assert "'half': None" not in lines
    assert lines.count("'double': None") == lines.count("'half': ")


def test_the_terminal_marks_what_is_none_in_every_table() -> None:
    def rows(one: Forecast, draw: Callable[[Forecast, bool], Table]) -> list[list[str]]:
        return [list(map(str, row)) for row in zip(*(column.cells for column in draw(one, True).columns), strict=True)]

    for name, chosen, drawn, accepted, a_month in rows(ahead(), moves):
        assert "*" not in name + drawn
        for cell in (chosen, accepted, a_month):
            assert cell.endswith(" *") == any(map(str.isdigit, cell))
    assert all(name.endswith(" *") for name, *_ in rows(ahead(), courses))
    assert "*" not in str([rows(answer(), draw) for draw in (moves, lambda one, plain: courses(one, False))])


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
