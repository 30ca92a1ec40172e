"""Agreements: what they become is what they mean, state by state; the case without them stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from detente.ensemble.cache import case_key
from detente.ensemble.solution import solve
from detente.game.structure import compile as compile_game
from detente.outcome.chain import chain_of
from detente.problems import DetenteError, Problems
from detente.scenario.agreements import agreement_names, agreement_of, with_agreement
from detente.scenario.bearing import bearing
from detente.scenario.cases import case
from detente.scenario.load import load_text
from detente.scenario.model import Action, Rule, Scenario
from detente.scenario.reach import LIMIT, closure, reachable
from detente.scenario.starter import starter
from detente.scenario.steps import after, open_in
from detente.scenario.telling import tell
from tests.docs.test_language_page import examples
from tests.scenario.proposals import AGREEMENTS, proposing
from tests.scenario.small import CLAIMS, SMALL

NAMES = ("few arms", "in turn", "as it is")
ARMS, TALKS, LEADER, F = range(4)


def every(scenario: Scenario) -> np.ndarray:
    """All combinations of levels (S, F), reachable or not."""
    sizes = [len(factor.levels) for factor in scenario.factors]
    return np.stack(np.meshgrid(*map(np.arange, sizes), indexing="ij"), axis=-1).reshape(-1, len(sizes))


def action(scenario: Scenario, actor: str, name: str) -> Action:
    (found,) = (one for one in scenario.actions if scenario.actors[one.actor].name == actor and one.name == name)
    return found


def rule(scenario: Scenario, name: str) -> Rule:
    (found,) = (one for one in scenario.rules if one.name == name)
    return found


def leads(step: Action | Rule, levels: np.ndarray) -> np.ndarray:
    (branch,) = step.branches
    return after(branch.effects, levels)


def at(formula: object, scenario: Scenario) -> float:
    return float(formula(np.zeros((1, len(scenario.factors)), dtype=int), scenario.likely)[0])  # type: ignore[operator]


# --- the case without


def test_the_case_without_is_as_it_was() -> None:
    bare, full = load_text(SMALL, "f.yaml", CLAIMS), proposing()
    assert agreement_names(full) == NAMES
    assert agreement_names(bare) == ()
    assert case_key(full) == case_key(bare)
    assert full.parameters == bare.parameters
    assert np.array_equal(reachable(full), reachable(bare))
    assert [w.code for w in full.warnings] == [w.code for w in bare.warnings]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_with_one_is_an_ordinary_one(name: str) -> None:
    full = proposing()
    made = with_agreement(full, name)
    one = agreement_of(full, name)
    assert [factor.name for factor in made.factors] == ["arms", "talks", "leader", one.factor]
    assert made.factors[F].levels == one.levels
    assert made.parameters[: len(full.parameters)] == full.parameters
    assert made.parameters[len(full.parameters) :] == one.parameters
    assert [s.levels for s in made.situations] == [(*s.levels, 0) for s in full.situations]
    assert made.agreements == ()
    assert case_key(made) != case_key(full)
    assert {w.code for w in made.warnings} == {w.code for w in full.warnings}
    assert tell(made)
    stands = made.outcome(f"{name} stands").when
    assert stands is not None
    states = every(made)
    assert np.array_equal(stands(states), states[:, F] >= one.levels.index(one.standing[0]))


def test_there_is_no_such_agreement() -> None:
    with pytest.raises(DetenteError, match="Did you mean 'few arms'"):
        with_agreement(proposing(), "few arm")
    with pytest.raises(DetenteError, match="proposes no agreement"):
        with_agreement(load_text(SMALL, "f.yaml", CLAIMS), "few arms")


# --- what it becomes


def test_signing() -> None:
    made = with_agreement(proposing(), "few arms")
    states = every(made)
    for actor, weight, other in (("north", 1.0, 1), ("south", 0.3, 0)):
        for size in (1, 2):
            sign = action(made, actor, f"sign_few_arms_pays_{size}")
            can = (states[:, F] == 0) & (states[:, ARMS] < 2)
            assert np.array_equal(open_in(sign, states), can)
            expected = states[can].copy()
            expected[:, TALKS], expected[:, F] = 1, size
            assert np.array_equal(leads(sign, states[can]), expected)
            assert at(sign.weight, made) == weight
            assert [(consent.actor, at(consent.lean, made)) for consent in sign.consent] == [(other, [0.4, 0.5][other])]


def test_leaving() -> None:
    made = with_agreement(proposing(), "few arms")
    states = every(made)
    for actor, cost in (("north", {}), ("south", {1: -1.0})):
        leave = action(made, actor, "leave_few_arms")
        can = states[:, F] > 0
        assert np.array_equal(open_in(leave, states), can)
        expected = states[can].copy()
        expected[:, ARMS], expected[:, TALKS], expected[:, F] = np.minimum(expected[:, ARMS] + 1, 2), 0, 0
        assert np.array_equal(leads(leave, states[can]), expected)
        assert at(leave.weight, made) == 0.4
        assert {who: at(pay, made) for who, pay in leave.pay.items()} == cost
        assert leave.consent == ()


def test_watching_sees_some_and_errs() -> None:
    made = with_agreement(proposing(), "few arms")
    states = every(made)
    stands = states[:, F] > 0
    keeps = {"north": states[:, ARMS] < 2, "south": states[:, TALKS] == 1}
    for name, rate, cost in (("north", 0.25, {0: -1.0}), ("south", 1.0, {})):
        seen = rule(made, f"{name}'s breach of few arms is seen")
        mistaken = rule(made, f"{name} is wrongly thought to have broken few arms")
        assert np.array_equal(open_in(seen, states), stands & ~keeps[name])
        assert np.array_equal(open_in(mistaken, states), stands & keeps[name])
        assert (at(seen.rate, made), at(mistaken.rate, made)) == (rate, 0.01)
        for step in (seen, mistaken):
            expected = states.copy()
            expected[:, TALKS] = expected[:, F] = 0
            assert np.array_equal(leads(step, states), expected)
            assert {who: at(pay, made) for who, pay in step.pay.items()} == cost


def test_a_broken_agreement_stands_until_it_is_seen() -> None:
    """Ordinary actions break it and leave it in force; the chain then leaves that state at the rate of being seen."""
    made = with_agreement(proposing(), "few arms")
    solved = solve(made)
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    whole, broken, found = (solved.structure.index([1, talks, 0, stands]) for talks, stands in ((1, 1), (0, 1), (0, 0)))
    closing = made.actions.index(action(made, "south", "close"))
    assert broken in chain.target[(chain.source == whole) & (chain.action == closing)]
    seen = made.rules.index(rule(made, "south's breach of few arms is seen"))
    here = (chain.source == broken) & (chain.rule == seen)
    assert list(chain.target[here]) == [found]
    assert chain.rate[here] == pytest.approx([1.0])
    mistaken = made.rules.index(rule(made, "north is wrongly thought to have broken few arms"))
    assert chain.rate[(chain.source == broken) & (chain.rule == mistaken)] == pytest.approx([0.01])


def test_payments_flow_while_it_stands() -> None:
    made = with_agreement(proposing(), "few arms")
    structure = compile_game(made)
    paid = structure.interests()[:, [i.name == "few arms: payments" for i in made.interests]]
    owners = [i.actor for i in made.interests if i.name == "few arms: payments"]
    size = np.array([0, 0.3, 1.0])[structure.states.levels[:, F]]
    assert np.allclose(paid[:, owners.index(1)], -size)
    assert np.allclose(paid[:, owners.index(0)], 0.4 * size)


def test_one_size_is_one_level() -> None:
    made = proposing(("sizes: [works, shame]", "sizes: [works]"))
    assert agreement_of(made, "few arms").levels == ("none", "stands")
    assert action(with_agreement(made, "few arms"), "north", "sign_few_arms")


def test_steps_are_taken_in_turn() -> None:
    """Levels: none, step_1 (offer), step_2 (close), step_3 (offer), stands. What is done already is passed over."""
    made = with_agreement(proposing(), "in turn")
    states = every(made)
    sign, offer = action(made, "north", "sign_in_turn"), action(made, "north", "offer")
    close = action(made, "south", "close")
    fresh = states[open_in(sign, states)]
    assert set(fresh[:, F]) == {0}
    hawk, talking = fresh[:, LEADER] == 0, fresh[:, TALKS] == 1
    # an offer has nothing to do while they talk, and closing nothing for a party that keeps its terms
    assert np.array_equal(leads(sign, fresh)[:, F], np.where(~talking, 1, np.where(hawk, 4, 2)))
    here = states[open_in(offer, states)]
    opened = np.where(here[:, LEADER] == 0, 4, 2)  # the talks that it opens are there for the last step
    expected = np.select([here[:, F] == 1, here[:, F] == 3], [opened, 4], here[:, F])
    assert np.array_equal(leads(offer, here)[:, F], expected)
    here = states[open_in(close, states)]
    assert np.array_equal(leads(close, here)[:, F], np.where(here[:, F] == 2, 3, here[:, F]))
    assert not leads(close, here)[:, TALKS].any()


def test_a_promise_is_due_from_the_last_step_on() -> None:
    made = with_agreement(proposing(), "in turn")
    states = every(made)
    north, south = (rule(made, f"{name}'s breach of in turn is seen") for name in ("north", "south"))
    assert np.array_equal(open_in(north, states), (states[:, F] > 3) & (states[:, TALKS] == 0))
    assert np.array_equal(open_in(south, states), (states[:, F] > 2) & (states[:, LEADER] == 1))


def test_what_signing_does_not_bring_about_must_hold_already() -> None:
    made = with_agreement(proposing(), "as it is")
    states = every(made)
    sign = action(made, "south", "sign_as_it_is")
    assert np.array_equal(open_in(sign, states), (states[:, F] == 0) & (states[:, ARMS] == 0))
    assert {made.actors[a.actor].name for a in made.actions if a.name == "leave_as_it_is"} == {"north", "south"}
    assert not [r for r in made.rules if "as it is" in r.name]


def test_the_starter_can_have_one() -> None:
    text, claims = starter("border")
    text += """
agreements:
  thinner lines:
    parties: [north, south]
    keeps: {north: troops is thinned, south: trade is open}
    when: front is quiet and talks > none
    proposes: [mediator]
    then: {troops: thinned, trade: open}
    verified: {seen: 1}
    breach: {then: {trade: closed}}
"""
    made = with_agreement(load_text(text, "border.yaml", claims), "thinner lines")
    assert made.warnings == ()
    sign = action(made, "mediator", "sign_thinner_lines")
    assert [consent.actor for consent in sign.consent] == [0, 1]
    levels = closure(made).levels
    broken = (levels[:, -1] == 1) & (levels[:, 1] == 1)  # massed again, and it stands
    assert broken.any()


def test_the_page_has_two_that_can_be_taken_up() -> None:
    scenario = load_text(examples()[0], "page.yaml", examples()[1])
    for name in agreement_names(scenario):
        assert with_agreement(scenario, name).warnings == ()


# --- mistakes


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        (
            "parties: [north, south]\n    keeps: {north: arms <",
            "parties: [north, sout]\n    keeps: {north: arms <",
            "unknown-actor",
            "sout",
        ),
        (
            "[north, south]\n    keeps: {north: arms < many",
            "[north]\n    keeps: {north: arms < many",
            "agreement-parties",
            "two parties",
        ),
        ("{north: arms < many", "{north: arms < lots", "unknown-level", "lots"),
        ("{north: arms < many", "{north: arms < many and works > 0", "reads-parameter", "works"),
        ("keeps: {north: arms is none}", "about: nothing", "agreement-empty", "Nobody promises"),
        ("lean: {north: give}", "lean: {north: giv}", "unknown-name", "giv"),
        ("lean: {north: give}", "lean: {nort: give}", "unknown-actor", "nort"),
        ("lean: {north: give}", "lean: 1", "lean-out-of-range", "lean of the agreement 'few arms'"),
        ("seen: {north: watch", "seen: {north: watch - 1", "negative-rate", "rate of the agreement 'few arms'"),
        ("weight: {south: works}", "weight: works - 1", "negative-weight", "weight of the agreement 'few arms'"),
        ("then: {talks: open}\n    verified", "then: {talks: ajar}\n    verified", "unknown-level", "ajar"),
        ("then: {talks: open}\n    verified", "then: {talks: {open: 1}}\n    verified", "refused-chance", "one effect"),
        ("when: arms < many\n    lean", "when: arms is many\n    lean", "agreement-into-never", "never"),
        (
            "south: talks is open}",
            "south: talks is open and arms is many}",
            "agreement-never-kept",
            "cannot hold at once",
        ),
        ("[north.offer, south.close,", "[north.offre, south.close,", "unknown-action", "offre"),
        ("    verified: {seen: 1}\n  as", "    then: {talks: open}\n  as", "agreement-steps", "both"),
        ("{seen: {north: watch, south: 1}, errs: false_alarm}", "{errs: false_alarm}", "missing-key", "seen"),
        ("verified: {seen: {north: watch, south: 1}, errs: false_alarm}\n", "\n", "agreement-unseen", "nobody can see"),
        ("cost: {north: shame}}", "cost: {people: shame}}", "unknown-actor", "people"),
        ("from: south, to: north", "from: south, to: south", "agreement-payment", "pays itself"),
        ("sizes: [works, shame]", "sizes: []", "agreement-payment", "No size"),
        ("worth: give}", "worth: given}", "unknown-name", "given"),
        ("      shame: {likely", "      works: {likely", "name-clash", "something else"),
        ("  few arms:", "  arms:", "name-clash", "becomes the factor 'arms'"),
        ("  few arms:", "  '!!':", "agreement-name", "cannot be the name"),
        ("  as it is:", "  few-arms:", "name-clash", "becomes the factor 'few_arms'"),
        ("proposes: [south]", "proposes: [south, south]", "agreement-actor-twice", "twice"),
        ("claims: [A1]\n  in", "claims: [A9]\n  in", "unknown-claim", "A9"),
        ("about: Few arms", "abuot: Few arms", "unknown-key", "abuot"),
    ],
)
def test_a_mistake_is_told_at_its_lines(old: str, new: str, code: str, says: str) -> None:
    with pytest.raises(Problems) as caught:
        proposing((old, new))
    first = (SMALL + AGREEMENTS).splitlines().index("agreements:") + 1
    told = [p for p in caught.value.errors if p.code == code]
    assert told, caught.value
    assert all(p.place is not None and p.place.line > first for p in caught.value.errors), caught.value
    assert any(says in p.message for p in told), caught.value


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("when: arms < many\n    lean", "when: arms is many and talks is open\n    lean", "agreement-never-signed"),
        (
            "keeps: {north: arms is none}",
            "when: arms is few\n    keeps: {north: arms is none}",
            "agreement-never-signed",
        ),
        ("then: {talks: open}\n    verified", "then: {talks: closed}\n    verified", "agreement-broken-at-once"),
    ],
)
def test_what_cannot_be_meant_gets_a_warning(old: str, new: str, code: str) -> None:
    assert code in {warning.code for warning in proposing((old, new)).warnings}


def test_what_only_the_whole_shows_is_told_at_its_lines() -> None:
    """Leaving arms more where talks stay open: that leads into what can never be."""
    edited = proposing(("then: {arms: +1, talks: closed}", "then: {arms: +1}"))
    with pytest.raises(Problems) as caught:
        with_agreement(edited, "few arms")
    (north, south) = caught.value.errors
    assert north.code == south.code == "step-into-never"
    assert north.place is not None
    assert north.place.line > len(SMALL.splitlines())


def test_a_mistake_in_one_hides_no_other() -> None:
    with pytest.raises(Problems) as caught:
        proposing(
            ("{north: arms < many", "{north: arms < lots"), ("[north.offer, south.close,", "[north.offre, south.close,")
        )
    assert {p.code for p in caught.value.errors} == {"unknown-level", "unknown-action"}


# --- telling


def test_it_is_told_back() -> None:
    told = tell(proposing())
    for part in (
        "few arms: North sees to it that arms is below many; South sees to it that talks is open.",
        "North or South can put it forward while arms is below many.",
        "A breach by North is seen at a rate of watch (0.25) a month",
        "That North or South keeps its word is taken for a breach at a rate of false_alarm (0.01) a month.",
        "North then loses shame (1) for its own, once.",
        "While it stands, South pays North works (0.3) or shame (1) a month, which is worth give (0.4) times as much",
        "It is carried out in turn: north.offer, then south.close, then north.offer",
        "South can put it forward, once all of it holds.",
        "Nobody watches it.",
    ):
        assert part in told, part


def test_claims_bear_on_it() -> None:
    bears = bearing(proposing())
    assert "agreement 'few arms'" in bears["A1"]
    assert "parameter watch of 'few arms'" in bears["A2"]


# --- Korea


@pytest.mark.parametrize("name", agreement_names(case("korea")))
def test_korean_agreements_can_be_taken_up(name: str) -> None:
    made = with_agreement(case("korea"), name)
    assert made.warnings == ()
    assert len(reachable(made)) < LIMIT
