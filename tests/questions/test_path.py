"""Path: routes against exhaustive search, slacks against the response, and the answer about the border."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.ensemble.solutions import Solved
from detente.equilibrium.response import respond
from detente.game.double import double_precision
from detente.outcome.chain import chain_of
from detente.problems import DetenteError
from detente.questions.goal import conditions, goal_of, lacking
from detente.questions.mending import losers, mends
from detente.questions.path import Path, Route, path
from detente.questions.path_words import one_by_one
from detente.questions.routes import Graph
from detente.questions.steps import NOBODY, closely, steps_of
from detente.scenario.inquiry import Ask, ProposedPath, Step
from detente.scenario.model import Scenario
from tests.border import DRAWS, asking, border


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Few nodes, parallel edges and loops among them, slacks that often tie."""
    nodes = draw(st.integers(2, 6))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    edges = draw(st.lists(ends, min_size=1, max_size=14))
    slack = draw(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, math.inf]), min_size=len(edges), max_size=len(edges)))
    chance = draw(st.lists(st.floats(0.01, 1.0), min_size=len(edges), max_size=len(edges)))
    source, target = np.array(edges).T
    return Graph(nodes, source, target, np.array(slack), np.array(chance))


def simple_paths(graph: Graph, node: int, goal: int, seen: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every path from a node to the goal that visits no node twice, as edges."""
    if node == goal:
        yield ()
        return
    for edge in np.flatnonzero(graph.source == node):
        following = int(graph.target[edge])
        if following != node and following not in seen:
            for rest in simple_paths(graph, following, goal, (*seen, node)):
                yield (int(edge), *rest)


@given(graphs())
@settings(max_examples=150)
def test_the_widest_and_the_likeliest_route_are_those_of_exhaustive_search(graph: Graph) -> None:
    goal = graph.nodes - 1
    every = list(simple_paths(graph, 0, goal))
    widest, likeliest, shortest = (getattr(graph, kind)(0, goal) for kind in ("widest", "likeliest", "shortest"))
    assert graph.reached(0)[goal] == bool(every)
    if not every:
        assert widest is None
        assert likeliest is None
        assert shortest is None
        return

    def product(edges: tuple[int, ...]) -> float:
        return math.prod(float(graph.chance[edge]) for edge in edges)

    def rank(edges: tuple[int, ...]) -> tuple[float, int]:
        return min(float(graph.slack[edge]) for edge in edges), -len(edges)

    for found in (widest, likeliest, shortest):
        ends = [0, *graph.target[found].tolist()]
        assert ends[:-1] == graph.source[found].tolist()
        assert ends[-1] == goal
    best = max(rank(edges) for edges in every)
    assert rank(tuple(widest)) == best
    assert product(tuple(widest)) == pytest.approx(max(product(each) for each in every if rank(each) == best))
    assert product(tuple(likeliest)) == pytest.approx(max(map(product, every)))
    assert len(shortest) == min(map(len, every))


@cache
def found() -> Path:
    return path(border(), asking=asking())


@cache
def central() -> Solved:
    return found().ensemble.solved(found().ensemble.central)


@cache
def in_jax() -> dict[tuple[int, int], dict[str, np.ndarray | float | None]]:
    """By state and open action what the JAX coding of the response says of it, against waiting."""
    solved, said = central(), {}
    value = np.asarray(solved.equilibrium.value)
    with double_precision():
        response = respond(solved.game, jnp.asarray(value))
        q, stakes, yes = ([None if one is None else np.asarray(one) for one in part]
                          for part in (response.q, response.stake, response.yes))  # fmt: skip
    for c, column in enumerate(solved.game.columns):
        who, mover = list(column.consenters), column.actor
        taken = q[c]
        if stakes[c] is not None:
            refused = value if column.refused is None else value[np.asarray(column.refused)]
            taken = stakes[c] + refused - (0.0 if column.asking is None else np.asarray(column.asking))
        for s in np.flatnonzero(np.asarray(column.action) >= 0):
            gain = float(taken[s, mover] - value[s, mover])
            said[int(s), int(column.action[s])] = {
                "mover": mover, "gain": gain, "q": float(q[c][s, mover] - value[s, mover]),
                "slack": min([gain, *(stakes[c][s, who] if who else ())]),
                "yes": yes[c][s] if who else None, "who": who,
            }  # fmt: skip
    return said


def test_slacks_are_those_of_the_response() -> None:
    steps, said = steps_of(central()), in_jax()
    acts = np.flatnonzero(steps.action != NOBODY)
    assert len(acts) > 100
    wanted = [said[int(steps.source[e]), int(steps.action[e])]["slack"] for e in acts]
    np.testing.assert_allclose(steps.slack[acts], wanted, atol=1e-9)
    assert np.isinf(steps.slack[steps.action == NOBODY]).all()


def test_close_looks_agree_with_the_response_and_with_all_steps() -> None:
    solved, said = central(), in_jax()
    steps = steps_of(solved)
    chosen = np.flatnonzero(steps.action != NOBODY)
    close = closely(solved, [steps.taken(int(e)) for e in chosen])
    np.testing.assert_allclose(close["slack"], steps.slack[chosen], atol=1e-9)
    np.testing.assert_allclose(close["rate"], steps.rate[chosen], atol=1e-12)
    np.testing.assert_allclose(close["total"], steps.total[steps.source[chosen]], atol=1e-12)
    for k, e in enumerate(chosen):
        s, action = int(steps.source[e]), int(steps.action[e])
        one = said[s, action]
        if one["who"]:
            np.testing.assert_allclose(close["yes"][k, one["who"]], one["yes"], atol=1e-9)
        others = [each["q"] for (state, act), each in said.items()
                  if state == s and act != action and each["mover"] == one["mover"]]  # fmt: skip
        wanted = max(others) - one["gain"] if others else math.nan
        np.testing.assert_allclose(close["tempted"][k], wanted, atol=1e-9)


def test_the_rate_of_leaving_is_that_of_the_chain_with_dated_rules_as_hazards() -> None:
    solved = central()
    chain, steps = chain_of(solved.structure, solved.game, solved.equilibrium), steps_of(solved)
    leaving = np.asarray(chain.rates.sum(axis=1)).ravel()
    for index, rule in enumerate(solved.structure.scenario.rules):
        if rule.calendar is not None:
            matrix = chain.dated[index].matrix
            leaving += (1 - matrix.diagonal()) / rule.calendar.every
    np.testing.assert_allclose(steps.total, leaving, atol=1e-12)
    assert (steps.chance <= 1).all()


def test_a_width_as_good_to_the_accuracy_is_reached_by_the_shorter_route() -> None:
    """0 - 1 - 2 by steps of slack 0, 0 - 2 at once by one that is a hair less."""
    source, target, chance = np.array([0, 1, 0]), np.array([1, 2, 2]), np.ones(3)
    graph = Graph(3, source, target, np.array([0.0, 0.0, -0.0003]), chance)
    worse = replace(graph, slack=np.array([0.0, 0.0, -0.002]))
    np.testing.assert_array_equal(graph.widest(0, 2), [0, 1])
    np.testing.assert_array_equal(graph.widest(0, 2, 0.001), [2])
    np.testing.assert_array_equal(worse.widest(0, 2, 0.001), [0, 1])


def test_a_widest_path_that_is_the_likeliest_too_is_told_once() -> None:
    whole = found()
    widest, _, trade = whole.routes
    assert one_by_one(whole) == list(whole.routes)
    one = replace(whole, routes=(widest, replace(widest, name="likeliest", kind="likeliest"), trade))
    assert one_by_one(one) == [widest, trade]
    said, chance = one.summary(), f"{widest.likelihood[0]:.1%}"[:2]
    assert said.count("path") == whole.summary().count("path") - 1
    assert re.search(rf"The widest path, also the likeliest, has .* has a chance of {chance}", said)
    heads = [row[0] for row in one.table().rows if not row[1] and row[0].endswith(":")]
    assert heads == ["Widest and likeliest:", "Trade first:"]
    assert list(one.details()["paths"]) == ["widest", "likeliest", "trade first"]


def test_the_paths_lead_from_the_situation_to_the_deal() -> None:
    answer = found()
    levels, goal = central().structure.states.levels, goal_of(border())
    for route in answer.routes:
        states = [route.legs[0].taken.state, *(leg.taken.after for leg in route.legs)]
        assert states[0] == central().structure.index(answer.situation)
        assert [leg.taken.state for leg in route.legs] == states[:-1]
        assert goal.holds(levels[states[-1]])
        assert not route.unmet
    widest, likeliest, trade = answer.routes
    assert widest.slack[0].min() >= max(likeliest.slack[0].min(), trade.slack[0].min())
    assert likeliest.likelihood[0] >= max(widest.likelihood[0], trade.likelihood[0])
    told = [step["step"] for step in answer.details()["paths"]["trade first"]["steps"]]
    assert told[:2] == ["Southland: open trade", "Northland: thin out"]
    assert told[2:] == ["The mediator: bring together", "Southland: agree border"]


def test_the_paragraph_the_table_the_data_and_the_json_tell_the_same() -> None:
    answer, told = found(), json.loads(found().to_json())
    assert told["summary"] == answer.summary()
    assert f"{DRAWS} of {DRAWS} draws" in told["summary"]
    assert told["provenance"]["to"] == "land for trade"
    assert all(len(row) == len(answer.table().head) for row in answer.table().rows)
    steps = told["paths"]["widest"]["steps"]
    np.testing.assert_allclose([step["slack"] for step in steps], answer.data["central_slack"].sel(path="widest"))
    assert answer.data.sizes == {"draw": DRAWS, "path": 3, "step": 4, "actor": 3}
    with pytest.raises(DetenteError, match="no path 'wide'"):
        answer.route("wide")


def proposal(*steps: str, since: str = "2025-06", deal: str | None = None) -> Scenario:
    """The border with one proposed path."""
    acts = {f"{border().actors[a.actor].name}.{a.name}": n for n, a in enumerate(border().actions)}
    rules = {rule.name: n for n, rule in enumerate(border().rules)}
    made = tuple(Step(action=acts[one]) if one in acts else Step(rule=rules[one]) for one in steps)
    return replace(border(), paths=(ProposedPath("a plan", since, deal, made),), ask=Ask())


def test_a_step_that_is_not_open_is_told_with_what_would_open_it() -> None:
    plan = proposal(
        "south.agree_border", "north.thin_out", "Talks lapse", "mediator.bring_together", deal="land for trade"
    )
    answer = path(plan, proposed="a plan", asking=asking())
    (route,) = answer.routes
    assert [bool(leg.shut) for leg in route.legs] == [True, False, False, False]
    first = route.legs[0]
    assert first.shut == ("talks is summit (it is envoys)", "troops is thinned (it is massed)")
    assert first.taken.after == first.taken.state
    assert first.later is None
    acts = [answer.ensemble.scenario.actions[step.action].name for step in first.bridge]
    assert sorted(acts) == ["bring_together", "thin_out"]
    assert not route.holds[:, 0].any()
    assert route.likelihood[0] == 0
    assert np.isinf(route.slack[0, 2])
    assert route.unmet == ("border is agreed (it is disputed)", "trade is open (it is closed)")
    said = answer.summary()
    assert f"All steps hold in 0 of {DRAWS} draws" in said
    assert "asks that talks is summit (it is envoys) and troops is thinned (it is massed)" in said
    answer.chart()
    json.loads(answer.to_json())


def test_a_step_that_is_open_later_is_told_so() -> None:
    plan = proposal("south.close_trade", "south.open_trade", "north.mass_troops", "north.thin_out")
    (route,) = path(plan, only="proposed", asking=asking()).routes
    assert [leg.later for leg in route.legs] == [2, None, 4, None]  # 4: after the last step
    assert [bool(leg.shut) for leg in route.legs] == [True, False, True, False]


def test_a_loss_is_mended_by_those_who_gain_more() -> None:
    plan = proposal("north.raid", "south.cease_fire")
    (route,) = (answer := path(plan, proposed="a plan", asking=asking())).routes
    assert route.slack[0, 0] < 0
    ((loser, loss),) = losers(plan, route, 0)
    assert plan.actors[loser].name == "north"
    assert loss == pytest.approx(-route.slack[0, 0])
    (mend,) = mends(plan, route, 0)
    assert mend.payment == pytest.approx(loss)
    assert mend.monthly == pytest.approx(loss * -math.log(0.9) / 12)
    assert all(gain > loss and route.found["gain"][0, 0, who] >= gain for who, gain in mend.payers)
    assert "Northland loses" in answer.summary()


def test_who_pays_must_itself_gain_and_by_its_own_yes() -> None:
    north, south, mediator = range(3)
    route = found().route("trade first")  # its last step is Southland's and asks Northland

    def with_gains(gain: list[float], yes: float) -> Route:
        changed = {name: array.copy() for name, array in route.found.items()}
        changed["gain"][0, 3], changed["stake"][0, 3, north] = gain, yes
        return replace(route, found=changed)

    (mend,) = mends(border(), with_gains([5.0, -1.0, 2.0], 0.5), 3)
    assert (mend.actor, mend.payment, mend.payers) == (south, 1.0, ((mediator, 2.0),))
    (mend,) = mends(border(), with_gains([5.0, -1.0, 2.0], 1.5), 3)
    assert mend.payers == ((mediator, 2.0), (north, 1.5))
    (mend,) = mends(border(), with_gains([5.0, -1.0, 0.7], 0.5), 3)
    assert mend.payers == ()
    assert mend.together
    first, second = mends(border(), with_gains([5.0, -1.0, 0.7], -3.0), 3)
    assert (first.actor, first.payers, first.together) == (north, (), False)
    assert (second.actor, second.payers, second.together) == (south, (), False)


def test_what_is_reached_already_and_what_cannot_be_are_answers() -> None:
    there = path(proposal("north.thin_out"), "front is quiet", asking=asking())
    assert "there already" in there.summary()
    there.chart()
    never = path(replace(border(), paths=()), "front is clashes and talks is summit", asking=asking())
    assert "not all together" in never.summary()
    assert never.routes == ()
    never.chart(width=340)
    json.loads(never.to_json())
    stuck = path(replace(border(), paths=()), "cabinet is hawks", luck="none", asking=asking())
    assert "cabinet is hawks never holds in any state reached from there" in stuck.summary()


def test_luck_is_let_in_where_nothing_else_leads_there_and_labelled() -> None:
    answer = path(border(), "cabinet is hawks", only="widest", asking=asking())
    (route,) = answer.routes
    assert route.fallback
    assert "chance: Southland votes" in answer.summary()
    assert route.narrowest is None
    act = path(border(), "raid", only="likeliest", asking=asking()).routes[0]
    assert border().actions[act.legs[-1].taken.action].name == "raid"
    sure = path(border(), luck="none", only="likeliest", asking=asking()).routes[0]
    assert (sure.found["share"][0] > 1 - 1e-9).all()
    assert all(leg.taken.rule == NOBODY for leg in sure.legs)


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_has_a_bar_for_each_decision_as_wide_as_its_slack(width: int) -> None:
    drawn = found().chart(width=width).to_dict()
    bars = next(rows for rows in drawn["datasets"].values() if "slack" in rows[0])
    slacks = np.concatenate([route.slack[0] for route in found().routes])
    np.testing.assert_allclose([row["slack"] for row in bars], slacks)
    assert all(row["good"] == (row["slack"] >= 0) for row in bars)


def test_without_draws_no_range_is_claimed() -> None:
    answer = path(border(), asking=asking(0))
    assert "draws" not in answer.summary()
    answer.chart()
    json.loads(answer.to_json())


def test_conditions_are_split_at_and_and_told_where_they_fail() -> None:
    guard = next(action.when for action in border().actions if action.name == "agree_border")
    parts = conditions(border(), guard)
    assert [part.says for part in parts] == ["talks is summit", "troops is thinned", "border is disputed"]
    now = np.array(border().situation("2025-06").levels)
    assert lacking(border(), parts, now) == ["talks is summit (it is envoys)", "troops is thinned (it is massed)"]
    levels = central().structure.states.levels
    together = np.all([part.holds(levels) for part in parts], axis=0)
    np.testing.assert_array_equal(together, guard(levels, {}))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"to": "peace"}, "'peace' is no deal, no outcome and no condition"),
        ({"to": "fronts is quiet"}, "front"),
        ({"to": "border is"}, "no condition on the state"),
        ({"to": "tempo > 1"}, "no condition on the state"),
        ({"since": "1999-01"}, "no situation '1999-01'"),
        ({"proposed": "trade last"}, "no proposed path 'trade last'"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict, says: str) -> None:
    with pytest.raises(DetenteError, match=says):
        path(border(), **asked)
