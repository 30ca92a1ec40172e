r"""Which coalitions would leave one state: all coalitions at once, for that state alone.

The concepts are those of :mod:`detente.graph.coalitions`. With s the state, R_M(t) the ends of replies by M from t, and

    G = states that every member of H strictly prefers to s          D = all others: each deters

each concept takes the coalition improvements I and keeps those that no answer deters, by searches over all states t:

    Nash        I = R_H(s) & G                                        one search onward from s
    GMR, SEQ    I without {t : R_-H(t) meets D}                       one search back from D
    SMR, SSEQ   I without {t : R_-H(t) meets D'},                     one search back from D',
                D' = D without {t : R_H(t) meets G}                   and one from G

where -H moves as the rule says, by improvements only for SEQ and SSEQ. s is stable for H if nothing is left. Sets of
states are words, a bit a coalition: a search goes over the edges once for 64 coalitions, and an edge of k hands on the
bits of those coalitions that k is in, or is not in (:func:`detente.graph.replies.joined`).

The cost is (coalitions / 64) x edges x sweeps, where :func:`detente.graph.coalitions.stable_for`, which finds the same
for all states, takes a set of states for each state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.graph.concepts import CONCEPTS, COUNTERED, CREDIBLE, improvements
from detente.graph.replies import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detente.graph.concepts import Concept
    from detente.graph.moves import Moves
    from detente.graph.replies import Rule

MOST = 2**24  # states times 2^decision makers
_WORD = 64


@dataclass(frozen=True, eq=False)
class Leaving:
    """Where each coalition could go: ``free[c, w, t]`` has bit b if by concept c no answer deters 64 w + b from t."""

    free: np.ndarray  # (concept, word, state) uint64
    coalitions: int

    @property
    def stable(self) -> np.ndarray:
        """Whether the state is stable: (coalition, concept)."""
        some = np.bitwise_or.reduce(self.free, axis=2)
        bits = some[:, :, None] >> np.arange(_WORD, dtype=np.uint64) & np.uint64(1)
        held: np.ndarray = bits.reshape(len(CONCEPTS), -1)[:, : self.coalitions].T == 0
        return held

    def ends(self, coalition: int, concept: Concept) -> np.ndarray:
        """The states to which a coalition would go, by index; none where the state is stable for it."""
        word, bit = divmod(coalition, _WORD)
        return np.flatnonzero(self.free[CONCEPTS.index(concept), word] >> np.uint64(bit) & np.uint64(1))


def few_enough(actors: int, states: int, rule: Rule) -> bool:
    """Whether all coalitions of so many decision makers are looked at; 'each at most once' costs more beyond six."""
    coalitions = 1 << actors
    sequences = max(1, coalitions // _WORD) if rule == "each at most once" else 1
    return states * coalitions * sequences <= MOST


def leaving(
    moves: Sequence[Moves], ranks: np.ndarray, state: int, groups: Sequence[Sequence[int]], rule: Rule
) -> Leaving:
    """Where coalitions of members by index would go from a state, by each of CONCEPTS; ``ranks`` (S, N)."""
    back = [own.back() for own in moves]
    better = [improvements(own, ranks[:, k]) for k, own in enumerate(moves)]
    gains = ranks > ranks[state]
    parts = [groups[low : low + _WORD] for low in range(0, len(groups), _WORD)]
    free = np.zeros((len(CONCEPTS), len(parts), len(ranks)), np.uint64)
    for w, part in enumerate(parts):
        _word(moves, back, better, gains, state, part, rule, free[:, w])
    return Leaving(free, len(groups))


def _word(
    moves: Sequence[Moves],
    back: Sequence[Moves],
    better: Sequence[np.ndarray],
    gains: np.ndarray,
    state: int,
    groups: Sequence[Sequence[int]],
    rule: Rule,
    free: np.ndarray,
) -> None:
    """At most 64 coalitions, into ``free`` (concept, state)."""
    everyone = range(len(moves))
    own = [_word_of(k in group for group in groups) for k in everyone]
    good = np.zeros(len(gains), np.uint64)
    for n, group in enumerate(groups):
        good |= gains[:, list(group)].all(axis=1).astype(np.uint64) << np.uint64(n)
    here = np.zeros_like(good)
    here[state] = _word_of(True for _ in groups)
    led = good & joined(back, here, "legal sequences", np.bitwise_or, 0, None, own)
    tempted = np.bitwise_or.reduce(led)
    free[:] = led
    if not tempted:
        return
    others, own = [tempted & ~bits for bits in own], [tempted & bits for bits in own]
    deters = tempted & ~good
    firm = deters & ~joined(moves, tempted & good, "legal sequences", np.bitwise_or, 0, None, own)
    for n, concept in enumerate(CONCEPTS[1:], 1):
        goal, allowed = firm if concept in COUNTERED else deters, better if concept in CREDIBLE else None
        free[n] &= ~joined(moves, goal, rule, np.bitwise_or, 0, allowed, others)


def _word_of(holds: Iterable[bool]) -> np.uint64:
    return np.uint64(sum(1 << n for n, one in enumerate(holds) if one))
