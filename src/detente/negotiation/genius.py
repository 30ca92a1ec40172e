"""Domains as GENIUS writes them: a domain file with the issues, and a utility-space file for each party.

A utility space names, for each issue, the evaluations of its values and the issue's weight; utilities are the weighted
sums, taken as GENIUS takes them (Lin et al. 2014, and its source):

    discrete   evaluations as written if none in the issue exceeds 1, else divided by the largest
    integer    offset + slope (value - lowerbound), kept within 0 and 1
    real       parameter0 + parameter1 value, kept within 0 and 1; here at evenly spaced values, which is told

Weights count as written; if they do not sum to 1, that is told. A discount factor is not used, and that is told too.
Evaluators of other kinds (triangular, constraints between issues, trees of objectives) are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.domain import LARGEST, Domain
from detente.negotiation.markup import parse
from detente.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.negotiation.markup import Element
    from detente.problems import Findings

STEPS = 21  # values of a real issue
MOST_VALUES = 10_000  # of an integer issue
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@dataclass(eq=False)
class Space:
    """A file: issue -> values, and in a utility space value -> weighted utility; ``links`` are other files named."""

    file: str
    root: Element
    name: str = ""
    issues: dict[str, tuple[str, ...]] = field(default_factory=dict)
    worth: dict[str, np.ndarray] = field(default_factory=dict)
    places: dict[str, Element] = field(default_factory=dict)
    reservation: float | None = None
    remarks: list[str] = field(default_factory=list)
    links: tuple[str, ...] = ()
    digest: str = ""  # SHA-256 of the file

    @property
    def is_domain(self) -> bool:
        """Whether it holds issues and no evaluations."""
        return not self.worth


def read_space(content: bytes, file: str, found: Findings, steps: int = STEPS) -> Space:
    """One file of a domain; what is wrong goes to ``found``, but Problems are raised where it is no XML."""
    root = parse(content, file)
    space = Space(file, root, links=tuple(_links(root)))
    objectives = [root] if root.tag == "objective" else list(root.all("objective"))
    if root.tag not in ("utility_space", "negotiation_template", "template", "domain") or not objectives:
        hint = "A domain file or a utility space of GENIUS is meant."
        found.error(f"This XML, <{root.tag}>, holds no <objective> with issues", root.place, hint, "no-domain")
        return space
    top = objectives[0]
    space.name = top.get("name") or ""
    if (nested := next(top.all("objective"), None)) is not None:
        found.error("Objectives within objectives are not read", nested.place, "Put all issues under one.", "nested")
    issues = top.children("issue")
    if not issues:
        found.error("There is no issue", top.place, code="empty")
    valued = any("evaluation" in item.attributes for item in top.all("item")) or any(top.all("evaluator"))
    for issue in issues:
        _issue(space, issue, found, valued, steps)
    if valued and not found.failed:
        _weigh(space, top, found)
    _rest(space, found)
    return space


def domain_of(spaces: Sequence[Space], parties: Sequence[str], name: str, found: Findings) -> Domain | None:
    """The domain of the parties' utility spaces, in the first one's order; None if they do not fit together."""
    first = spaces[0]
    for space in spaces[1:]:
        fitting(first, space, found)
    if found.failed:
        return None
    issues = {}
    for issue, values in first.issues.items():
        columns = [dict(zip(space.issues[issue], space.worth[issue], strict=True)) for space in spaces]
        issues[issue] = {value: [column[value] for column in columns] for value in values}
    reserved = {p: s.reservation for p, s in zip(parties, spaces, strict=True) if s.reservation is not None}
    return Domain.linear(parties, issues, reservation=reserved, name=name)


def fitting(first: Space, space: Space, found: Findings) -> None:
    """Tell where two files differ in their issues or values."""
    for issue in [*first.issues, *space.issues]:
        here, there = space.issues.get(issue), first.issues.get(issue)
        if here is None or there is None:
            lacks, has = (space, first) if here is None else (first, space)
            hint = did_you_mean(issue, lacks.issues)
            found.error(
                f"{lacks.file} has no issue {issue!r}, as {has.file} has", has.places[issue].place, hint, "issues"
            )
        elif set(here) != set(there):
            odd = sorted(set(here) ^ set(there))[0]
            said = f"The values of {issue!r} differ from those in {first.file}: {odd!r} is only in one of them"
            found.error(said, space.places[issue].place, None, "values")


def _issue(space: Space, issue: Element, found: Findings, valued: bool, steps: int) -> None:
    name = issue.get("name")
    if name is None or name in space.issues:
        said = "An issue has no name" if name is None else f"The issue {name!r} is there twice"
        found.error(said, issue.place, code="no-name" if name is None else "duplicate")
        return
    space.places[name] = issue
    kind = (issue.get("type", "etype", "vtype") or "discrete").lower()
    if kind == "discrete":
        values, worth = _discrete(name, issue, found, valued)
    elif kind in ("integer", "real"):
        values, worth = _range(space, name, issue, found, valued, steps, kind == "real")
    else:
        found.error(f"Issues of type {kind!r} are not read", issue.place, "Discrete, integer and real are.", "type")
        return
    space.issues[name] = values
    if valued:
        space.worth[name] = worth


def _discrete(name: str, issue: Element, found: Findings, valued: bool) -> tuple[tuple[str, ...], np.ndarray]:
    values: dict[str, float] = {}
    items = issue.children("item")
    if not items:
        found.error(f"The issue {name!r} has no values", issue.place, code="empty")
    for item in items:
        value = item.get("value")
        if value is None or value in values:
            said = f"A value of {name!r} has no name" if value is None else f"{value!r} of {name!r} is there twice"
            found.error(said, item.place, code="no-name" if value is None else "duplicate")
            continue
        values[value] = _number(item, "evaluation", found, f"the evaluation of {value!r}") if valued else 0.0
        if values[value] < 0:
            hint = "GENIUS allows none; raise all evaluations of the issue by as much."
            found.error(f"The evaluation of {value!r} is negative", item.place, hint, "negative")
    worth = np.array(list(values.values()))
    return tuple(values), worth / worth.max() if len(worth) and worth.max() > 1 else worth


def _range(
    space: Space, name: str, issue: Element, found: Findings, valued: bool, steps: int, real: bool
) -> tuple[tuple[str, ...], np.ndarray]:
    """An integer or a real issue."""
    bounds = next((one for one in [*issue.children("range"), issue] if one.get("lowerbound")), issue)
    low, high = (_number(bounds, key, found, f"the {key} of {name!r}") for key in ("lowerbound", "upperbound"))
    if not low <= high or (not real and (low % 1 or high % 1 or high - low >= MOST_VALUES)):
        said = f"{name!r} runs from {low:g} to {high:g}"
        found.error(
            said, bounds.place, f"It takes whole numbers, at most {MOST_VALUES:,}." if not real else None, "range"
        )
        return (), np.zeros(0)
    numbers = np.linspace(low, high, steps if high > low else 1) if real else np.arange(low, high + 1)
    if real:
        space.remarks.append(f"The real issue {name!r} is taken at {len(numbers)} values from {low:g} to {high:g}.")
    worth = _evaluated(name, issue, numbers, low, found, real) if valued else np.zeros(len(numbers))
    return tuple(f"{x:.15g}" for x in numbers), worth


def _evaluated(name: str, issue: Element, numbers: np.ndarray, low: float, found: Findings, real: bool) -> np.ndarray:
    evaluators = issue.children("evaluator")
    if not evaluators:
        found.error(f"{name!r} has no <evaluator>", issue.place, code="no-value")
        return np.zeros(len(numbers))
    one = evaluators[0]
    kind = (one.get("ftype", "type") or "linear").lower()
    about = f"the evaluator of {name!r}"
    if kind == "constant":
        return np.full(len(numbers), _number(one, "parameter0", found, about))
    if kind != "linear":
        found.error(f"Evaluators of type {kind!r} are not read", one.place, "Linear and constant ones are.", "type")
        return np.zeros(len(numbers))
    if one.get("slope") is not None and not real:
        offset, slope = (_number(one, key, found, about) for key in ("offset", "slope"))
        return np.clip(offset + slope * (numbers - low), 0.0, 1.0)
    offset, slope = (_number(one, key, found, about) for key in ("parameter0", "parameter1"))
    return np.clip(offset + slope * numbers, 0.0, 1.0)


def _weigh(space: Space, top: Element, found: Findings) -> None:
    """Multiply the evaluations by the issues' weights."""
    weights: dict[str, float] = {}
    for weight in top.children("weight"):
        index = weight.get("index") or ""
        if index in weights:
            found.error(f"The weight of issue {index} is there twice", weight.place, code="duplicate")
        weights[index] = _number(weight, "value", found, f"the weight of issue {index}")
        if weights[index] < 0:
            found.error("A weight is negative", weight.place, code="negative")
    for name, issue in space.places.items():
        index = issue.get("index") or ""
        if index not in weights:
            found.error(
                f"{name!r} has no weight", issue.place, f'Add <weight index="{index}" value="..."/>.', "no-value"
            )
        else:
            space.worth[name] = space.worth[name] * weights[index]
    total = sum(weights.values())
    if abs(total - 1.0) > 1e-6:
        space.remarks.append(f"The weights in {space.file} sum to {total:g}, and count as written.")


def _rest(space: Space, found: Findings) -> None:
    """Reservation value and discount factor."""
    for one in space.root.all("reservation"):
        space.reservation = _number(one, "value", found, "the reservation value")
    for one in space.root.all("discount_factor"):
        if one.get("value") and _number(one, "value", found, "the discount factor") not in (0.0, 1.0):
            space.remarks.append(f"The discount factor in {space.file} is not used.")


def _links(root: Element) -> list[str]:
    """Files of utility spaces that a domain file names."""
    every = [root, *root.all("agent", "profile", "profileitem", "utility_space")]
    named = (one.get("utility_space", "url", "file") for one in every)
    return [text.replace("\\", "/").rpartition("/")[2] for text in named if text and text.lower().endswith(".xml")]


def _number(one: Element, key: str, found: Findings, what: str) -> float:
    text = one.get(key)
    if text is None:
        found.error(f"There is no {key!r} for {what}", one.place, code="no-value")
    elif not _NUMBER.fullmatch(text):
        found.error(f"{what[0].upper()}{what[1:]} is no number: {text[:40]!r}", one.place, code="no-number")
    elif abs(float(text)) > LARGEST:
        found.error(f"{what[0].upper()}{what[1:]} is larger than {LARGEST:g}", one.place, code="number-size")
    else:
        return float(text)
    return 0.0
