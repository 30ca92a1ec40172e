"""Who decides a step of a path, who loses by it, and what would make it worth taking for them.

The mover gains G by a step, each whose consent it needs D by its yes (:mod:`detente.questions.steps`). Where one of
them loses, a payment of as much makes it good, continuation held; able to pay is who gains more by the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.questions.steps import NOBODY

if TYPE_CHECKING:
    from detente.questions.path import Route
    from detente.questions.steps import Taken
    from detente.scenario.model import Scenario


@dataclass(frozen=True)
class Mend:
    """What would make a step worth taking for one who loses by it, continuation held."""

    actor: int
    payment: float  # once, payoff
    monthly: float  # the same, month by month for good
    payers: tuple[tuple[int, float], ...]  # who gains more by the step, and how much; the most first
    together: bool  # whether those who gain, none of them more than the payment, gain more in all


def deciders(scenario: Scenario, step: Taken) -> list[int]:
    """The mover, then those whose consent is needed; nobody for luck."""
    if step.action == NOBODY:
        return []
    action = scenario.actions[step.action]
    return [action.actor, *(consent.actor for consent in action.consent)]


def own(route: Route, k: int, who: list[int]) -> np.ndarray:
    """(M, deciders) what each of the deciders of step k gains by it: the mover G, the others D."""
    gain, stake = route.found["gain"][:, k], route.found["stake"][:, k]
    return np.stack([gain[:, who[0]], *(stake[:, actor] for actor in who[1:])], axis=1)


def losers(scenario: Scenario, route: Route, k: int) -> list[tuple[int, float]]:
    """Those who decide step k and lose by it at the likely numbers, and how much, the most first."""
    who = deciders(scenario, route.legs[k].taken)
    if not who or route.legs[k].shut:
        return []
    lost = zip(who, -own(route, k, who)[0], strict=True)
    return sorted(((actor, float(loss)) for actor, loss in lost if loss > 0), key=lambda pair: -pair[1])


def mends(scenario: Scenario, route: Route, k: int) -> list[Mend]:
    """What would mend step k, one for each who loses by it."""
    gain, stake = route.found["gain"][0, k], route.found["stake"][0, k]
    spare = np.fmin(gain, stake)  # a consenter must also gain by its yes
    found = []
    for actor, loss in losers(scenario, route, k):
        able = [(other, float(spare[other])) for other in np.argsort(-spare, kind="stable") if spare[other] > 0]
        payers = tuple((int(other), gains) for other, gains in able if gains > loss)
        together = not payers and sum(gains for _, gains in able) > loss
        found.append(Mend(actor, loss, loss * float(route.found["discount"][0, actor]), payers, together))
    return found
