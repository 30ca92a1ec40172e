"""An agreement as a deal: where it can be signed, the state in which it stands, and the packages around it.

`when` need not hold in a situation. Signing is therefore looked at in the state nearest to it in which the agreement
can be signed: fewest factors changed, then fewest levels. What signing sets is set there and, with steps, what these
set as long as they are open. Of the states in which the agreement stands and every promise is kept, the nearest to that
is taken for the agreement *in force*. The *same unsigned* is that state but for the signature: the promises are kept,
and nobody has promised.

The packages are the ways to keep it: its factor at each level at which it stands, and each factor that the promises
read at all levels that the case permits under `deals` (all of them, if it does not say). Those in which a promise is
broken are left out. Who must agree are the parties, and whoever else is asked when it is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError
from detente.scenario.agreed_names import NONE, signings
from detente.scenario.model import Deals
from detente.scenario.steps import after, open_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.solutions import Solved
    from detente.scenario.agreement import Agreement
    from detente.scenario.model import Action, Scenario, Situation

UNSIGNED = "the same unsigned"


@dataclass(frozen=True, eq=False)
class Pact:
    """An agreement in the game that has it, from a situation: K sizes of payment (1 without payments), F factors."""

    agreement: Agreement
    factor: int
    levels: tuple[int, ...]  # (K,) of its factor: where it stands
    ready: int  # the nearest state in which it can be signed
    ready_levels: np.ndarray  # (F,)
    signed: np.ndarray  # (K,) the states that signing leads to from there
    in_force: np.ndarray  # (K,) states; -1: it cannot come to stand with every promise kept
    force_levels: np.ndarray  # (F,) of the first of them
    unsigned: int  # the state of the first but for the signature; -1: it cannot come about

    @property
    def names(self) -> tuple[str, ...]:
        """What the agreement is called at each size."""
        name, payments = self.agreement.name, self.agreement.payments
        if payments is None or len(payments.sizes) == 1:
            return (name,)
        words = [size.text if size.text.isidentifier() else level
                 for size, level in zip(payments.sizes, self.agreement.standing, strict=True)]  # fmt: skip
        return tuple(f"{name} ({word.replace('_', ' ')})" for word in words)

    @property
    def must(self) -> tuple[int, ...]:
        """Who is asked, or asks: the parties, then the others."""
        return (*self.agreement.parties, *(one.actor for one in self.agreement.consent))

    def kept(self, levels: np.ndarray) -> np.ndarray:
        """(...,) bool: whether every promise is kept in states (..., F), signed or not."""
        return kept(self.agreement, levels)

    def stands(self, levels: np.ndarray, terms: Sequence[int], wanted: Sequence[int]) -> np.ndarray:
        """(S,) bool: it stands at the size of a package, and every promise is kept; unsigned: every promise is kept."""
        level = dict(zip(terms, wanted, strict=True))[self.factor]
        there = levels[:, self.factor] == level if level in self.levels else True
        return np.asarray(self.kept(levels) & there)


def kept(agreement: Agreement, levels: np.ndarray) -> np.ndarray:
    """(...,) bool: whether every promise is kept in states (..., F)."""
    found = np.ones(levels.shape[:-1], dtype=bool)
    for keeps in agreement.keeps.values():
        found &= np.broadcast_to(np.asarray(keeps(levels, {}), dtype=bool), levels.shape[:-1])
    return found


def pact_states(solved: Solved, agreement: Agreement, situation: Situation) -> dict[str, np.ndarray]:
    """The states of a :class:`Pact`, by their names there. DetenteError for an agreement that can never be signed."""
    structure = solved.structure
    scenario, states = structure.scenario, np.asarray(structure.states.levels)
    factor = _factor(scenario, agreement)
    levels = _standing(scenario, agreement, factor)
    acts = _signings(scenario, agreement)
    can = np.flatnonzero(open_in(acts[0], states))
    if not len(can):
        raise DetenteError(f"{agreement.name!r} can be signed in no state that can come about: look at its `when`.")
    ready = int(can[_nearest(states[can], np.array(situation.levels))])
    signed = [after(act.branches[0].effects, states[ready]) for act in acts]
    in_force, force_levels = list[int](), states[ready]
    for level, start in zip(levels, signed, strict=True):
        goal = _through(scenario, agreement, start)
        goal[factor] = level
        there = np.flatnonzero((states[:, factor] == level) & kept(agreement, states))
        at = int(there[_nearest(states[there], goal)]) if len(there) else -1
        force_levels = states[at] if at >= 0 and not in_force else force_levels
        in_force.append(at)
    twin = force_levels.copy()
    twin[factor] = scenario.factors[factor].levels.index(NONE)
    return {
        "ready": np.array(ready),
        "ready_levels": states[ready],
        "signed": np.asarray(structure.states.find(np.stack(signed))),
        "in_force": np.array(in_force),
        "force_levels": force_levels,
        "unsigned": np.array(int(structure.states.find(twin)) if in_force[0] >= 0 else -1),
    }


def pact_of(scenario: Scenario, agreement: Agreement, found: dict[str, np.ndarray]) -> Pact:
    """The agreement with its states; ``scenario`` has it as part of the game."""
    factor = _factor(scenario, agreement)
    return Pact(
        agreement,
        factor,
        tuple(_standing(scenario, agreement, factor)),
        int(found["ready"]),
        found["ready_levels"],
        found["signed"],
        found["in_force"],
        found["force_levels"],
        int(found["unsigned"]),
    )


def negotiable(scenario: Scenario, pact: Pact, situation: Situation) -> Deals:
    """The packages around an agreement, and it by name at each size and unsigned."""
    agreement, deals = pact.agreement, scenario.deals
    read = sorted({f for keeps in agreement.keeps.values() for f in keeps.factors} - {pact.factor})
    there, now = pact.force_levels.tolist(), situation.levels
    terms = {pact.factor: pact.levels}
    for f in read:
        permitted = deals.terms.get(f) if deals else None
        found = tuple(range(len(scenario.factors[f].levels))) if permitted is None else permitted
        terms[f] = tuple(sorted({*found, there[f]}))
    also = {f: level for f, level in enumerate(there) if f not in terms and level != now[f]}
    fixed = {f: there[f] for f in read}
    none = scenario.factors[pact.factor].levels.index(NONE)
    named = {name: {pact.factor: level, **fixed} for name, level in zip(pact.names, pact.levels, strict=True)}
    named[UNSIGNED] = {pact.factor: none, **fixed}
    return Deals(
        parties=agreement.parties,
        consent=tuple(one.actor for one in agreement.consent),
        terms=terms,
        also=also,
        named=named,
        about=agreement.about,
        claims=agreement.claims,
        named_claims=dict.fromkeys(pact.names, agreement.claims),
    )


def _factor(scenario: Scenario, agreement: Agreement) -> int:
    return next(f for f, factor in enumerate(scenario.factors) if factor.name == agreement.factor)


def _standing(scenario: Scenario, agreement: Agreement, factor: int) -> list[int]:
    return [scenario.factors[factor].levels.index(level) for level in agreement.standing]


def _signings(scenario: Scenario, agreement: Agreement) -> list[Action]:
    """By size, the act by which the first who can put it forward signs it; others do the same."""
    actor, names = next(iter(agreement.weight)), signings(agreement.factor, agreement.levels, len(agreement.steps))
    acts = {act.name: act for act in scenario.actions if act.actor == actor}
    return [acts[name] for name in names]


def _through(scenario: Scenario, agreement: Agreement, levels: np.ndarray) -> np.ndarray:
    """The levels (F,) after the steps from a signature, as long as they are open."""
    acts = {f"{scenario.actors[act.actor].name}.{act.name}": act for act in scenario.actions}
    factor = _factor(scenario, agreement)
    for _ in agreement.steps:
        at = scenario.factors[factor].levels[levels[factor]]
        if not at.startswith("step_"):
            break
        step = acts[agreement.text.steps[int(at.removeprefix("step_")) - 1]]
        if not open_in(step, levels):
            break
        levels = after(step.branches[0].effects, levels)
    return levels.copy()


def _nearest(states: np.ndarray, wanted: np.ndarray) -> int:
    """The row of states (S, F) with the fewest factors apart from levels (F,), then the fewest levels."""
    apart = np.abs(states - wanted)
    return int(np.lexsort((apart.sum(axis=1), (apart > 0).sum(axis=1)))[0])
