"""What is wrong with the shape of a document, in sentences; and the document mended, so that reading can go on.

Pydantic finds what is missing, unknown or of the wrong kind. Each finding is told at its place; then the part concerned
is left out, or given a harmless value, so that the rest of the file is read and its mistakes are told in the same go.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from detente.problems import did_you_mean
from detente.scenario.document import Document
from detente.scenario.values import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.problems import Findings
    from detente.source import Source, Steps

_HARMLESS: dict[str, Any] = {
    "tempo": "1",
    "discount": "1",
    "precision": "1",
    "likely": 1,
    "low": 1,
    "high": 1,
    "unit": "",
    "basis": "judgement",
    "value": "0",
    "p": "0",
    "then": {},
    "about": "",
    "from": "",
    "parties": [],
    "terms": {},
    "says": "",
    "outcome": "",
    "to": "",
    "steps": [],
    "happened": {},
    "seen": "0",
    "sizes": [],
}


def document(source: Source, found: Findings) -> tuple[Document | None, frozenset[Steps]]:
    """The document, mended where it had to be, and the paths that were mended; None where nothing can be read."""
    if not isinstance(source.data, dict):
        if source.data is not None:
            found.error(
                f"A scenario is a mapping of keys to values, not {describe(source.data)}", source.at(0, 1), code="shape"
            )
        return None, frozenset()
    data = copy.deepcopy(source.data)
    mended = set(_emptied(data, (), source, found))
    for _ in range(5):
        try:
            return Document.model_validate(data), frozenset(mended)
        except ValidationError as error:
            wrongs = error.errors(include_url=False)
        lost, before = False, frozenset(mended)
        strange = {wrong["loc"] for wrong in wrongs if wrong["type"] == "extra_forbidden"}
        for wrong in wrongs:
            steps = _known(source, wrong["loc"])
            where = (*steps, wrong["loc"][-1]) if wrong["type"] == "missing" else steps
            if not any(where[: len(path)] == path for path in before) and not _misspelt(wrong, strange):
                _tell(wrong, steps, source, found)
            lost = lost or (len(wrong["loc"]) == 1 and wrong["loc"][0] in ("actors", "factors", "situations"))
            mended.add(_mend(data, wrong, steps))
        if lost:
            break
    return None, frozenset(mended)


def _misspelt(wrong: Any, strange: set[tuple[int | str, ...]]) -> bool:
    """Whether a key is missing that is there, misspelt, and told of as unknown."""
    near = [str(loc[-1]) for loc in strange if loc[:-1] == wrong["loc"][:-1]]
    return wrong["type"] == "missing" and did_you_mean(str(wrong["loc"][-1]), near) is not None


def _emptied(data: Any, at: Steps, source: Source, found: Findings) -> Iterator[Steps]:
    """Complains of keys without a value, takes them out of the data, and gives their paths."""
    entries = list(data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ())
    for key, value in entries:
        steps: Steps = (*at, key)
        if value is not None:
            yield from _emptied(value, steps, source, found)
            continue
        hint = "Give it one, or take it out. Within braces a comma ends a value: put text with commas in quotes."
        owner = repr(key) if isinstance(key, str) else "This entry"
        found.error(f"{owner} has no value", source.key_place(*steps), hint, "empty-value")
        yield _out(data, steps)


def _known(source: Source, loc: tuple[int | str, ...]) -> Steps:
    """The longest part of a location that is in the file."""
    steps = tuple(loc)
    while steps and steps not in source.values:
        steps = steps[:-1]
    return steps


def _tell(wrong: Any, steps: Steps, source: Source, found: Findings) -> None:
    key = wrong["loc"][-1] if wrong["loc"] else ""
    if wrong["type"] == "expected" and source.place(*steps) in {problem.place for problem in found.found}:
        return  # what was read here is told already
    kind, given = wrong["type"], wrong.get("input")
    if kind == "extra_forbidden":
        known = _keys(wrong["loc"][:-1])
        hint = did_you_mean(str(key), known) or f"Known here: {', '.join(known)}."
        found.error(f"Unknown key {key!r}", source.key_place(*wrong["loc"]), hint, "unknown-key")
    elif kind == "missing":
        owner = repr(steps[-1]) if steps and isinstance(steps[-1], str) else "This entry" if steps else "A scenario"
        found.error(f"{owner} needs the key {key!r}", source.key_place(*steps), _about(wrong["loc"]), "missing-key")
    elif kind == "expected":
        found.error(wrong["msg"], _place(source, steps, given), _about(wrong["loc"]), "wrong-type")
    else:
        shape = {"dict_type": "holds keys and values", "model_type": "holds keys and values"}.get(kind, "is a list")
        owner = repr(key) if isinstance(key, str) else "This entry"
        message = f"{owner} {shape}, and here is {describe(given)}"
        found.error(message, _place(source, steps, given), _about(wrong["loc"]), "wrong-type")


def _place(source: Source, steps: Steps, given: Any) -> Any:
    return source.key_place(*steps) if given is None else source.place(*steps)


def _mend(data: Any, wrong: Any, steps: Steps) -> Steps:
    """Leave the part out, or give it a harmless value; gives the path of what was mended."""
    if wrong["type"] == "missing":
        steps = (*steps, wrong["loc"][-1])
    elif steps and isinstance(steps[-1], int) and steps[0] != "never" and steps[-2] != "chance":
        steps = steps[:-1]  # a list of names with something else in it
    owner: Any = data
    for step in steps[:-1]:
        owner = owner.get(step, {}) if isinstance(owner, dict) else owner[step]
    if wrong["type"] == "extra_forbidden":
        owner.pop(wrong["loc"][-1], None)
        return steps
    return _out(owner, steps)


def _out(data: Any, steps: Steps) -> Steps:
    """Take the last step's value out of the mapping or list that holds it."""
    last = steps[-1] if steps else ""
    if isinstance(data, list) and isinstance(last, int):
        data[last] = "true" if steps[0] == "never" else {} if steps[-2] == "chance" else ""
    elif last in _HARMLESS and isinstance(data, dict):
        data[last] = copy.copy(_HARMLESS[str(last)])
    elif isinstance(data, dict):
        data.pop(last, None)
    return steps


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    model = _shape(loc)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _about(loc: tuple[int | str, ...]) -> str | None:
    """What the key is for, as the models describe it."""
    model = _shape(loc[:-1])
    for name, info in model.model_fields.items() if model else ():
        if (info.alias or name) == loc[-1] and info.description:
            return f"{loc[-1]}: {info.description}."
    return None


def _shape(loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that stands at a location."""
    shape: Any = Document
    for step in loc:
        model = _model(shape)
        if model is not None:
            fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
            shape = fields.get(str(step))
        else:
            shape = _inner(shape)
    return _model(shape)


def _model(shape: Any) -> type[BaseModel] | None:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape
    if get_origin(shape) in (dict, list, tuple):
        return None
    return next((model for part in get_args(shape) if (model := _model(part)) is not None), None)


def _inner(shape: Any) -> Any:
    """What a mapping or a list holds."""
    if get_origin(shape) in (dict, list, tuple):
        return get_args(shape)[-1]
    return next((inner for part in get_args(shape) if (inner := _inner(part)) is not None), None)
