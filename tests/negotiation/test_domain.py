import numpy as np
import pytest

from detente.negotiation import outcomes
from detente.negotiation.domain import Domain
from detente.problems import DetenteError

ISSUES = {"price": {"low": (1.0, 0.0), "high": (0.0, 1.0)}, "delivery": {"week": (0.5, 0.0), "month": (0.0, 0.2)}}


def test_utilities_in_mixed_radix_order(monkeypatch):
    domain = Domain.linear(["a", "b"], ISSUES, {"price": 2.0, "delivery": (1.0, 3.0)}, (0.0, 1.0), {"a": 0.4}, "sale")
    expected = [[2.5, 1.0], [2.0, 1.6], [0.5, 3.0], [0.0, 3.6]]
    assert np.concatenate(list(outcomes.utilities(domain))).tolist() == expected
    monkeypatch.setattr(outcomes, "CHUNK", 1)
    chunks = list(outcomes.utilities(domain))
    assert len(chunks) == 2
    assert np.concatenate(chunks).tolist() == expected
    assert outcomes.in_zone(domain) == 3
    assert domain.outcome(np.array([1, 0])) == {"price": "high", "delivery": "week"}
    assert (domain.floor.tolist(), domain.best.tolist()) == ([0.4, 1.0], [2.5, 3.6])


def test_too_many_to_enumerate_are_refused():
    issues = {f"i{n}": {str(k): (k, -k) for k in range(10)} for n in range(12)}
    domain = Domain.linear(["a", "b"], issues, reservation={"a": 1})
    with pytest.raises(DetenteError, match="1,000,000,000,000 outcomes; at most 100,000,000"):
        next(outcomes.utilities(domain))
    assert outcomes.in_zone(domain) is None
    assert outcomes.sample(domain, 50).shape == (50, 2)


def test_a_sample_is_of_outcomes():
    rng = np.random.default_rng(0)
    domain = Domain.table(["a", "b"], {"x": [str(n) for n in range(100)]}, rng.random((100, 2)))
    every = {tuple(row) for row in np.concatenate(list(outcomes.utilities(domain))).tolist()}
    drawn = [tuple(row) for row in outcomes.sample(domain, 30).tolist()]
    assert len(set(drawn)) == 30
    assert set(drawn) <= every
    assert len(outcomes.sample(domain, 100)) == 100


def test_listed_outcomes():
    told = [{"x": "1", "y": "a"}, {"y": "b", "x": "1"}]
    domain = Domain.listed(["a", "b"], told, [[1, 2], [3, 4]])
    assert [domain.outcome(choice) for choice in domain.utilities.choices] == told
    assert "2 outcomes" in repr(domain)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"parties": ["a"]}, "2 to 100 parties"),
        ({"parties": "ab"}, "not one text"),
        ({"parties": ["a", "a"]}, "The party 'a' is there twice"),
        ({"parties": ["a", " "]}, "A party has no name"),
        ({"issues": {}}, "at least one issue"),
        ({"issues": {"x": {}}}, "no name"),
        ({"issues": {"x": {"v": (1, 2, 3)}}}, "shape"),
        ({"issues": {"x": {"v": ("much", 1)}}}, "something else than numbers"),
        ({"issues": {"x": {"v": (np.nan, 1)}}}, "missing or larger"),
        ({"issues": {"x": {"v": (1e99, 1)}}, "weights": {"x": 1e99}}, "some are larger"),
        ({"weights": {"prize": 1}}, "'prize', which is no issue"),
        ({"reservation": {"c": 1}}, "'c', which is no party"),
        ({"reservation": {"a": np.inf}}, "missing or larger"),
    ],
)
def test_what_does_not_fit_is_told(arguments, said):
    with pytest.raises(DetenteError, match=said):
        Domain.linear(**{"parties": ["a", "b"], "issues": ISSUES, **arguments})


def test_lists_that_do_not_fit_are_told():
    with pytest.raises(DetenteError, match="An outcome is there twice"):
        Domain.listed(["a", "b"], [{"x": "1"}, {"x": "1"}], [[1, 2], [3, 4]])
    with pytest.raises(DetenteError, match="the same issues"):
        Domain.listed(["a", "b"], [{"x": "1"}, {"y": "1"}], [[1, 2], [3, 4]])
    with pytest.raises(DetenteError, match="no outcome"):
        Domain.listed(["a", "b"], [], [])
    with pytest.raises(DetenteError, match="too large"):
        Domain.table(["a", "b"], {f"i{n}": "abcdefghij" for n in range(12)}, 0.0)


def test_an_outcome_at_the_reservation_value_is_in_the_zone():
    at = Domain.linear(["a", "b"], {"x": {"v": (1 / 3, 1 / 7)}}, reservation={"a": 1 / 3, "b": 1 / 7})
    assert outcomes.in_zone(at) == 1
    below = Domain.linear(["a", "b"], {"x": {"v": (0.0, 1e-310)}}, reservation={"a": 0.1, "b": 1e-310})
    assert below.reservation[0] == pytest.approx(0.1)
    assert outcomes.in_zone(below) == 0


@pytest.mark.parametrize("size", [1e-90, 1e-9, 1.0, 1e9, 1e90])
def test_utilities_keep_their_digits_at_any_size(size):
    domain = Domain.linear(["a", "b"], {"x": {"v": (size / 3, size), "w": (0, -size)}})
    worth = np.concatenate(list(outcomes.utilities(domain)))
    assert worth == pytest.approx(np.array([[size / 3, size], [0, -size]]), rel=1e-13, abs=1e-13 * size)
