"""A scenario file becomes what it means, and everything wrong with it is told at once, at its place."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from yaml import safe_load

from detente.problems import DetenteError, Problem, Problems
from detente.scenario.cases import case, case_names
from detente.scenario.load import MOST_ENTRIES, check, load, load_text
from detente.scenario.model import Month, Scenario
from detente.scenario.schema import schema

from tests.scenario.small import CLAIMS, SMALL


def problems(text: str, claims: str = CLAIMS) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as caught:
        load_text(text, "f.yaml", claims)
    return caught.value.errors


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load_text(SMALL, "small.yaml", CLAIMS)


def test_names_and_numbers(small: Scenario) -> None:
    assert (small.name, small.title, small.moves, small.noise) == ("small", "Two", "continuous", "errors")
    assert [actor.title for actor in small.actors] == ["North", "South"]
    assert small.actors[1].tempo([], small.likely) == 0.5
    assert small.factors[0].scores == (0.0, 0.5, 1.0)
    assert small.factors[2].scores == ()
    assert small.parameters[1].basis_kind == "estimate"
    assert small.parameters[3].basis == ("A1",)
    assert small.text == SMALL
    assert small.source is not None
    assert str(small.source.key_place("forces", "people")) == "small.yaml:45:3"


def test_actions(small: Scenario) -> None:
    build, offer, close = small.actions
    state = np.array([[1, 0, 0], [0, 1, 1]])
    assert build.when(state).tolist() == [True, False]
    assert [str(branch.probability) for branch in build.branches] == ["works", "1 - works"]
    assert [sorted(branch.effects) for branch in build.branches] == [[0, 1], [1]]
    assert build.branches[0].effects[0](state).tolist() == [2, 1]
    assert build.branches[0].effects[1](state).tolist() == [0, 1]
    assert build.pay[1](state, small.likely).tolist() == [0.7, 0.7]
    assert offer.consent[0].actor == 1
    assert offer.consent[0].lean(state).tolist() == [0.5, 0.5]
    assert offer.refused[0](state).tolist() == [2, 0]
    assert offer.weight(state).tolist() == [1.0, 1.0]
    assert close.claims == ("A1", "A2")
    assert close.actor == 1


def test_rules(small: Scenario) -> None:
    election, decay = small.rules
    assert election.calendar is not None
    assert (election.calendar.every, election.calendar.next) == (48, Month(2029, 1))
    assert election.rate([]) == 1 / 48
    assert len(election.branches) == 2  # the chances sum to one, whatever 'works' is: nothing remains
    assert decay.calendar is None
    assert decay.branches[0].probability.constant


def test_situations_outcomes_and_the_rest(small: Scenario) -> None:
    first, later = small.situations
    assert (first.date, first.levels) == (Month(2018, 3), (0, 0, 1))
    assert (later.date, later.levels, later.next) == (Month(2020, 1), (1, 0, 1), {"Election": Month(2021, 1)})
    armed, closing = small.outcomes
    assert armed.when is not None
    assert (closing.when, closing.actions) == (None, (2, 0))
    assert small.forces == {"people": (2,)}
    assert small.deals is not None
    assert small.deals.terms == {0: (0, 1), 1: (0, 1)}
    assert small.deals.named == {"freeze": {0: 0, 1: 1}}
    (dove,) = small.what_ifs
    assert (dove.situation, dove.levels, dove.parameters, dove.never) == ("later", {2: 1}, {"works": 0.2}, (2,))
    assert [interest.name for interest in small.interests] == ["security", "fear"]
    assert small.interests[1].claims == ("A2",)


def test_chances_multiply_out() -> None:
    text = SMALL.replace("then: {arms: +1}}", "then: {arms: {none: 0.25, +1: works}, leader: {dove: 0.5}}}", 1)
    build = load_text(text, "f.yaml", CLAIMS).actions[0]
    assert len(build.branches) == 3 * 2 + 1
    state, numbers = np.array([[1, 0, 0]]), {"works": 0.3}
    chances = [float(branch.probability(state, numbers)[0]) for branch in build.branches]
    assert chances == pytest.approx([0.3 * a * b for a in (0.25, 0.3, 0.45) for b in (0.5, 0.5)] + [0.7])
    assert [len(branch.written) for branch in build.branches] == [3, 2, 3, 2, 2, 1, 0]
    assert sorted(build.branches[4].effects) == [1, 2]  # the level of arms is left as it is


# one mistake each: what is replaced, by what, the finding's code, and the part of the line that it points at
WRONG = [
    ("format: detente/1", "format: detente/2", "unknown-format", "detente/2"),
    ("title: Two", "titel: Two", "unknown-key", "titel"),
    ("title: Two", "title: [a]", "wrong-type", "title"),
    ("title: Two", "title: Two\nnoise: raw", "unknown-noise", "raw"),
    ("title: Two", "title: Two\nmoves: fast", "unknown-moves", "fast"),
    ("title: Two", "title: Two\nunit: year", "unknown-unit", "year"),
    ("tempo: 1,", "", "missing-key", "north"),
    ("tempo: 1,", "tempo: ,", "empty-value", "tempo"),
    ("tempo: 1,", "tempo: [1],", "wrong-type", "tempo"),
    ("tempo: 1,", "tempo: arms,", "reads-factor", "arms"),
    ("tempo: 1,", "tempo: arms is few,", "not-a-number", "arms is few"),
    ("tempo: 1,", "tempo: 1 if arms is few else 2,", "reads-factor", "arms"),
    ("[none, few, many]", "[none]", "too-few-levels", "levels"),
    ("[none, few, many]", "[none, few, many, few]", "duplicate-level", "few"),
    ("[none, few, many]", "[none, few, many, a lot]", "bad-name", "a lot"),
    ("[none, few, many]", "[none, few, many, 4]", "wrong-type", "4"),
    ("[none, few, many]", "[none, few, many, works]", "name-clash", "works"),
    ("[none, few, many]", "[none, few, many, wait]", "reserved-name", "wait"),
    ("[none, few, many]", "[" + ", ".join(f"l{i}" for i in range(300)) + "]", "too-many-levels", "levels"),
    ("levels: [none, few, many]", "level: [none, few, many]", "unknown-key", "level"),
    ("levels: [none, few, many]", "scores: [0, 1, 2]", "no-levels", "arms"),
    ("levels: [none, few, many]", "levels: [none, few, many], scores: [0, 1]", "scores-count", "scores"),
    ("levels: [none, few, many]", "levels: [none, few, many], kinds: [a, b]", "both-levels-and-kinds", "kinds"),
    ("kinds: [hawk, dove]", "kinds: [hawk, dove], scores: [0, 1]", "scores-of-kinds", "scores"),
    ("  leader: {kinds", "  north: {kinds: [a, b]}\n  leader: {kinds", "name-clash", "north"),
    ("  leader: {kinds", "  min: {kinds: [a, b]}\n  leader: {kinds", "reserved-name", "min"),
    ("  leader: {kinds", "  date: {kinds: [a, b]}\n  leader: {kinds", "reserved-name", "date"),
    ("  leader: {kinds", "  a b: {kinds: [a, b]}\n  leader: {kinds", "bad-name", "a b"),
    ("likely: 0.3, low: 0.1, high: 0.5, unit: 1", "likely: 0.6, low: 0.1, high: 0.5, unit: 1", "range", "0.6"),
    ("likely: 0.3, low: 0.1, high: 0.5, unit: 1", "likely: 0.3, low: 0.9, high: 0.5, unit: 1", "range", "0.9"),
    ("likely: 0.3, low: 0.1, high: 0.5, unit: 1", "likely: x, low: 0.1, high: 0.5, unit: 1", "wrong-type", "x"),
    (", basis: [A1]", "", "missing-key", "works"),
    ("basis: [A1]", "basis: [A3]", "unknown-claim", "A3"),
    ("basis: [A1]", "basis: A1", "basis", "A1"),
    ("basis: [A1]", "basis: hunch", "basis", "hunch"),
    (", note: a guess", "", "estimate-without-note", "estimate"),
    ("when: talks is open,", "when: arms > 0.5,", "not-a-level", "0.5"),
    ("when: talks is open,", "when: talks is opne,", "unknown-level", "opne"),
    ("when: talks is open,", "when: works > 0.1,", "reads-parameter", "works"),
    ("when: talks is open,", "when: [talks],", "wrong-type", "when"),
    ("then: {talks: open}", "then: {talk: open}", "unknown-factor", "talk"),
    ("then: {talks: open}", "then: {leader: +1}", "step-on-kinds", "+1"),
    ("then: {talks: open}", "then: {talks: 1}", "not-a-level", "1"),
    ("then: {talks: open}", "then: {talks: {open: 0.7, closed: 0.6}}", "chances-beyond-one", "talks"),
    ("then: {talks: open}", "then: {talks: {open: 1.5}}", "chance-range", "1.5"),
    ("then: {talks: open}", "then: {talks: {opne: 0.5}}", "unknown-level", "opne"),
    ("then: {talks: open}", "then: {talks: {open: [1]}}", "wrong-type", "talks"),
    ("then: {talks: open}", "then: talks open", "wrong-type", "talks open"),
    ("{p: works, then: {arms: +1}}", "{p: worsk, then: {arms: +1}}", "unknown-name", "worsk"),
    ("{p: works, then: {arms: +1}}", "{p: works}", "missing-key", "{"),
    ("needs: [south]", "needs: [north]", "mover-consents", "north"),
    ("needs: [south]", "needs: [south, south]", "asked-twice", "south"),
    ("needs: [south]", "needs: [arms]", "unknown-actor", "arms"),
    ("needs: [south]", "needs: {south: leader}", "kinds-as-number", "leader"),
    ("needs: [south]", "weight: 2", "refused-by-nobody", "refused"),
    ('refused: {arms: "+1 if leader is hawk else arms"}', "refused: {arms: {few: 0.5}}", "refused-chance", "arms"),
    ("cost: {south: works}", "cost: works", "wrong-type", "works"),
    ("  south:\n    close", "  suoth:\n    close", "unknown-actor", "suoth"),
    ("    close: {", "    wait: {", "reserved-name", "wait"),
    ("rate: works / 10", "rate: works / 10, next: 2029-01", "rule-timing", "next"),
    ("rate: works / 10, ", "", "rule-timing", "about"),
    ("every: 48 months", "every: a while", "every", "a while"),
    ("every: 48 months", "every: 0 months", "every", "0 months"),
    ("next: 2029-01", "next: 2029-13", "bad-month", "2029-13"),
    ("about: Decay", "about: Election", "duplicate-rule", "Election"),
    ("about: Decay", "about: ''", "rule-without-name", "''"),
    ("armed: arms is many", "armed: arms", "not-a-test", "arms"),
    ("armed: arms is many", "armed: north.wait", "outcome-wait", "north.wait"),
    ("armed: arms is many", "armed: north.attack", "unknown-action", "attack"),
    ("armed: arms is many", "armed: north.offer or arms is many", "outcome-mixed", "arms is many"),
    ("armed: arms is many", "armed: {about: x}", "outcome-shape", "armed"),
    ("like: 2018-03", "like: later", "circular-like", "later"),
    ("like: 2018-03", "like: 2018-02", "unknown-situation", "2018-02"),
    ("like: 2018-03, ", "", "incomplete-situation", "later"),
    ("date: 2020-01, ", "", "no-date", "later"),
    ("arms: few, next", "arms: 3, next", "wrong-type", "3"),
    ("arms: few, next", "arms: lots, next", "unknown-level", "lots"),
    ("arms: few, next", "amrs: few, next", "unknown-factor", "amrs"),
    ("{Election: 2021-01}", "{Decay: 2021-01}", "unknown-rule", "Decay"),
    ("people: [leader]", "people: [leader, works]", "unknown-factor", "works"),
    ("people: [leader]", "people: [leader]\n  again: [leader]", "overlapping-forces", "leader"),
    ("people: [leader]", "other: [leader]", "reserved-name", "other"),
    ("- arms is many and talks is open", "- arms is many and works > 1", "reads-parameter", "works"),
    ("parties: [north, south]", "parties: [north]", "deal-parties", "parties"),
    ("parties: [north, south]", "parties: [north, south]\n  consent: [south]", "deal-actor-twice", "south"),
    ("parties: [north, south]", "parties: [north, south]\n  also: {arms: few}", "deal-also", "arms"),
    ("talks: all}", "talks: []}", "deal-terms", "talks"),
    ("freeze: {arms: none", "freeze: {arms: many", "deal-outside-terms", "many"),
    ("freeze: {arms: none", "freeze: {leader: dove", "deal-outside-terms", "leader"),
    ("from: later", "from: latter", "unknown-situation", "latter"),
    ("set: {leader: dove, works: 0.2}", "set: {ledaer: dove}", "unknown-name", "ledaer"),
    ("set: {leader: dove, works: 0.2}", "set: {works: much}", "wrong-type", "much"),
    ("not close", "close", "what-if-do", "close"),
    ("not close", "not shut", "unknown-action", "not shut"),
    ("set: {leader: dove, works: 0.2}, do: {south: not close}", "about: x", "what-if-empty", "dove"),
    ("claims: claims.yaml\n", "", "no-claims", "A1"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "part"), WRONG, ids=[f"{row[2]}: {row[1][:30]}" for row in WRONG])
def test_one_mistake(old: str, new: str, code: str, part: str) -> None:
    assert old in SMALL
    found = problems(SMALL.replace(old, new, 1))
    (problem, *others) = [problem for problem in found if problem.code == code] or [found[0]]
    assert problem.code == code, problem.render()
    assert not others or code == "no-claims"
    place = problem.place
    assert place is not None
    assert place.text[place.column - 1 : place.column - 1 + place.width] == part
    assert f"f.yaml:{place.line}:{place.column}: error: " in problem.render()
    assert not problem.message.endswith(".")
    assert "valid" not in problem.message


def test_many_mistakes_at_once() -> None:
    text = SMALL
    for old, new in (
        ("title: Two", "titel: Two"),
        ("tempo: 1,", "tempo: fast,"),
        ("when: talks is open,", "when: talks is opne,"),
        ("needs: [south]", "needs: [sotuh]"),
        ("rate: works / 10", "rate: [1]"),
        ("arms: few, next", "arms: lots, next"),
        ("armed: arms is many", "armed: arm is many"),
    ):
        text = text.replace(old, new, 1)
    found = problems(text, CLAIMS.replace("source: s, says", "source: t, says", 1))
    assert [problem.code for problem in found] == [
        "unknown-source", "unknown-key", "unknown-name", "unknown-actor", "unknown-level", "wrong-type", "unknown-name",
        "unknown-level",
    ]  # fmt: skip
    assert [problem.place for problem in found] == sorted(problem.place for problem in found if problem.place)


def test_a_broken_factor_is_told_once() -> None:
    for new in ("level: [none, few, many]", "levels: none", "levels: [1, 2]", "levels: [none]"):
        found = problems(SMALL.replace("levels: [none, few, many]", new, 1))
        assert {problem.place.line for problem in found if problem.place} == {8}


def test_places_within_folded_formulas() -> None:
    text = SMALL.replace("{security: arms - works * talks}", "\n    security: >\n      arms\n      - wroks * talks")
    (problem,) = problems(text)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (SMALL[: SMALL.index("security")].count("\n") + 4, 9)
    assert problem.hint == "Did you mean 'works'?"


def test_circles_of_situations() -> None:
    circle = "  a: {date: 2020-01, like: b}\n  b: {date: 2020-01, like: c}\n  c: {date: 2020-01, like: a}\n  d: {date: 2020-01, like: a}\n"
    found = problems(SMALL.replace("forces:\n", circle + "forces:\n", 1))
    assert [problem.code for problem in found] == ["circular-like"] * 3
    assert "'a'" in found[0].message or "a like b like c like a" in found[0].message


@pytest.mark.parametrize(
    "text",
    ["x: 1", "[1]", "hello", "actors: 3\nfactors: 3\nsituations: 3", "actors: {}\nfactors: {}\nsituations: {}", ""],
)
def test_no_scenario_at_all(text: str) -> None:
    assert problems(text)


def test_too_much_of_anything() -> None:
    lines = "".join(
        f"  p{i}: {{likely: 1, low: 1, high: 1, unit: x, basis: judgement}}\n" for i in range(MOST_ENTRIES + 1)
    )
    (problem,) = problems(SMALL.replace("parameters:\n", "parameters:\n" + lines, 1))
    assert problem.code == "too-many-entries"
    wrong = "".join(f"    i{i}: {{value: nobody + {i}}}\n" for i in range(900))
    found = problems(SMALL.replace("  north: {security: arms - works * talks}\n", "  north:\n" + wrong, 1))
    assert len(found) == 201
    branches = "{" + ", ".join(f"{level}: 0.1" for level in ("none", "few", "many")) + "}"
    much = f"then: {{arms: {branches}, talks: {{open: 0.1, closed: 0.2}}, leader: {{hawk: 0.3, dove: 0.2}}}}, chance: ["
    much += ", ".join("{p: 0.01, then: {}}" for _ in range(9)) + "]"
    found = problems(SMALL.replace("then: {talks: closed}, claims", much + ", claims", 1))
    assert [problem.code for problem in found] == ["too-many-branches"]


def written(folder: Path, text: str = SMALL, claims: str = CLAIMS) -> Path:
    (folder / "claims.yaml").write_text(claims)
    path = folder / "case.yaml"
    path.write_text(text)
    return path


def test_files(tmp_path: Path) -> None:
    path = written(tmp_path)
    scenario = load(path)
    assert (scenario.name, scenario.path) == ("case", path)
    assert load(str(path)).claims.keys() == {"A1", "A2"}
    assert scenario.claims.path == tmp_path / "claims.yaml"
    assert check(path) == scenario.warnings
    assert [problem.severity for problem in check(written(tmp_path, SMALL.replace("title: Two", "titel: Two")))].count(
        "error"
    ) == 1
    folder = tmp_path / "korea"
    folder.mkdir()
    written(folder).rename(folder / "scenario.yaml")
    assert load(folder / "scenario.yaml").name == "korea"
    with pytest.raises(DetenteError, match="There is no scenario file"):
        load(tmp_path / "gone.yaml")
    with pytest.raises(DetenteError, match="is a folder"):
        load(tmp_path)


def test_claims_stay_in_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "claims.yaml").write_text(CLAIMS)
    (inner / "link.yaml").symlink_to(tmp_path / "claims.yaml")
    for name in (
        "../claims.yaml",
        str(tmp_path / "claims.yaml"),
        "link.yaml",
        "a/../../claims.yaml",
        "C:\\claims.yaml",
        "..\\claims.yaml",
    ):
        path = written(inner, SMALL.replace("claims: claims.yaml", f"claims: {name}"))
        (finding,) = [problem for problem in check(path) if problem.severity == "error"]
        assert finding.code == "claims-outside"
    for name in ("gone.yaml", ".", "x\ty"):
        path = written(inner, SMALL.replace("claims: claims.yaml", f'claims: "{name}"'))
        (finding,) = [problem for problem in check(path) if problem.severity == "error"]
        assert finding.code == "claims-file"
    assert problems(SMALL.replace("claims: claims.yaml", "claims: x.yaml"), "") != ()
    with pytest.raises(Problems, match="no claims file beside it"):
        load_text(SMALL)


JUNK = st.sampled_from(
    ["", " ", "x", "0", "-1", "[]", "{}", "[[1]]", "null", "true", "'", "{a: 1}", "arms", "north", "works", ": ", "- ", "\n", "{x: {y: z}}", "1.5", "hawk"]
)


@settings(max_examples=4000)
@given(st.integers(0, len(SMALL)), st.integers(0, 12), JUNK)
def test_a_garbled_text_is_never_a_crash(start: int, length: int, junk: str) -> None:
    try:
        load_text(SMALL[:start] + junk + SMALL[start + length :], "f.yaml", CLAIMS)
    except Problems as problems:
        assert problems.errors
        str(problems)


def paths(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that is in some data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(path for key, value in inner for path in paths(value, (*at, key)))]


WHOLE = safe_load(SMALL.replace("{Election: 2021-01}", "{Election: '2021-01'}"))
VALUES = st.sampled_from([None, True, 0, -3, 2.5, "", "x", "arms", "works", "north", "arms is many", [], [1], ["arms"], [[]], {}, {"x": 1}, {"arms": "few"}, {"p": {}}, [{}], [{"p": 0.5}]])


@settings(max_examples=4000)
@given(st.sampled_from(paths(WHOLE)[1:]), VALUES)
def test_a_wrong_value_anywhere_is_never_a_crash(path: tuple[Any, ...], value: object) -> None:
    data = deepcopy(WHOLE)
    owner = data
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    try:
        load_text(json.dumps(data, indent=1), "f.yaml", CLAIMS)
    except Problems as problems:
        assert problems.errors
        assert all(problem.place for problem in problems.found)


def test_cases() -> None:
    assert list(case_names()) == sorted(case_names())
    with pytest.raises(DetenteError, match="There is no case"):
        case("atlantis")
    with pytest.raises(DetenteError, match="There is no case"):
        case("../korea")


def test_schema_agrees() -> None:
    validator = Draft202012Validator(schema())
    Draft202012Validator.check_schema(schema())
    data = safe_load(SMALL)
    assert list(validator.iter_errors(data)) == []
    data["titel"] = data.pop("title")
    del data["actors"]["north"]["tempo"]
    assert len(list(validator.iter_errors(data))) == 2
