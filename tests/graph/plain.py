"""The stability concepts written straight from their definitions, with sets and loops: the second way of computing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from detente.graph.model import GraphModel
from detente.graph.moves import Moves

Reach = list[list[set[int]]]  # decision maker, state: where it can go


def replies(reach: Reach, group: Sequence[int], start: int, rule: str, ranks: Any = None) -> set[int]:
    """All ends of sequences of one move or more; with ``ranks`` each move is an improvement for its mover."""
    ends: set[int] = set()
    seen: set[tuple[int, tuple[int, ...]]] = set()

    def go(state: int, moved: tuple[int, ...]) -> None:
        for k in group:
            if rule == "single move" and moved:
                continue
            if rule == "each at most once" and k in moved:
                continue
            if rule == "legal sequences" and moved and moved[-1] == k:
                continue
            for to in reach[k][state]:
                if ranks is not None and not ranks[to][k] > ranks[state][k]:
                    continue
                ends.add(to)
                past = (k,) if rule == "legal sequences" else tuple(sorted((*moved, k)))
                if (to, past) not in seen:
                    seen.add((to, past))
                    go(to, past)

    go(start, ())
    return ends


def length(reach: Reach, group: Sequence[int], start: int, end: int) -> int:
    """The moves in a shortest legal sequence of the group from one state to another; they are tried level by level."""
    at, moves = {(start, -1)}, 0
    while end not in {state for state, _ in at} or not moves:
        at = {(to, k) for state, last in at for k in group if k != last for to in reach[k][state]}
        moves += 1
    return moves


def stable(reach: Reach, ranks: Any, members: Sequence[int], state: int, concept: str, rule: str) -> bool:
    """Whether a state is stable for a group, of one or of several."""
    return not free(reach, ranks, members, state, concept, rule)


def free(reach: Reach, ranks: Any, members: Sequence[int], state: int, concept: str, rule: str) -> set[int]:
    """The states to which a group could go, all of it gladly, and no answer would deter it."""
    others = [k for k in range(len(reach)) if k not in members]

    def better(to: int) -> bool:
        return all(ranks[to][i] > ranks[state][i] for i in members)

    def deters(s2: int) -> bool:
        if better(s2):
            return False
        if concept in ("SMR", "SSEQ"):
            return not any(better(s3) for s3 in replies(reach, members, s2, "legal sequences"))
        return True

    found = set()
    for s1 in replies(reach, members, state, "legal sequences"):
        if not better(s1):
            continue
        answers = replies(reach, others, s1, rule, ranks if concept in ("SEQ", "SSEQ") else None)
        if concept == "Nash" or not any(deters(s2) for s2 in answers):
            found.add(s1)
    return found


@st.composite
def games(draw: st.DrawFn, most_actors: int = 4, most_states: int = 6) -> tuple[Reach, np.ndarray]:
    """Random moves, reversible or not, and rankings with ties."""
    actors, states = draw(st.integers(1, most_actors)), draw(st.integers(1, most_states))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    density, levels = draw(st.sampled_from([0.15, 0.3, 0.6])), draw(st.integers(1, states))
    there = (rng.random((actors, states, states)) < density) & ~np.eye(states, dtype=bool)
    ranks = rng.integers(1, levels + 1, (states, actors))
    return [[set(np.flatnonzero(row).tolist()) for row in one] for one in there], ranks


def matrices(reach: Reach) -> list[np.ndarray]:
    """Reachability matrices."""
    size = len(reach[0])
    return [np.array([[to in ends for to in range(size)] for ends in own], bool).reshape(size, size) for own in reach]


def three_in_a_row(steps: int) -> GraphModel:
    """A goes from 0 to 1 gladly; B and C take turns to lead on along a chain whose last state is bad for A."""
    last = steps + 1
    moves = [Moves.of([0], [1], last + 1)]
    for k in range(2):
        edges = [n for n in range(1, last) if n % 2 != k]
        moves.append(Moves.of(edges, [n + 1 for n in edges], last + 1))
    ranks = np.ones((last + 1, 3))
    ranks[1:last, 0] = 2
    ranks[last, 0] = 0
    ranks[:, 1:] = np.arange(last + 1)[:, None]
    return GraphModel(("A", "B", "C"), tuple(f"s{n}" for n in range(last + 1)), tuple(moves), ranks)
