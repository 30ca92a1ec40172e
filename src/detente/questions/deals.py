"""Deals: which packages all would agree to, who blocks the others, how long each would hold, what would mend it.

A deal sets permitted levels of the negotiable factors, and whatever `also` goes with it. Every package of them, applied
to the present situation, is a state of the game, so what it is worth is a look-up in the values solved:

    gain_i = V_i(there) - V_i(now)

V_i(there) knows that the terms may be broken, V_i(now) that a deal may come. For named deals the gain is told besides
against the game in which that deal cannot be concluded (:mod:`detente.questions.terms`). Who would agree to what is
read from the gains (:mod:`detente.questions.agreement`). For the named deals and the points that an arbiter would pick:
how long the terms would stand. For the named deals: what certainty of them would add (the price of mistrust), and for
each who blocks one, the smallest payment a month, while the terms stand, that makes its loss good, and the packages one
term away in which it gains and all who gained still do.

The central line is the case at its likely numbers. That a package is in the zone in so many draws means that it is
robust to the stated ranges; it is no evidence.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from detente.questions import agreement
from detente.questions.asked import Asking, situation_of
from detente.questions.deals_answer import Chosen, Deals
from detente.questions.packages import deals_of, packages
from detente.questions.rehearsal import question
from detente.questions.terms import fate, hope, where

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.ensemble.readings import Who
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.terms import Within
    from detente.scenario.model import Deals as Negotiable
    from detente.scenario.model import Scenario, Situation


@question
def deals(
    scenario: Scenario, since: str | None = None, *, agreement: str | None = None, asking: Asking | None = None
) -> Deals:
    """Which deals are possible from a situation, by default the last.

    ``agreement``: one that the case proposes, on offer in the game; it is the deal then, and what its parties promise
    are the terms. DetenteError for an unknown situation or agreement, a case that says nothing of deals, and where no
    package can come about.
    """
    if agreement is not None:
        from detente.questions.deals_agreed import agreed_deals

        return agreed_deals(scenario, agreement, since, asking or Asking())
    negotiable, situation = deals_of(scenario), situation_of(scenario, since)
    return placed((asking or Asking()).solved(scenario), situation, negotiable)


def placed(
    solved: Ensemble, situation: Situation, negotiable: Negotiable,
    allowed: Callable[[np.ndarray], np.ndarray] | None = None, within: Within = where,
) -> Deals:  # fmt: skip
    """The packages of a solved case from a situation.

    ``allowed``: (K,) bool, which of the levels (K, F) may be a package at all; ``within``: the states in which one
    stands.
    """
    look_up = partial(solved.answers, "deal states", who="central", situation=situation.name)

    def find(levels: np.ndarray) -> np.ndarray:
        states = look_up(partial(_states, levels=levels), levels=levels.tolist())[0]["state"]
        if allowed is None:
            return states
        return np.where(allowed(levels) | (levels == situation.levels).all(axis=1), states, -1)

    packed = packages(find, negotiable, situation)
    reachable = [deal for deal in packed.named if deal.state >= 0]
    states = [packed.now, *packed.states.tolist(), *(d.state for d in reachable)]
    values = np.stack([one["value"] for one in solved.answers(
        "deal values", partial(values_at, states=states), "drawn", states=states)])  # fmt: skip
    gains = values[:, 1:] - values[:, :1]
    gains, named_gains = gains[:, : len(packed)], gains[:, len(packed) :]

    must = (*negotiable.parties, *negotiable.consent)
    zone = agreement.accepted(gains[0], must)
    points = {
        agreement.PARTIES: agreement.points(gains[0], zone, negotiable.parties),
        agreement.ALL: agreement.points(gains[0], zone, must),
    }
    best = agreement.labelled(points) if zone.any() else {agreement.nearest(gains[0], must): agreement.NEAREST}
    chosen = [Chosen(deal.name, deal.levels, deal.state, deal.row, True) for deal in reachable]
    chosen += [Chosen(name, tuple(packed.levels[row].tolist()), int(packed.states[row]), row, False)
               for row, name in best.items() if row not in {deal.row for deal in reachable}]  # fmt: skip
    pairs = [(one.levels, one.state) for one in chosen]
    work = partial(fate, situation=situation, terms=packed.terms, chosen=pairs, priced=len(reachable), within=within)
    fates = solved.answers("deals", work, "drawn", situation=situation.name, terms=list(packed.terms), chosen=pairs)
    there = {name: np.stack([one[name] for one in fates]) for name in ("stands", "time", "frozen")}
    wanted = [levels for levels, _ in pairs[: len(reachable)]]
    hoping = partial(hope, situation=situation, terms=packed.terms, wanted=wanted, within=within)

    def hoped(who: Who) -> np.ndarray:
        found = solved.answers("deals hoped for", hoping, who, situation=situation.name, terms=list(packed.terms),
                               wanted=wanted)  # fmt: skip
        return np.stack([one["without"] for one in found])

    best_gains = gains[:, [one.row for one in chosen if not one.named]]
    return Deals(solved, situation, negotiable, packed, gains, tuple(chosen), points,
                 np.concatenate([named_gains, best_gains], axis=1), **there, hoped=hoped)  # fmt: skip


def _states(solved: Solved, levels: np.ndarray) -> dict[str, np.ndarray]:
    return {"state": solved.structure.states.find(levels)}


def values_at(solved: Solved, states: Sequence[int]) -> dict[str, np.ndarray]:
    """(K, N) ``value``: what the future is worth in some states."""
    return {"value": np.asarray(solved.equilibrium.value)[list(states)]}
