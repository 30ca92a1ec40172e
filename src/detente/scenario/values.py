"""The single values that an analyst writes, as pydantic types: text, names, numbers, formulas, lists of names."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

NAME = {"type": "string", "pattern": r"^[^\W\d]\w*$"}
FORMULA = {"type": ["number", "string"], "description": "A number or a formula"}


def describe(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "nothing (the value is empty)"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, dict):
        return "a mapping of keys to values"
    if isinstance(value, list):
        return "a list"
    return f"the number {value:g}" if isinstance(value, (int, float)) else f"the text {_short(value)!r}"


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:27] + "..."


def expect(what: str, value: Any) -> PydanticCustomError:
    """What to raise where something else was expected; ``what`` begins the sentence."""
    return PydanticCustomError(
        "expected", "{what} is expected here, not {given}", {"what": what, "given": describe(value)}
    )


def formula(value: Any) -> str:
    """The text of a number or a formula."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise expect("A number or a formula", value)
    return str(value)


def _test(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise expect("A test on the factors", value)
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise expect("A number", value)
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise expect("Text", value)
    return " ".join(value.split())


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise expect("A name", value)
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise expect("A whole number", value)
    return value


def _effect(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict) and value:
        return {key: formula(chance) for key, chance in value.items()}
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise expect("A level, a step such as +1, or level: chance for several", value)
    return str(value)


def _needs(value: Any) -> tuple[str, ...] | dict[str, str]:
    if isinstance(value, dict):
        return {key: formula(lean) for key, lean in value.items()}
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise expect("A list of actors, or actor: chance of yes,", value)
    return tuple(value)


def listed(what: str) -> BeforeValidator:
    """Lets nothing but a list through; ``what`` says which."""

    def check(value: Any) -> Any:
        if not isinstance(value, list):
            raise expect(what, value)
        return value

    return BeforeValidator(check)


_EFFECT = {
    "anyOf": [
        {"type": ["string", "integer"], "description": "A level, a step such as +1, or 'a if test else b' of those"},
        {"type": "object", "additionalProperties": FORMULA, "description": "level: its chance"},
    ]
}
_NEEDS = {"anyOf": [{"type": "array", "items": NAME}, {"type": "object", "additionalProperties": FORMULA}]}
_BASIS = WithJsonSchema(
    {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"enum": ["judgement", "estimate"]}]}
)

FormulaText = Annotated[str, PlainValidator(formula), WithJsonSchema(FORMULA)]
TestText = Annotated[str, PlainValidator(_test), WithJsonSchema({"type": ["string", "boolean"]})]
Effect = Annotated[str | dict[str, str], PlainValidator(_effect), WithJsonSchema(_EFFECT)]
Needs = Annotated[tuple[str, ...] | dict[str, str], PlainValidator(_needs), WithJsonSchema(_NEEDS)]
Number = Annotated[float, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Whole = Annotated[int, PlainValidator(_whole), WithJsonSchema({"type": "integer"})]
Text = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string"})]
Name = Annotated[str, PlainValidator(_name), WithJsonSchema(NAME)]
Label = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string"})]
Labels = Annotated[tuple[Label, ...], listed("A list of names, such as [a, b],")]
ClaimIds = Annotated[tuple[Label, ...], listed("A list of claim ids, such as [W01, W02],")]
NameList = Annotated[tuple[Name, ...], listed("A list of names, such as [a, b],")]


class Part(BaseModel):
    """Keys that are not known are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Told(Part):
    """What can be explained and can cite claims."""

    about: Annotated[Text, Field(description="One sentence for the reader")] = ""
    claims: Annotated[ClaimIds, Field(description="Ids of the claims that this rests on")] = ()


class ParameterText(Part):
    """A number with its range."""

    title: Annotated[Text, Field(description="What it is in a few plain words, as readers see it")] = ""
    likely: Number
    low: Number
    high: Number
    unit: Text
    basis: Annotated[Any, _BASIS, Field(description="Ids of claims, or 'estimate' (with a note), or 'judgement'")]
    note: Text = ""
    about: Text = ""
