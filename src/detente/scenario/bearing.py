"""Which claim bears on what in a scenario, and which on nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.scenario.inventory import title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detente.scenario.model import Scenario

Cited = tuple[str, tuple[str, ...]]  # what cites, and the ids it cites


def bearing(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Claim id -> what it bears on, in words such as 'parameter clash_rate'; empty for a claim that nothing cites."""
    found: dict[str, list[str]] = {claim: [] for claim in scenario.claims}
    for what, claims in cited(scenario):
        for claim in claims:
            places = found.setdefault(claim, [])
            if what not in places:
                places.append(what)
    return {claim: tuple(places) for claim, places in found.items()}


def cited(scenario: Scenario) -> Iterator[Cited]:
    """Everything in a scenario that can cite claims, with the claims it cites, in file order."""
    yield from _named("actor", scenario.actors)
    yield from _named("factor", scenario.factors)
    for parameter in scenario.parameters:
        yield f"parameter {parameter.name}", parameter.basis
    for action in scenario.actions:
        yield f"action {title(scenario, action)}", action.claims
    for rule in scenario.rules:
        yield f"chance {title(scenario, rule)}", rule.claims
    for interest in scenario.interests:
        yield f"interest {scenario.actors[interest.actor].name}.{interest.name}", interest.claims
    yield from _named("outcome", scenario.outcomes)
    yield from _named("situation", scenario.situations)
    if scenario.deals:
        yield "deals", scenario.deals.claims
        for name, claims in scenario.deals.named_claims.items():
            yield f"deal {name!r}", claims
    yield from _named("what-if", scenario.what_ifs)
    yield from _named("thesis", scenario.theses)
    yield from _named("path", scenario.paths)
    yield from _named("agreement", scenario.agreements)
    for agreement in scenario.agreements:
        for parameter in agreement.parameters:
            yield f"parameter {parameter.name} of {agreement.name!r}", parameter.basis
    for outcome, happened in scenario.record.happened.items() if scenario.record else ():
        yield f"record of {outcome!r}", happened.claims


def _named(kind: str, items: Iterable[object]) -> Iterator[Cited]:
    for item in items:
        name = str(getattr(item, "name"))  # noqa: B009
        yield f"{kind} {name if name.isidentifier() else repr(name)}", tuple(getattr(item, "claims"))  # noqa: B009
