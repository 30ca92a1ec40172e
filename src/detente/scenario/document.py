"""What an analyst writes, as pydantic models: which keys there are, and what kind of thing each holds.

Names, levels and formulas are only text here; :mod:`detente.scenario.load` resolves them. The models are also the
source of the JSON Schema that editors complete and check by.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from detente.scenario.agreement_text import AgreementText
from detente.scenario.inquiry_text import AskText, PathText, RecordText, ThesisText
from detente.scenario.values import (
    FORMULA,
    NAME,
    Effect,
    FormulaText,
    Label,
    Labels,
    Name,
    NameList,
    Needs,
    Number,
    ParameterText,
    Part,
    TestText,
    Text,
    Told,
    expect,
)


def _either(key: str) -> BeforeValidator:
    """Lets ``name: formula`` stand for ``name: {key: formula}``."""
    return BeforeValidator(lambda value: value if isinstance(value, dict) else {key: value})


class _OrFormula:
    """Says so in the JSON Schema."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [FORMULA, handler(core)]}


class ActorText(Told):
    """One who decides."""

    name: Annotated[Text, Field(description="The name shown")] = ""
    tempo: Annotated[FormulaText, Field(description="Fresh decisions a month; 0: only consents")]
    discount: Annotated[FormulaText, Field(description="Discount factor a year, above 0 and below 1")]
    precision: Annotated[FormulaText, Field(description="1 / payoff unit; 0 is default play")]


class FactorText(Told):
    """One dimension of the state: ordered ``levels`` or unordered ``kinds``."""

    levels: Annotated[NameList | None, Field(description="Ordered levels, from first to last")] = None
    kinds: Annotated[NameList | None, Field(description="Kinds without order")] = None
    scores: Annotated[tuple[Number, ...] | None, Field(description="What each level counts in arithmetic")] = None


class ChanceText(Part):
    """One of the ways in which a step can turn out, instead of its ``then`` alone."""

    p: Annotated[FormulaText, Field(description="Its probability")]
    then: dict[str, Effect]
    about: Text = ""


# Where defaults are mutable BaseModel is named once more: it copies them, and checkers that read one file see it.


class StepText(Told, BaseModel):
    """What an action and a chance rule have in common."""

    when: Annotated[TestText | None, Field(description="When it can happen; always, if left out")] = None
    then: Annotated[dict[str, Effect], Field(description="factor: the level it goes to")] = {}
    chance: Annotated[list[ChanceText], Field(description="Exclusive alternatives; what remains is 'then' alone")] = []
    cost: Annotated[dict[str, FormulaText], Field(description="actor: what it loses, once")] = {}
    gain: Annotated[dict[str, FormulaText], Field(description="actor: what it gains, once")] = {}


class ActionText(StepText):
    """Something an actor can do."""

    weight: Annotated[FormulaText, Field(description="How often, if all were equally attractive")] = "1"
    needs: Annotated[Needs, Field(description="Whose consent it needs; or actor: chance of yes when indifferent")] = ()
    refused: Annotated[dict[str, Effect], Field(description="What a refusal changes")] = {}
    asking: Annotated[dict[str, FormulaText], Field(description="actor: what it costs to ask, accepted or not")] = {}


class RuleText(StepText):
    """What nobody decides."""

    about: Annotated[Text, Field(description="Its name, one of its own")]
    rate: Annotated[FormulaText | None, Field(description="How often a month")] = None
    every: Annotated[Text | None, Field(description="How often by the calendar: '48 months'")] = None
    next: Annotated[Text | None, Field(description="Its next date: '2029-01'")] = None


class InterestText(Told):
    """A part of an actor's payoff."""

    value: Annotated[FormulaText, Field(description="Payoff a month")]


class OutcomeText(Told):
    """What is forecast."""

    when: Annotated[TestText | None, Field(description="A state that holds")] = None
    action: Annotated[Label | None, Field(description="actor.action, or several joined by 'or'")] = None


class SituationText(Told, BaseModel):
    """A dated starting state; other keys are factors."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Name]

    date: Annotated[Text | None, Field(description="YYYY-MM, where the key is no month")] = None
    like: Annotated[Label | None, Field(description="The situation it equals where nothing is said")] = None
    next: Annotated[dict[str, Text], Field(description="chance rule: its next date as then scheduled")] = {}


class NamedDealText(Told):
    """A deal with a name; other keys are factors."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Name]


def _term(value: Any) -> tuple[str, ...] | Literal["all"]:
    if value == "all":
        return "all"
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise expect("A list of levels, or 'all',", value)
    return tuple(value)


class DealsText(Told, BaseModel):
    """What can be bargained over."""

    parties: NameList
    consent: NameList = ()
    terms: dict[
        str,
        Annotated[
            tuple[str, ...] | Literal["all"],
            PlainValidator(_term),
            WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": NAME}]}),
        ],
    ]
    also: dict[str, Name] = {}
    named: dict[str, NamedDealText] = {}


def _set(value: Any) -> str | float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise expect("A level, or a number for a parameter,", value)
    return value if isinstance(value, str) else float(value)


def _do(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise expect("'not' and the name of an action, or a list of such,", value)
    return tuple(value)


_LINES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Changed = Annotated[str | float, PlainValidator(_set), WithJsonSchema(FORMULA)]
Struck = Annotated[tuple[str, ...], PlainValidator(_do), WithJsonSchema(_LINES)]


class WhatIfText(Told, BaseModel):
    """A changed state, number or act."""

    from_: Annotated[Label, Field(alias="from", description="The situation it starts from")]
    set: Annotated[dict[str, Changed], Field(description="factor: level, or parameter: number")] = {}
    do: Annotated[dict[str, Struck], Field(description="actor: 'not action'")] = {}
    without: Annotated[Labels, Field(description="Chance rules that do not happen")] = ()


Interest = Annotated[InterestText, _either("value"), _OrFormula()]
Outcome = Annotated[OutcomeText, _either("when"), _OrFormula()]


class Document(Part, BaseModel):
    """A scenario file."""

    format: Annotated[Text, Field(description="The version of the language: detente/1")] = "detente/1"
    title: Text = ""
    about: Text = ""
    unit: Annotated[Text, Field(description="The unit of time: month")] = "month"
    claims: Annotated[Label | None, Field(description="The file of sources and claims, beside this one")] = None
    moves: Annotated[Text, Field(description="continuous, in_turn or simultaneous")] = "continuous"
    noise: Annotated[Text, Field(description="errors, shocks or raw")] = "errors"
    actors: dict[str, ActorText]
    factors: dict[str, FactorText]
    parameters: dict[str, ParameterText] = {}
    actions: dict[str, dict[str, ActionText]] = {}
    chance: list[RuleText] = []
    interests: dict[str, dict[str, Interest]] = {}
    outcomes: dict[str, Outcome] = {}
    situations: dict[str, SituationText]
    forces: dict[str, NameList] = {}
    never: list[TestText] = []
    deals: DealsText | None = None
    what_if: dict[str, WhatIfText] = {}
    ask: AskText = AskText()
    theses: dict[str, ThesisText] = {}
    paths: dict[str, PathText] = {}
    record: RecordText | None = None
    agreements: dict[str, AgreementText] = {}
