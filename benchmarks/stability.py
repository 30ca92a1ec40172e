"""Stability of large graph models: ``python -m benchmarks.stability``.

Three decision makers with 10 options between them (1,024 states), then 12 (4,096), random strict rankings: all five
concepts under each rule for replies, then the same with all four coalitions. To reach: 1,024 states with every concept
and a rule under 1 s. Beside it, in the same run, the definitions as plain loops over sets of reachable states, as a
textbook's program has them, on 64 states. (Others report 40 s of gmcr-py for 1,024 states with three decision makers;
that figure was not measured here.)

Then one state and all coalitions: today's in the Korean case, and one of 16,384 of nine decision makers, at random.
"""

from __future__ import annotations

import time
import tracemalloc
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.startup import machine
from detente.game.structure import compile as compiled
from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS, stable
from detente.graph.leaving import leaving
from detente.graph.options import from_options
from detente.graph.replies import RULES
from detente.questions.stability import graph_of
from detente.scenario.cases import case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.graph.model import GraphModel
    from detente.graph.replies import Rule

TIMES = 3


def model(sizes: tuple[int, ...], seed: int = 0) -> GraphModel:
    """Decision makers with so many options each, and random rankings."""
    rng = np.random.default_rng(seed)
    actors = {f"d{k}": [f"o{k}{n}" for n in range(size)] for k, size in enumerate(sizes)}
    count = 2 ** sum(sizes)
    return from_options(actors, {actor: (rng.permutation(count) + 1).tolist() for actor in actors})


def loops(game: GraphModel) -> np.ndarray:
    """Every concept under legal sequences, by lists of what can be reached: (states, decision makers, concepts)."""
    count, actors, rank = len(game.states), range(len(game.actors)), game.ranks.tolist()
    reach = [[own.from_(s).tolist() for s in range(count)] for own in game.moves]
    found = np.zeros((count, len(actors), len(CONCEPTS)), bool)

    def answers(i: int, start: int, credible: bool) -> set[int]:
        seen: set[tuple[int, int]] = set()
        waiting = [(start, i)]
        while waiting:
            state, last = waiting.pop()
            for k in actors:
                for to in reach[k][state] if k not in (i, last) else ():
                    if (to, k) not in seen and (not credible or rank[to][k] > rank[state][k]):
                        seen.add((to, k))
                        waiting.append((to, k))
        return {to for to, _ in seen}

    for i in actors:
        for s in range(count):
            better = [to for to in reach[i][s] if rank[to][i] > rank[s][i]]
            for n, concept in enumerate(CONCEPTS):
                held = not better if concept == "Nash" else True
                for s1 in better if concept != "Nash" else ():
                    deterred = False
                    for s2 in answers(i, s1, concept in ("SEQ", "SSEQ")):
                        on = reach[i][s2] if concept in ("SMR", "SSEQ") else []
                        deterred = deterred or all(rank[to][i] <= rank[s][i] for to in (s2, *on))
                    held = held and deterred
                found[s, i, n] = held
    return found


def main() -> None:
    """A line for each size and rule."""
    print(machine())
    small = model((2, 2, 2))
    began = time.perf_counter()
    told = loops(small)
    slow = time.perf_counter() - began
    quick, again = timed(small, "legal sequences")
    same = "the same answers" if np.array_equal(told, again) else "DIFFERENT ANSWERS"
    print(f"    64 states, legal sequences: {slow:8.3f} s by plain loops, {quick:.4f} s here, {same}")
    for sizes in ((3, 3, 4), (4, 4, 4)):
        game = model(sizes)
        for rule in RULES:
            alone, _ = timed(game, rule)
            began, worked = time.perf_counter(), time.process_time()
            analyse(game, rule, "all")
            joint, processor = time.perf_counter() - began, time.process_time() - worked
            told_of = f"{alone:8.3f} s; with 4 coalitions {joint:8.3f} s ({processor:.3f} s of processor)"
            print(f"{len(game.states):6,} states, {rule + ':':20}{told_of}", flush=True)
    structure = compiled(case("korea"))
    today = structure.index(structure.scenario.situations[-1])
    one_state(graph_of(structure, structure.game(), today), today, RULES)
    one_state(model((2, 2, 2, 2, 2, 1, 1, 1, 1)), 0, ("single move", "legal sequences"))


def one_state(game: GraphModel, state: int, rules: Sequence[Rule]) -> None:
    """A line for each rule: every coalition of the decision makers from one state, and the memory that takes."""
    count = len(game.actors)
    groups = [group for size in range(2, count + 1) for group in combinations(range(count), size)]
    for rule in rules:
        worked = time.process_time()
        gone = (~leaving(game.moves, game.ranks, state, groups, rule).stable).sum(axis=0).tolist()
        worked = time.process_time() - worked
        tracemalloc.start()
        leaving(game.moves, game.ranks, state, groups, rule)
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        told_of = f"{worked:8.3f} s of processor, {memory:.0f} MB; leave by each concept: {gone}"
        print(f"{len(game.states):6,} states, {len(groups)} coalitions, {rule + ':':20}{told_of}", flush=True)


def timed(game: GraphModel, rule: str) -> tuple[float, np.ndarray]:
    """Fastest of some runs of all concepts, and what they find."""
    best = float("inf")
    for _ in range(TIMES):
        began = time.perf_counter()
        found = np.stack([stable(game.moves, game.ranks, c, one) for c in CONCEPTS for one in RULES if one == rule], 2)
        best = min(best, time.perf_counter() - began)
    return best, found


if __name__ == "__main__":
    main()
