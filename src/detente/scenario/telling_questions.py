"""What questions are asked of a scenario, told in sentences: forces, deals, what-ifs, theses, paths, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.scenario import words
from detente.scenario.inventory import title
from detente.scenario.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detente.scenario.inquiry import Happened, ProposedPath, Record, Step, Thesis
    from detente.scenario.model import Deals, Scenario, WhatIf


def questions(scenario: Scenario) -> list[tuple[str, list[str]]]:
    """Headings, each with its lines."""
    return [
        ("What questions speak of", list(_ask(scenario))),
        ("What 'why' tells apart", list(_forces(scenario))),
        ("What can be bargained over", list(_deals(scenario, scenario.deals)) if scenario.deals else []),
        ("What if", [_what_if(scenario, what_if) for what_if in scenario.what_ifs]),
        ("What the sources hold", [_thesis(thesis) for thesis in scenario.theses]),
        ("Which paths are proposed", [_path(scenario, path) for path in scenario.paths]),
        ("What has happened", list(_record(scenario.record)) if scenario.record else []),
    ]


def who(scenario: Scenario, actor: int) -> str:
    """An actor's title."""
    return scenario.actors[actor].title or scenario.actors[actor].name


def state(scenario: Scenario, levels: Iterable[tuple[int, int]]) -> str:
    """Factors with their levels: factor index, level index."""
    return listed([f"{scenario.factors[at].name} {scenario.factors[at].levels[level]}" for at, level in levels])


def _forces(scenario: Scenario) -> Iterator[str]:
    taken: set[int] = set()
    for force, factors in scenario.forces.items():
        taken |= set(factors)
        yield f"{force}: {listed([scenario.factors[at].name for at in factors])}."
    rest = [factor.name for at, factor in enumerate(scenario.factors) if at not in taken]
    if scenario.forces and rest:
        yield f"other: {listed(rest)}."


def _deals(scenario: Scenario, deals: Deals) -> Iterator[str]:
    parties, consent = ([who(scenario, actor) for actor in group] for group in (deals.parties, deals.consent))
    yield f"The parties are {listed(parties)}."
    if consent:
        yield f"{listed(consent)} must consent."
    for factor, levels in deals.terms.items():
        allowed = [scenario.factors[factor].levels[at] for at in levels]
        yield f"{scenario.factors[factor].name} may be {listed(allowed, 'or')}."
    if deals.also:
        yield f"With any deal goes {state(scenario, deals.also.items())}."
    for name, levels_of in deals.named.items():
        yield f"{name}: {state(scenario, levels_of.items())}."


def _what_if(scenario: Scenario, what_if: WhatIf) -> str:
    changes = [state(scenario, what_if.levels.items())] if what_if.levels else []
    changes += [f"{_called(scenario, name)} is {value:g}" for name, value in what_if.parameters.items()]
    changes += [f"{title(scenario, scenario.actions[action])} is never done" for action in what_if.never]
    changes += [f"{title(scenario, scenario.rules[rule])} does not happen" for rule in what_if.without]
    told = f"{what_if.name}: from {what_if.situation}, but {listed(changes) or 'unchanged'}"
    return words.line(told) + words.after(what_if.about)


def _ask(scenario: Scenario) -> Iterator[str]:
    ask = scenario.ask
    parts = [f"from {ask.since}"] if ask.since else []
    parts += [ask.outcome or ""] if ask.outcome else []
    parts += [f"{ask.months} months ahead"] if ask.months else []
    parts += [f"between {ask.between[0]} and {ask.between[1]}"] if ask.between else []
    parts += [f"the deal {ask.deal}"] if ask.deal else []
    parts += [f"along {_called(scenario, ask.along)}"] if ask.along else []
    if parts:
        yield words.line(f"Unless told otherwise: {'; '.join(parts)}")


def _called(scenario: Scenario, name: str) -> str:
    """A parameter by its title, with its name; anything else by its name."""
    title = words.titles(scenario.parameters).get(name)
    return f"'{title}' ({name})" if title else name


def _thesis(thesis: Thesis) -> str:
    by = f" within {thesis.months} months" if thesis.months else ""
    if thesis.what_if is not None:
        way = "raises" if thesis.moves == "up" else "lowers"
        told = f"the what-if {thesis.what_if} {way} the chance of {thesis.outcome}{by}"
    else:
        span = f" between {thesis.between[0]} and {thesis.between[1]}" if thesis.between else ""
        less = f" than {listed(thesis.than)}" if thesis.than else " than nothing"
        change = f"the change{span} in the chance of {thesis.outcome}{by}"
        told = f"{listed(thesis.more)} brought more of {change}{less}"
    return f"{words.line(f'{thesis.name}: {told}')}{words.after(thesis.says)}"


def _path(scenario: Scenario, path: ProposedPath) -> str:
    to = f" to {path.deal}" if path.deal else ""
    steps = ", then ".join(_step(scenario, step) for step in path.steps)
    return words.line(f"{path.name}: from {path.situation}{to}: {steps}") + words.after(path.about)


def _step(scenario: Scenario, step: Step) -> str:
    if step.action is not None:
        return title(scenario, scenario.actions[step.action])
    return f"by luck {title(scenario, scenario.rules[step.rule])}" if step.rule is not None else ""


def _record(record: Record) -> Iterator[str]:
    yield f"The record goes from {record.since} to {record.until}."
    for outcome, happened in record.happened.items():
        since = f", of what is known since {happened.since}" if happened.since != record.since else ""
        yield words.line(f"{outcome}: {_happened(happened)}{since}") + words.after(happened.about)


def _happened(happened: Happened) -> str:
    if happened.spells:
        return listed([f"in {a}" if a == b else f"from {a} to {b or 'now'}" for a, b in happened.spells])
    return f"in {listed([str(month) for month in happened.dates])}" if happened.dates else "never"
