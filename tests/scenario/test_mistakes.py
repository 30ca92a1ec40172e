"""Mistakes in a scenario file: each told once, all of them at once, and where they are."""

from __future__ import annotations

import pytest

from detente.problems import Problem, Problems
from detente.scenario.load import MOST_ENTRIES, load_text
from tests.scenario.small import CLAIMS, SMALL


def problems(text: str, claims: str = CLAIMS) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as caught:
        load_text(text, "f.yaml", claims)
    return caught.value.errors


# one mistake each: what is replaced, by what, the finding's code, and the part of the line that it points at
WRONG = [
    ("format: detente/1", "format: detente/2", "unknown-format", "detente/2"),
    ("title: Two", "titel: Two", "unknown-key", "titel"),
    ("title: Two", "title: [a]", "wrong-type", "title"),
    ("title: Two", "title: Two\nnoise: loud", "unknown-noise", "loud"),
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
    ("without: [Decay]", "without: [Deacy]", "unknown-rule", "Deacy"),
    ("without: [Decay]", "without: Decay", "wrong-type", "Decay"),
    ("outcome: armed, months: 24", "outcome: amred, months: 24", "unknown-outcome", "amred"),
    ("armed, months: 24", "armed, months: 0", "months", "0"),
    ("armed, months: 24", "armed, months: soon", "wrong-type", "soon"),
    ("24, between: [2018-03, later]", "24, between: [2018-03, latter]", "unknown-situation", "latter"),
    ("24, between: [2018-03, later]", "24, between: [later, later]", "same-situation", "later"),
    ("24, between: [2018-03, later]", "24, between: [later]", "wrong-type", "between"),
    ("deal: freeze", "deal: freez", "unknown-deal", "freez"),
    ("along: arms", "along: amrs", "unknown-name", "amrs"),
    ("along: arms", "along: leader", "sweep-of-kinds", "leader"),
    ("along: arms", "allong: arms", "unknown-key", "allong"),
    ("says: Men make it, ", "", "missing-key", "men"),
    ("closing, months: 12", "clsing, months: 12", "unknown-outcome", "clsing"),
    ("closing, months: 12", "closing, months: 5000", "months", "5000"),
    ("more: [people]", "more: [peple]", "unknown-force", "peple"),
    ("more: [people]", "more: []", "thesis-shape", "men"),
    ("more: [people]", "more: [other]", "thesis-force-twice", "other"),
    ("more: [people]", "more: [people], what_if: dove", "thesis-shape", "what_if"),
    ("what_if: dove, moves", "what_if: dov, moves", "unknown-what-if", "dov"),
    ("moves: down", "moves: sideways", "moves", "sideways"),
    (", moves: down", "", "thesis-shape", "what_if"),
    ("what_if: dove, moves: down", "months: 3", "thesis-shape", "a dove"),
    ("from: later, to: freeze", "from: latter, to: freeze", "unknown-situation", "latter"),
    ("from: later, to: freeze", "from: later, to: thaw", "unknown-deal", "thaw"),
    ("[north.offer, {", "[north.ofer, {", "unknown-action", "ofer"),
    ("[north.offer, {", "[nroth.offer, {", "unknown-actor", "nroth"),
    ("[north.offer, {", "[offer, {", "path-step", "offer"),
    ("[north.offer, {", "[north.wait, {", "path-wait", "north.wait"),
    ("[north.offer, {", "[3, {", "wrong-type", "3"),
    ("{chance: Decay}]", "{chance: Deacy}]", "unknown-rule", "Deacy"),
    ("steps: [north.offer, {chance: Decay}]", "steps: []", "path-empty", "back"),
    ("steps: [north.offer, {chance: Decay}], ", "", "missing-key", "back"),
    ("from: 2000-01", "from: 2000-13", "bad-month", "2000-13"),
    ("to: 2020-06", "to: 1999-06", "record-span", "1999-06"),
    ("to: 2020-06", "", "missing-key", "record"),
    ("armed: {spells", "amred: {spells", "unknown-outcome", "amred"),
    ("2001-02 to 2003-04", "2001-02 - 2003-04", "record-spell", "2001-02 - 2003-04"),
    ("2001-02 to 2003-04", "2003-04 to 2001-02", "record-spell", "2003-04 to 2001-02"),
    ("2001-02 to 2003-04", "2001-02 to 2003-14", "bad-month", "2001-02 to 2003-14"),
    ("2001-02 to 2003-04", "1990-02 to 2003-04", "record-outside", "1990-02 to 2003-04"),
    ("2001-02 to 2003-04", "2001-02 to 2010-01", "record-order", "2010-01 to now"),
    ("2001-02 to 2003-04", "2011-02 to now", "record-order", "2010-01 to now"),
    ("from: 2005-01, dates", "from: 1995-01, dates", "record-outside", "1995-01"),
    ("from: 2005-01, dates", "from: 2008-01, dates", "record-outside", "2007-08"),
    ("dates: [2007-08, 2009-10]", "dates: [2009-10, 2007-08]", "record-order", "2007-08"),
    ("dates: [2007-08, 2009-10]", "dates: [2007-08, 2007-08]", "record-order", "2007-08"),
    ("dates: [2007-08, 2009-10]", "dates: [2007-08, 2021-01]", "record-outside", "2021-01"),
    ("dates: [2007-08, 2009-10]", "dates: [2007-08, autumn]", "bad-month", "autumn"),
    ("dates: [2007-08, 2009-10]", "spells: [2007-08 to 2009-10]", "record-shape", "spells"),
    ("dates: [2007-08, 2009-10]", "dates: [], spells: []", "record-shape", "closing"),
    (", dates: [2007-08, 2009-10]", "", "record-shape", "closing"),
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
    circle = "".join(f"  {name}: {{date: 2020-01, like: {like}}}\n" for name, like in ("ab", "bc", "ca", "da"))
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
