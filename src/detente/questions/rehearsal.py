"""A question rehearsed: asked of the central member alone, so that what it asks of every draw is known beforehand.

A question asks for one reading after another, and each would load every draw from the disk and make its play a process
again. So when draws have to be read for the first time, the question is first asked of the central member, and all
that it asked of it is then read of each draw at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.scenario.given import in_months, of_a_case

if TYPE_CHECKING:
    from detente.ensemble.cache import Cache
    from detente.ensemble.readings import Reading
    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import Scenario

F = TypeVar("F", bound=Callable[..., Any])


def question(function: F) -> F:
    """A question on a case in continuous time: it refuses what is none, and is staged."""
    asked = staged(function)

    @wraps(function)
    def of_its_kind(scenario: Scenario, *args: Any, **named: Any) -> Any:
        if scenario.moves != "continuous":
            raise DetenteError(in_months(scenario))
        return asked(scenario, *args, **named)

    return cast("F", of_a_case(of_its_kind))


def staged(function: F) -> F:
    """A question that is rehearsed when draws are to be read for the first time."""

    @wraps(function)
    def asked(*args: Any, asking: Asking | None = None, **named: Any) -> Any:
        how = asking or Asking()
        if how.pool is not None or not how.draws:
            return function(*args, asking=how, **named)

        @cache
        def foreseen(solved: Ensemble) -> list[Reading]:
            ask = partial(function, *args, **named)
            kept = solved.solutions.cache
            return rehearsed(solved.scenario, lambda alone: ask(asking=alone), how.seed, kept, solved)

        def before(solved: Ensemble, reading: Reading) -> None:
            solved.read([reading, *foreseen(solved)], how.progress)

        return function(*args, asking=replace(how, before=before), **named)

    return cast("F", asked)


def rehearsed(
    scenario: Scenario, ask: Callable[[Asking], object], seed: int, cache: Cache, solved: Ensemble | None = None
) -> list[Reading]:
    """What a question asks of the members, half and double precision or the draws; nothing if it cannot be asked.

    ``solved``: the case, if it is at hand, so that its central member need not be looked up again.
    """
    alone = Asking(0, seed, lambda *_: None, cache, known=[solved.alone] if solved else [], alone=True)
    try:
        ask(alone)
    except DetenteError:
        return []  # which the question will say when it is asked
    return [reading for reading in alone.readings(scenario) if reading.who != "central"]
