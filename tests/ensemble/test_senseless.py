"""What makes no sense, asked of a case in Python: each is refused in a sentence, before any work."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import detente as dt
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from detente.scenario.given import numbers_of
from tests.ensemble.tug import tug

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = "1 to 1200 months, not"
TOLERANCE = "tolerance is a number above 0"
FILE = "A file is given by its path"
SENSELESS: list[tuple[str, Callable[..., object], dict[str, Any], str]] = [
    ("case", dt.solve, {"numbers": {"worth": "x"}}, "The parameter worth is a number, not 'x'"),
    ("case", dt.solve, {"numbers": {"worth": 1j}}, "The parameter worth is a number"),
    ("case", dt.solve, {"numbers": {3: 1.0}}, "no parameter 3. `detente show` lists"),
    ("case", dt.solve, {"numbers": {"side": 1.0}}, "no parameter 'side'. It is a factor"),
    ("case", dt.solve, {"numbers": [1]}, r"given as {parameter: value}, not as \[1\]"),
    ("case", dt.solve, {"numbers": 3}, "given as {parameter: value}, not as 3"),
    ("case", dt.solve, {"tolerance": "a"}, TOLERANCE),
    ("case", dt.solve, {"tolerance": True}, TOLERANCE),
    ("case", dt.branch, {"parameter": "worth", "start": "z"}, "start is a value of worth or a solution, not 'z'"),
    ("case", dt.branch, {"parameter": "worth", "pace": 3}, r"such as Pace\(longest=0.1\), not 3"),
    ("case", dt.branch, {"parameter": 3}, "no parameter 3"),
    ("case", dt.branch, {"parameter": ["worth"]}, "no parameter"),
    ("case", dt.branch, {"parameter": "worth", "low": "a"}, "from one number to another"),
    ("case", dt.branch, {"parameter": "worth", "numbers": 3}, "given as {parameter: value}"),
    ("case", dt.sweep, {"parameter": "worth", "steps": "a"}, "at least one step, not 'a'"),
    ("case", dt.sweep, {"parameter": "worth", "tolerance": 0}, TOLERANCE),
    ("case", dt.solve_many, {"numbers": 3.5}, "count of draws, or one mapping"),
    ("case", dt.solve_many, {"numbers": True}, "one draw at least, not True"),
    ("case", dt.solve_many, {"numbers": np.full((1, 4), 1j)}, "real numbers, not complex128"),
    ("case", dt.solve_many, {"numbers": 2, "seed": "a"}, "A seed is"),
    ("case", dt.solve_many, {"numbers": 2, "tolerance": 0}, TOLERANCE),
    ("case", dt.solve_many, {"numbers": 2, "start": 3}, "start is a int"),
    ("case", dt.forecast, {"months": "a"}, MONTHS),
    ("case", dt.forecast, {"draws": 1.5}, "0 to 100000 draws, not 1.5"),
    ("case", dt.forecast, {"seed": "a"}, "A seed is"),
    ("case", dt.tipping, {"along": "worth", "low": "a"}, "low end of worth is a number, not 'a'"),
    ("case", dt.tipping, {"along": "worth", "beyond": "a"}, "a number above 0 says, not 'a'"),
    ("case", dt.whatif, {"change": 3}, "no what-if 3"),
    ("case", dt.path, {"to": 3}, "'3' is no deal"),
    ("case", dt.write_report, {"out": None}, FILE),
    ("solution", dt.Solution.chances, {"months": "a"}, MONTHS),
    ("solution", dt.Solution.chances, {"months": 1.5}, MONTHS),
    ("solution", dt.Solution.chances, {"months": 1201}, MONTHS),
    ("solution", dt.Solution.save, {"path": None}, FILE),
    ("solution", dt.derivatives, {"outcome": 3}, "no outcome 3"),
    ("solution", dt.derivatives, {"outcome": "high", "months": "a"}, MONTHS),
    ("solution", dt.derivatives, {"outcome": "high", "months": 1201}, MONTHS),
    ("solution", dt.derivatives, {"outcome": "high", "tolerance": 0}, TOLERANCE),
    ("solution", dt.dated, {"months": 1.5}, MONTHS),
    ("solution", dt.dated, {"months": 1201}, MONTHS),
    ("solution", dt.dated, {"beyond": np.nan}, "0 to 1200 months beyond the horizon, not nan"),
    ("solution", dt.dated, {"beyond": -1}, "0 to 1200 months beyond the horizon, not -1"),
    ("solution", dt.dated, {"tolerance": "a"}, TOLERANCE),
    ("solution", dt.other_equilibria, {"starts": "a"}, "Starts are 0 or more, not 'a'"),
    ("solution", dt.other_equilibria, {"seed": "a"}, "whole number from 0 on, not 'a'"),
    ("solution", dt.other_equilibria, {"seed": -1}, "whole number from 0 on, not -1"),
    ("solution", dt.other_equilibria, {"tolerance": 0}, TOLERANCE),
    ("", dt.read_gambit, {"given": None}, FILE),
    ("", dt.read_gambit, {"given": 3}, FILE),
    ("", dt.Traced.load, {"path": 3}, FILE),
    ("", dt.load, {"path_or_text": None}, FILE),
    ("", dt.read_graph, {"path_or_text": 3}, FILE),
    ("", dt.case, {"name": ["korea"]}, "There is no case"),
    ("game", dt.write_gambit, {"path": None}, FILE),
    ("traced", dt.Traced.save, {"path": None}, FILE),
]


@cache
def about() -> dict[str, tuple[Any, ...]]:
    """What is asked, by its kind."""
    game = StochasticGame.strategic([[[3, 0], [0, 1]], [[1, 0], [0, 3]]])
    return {
        "": (),
        "case": (tug(),),
        "solution": (dt.solve(tug(), certify="none"),),
        "game": (game,),
        "traced": (dt.trace(game, 0.1),),
    }


@pytest.mark.parametrize(("of", "ask", "given", "told"), SENSELESS)
def test_what_makes_no_sense_is_refused(of: str, ask: Callable[..., object], given: dict[str, Any], told: str) -> None:
    with pytest.raises(DetenteError, match=told):
        ask(*about()[of], **given)


def test_numbers_are_read_over_the_likely_ones_and_others() -> None:
    likely = tug().likely
    assert numbers_of(tug(), None) == likely
    found = numbers_of(tug(), {"harm": np.float32(11)}, {"harm": 13.0, "worth": 1.0})
    assert found == {**likely, "harm": 11.0, "worth": 1.0}
    assert type(found["harm"]) is float
