"""Why a state is stable for a decision maker or not, in words, with the moves that say so.

    no way out        it has no move
    no wish to go     it has moves, and none leads to a state that it prefers: Nash
    fears the answer  each improvement meets an answer that leaves it no better off; a shortest one is named
    would go          an improvement meets none

The first two look alike in every concept, and are not: whoever lacks a way out may wish for one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.graph.concepts import COUNTERED, CREDIBLE, concept_of, worth
from detente.graph.replies import checked
from detente.graph.words import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detente.graph.concepts import Concept
    from detente.graph.model import GraphModel
    from detente.graph.replies import Rule

Kind = Literal["no way out", "no wish to go", "fears the answer", "would go"]
MOST = 3  # improvements told


@dataclass(frozen=True)
class Answer:
    """An improvement to state ``to``, and the shortest answer that deters it: steps (who, to which state), or none."""

    to: int
    steps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why state ``state`` is ``stable`` for ``actor``, or is not; states are indices."""

    state: int
    actor: str
    concept: Concept
    kind: Kind
    text: str
    answers: tuple[Answer, ...] = ()

    @property
    def stable(self) -> bool:
        """Whether the decision maker stays."""
        return self.kind != "would go"


def why(
    model: GraphModel, state: str | int, actor: str, concept: str = "SEQ", replies: str = "legal sequences"
) -> Reason:
    """The reason, for a state by label or number from 1; DetenteError for a name that is none."""
    return reason(
        model, model.state(state), model.actor(actor), concept_of(concept), checked(replies, len(model.actors))
    )


def reason(model: GraphModel, state: int, actor: int, concept: Concept, rule: Rule, most: int = MOST) -> Reason:
    """The same for indices that are known to be right, with at most so many improvements told in the text."""
    name, rank = model.actors[actor], model.ranks[:, actor]
    ends = model.moves[actor].from_(state)
    better = ends[rank[ends] > rank[state]]
    if not ends.size:
        return Reason(state, name, concept, "no way out", f"{name} has no way out: it has no move there")
    if not better.size:
        text = f"{name} has no wish to go: it could move and would be no better off"
        return Reason(state, name, concept, "no wish to go", text)
    better = better[np.argsort(-rank[better], kind="stable")]
    if concept == "Nash":
        answers = tuple(Answer(int(to)) for to in better)
    else:
        deters = (worth(model.moves[actor], rank) if concept in COUNTERED else rank) <= rank[state]
        answers = tuple(Answer(int(to), _shortest(model, int(to), actor, concept, rule, deters)) for to in better)
    free = [answer for answer in answers if not answer.steps]
    if free:
        whither = model.told(free[0].to)
        text = f"{name} would go to {whither}" + ("" if concept == "Nash" else ", and no answer would deter it")
        return Reason(state, name, concept, "would go", text, answers)
    told = "; ".join(_met(model, answer, concept) for answer in answers[:most])
    rest = f"; and {len(answers) - most} more such" if len(answers) > most else ""
    return Reason(state, name, concept, "fears the answer", f"{name} fears the answer: {told}{rest}", answers)


def _met(model: GraphModel, answer: Answer, concept: Concept) -> str:
    steps = ", then ".join(f"{within(who)} to {model.told(to)}" for who, to in answer.steps)
    left = "no better off, with no way to get better" if concept in COUNTERED else "no better off"
    return f"going to {model.told(answer.to)} can be met by {steps}, which leaves it {left}"


def _shortest(
    model: GraphModel, start: int, actor: int, concept: Concept, rule: Rule, deters: np.ndarray
) -> tuple[tuple[str, int], ...]:
    """The shortest sequence of replies from ``start`` to a state that deters; none if there is none."""
    steps = _steps(model, actor, concept, rule)
    came: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}
    first = (start, 0)
    waiting = deque([first])
    while waiting:
        at = waiting.popleft()
        for mover, after in steps(at):
            if after in came:
                continue
            came[after] = at, mover
            if deters[after[0]]:
                return tuple(_back(model, came, after, first))[::-1]
            waiting.append(after)
    return ()


def reachable(model: GraphModel, start: int, actor: int, concept: Concept, rule: Rule, most: int) -> set[int]:
    """The states that the opponents' replies to ``start`` can lead to; the search ends after ``most`` of them."""
    steps, seen, waiting = _steps(model, actor, concept, rule), set[tuple[int, int]](), [(start, 0)]
    found: set[int] = set()
    while waiting and len(found) < most:
        for _, after in steps(waiting.pop()):
            if after not in seen:
                seen.add(after)
                found.add(after[0])
                waiting.append(after)
    return found


def _back(
    model: GraphModel,
    came: dict[tuple[int, int], tuple[tuple[int, int], int]],
    at: tuple[int, int],
    first: tuple[int, int],
) -> Iterator[tuple[str, int]]:
    while at != first:
        before, mover = came[at]
        yield model.actors[mover], at[0]
        at = before


def _steps(
    model: GraphModel, actor: int, concept: Concept, rule: Rule
) -> Callable[[tuple[int, int]], Iterator[tuple[int, tuple[int, int]]]]:
    """From (state, who may not move any more, as bits): who may move, and what that leads to."""

    def steps(at: tuple[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
        state, barred = at
        if rule == "single move" and barred:
            return
        for k, moves in enumerate(model.moves):
            if k == actor or barred >> k & 1:
                continue
            after = 1 << k | (barred if rule == "each at most once" else 0)
            for to in moves.from_(state).tolist():
                if concept not in CREDIBLE or model.ranks[to, k] > model.ranks[state, k]:
                    yield k, (to, after)

    return steps
