"""The command `detente whatif`: all what-ifs, one of them, a typed one, JSON, a picture, and what it refuses."""

from __future__ import annotations

import json

import pytest
from typer.testing import Result

from tests.border import DRAWS, MONTHS
from tests.faces.commands import answered, answered_as_json, detente, told


def whatif(*arguments: str) -> Result:
    return detente("whatif", "border.yaml", *arguments, "--draws", DRAWS, "--months", MONTHS)


def test_the_name_alone_gets_all_what_ifs(solved) -> None:
    content = answered_as_json(whatif("--json", "--chart", "all.svg"), "all.svg")
    assert set(content["what_ifs"]) == {"no raids", "hawks stay", "a calmer line"}


def test_a_named_one_gets_a_table_and_a_paragraph(solved) -> None:
    said = answered(whatif("hawks stay"))
    for words in ("agreement", "as it is", "changed", "cabinet doves to hawks", "lower in 3 of 3"):
        assert words in said


def test_what_is_typed_is_changed(solved) -> None:
    given = ["--set", "cabinet=hawks", "--set", "clash_rate = 0.01", "--not", "north.raid", "--without", "Talks lapse"]
    made = json.loads(whatif(*given, "--from", "2025-06", "--outcome", "clashes", "--json").stdout)["provenance"]
    assert made["change"] == "cabinet doves to hawks, clash_rate 0.04 to 0.01, no north.raid, without 'Talks lapse'"
    assert made["outcome"] == "clashes"
    assert made["changed_certified"] == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["no raid"], "Did you mean 'no raids'"),
        (["--set", "cabinet"], "is not NAME=VALUE"),
        (["--set", "cabinet=hawks", "--set", "cabinet=doves"], "twice"),
        (["--set", "cabinet=owls"], "no level 'owls'"),
        (["--set", "cabin=hawks"], "Did you mean 'cabinet'"),
        (["--not", "north.raids"], "Did you mean 'north.raid'"),
        (["--without", "Rain"], "no chance rule 'Rain'"),
        (["hawks stay", "--from", "1999-01"], "no situation '1999-01'"),
        (["--from", "2025-06"], "a start of its own"),
        (["--set", "cabinet=doves"], "changes nothing"),
        (["hawks stay", "--outcome", "peace"], "no outcome 'peace'"),
        (["hawks stay", "--chart", "what.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, given, says) -> None:
    assert says in told(whatif(*given))
