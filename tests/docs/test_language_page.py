"""The language page: its examples are one scenario without a warning, and it leaves out no key of the language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detente.claims.model import KINDS, Claim, Source
from detente.problems import Findings
from detente.reader import read
from detente.scenario import agreement_text, document, inquiry_text, load
from detente.scenario.branching import MOST_BRANCHES
from detente.scenario.expression import FUNCTIONS, KEYWORDS, MAX_DEPTH, MAX_LENGTH
from detente.scenario.parts import MOST_LEVELS
from detente.scenario.reach import LIMIT

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
SECTIONS = {  # where each model's keys are told; common keys last
    "ActorText": ("Actors", "About and claims"),
    "FactorText": ("Factors", "About and claims"),
    "ParameterText": ("Parameters",),
    "ChanceText": ("Each entry under `chance`",),
    "ActionText": ("Actions", "Steps", "About and claims"),
    "RuleText": ("Chance", "Steps", "About and claims"),
    "InterestText": ("Interests", "About and claims"),
    "OutcomeText": ("Outcomes", "About and claims"),
    "SituationText": ("Situations", "About and claims"),
    "NamedDealText": ("About and claims",),
    "DealsText": ("Deals", "About and claims"),
    "WhatIfText": ("What-ifs", "About and claims"),
    "AskText": ("Ask",),
    "ThesisText": ("Theses", "About and claims"),
    "PathText": ("Paths", "About and claims"),
    "AgreementText": ("Agreements", "About and claims"),
    "VerifiedText": ("How it is watched",),
    "BreachText": ("What a breach brings",),
    "LeaveText": ("What leaving brings",),
    "PaymentsText": ("Who pays",),
    "HappenedText": ("What happened", "About and claims"),
    "RecordText": ("Record",),
    "Document": ("The file",),
    "Source": ("Sources",),
    "Claim": ("Single claims",),
}
_BASES = ("Part", "Told", "StepText")  # never written themselves


@cache
def examples() -> tuple[str, str]:
    """The scenario and the claims file that the page's blocks make up."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    claims = [block for block in blocks if block.startswith("sources:")]
    return "".join(block for block in blocks if block not in claims), "".join(claims)


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """Heading, or for a second table the start of the sentence before it: key -> default, as the page tells it."""
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif "Each entry under `chance`" in line:
            heading = "Each entry under `chance`"
        elif row := re.fullmatch(r"\| `(\w+)` \|.*\|([^|]*)\|", line):
            assert row[1] not in found.setdefault(heading, {}), f"{row[1]} is told twice under {heading}"
            found[heading][row[1]] = row[2].strip()
    return found


def models() -> dict[str, type[BaseModel]]:
    """The shapes of what can be written, by name."""
    every = {
        name: thing
        for part in (document, inquiry_text, agreement_text)
        for name, thing in vars(part).items()
        if isinstance(thing, type)
    }
    return {n: m for n, m in every.items() if issubclass(m, document.Part) and n not in _BASES}


def keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model, as they are written."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def written(part: Any) -> Iterator[BaseModel]:
    """A part of a document and all its parts."""
    if isinstance(part, BaseModel):
        yield part
        part = dict(part)
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else ():
        yield from written(value)


def test_the_page_is_a_scenario(tmp_path):
    scenario_text, claims_text = examples()
    (tmp_path / "claims.yaml").write_text(claims_text, encoding="utf-8")
    path = tmp_path / "scenario.yaml"
    path.write_text(scenario_text, encoding="utf-8")
    scenario = load.load(path)
    assert [warning.render() for warning in scenario.warnings] == []
    assert {action.name for action in scenario.actions} >= {"test", "offer_talks", "sign_peace"}


@pytest.mark.parametrize("name", models())
def test_every_key_is_told_with_its_default(name):
    told: dict[str, str] = {}
    for section in reversed(SECTIONS[name]):
        told |= tables()[section]
    for key, field in keys(models()[name]).items():
        assert key in told, f"{key!r} of {name} has no row under {SECTIONS[name]}"
        assert (told[key] == "required") == field.is_required(), f"the default of {key!r} of {name}"
        if isinstance(field.default, str) and field.default not in ("", "1"):
            assert told[key] == f"`{field.default}`"


@pytest.mark.parametrize("name", models())
def test_every_key_is_in_an_example(name):
    source = read(examples()[0], "page", Findings())
    parts = list(written(document.Document.model_validate(source.data)))
    shown = {key for part in parts if type(part) is models()[name] for key in part.model_fields_set}
    assert set(models()[name].model_fields) - shown == set()


def test_no_key_is_told_that_there_is_not():
    known = {section: set[str]() for sections in SECTIONS.values() for section in sections}
    for name, model in models().items():
        for section in SECTIONS[name]:
            known[section] |= set(keys(model))
    for section, model in (("Sources", Source), ("Single claims", Claim)):
        known[section] = {field.name for field in fields(model)}
    assert [(section, key) for section, told in tables().items() for key in told if key not in known[section]] == []


@pytest.mark.parametrize(("model", "entries"), [(Source, "sources"), (Claim, "claims")])
def test_every_key_of_the_claims_file_is_told_and_shown(model, entries):
    told = tables()[SECTIONS[model.__name__][0]]
    given = read(examples()[1], "page", Findings(), dates=True).data[entries]
    shown = {key for entry in (given.values() if isinstance(given, dict) else given) for key in entry}
    outside = {"place", "id"} if model is Source else {"place"}
    for field in fields(model):
        if field.name not in outside:
            assert field.name in told
            assert field.name in shown
            assert (told[field.name] == "required") == (field.default is MISSING)
            if field.default not in ("", None, MISSING):
                assert told[field.name] == f"`{field.default}`"


def test_words_and_limits_are_those_of_the_language():
    page = PAGE.read_text(encoding="utf-8")
    words = {word for quoted in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"[\w/]+", quoted)}
    fixed = {word for known in load._FIXED.values() for word in known}
    assert {*KEYWORDS, *FUNCTIONS, *KINDS, *fixed} <= words
    limits = (MOST_LEVELS, MOST_BRANCHES, MAX_LENGTH, MAX_DEPTH, load.MOST_ENTRIES, LIMIT)
    numbers = set(re.findall(r"[\d,]*\d", page.partition("## Limits")[2]))
    assert {f"{limit:,}" for limit in limits} == numbers
