"""Frontier and points by looking at every outcome and every pair of them, in exact fractions."""

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import strategies as st

from detente.negotiation.domain import Domain


def undominated(points):
    """Positions of the points that no other dominates."""
    return [
        n
        for n, one in enumerate(points)
        if not any(
            all(a >= b for a, b in zip(other, one, strict=True)) and tuple(other) != tuple(one) for other in points
        )
    ]


def outcomes(issues, weights, constant):
    """Choice -> utilities in fractions; issues: list of lists of utilities by party, as fractions."""
    found = {}
    for choice in product(*(range(len(values)) for values in issues)):
        found[choice] = tuple(
            constant[p] + sum(weights[i][p] * issues[i][n][p] for i, n in enumerate(choice))
            for p in range(len(constant))
        )
    return found


def points(worth, reservation):
    """Choices picked by each rule, among all outcomes in the zone; no rule where the zone is empty."""
    zone = {x: [a - r for a, r in zip(u, reservation, strict=True)] for x, u in worth.items()}
    zone = {x: gains for x, gains in zone.items() if min(gains) >= 0}
    if not zone:
        return {}
    ideal = [max(gains[p] for gains in zone.values()) for p in range(len(reservation))]
    able = [p for p, most in enumerate(ideal) if most > 0]
    picked = {"utilitarian": _best({x: sum(gains) for x, gains in zone.items()})}
    if able:
        some = {x: [gains[p] for p in able] for x, gains in zone.items()}
        shares = {x: [gains[p] / ideal[p] for p in able] for x, gains in zone.items()}
        picked["egalitarian"] = _best({x: sorted(gains) for x, gains in some.items()})
        picked["Kalai-Smorodinsky"] = _best({x: sorted(one) for x, one in shares.items()})
        products = {x: np.prod(np.array(gains, dtype=object)) for x, gains in some.items()}
        if max(products.values()) > 0:
            picked["Nash"] = _best(products)
    return picked


def _best(values):
    most = max(values.values())
    return {x for x, value in values.items() if value == most}


@st.composite
def cases(draw, most_parties=5, most_outcomes=200):
    """A linear domain with decimal numbers and many ties, and the same in fractions."""
    parties = draw(st.integers(2, most_parties))
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5).filter(lambda s: np.prod(s) <= most_outcomes))
    digits = draw(st.sampled_from([1, 10, 100]))
    number = st.integers(0, 3 if digits == 1 else 12).map(lambda n: Fraction(n, digits))
    row = st.lists(number, min_size=parties, max_size=parties)
    issues = [draw(st.lists(row, min_size=size, max_size=size)) for size in sizes]
    weights = draw(st.lists(row, min_size=len(sizes), max_size=len(sizes)))
    constant = draw(row)
    reservation = draw(st.lists(st.none() | st.integers(0, 40).map(lambda n: Fraction(n, digits * 10)),
                                min_size=parties, max_size=parties))  # fmt: skip
    return issues, weights, constant, reservation


def domain_of(case):
    """The same as a Domain."""
    issues, weights, constant, reservation = case
    parties = [f"p{n}" for n in range(len(constant))]
    return Domain.linear(
        parties,
        {
            f"i{k}": {f"v{n}": [float(x) for x in row] for n, row in enumerate(values)}
            for k, values in enumerate(issues)
        },
        {f"i{k}": [float(x) for x in row] for k, row in enumerate(weights)},
        [float(x) for x in constant],
        {party: float(r) for party, r in zip(parties, reservation, strict=True) if r is not None},
        "toy",
    )


def floors(case, worth):
    """Reservation values, the lowest utility where none is stated."""
    return [min(u[p] for u in worth.values()) if r is None else r for p, r in enumerate(case[3])]
