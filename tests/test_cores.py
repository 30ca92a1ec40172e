"""Two pieces of work side by side: what they give, and when they are done one after the other."""

from __future__ import annotations

from threading import current_thread

import pytest

from detente.cores import MOST, both, cores


def where() -> str:
    return current_thread().name


def test_cores_are_at_least_one_and_not_too_many() -> None:
    assert 1 <= cores() <= MOST


def test_results_come_in_order_and_the_second_piece_has_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert both(lambda: 1, lambda: "two") == (1, "two")
    here, there = both(where, where)
    assert here == where() != there


def test_one_thread_does_both_where_no_more_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert both(where, where) == (where(), where())


@pytest.mark.parametrize("threads", ["1", "2"])
def test_an_error_in_either_is_told(monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    for pieces in ((where, lambda: 1 // 0), (lambda: 1 // 0, where)):
        with pytest.raises(ZeroDivisionError):
            both(*pieces)
