"""How a mistake is shown, and how mistakes are collected."""

from __future__ import annotations

import pytest

from detente.problems import Findings, Place, Problem, Problems, did_you_mean


def test_shown_with_a_caret() -> None:
    problem = Problem("There is no factor 'arm'", Place("f.yaml", 3, 9, 3, "  when: arm < few"), "Did you mean 'arms'?")
    assert problem.render().splitlines() == [
        "f.yaml:3:9: error: There is no factor 'arm'",
        "      when: arm < few",
        "            ^^^",
        "    Did you mean 'arms'?",
    ]
    assert Problem("No place").render() == "error: No place"


@pytest.mark.parametrize("column", [1, 40, 150, 400, 498])
def test_long_lines_are_cut_around_the_caret(column: int) -> None:
    text = ".." * 249 + "xx"
    text = text[: column - 1] + "!!" + text[column + 1 :]
    _, shown, caret = Problem("Wrong", Place("f", 1, column, 2, text)).render().splitlines()
    assert len(shown) <= 120
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "!!"


def test_in_file_order() -> None:
    places = [Place("f", 2, 1), Place("f", 1, 9), Place("f", 1, 2)]
    problems = Problems([Problem("last"), *(Problem(str(place), place) for place in places)])
    assert [problem.message for problem in problems.found] == ["f:1:2", "f:1:9", "f:2:1", "last"]


def test_findings() -> None:
    found = Findings(most_errors=2, most_warnings=1)
    found.warning("a")
    found.warning("a")
    found.warning("b")
    assert not found.failed
    assert [problem.message for problem in found.problems().found] == ["a", "1 more are not shown"]
    found.error("c")
    found.error("c")
    found.error("d")
    with pytest.raises(Problems, match="There is more") as caught:
        found.error("e")
    assert [problem.message for problem in caught.value.errors] == ["c", "d", "There is more, which is not shown"]


def test_did_you_mean() -> None:
    assert did_you_mean("sanctons", ["sanctions", "trust"]) == "Did you mean 'sanctions'?"
    assert did_you_mean("xyz", ["sanctions"]) is None
    assert did_you_mean("a" * 10_000, ["a" * 9_999]) is None
    assert did_you_mean("name1", [f"name{i}" for i in range(100_000)]) is not None
