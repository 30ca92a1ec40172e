"""How questions are asked and answered at the terminal: tables that fit it, and what is solved after the answer."""

from __future__ import annotations

import pytest
from typer.testing import Result

from detente.cli import asking
from detente.cli.asking import Way, fitted
from detente.questions.asked import Asking
from detente.questions.forecast import Forecast
from tests.border import DRAWS, MONTHS, border
from tests.border import answer as forecasted
from tests.faces.commands import detente, told

ROWS = (("actor", "why it stays"), ("Northland", "no wish to go"), ("The mediator", "no way out"))


def test_a_table_that_fits_is_as_wide_as_its_cells() -> None:
    assert fitted(ROWS, 12 + 13 + 7) == (1, [12, 13])


def test_the_widest_column_is_narrowed_first_and_none_below_its_longest_word() -> None:
    assert fitted(ROWS, 12 + 12 + 7) == (1, [12, 12])
    assert fitted(ROWS, 9 + 5 + 7) == (1, [9, 5])


def test_space_is_given_up_before_words() -> None:
    assert fitted(ROWS, 9 + 5 + 6) == (0, [9, 8])  # four characters less of space, of which three go to a column
    assert fitted(ROWS, 9 + 5 + 3) == (0, [9, 5])


def test_where_words_do_not_fit_widths_are_left_open() -> None:
    assert fitted(ROWS, 9 + 5 + 2) == (0, [None, None])
    assert fitted((("", "x"), ("", "")), 80) == (1, [0, 1])


def forecast(*more: str, case: str = "border.yaml") -> Result:
    return detente("forecast", case, "--draws", DRAWS, "--months", MONTHS, *more)


@pytest.mark.parametrize(
    ("option", "said", "first", "then"),
    [
        (None, "", True, True),
        (None, "", False, False),  # nothing had to be solved
        (None, "0", True, False),
        (False, "", True, False),
        (True, "0", False, True),
    ],
)
def test_other_questions_are_solved_after_the_first_answer(
    option: bool | None, said: str, first: bool, then: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of = list[tuple[str, int]]()
    monkeypatch.setattr(asking, "ask_the_rest", lambda how, case: told_of.append((case.name, how.draws)))
    monkeypatch.setattr(asking, "ask_the_usual", lambda how, case: None)
    monkeypatch.setenv("DETENTE_AHEAD", said)
    scenario = border()

    def ask(how: Asking) -> Forecast:
        if first:  # as where the draws of a large case are solved
            assert how.usual is not None
            how.usual(how, scenario)
        return forecasted()

    Way(draws=DRAWS, ahead=option).answer(ask, scenario)
    assert told_of == [("border", DRAWS)] * then


def test_the_rest_is_announced_and_asked(solved) -> None:
    found = forecast("--ahead", "--months", "12")
    assert "Now solving what whatif, tipping and sensitivity ask for" in found.stderr
    assert "Now solving" not in found.stdout


def test_nothing_is_solved_ahead_where_no_question_can_follow(solved) -> None:
    assert "leave --ahead out" in told(forecast("--ahead", "--no-cache"))
    assert "leave --ahead out" in told(forecast("--ahead", "--agreement", "tests for exercises", case="korea"))
