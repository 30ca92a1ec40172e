"""Chances in one solution: those of the forecast."""

from dataclasses import replace

import numpy as np
import pytest

from detente.ensemble.chances import situation_of
from detente.ensemble.solution import solve
from detente.problems import DetenteError
from tests.border import MONTHS, answer, border


def test_they_are_the_forecasts() -> None:
    forecast, found = answer().data, solve(border(), certify="none").chances(months=MONTHS)
    for name in ("by", "at"):
        np.testing.assert_allclose(found[name], forecast[f"central_{name}"], atol=1e-9)
    for name in ("outcome", "month", "date"):
        assert list(found[name].values) == list(forecast[name].values)
    assert found.attrs == {"case": "border.yaml", "situation": "2025-06"} | {"case": border().name}


def test_another_situation_and_none() -> None:
    solution = solve(border(), certify="none")
    earlier = solution.chances("2024-06", 2)
    assert earlier.attrs["situation"] == "2024-06"
    assert list(earlier["date"].values) == ["2024-06", "2024-07", "2024-08"]
    assert float(abs(earlier["by"] - solution.chances(months=2)["by"].values).max()) > 1e-4
    with pytest.raises(DetenteError, match="no situation '2025-07'"):
        solution.chances("2025-07")


def test_where_questions_start() -> None:
    plain = replace(border(), ask=replace(border().ask, since=None))
    assert situation_of(plain).name == max(plain.situations, key=lambda one: one.date.ordinal).name == "2025-06"
    asked = replace(plain, ask=replace(plain.ask, since="2024-06"))
    assert situation_of(asked).name == "2024-06"
    assert situation_of(asked, "2025-06").name == "2025-06"
