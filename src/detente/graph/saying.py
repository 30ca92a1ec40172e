"""A stability analysis in words, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.graph.concepts import CONCEPTS
from detente.graph.model import several
from detente.graph.reasons import reason
from detente.graph.replies import TOLD
from detente.graph.words import listed, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.graph.answer import Stability
    from detente.graph.concepts import Concept
    from detente.graph.reasons import Reason

NAMED = 2  # equilibria told with their reasons in the paragraph
REASONS = 30  # equilibria told with their reasons in the data


def paragraph(answer: Stability) -> str:
    """What was looked at, which states hold, why the firmest do, and what coalitions make of them."""
    model = answer.model
    count = len(model.actors)
    reply = "one move by the other" if count == 2 else TOLD[answer.replies]
    head = (
        f"{model.title}: {len(model.states):,} states, {count} decision maker{'s' * (count > 1)}; an answer to a move "
        f"is {reply} (rule: {answer.replies}). "
    )
    order, times = ranked(answer)
    held = [int(s) for s in order if times[s]]
    if not held:
        return f"{head}No state is an equilibrium under any concept: from each, somebody would go. {_unheld(answer)}"
    named = " ".join(_firm(answer, state) for state in held[:NAMED])
    rest = held[NAMED:]
    more = ""
    if rest:
        tail = several([f"{model.told(s)} under {listed(_concepts(answer, s))}" for s in rest], 3)
        more = f" {'One more is an equilibrium' if len(rest) == 1 else f'{len(rest):,} more are equilibria'}: {tail}."
    out = len(model.states) - len(held)
    left = (
        f" {'The other one is none' if out == 1 else f'The other {out:,} are none'} under any concept." if out else ""
    )
    return f"{head}{named}{more}{left}{_together(answer, held[0])}"


def ranked(answer: Stability) -> tuple[np.ndarray, np.ndarray]:
    """States with the firmest first, and under how many concepts each is an equilibrium: (S,), (S,)."""
    table = answer.table.values
    held: np.ndarray = np.all(table, axis=1)
    count = held.sum(axis=1)
    return np.lexsort((np.arange(len(held)), -table.sum(axis=(1, 2)), -held[:, 0].astype(int), -count)), count


def findings(answer: Stability) -> dict[str, Any]:
    """Equilibria and stable states by number, reasons of the equilibria, and what coalitions change."""
    model, table = answer.model, answer.table.values
    order, count = ranked(answer)
    held = [int(s) for s in order if count[s]]
    joint = answer.joint.values
    return {
        "equilibria": {concept: _numbers(np.asarray(table[:, :, n].all(axis=1))) for n, concept in enumerate(CONCEPTS)},
        "stable": {
            concept: {actor: _numbers(table[:, k, n]) for k, actor in enumerate(model.actors)}
            for n, concept in enumerate(CONCEPTS)
        },
        "coalitions": {
            concept: {str(name): _numbers(joint[:, k, n]) for k, name in enumerate(answer.joint["coalition"].values)}
            for n, concept in enumerate(CONCEPTS)
        },
        "states": [
            {"number": s + 1, "label": model.states[s], "told": model.told(s), "concepts": _concepts(answer, s),
             "reasons": {actor: _reason(answer, s, k) for k, actor in enumerate(model.actors)}}
            for s in held[:REASONS]
        ],
        "without_reasons": [s + 1 for s in held[REASONS:]],
    }  # fmt: skip


def _firm(answer: Stability, state: int) -> str:
    """One equilibrium: under which concepts, and why for each decision maker under the most demanding of them."""
    model, under = answer.model, _concepts(answer, state)
    which = "every concept" if len(under) == len(CONCEPTS) else listed(under)
    concept = _strictest(answer, state)
    found = [reason(model, state, k, concept, answer.replies, most=1) for k in range(len(model.actors))]
    because = "; ".join(_alike(found))
    return f"State {model.told(state)} is an equilibrium under {which}: {because}."


def _alike(found: Sequence[Reason]) -> list[str]:
    """The reasons, those that stay for the same plain reason told together."""
    told = []
    words = {
        "no way out": "no way out, for want of a move",
        "no wish to go": "no wish to go, since no move leads to better",
    }
    for kind, said in words.items():
        who = [within(one.actor) for one in found if one.kind == kind]
        if who:
            told.append(f"{listed(who)} {'has' if len(who) == 1 else 'have'} {said}")
    return told + [within(one.text) for one in found if one.kind == "fears the answer"]


def _reason(answer: Stability, state: int, actor: int) -> dict[str, str]:
    concept = _strictest(answer, state)
    found = reason(answer.model, state, actor, concept, answer.replies)
    return {"concept": concept, "kind": found.kind, "text": found.text}


def _strictest(answer: Stability, state: int) -> Concept:
    """Of the concepts under which a state is an equilibrium, the one that demands most of an answer."""
    under = _concepts(answer, state)
    order: tuple[Concept, ...] = ("Nash", "SSEQ", "SEQ", "SMR", "GMR")
    return next(concept for concept in order if concept in under)


def _concepts(answer: Stability, state: int) -> list[str]:
    return [concept for n, concept in enumerate(CONCEPTS) if answer.table.values[state, :, n].all()]


def _unheld(answer: Stability) -> str:
    """The state that most decision makers would leave alone, where none is an equilibrium."""
    state = int(ranked(answer)[0][0])
    free = [k for k in range(len(answer.model.actors)) if not answer.table.values[state, k, CONCEPTS.index("GMR")]]
    texts = "; ".join(within(reason(answer.model, state, k, "GMR", answer.replies).text) for k in free)
    return f"Nearest is state {answer.model.told(state)}, where {texts}."


def _together(answer: Stability, state: int) -> str:
    """Whether a coalition would leave the firmest equilibrium."""
    if not answer.joint.sizes["coalition"]:
        return " Coalitions were not looked at."
    tempted = answer.upset_by(answer.model.states[state])
    told = answer.model.told(state)
    if not tempted:
        return f" No coalition has a joint move from state {told} that all its members want."
    name, ends = next(iter(tempted.items()))
    where = several([answer.model.told(answer.model.state(end)) for end in ends], 3)
    k = [str(one) for one in answer.joint["coalition"].values].index(name)
    deterred = [c for n, c in enumerate(CONCEPTS) if answer.joint.values[state, k, n]]
    answered = f"; they are deterred under {listed(deterred)}" if deterred else ", and no answer would deter them"
    more = len(tempted) - 1
    others = f" {more} more coalition{'s' * (more > 1)} could leave it too." if more else ""
    who = "both" if name.count(" + ") == 1 else "all of them"
    group = " + ".join(map(within, name.split(" + ")))
    return f" State {told} does not bind {group} together: {who} prefer {where}{answered}.{others}"


def _numbers(holds: np.ndarray) -> list[int]:
    return [int(n) + 1 for n in np.flatnonzero(holds)]
