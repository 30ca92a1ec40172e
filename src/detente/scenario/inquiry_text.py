"""What an analyst writes for the questions, as pydantic models: defaults, theses, proposed paths, the record."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from detente.scenario.values import ClaimIds, Label, Labels, Part, Text, Told, Whole, expect, listed


def _two(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(item, str) for item in value):
        raise expect("A list of two situations, such as [2012-04, 2018-03],", value)
    return value[0], value[1]


def _step(value: Any) -> str | dict[str, str]:
    luck = isinstance(value, dict) and list(value) == ["chance"] and isinstance(value["chance"], str)
    if not luck and not isinstance(value, str):
        raise expect("A step as actor.action, or as {chance: name of a rule},", value)
    return {"chance": " ".join(value["chance"].split())} if isinstance(value, dict) else value


_PAIR = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
_STEP = {
    "anyOf": [
        {"type": "string", "description": "actor.action"},
        {
            "type": "object",
            "properties": {"chance": {"type": "string", "description": "A chance rule by its name"}},
            "required": ["chance"],
            "additionalProperties": False,
        },
    ]
}
_MONTHS = "A list of months, such as [2018-06, 2019-02],"
_SPELLS = "A list of spells, such as [1994-03 to 1994-10],"

Two = Annotated[tuple[str, str], PlainValidator(_two), WithJsonSchema(_PAIR)]
Way = Annotated[Label, WithJsonSchema({"enum": ["up", "down"]})]
StepName = Annotated[str | dict[str, str], PlainValidator(_step), WithJsonSchema(_STEP)]


class AskText(Part):
    """What the questions speak of unless told otherwise."""

    outcome: Annotated[Label | None, Field(description="The outcome that matters most")] = None
    months: Annotated[Whole | None, Field(description="How far ahead")] = None
    between: Annotated[Two | None, Field(description="Two situations, the earlier first")] = None
    deal: Annotated[Label | None, Field(description="A named deal")] = None
    along: Annotated[Label | None, Field(description="A parameter or an ordered factor to sweep")] = None
    from_: Annotated[Label | None, Field(alias="from", description="The situation to start from")] = None


class ThesisText(Part):
    """What a source holds, put so that numbers can speak to it."""

    says: Annotated[Text, Field(description="The thesis in one sentence")]
    claims: Annotated[ClaimIds, Field(description="Ids of the claims that hold it")] = ()
    outcome: Annotated[Label, Field(description="The outcome whose chance it speaks of")]
    months: Annotated[Whole | None, Field(description="By when, in months")] = None
    between: Annotated[Two | None, Field(description="Two situations, the earlier first")] = None
    more: Annotated[Labels | None, Field(description="Forces that contributed more")] = None
    than: Annotated[Labels | None, Field(description="than these; more than nothing, if left out")] = None
    what_if: Annotated[Label | None, Field(description="The what-if that moves the chance")] = None
    moves: Annotated[Way | None, Field(description="What the what-if does to the chance")] = None


class PathText(Told):
    """A sequence of steps that someone proposes."""

    from_: Annotated[Label, Field(alias="from", description="The situation it starts from")]
    to: Annotated[Label | None, Field(description="The named deal it leads to")] = None
    steps: Annotated[
        tuple[StepName, ...],
        listed("A list of steps, such as [us.offer_talks, dprk.suspend_tests],"),
        Field(description="In order: actor.action, or for luck {chance: name of a rule}"),
    ]


class HappenedText(Told):
    """When an outcome happened."""

    from_: Annotated[
        Label | None, Field(alias="from", description="Its own first month, if the record of it begins later")
    ] = None
    dates: Annotated[tuple[Label, ...] | None, listed(_MONTHS), Field(description="Months of acts or onsets")] = None
    spells: Annotated[tuple[Label, ...] | None, listed(_SPELLS), Field(description="Months from .. to")] = None


class RecordText(Part):
    """What has happened, over a span of months."""

    from_: Annotated[Label, Field(alias="from", description="Its first month")]
    to: Annotated[Label, Field(description="Its last month")]
    happened: Annotated[dict[str, HappenedText], Field(description="By outcome")]
