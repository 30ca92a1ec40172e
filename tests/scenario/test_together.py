"""Mistakes of all kinds in one file: each is told in one go, and what follows from a mistake is not told beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.problems import Problem, Problems
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.scenario import small, test_checks
from tests.scenario.test_mistakes import WRONG

SOUND, CLAIMS = starter("border")

MANY = [
    ("likely: 0.3, low: 0.1, high: 0.6, unit: payoff a month, basis: judgement",
     "likely: 0.3, low: 0.1, high: 0.6, unit: payoff a month", "missing-key"),
    ("p: breakthrough,", "p: breakthrough + patience,", "chance-out-of-range"),
    ("rate: calm_rate", "rate: calm_rate - breakthrough", "negative-rate"),
    ("cease_fire:  {when:", "cease_fire:  {wehn:", "unknown-key"),
    ("troops is massed and front is quiet", "troops is massed and front is quite", "unknown-level"),
    ("then: {trade: open}, claims: [B03]", "then: {trade: open}, claims: [B33]", "unknown-claim"),
    ("when: trade is open,", "when: trade is open and trade is closed,", "guard-never-holds"),
    ("[none, envoys, summit]", "[none, envoys, summit, union]", "level-never-reached"),
    ("\n  effort:", "\n  spare: {likely: 1, low: 0, high: 2, unit: share, basis: judgement}\n  effort:",
     "unused-parameter"),
    ("asking: {mediator: effort}", "asking: {mediatro: effort}", "unknown-actor"),
    ("rate: lapse_rate", "rate: [lapse_rate]", "wrong-type"),
    ("\n  mediator: {name",
     "\n  witness: {name: A, tempo: 0, discount: patience, precision: precision}\n  mediator: {name", ""),
    ("front is clashes, needs: [north]", "front is clashes, needs: [north, witness]", "indifferent-veto"),
]  # fmt: skip


def found(text: str, claims: str = CLAIMS) -> tuple[Problem, ...]:
    try:
        return load_text(text, "f.yaml", claims).warnings
    except Problems as problems:
        return problems.found


def changed(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def test_a_chance_and_a_rate_are_judged_though_a_basis_is_missing() -> None:
    codes = [problem.code for problem in found(changed(SOUND, *((old, new) for old, new, _ in MANY[:3])))]
    assert codes == ["missing-key", "chance-out-of-range", "negative-rate"]


def test_mistakes_of_all_kinds_are_told_in_one_go_and_nothing_else() -> None:
    problems = found(changed(SOUND, *((old, new) for old, new, _ in MANY)))
    assert sorted(problem.code for problem in problems) == sorted(code for *_, code in MANY if code)


@pytest.mark.parametrize(("old", "new", "code"), [row for row in MANY if row[2] not in ("", "indifferent-veto")])
def test_each_of_them_alone_is_told_alone(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in found(changed(SOUND, (old, new)))] == [code]


def test_a_sound_file_has_no_findings() -> None:
    assert found(SOUND) == ()


def about_arms(new: str) -> bool:
    return any(word in new for word in ("arms", "level", "scores", "none", "works"))


def hides(row: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a mistake can only be judged once the other is mended: of what a broken part says nothing is known."""
    (old, _, code, *_), (broken, _, by, *_) = row, other
    span = broken in ("from: 2000-01", "to: 2020-06") and old != broken
    return (code in ("record-outside", "record-span") and span) or (code, by) in (
        ("unknown-rule", "rule-timing"),  # whether it has a calendar
        ("unknown-claim", "no-claims"),
    )


@pytest.mark.parametrize("at", range(len(WRONG)), ids=lambda at: f"{WRONG[at][2]}: {WRONG[at][1][:30]}")
def test_two_mistakes_are_both_told(at: int) -> None:
    """With one of the others, but for what can only be judged once the first is mended (all pairs: see `slow`)."""
    both_are_told(at, (at + 31) % len(WRONG))


@pytest.mark.slow
def test_all_pairs_of_mistakes_are_told() -> None:
    for at in range(len(WRONG)):
        for other in range(at):
            both_are_told(at, other)


def both_are_told(at: int, other: int) -> None:
    text = small.SMALL
    rows = sorted((WRONG[at], WRONG[other]), key=lambda row: text.index(row[0]))
    (first, one, *_), (second, two, *_) = rows
    start, end = text.index(first), text.index(second)
    line = text.index("arms: {levels")  # what a broken factor means elsewhere is not known
    if start + len(first) > end or ((line <= start < line + 40 or line <= end < line + 40) and about_arms(one + two)):
        return
    if any(hides(row, by) for row, by in (rows, rows[::-1])):
        return
    mixed = text[:start] + one + text[start + len(first) : end] + two + text[end + len(second) :]
    codes = {problem.code for problem in found(mixed, small.CLAIMS)}
    assert {row[2] for row in rows} <= codes, mixed


COMPANIONS = [
    ("unit: a month, basis: judgement}\nactions", "unit: a month}\nactions", "missing-key"),
    ("format: detente/1", "format: detente/1\ntilte: x", "unknown-key"),
    ("dove if office is hawk else hawk", "dove if office is hakw else hawk", "unknown-level"),
    ("cut: us.cut", "cut: us.shred", "unknown-action"),
]
CASES = [
    *test_checks.NUMBERS,
    *test_checks.HAPPENINGS,
    *test_checks.STAKES,
    *test_checks.DECLARATIONS,
    *test_checks.QUESTIONS,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_is_found_alone_is_found_beside_a_mistake_elsewhere(case: test_checks.Case) -> None:
    text, *_ = test_checks.edited(case.edits)
    alone = {(problem.code, problem.message) for problem in found(text)}
    for old, new, code in COMPANIONS:
        if old not in text:
            continue
        beside = {(problem.code, problem.message) for problem in found(text.replace(old, new, 1))}
        assert code in {found_code for found_code, _ in beside}
        assert {one for one in beside if one[0] != code} <= alone, "what follows from a mistake is told beside it"
        if code in ("missing-key", "unknown-key"):
            assert alone <= beside


@given(st.sets(st.sampled_from(range(len(WRONG))), min_size=3, max_size=6))
def test_many_mistakes_are_never_a_crash(picked: set[int]) -> None:
    text = small.SMALL
    for at in sorted(picked):
        text = text.replace(WRONG[at][0], WRONG[at][1], 1)
    problems = found(text, small.CLAIMS)
    assert any(problem.severity == "error" for problem in problems)
    assert all(problem.place for problem in problems)


def test_a_guard_that_cannot_be_read_opens_nothing_to_judgement() -> None:
    """Where the action is really open its chance is a probability; that is all that is known to be wrong."""
    narrow = changed(test_checks.SOUND, (test_checks.P, "{p: luck if talks is shut else luck + worth,"))
    assert {problem.severity for problem in found(narrow)} <= {"warning"}
    misspelt = changed(narrow, ("invite: {when: talks is shut", "invite: {when: talks is shutt"))
    assert [problem.code for problem in found(misspelt) if problem.severity == "error"] == ["unknown-level"]
    begins = changed(test_checks.SOUND, ("office: dove}", "arms: mnay}"), (test_checks.P, "{p: luck + arms / 2,"))
    assert "unknown-level" in {problem.code for problem in found(begins)}


def test_a_situation_that_cannot_be_read_makes_no_state_certain() -> None:
    """The chance is above one where arms are many, of which only the misspelt situation might tell."""
    frozen = changed(
        test_checks.SOUND,
        ("then: {arms: +1}", "then: {arms: some}"),
        (test_checks.P, "{p: luck + worth * arms * arms,"),
    )
    frozen = changed(
        frozen, ("likely: 1, low: 0.5, high: 2, unit: payoff", "likely: 1, low: 0.5, high: 1.2, unit: payoff")
    )
    assert {problem.code for problem in found(frozen)} == {"level-never-reached", "outcome-never"}
    misspelt = changed(frozen, ("office: dove}", "office: dove, arms: mnay}"))
    assert {problem.code for problem in found(misspelt)} == {"unknown-level"}


def test_a_chance_of_two_is_told_once() -> None:
    codes = [problem.code for problem in found(changed(SOUND, ("p: breakthrough,", "p: 2,")))]
    assert codes.count("chance-range") == 1
    assert "chance-out-of-range" not in codes
    assert "chances-above-one" not in codes
