import hashlib
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from detente.ensemble.cache import Cache
from detente.ensemble.readings import Reading
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward as run
from detente.outcome.relapse import back_by_slip
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.questions.fan import scale_to
from detente.questions.forecast import QUANTILES, Forecast, forecast
from detente.questions.next_moves import next_moves
from detente.questions.saying import cells
from detente.questions.words import listed, percent, span
from detente.report.gather import gather
from detente.report.said import counts
from detente.version import VERSION
from tests.border import DRAWS, MONTHS, answer, border, folder

CHANCES = ("by", "at", "slips")


@pytest.fixture(scope="module")
def data():
    return answer().data


def test_axes_are_labelled(data):
    assert dict(data["by"].sizes) == {"draw": DRAWS, "outcome": 3, "month": MONTHS + 1}
    assert list(data["outcome"].values) == [outcome.name for outcome in border().outcomes]
    assert data["date"].values[0] == "2025-06"
    assert data["date"].values[MONTHS] == "2027-06"
    assert list(data["parameter"].values) == [parameter.name for parameter in border().parameters]


def test_what_is_told_reads_nothing_more_of_the_draws(tmp_path, monkeypatch):
    made, make = list[tuple[str, str]](), Reading.make

    def noted(self, solutions, member, solved):
        made.append((self.what, member.numbers.name))
        return make(self, solutions, member, solved)

    monkeypatch.setattr(Reading, "make", noted)
    found = forecast(border(), months=MONTHS, draws=DRAWS, cache=Cache(tmp_path), threads=1)
    found.summary(), found.table(), found.to_json(), found.chart()
    assert {name for what, name in made if what == "forecast"} == {"central", "half precision", "double precision"}
    assert set(found.data) - set(found.shown) == {"slips", "without_slips", "value", "gain"}
    assert sum(what == "forecast" for what, _ in made) == 3 + DRAWS
    for n, draw in enumerate(found.ensemble.draws):  # each as one pass by itself gives it
        solved = found.ensemble.solved(draw)
        again = solved.ahead(border().situations[-1], MONTHS)
        assert np.array_equal(found.data["by"].values[n], again.by)
        fresh = ~found.data["standing"].values
        assert np.array_equal(found.data["slips"].values[n][fresh], again.slips[fresh])
        start = solved.structure.index(border().situations[-1])
        assert np.array_equal(found.data["value"].values[n], solved.equilibrium.value[start])
        assert next_moves(solved, start)["waits"] == pytest.approx(
            [found.data["chosen"].sel(option=f"{actor.name}.wait").values[n] for actor in border().actors]
        )


@pytest.mark.parametrize("before", ["", "central_", "half_", "double_"])
def test_chances_are_chances(data, before):
    by, at, slips = (data[f"{before}{name}"] for name in CHANCES)
    assert float(by.min()) >= 0
    assert float(by.max()) <= 1 + 1e-9
    assert bool((by.diff("month") >= -1e-12).all())
    assert bool(((slips <= by + 1e-12) & (slips >= 0)).all())
    assert bool(((at <= by + 1e-9) | np.isnan(at)).all())


def test_the_central_line_is_what_the_outcome_gives(data):
    solved = answer().ensemble.solved(answer().ensemble.central)
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    start = solved.structure.index("2025-06")
    again = run(chain, targets_of(solved.structure), start, schedule(border(), "2025-06", MONTHS))
    assert np.array_equal(data["central_by"].values, again.by)
    assert np.array_equal(data["central_slips"].values, again.slips)


def test_without_slips_is_the_chance_in_a_chain_that_has_none(data):
    solved = answer().ensemble.solved(answer().ensemble.central)
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    dates = schedule(border(), "2025-06", MONTHS)
    rare = replace(chain, rate=np.where(chain.slip, 0.0, chain.rate))
    again = run(rare, targets_of(solved.structure), solved.structure.index("2025-06"), dates)
    assert chain.slip.any()
    assert np.allclose(data["central_without_slips"].values, again.by, atol=1e-12)
    assert bool((data["central_without_slips"] != data["central_by"]).any())


def test_an_outcome_that_holds_at_the_start_is_told_with_its_slips():
    """From a start where fighting goes on: the part of 'still so' that has ended and come back by a slip."""
    case = border()
    front = next(k for k, factor in enumerate(case.factors) if factor.name == "front")
    talks = next(k for k, factor in enumerate(case.factors) if factor.name == "talks")
    now = case.situations[-1]
    levels = tuple(1 if k == front else 0 if k == talks else x for k, x in enumerate(now.levels))
    fighting = replace(case, situations=(*case.situations[:-1], replace(now, levels=levels)))
    found = forecast(fighting, months=12, draws=1, cache=Cache(None), threads=1)
    clashes = found.data.sel(outcome="clashes")
    assert bool(clashes["standing"])
    solved = found.ensemble.solved(found.ensemble.central)
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    k = list(found.data["outcome"].values).index("clashes")
    dates = schedule(fighting, found.situation, 12)
    again = back_by_slip(chain, targets_of(solved.structure)[k], solved.structure.index(found.situation), dates)
    assert np.array_equal(clashes["central_slips"].values, again)
    share = float(again[-1] / clashes["central_at"][-1])
    assert 0 < share < 1
    steady = run(chain.only(~chain.slip), targets_of(solved.structure), solved.structure.index(found.situation), dates)
    assert np.array_equal(clashes["central_without_slips"].values, steady.at[k])
    assert cells(found, "clashes")[4] == percent(float(steady.at[k, -1]))
    assert f"without slips {percent(float(steady.at[k, -1]))})" in found.summary()
    outcome = next(one for one in gather(found).outcomes if one.name == "clashes")
    assert outcome.last.slips.likely == pytest.approx(share)
    assert "has ended by then and come back by a slip" in counts(outcome)


def test_each_actors_chances_sum_to_one_and_taken_is_the_product(data):
    for actor in border().actors:
        mine = [option for option in data["option"].values if option.startswith(f"{actor.name}.")]
        assert mine[-1] == f"{actor.name}.wait"
        for chosen in (data["chosen"], data["central_chosen"]):
            assert np.allclose(chosen.sel(option=mine).sum("option"), 1, atol=1e-12)
    tempo = {actor.name: actor.tempo([], border().likely) for actor in border().actors}
    for option in data["option"].values:
        one = data.sel(option=option)
        if not option.endswith(".wait"):
            expected = tempo[option.split(".")[0]] * one["central_chosen"] * one["central_accepted"]
            assert float(one["central_taken"]) == pytest.approx(float(expected), rel=1e-12)
            assert float(one["central_advantage"]) <= 0


def test_consent_is_the_product_of_each_yes(data):
    asked = data["central_yes"].dropna("option", how="all")
    assert asked.sizes["option"] >= 1
    product = asked.prod("actor", skipna=True)
    assert np.allclose(product, data["central_accepted"].sel(option=asked["option"]), atol=1e-12)


def test_ranges_are_percentiles_over_draws(data):
    ranges = answer().ranges("by")
    assert list(ranges["quantile"].values) == list(QUANTILES)
    assert np.allclose(ranges.values, np.quantile(data["by"].values, QUANTILES, axis=0))


def test_how_it_was_made_travels_with_it(data):
    made = data.attrs
    assert made["version"] == VERSION
    assert made["seed"] == 0
    assert made["draws"] == DRAWS
    assert made["case_hash"] == hashlib.sha256(border().text.encode()).hexdigest()
    assert made["tolerance"] > 0
    assert made["residual"] < 1e-4
    assert made["statement"] == answer().ensemble.statement


def test_the_summary_has_every_outcome_with_slips_and_precisions():
    said = answer().summary()
    assert "to June 2027: agreement " in said  # a name as the file has it begins no sentence
    assert said.count("\n") == 0
    for outcome in border().outcomes:
        assert re.search(
            rf"\b{outcome.name} [\d.]+% \(draws [\d.–]+%(, base rate [\d.]+%)?, half [\d.]+%, "
            r"double [>\d.]+%, without slips [<\d.]+%\)",
            said,
        )
    assert answer().ensemble.statement in said


def test_json_is_strict_and_whole():
    told = json.loads(answer().to_json(), parse_constant=lambda name: pytest.fail(name))
    assert told["dates"][0] == "2025-06"
    assert set(told["outcomes"]) == {outcome.name for outcome in border().outcomes}
    for one in told["outcomes"].values():
        assert len(one["central_by"]) == MONTHS + 1
        assert set(one["range_by"]) == {"0.05", "0.25", "0.75", "0.95"}
    assert told["outcomes"]["raid"]["central_at"] == [None] * (MONTHS + 1)


@pytest.mark.parametrize(
    ("ending", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<")]
)
def test_charts_are_written_offline(tmp_path, ending, begins):
    answer().save_chart(tmp_path / f"fans.{ending}")
    content = (tmp_path / f"fans.{ending}").read_bytes()
    assert content.lstrip().startswith(begins)
    fetched = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: fetched.extend(n for n, _ in attributes if n in ("src", "href"))
    if ending == "html":
        reader.feed(content.decode())
    assert fetched == []
    assert [path.name for path in tmp_path.iterdir()] == [f"fans.{ending}"]


def test_a_chart_in_no_known_format_is_refused(tmp_path):
    with pytest.raises(DetenteError, match="can be written as"):
        answer().save_chart(tmp_path / "fans.doc")


def test_the_chart_shows_every_outcome_month_by_month_in_percent(data):
    specification = answer().chart().to_dict()
    assert [one["title"] for one in specification["concat"]] == list(data["outcome"].values)
    rows = specification["datasets"][specification["concat"][0]["data"]["name"]]
    assert len(rows) == MONTHS + 1
    assert rows[-1]["likely"] == pytest.approx(100 * float(data["central_by"][0, -1]))
    assert rows[-1]["date"].startswith("2027-06-01")


def test_a_notebook_shows_it_without_a_script():
    shown = answer()._repr_html_()
    assert "<svg" in shown
    assert "<table" in shown
    assert "<script" not in shown
    assert repr(answer()).startswith("<Forecast of border")


def test_without_draws_there_are_no_ranges():
    bare = forecast(border(), months=6, draws=0, cache=Cache(folder()))
    assert np.isnan(bare.ranges().values).all()
    assert "raws" not in bare.summary()
    assert bare.chart().to_dict()["concat"]
    json.loads(bare.to_json())


def test_it_starts_from_the_last_situation_unless_told():
    assert answer().situation.name == max(border().situations, key=lambda s: s.date.ordinal).name
    first = border().situations[0].name
    assert forecast(border(), first, months=1, draws=0, cache=Cache(folder())).situation.name == first


def test_an_outcome_by_name():
    assert answer().outcome("raid")["by"].dims == ("draw", "month")
    with pytest.raises(DetenteError, match="There is no outcome 'riad'\\. Did you mean 'raid'"):
        answer().outcome("riad")


@pytest.mark.parametrize(
    ("options", "said"),
    [({"since": "2025-60"}, "Did you mean"), ({"months": -1}, "1 to 1200 months"), ({"draws": -1}, "not -1")],
)
def test_a_senseless_question_is_told(options, said):
    with pytest.raises(DetenteError, match=said):
        forecast(border(), **options, cache=Cache(None))


def test_the_answer_is_kept(monkeypatch):
    monkeypatch.setattr("detente.questions.forecast_data.outlook", lambda *_: pytest.fail("computed again"))
    again = forecast(border(), months=MONTHS, draws=DRAWS, cache=Cache(folder()))
    assert isinstance(again, Forecast)
    assert again.data.equals(answer().data)


@pytest.mark.parametrize(
    ("p", "read"),
    [(0.0, "0%"), (1e-6, "<0.01%"), (0.0035, "0.35%"), (0.072, "7.2%"), (0.34, "34%"), (0.0995, "10%"),
     (0.9949, "99.5%"), (0.99999, ">99.9%"), (1.0, "100%"), (math.nan, "—")],
)  # fmt: skip
def test_percent(p, read):
    assert percent(p) == read


def test_words():
    assert span(0.051, 0.31) == "5.1–31%"
    assert span(0.31, 0.3101) == "31%"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("most", "scale"),
    [(0.0, (1, 1)), (100.0, (20, 100)), (71.0, (20, 80)), (9.1, (2, 10)), (0.037, (0.01, 0.04)), (1.0, (0.2, 1.0))],
)
def test_scales_are_round_and_hold_all(most, scale):
    assert scale_to(most) == pytest.approx(scale)
    assert scale_to(most)[1] >= most


def test_the_start_leaves_the_answer_open() -> None:
    """And all of it is certified, so that the first answers of a newcomer have something to show and no doubts."""
    found = forecast(border(), draws=DRAWS, cache=Cache(folder()), threads=1).data
    assert 0.3 < float(found["central_by"].sel(outcome="agreement").isel(month=-1)) < 0.7
    assert [found.attrs[one] for one in ("certified", "half_certified", "double_certified")] == [1, 1, 1]
    assert found["certified"].all()
