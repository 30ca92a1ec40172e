"""From a scenario file to a scenario: read, resolve every name, check, and tell everything that is wrong at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from detente.claims.load import read_claims
from detente.claims.model import Claims
from detente.given import file_of
from detente.kinds import no_scenario
from detente.problems import DetenteError, Findings, Problems, did_you_mean
from detente.reader import read
from detente.scenario import agreeing, asking, checks, chronicle, deeds, parts, settings
from detente.scenario.checks.damage import NONE, damage_of
from detente.scenario.complaints import document
from detente.scenario.model import Scenario
from detente.scenario.reading import Reading
from detente.source import Source, Steps, read_bytes

if TYPE_CHECKING:
    from detente.problems import Problem
    from detente.scenario.document import Document

MOST_ENTRIES = 1000  # of one kind: actors, factors, rules, ...
_FIXED: dict[str, tuple[str, ...]] = {
    "format": ("detente/1",),
    "unit": ("month",),
    "moves": ("continuous", "in_turn", "simultaneous"),
    "noise": ("errors", "shocks", "raw"),
}


def load(path_or_text: str | Path) -> Scenario:
    """The scenario in a file (or in a text of several lines); raises Problems with all findings if one is an error.

    DetenteError for what cannot be read, and for a file of another kind, with the call that takes it.
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return load_text(path_or_text, "scenario")
    path = file_of(path_or_text)
    if said := no_scenario(path, called=True):
        raise DetenteError(said)
    return _load(read_bytes(path, "scenario file"), str(path), path, None)


def check(path_or_text: str | Path) -> tuple[Problem, ...]:
    """Everything found in a scenario, errors and warnings, in file order; raises only if there is nothing to read."""
    try:
        return load(path_or_text).warnings
    except Problems as problems:
        return problems.found


def load_text(text: str | bytes, name: str = "scenario", claims_text: str | None = None) -> Scenario:
    """The scenario in a text; ``name`` stands for its file in what is said about it."""
    return _load(text, name, None, claims_text)


def _load(content: str | bytes, file: str, path: Path | None, claims_text: str | None) -> Scenario:
    found = Findings()
    source = read(content, file, found)
    return resolve(source, found, path, claims_text)


def resolve(
    source: Source, found: Findings, path: Path | None, claims_text: str | None = None, claims: Claims | None = None
) -> Scenario:
    """The scenario in a file that is read; Problems if an error is found. ``claims``: instead of a file of them."""
    scenario, lost = _resolved(source, path, claims_text, found, claims)
    if scenario is None:
        raise found.problems()
    damage = NONE
    if found.failed:
        errors = [problem for problem in found.found if problem.severity == "error"]
        damage = damage_of(scenario, source, lost, errors)
    for problem in checks.check(scenario, damage=damage):
        found.add(problem)
    if found.failed:
        raise found.problems()
    return replace(scenario, warnings=found.problems().found)


def _resolved(
    source: Source, path: Path | None, claims_text: str | None, found: Findings, claims: Claims | None
) -> tuple[Scenario | None, frozenset[Steps]]:
    """The scenario with every name resolved, and the paths of what was lost; mistakes go to ``found``."""
    text, mended = document(source, found)
    if text is None:
        return None, mended
    for key, known in _FIXED.items():
        value = getattr(text, key)
        if value not in known:
            hint = did_you_mean(value, known) or f"Write {' or '.join(known)}."
            found.error(f"{value!r} is nothing that {key!r} can be", source.place(key), hint, f"unknown-{key}")
    if not _bearable(text, source, found):
        return None, mended
    if claims is None:
        claims = _claims(text.claims, source, path, claims_text, found)
    reading = Reading(source, text, mended, claims, found)
    taken, bad = parts.names(reading)
    reading.broken |= bad
    factors, parameters = parts.factors(reading, taken), parts.parameters(reading)
    reading.know(factors, parameters)
    reading.actors = parts.actors(reading)
    reading.act(deeds.actions(reading), deeds.rules(reading))
    outcomes, forces = parts.outcomes(reading), settings.forces(reading)
    scenario = Scenario(
        name=_name(source.file, path),
        title=text.title or _name(source.file, path),
        about=text.about,
        moves=cast("Any", text.moves),
        noise=cast("Any", text.noise),
        actors=reading.actors,
        factors=factors,
        parameters=parameters,
        actions=reading.actions,
        rules=reading.rules,
        interests=parts.interests(reading),
        outcomes=outcomes,
        situations=settings.situations(reading),
        forces=forces,
        never=tuple(reading.test(never, "never", position) for position, never in enumerate(text.never)),
        deals=settings.deals(reading),
        what_ifs=settings.what_ifs(reading),
        claims=claims,
        text=source.text,
        ask=asking.ask(reading),
        theses=asking.theses(reading, outcomes, forces),
        paths=asking.paths(reading),
        record=chronicle.record(reading, outcomes),
        agreements=agreeing.agreements(reading),
        path=path,
        source=source,
    )
    return scenario, mended | reading.lost | _hollow(text, reading)


def _hollow(text: Document, reading: Reading) -> frozenset[Steps]:
    """The entries that name something broken, which was left out of them without a word."""
    found = {("what_if", name) for name, entry in text.what_if.items() if not reading.broken.isdisjoint(entry.set)}
    if text.deals and not reading.broken.isdisjoint((*text.deals.terms, *text.deals.also)):
        return frozenset((*found, ("deals",)))
    return frozenset(found)


def _bearable(text: Document, source: Source, found: Findings) -> bool:
    """Whether there is something to resolve, and not so much that no one can mean it."""
    for key in ("actors", "factors"):
        if not getattr(text, key):
            found.error(
                f"There are no {key}", source.key_place(key), "A scenario has at least one of them.", f"no-{key}"
            )
            return False
    for key, many in text:
        sizes = [len(many)] if isinstance(many, (dict, list)) else []
        if isinstance(many, dict):
            sizes += [len(part) for part in many.values() if isinstance(part, dict)]
        if max(sizes, default=0) > MOST_ENTRIES:
            message = f"There are {max(sizes):,} entries under {key!r}; at most {MOST_ENTRIES:,} can be read"
            found.error(message, source.key_place(key), None, "too-many-entries")
            return False
    return True


def _name(file: str, path: Path | None) -> str:
    if path is None:
        return Path(file).stem
    return path.resolve().parent.name if path.stem == "scenario" else path.stem


def _claims(name: str | None, source: Source, path: Path | None, claims_text: str | None, found: Findings) -> Claims:
    """The claims file that the scenario names; it lies in the scenario's folder or below."""
    if name is None:
        return Claims()
    place = source.place("claims")
    if claims_text is not None:
        return read_claims(claims_text, name, found)
    if path is None:
        found.error("A scenario without a file of its own has no claims file beside it", place, None, "claims-file")
        return Claims(damaged=True)
    folder = path.parent
    target = folder / name
    parted = name.replace("\\", "/").split("/")
    inside = not Path(name).is_absolute() and ".." not in parted and ":" not in name
    try:
        if not inside or not target.resolve().is_relative_to(folder.resolve()):
            hint = "Put the file beside the scenario and write its name only."
            found.error("The claims file lies outside the scenario's folder", place, hint, "claims-outside")
            return Claims(damaged=True)
        return read_claims(read_bytes(target, "claims file"), str(target), found, target)
    except (DetenteError, OSError, ValueError, RuntimeError) as error:
        found.error(str(error), place, None, "claims-file")
        return Claims(damaged=True)
