"""A scenario told back in sentences; the start for a scenario of one's own; what claims bear on."""

from __future__ import annotations

import re

import pytest

from detente.scenario import words
from detente.scenario.bearing import bearing
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from detente.scenario.telling import tell

FRAME = """
actors:
  us: {{name: The Union, tempo: 1, discount: 0.9, precision: 0.3}}
  them: {{tempo: 0, discount: 0.9, precision: 0.3}}
factors:
  arms: {{levels: [few, some, many]}}
  talks: {{levels: [shut, ajar, wide]}}
  office: {{kinds: [hawk, dove]}}
parameters:
  luck: {{likely: 0.25, low: 0.1, high: 0.4, unit: probability, basis: judgement}}
  worth: {{likely: 2, low: 1, high: 3, unit: payoff, basis: judgement}}
actions:
  us:
    act: {action}
chance: {chance}
interests:
  us: {{safety: {interest}}}
situations:
  2020-01: {{arms: few, talks: shut, office: hawk}}
"""


def scenario(action: str = "{then: {arms: +1}}", chance: str = "[]", interest: str = "worth * arms") -> Scenario:
    return load_text(FRAME.format(action=action, chance=chance, interest=interest))


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("arms is few", "arms is few"),
        ("arms is not few", "arms is not few"),
        ("arms >= some", "arms is at least some"),
        ("arms < some", "arms is below some"),
        ("arms > few and talks <= ajar", "arms is above few and talks is at most ajar"),
        ("few < arms <= many", "few is below arms and arms is at most many"),
        ("arms in (few, some)", "arms is few or some"),
        ("office not in [hawk]", "office is neither hawk"),
        ("not arms is few", "arms is not few"),
        ("not (arms > few)", "arms is at most few"),
        ("not (arms > few or talks is wide)", "it is not so that arms is above few or talks is wide"),
        (
            "office is dove and (arms is few or talks is wide)",
            "office is dove, and either arms is few or talks is wide",
        ),
        ("office is dove and arms is few or talks is wide", "both office is dove and arms is few, or talks is wide"),
        ("true", ""),
    ],
)
def test_conditions_in_words(test: str, told: str) -> None:
    made = scenario(f'{{when: "{test}", then: {{arms: +1}}}}')
    assert words.condition(made.actions[0].when) == told


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ("some", "becomes some"),
        ("+1", "goes one level up"),
        ("-2", "goes two levels down"),
        ("few if talks is wide else arms", "becomes few if talks is wide"),
        ("few if talks is wide else +1", "becomes few if talks is wide, otherwise goes one level up"),
    ],
)
def test_effects_in_words(effect: str, told: str) -> None:
    made = scenario(f'{{then: {{arms: "{effect}"}}}}')
    assert words.effect(made.actions[0].branches[0].effects[0], made.factors[0]) == told


@pytest.mark.parametrize(
    ("interest", "told"),
    [
        ("worth * arms", "worth * arms"),
        ("worth", "worth (2)"),
        ("3 * (worth - luck)", "3 * (worth - luck) (5.25)"),
        (
            "(worth if arms is few else 0) + (luck if talks is wide else 0) if office is dove else 0",
            "((worth if arms is few else 0) + (luck if talks is wide else 0) while office is dove, otherwise 0)",
        ),
        ("worth if office is dove else 0", "(worth while office is dove, otherwise 0)"),
        (
            "(1 + worth) * 2 if arms is few else -(arms + 1)",
            "((1 + worth) * 2 while arms is few, otherwise -(arms + 1))",
        ),
    ],
)
def test_numbers_in_words(interest: str, told: str) -> None:
    made = scenario(interest=f'"{interest}"')
    assert words.number(made.interests[0].value, made.likely) == told


def lines(text: str) -> list[str]:
    return [re.sub(r"^- ", "", line) for line in text.splitlines()]


def test_an_action_is_told_with_consent_effect_chance_and_price() -> None:
    action = """{about: Arm in secret, weight: luck, when: office is hawk, needs: {them: luck}, then: {talks: shut},
      chance: [{p: luck, then: {arms: +1}, about: It works}], refused: {office: dove},
      cost: {us: worth}, gain: {them: 1}, asking: {us: luck}}"""
    assert (
        "It can act (Arm in secret) while office is hawk, if them (if indifferent, with chance luck (0.25)) agrees. "
        "Then talks becomes shut. With chance luck (0.25) (It works), arms goes one level up. "
        "Refused, office becomes dove. The Union pays luck (0.25) for asking. them gains 1 by it, once. "
        "The Union loses worth (2) by it, once. "
        "Were all equally attractive, it would come up luck (0.25) times as often as waiting."
    ) in lines(tell(scenario(action)))


def test_prices_are_told_without_their_brackets() -> None:
    told = tell(scenario("{then: {arms: +1}, cost: {us: worth * luck, them: worth if arms is few else 0}}"))
    assert "The Union loses worth * luck (0.5) by it, once." in told
    assert "them loses (worth while arms is few, otherwise 0) by it, once." in told


def test_chance_is_told_with_rates_dates_and_distributions() -> None:
    told = lines(
        tell(
            scenario(
                chance="""
  - {about: A vote, every: 48 months, next: 2021-01, then: {office: {hawk: luck, dove: 1 - luck}}}
  - {about: Arms rust, when: arms > few, rate: luck, then: {arms: -1}}"""
            )
        )
    )
    assert (
        "A vote: happens every 48 months, next in 2021-01. With chance luck (0.25), office becomes hawk. "
        "With chance 1 - luck (0.75), office becomes dove."
    ) in told
    rust = "Arms rust: happens at a rate of luck (0.25) a month while arms is above few. Then arms goes one level down."
    assert rust in told


def test_who_only_consents_is_told_so() -> None:
    assert "It never moves; its consent is asked." in lines(tell(scenario("{needs: [them], then: {arms: +1}}")))


# --- the start


def test_the_start_passes_the_check_without_a_warning() -> None:
    text, claims = starter("border")
    made = load_text(text, "border.yaml", claims)
    assert made.warnings == ()
    assert made.title == "Border"
    assert 'claims: "border-claims.yaml"' in text


@pytest.mark.parametrize("name", ["a b", "no", "'", '"', "x: y", "é", "012", "- [", "#", "\\", "$title"])
def test_the_start_takes_any_name(name: str) -> None:
    text, claims = starter(name)
    assert load_text(text, "made.yaml", claims).warnings == ()


def test_the_start_is_told_whole() -> None:
    text, claims = starter("border")
    made = load_text(text, "border.yaml", claims)
    told = tell(made)
    for item in (*made.factors, *made.parameters, *made.outcomes, *made.situations, *made.what_ifs, *made.rules):
        assert item.name in told
    assert all(one.title and f"{one.name} ({one.title}) is" in told for one in made.parameters)
    for action in made.actions:
        assert f"It can {action.name.replace('_', ' ')}" in told
    assert "The parties are Northland and Southland." in told
    assert "land for trade: border agreed, troops thinned and trade open." in told
    assert "hawks stay: from 2025-06, but cabinet hawks." in told
    assert "other: front, troops, trade and border." in told


def test_a_parameter_is_told_by_its_title_and_a_formula_as_it_is_written() -> None:
    """But for the list of the numbers, no parameter with a title stands by its name alone."""
    text, claims = starter("border")
    told = tell(load_text(text, "border.yaml", claims))
    assert "at a rate of 'how often the two decide' (tempo, 1) a month" in told
    assert "Northland loses 'what a raid costs' (raid_cost, 1) by it" in told
    assert "along 'what hawks lose by any line' (hawks_loss)." in told
    assert "but 'how often massed troops clash' (clash_rate) is 0.01." in told
    assert "With chance 1 - hawks_share (0.5)" in told
    assert "pays trade_worth * trade a month" in told
    bare = text.replace("along: hawks_loss", "along: talks").replace("title: what a raid costs", "note: small")
    told = tell(load_text(bare, "border.yaml", claims))
    assert "along talks." in told
    assert "Northland loses raid_cost (1) by it" in told


def test_every_claim_of_the_start_bears_on_something() -> None:
    text, claims = starter("border")
    made = load_text(text, "border.yaml", claims)
    found = bearing(made)
    assert list(found) == list(made.claims)
    assert all(found.values())
    assert found["B02"] == (
        "parameter raid_weight",
        "parameter safety_worth",
        "action north.raid",
        "interest north.safety",
        "what-if 'no raids'",
    )


def test_a_claim_that_nothing_cites_bears_on_nothing() -> None:
    text, claims = starter("border")
    claims += "  - {id: B07, source: memoir, says: It rained that year.}\n"
    assert bearing(load_text(text, "border.yaml", claims))["B07"] == ()
