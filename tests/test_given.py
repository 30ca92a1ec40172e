"""Numbers and files as they are given: what is taken for one, and the sentence for what is not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from detente.given import array_of, file_of, months_ahead, number, plain, seed_of, tolerance_of, whole
from detente.problems import DetenteError


@pytest.mark.parametrize(
    ("given", "found"),
    [(3, 3.0), (np.int64(3), 3.0), (np.float32(0.5), 0.5), (np.array(0.5), 0.5), (jnp.asarray(0.5), 0.5),
     (Fraction(1, 4), 0.25), (Decimal("0.25"), 0.25), (np.inf, np.inf)],
)  # fmt: skip
def test_numbers_of_many_kinds_are_floats(given: Any, found: float) -> None:
    assert plain(given) == found
    assert type(plain(given)) is float


@pytest.mark.parametrize(
    "given",
    ["3", b"3", True, np.True_, None, 1j, np.complex128(1), np.complex64(1), [3], np.ones(1), 10**400, object()],
)
def test_what_is_no_number_is_none(given: Any) -> None:
    assert plain(given) is None
    with pytest.raises(DetenteError, match=r"^It is one, not "):
        number(given, "It is one")


def test_numbers_are_finite_unless_said_otherwise() -> None:
    for given in (np.nan, np.inf):
        with pytest.raises(DetenteError, match=f"not {given}"):
            number(given, "It is one")
    assert number(np.inf, "It is one", lambda found: found > 0.0) == np.inf
    with pytest.raises(DetenteError, match="not nan"):
        number(np.nan, "It is one", lambda found: not found < 0.0)


def test_whole_numbers_lie_in_their_range() -> None:
    for given in (2, 5, np.int8(3), np.uint64(4)):
        assert whole(given, "So many", 2, 5) == given
        assert type(whole(given, "So many", 2, 5)) is int
    for wrong in (1, 6, 3.0, np.float64(3.0), "3", True, np.True_, None, [3]):
        with pytest.raises(DetenteError, match=r"^So many, not "):
            whole(wrong, "So many", 2, 5)


def test_months_seeds_and_tolerances_say_what_they_must_be() -> None:
    assert (months_ahead(1), months_ahead(np.int32(1200)), seed_of(0), tolerance_of(1)) == (1, 1200, 0, 1.0)
    wrong: list[tuple[Any, Any, str]] = [
        (months_ahead, 0, "1 to 1200 months, not 0"),
        (months_ahead, 1201, "not 1201"),
        (months_ahead, 1.5, "not 1.5"),
        (seed_of, -1, "whole number from 0 on, not -1"),
        (tolerance_of, 0.0, "above 0, such as 1e-6, not 0.0"),
        (tolerance_of, np.inf, "not inf"),
    ]
    for take, given, told in wrong:
        with pytest.raises(DetenteError, match=told):
            take(given)


def test_arrays_are_real_and_of_ones_own() -> None:
    given = np.eye(2)
    found = array_of(given, "Rows")
    found[0, 0] = 5.0
    assert given[0, 0] == 1.0
    assert array_of([[Fraction(1, 2), 1], [True, 0]], "Rows").tolist() == [[0.5, 1.0], [1.0, 0.0]]
    for wrong in ([[1, 2], [3]], [["1"]], np.eye(2) * 1j, [1j], [10**400]):
        with pytest.raises(DetenteError, match=r"^Rows(, not complex128|, not str32)?\.$"):
            array_of(wrong, "Rows")


def test_a_file_is_a_path() -> None:
    assert file_of("a.yaml") == file_of(Path("a.yaml")) == Path("a.yaml")
    for wrong in (None, 3, b"a.yaml", ["a.yaml"]):
        with pytest.raises(DetenteError, match="A file is given by its path"):
            file_of(wrong)
