"""Defaults of the questions, theses and proposed paths: from what is written to what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from detente.given import MOST_MONTHS
from detente.problems import did_you_mean
from detente.scenario.inquiry import Ask, ProposedPath, Step, Thesis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.problems import Place
    from detente.scenario.inquiry_text import PathText, ThesisText
    from detente.scenario.model import OutcomeSpec
    from detente.scenario.reading import Reading

NO_FORCE = ("other", "calendar")  # what 'why' tells apart beside the forces: what is in none, and the dates
_FORMS = "Either 'more' (and 'than'): forces; or 'what_if' and 'moves': up or down."
_SECTIONS = {
    "outcome": ("outcomes",),
    "situation": ("situations",),
    "deal": ("deals", "named"),
    "what-if": ("what_if",),
    "force": ("forces",),
}


def named(reading: Reading, kind: str, word: str | None, *at: str | int, key: bool = False) -> str | None:
    """A name that the file gives to something of this kind, or None after saying that there is none.

    Names count as written, also where what bears them could not be read. ``key``: the name is a key of the file.
    """
    if word is None or reading.touched(*at):
        return None
    here: Any = reading.source.data
    for step in _SECTIONS[kind]:
        here = here.get(step, {}) if isinstance(here, dict) else None
    known = [str(name) for name in here] if isinstance(here, dict) else [word]
    if word in known or (kind == "force" and word in NO_FORCE):
        return word
    kinds = {"deal": "named deal"}
    hint = did_you_mean(word, known) or (f"There are {', '.join(known[:12])}." if known else None)
    place = reading.key(*at) if key else reading.at(*at)
    reading.error(f"There is no {kinds.get(kind, kind)} {word!r}", place, hint, f"unknown-{kind}")
    return None


def ask(reading: Reading) -> Ask:
    """What the questions speak of unless told otherwise."""
    text = reading.document.ask
    place = reading.key("ask") if "ask" in reading.document.model_fields_set else None
    return Ask(
        named(reading, "outcome", text.outcome, "ask", "outcome"),
        _months(reading, text.months, "ask"),
        _between(reading, text.between, "ask"),
        named(reading, "deal", text.deal, "ask", "deal"),
        _along(reading, text.along),
        named(reading, "situation", text.from_, "ask", "from"),
        place,
    )


def _months(reading: Reading, months: int | None, *at: str) -> int | None:
    if months is not None and not 1 <= months <= MOST_MONTHS:
        message = f"{months} is no number of months to look ahead"
        reading.error(message, reading.at(*at, "months"), f"Write one from 1 to {MOST_MONTHS}.", "months")
    return months


def _between(reading: Reading, pair: tuple[str, str] | None, *at: str) -> tuple[str, str] | None:
    if pair is None:
        return None
    found = [named(reading, "situation", word, *at, "between", position) for position, word in enumerate(pair)]
    if pair[0] == pair[1]:
        reading.error("These are one situation, not two", reading.at(*at, "between", 1), None, "same-situation")
    return None if None in found else pair


def _along(reading: Reading, word: str | None) -> str | None:
    """A parameter, or a factor with order."""
    if word is None or word in reading.names.parameters or word in reading.broken:
        return word
    place = reading.at("ask", "along")
    if word not in reading.names.index:
        hint = did_you_mean(word, [*reading.names.parameters, *reading.names.index])
        reading.error(f"There is no parameter or factor {word!r}", place, hint, "unknown-name")
    elif not reading.factors[reading.names.index[word]].ordered:
        hint = "Name a parameter, or a factor with 'levels'."
        reading.error(f"{word!r} has kinds without order and cannot be swept", place, hint, "sweep-of-kinds")
    return word


def theses(
    reading: Reading, outcomes: tuple[OutcomeSpec, ...], forces: Mapping[str, tuple[int, ...]]
) -> tuple[Thesis, ...]:
    """What the sources hold, each in one of two forms."""
    defined = {one.name: one.when.factors if one.when is not None else frozenset[int]() for one in outcomes}
    taken = {factor for factors in forces.values() for factor in factors}
    holds = {**forces, "other": tuple(factor for factor in range(len(reading.factors)) if factor not in taken)}
    return tuple(
        _thesis(reading, name, text, defined.get(text.outcome, frozenset()), holds)
        for name, text in reading.document.theses.items()
    )


def _thesis(
    reading: Reading, name: str, text: ThesisText, defined: frozenset[int], holds: Mapping[str, tuple[int, ...]]
) -> Thesis:
    at = ("theses", name)
    form = _form(reading, name, text)
    named(reading, "outcome", text.outcome, *at, "outcome")
    sides = {"more": text.more or (), "than": text.than or ()}
    seen = set[str]()
    for key, words in sides.items():
        for position, word in enumerate(words):
            place = reading.at(*at, key, position)
            if word in seen:
                reading.error(f"{word!r} is named twice", place, "A force is on one side, once.", "thesis-force-twice")
            elif named(reading, "force", word, *at, key, position) is not None:
                _fit(reading, word, text.outcome, defined.intersection(holds.get(word, ())), place)
            seen.add(word)
    if text.moves is not None and text.moves not in ("up", "down"):
        reading.error(f"{text.moves!r} is no way to move", reading.at(*at, "moves"), "Write up or down.", "moves")
    return Thesis(
        name,
        text.says,
        reading.cited(text.claims, *at, "claims"),
        text.outcome,
        _months(reading, text.months, *at),
        _between(reading, text.between, *at),
        sides["more"],
        sides["than"],
        named(reading, "what-if", text.what_if, *at, "what_if"),
        cast("Literal['up', 'down'] | None", text.moves if form == "what_if" else None),
        reading.key(*at),
    )


def _form(reading: Reading, name: str, text: ThesisText) -> str:
    """Which of the two forms a thesis has, '' after saying that it has none or both."""
    at = ("theses", name)
    forces = [key for key in ("more", "than", "between") if getattr(text, key) is not None]
    change = [key for key in ("what_if", "moves") if getattr(text, key) is not None]
    if any(reading.misspelt(key, *at) for key in ("more", "than", "between", "what_if", "moves")):
        return ""
    if forces and change:
        message = f"The thesis {name!r} mixes forces with a what-if"
        reading.error(message, reading.key(*at, change[0]), _FORMS, "thesis-shape")
    elif change and len(change) < 2:
        other = "moves" if change == ["what_if"] else "what_if"
        message = f"The thesis {name!r} has {change[0]!r} but no {other!r}"
        reading.error(message, reading.key(*at, change[0]), _FORMS, "thesis-shape")
    elif not change and not text.more:
        message = f"The thesis {name!r} says nothing that numbers could speak to"
        reading.error(message, reading.key(*at), _FORMS, "thesis-shape")
    else:
        return "what_if" if change else "forces"
    return ""


def _fit(reading: Reading, force: str, outcome: str, shared: frozenset[int], place: Place | None) -> None:
    """Says so where a force holds a factor by which the outcome is defined."""
    if shared:
        names = " and ".join(repr(reading.factors[factor].name) for factor in sorted(shared))
        message = f"{force!r} holds {names}, by which the outcome {outcome!r} is defined, so it cannot explain it"
        hint = "Name another force or another outcome, or move the factor to a force of its own."
        reading.error(message, place, hint, "thesis-force")


def paths(reading: Reading) -> tuple[ProposedPath, ...]:
    """The sequences of steps that someone proposes."""
    return tuple(_path(reading, name, text) for name, text in reading.document.paths.items())


def _path(reading: Reading, name: str, text: PathText) -> ProposedPath:
    at = ("paths", name)
    named(reading, "situation", text.from_, *at, "from")
    deal = named(reading, "deal", text.to, *at, "to")
    steps = [step_of(reading, step, *at, "steps", position) for position, step in enumerate(text.steps)]
    if not text.steps and not reading.touched(*at, "steps"):
        hint = "Such as [us.offer_talks, dprk.suspend_tests]."
        reading.error(f"The path {name!r} has no steps", reading.key(*at), hint, "path-empty")
    kept = tuple(step for step in steps if step is not None)
    claims = reading.cited(text.claims, *at, "claims")
    return ProposedPath(name, text.from_, deal, kept, text.about, claims, reading.key(*at))


def step_of(reading: Reading, step: str | dict[str, str], *at: str | int) -> Step | None:
    """A step of a path or an agreement, or None after saying what is wrong with it."""
    if isinstance(step, dict):
        rule = reading.rule(step["chance"], reading.at(*at, "chance"))
        return None if rule is None else Step(rule=rule)
    written = reading.written(step, *at)
    owner, dot, name = (part.strip() for part in written.text.partition("."))
    if not dot or not owner or not name:
        hint = _instead(reading, written.text) or "Write actor.action, or {chance: name of a rule}."
        reading.error(f"{written.text!r} is no 'actor.action'", written.place(), hint, "path-step")
        return None
    if name == "wait":
        reading.error("Waiting is no step: it changes nothing", written.place(), None, "path-wait")
        return None
    actor = reading.actor(owner, written.place(0, len(owner)))
    if actor is None:
        return None
    own = reading.action_index.get(actor, {})
    action = reading.index("action", name, own, written.place(len(written.text) - len(name)))
    return None if action is None else Step(action=action)


def _instead(reading: Reading, word: str) -> str | None:
    """What a step may have been meant for that is the name of an action or of a rule alone."""
    if word in {rule.name for rule in reading.rules}:
        return f"Write {{chance: {word!r}}}."
    whole = [f"{reading.actors[action.actor].name}.{action.name}" for action in reading.actions if action.name == word]
    return f"Write {' or '.join(whole)}." if whole else None
