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
from detente.graph.replies import joined, spreading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from detente.graph.concepts import Concept
    from detente.graph.moves import Moves
    from detente.graph.replies import Rule

MOST = 2**24  # states times 2^decision makers
_WORD = 64


@dataclass(frozen=True, eq=False)
class Leaving:
    """Where each coalition could go: ``free[c, w, t]`` has bit b if by concept c no answer deters 64 w + b from t."""

    free: np.ndarray  # (concept, word, state) uint64
    nearest: np.ndarray  # (word, state) uint64: by SEQ, those of ``free`` to which the fewest moves lead
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
        return _states(self.free[CONCEPTS.index(concept)], coalition)

    def first(self, coalition: int) -> np.ndarray:
        """Those of them by SEQ to which the fewest moves lead."""
        return _states(self.nearest, coalition)


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
    nearest = np.zeros((len(parts), len(ranks)), np.uint64)
    for w, part in enumerate(parts):
        own = [_word_of(k in group for group in part) for k in range(len(moves))]
        good, here = _all_gain(gains, part), np.zeros(len(ranks), np.uint64)
        here[state] = _word_of(True for _ in part)
        free[:, w] = good & joined(back, here, "legal sequences", np.bitwise_or, 0, None, own)
        if tempted := np.bitwise_or.reduce(free[0, w]):
            met = _met(moves, better, good, tempted, own, rule)
            for n, concept in enumerate(CONCEPTS[1:], 1):
                free[n, w] &= ~met(concept)
            nearest[w] = _nearest(back, state, own, free[CONCEPTS.index("SEQ"), w])
    return Leaving(free, nearest, len(groups))


def _all_gain(gains: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """The words of G."""
    good = np.zeros(len(gains), np.uint64)
    for n, group in enumerate(groups):
        good |= gains[:, list(group)].all(axis=1).astype(np.uint64) << np.uint64(n)
    return good


def _met(
    moves: Sequence[Moves],
    better: Sequence[np.ndarray],
    good: np.ndarray,
    tempted: np.uint64,
    own: Sequence[np.uint64],
    rule: Rule,
) -> Callable[[Concept], np.ndarray]:
    """From where the others can answer so as to deter, by concept, for the coalitions in ``tempted``."""
    deters, others = tempted & ~good, [tempted & ~bits for bits in own]
    within = [tempted & bits for bits in own]
    firm = deters & ~joined(moves, tempted & good, "legal sequences", np.bitwise_or, 0, None, within)

    def met(concept: Concept) -> np.ndarray:
        goal, allowed = firm if concept in COUNTERED else deters, better if concept in CREDIBLE else None
        return joined(moves, goal, rule, np.bitwise_or, 0, allowed, others)

    return met


def _nearest(back: Sequence[Moves], state: int, own: Sequence[np.uint64], free: np.ndarray) -> np.ndarray:
    """Of ``free`` (state,) what each coalition reaches by the fewest moves."""
    missing, here, found = np.bitwise_or.reduce(free), np.zeros_like(free), np.zeros_like(free)
    here[state] = missing
    for reached in spreading(back, here, own):
        new = reached & free & missing
        found |= new
        missing &= ~np.bitwise_or.reduce(new)
        if not missing:
            break
    return found


def _states(words: np.ndarray, coalition: int) -> np.ndarray:
    word, bit = divmod(coalition, _WORD)
    return np.flatnonzero(words[word] >> np.uint64(bit) & np.uint64(1))


def _word_of(holds: Iterable[bool]) -> np.uint64:
    return np.uint64(sum(1 << n for n, one in enumerate(holds) if one))
