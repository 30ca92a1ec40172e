"""An agreement among the deals: states found by looking at all of them, values looked up, verification solved anew."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente.ensemble.solution import solve
from detente.game.structure import compile as compiled
from detente.problems import DetenteError
from detente.questions.agreed import UNSIGNED
from detente.questions.deals import deals
from detente.questions.deals_agreed import AgreedDeals
from detente.questions.sight import AT_ONCE
from detente.scenario.agreements import with_agreement
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import asking

DRAWS = 2
AGREEMENTS = """
agreements:
  troops for trade:
    parties: [north, south]
    keeps: {north: troops is thinned, south: trade is open}
    when: front is quiet and talks > none
    weight: seldom
    then: {troops: thinned, trade: open}
    verified: {seen: {north: watch, south: notice}, errs: false_alarm}
    breach: {then: {trade: closed}, cost: {north: shame, south: shame}}
    parameters:
      seldom:      {likely: 0.1, low: 0.05, high: 0.2, unit: times as often as waiting, basis: judgement}
      watch:       {likely: 0.3, low: 0.1, high: 0.6, unit: a month, basis: judgement}
      notice:      {likely: 4, low: 2, high: 8, unit: a month, basis: judgement}
      false_alarm: {likely: 0.01, low: 0.003, high: 0.03, unit: a month, basis: judgement}
      shame:       {likely: 1, low: 0.5, high: 2, unit: payoff once, basis: judgement}
  in turn:
    parties: [north, south]
    keeps: {north: troops is thinned}
    steps: [south.open_trade, north.thin_out]
  paid:
    parties: [north, south]
    keeps: {north: troops is thinned}
    needs: [mediator]
    then: {troops: thinned}
    payments: {from: south, to: north, sizes: [little, much]}
    parameters:
      little: {likely: 0.1, low: 0.05, high: 0.2, unit: payoff a month, basis: judgement}
      much: {likely: 0.5, low: 0.3, high: 0.8, unit: payoff a month, basis: judgement}
  out of reach:
    parties: [north, south]
    keeps: {north: troops is thinned}
    when: front is clashes and talks is summit
"""
NAME = "troops for trade"


def proposing(*edits: tuple[str, str]) -> Scenario:
    """The border with its agreements, edited."""
    text, claims = starter("border")
    text += AGREEMENTS
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return load_text(text, "border.yaml", claims)


@cache
def found(name: str = NAME, since: str = "2024-06") -> AgreedDeals:
    answer = deals(proposing(), since, agreement=name, asking=asking(DRAWS))
    assert isinstance(answer, AgreedDeals)
    return answer


def state(answer: AgreedDeals, **levels: str) -> int:
    """The state of the situation with these levels instead."""
    structure = answer.ensemble.solutions.structure
    return structure.index({**structure.describe(structure.index(answer.situation)), **levels})


def looked_up(answer: AgreedDeals, *states: int) -> np.ndarray:
    """(M, K, N) values in states."""
    return np.stack(
        [answer.ensemble.solved(m).equilibrium.value[list(states)] for m in answer.ensemble.members("drawn")]
    )


def test_gains_signing_and_signature_are_differences_of_values_in_states_written_out() -> None:
    one = found()
    now, ready = state(one), state(one, talks="envoys")
    force = state(one, talks="envoys", troops="thinned", trade="open", troops_for_trade="stands")
    unsigned = state(one, talks="envoys", troops="thinned", trade="open")
    assert (one.pact.ready, one.pact.in_force.tolist(), one.pact.unsigned) == (ready, [force], unsigned)
    value = looked_up(one, now, ready, force, unsigned).transpose(1, 0, 2)
    np.testing.assert_allclose(one.chosen_gains[:, one.sizes[0]], value[2] - value[0])
    np.testing.assert_allclose(one.signing[:, 0], value[2] - value[1])
    np.testing.assert_allclose(one.signature[:, 0], value[2] - value[3])
    assert [chosen.name for chosen in one.chosen] == [NAME, UNSIGNED]


@pytest.mark.parametrize("since", ["2024-06", "2025-06"])
def test_it_is_signed_in_the_nearest_state_in_which_it_can_be(since: str) -> None:
    scenario = with_agreement(proposing(), NAME)
    structure = compiled(scenario)
    now = structure.describe(structure.index(since))
    apart = {}
    for s in range(len(structure.states)):
        there = structure.describe(s)
        if there["front"] == "quiet" and there["talks"] != "none" and there[scenario.factors[-1].name] == "none":
            apart[s] = sum(now[name] != level for name, level in there.items())
    one = found(since=since)
    assert apart[one.pact.ready] == min(apart.values())


def test_sizes_of_payment_are_deals_of_their_own() -> None:
    one = found("paid")
    assert [chosen.name for chosen in one.chosen] == ["paid (little)", "paid (much)", UNSIGNED]
    force = [state(one, troops="thinned", paid=level) for level in ("pays_1", "pays_2")]
    assert one.pact.in_force.tolist() == one.pact.signed.tolist() == force
    assert one.must == (0, 1, 2)
    assert [one.package_levels(p)["paid"] for p in range(len(one.packages))] == ["pays_1", "pays_2"]
    assert one.signing[0, 1, 0] > one.signing[0, 0, 0]  # the receiver would rather have much


def test_steps_are_followed_to_where_it_stands() -> None:
    one = found("in turn")
    assert one.pact.signed.tolist() == [state(one, in_turn="step_1")]
    assert one.pact.in_force.tolist() == [state(one, in_turn="stands", trade="open", troops="thinned")]
    assert one.pact.unsigned == state(one, trade="open", troops="thinned")


def test_packages_keep_every_promise() -> None:
    one = found()
    assert one.packages.combinations == 4  # troops and trade as they may be
    assert [one.package_levels(p) for p in range(len(one.packages))] == [
        {NAME.replace(" ", "_"): "stands", "troops": "thinned", "trade": "open"}
    ]
    assert "3 more would break a promise or cannot come about" in one.summary()


def test_verification_is_worth_what_the_game_with_perfect_verification_says() -> None:
    one = found()
    assert one.sight is not None
    edits = [("seen: {north: watch, south: notice}, errs: false_alarm", f"seen: {AT_ONCE:g}, errs: 0")]
    anew = solve(with_agreement(proposing(*edits), NAME))
    structure = anew.structure
    there = one.ensemble.solutions.structure.describe(int(one.pact.in_force[0]))
    value = anew.equilibrium.value[structure.index(there)]
    np.testing.assert_allclose(one.mistrust[0, 0], value - looked_up(one, int(one.pact.in_force[0]))[0, 0], atol=1e-5)
    assert np.abs(one.mistrust[0, 0]).max() > 0.1


def test_terms_stand_no_longer_than_it_is_in_force() -> None:
    one = found()
    kept, force = one.stands[:, one.sizes[0]], one.force[:, 0]
    assert (kept <= np.minimum(force, one.kept[:, 0]) + 1e-12).all()
    assert (force[:, 0] == 1).all()
    assert (np.diff(force) <= 1e-12).all()
    assert force[0, 3] > kept[0, 3] + 0.01  # breaches that nobody has seen


def test_what_nobody_watches_has_no_price_of_mistrust() -> None:
    one = found("paid")
    assert one.sight is None
    assert np.isnan(one.mistrust).all()
    assert "Perfect verification" not in one.summary()
    assert (
        json.loads(one.to_json())["agreement"]["sizes"]["paid (much)"]["actors"]["north"]["perfect_verification"]
        is None
    )


def test_in_words_in_json_and_as_a_table() -> None:
    one = found()
    said = one.summary()
    for words in ("Troops for trade:", "cannot be signed as things stand; it could be with talks envoys",
                  "Signing 'troops for trade' there would bring: Northland", "the signature adds",
                  "Perfect verification", f"Certainty that the terms of '{NAME}' stand"):  # fmt: skip
        assert words in said
    assert "can be signed as things stand" in found(since="2025-06").summary()
    told = json.loads(one.to_json())
    assert told["agreement"]["in_force"]["troops"] == "thinned"
    assert told["provenance"]["agreement"] == NAME
    north = told["agreement"]["sizes"][NAME]["actors"]["north"]
    assert north["signing"] == pytest.approx(one.signing[0, 0, 0])
    assert float(one.data["central_signing"].sel(size=NAME, actor="north")) == pytest.approx(north["signing"])
    assert one.data["force"].dims == ("draw", "size", "month")
    rows = {row[0]: row for row in one.table().rows}
    assert rows["in force a year"][2] == ""
    assert all(len(row) == len(one.table().head) for row in one.table().rows)


def test_who_loses_by_signing_is_named() -> None:
    one = found()
    signing = one.signing.copy()
    signing[:, :, 1] = -1.0
    lossy = replace(one, signing=signing)
    assert lossy.unwilling(0) == [1]
    assert "Southland would lose by it (all gain in 0 of 2 draws)" in lossy.summary()


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_fits_its_width(width: int) -> None:
    from detente.questions.picture import svg

    drawn = svg(found("paid").chart(width=width))
    assert float(drawn.split('width="')[1].split('"')[0]) <= width + 4
    assert "Paid (little)" in drawn


def test_without_draws_and_without_deals_in_the_case() -> None:
    bare = replace(proposing(), deals=None)
    one = deals(bare, agreement=NAME, asking=asking(0))
    assert "draws" not in one.summary()
    one.to_json()
    one.table()


def test_bad_input() -> None:
    with pytest.raises(
        DetenteError, match=r"There is no agreement 'troops for land'\. Did you mean 'troops for trade'"
    ):
        deals(proposing(), agreement="troops for land", asking=asking(0))
    with pytest.raises(DetenteError, match="There is no situation '1999-01'"):
        deals(proposing(), "1999-01", agreement=NAME, asking=asking(0))
    with pytest.raises(DetenteError, match="'out of reach' can be signed in no state that can come about"):
        deals(proposing(), agreement="out of reach", asking=asking(0))
