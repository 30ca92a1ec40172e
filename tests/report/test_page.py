"""The page from a made-up view-model: structure, escaping, what must never be missing."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from detente.report import paint, view
from detente.report.render import contents, render
from tests.report import made_up
from tests.report.reader import Element, read

HOSTILE = "</style></title><script>alert(1)</script><img src=http://x.example onerror=alert(1)>{{ 7*7 }}\"'&"


def small(**changes: object) -> view.Page:
    """A page with few charts, so that it is drawn quickly."""
    few = {"outcomes": made_up.OUTCOMES[:2], "movers": made_up.MOVERS[1:], "stakes": _two(made_up.STAKES[:1])}
    return made_up.page(**(few | changes))


def _two(stakes: tuple[view.StakeView, ...]) -> tuple[view.StakeView, ...]:
    def part(p: view.Part) -> view.Part:
        return replace(p, change=p.change[:2])

    return tuple(
        replace(s, change=s.change[:2], change_range=s.change_range[:2], parts=tuple(part(p) for p in s.parts))
        for s in stakes
    )


BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1"><text>x</text></svg>'


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are drawn and looked at elsewhere; here each is a blank."""
    monkeypatch.setattr(paint, "draw", lambda _spec: BLANK)


@cache
def html() -> str:
    return render(small(), "0.1.0")


@cache
def tree() -> Element:
    return read(html())


def test_every_section_is_there_in_order_and_linked() -> None:
    sections = [s.attributes["id"] for s in tree().all("section")]
    assert sections == [anchor for anchor, _ in contents(small())]
    nav = tree().all("nav")[0]
    assert [a.attributes["href"] for a in nav.all("a")] == [f"#{anchor}" for anchor, _ in contents(small())]


def test_ids_are_unique_and_every_anchor_resolves() -> None:
    ids = [e.attributes["id"] for e in tree().all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    links = [a.attributes["href"] for a in tree().all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    labelled = [e.attributes["aria-labelledby"] for e in tree().all() if "aria-labelledby" in e.attributes]
    assert set(labelled) <= set(ids)


def test_nothing_is_loaded() -> None:
    policy = next(m for m in tree().all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none';")
    assert not tree().all("script")
    for element in tree().all():
        for name, value in element.attributes.items():
            assert name not in ("src", "srcset", "action", "background", "poster", "xlink:href"), (element.tag, name)
            assert name != "href" or element.tag == "a" or value == "data:,"
            assert "url(" not in value.replace("url(#", "")
    style = tree().all("style")[0].text
    assert "url(" not in style
    assert "@import" not in style


def test_headings_nest_without_gaps() -> None:
    levels = [int(e.tag[1]) for e in tree().all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_outcome_is_told_with_slips_half_and_double_precision() -> None:
    answers = tree().having("class", "answer")
    assert len(answers) == 2
    for answer, outcome in zip(answers, small().outcomes, strict=True):
        checks = answer.having("class", "checks")[0]
        assert [dt.text for dt in checks.all("dt")] == ["without slips", "half precision", "double precision"]
        assert all(dd.text not in ("", "—") for dd in checks.all("dd"))
        assert [dt.text for dt in answer.having("class", "by")[0].all("dt")] == [
            "by Jun 2026",
            "by Jun 2028",
            "by Jun 2030",
        ]
        assert len(answer.having("class", "range")) == 3
        assert answer.all("h3")[0].text.lower() == outcome.name


def test_war_is_told_as_slips_and_as_hanging_on_precision() -> None:
    war = tree().having("class", "answer")[1].text
    assert "Remote chance by June 2030" in war
    assert "More than half of it hangs on slips" in war
    assert "Hangs on precision: 0.47–2.2%" in war


def test_figures_that_are_not_certified_are_marked() -> None:
    checks = tree().having("class", "checks")[0].all("dd")
    assert ["†" in dd.text for dd in checks] == [False, False, True]
    assert "† Not certified." in tree().having("id", "answers")[0].text


def test_certified_play_is_said_and_uncertified_play_is_loud() -> None:
    assert not tree().having("class", "alarm")
    loud = read(render(small(standing=view.Standing(False, "The ray turned back at t = 0.7.")), "0.1.0"))
    alarm = loud.having("class", "alarm")[0]
    assert "Play is not certified." in alarm.text
    assert "The ray turned back at t = 0.7." in alarm.text


def test_every_chart_has_both_widths_a_finding_and_a_table() -> None:
    figures = tree().all("figure")
    assert len(figures) == 1 + 2 + 1 + 1
    for figure in figures:
        for width in ("desk", "phone"):
            (svg,) = figure.having("class", width)[0].all("svg")
            assert svg.attributes["role"] == "img"
            assert len(svg.attributes["aria-label"]) > 20
    for section in ("moves", "chances", "stakes"):
        part = tree().having("id", section)[0]
        assert len(part.all("table")) >= len(part.all("figure")) - 1


def test_claims_are_linked_to_and_those_that_bear_on_nothing_are_listed() -> None:
    assert tree().having("id", "claim-W22")
    rest = tree().having("id", "claims")[0].text
    assert "Claims that bear on nothing" in rest
    assert "W05 His impetuosity made the threats believable." in rest
    assert "robustness to the stated ranges, not evidence" in tree().having("id", "reading")[0].text


def _poisoned(thing: object) -> object:
    """The same view with every text replaced, ids and anchors excepted."""
    if isinstance(thing, str):
        return HOSTILE
    if isinstance(thing, tuple):
        return tuple(_poisoned(item) for item in thing)
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        kept = {"anchor", "basis"}
        changes = {f.name: _poisoned(getattr(thing, f.name)) for f in dataclasses.fields(thing) if f.name not in kept}
        return replace(thing, **changes)
    return thing


def test_what_a_stranger_writes_stays_text() -> None:
    poisoned = _poisoned(small(events=made_up.EVENTS[:1]))
    assert isinstance(poisoned, view.Page)
    claims = tuple(replace(claim, id=f"{HOSTILE} {n}") for n, claim in enumerate(poisoned.claims))
    sources = (view.SourceView("s", HOSTILE, ""),)
    text = render(replace(poisoned, claims=claims, sources=sources), "0.1.0")
    page = read(text)
    assert not page.all("script")
    assert not page.all("img")
    assert "49" not in page.all("title")[0].text
    assert not [e for e in page.all() for name in e.attributes if name.startswith("on")]
    assert page.all("h1")[0].text == " ".join(HOSTILE.split())
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))


def test_a_page_without_draws_shows_no_ranges() -> None:
    none = view.Range(0.1)
    marks = tuple(replace(m, chance=none, slips=none, standing=none) for m in made_up.OUTCOMES[0].marks)
    bare = (math.nan,) * 61
    fan = replace(made_up.OUTCOMES[0].fan, low=bare, quarter=bare, three_quarters=bare, high=bare)
    page = read(
        render(small(outcomes=(replace(made_up.OUTCOMES[0], marks=marks, fan=fan),), draws=0, stakes=()), "0.1.0")
    )
    assert not page.having("class", "range")
    assert "nan" not in page.having("class", "answers")[0].text


def test_an_outcome_that_holds_already_is_told_as_such() -> None:
    marks = tuple(replace(m, slips=view.Range(math.nan)) for m in made_up.OUTCOMES[0].marks)
    standing = replace(made_up.OUTCOMES[0], standing=True, marks=marks)
    page = read(render(small(outcomes=(standing,), stakes=()), "0.1.0"))
    assert "in Jun 2026" in page.having("class", "by")[0].text
    assert "It holds now" in page.having("id", "chances")[0].text


@pytest.mark.parametrize("empty", ["events", "stakes", "claims", "sources", "warnings", "parameters", "movers"])
def test_a_page_without_some_part_is_still_a_page(empty: str) -> None:
    bare = small(**{empty: ()})
    page = read(render(bare, "0.1.0"))
    assert [s.attributes["id"] for s in page.all("section")] == [anchor for anchor, _ in contents(bare)]


def test_splits_on_the_page_sum_to_the_value() -> None:
    for stake in made_up.STAKES:
        assert sum(part.value for part in stake.parts) == pytest.approx(stake.value)
        for k, change in enumerate(stake.change):
            assert math.isnan(change) or sum(part.change[k] for part in stake.parts) == pytest.approx(change)


def test_proposed_agreements_are_told_under_deals_alone() -> None:
    deals, why = (
        view.AnswerView(name, name.capitalize(), f"{name}?", "In words.", proposed=proposed)
        for name, proposed in (("deals", ("a truce: both keep <still>.", "a trade.")), ("why", ()))
    )
    page = read(render(small(answers=(why, deals)), "0.1.0"))
    told = {s.attributes["id"]: s.text for s in page.all("section")}
    assert "a truce: both keep <still>." in told["deals"]
    assert "none of them in force" in told["deals"]
    assert "none of them in force" not in told["why"]
