"""What an analyst writes of an agreement, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema

from detente.scenario.values import (
    FORMULA,
    Effect,
    FormulaText,
    Labels,
    Name,
    NameList,
    Needs,
    ParameterText,
    Part,
    TestText,
    Told,
    expect,
    formula,
    listed,
)


def _by_actor(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict):
        return {key: formula(number) for key, number in value.items()}
    return formula(value)


def _sizes(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
        raise expect("A list of payments a month, such as [small, large],", value)
    return tuple(formula(item) for item in value)


_BY_ACTOR = {"anyOf": [FORMULA, {"type": "object", "additionalProperties": FORMULA}]}
ByActor = Annotated[str | dict[str, str], PlainValidator(_by_actor), WithJsonSchema(_BY_ACTOR)]
Sizes = Annotated[tuple[str, ...], PlainValidator(_sizes), WithJsonSchema({"type": "array", "items": FORMULA})]
_STEPS = "A list of actions, such as [us.offer_talks, dprk.suspend_tests],"


class VerifiedText(Part):
    """How an agreement is watched."""

    seen: Annotated[ByActor, Field(description="How often a month a breach is seen; or party: its own rate")]
    errs: Annotated[ByActor, Field(description="How often a month a kept term is taken for broken")] = "0"


class BreachText(Part, BaseModel):
    """What a breach that is seen brings, beside the end of the agreement."""

    then: Annotated[dict[str, Effect], Field(description="factor: the level it goes to")] = {}
    cost: Annotated[dict[str, FormulaText], Field(description="party: what it loses, once, for its own breach")] = {}


class LeaveText(Part, BaseModel):
    """How a party ends an agreement openly."""

    weight: Annotated[ByActor | None, Field(description="How often, if all were equally attractive")] = None
    then: Annotated[dict[str, Effect], Field(description="factor: the level it goes to")] = {}
    cost: Annotated[dict[str, FormulaText], Field(description="party: what it loses, once, by leaving")] = {}


class PaymentsText(Part):
    """Payments of a few sizes, every month while the agreement stands."""

    from_: Annotated[Name, Field(alias="from", description="Who pays")]
    to: Annotated[Name, Field(description="Who receives")]
    sizes: Annotated[Sizes, Field(description="Payoff a month to the payer, one for each size")]
    worth: Annotated[FormulaText, Field(description="What one unit paid is worth to the receiver")] = "1"


class AgreementText(Told, BaseModel):
    """What parties may promise each other."""

    parties: Annotated[NameList, Field(description="Those who promise")]
    keeps: Annotated[dict[str, TestText], Field(description="party: what holds while it keeps its word")] = {}
    when: Annotated[TestText | None, Field(description="When it can be signed; always, if left out")] = None
    proposes: Annotated[NameList, Field(description="Who can put it forward; every party, if left out")] = ()
    lean: Annotated[ByActor, Field(description="A party's chance of yes when indifferent; or party: its own")] = "0.5"
    needs: Annotated[Needs, Field(description="Whose consent it needs beside; or actor: chance of yes")] = ()
    weight: Annotated[ByActor, Field(description="How often it is put forward, if all were equally attractive")] = "1"
    then: Annotated[dict[str, Effect], Field(description="What signing changes; factor: the level it goes to")] = {}
    steps: Annotated[
        Labels, listed(_STEPS), Field(description="Instead of then: actor.action, one after the other")
    ] = ()
    verified: Annotated[VerifiedText | None, Field(description="How it is watched")] = None
    breach: Annotated[BreachText | None, Field(description="What a breach that is seen brings")] = None
    leave: Annotated[LeaveText | None, Field(description="How a party ends it openly")] = None
    payments: Annotated[PaymentsText | None, Field(description="Who pays whom while it stands")] = None
    parameters: Annotated[dict[str, ParameterText], Field(description="Numbers of its own")] = {}
