import numpy as np
import pytest
from hypothesis import assume, given, settings

from detente.negotiation import sums
from detente.negotiation.domain import Domain, Linear
from detente.negotiation.frontier import frontier
from detente.negotiation.outcomes import utilities
from detente.negotiation.sums import TooLarge
from tests.negotiation import brute


def chosen(front):
    return [tuple(int(n) for n in row) for row in front.choices]


@given(brute.cases())
@settings(max_examples=60)
def test_issue_by_issue_is_what_enumeration_finds(case):
    worth = brute.outcomes(*case[:3])
    choices, points = list(worth), list(worth.values())
    front = frontier(brute.domain_of(case))
    assert sorted(chosen(front)) == sorted(choices[n] for n in brute.undominated(points))
    assert front.count == len(front)
    assert front.distinct == len({worth[choice] for choice in chosen(front)})
    for choice, utility in zip(chosen(front), front.utilities, strict=True):
        assert utility == pytest.approx([float(x) for x in worth[choice]], abs=1e-12)


@given(brute.cases())
@settings(max_examples=25)
def test_that_of_the_zone_is_the_part_inside_it(case):
    domain = brute.domain_of(case)
    inside = frontier(domain, zone_only=True)
    whole = frontier(domain)
    within = (whole.utilities >= domain.floor).all(axis=1)
    assert np.array_equal(inside.choices, whole.choices[within])
    assert np.array_equal(inside.utilities, whole.utilities[within])


@given(brute.cases(most_parties=4))
@settings(max_examples=25)
def test_a_table_of_the_same_utilities_has_the_same_frontier(case):
    domain = brute.domain_of(case)
    every = np.concatenate(list(utilities(domain)))
    shape = tuple(len(issue.values) for issue in domain.issues)
    issues = {issue.name: issue.values for issue in domain.issues}
    table = Domain.table(domain.parties, issues, every.reshape(*shape, -1))
    one, other = frontier(domain), frontier(table)
    assert np.array_equal(one.choices, other.choices)
    assert np.array_equal(one.utilities, other.utilities)


@given(brute.cases())
@settings(max_examples=25)
def test_the_order_of_parties_and_issues_does_not_matter(case):
    issues, weights, constant, reservation = case
    back = ([[row[::-1] for row in values] for values in issues[::-1]], [row[::-1] for row in weights[::-1]],
            constant[::-1], reservation[::-1])  # fmt: skip
    one, other = frontier(brute.domain_of(case)), frontier(brute.domain_of(back))
    assert sorted(chosen(one)) == sorted(choice[::-1] for choice in chosen(other))


@given(brute.cases())
@settings(max_examples=15)
def test_an_issue_that_matters_to_nobody_multiplies_the_frontier(case):
    issues, weights, constant, reservation = case
    parties = len(constant)
    more = ([*issues, [[0] * parties] * 3], [*weights, [1] * parties], constant, reservation)
    assume(np.prod([len(values) for values in more[0]]) <= 600)
    one, other = frontier(brute.domain_of(case)), frontier(brute.domain_of(more))
    assert other.count == 3 * one.count
    assert other.distinct == one.distinct


def test_decimals_tie_as_on_paper():
    issues = {f"i{n}": {"no": (0.0, 0.0), "yes": (x, -x)} for n, x in enumerate((0.1, 0.2, 0.3))}
    front = frontier(Domain.linear(["a", "b"], issues, constant=(0.0, 1.0)))
    assert (front.count, front.distinct) == (8, 7)  # 0.1 + 0.2 is 0.3
    assert front.utilities[3:5].tolist() == [[0.3, 0.7], [0.3, 0.7]]


def test_with_too_many_ties_one_of_each_kind_is_kept():
    issues = {f"i{n}": {"yours": (0, 1), "mine": (1, 0)} for n in range(12)}
    front = frontier(Domain.linear(["a", "b"], issues), most=1000)
    assert (front.count, front.distinct, len(front)) == (2**12, 13, 13)
    assert np.array_equal(front.choices.sum(axis=1), front.utilities[:, 0])


def test_a_million_million_outcomes():
    rng = np.random.default_rng(0)
    issues = {f"i{n}": {f"v{k}": rng.random(3) for k in range(10)} for n in range(12)}
    domain = Domain.linear(["a", "b", "c"], issues)
    front = frontier(domain)
    assert domain.size == 10**12
    assert isinstance(domain.utilities, Linear)
    assert np.array_equal(domain.utilities.of(front.choices), front.utilities)
    for n in range(3):  # everybody's best outcome is on it, and so is the best for each of some weights
        assert front.utilities[:, n].max() == domain.best[n]
        weights = rng.random(3)
        best = sum(max(float(u @ weights) for u in values.values()) for values in issues.values())
        assert (front.utilities @ weights).max() == pytest.approx(best)


def test_what_is_too_large_says_so(monkeypatch):
    monkeypatch.setattr(sums, "MOST_NODES", 20)
    issues = {f"i{n}": {"yours": (0, 2**n), "mine": (2**n, 0)} for n in range(6)}
    with pytest.raises(TooLarge, match="more than 20"):
        frontier(Domain.linear(["a", "b"], issues))
    monkeypatch.setattr(sums, "MOST_SUMS", 10)
    with pytest.raises(TooLarge, match="too large"):
        frontier(Domain.linear(["a", "b"], issues))
