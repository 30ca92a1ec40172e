"""An agreement as it is meant: names resolved, formulas checked.

It is a proposal. The case is compiled and solved without it; :func:`detente.scenario.agreements.with_agreement` makes
it part of the game as one more factor, whose levels are

    none, step_1 ... step_n (while it is carried out step by step), and stands, or one level for each size of payment.

A party's promise is *due* from its last step on, or from signing where it has no step to take. Actors and factors are
known by their position in the scenario, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.problems import Place
    from detente.scenario.agreement_text import AgreementText
    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Consent, Parameter


@dataclass(frozen=True)
class Ending:
    """How an agreement ends: ``effects`` beside its end, ``cost`` once to the party that broke or left it."""

    effects: Mapping[int, LevelFormula] = field(default_factory=dict)
    cost: Mapping[int, Formula] = field(default_factory=dict)


@dataclass(frozen=True)
class Payments:
    """What ``payer`` pays each month, one formula for each size; a unit paid gives the receiver ``worth``."""

    payer: int
    receiver: int
    sizes: tuple[Formula, ...]
    worth: Formula


@dataclass(frozen=True)
class Agreement:
    """What parties may promise each other. Rates are a month; mappings are by actor, ``then`` by factor."""

    name: str
    factor: str  # the name of the factor that it becomes
    levels: tuple[str, ...]  # of that factor
    parties: tuple[int, ...]
    keeps: Mapping[int, Formula]  # a party without an entry promises nothing
    when: Formula
    weight: Mapping[int, Formula]  # of those who can put it forward
    lean: Mapping[int, Formula]  # of the parties
    consent: tuple[Consent, ...]  # of others
    then: Mapping[int, LevelFormula]
    steps: tuple[int, ...]  # actions, in their order
    seen: Mapping[int, Formula]
    errs: Mapping[int, Formula]
    breach: Ending
    leave: Ending
    leave_weight: Mapping[int, Formula]  # of the parties that can move
    payments: Payments | None
    parameters: tuple[Parameter, ...]  # its own, there only while it is part of the game
    text: AgreementText = field(compare=False, repr=False)
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)

    @property
    def standing(self) -> tuple[str, ...]:
        """The levels at which it stands: one, or one for each size of payment."""
        return self.levels[1 + len(self.steps) :]

    @property
    def likely(self) -> dict[str, float]:
        """The likely values of its own parameters."""
        return {parameter.name: parameter.likely for parameter in self.parameters}
