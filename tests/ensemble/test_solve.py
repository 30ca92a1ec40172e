import math
from dataclasses import replace

import numpy as np
import pytest

from detente.ensemble import solutions
from detente.ensemble.cache import Cache
from detente.ensemble.draws import draw
from detente.ensemble.solutions import Solutions
from detente.ensemble.solve import ensemble
from detente.equilibrium import stationary
from tests.border import DRAWS, answer, border, folder


def values(solved):
    return [solved.solutions.equilibrium(member).value for member in solved.members("all")]


def refuse(*_args, **_more):
    raise AssertionError("something was solved again")


@pytest.fixture
def first():
    return answer().ensemble


def test_the_members_are_what_they_are_said_to_be(first):
    likely = border().likely
    assert [member.numbers.scale for member in first.members("all")] == [1.0, 0.5, 2.0] + [1.0] * DRAWS
    assert all(member.numbers.values == likely for member in first.members("all")[:3])
    assert first.members("precisions") == first.members("all")[:3]
    assert first.members("draws") == first.draws == first.members("drawn")[1:]
    assert np.array_equal(first.numbers, draw(border(), DRAWS))
    assert [list(member.numbers.values.values()) for member in first.draws] == first.numbers.tolist()
    half, central, double = (first.solved(m).game.precision for m in (first.half, first.central, first.double))
    assert np.array_equal(np.asarray(half) * 2, np.asarray(central))
    assert np.array_equal(np.asarray(double), np.asarray(central) * 2)


def test_draws_0_and_1_and_every_tenth_are_traced_again_and_agree(first):
    assert [member.numbers.again for member in first.draws] == [True, True, False]
    assert all(member.apart < solutions.AGREE for member in first.draws[:2])
    assert math.isnan(first.draws[2].apart)
    assert first.certified.all()
    assert "3 of 3 draws are certified; 2 were traced a second time" in first.statement


def test_one_thread_without_a_cache_gives_the_same_bit_by_bit(first):
    alone = ensemble(border(), DRAWS, cache=Cache(None), threads=1)
    for one, other in zip(values(alone), values(first), strict=True):
        assert np.array_equal(one, other)


def test_a_second_question_solves_nothing_and_fewer_draws_are_the_first_of_more(first, monkeypatch):
    monkeypatch.setattr(stationary, "solve", refuse)
    again = ensemble(border(), DRAWS - 1, cache=Cache(folder()))
    assert again.statement.startswith(first.central.statement)
    for one, other in zip(values(again), values(first), strict=False):
        assert np.array_equal(one, other)
    assert [member.report for member in again.members("all")] == [member.report for member in first.members("all")[:-1]]
    assert [member.apart for member in again.draws] == [member.apart for member in first.draws[:-1]]


def test_a_solution_comes_back_from_the_cache_whole(first):
    solved = first.solutions.equilibrium(first.draws[0])
    kept = first.solutions.equilibrium(replace(first.draws[0], kept=None))
    assert np.array_equal(kept.value, solved.value)
    assert kept.settings == solved.settings
    assert kept.rightmost == solved.rightmost
    for one, other in zip((*kept.policy, *kept.accepted), (*solved.policy, *solved.accepted), strict=True):
        assert np.array_equal(one, other)


def test_a_draw_that_has_gone_from_the_cache_is_continued_as_it_was(first, tmp_path):
    solved = ensemble(border(), 1, cache=Cache(tmp_path), threads=1)
    before = solved.solutions.equilibrium(solved.draws[0])
    for path in tmp_path.rglob("*.npz"):
        path.unlink()
    anew = Solutions(border(), Cache(tmp_path)).equilibrium(replace(solved.draws[0], kept=None))
    assert "continued from a neighbouring solution" in anew.statement
    assert np.array_equal(anew.value, before.value)


def test_what_was_solved_before_an_interrupt_is_not_solved_again(tmp_path, monkeypatch):
    count = 0

    def interrupted(*args, **more):
        nonlocal count
        count += 1
        if count > 3:
            raise KeyboardInterrupt
        return real(*args, **more)

    real = stationary.solve
    monkeypatch.setattr(stationary, "solve", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensemble(border(), 1, cache=Cache(tmp_path), threads=1)
    kept = [path.suffix for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == [".npz"] * 4  # the numbers drawn, and three solutions
    count = 1
    assert ensemble(border(), 0, cache=Cache(tmp_path), threads=1).central.report.converged
    assert count == 1


def test_a_draw_that_ends_elsewhere_is_not_certified_and_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(solutions, "apart", lambda *_: 0.5)
    odd = ensemble(border(), 1, cache=Cache(tmp_path))
    assert odd.central.certified
    assert not odd.certified.any()
    assert "1 ended elsewhere" in odd.statement
    assert "log odds differ by 0.5" in odd.draws[0].statement


def test_answers_are_kept_by_what_they_depend_on(first, monkeypatch):
    asked = []

    def work(solved):
        asked.append(solved)
        return {"top": np.array(solved.equilibrium.value.max())}

    for months in (12, 12, 24):
        found = first.answers("top", work, "drawn", months=months)[1:]
        assert [float(one["top"]) for one in found] == [value.max() for value in values(first)[3:]]
    assert len(asked) == 2 * (1 + DRAWS)
    assert [reading.key for reading in first.readings[-3:]] == [{"months": 12}, {"months": 12}, {"months": 24}]


def test_progress_is_told_by_stage_and_ends_complete(tmp_path):
    heard = []
    ensemble(border(), 1, progress=lambda *told: heard.append(told), cache=Cache(tmp_path), threads=2)
    stages = {stage: (done, total) for stage, done, total, _ in heard}
    assert stages["draws"] == (3, 3)
    assert list(stages) == ["central solution", "draws"]
    assert all(left is None or left >= 0 for *_, left in heard)
