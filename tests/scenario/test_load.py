"""A scenario file becomes what it means, and everything wrong with it is told at once, at its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from yaml import safe_load

from detente.problems import DetenteError, Problem, Problems
from detente.scenario.cases import case, case_names
from detente.scenario.load import check, load, load_text
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
    dove, _ = small.what_ifs
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
