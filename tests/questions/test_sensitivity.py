"""What an answer rests on: slopes, shares, ranks and claims, on the starter case."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import rankdata, spearmanr

from detente.ensemble.draws import draw, pert, variance
from detente.ensemble.solution import solve
from detente.ensemble.solutions import Solutions
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.questions.picture import svg
from detente.questions.rehearsal import rehearsed
from detente.questions.sensitivity import JUDGED, _data, _fit, sensitivity
from detente.questions.sensitivity_picture import ticks
from detente.questions.sensitivity_turns import further, points
from detente.questions.sensitivity_words import NAMED
from detente.questions.shares import ranks
from detente.questions.words import percent
from tests.border import MONTHS, asking, border


@pytest.fixture(scope="module")
def answer():
    return sensitivity(border(), "agreement", months=MONTHS, asking=asking())


def test_the_variance_of_a_draw_is_that_of_its_distribution():
    for parameter in border().parameters:
        drawn = pert(parameter, (np.arange(20_000) + 0.5) / 20_000)
        assert variance(parameter) == pytest.approx(np.var(drawn), rel=1e-3)


def test_equal_numbers_share_their_rank():
    values = np.random.default_rng(0).integers(0, 9, 40)
    assert ranks(values).tolist() == rankdata(values).tolist()


def test_slopes_shares_and_ranks_find_what_a_known_function_does():
    scenario = border()
    rng = np.random.default_rng(1)
    numbers = draw(scenario, 64)
    steep = rng.normal(size=len(scenario.parameters)) / [p.high - p.low for p in scenario.parameters]
    likely = np.array([p.likely for p in scenario.parameters])
    p = 0.3
    odds = np.log(p / (1 - p)) + (numbers - likely) @ steep
    data = _data(scenario, numbers, expit(odds), steep * p * (1 - p), p)
    assert data.attrs["fit"] == pytest.approx(1.0)
    assert float(data["share"].sum()) == pytest.approx(1.0)
    one_by_one = [np.var((numbers[:, i] - likely[i]) * steep[i]) for i in range(len(steep))]
    assert data["share"].values == pytest.approx(np.array(one_by_one) / np.sum(one_by_one), abs=0.02)
    ranks = [spearmanr(numbers[:, i], odds).statistic for i in range(len(steep))]
    assert data["rank"].values == pytest.approx(ranks)
    ends = {"low": data["at_low"].values, "high": data["at_high"].values}
    assert ((ends["high"] > p) == (steep > 0)).all()
    assert ((ends["low"] < p) == (steep > 0)).all()


def test_settling_everything_leaves_no_range_and_settling_nothing_leaves_it():
    """All that moves the odds is judged, and on the one claim rests a number that moves nothing."""
    *moving, still = border().parameters
    parameters = (*(replace(one, basis=()) for one in moving), replace(still, basis=("B01",)))
    scenario = replace(border(), parameters=parameters)
    numbers = draw(scenario, 64)
    odds_slope = np.array([1.0 / (p.high - p.low) for p in moving] + [0.0])
    p = 0.3
    chance = expit(np.log(p / (1 - p)) + (numbers - [x.likely for x in parameters]) @ odds_slope)
    data = _data(scenario, numbers, chance, odds_slope * p * (1 - p), p)
    left = {str(one): (float(data["left_low"].sel(group=one)), float(data["left_high"].sel(group=one)))
            for one in data["group"].values}  # fmt: skip
    assert left == {JUDGED: pytest.approx((p, p)), "B01": pytest.approx(np.quantile(chance, [0.05, 0.95]))}
    assert np.ptp(left["B01"]) > 0.1


def test_there_is_a_group_for_every_claim_and_for_what_is_judged(answer):
    groups = answer.data["group"].values
    assert set(groups) == {name for p in border().parameters for name in p.basis or (JUDGED,)}


def test_the_central_chance_is_the_forecasts(answer):
    from tests.border import answer as forecast

    said = forecast().data["central_by"].sel(outcome="agreement").isel(month=-1)
    assert answer.central == pytest.approx(float(said), abs=1e-9)
    drawn = forecast().data["by"].sel(outcome="agreement").isel(month=-1)
    assert answer.data["chance"].values == pytest.approx(drawn.values, abs=1e-9)


def test_a_slope_is_what_a_small_change_does(answer):
    """At a tenth of the range either way log odds move as the slope says, but for their curvature."""
    best = int(answer.order()[0])
    scenario = border()
    parameter = scenario.parameters[best]
    step = 0.02 * (parameter.high - parameter.low)
    moved = []
    for likely in (parameter.likely - step, parameter.likely + step):
        changed = tuple(replace(p, likely=likely) if p is parameter else p for p in scenario.parameters)
        there = replace(scenario, parameters=changed)
        moved.append(sensitivity(there, "agreement", months=MONTHS, asking=asking(0)).central)
    assert (moved[1] - moved[0]) / (2 * step) == pytest.approx(float(answer.data["slope"][best]), rel=0.02)


def test_where_slopes_have_it_turn_the_case_is_solved_again(answer, monkeypatch):
    """By another way: from default play, at those numbers; and a second time nothing is solved."""
    assert points(answer) != []
    assert list(answer.there) == list(dict.fromkeys([*points(answer), *answer.at_ends(), *further(answer)]))
    for point, there in answer.there.items():
        said = solve(border(), dict(point), certify="none").chances(months=MONTHS)["by"].sel(outcome="agreement")
        assert there.chance == pytest.approx(float(said.isel(month=-1)), abs=1e-4)
        assert there.certified
    monkeypatch.setattr(Solutions, "solve", lambda *_, **__: pytest.fail("it is solved again"))
    again = sensitivity(border(), "agreement", months=MONTHS, asking=asking())
    assert again.to_json() == answer.to_json()
    assert "solved with" in answer.summary() or "solved a hair beyond" in answer.summary()


def test_chances_told_at_the_ends_of_ranges_are_those_of_the_case_solved_there(answer):
    """By another way, from default play; by slope they would be others, by a percent and more."""
    said, rows, drawn = answer.summary(), {row[0]: row for row in answer.table().rows}, dots(answer)
    given = answer.to_dict()["parameters"]
    off = []
    for i in answer.order()[:NAMED]:
        parameter = border().parameters[i]
        chance = {}
        for end in ("low", "high"):
            at = {parameter.name: getattr(parameter, end)}
            by = solve(border(), at, certify="none").chances(months=MONTHS)["by"].sel(outcome="agreement")
            chance[end] = float(by.isel(month=-1))
            assert given[parameter.name][f"at_{end}_solved"] == pytest.approx(chance[end], abs=1e-4)
            assert any(abs(dot - 100 * chance[end]) < 0.01 for dot in drawn)
            off.append(abs(float(answer.data[f"at_{end}"][i]) - chance[end]))
        low, high = percent(chance["low"]), percent(chance["high"])
        assert f"from {low} at {parameter.low:.3g} to {high} at {parameter.high:.3g}, both solved" in said
        assert rows[parameter.name][4] == f"{low} … {high}"
        assert any(f"makes agreement {low} (solved), at its high end makes it {high} (solved)" in one.says
                   for one in answer.findings())  # fmt: skip
    assert max(off) > 0.01
    assert len(drawn) == 2 * NAMED


def dots(answer):
    """Where the tornado has dots, in percent."""
    drawn = answer.chart().to_dict()
    layer = next(one for one in drawn["layer"] if one.get("mark", {}).get("type") == "point")
    return [row["there"] for row in layer["data"].get("values") or drawn["datasets"][layer["data"]["name"]]]


def test_what_was_not_solved_is_said_to_be_by_slope(answer):
    bare = replace(answer, there={})
    assert bare.summary().count("both by its slope") == NAMED
    assert "solved" not in bare.findings()[0].says
    assert "would by its slope make agreement" in bare.findings()[0].says
    assert {row[4] for row in bare.table().rows} == {"—"}
    assert bare.table().head[3].endswith("by slope")
    assert "Bars: by slope" in " ".join(bare.chart().to_dict()["title"]["subtitle"])
    best = int(answer.order()[0])
    half = replace(answer, there={answer.end(best, "low"): answer.there[answer.end(best, "low")]})
    assert " (solved) to " in half.summary()
    assert " (by its slope)" in half.summary()
    assert half.table().rows[0][4].endswith(" … —")
    doubtful = {point: replace(there, certified=False) for point, there in answer.there.items()}
    assert "% (not certified) at " in replace(answer, there=doubtful).summary()
    assert all("by its slope" in one.says for one in answer.findings()[NAMED : answer.data.sizes["parameter"]][:9])


def test_where_slopes_do_not_explain_the_draws_nothing_is_said_to_carry_most(answer):
    data = answer.data.copy()
    data.attrs["fit"] = 0.4
    poor = replace(answer, data=data)
    said = poor.summary()
    assert "do not explain the draws (R² 0.40)" in said
    assert "--draws 150" in said
    for words in ("hangs most", "of the variance;", "carries most", "carry ", "settling it would"):
        assert words not in said, words
    assert answer.turns() in said
    assert "mean nothing" in poor.table().note
    assert all("do not explain" in one.unit for one in poor.findings())
    assert not any("the range would" in one.says for one in poor.findings())
    from_draws = replace(poor, data=data.assign_attrs({"from": "draws"}))
    assert "hangs most" in from_draws.summary()
    assert "leave a range" not in from_draws.summary()
    data.attrs["fit"] = 0.6
    assert "so shares are rough" in replace(answer, data=data).summary()


def left_by(answer, low, high):
    """Every group would leave this range, and the draws are spread over 41 to 70%."""
    data = answer.data.copy(deep=True)
    data["left_low"][:], data["left_high"][:], data["chance"][:] = low, high, np.linspace(0.394, 0.716, 3)
    return replace(answer, data=data.assign_attrs({"fit": 0.9}))


@pytest.mark.parametrize(
    ("low", "high", "paragraph", "finding"),
    [
        (0.5, 0.6, "; settling it would by slopes leave a range of 50–60% (41–70% now).",
         "the range would by slopes be 50–60% (41–70% now)."),
        (0.40, 0.72, "; settling it would not narrow the range, by slopes 40–72% instead of 41–70%.",
         "would not narrow the range, by slopes 40–72% instead of 41–70%."),
        (0.4105, 0.6995, "; settling it would not narrow the range, by slopes still 41–70%.",
         "would not narrow the range, by slopes still 41–70%."),
        (0.4149, 0.7051, "; settling it would not narrow the range, by slopes 41–71% instead of 41–70%.",
         "would not narrow the range, by slopes 41–71% instead of 41–70%."),
    ],
)  # fmt: skip
def test_the_range_left_stands_beside_the_present_one(answer, low, high, paragraph, finding):
    one = left_by(answer, low, high)
    now = pytest.approx(np.quantile(one.data["chance"], [0.05, 0.95]))
    assert paragraph in one.summary()
    assert sum(found.says.endswith(finding) for found in one.findings()) == one.data.sizes["group"]
    told = one.to_dict()
    assert told["range"] == now
    for group in told["groups"].values():
        assert (group["left_low"], group["left_high"]) == (low, high)
        assert (group["now_low"], group["now_high"]) == now
        assert group["narrows"] is ("would not narrow" not in finding)


def test_a_rehearsal_solves_nothing_more(answer):
    alone = Asking(0, cache=asking().cache, alone=True)
    assert sensitivity(border(), "agreement", months=MONTHS, asking=alone).there == {}
    assert answer.there


def test_what_draws_are_asked_is_found_out_without_it(monkeypatch):
    """So the first forecast of a case, which reads what questions will ask, takes no longer."""
    sensitivity(border(), "agreement", months=MONTHS, asking=Asking(0, cache=asking().cache, alone=True))
    monkeypatch.setattr(Solutions, "solve", lambda *_, **__: pytest.fail("it is solved"))
    monkeypatch.setattr(Solutions, "find", find_but_turns(Solutions.find))
    readings = rehearsed(
        border(), lambda how: sensitivity(border(), "agreement", months=MONTHS, asking=how), 0, asking().cache
    )
    assert {one.what for one in readings} == {"chances"}


def find_but_turns(real):
    """As if no point where it turns had been solved."""
    return lambda self, numbers: None if "but for" in numbers.name else real(self, numbers)


def test_a_point_without_a_solution_is_told(monkeypatch):
    """As where the branch ends on the way there."""
    real = Solutions.solve

    def lost(self, numbers, *args, **named):
        member = real(self, numbers, *args, **named)
        ended = replace(member.report, converged=False) if "but for" in numbers.name else member.report
        return replace(member, report=ended)

    monkeypatch.setattr(Solutions, "solve", lost)
    monkeypatch.setattr(Solutions, "find", lambda *_: None)
    found = sensitivity(border(), "agreement", months=MONTHS, asking=asking(0))
    assert found.there
    assert all(np.isnan(there.chance) for there in found.there.values())
    assert "could not be solved" in found.turns()
    assert found.to_dict()["turns"][0]["solved"][0]["chance"] is None


def test_it_is_told_in_words_and_numbers(answer):
    said = answer.summary()
    best = str(answer.data["parameter"].values[answer.order()[0]])
    assert best in said
    assert "slopes" in said
    told = answer.to_dict()
    assert set(told) >= {"summary", "findings", "provenance", "parameters", "groups"}
    assert told["provenance"]["outcome"] == "agreement"
    assert answer.table().rows[0][0] == best
    assert answer.chart(width=340).to_dict()["layer"]


@pytest.mark.parametrize("width", [330, 700])
@pytest.mark.parametrize(("outcome", "months"), [("raid", 1), ("agreement", 3), ("agreement", 24)])
def test_figures_beside_bars_lie_on_no_name_even_near_nothing(outcome, months, width):
    """In pixels of the plot, where names end at its left; a digit at size 10 is 5.6 wide."""
    spec = sensitivity(border(), outcome, months=months, asking=asking()).chart(width=width).to_dict()
    bars = spec["layer"][0]
    (low, high), plot = bars["encoding"]["x"]["scale"]["domain"], spec["width"]
    told = [row for row in spec["datasets"][bars["data"]["name"]] if row["side"] == "left"]
    assert told
    for row in told:
        assert (row["edge"] - low) / (high - low) * plot >= 7 + 5.6 * len(row["number"])
    assert all(low <= row["there"] <= high for row in spec["datasets"][bars["data"]["name"]])
    values = bars["encoding"]["x"]["axis"]["values"]
    assert values
    assert all(max(low, 0) <= value <= min(high, 100) for value in values)
    picture = svg(sensitivity(border(), outcome, months=months, asking=asking()).chart(width=width))
    assert float(picture.split('width="')[1].split('"')[0]) <= width + 20


@pytest.mark.parametrize(("low", "high"), [(-1.0, 9.2), (93.0, 104.0), (0.02, 0.031), (40.0, 60.0), (-20.0, 120.0)])
def test_ticks_are_round_few_and_no_chance_that_cannot_be(low, high):
    found = ticks(low, high, 4)
    assert 2 <= len(found) <= 5
    assert all(max(low, 0) <= value <= min(high, 100) for value in found)
    steps = np.diff(found)
    assert steps == pytest.approx(np.full(len(steps), steps[0]))
    assert f"{steps[0]:.0e}"[0] in "125"


def test_without_draws_nothing_is_said_of_them():
    found = sensitivity(border(), "agreement", months=MONTHS, asking=asking(0))
    assert np.isnan(found.fit)
    assert "not held against draws" in found.summary()
    assert found.findings()[-1].says.endswith("would leave is not told: there are no draws.")
    assert {group["narrows"] for group in found.to_dict()["groups"].values()} == {None}
    assert np.isnan(_fit(np.ones(2), np.ones(2)))


def test_a_case_without_parameters_is_told():
    with pytest.raises(DetenteError, match="no parameters"):
        sensitivity(replace(border(), parameters=()), "agreement")
    with pytest.raises(DetenteError, match="no outcome 'agrement'"):
        sensitivity(border(), "agrement")
