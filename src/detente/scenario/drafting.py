"""An agreement written out in the ordinary language: one factor more, and the actions, rules and interests around it.

Let F be the factor, K_p what party p keeps, and D_p the test that this is due: ``F > step_k`` where k is p's last step,
``F is not none`` where the agreement has no steps, F at a standing level where it has steps and none is p's.

    sign      F is none and `when` (and every K_p where signing changes nothing)  ->  `then`, F at its next level
    a step    at F is step_k, when the action named there takes effect            ->  F at its next level
    leave     F is not none                                                       ->  `leave`, F is none
    seen      D_p and not K_p, at the rate `seen`                                 ->  `breach`, F is none
    mistaken  D_p and K_p, at the rate `errs`                                     ->  `breach`, F is none
    paid      -size a month to the payer, worth * size to the receiver, while F stands at that size

The next level is the next step that has something to do, and standing after the last: a step whose taker keeps its
terms already, or whose sure levels hold already, is passed over. All effects read the state before. Nothing ends the
agreement when a term is broken: it stands until that is seen, or somebody leaves.

What is written out carries the marks of the agreement's lines, so that whatever is found wrong with it is told there.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detente.scenario.agreed_names import NONE, leaving, mistake, outcome_of, sighting, signings
from detente.source import Mark, Source

if TYPE_CHECKING:
    from detente.scenario.agreement import Agreement
    from detente.scenario.model import Action, Scenario
    from detente.source import Steps

_EVEN = "1 / (1 + 1)"  # the usual lean, written so that it is no number without a range


def draft(scenario: Scenario, source: Source, agreement: Agreement) -> Source:
    """The scenario's file as if the agreement had been written into it as factor, actions, rules and interests."""
    return _Draft(scenario, source, agreement).written()


def paid_to(name: str) -> str:
    """The interest of an agreement's receiver, and of its payer."""
    return f"{name}: payments"


@dataclass
class _Draft:
    scenario: Scenario
    source: Source
    agreement: Agreement

    def __post_init__(self) -> None:
        self.data: dict[str, Any] = copy.deepcopy(self.source.data)
        self.data.pop("agreements", None)
        self.keys, self.values = dict(self.source.keys), dict(self.source.values)
        self.own: Steps = ("agreements", self.agreement.name)
        self.factor, self.text = self.agreement.factor, self.agreement.text
        self.names = [actor.name for actor in self.scenario.actors]

    def written(self) -> Source:
        """The whole file."""
        one = self.agreement
        title = self.data.get("title") or self.scenario.title
        self.data["title"] = f"{title}, with the agreement {one.name!r}"
        self.values.pop(("title",), None)
        about = self.text.about or f"The agreement {one.name!r}"
        self.put(("factors", self.factor), {"levels": list(one.levels), "about": about, "claims": list(one.claims)})
        for name in self.text.parameters:
            raw = self.source.data["agreements"][one.name]["parameters"][name]
            self.put(("parameters", name), raw, "parameters", name, copied=True)
        for situation in self.data["situations"]:
            self.put(("situations", situation, self.factor), NONE)
        self._steps()
        for actor in one.weight:
            self._sign(actor)
        for actor in one.leave_weight:
            self._leave(actor)
        for actor in one.keeps:
            self._watch(actor)
        self._pay()
        self.put(("outcomes", outcome_of(one.name)), {"when": self._stands(), "about": about})
        return replace(self.source, data=self.data, keys=self.keys, values=self.values)

    # tests

    def _keeps(self, actor: int) -> str:
        return f"({self.text.keeps[self.names[actor]]})"

    def _stands(self) -> str:
        return f"{self.factor} >= {self.agreement.standing[0]}"

    def _due(self, actor: int) -> str:
        """The test that what a party keeps is due."""
        own = [at for at, step in enumerate(self.agreement.steps, 1) if self.scenario.actions[step].actor == actor]
        if own:
            return f"{self.factor} > step_{own[-1]}"
        return self._stands() if self.agreement.steps else f"{self.factor} is not {NONE}"

    def _next(self, done: int, standing: str, taken: Action | None = None) -> str:
        """The level after so many steps, the last of them just ``taken``: the next that has something to do."""
        steps = self.agreement.steps
        if done == len(steps):
            return standing
        idle = self._idle(self.scenario.actions[steps[done]], taken)
        if not idle:
            return f"step_{done + 1}"
        return f"({self._next(done + 1, standing, taken)} if {idle} else step_{done + 1})"

    def _idle(self, step: Action, taken: Action | None) -> str:
        """The test that a step has nothing to do: its taker keeps its terms, or all is set that it surely sets.

        It reads the state before ``taken``, so what that changes is either known from it or counts as still to do.
        """
        moved = {factor for branch in taken.branches for factor in branch.effects} if taken else set[int]()
        known = _sure(self.scenario, taken) if taken else {}
        tests = []
        if step.actor in self.agreement.keeps and moved.isdisjoint(self.agreement.keeps[step.actor].factors):
            tests.append(self._keeps(step.actor))
        sets = _sure(self.scenario, step)
        if sets and all(known.get(factor) == level for factor, level in sets.items() if factor in moved):
            rest = [f"{self.scenario.factors[at].name} is {level}" for at, level in sets.items() if at not in moved]
            tests.append(f"({' and '.join(rest) or 'true'})")
        return " or ".join(tests)

    # entries

    def _steps(self) -> None:
        standing, found = self.agreement.standing[0], dict[int, list[int]]()
        for at, step in enumerate(self.agreement.steps, 1):
            found.setdefault(step, []).append(at)
        for step, stages in found.items():
            action = self.scenario.actions[step]
            effect = self.factor
            for at in reversed(stages):
                effect = f"{self._next(at, standing, action)} if {self.factor} is step_{at} else {effect}"
            path = ("actions", self.names[action.actor], action.name, "then")
            self._room(*path)
            self.put((*path, self.factor), effect, "steps", stages[0] - 1)

    def _sign(self, actor: int) -> None:
        one, text = self.agreement, self.text
        names = signings(self.factor, one.levels, len(one.steps))
        for action, standing in zip(names, one.standing, strict=True):
            guard = [f"{self.factor} is {NONE}"]
            guard += [f"({text.when})"] if text.when is not None else []
            guard += [self._keeps(party) for party in one.keeps] if not (text.then or text.steps) else []
            path = ("actions", self.names[actor], action)
            self._room(*path[:2])
            self.put(path, {"about": f"Put forward the agreement {one.name!r}", "claims": list(one.claims)})
            self.put((*path, "when"), " and ".join(guard), "when")
            self.put((*path, "then"), dict(text.then), "then", copied=True)
            self.put((*path, "then", self.factor), self._next(0, standing), "steps")
            self._number((*path, "weight"), text.weight, actor, "1", "weight")
            self._needs((*path, "needs"), actor)

    def _needs(self, path: Steps, actor: int) -> None:
        """The consents that are asked when one puts it forward: of the other parties, then of others."""
        one, text = self.agreement, self.text
        parties = [party for party in one.parties if party != actor]
        others = [consent.actor for consent in one.consent if consent.actor != actor]
        if "lean" not in text.model_fields_set and not isinstance(text.needs, dict):
            self.put(path, [self.names[asked] for asked in (*parties, *others)], "parties")
            return
        self.put(path, {}, "lean")
        for party in parties:
            self._number((*path, self.names[party]), text.lean, party, _EVEN, "lean")
        for other in others:
            name = self.names[other]
            lean = text.needs[name] if isinstance(text.needs, dict) else _EVEN
            self.put((*path, name), lean, "needs", name, copied=isinstance(text.needs, dict))

    def _leave(self, actor: int) -> None:
        one, text, leave = self.agreement, self.text, self.text.leave
        path = ("actions", self.names[actor], leaving(self.factor))
        self._room(*path[:2])
        self.put(path, {"about": f"Leave the agreement {one.name!r} openly", "when": f"{self.factor} is not {NONE}"})
        self.put((*path, "then"), dict(leave.then) if leave else {}, "leave", "then", copied=True)
        self.put((*path, "then", self.factor), NONE, "leave")
        if leave is not None and leave.weight is not None:
            self._number((*path, "weight"), leave.weight, actor, "1", "leave", "weight")
        else:
            self._number((*path, "weight"), text.weight, actor, "1", "weight")
        self._cost(path, leave.cost if leave else {}, actor, "leave")

    def _watch(self, actor: int) -> None:
        one, name, watched = self.agreement, self.names[actor], self.text.verified
        if watched is None:
            return
        kinds = (
            ("seen", one.seen, watched.seen, sighting(name, one.name), "not "),
            ("errs", one.errs, watched.errs, mistake(name, one.name), ""),
        )
        for key, rates, given, about, negation in kinds:
            if actor not in rates or rates[actor].text in ("0", "0.0"):
                continue
            self._room("chance", kind=list)
            at: Steps = ("chance", len(self.data["chance"]))
            like = ("verified", key)
            self.put(at, {"about": about, "claims": list(one.claims)}, *like)
            self.put((*at, "when"), f"{self._due(actor)} and {negation}{self._keeps(actor)}", "keeps", name)
            self._number((*at, "rate"), given, actor, "0", *like)
            breach = self.text.breach
            self.put((*at, "then"), dict(breach.then) if breach else {}, "breach", "then", copied=True)
            self.put((*at, "then", self.factor), NONE, *like)
            self._cost(at, breach.cost if breach else {}, actor, "breach")

    def _pay(self) -> None:
        one, text = self.agreement.payments, self.text.payments
        if one is None or text is None:
            return
        flow = "0"
        for size, level in reversed(list(zip(text.sizes, self.agreement.standing, strict=True))):
            flow = f"({size} if {self.factor} is {level} else {flow})"
        about = f"Paid under the agreement {self.agreement.name!r}"
        for actor, value in (
            (one.payer, f"-{flow}"),
            (one.receiver, f"({text.worth}) * {flow}" if one.worth.text != "1" else flow),
        ):
            self._room("interests", self.names[actor])
            path = ("interests", self.names[actor], paid_to(self.agreement.name))
            self.put(path, {"value": value, "about": about}, "payments", "sizes")

    def _cost(self, path: Steps, cost: dict[str, str], actor: int, key: str) -> None:
        name = self.names[actor]
        if name in cost:
            self.put((*path, "cost"), {name: cost[name]}, key, "cost", copied=True)

    def _number(self, path: Steps, given: str | dict[str, str], actor: int, default: str, *like: str) -> None:
        """A number that is one for all actors, or one for each."""
        if isinstance(given, str):
            given = _EVEN if given == "0.5" and like == ("lean",) else given
            self.put(path, given, *like, copied=like[0] in self.text.model_fields_set)
        else:
            name = self.names[actor]
            self.put(path, given.get(name, default), *like, name, copied=name in given)

    # data and marks

    def _room(self, *path: str, kind: type = dict) -> None:
        """Make the mappings (at last a list, if asked) of a path where they are missing."""
        here = self.data
        for step in path:
            if step not in here:
                here[step] = kind() if step == path[-1] else {}
            here = here[step]

    def put(self, path: Steps, value: Any, *like: str | int, copied: bool = False) -> None:
        """Put a value at a path, marked as what stands at ``like`` of the agreement, or nearest to it.

        ``copied``: the value is what stands there, as written.
        """
        here: Any = self.data
        for step in path[:-1]:
            here = here[step]
        if isinstance(here, list):
            here.append(copy.deepcopy(value))
        else:
            here[path[-1]] = copy.deepcopy(value)
        self._mark(path, value, (*self.own, *like), copied)

    def _mark(self, path: Steps, value: Any, like: Steps, copied: bool) -> None:
        near = like
        while near not in self.source.keys and near not in self.source.values:
            near = near[:-1]
        key = self.source.keys.get(near) or self.source.values[near]
        self.keys[path] = key
        if isinstance(value, (dict, list)):
            self.values[path] = Mark(key.start, key.end)
            for step, part in value.items() if isinstance(value, dict) else enumerate(value):
                self._mark((*path, step), part, (*like, step), copied)
            return
        mark = self.source.values.get(like)
        if mark is None or mark.text is None or not copied:
            span = mark if mark is not None and mark.text is not None else key
            mark = Mark(span.start, span.end, str(value), span.style)
        self.values[path] = mark


def _sure(scenario: Scenario, action: Action) -> dict[int, str]:
    """The factors that an action sets to a level, whatever the state and however it turns out."""
    return {
        factor: effect.text
        for factor, effect in action.branches[0].effects.items()
        if effect.text in scenario.factors[factor].levels
        and all(branch.effects.get(factor) == effect for branch in action.branches)
    }
