"""Who would leave the present state together: every coalition of those who can move, read at each draw, and in words.

Of the states that a coalition could go to by SEQ one is told: of those to which the fewest moves lead, that which
differs from the present one in the fewest factors. A coalition is told of where no smaller one within it would leave:
whoever would go alone is told before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.graph.coalitions import every
from detente.graph.concepts import CONCEPTS
from detente.graph.leaving import few_enough, leaving
from detente.graph.words import within
from detente.questions.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.structure import Structure
    from detente.graph.moves import Moves
    from detente.graph.replies import Rule
    from detente.questions.stability import CaseStability
    from detente.scenario.model import Scenario

TOGETHER = " + "  # between the members of a coalition
NAMED = 5  # coalitions named in the paragraph


@dataclass(frozen=True)
class Joint:
    """Where a coalition would go by SEQ, as text, and who of all actors gains or loses by it, by name."""

    to: str
    gain: tuple[str, ...]
    lose: tuple[str, ...]


def read(
    structure: Structure, pays: np.ndarray, moves: Sequence[Moves], ranks: np.ndarray, state: int, rule: Rule
) -> dict[str, np.ndarray]:
    """Of each coalition of the movers, in the order of ``every``; none where the case is too large.

    ``joint`` (coalition, concept): whether the state is stable. ``to`` (coalition,): where it would go by SEQ, '' where
    it stays. ``gain`` (coalition, actor): 1 for an actor that gains there, -1 for one that loses; ``pays`` (S, actor).
    """
    names = every(tuple(map(str, range(len(moves))))) if few_enough(len(moves), len(ranks), rule) else ()
    found = leaving(moves, ranks, state, [[int(one) for one in group] for group in names], rule)
    levels, scenario = structure.states.levels, structure.scenario
    told, gain = [""] * len(names), np.zeros((len(names), pays.shape[1]), np.int8)
    for n in range(len(names)):
        ends = found.first(n)
        if len(ends):
            nearest = int(ends[np.argmin((levels[ends] != levels[state]).sum(axis=1))])
            told[n] = differs(scenario, levels[nearest], levels[state])
            gain[n] = np.sign(pays[nearest] - pays[state])
    return {"joint": found.stable, "to": np.array(told, dtype=str), "gain": gain}


def joint_moves(scenario: Scenario, groups: Sequence[str], arrays: dict[str, np.ndarray]) -> dict[str, Joint]:
    """What was read, by coalition, of those that would go."""
    actors = [actor.name for actor in scenario.actors]
    found = {}
    for group, to, gain in zip(groups, arrays["to"].tolist(), arrays["gain"].tolist(), strict=True):
        sides = (tuple(name for name, sign in zip(actors, gain, strict=True) if sign == side) for side in (1, -1))
        if to:
            found[group] = Joint(to, *sides)
    return found


def paragraph(answer: CaseStability) -> str:
    """The smallest coalitions that would leave the state, what the first would do, and how many more would."""
    data, count = answer.data, answer.data.sizes["actor"]
    held, drawn, draws = data["joint"].sel(concept="SEQ"), data["joint_drawn"].sel(concept="SEQ"), data.sizes["draw"]
    if count < 2:
        return ""
    if not held.size:
        many, states = 2**count - count - 1, int(data.attrs["states"])
        other = few_enough(count, states, "legal sequences")
        hint = f" under {answer.replies!r}; ask with 'legal sequences'" if other else ""
        return f" Coalitions were not looked at: {many:,} of them in {states:,} states are too many{hint}."
    names = [str(name) for name in held["coalition"].values]
    left = dict(zip(names, (~drawn).sum("draw").values.tolist(), strict=True))
    gone = [name for name, holds in zip(names, held.values.tolist(), strict=True) if not holds]
    if not gone:
        some = int((~drawn).any("coalition").sum())
        counted = f"; in {some} of {draws} draws some could" if some else ""
        return (
            " No coalition could leave it, to the good of all its members, without an answer that deters it "
            f"(SEQ; {len(names):,} looked at){counted}."
        )
    least = sorted(smallest(gone), key=lambda name: (name.count(TOGETHER), -left[name]))[:NAMED]
    told = [within(_titles(answer, name)) + (f" ({left[name]} of {draws} draws)" if draws else "") for name in least]
    more = [f"{len(gone) - len(least)} more of {len(names):,} coalitions"] if len(gone) > len(least) else []
    return f" Together would leave it, by SEQ: {listed(told + more)}. {_first(answer, least[0])}"


def smallest(groups: Sequence[str]) -> list[str]:
    """Those that contain no other of them."""
    members = {group: set(group.split(TOGETHER)) for group in groups}
    return [group for group in groups if not any(members[one] < members[group] for one in groups)]


def entries(answer: CaseStability) -> dict[str, Any]:
    """Every coalition that could gain at the likely numbers or in a draw: where it is stable, and where it would go."""
    data, found = answer.data, {}
    held, drawn = data["joint"].values, data["joint_drawn"].values
    for n, group in enumerate(map(str, data["coalition"].values)):
        if held[n].all() and drawn[:, n].all():
            continue
        move = answer.joint_moves.get(group)
        found[group] = {
            "stable": dict(zip(CONCEPTS, held[n].tolist(), strict=True)),
            "stable_in_draws": dict(zip(CONCEPTS, drawn[:, n].sum(axis=0).tolist(), strict=True)),
            "to": move.to if move else None,
            "gain": list(move.gain) if move else [],
            "lose": list(move.lose) if move else [],
        }
    return found


def differs(scenario: Scenario, levels: np.ndarray, present: np.ndarray) -> str:
    """'un_sanctions relaxed, treasury paused': the factors that are not as now."""
    changed = [f for f in range(len(levels)) if levels[f] != present[f]]
    told = [f"{scenario.factors[f].name} {scenario.factors[f].levels[levels[f]]}" for f in changed]
    return ", ".join(told) or "as things stand"


def _first(answer: CaseStability, group: str) -> str:
    """What a coalition would do, and what that is to the others."""
    move, members = answer.joint_moves[group], group.split(TOGETHER)
    sides = []
    for names, one, many in ((move.gain, "gains", "gain"), (move.lose, "loses", "lose")):
        others = [within(title_of(answer, name)) for name in names if name not in members]
        if others:
            sides.append(f"{listed(others)} {one if len(others) == 1 else many}")
    beside = f"; of the others {', '.join(sides)}" if sides else ""
    return f"{_titles(answer, group)} would go to {move.to}, where all of them gain{beside}."


def _titles(answer: CaseStability, group: str) -> str:
    first, *others = (title_of(answer, name) for name in group.split(TOGETHER))
    return " with ".join((first, *map(within, others)))


def title_of(answer: CaseStability, name: str) -> str:
    """An actor's title."""
    return next(actor.title for actor in answer.ensemble.scenario.actors if actor.name == name)
