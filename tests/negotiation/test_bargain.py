import json

import numpy as np
import pytest
import vl_convert

from detente.negotiation import frontier, sums
from detente.negotiation.bargain import negotiate
from detente.negotiation.domain import Domain
from detente.negotiation.points import NAMES
from detente.negotiation.read import read_domain
from tests.negotiation import laptop


def random_domain(parties, shape=(4, 4, 4), reservation=0.4):
    rng = np.random.default_rng(parties)
    issues = {f"i{n}": {f"v{k}": rng.random(parties) / len(shape) for k in range(v)} for n, v in enumerate(shape)}
    names = [f"p{n}" for n in range(parties)]
    return Domain.linear(names, issues, reservation=dict.fromkeys(names, reservation), name="Random")


def texts(chart):
    """The text of a drawn chart."""
    drawn = vl_convert.vegalite_to_svg(json.dumps(chart.to_dict()))
    assert "NaN" not in drawn
    return drawn


def test_the_laptop(tmp_path):
    laptop.write(tmp_path)
    bargain = negotiate(read_domain(tmp_path))
    said = bargain.summary()
    assert "27 outcomes. 22 of them are in the zone of agreement" in said
    assert "4 outcomes are on the Pareto frontier, all of these in the zone." in said
    assert (
        "Nash (largest product of gains); Kalai-Smorodinsky (largest least share of the ideal gain); egalitarian "
        "(largest least gain): Laptop Macintosh, Harddisk 60 Gb, External Monitor 19'' LCD "
        "(utilities: buyer 0.8516, seller 0.9411)." in said
    )
    assert "Utilitarian (largest sum of utilities): Laptop HP, Harddisk 60 Gb, External Monitor 19'' LCD" in said
    assert "discount factor" in said
    assert "\n" not in said
    nash = bargain.point("Nash")
    buyer = laptop.HIGH * 20 / 30 + laptop.MIDDLE + laptop.LOW
    seller = laptop.MIDDLE + laptop.LOW * 20 / 30 + laptop.HIGH
    assert nash["utilities"] == pytest.approx({"buyer": buyer, "seller": seller})
    assert nash["gains"] == pytest.approx({"buyer": buyer - 0.4, "seller": seller - 0.5})
    assert nash["value"] == pytest.approx((buyer - 0.4) * (seller - 0.5))
    assert bargain.point("utilitarian")["value"] == pytest.approx(
        laptop.HIGH + laptop.MIDDLE + laptop.LOW + laptop.MIDDLE * 20 / 30 + laptop.LOW * 20 / 30 + laptop.HIGH
    )


def test_what_is_as_good_is_told():
    worth = {"cake": {"a": [1, 0], "b": [0.5, 0.5], "c": [0, 1]}}
    bargain = negotiate(Domain.linear(["one", "two"], worth))
    assert "3 outcomes. All of them are in the zone of agreement" in bargain.summary()
    assert "2 other outcomes are as good" in bargain.summary()
    assert bargain.point("utilitarian")["tied"] == 3
    assert len(bargain.point("utilitarian")["also"]) == 2


def test_the_parts_of_the_answer():
    bargain = negotiate(random_domain(3))
    told = json.loads(bargain.to_json())
    assert list(told) == ["summary", "findings", "provenance"]
    findings = told["findings"]
    assert findings["frontier"]["count"] == len(findings["frontier"]["outcomes"]) == len(bargain.frontier)
    assert findings["zone"]["on_frontier"] == int(bargain.data["in_zone"].sum())
    assert set(findings["points"]) == set(NAMES)
    assert told["provenance"]["version"]
    data = bargain.data
    row = int(data["picked"].sel(point="Nash").values.argmax())
    assert findings["points"]["Nash"]["utilities"] == dict(
        zip(bargain.domain.parties, data["utility"].values[row].tolist(), strict=True)
    )
    assert findings["points"]["Nash"]["outcome"] == dict(
        zip(data["issue"].values.tolist(), data["value"].values[row].tolist(), strict=True)
    )
    assert "Bargain over 'Random'" in repr(bargain)


def test_an_empty_zone_is_an_answer():
    bargain = negotiate(random_domain(2, reservation=0.9))
    assert bargain.empty
    assert bargain.in_zone == 0
    assert "The zone of agreement is empty" in bargain.summary()
    assert "worth less than its reservation value to p" in bargain.summary()
    told = bargain.to_dict()["findings"]
    assert told["points"] == dict.fromkeys(NAMES)
    assert told["parties"][0]["ideal"] is None
    json.loads(bargain.to_json())
    assert bargain.data["ideal"].isnull().all()
    divided = negotiate(Domain.table(["a", "b"], {"x": "yn"}, [[1, 0], [0, 1]], {"a": 0.5, "b": 0.5}))
    assert "every outcome is worse for somebody" in divided.summary()
    assert "even the best" not in divided.summary()


def test_who_can_gain_nothing_is_named():
    table = [[1.0, 0.0], [2.0, 0.0]]
    bargain = negotiate(Domain.table(["a", "b"], {"x": "yn"}, table, {"a": 0, "b": 0}))
    assert "Nothing in the zone is worth more than no agreement to b." in bargain.summary()
    nobody = negotiate(Domain.table(["a", "b"], {"x": "yn"}, [[1, 0], [0, 1]], {"a": 0, "b": 0}))
    assert "There is no Nash point" in nobody.summary()


def test_what_was_assumed_is_told(monkeypatch):
    bargain = negotiate(Domain.table(["a", "b"], {"x": "yn"}, [[1, 0], [0, 1]], {"a": 0}))
    assert "Not everybody states a reservation value; the lowest utility stands in for b." in bargain.summary()
    monkeypatch.setattr(sums, "MOST_NODES", 12)
    domain = random_domain(3, reservation=0.5)
    inside = frontier.frontier(domain, zone_only=True)
    whole = negotiate(domain)
    assert whole.frontier.zone_only
    assert np.array_equal(whole.frontier.choices, inside.choices)
    assert "too large" in whole.summary()


def test_a_domain_too_large_to_enumerate():
    bargain = negotiate(random_domain(2, (10,) * 12, 0.2))
    assert bargain.in_zone is None
    assert "1,000,000,000,000 outcomes. Some are in the zone" in bargain.summary()
    assert "and 4 more issues" in bargain.summary()
    assert "some of 1,000,000,000,000 outcomes" in texts(bargain.chart())


@pytest.mark.parametrize("parties", [2, 4, 7])
@pytest.mark.parametrize("reservation", [0.2, 5.0])
def test_the_picture(parties, reservation):
    bargain = negotiate(random_domain(parties, reservation=reservation))
    drawn = texts(bargain.chart())
    assert ("The zone of agreement is empty" in drawn) == (reservation == 5.0)
    assert ("Kalai-Smorodinsky" in drawn) == (reservation == 0.2)
    assert drawn.count(">utility of p0<") == (parties - 1 if parties <= 5 else 0)
    assert len(json.dumps(bargain.chart().to_dict())) < 2_000_000


def test_the_picture_is_thinned():
    chart = negotiate(random_domain(2, (20, 20, 20))).chart().to_dict()
    drawn = [len(rows) for rows in chart["datasets"].values()]
    assert max(drawn) == 3000
