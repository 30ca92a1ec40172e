"""All outcomes of a domain, chunk by chunk, and how many lie in the zone of agreement.

Outcomes are numbered in mixed radix, the last issue fastest. A chunk is the broadcast sum of the tables of the last
issues, made once; the issues before them add one row to it. Nothing is looped over in Python but chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.domain import Linear
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.negotiation.domain import Domain

MOST = 100_000_000  # outcomes that are enumerated at all
MOST_COUNTED = 10_000_000  # outcomes of which those in the zone are counted
CHUNK = 1 << 16  # outcomes of a chunk, at most, unless one issue alone has more values


def utilities(domain: Domain) -> Iterator[np.ndarray]:
    """The utilities (n, P) of all outcomes in order, in chunks; DetenteError where there are too many."""
    if domain.size > MOST:
        raise DetenteError(
            f"{domain.name or 'The domain'} has {domain.size:,} outcomes; at most {MOST:,} are enumerated. "
            "The frontier and its points need no enumeration where utilities are linear."
        )
    made = domain.utilities
    if not isinstance(made, Linear):
        for start in range(0, domain.size, CHUNK):
            yield made.utilities[start : start + CHUNK]
        return
    tables = list(made.contributions)
    block = tables.pop()
    while tables and len(block) * len(tables[-1]) <= CHUNK:
        block = (tables.pop()[:, None, :] + block[None, :, :]).reshape(-1, block.shape[1])
    for prefix in np.ndindex(*(len(table) for table in tables)):
        yield made.worth(block + sum((table[n] for table, n in zip(tables, prefix, strict=True)), made.constant))


def in_zone(domain: Domain) -> int | None:
    """How many outcomes are worth its reservation value to everybody; None where too many would have to be counted."""
    if domain.size > MOST_COUNTED:
        return None
    if np.all(np.isnan(domain.reservation)):
        return domain.size
    return sum(int((chunk >= domain.floor).all(axis=1).sum()) for chunk in utilities(domain))


def sample(domain: Domain, most: int, seed: int = 0) -> np.ndarray:
    """Utilities (n, P) of at most ``most`` outcomes, all of them or drawn at random, for a picture."""
    if domain.size <= most:
        return np.concatenate(list(utilities(domain)))
    rng = np.random.default_rng(seed)
    if not isinstance(domain.utilities, Linear):
        drawn_rows = np.sort(rng.choice(domain.size, most, replace=False))
        points: np.ndarray = domain.utilities.utilities[drawn_rows]
        return points
    drawn = [rng.integers(len(issue.values), size=most) for issue in domain.issues]
    return domain.utilities.of(np.stack(drawn, axis=1))
