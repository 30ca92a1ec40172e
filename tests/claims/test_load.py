"""Claims files: what is in them, and what is wrong with them."""

from __future__ import annotations

import pytest

from detente.claims.load import read_claims
from detente.claims.model import Claims
from detente.problems import Findings, Problems

GOOD = """\
sources:
  essay: {title: An essay, author: null, publisher: A paper, year: 2018, url: "https://example.org", thesis: One
      long sentence.}
  record: {publisher: The record, ref: S/RES/1718}
claims:
- {id: E1, source: essay, para: 3, kind: causal, bears_on: trust, voice: reported, says: "One thing."}
- {id: R1, source: record, says: Another., date: 2006-10-14, note: a note}
"""


def test_what_is_in_it() -> None:
    claims = read_claims(GOOD, "claims.yaml", Findings())
    assert list(claims) == ["E1", "R1"]
    assert "E1" in claims
    assert "E2" not in claims
    assert claims["E1"].voice == "reported"
    assert (claims["R1"].kind, claims["R1"].voice, claims["R1"].date) == ("fact", "own", "2006-10-14")
    assert claims.source("E1").title == "An essay"
    assert claims.source("E1").thesis == "One long sentence."
    assert claims.sources["record"].year is None
    assert str(claims["R1"].place).endswith("claims.yaml:7:3")


WRONG = [
    ("id: E1", "id: R1", "duplicate-claim", 7),
    ("source: essay, para", "source: esay, para", "unknown-source", 6),
    ("kind: causal", "kind: casual", "unknown-kind", 6),
    ("voice: reported", "voice: doubted", "unknown-kind", 6),
    ("para: 3", "para: three", "claims-shape", 6),
    ("id: E1, ", "", "claims-shape", 6),
    ('says: "One thing."', "says: [a]", "claims-shape", 6),
    ("bears_on: trust", "bears_on: trust (US, Korea)", "unknown-key", 6),
    ("year: 2018", "year: recent", "claims-shape", 2),
    ("publisher: The record", "publishr: The record", "unknown-key", 4),
    ("claims:\n", "claims: 3\nx:\n", "claims-shape", 5),
    ("claims:\n- {", "claims:\n- x\n- {", "claims-shape", 6),
    ("sources:", "sorces:", "unknown-key", 1),
    ("note: a note", "note: no", "yaml-surprise", 7),
    ("note: a note", "note: &a b", "anchor", 7),
]


@pytest.mark.parametrize(("old", "new", "code", "line"), WRONG, ids=[row[1].strip() for row in WRONG])
def test_what_is_wrong(old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    found = Findings()
    read_claims(GOOD.replace(old, new, 1), "claims.yaml", found)
    assert (code, line) in [(problem.code, problem.place.line) for problem in found.found if problem.place]


@pytest.mark.parametrize("text", ["", "[1]", "claims: [", "x"])
def test_no_claims_at_all(text: str) -> None:
    found = Findings()
    assert read_claims(text, "claims.yaml", found).damaged
    assert found.failed


def test_raised_together() -> None:
    found = Findings()
    read_claims(GOOD.replace("kind: causal", "kind: casual").replace("source: record", "source: recrod"), "x", found)
    with pytest.raises(Problems, match="Did you mean 'causal'") as caught:
        raise found.problems()
    assert len(caught.value.found) == 2
    assert len(Claims()) == 0
