"""What turns a stability analysis round: whether the state is an equilibrium by SEQ, draw by draw.

States are ranked by what they pay a month, events of chance included, so only the numbers of interests and of events
can turn it, and those that say which outcome of a step is likeliest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.difference import held, turned, turning

if TYPE_CHECKING:
    from detente.questions.stability import CaseStability
    from detente.scenario.model import Scenario


def said(answer: CaseStability) -> str:
    """In how many draws SEQ says the same as at the likely numbers, and what turns it round; '' without draws."""
    same = alike(answer)
    if not len(same):
        return ""
    what = "an" if answer.equilibrium["SEQ"] else "no"
    turn = turned(answer.ensemble, same, ranking(answer.ensemble.scenario))
    return f" That it is {what} equilibrium by SEQ holds {held(same)}; {turn}."


def found(answer: CaseStability) -> dict[str, Any] | None:
    """The same for machines."""
    return turning(answer.ensemble, alike(answer), ranking(answer.ensemble.scenario))


def alike(answer: CaseStability) -> np.ndarray:
    """(D,) bool: whether SEQ says the same of the state in a draw."""
    drawn = answer.data["drawn"].sel(concept="SEQ").all("actor").values
    return np.asarray(drawn == answer.equilibrium["SEQ"])


def ranking(scenario: Scenario) -> frozenset[str]:
    """The parameters on which it can depend."""
    branches = [branch for rule in scenario.rules for branch in rule.branches]
    branches += [branch for action in scenario.actions for branch in action.branches]
    read = [one.value for one in scenario.interests] + [rule.rate for rule in scenario.rules]
    read += [price for rule in scenario.rules for price in rule.pay.values()]
    read += [branch.probability for branch in branches]
    return frozenset[str]().union(*(formula.parameters for formula in read))
