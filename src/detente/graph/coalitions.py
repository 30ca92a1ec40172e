r"""For which coalitions a state is stable: what a group could do together, and what the others would answer.

A coalition H moves by a legal sequence of moves of its members (nobody twice in a row), R_H(s); a coalition improvement
is a state s1 in R_H(s) that *every* member strictly prefers to s, whoever of them moved. With -H for all others and
"s2 deters" for "some member of H likes s2 no better than s", s is stable for H if each coalition improvement s1

    Nash   does not exist
    GMR    meets s2 in R_-H(s1) that deters
    SMR    meets s2 in R_-H(s1) that deters, and so does all s3 in R_H(s2)
    SEQ    meets s2 in R_-H^+(s1) that deters
    SSEQ   meets s2 in R_-H^+(s1) that deters, and so does all s3 in R_H(s2)

Nash, GMR, SMR and SEQ for coalitions are Inohara and Hipel's; SSEQ for coalitions carries over what Rego and Vieira
ask of one decision maker. Of SEQ there are two readings: the others answer one by one, by moves each of which is an
improvement for its mover, or jointly as well, by a detour that is one only for all who make it together (Inohara and
Hipel's joint sanctions). Here they answer one by one, by the rule chosen: so the concepts for one member are those of
:mod:`detente.graph.concepts`, and no state is called stable for the sake of a pact among the others. The second reading
finds more states SEQ. The coalition of all meets no answer.

Kilgour, Hipel, Fang and Peng, Coalition analysis in group decision support, Group Decision and Negotiation 10, 2001.
Inohara and Hipel, Coalition analysis in the graph model for conflict resolution, Systems Engineering 11, 2008.

Sets of states are rows of bits, 64 to a word, so that R_H of all states costs (edges x states / 64) a sweep.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from detente.graph.concepts import CONCEPTS, COUNTERED, CREDIBLE, improvements
from detente.graph.replies import NEVER, joined, lowest, union
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.graph.concepts import Concept
    from detente.graph.moves import Moves
    from detente.graph.replies import Rule

MOST_STATES = 8192  # sets of states are kept for each state
_BLOCK = 512  # states looked at together, a multiple of 8


def every(actors: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """All coalitions of two or more."""
    return tuple(group for size in range(2, len(actors) + 1) for group in combinations(actors, size))


def stable_for(moves: Sequence[Moves], ranks: np.ndarray, members: Sequence[int], rule: Rule) -> np.ndarray:
    """Whether each state is stable for the coalition, by each of CONCEPTS: (S, 5); ``ranks`` (S, N)."""
    if len(ranks) > MOST_STATES:
        raise DetenteError(
            f"Coalitions are looked at in models of at most {MOST_STATES:,} states, and this one has {len(ranks):,}. "
            "Leave them out (coalitions=())."
        )
    group = [moves[k] for k in members]
    others = [k for k in range(len(moves)) if k not in members]
    reach = union(group, _eye(len(ranks)), "legal sequences")
    better = [improvements(one, ranks[:, k]) for k, one in enumerate(moves)]
    answers = [
        _Answers(group, [moves[k] for k in others], ranks[:, list(members)], rule, concept,
                 [better[k] for k in others] if concept in CREDIBLE else None)
        for concept in CONCEPTS[1:]
    ]  # fmt: skip
    found = np.empty((len(ranks), len(CONCEPTS)), bool)
    own = ranks[:, list(members)]
    for low in range(0, len(ranks), _BLOCK):
        rows = slice(low, min(low + _BLOCK, len(ranks)))
        improving = _unpacked(reach[rows], len(ranks))
        for column in own.T:
            improving &= column > column[rows, None]
        source, to = np.nonzero(improving)
        for n, answer in enumerate((None, *answers)):
            free = source if answer is None else source[~answer.deterred(rows, source, to)]
            found[rows, n] = np.bincount(free, minlength=rows.stop - low) == 0
    return found


def jointly_better(moves: Sequence[Moves], ranks: np.ndarray, members: Sequence[int], state: int) -> np.ndarray:
    """The coalition improvements from a state, by index."""
    here = np.arange(len(ranks)) == state
    led = joined([moves[k].back() for k in members], here, "legal sequences", np.logical_or, False, None)
    return np.flatnonzero(led & np.all(ranks[:, list(members)] > ranks[state, list(members)], axis=1))


class _Answers:
    """What deters a coalition from each state, under one concept."""

    def __init__(
        self,
        group: Sequence[Moves],
        others: Sequence[Moves],
        own: np.ndarray,
        rule: Rule,
        concept: Concept,
        allowed: Sequence[np.ndarray] | None,
    ):
        self.own = own
        self.bits: np.ndarray | None = None
        self.least = np.full(own.shape, NEVER, own.dtype)
        if concept not in COUNTERED:
            for m in range(own.shape[1] if others else 0):
                self.least[:, m] = lowest(others, own[:, m], rule, allowed)
            return
        open_ = _better_for_all(own)  # row t: the states s at which t does not deter
        good = ~(open_ | union(group, open_, "legal sequences"))
        self.bits = union(others, good, rule, allowed) if others else np.zeros_like(good)

    def deterred(self, rows: slice, source: np.ndarray, to: np.ndarray) -> np.ndarray:
        """Whether each move, from a state counted from the first of ``rows``, meets an answer that deters."""
        if self.bits is not None:
            columns = self.bits.view(np.uint8)[:, rows.start // 8 : -(-rows.stop // 8)]
            there = np.unpackbits(columns, axis=1, bitorder="little", count=rows.stop - rows.start)
            bits: np.ndarray = there[to, source].astype(bool)
            return bits
        met = np.zeros(len(to), bool)
        for least, own in zip(self.least.T, self.own[rows].T, strict=True):
            met |= least[to] <= own[source]
        return met


def _preferred(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether all members strictly prefer each state of the first (A, H) to each of the second (B, H): (A, B)."""
    found = np.ones((len(first), len(second)), bool)
    for one, other in zip(first.T, second.T, strict=True):
        found &= one[:, None] > other[None, :]
    return found


def _better_for_all(own: np.ndarray) -> np.ndarray:
    """Row t: the states s to which all members strictly prefer t, as bits."""
    return _packed(lambda rows: _preferred(own[rows], own), len(own))


def _eye(states: int) -> np.ndarray:
    return _packed(lambda rows: np.arange(states) == np.arange(states)[rows, None], states)


def _packed(made: _Made, states: int) -> np.ndarray:
    """Rows of true and false, made some at a time, as rows of bits in whole words: (S, W) of uint64."""
    bits = np.zeros((states, 8 * -(-states // 64)), np.uint8)
    for low in range(0, states, _BLOCK):
        rows = slice(low, min(low + _BLOCK, states))
        bits[rows, : -(-states // 8)] = np.packbits(made(rows), axis=1, bitorder="little")
    return bits.view(np.uint64)


def _unpacked(bits: np.ndarray, states: int) -> np.ndarray:
    wide = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1, bitorder="little", count=states)
    return wide.view(bool)


if TYPE_CHECKING:
    from typing import Protocol

    class _Made(Protocol):
        def __call__(self, rows: slice) -> np.ndarray: ...
