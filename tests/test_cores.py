"""Two pieces of work side by side, and dense algebra on one thread: what they give, and what they leave behind."""

from __future__ import annotations

from threading import Event, Thread, current_thread

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from detente.cores import MOST, both, cores, single
from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame


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


def threads() -> set[int]:
    """Of the libraries of dense algebra."""
    return {library["num_threads"] for library in ThreadpoolController().info() if library["user_api"] == "blas"}


def test_dense_algebra_has_its_threads_back_when_all_have_done() -> None:
    entered, leave = Event(), Event()

    def beside() -> None:
        with single():
            entered.set()
            leave.wait()

    with ThreadpoolController().limit(limits=2, user_api="blas"):
        other = Thread(target=beside)
        with single():
            other.start()
            entered.wait()
            assert threads() == {1}
            with single():
                assert threads() == {1}
            assert threads() == {1}
        assert threads() == {2}
        leave.set()
        other.join()
        assert threads() == {2}
        with pytest.raises(ZeroDivisionError), single():
            _ = 1 // 0
        assert threads() == {2}


def test_a_trace_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set[int]()
    monkeypatch.setattr("detente.equilibrium.homotopy.trace._result", lambda *_: seen.update(threads()))
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        trace(StochasticGame.strategic([np.eye(2), -np.eye(2)]), 1.0)
        assert threads() == {2}
    assert seen == {1}
