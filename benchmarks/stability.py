"""Stability of large graph models: ``python -m benchmarks.stability``.

Three decision makers with 10 options between them (1,024 states), then 12 (4,096), random strict rankings: all five
concepts under each rule for replies, then the same with all four coalitions. To reach: 1,024 states with every concept
and a rule under 1 s. Beside it, in the same run, the definitions as plain loops over sets of reachable states, as a
textbook's program has them, on 64 states; and gmcr-py, from a checkout of it, on 64, 256 and 1,024:
``python -m benchmarks.stability --gmcr-py PATH`` (``benchmarks/peers/README.md``). Its replies are one move by one
opponent, so its answers should be ours under 'single move'; how many are not is counted under every rule.

Then one state and all coalitions: today's in the Korean case, and one of 16,384 of nine decision makers, at random.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from itertools import combinations
from pathlib import Path
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

    from detente.graph.concepts import Concept
    from detente.graph.model import GraphModel
    from detente.graph.replies import Rule

TIMES = 3
PEER = Path(__file__).parent / "peers" / "gmcr_py.py"
THEIRS: tuple[Concept, ...] = ("Nash", "GMR", "SMR", "SEQ")  # in the peer's order; its SIM is none of ours


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


def peer(game: GraphModel, checkout: Path) -> tuple[np.ndarray, np.ndarray]:
    """What gmcr-py makes of a game in which every combination is feasible: (S, N, 4), and its seconds by stage."""
    actors = [
        {
            "name": actor,
            "options": [n for n, (owner, _) in enumerate(game.options) if owner == actor],
            "preferences": [],
            "preferenceRanking": [(np.flatnonzero(own == r) + 1).tolist() for r in np.unique(own)[::-1]],
        }
        for actor, own in zip(game.actors, game.ranks.T, strict=True)
    ]
    told = {
        "useManualPreferenceRanking": True,
        "options": [{"name": name, "permittedDirection": "both"} for _, name in game.options],
        "decisionMakers": actors,
        "infeasibles": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "game.gmcr", Path(folder) / "found.npz"
        source.write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, str(PEER), str(checkout.resolve()), str(source), str(target), str(TIMES)]
        subprocess.run(command, check=True)
        with np.load(target) as arrays:
            return arrays["stable"], arrays["seconds"]


def beside(checkout: str | None) -> None:
    """A line for each size: seconds of gmcr-py and ours; then how many of its answers are not ours, by our rule."""
    if not checkout:
        print("    gmcr-py was not run: name a checkout of it, --gmcr-py PATH (benchmarks/peers/README.md)")
        return
    for sizes in ((2, 2, 2), (3, 3, 2), (3, 3, 4)):
        began = time.perf_counter()
        game = model(sizes)
        made = time.perf_counter() - began
        theirs, (reading, moves, *concepts) = peer(game, Path(checkout))
        apart, quick = [], {}
        for rule in RULES:
            quick[rule], found = timed(game, rule)
            wrong = found[:, :, [CONCEPTS.index(one) for one in THEIRS]] != theirs
            apart.append(f"{wrong.sum():,} by {rule}")
        told_of = f"{sum(concepts):.3f} s for 4 concepts by gmcr-py (its model {reading + moves:.3f} s)"
        ours = f"{quick['single move']:.4f} s for 5 here (model {made:.4f} s)"
        print(f"{len(game.states):6,} states, single move:       {told_of}, {ours}")
        print(f"              of {theirs.size:,} answers differ: {', '.join(apart)}", flush=True)


def main(arguments: list[str]) -> None:
    """A line for each size and rule."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability")
    parser.add_argument("--gmcr-py", metavar="PATH", default=os.environ.get("DETENTE_GMCR_PY"), help="a checkout of it")
    checkout = parser.parse_args(arguments).gmcr_py
    print(machine())
    small = model((2, 2, 2))
    began = time.perf_counter()
    told = loops(small)
    slow = time.perf_counter() - began
    quick, again = timed(small, "legal sequences")
    same = "the same answers" if np.array_equal(told, again) else "DIFFERENT ANSWERS"
    print(f"    64 states, legal sequences: {slow:8.3f} s by plain loops, {quick:.4f} s here, {same}")
    beside(checkout)
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
    main(sys.argv[1:])
