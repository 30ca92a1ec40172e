"""What a case brings to the questions: what is read of it, which hints mistakes get, and how it is told."""

from __future__ import annotations

import pytest

from detente.problems import Problems
from detente.scenario.bearing import bearing
from detente.scenario.inquiry import Ask, Step
from detente.scenario.load import load_text
from detente.scenario.model import Month, Scenario
from detente.scenario.telling import tell
from tests.scenario.small import CLAIMS, SMALL


def small(*edits: tuple[str, str]) -> Scenario:
    text = SMALL
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return load_text(text, "f.yaml", CLAIMS)


def hint(old: str, new: str) -> str:
    with pytest.raises(Problems) as caught:
        small((old, new))
    (problem,) = caught.value.errors
    return problem.hint or ""


def told(text: str) -> set[tuple[str, str]]:
    try:
        found = load_text(text, "f.yaml", CLAIMS).warnings
    except Problems as problems:
        found = problems.found
    return {(one.code, one.message) for one in found}


def without(section: str) -> str:
    """The small scenario but for one of its last sections."""
    start = SMALL.index(f"\n{section}:") + 1
    rest = SMALL[start:].splitlines(keepends=True)
    end = next((at for at, line in enumerate(rest) if at and not line.startswith(" ")), len(rest))
    return SMALL[:start] + "".join(rest[end:])


# --- what is read


def test_what_questions_speak_of() -> None:
    ask = small().ask
    assert ask == Ask("armed", 24, ("2018-03", "later"), "freeze", "arms", "later", ask.place)
    assert small(("along: arms", "along: works")).ask.along == "works"


def test_nothing_need_be_said() -> None:
    text = SMALL
    for section in ("ask", "theses", "paths", "record"):
        text = text[: text.index(f"\n{section}:") + 1] if section == "ask" else text
    bare = load_text(text, "f.yaml", CLAIMS)
    assert bare.ask == Ask()
    assert (bare.theses, bare.paths, bare.record) == ((), (), None)


@pytest.mark.parametrize("section", ["ask", "theses", "paths", "record"])
def test_each_section_stands_alone(section: str) -> None:
    full, left = small(), load_text(without(section), "f.yaml", CLAIMS)
    for other in {"ask", "theses", "paths", "record"} - {section}:
        assert repr(getattr(left, other)) == repr(getattr(full, other))
    assert repr(getattr(left, section)) != repr(getattr(full, section))


def test_a_thesis_has_one_of_two_forms() -> None:
    men, dove = small().theses
    assert (men.name, men.says, men.claims, men.outcome, men.months) == ("men", "Men make it", ("A2",), "closing", 12)
    assert (men.between, men.more, men.than) == (("2018-03", "later"), ("people",), ("other",))
    assert (men.what_if, men.moves) == (None, None)
    assert (dove.what_if, dove.moves, dove.outcome, dove.months) == ("dove", "down", "closing", None)
    assert (dove.between, dove.more, dove.than) == (None, (), ())


def test_forces_alone_and_the_calendar() -> None:
    (men, _) = small(
        ("12, between: [2018-03, later], more: [people],\n        than: [other]", "12, more: [calendar]")
    ).theses
    assert (men.between, men.more, men.than) == (None, ("calendar",), ())


def test_a_path_has_acts_and_luck() -> None:
    made = small()
    (path,) = made.paths
    assert (path.name, path.situation, path.deal, path.claims) == ("back", "later", "freeze", ("A1",))
    offer, decay = path.steps
    assert offer.rule is None
    assert made.actions[offer.action or 0].name == "offer"
    assert decay == Step(rule=1)
    assert made.rules[1].name == "Decay"


def test_a_record_has_onsets_and_spells() -> None:
    record = small().record
    assert record is not None
    assert (record.since, record.until) == (Month(2000, 1), Month(2020, 6))
    armed, closing = record.happened["armed"], record.happened["closing"]
    assert armed.spells == ((Month(2001, 2), Month(2003, 4)), (Month(2010, 1), None))
    assert armed.dates == (Month(2001, 2), Month(2010, 1))
    assert (armed.since, armed.claims) == (Month(2000, 1), ("A1",))
    assert (closing.dates, closing.spells) == ((Month(2007, 8), Month(2009, 10)), ())
    assert closing.since == Month(2005, 1)


def test_what_is_under_way_in_the_first_month_is_no_onset() -> None:
    record = small(("2001-02 to 2003-04", "2000-01 to 2003-04")).record
    assert record is not None
    assert record.happened["armed"].dates == (Month(2010, 1),)
    later = small(("armed: {spells: [2001-02", "armed: {from: 2001-02, spells: [2001-02")).record
    assert later is not None
    assert later.happened["armed"].dates == (Month(2010, 1),)


def test_never_is_not_unknown() -> None:
    record = small(("spells: [2001-02 to 2003-04, 2010-01 to now]", "spells: []")).record
    assert record is not None
    assert (record.happened["armed"].dates, record.happened["armed"].spells) == ((), ())
    assert set(record.happened) == {"armed", "closing"}


def test_a_what_if_without_a_rule() -> None:
    made = small()
    dove, lasting = made.what_ifs
    assert [made.rules[rule].name for rule in lasting.without] == ["Decay"]
    assert (lasting.never, dict(lasting.levels), dove.without) == ((), {}, ())


def test_a_what_if_without_a_rule_that_never_happens_changes_nothing() -> None:
    made = small(("when: arms > none, rate", "when: leader is hawk and leader is dove, rate"))
    assert "idle-what-if" in {warning.code for warning in made.warnings}
    assert "idle-what-if" not in {warning.code for warning in small().warnings}


def test_claims_bear_on_all_of_it() -> None:
    bears = bearing(small())
    assert {"path back", "record of 'armed'"} <= set(bears["A1"])
    assert "thesis men" in bears["A2"]


# --- hints


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[north.offer, {", "[offer, {", "north.offer"),
        ("[north.offer, {", "[Decay, {", "{chance: 'Decay'}"),
        ("[north.offer, {", "[north.ofer, {", "'offer'"),
        ("{chance: Decay}]", "{chance: Deacy}]", "'Decay'"),
        ("to: freeze,", "to: freez,", "'freeze'"),
        ("to: freeze,", "to: xyz,", "freeze"),
        ("more: [people]", "more: [peopel]", "'people'"),
        ("along: arms", "along: leader", "levels"),
        ("closing, months: 12", "armed, months: 12", "another outcome"),
        ("dates: [2007-08, 2009-10]", "spells: [2007-08 to 2009-10]", "dates:"),
        ("2001-02 to 2003-04", "2001-02", "1994-03 to 1994-10"),
        ("moves: down", "moves: lower", "up or down"),
    ],
)
def test_the_remedy(old: str, new: str, says: str) -> None:
    assert says in hint(old, new)


def test_a_force_that_defines_the_outcome_cannot_explain_it() -> None:
    edits = ("people: [leader]", "people: [leader]\n  weapons: [arms]"), ("closing, months: 12", "armed, months: 12")
    small(*edits)  # neither side holds arms now
    with pytest.raises(Problems) as caught:
        small(*edits, ("more: [people]", "more: [weapons]"))
    (problem,) = caught.value.errors
    assert problem.code == "thesis-force"
    assert "'weapons' holds 'arms', by which the outcome 'armed' is defined" in problem.message


def test_what_is_named_is_not_blamed_for_what_is_wrong_with_it() -> None:
    """An outcome, a deal or a rule with a mistake of its own is still there to be named."""
    for old, new in (
        ("closing: south.close or north.build", "closing: [south.close]"),
        ("freeze: {arms: none", "freeze: {arms: many"),
        ("rate: works / 10,", "rate: wroks / 10,"),
        ("about: Decay, when", "about: [Decay], when"),
        (SMALL[SMALL.index("\nchance:\n") : SMALL.index("interests:")], "\nchance: {about: Decay}\n"),
        ("dove: {from: later, set", "dove: {from: later, sets: 3, set"),
    ):
        with pytest.raises(Problems) as caught:
            small((old, new))
        assert len(caught.value.errors) == 1, caught.value
        assert "idle-what-if" not in {problem.code for problem in caught.value.found}


def test_what_is_wrong_here_hides_nothing_elsewhere() -> None:
    """No factor moves because a question names it, or means to."""
    still = SMALL.replace("then: {talks: open}", "then: {talks: closed}", 1).replace("arms: few, next", "next", 1)
    alone = told(still)
    assert "level-never-left" in {code for code, _ in alone}
    for old, new in (("along: arms", "along: tallks"), ("between: [2018-03, later]", "between: [talks, later]")):
        assert alone < told(still.replace(old, new, 1))


# --- telling


def test_all_of_it_is_told() -> None:
    text = tell(small())
    for line in (
        "Unless told otherwise: from later; armed; 24 months ahead; between 2018-03 and later; the deal freeze; along "
        "arms.",
        "men: people brought more of the change between 2018-03 and later in the chance of closing within 12 months "
        "than other. Men make it.",
        "a dove: the what-if dove lowers the chance of closing. A dove closes less.",
        "lasting: from later, but 'Decay' does not happen.",
        "back: from later to freeze: north.offer, then by luck 'Decay'. One step and luck.",
        "The record goes from 2000-01 to 2020-06.",
        "armed: from 2001-02 to 2003-04 and from 2010-01 to now. As far as is known.",
        "closing: in 2007-08 and 2009-10, of what is known since 2005-01.",
    ):
        assert f"- {line}\n" in text


def test_a_month_and_never_are_told_as_such() -> None:
    text = tell(small(("2001-02 to 2003-04, 2010-01 to now", "2001-02 to 2001-02"), ("[2007-08, 2009-10]", "[]")))
    assert "- armed: in 2001-02. As far as is known.\n" in text
    assert "- closing: never, of what is known since 2005-01.\n" in text
