"""A scenario read a second time, slowly and plainly, to check the compiled game against.

Dictionaries and floats; nothing of detente. A state is a tuple of level names in the order of the
file's factors. The equations are those of the design, written as they stand there:

    D_r(s, a)   = Q_r(s, a, accepted) - Q_r(s, a, refused)
    yes_r(s, a) = l exp(lam_r D_r) / (l exp(lam_r D_r) + 1 - l)
    Q_i(s, a)   = -asking_i + Y [pay_i + sum_o P(o | s, a) V_i(next(s, a, o))] + (1 - Y) V_i(refused(s, a))
    pi_m(a | s) = w_a exp(lam_m Q_m(s, a)) / sum_b w_b exp(lam_m Q_m(s, b))
    G_i(s) = u_i - rho_i V_i + sum_m r_m sum_a pi_m(a | s) (Q_i(s, a) - V_i) + sum_c h_c(s) E [V_i(next(s, c)) - V_i]
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests import plain_formula

State = tuple[str, ...]
Data = dict[str, Any]


@dataclass
class Reading:
    """A scenario's plain data, or its text, and numbers for its parameters (the likely ones, if none are given)."""

    data: Data
    numbers: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, **numbers: float) -> Reading:
        return cls(yaml.safe_load(text), numbers)

    def __post_init__(self) -> None:
        self.parameters: Data = self.data.get("parameters", {})
        self.numbers = {**{name: entry["likely"] for name, entry in self.parameters.items()}, **self.numbers}
        self.actors = list(self.data["actors"])
        self.factors = list(self.data["factors"])
        self.levels = {name: entry.get("levels") or entry["kinds"] for name, entry in self.data["factors"].items()}
        self.scales = {name: (levels, self._scores(name)) for name, levels in self.levels.items()}
        self.ranges = {name: [entry["low"], entry["high"]] for name, entry in self.parameters.items()}
        for what_if in self.data.get("what_if", {}).values():
            for name in set(self.ranges) & set(what_if.get("set", {})):
                self.ranges[name] = [f(*self.ranges[name], what_if["set"][name]) for f in (min, max)]
        self.actions = {
            (actor, name): action for actor, own in self.data.get("actions", {}).items() for name, action in own.items()
        }
        self.rules = {rule["about"]: rule for rule in self.data.get("chance", [])}

    def _scores(self, factor: str) -> list[float]:
        count = len(self.levels[factor])
        return self.data["factors"][factor].get("scores") or [at / max(1, count - 1) for at in range(count)]

    # --- formulas

    def value(self, text: Any, state: State, numbers: dict[str, float] | None = None) -> Any:
        """A formula's number or truth value in a state."""
        return plain_formula.value(text, self.named(state), numbers or self.numbers, self.scales)

    def named(self, state: State) -> dict[str, str]:
        return dict(zip(self.factors, state, strict=True))

    def can_be_above_zero(self, text: Any, state: State) -> bool:
        """Over the ranges of the parameters, tried at every combination of their ends."""
        used = [name for name in plain_formula.names(text) if name in self.ranges]
        corners = itertools.product(*(self.ranges[name] for name in used))
        return any(self.value(text, state, {**self.numbers, **dict(zip(used, c, strict=True))}) > 0 for c in corners)

    # --- steps

    def open(self, step: Data, state: State) -> bool:
        return bool(self.value(step.get("when", True), state))

    def after(self, effects: Data, state: State) -> State:
        return tuple(
            plain_formula.level(effects[name], name, self.named(state), self.scales) if name in effects else level
            for name, level in zip(self.factors, state, strict=True)
        )

    def branches(self, step: Data) -> list[tuple[list[Any], Data]]:
        """(formulas whose product is the chance, effects), the alternatives first; '1 - ...' for what remains."""
        base = step.get("then", {})
        ways = [([way["p"]], {**base, **way["then"]}) for way in step.get("chance", [])]
        rest = ["1" + "".join(f" - ({way['p']})" for way in step.get("chance", []))]
        found = []
        for chances, effects in [*ways, (rest, base)]:
            spread = [
                [(level, chance) for level, chance in effect.items()] if isinstance(effect, dict) else [(effect, 1)]
                for effect in effects.values()
            ]
            for picked in itertools.product(*spread):
                levels = dict(zip(effects, (level for level, _ in picked), strict=True))
                found.append(([*chances, *(chance for _, chance in picked)], levels))
        return found

    def outcomes(self, step: Data, state: State, numbers: dict[str, float] | None = None) -> dict[State, float]:
        """Where the step leads from here, and with which chance."""
        found: dict[State, float] = {}
        for chances, effects in self.branches(step):
            after = self.after(effects, state)
            found[after] = found.get(after, 0.0) + math.prod(self.value(chance, state, numbers) for chance in chances)
        return found

    def following(self, step: Data, state: State) -> list[State]:
        """The states to which the step can lead at some numbers within their ranges."""
        if not self.open(step, state) or ("about" in step and not self.can_be_above_zero(self.rate_text(step), state)):
            return []
        found = [
            self.after(effects, state)
            for chances, effects in self.branches(step)
            if all(self.can_be_above_zero(chance, state) for chance in chances)
        ]
        return found + ([self.after(step["refused"], state)] if step.get("needs") and step.get("refused") else [])

    def rate_text(self, rule: Data) -> Any:
        return rule["rate"] if "rate" in rule else 1 / int(str(rule["every"]).split()[0])

    # --- states

    def situation(self, name: str) -> State:
        entry = self.data["situations"][name]
        base = dict(zip(self.factors, self.situation(entry["like"]), strict=True)) if "like" in entry else {}
        return tuple(str(entry.get(factor, base.get(factor))) for factor in self.factors)

    def allowed(self, state: State) -> bool:
        return not any(self.value(condition, state) for condition in self.data.get("never", []))

    def starts(self) -> set[State]:
        """Situations, their mixtures by forces, deals, what-ifs; what `never` excludes left out."""
        situations = [self.situation(name) for name in self.data["situations"]]
        found = set(situations)
        for one, other in itertools.permutations(situations, 2):
            for taken in _subsets(self.force_groups()):
                named = {factor for group in taken for factor in group}
                mixed = zip(self.factors, one, other, strict=True)
                found.add(tuple(there if factor in named else here for factor, here, there in mixed))
        if deals := self.data.get("deals"):
            terms = {name: self.levels[name] if levels == "all" else levels for name, levels in deals["terms"].items()}
            packages = [dict(zip(terms, picked, strict=True)) for picked in itertools.product(*terms.values())]
            for package in [*packages, *deals.get("named", {}).values()]:
                for state in situations:
                    found.add(self.changed(state, {**deals.get("also", {}), **package}))
        for what_if in self.data.get("what_if", {}).values():
            found.add(self.changed(self.situation(what_if["from"]), what_if.get("set", {})))
        return {state for state in found if self.allowed(state)}

    def force_groups(self) -> list[list[str]]:
        groups, free = [], set(self.factors)
        for factors in self.data.get("forces", {}).values():
            groups.append([factor for factor in factors if factor in free])
            free -= set(factors)
        return [*groups, sorted(free)]

    def changed(self, state: State, levels: Data) -> State:
        return tuple(levels.get(factor, level) for factor, level in zip(self.factors, state, strict=True))

    def states(self) -> set[State]:
        """All that can come about, by breadth-first search."""
        seen = self.starts()
        fresh = list(seen)
        while fresh:
            reached = {
                after
                for state in fresh
                for step in [*self.actions.values(), *self.rules.values()]
                for after in self.following(step, state)
            }
            fresh = [state for state in reached - seen if self.allowed(state)]
            seen |= set(fresh)
        return seen

    def breaches(self) -> bool:
        """Whether `never` excludes a situation, a what-if, or a state to which a step from a possible state leads."""
        what_ifs = self.data.get("what_if", {}).values()
        named = [self.situation(name) for name in self.data["situations"]]
        named += [self.changed(self.situation(entry["from"]), entry.get("set", {})) for entry in what_ifs]
        if not all(self.allowed(state) for state in named):
            return True
        steps = [*self.actions.values(), *self.rules.values()]
        return any(
            not self.allowed(after) for s in self.states() for step in steps for after in self.following(step, s)
        )

    # --- the game

    def payoffs(self, entries: Data, state: State) -> list[float]:
        return [float(self.value(entries.get(actor, 0), state)) for actor in self.actors]

    def pay(self, step: Data, state: State) -> list[float]:
        gains, costs = self.payoffs(step.get("gain", {}), state), self.payoffs(step.get("cost", {}), state)
        return [gain - cost for gain, cost in zip(gains, costs, strict=True)]

    def leans(self, action: Data) -> Data:
        needs = action.get("needs", {})
        return needs if isinstance(needs, dict) else dict.fromkeys(needs, 0.5)

    def own(self, actor: str, key: str) -> float:
        """An actor's tempo, discount or precision."""
        return float(plain_formula.value(self.data["actors"][actor][key], {}, self.numbers, {}))

    def rate(self, rule: Data, state: State) -> float:
        return float(self.value(self.rate_text(rule), state)) if self.open(rule, state) else 0.0

    def transitions(self, state: State) -> dict[tuple[str, State], float]:
        """(rule, next state) -> rate a month, for what changes the state."""
        found: dict[tuple[str, State], float] = {}
        for name, rule in self.rules.items():
            rate = self.rate(rule, state)
            for after, chance in self.outcomes(rule, state).items() if rate > 0 else ():
                if after != state and rate * chance > 0:
                    found[name, after] = rate * chance
        return found

    def interests(self, state: State) -> dict[tuple[str, str], float]:
        """(actor, interest) -> payoff a month."""
        return {
            (actor, name): float(self.value(entry["value"] if isinstance(entry, dict) else entry, state))
            for actor, own in self.data.get("interests", {}).items()
            for name, entry in own.items()
        }

    def flow(self, state: State) -> list[float]:
        total = dict.fromkeys(self.actors, 0.0)
        for (actor, _), value in self.interests(state).items():
            total[actor] += value
        for rule in self.rules.values():
            if self.open(rule, state):
                for actor, value in zip(self.actors, self.pay(rule, state), strict=True):
                    total[actor] += self.rate(rule, state) * value
        return list(total.values())

    def play(self, state: State, values: dict[State, list[float]]) -> Play:
        """What each actor does in a state when everybody expects these values."""
        play = Play()
        for mover in self.actors:
            m, lam = self.actors.index(mover), self.own(mover, "precision")
            terms, total = [(1.0, values[state])], 0.0
            acts = [key for key in self.actions if key[0] == mover and self.open(self.actions[key], state)]
            for key in acts:
                play.q[key], play.yes[key] = self.worth(self.actions[key], state, values)
                terms.append((float(self.value(self.actions[key].get("weight", 1), state)), play.q[key]))
            top = max(lam * q[m] for _, q in terms)
            total = sum(weight * math.exp(lam * q[m] - top) for weight, q in terms)
            for key, (weight, q) in zip(acts, terms[1:], strict=True):
                play.chance[key] = weight * math.exp(lam * q[m] - top) / total
            play.waits[mover] = math.exp(lam * values[state][m] - top) / total
            play.inclusive[mover] = (top + math.log(total / sum(weight for weight, _ in terms))) / lam
        return play

    def worth(
        self, action: Data, state: State, values: dict[State, list[float]]
    ) -> tuple[list[float], dict[str, float]]:
        """Q by actor, and each consenter's chance of yes."""
        accepted = self.pay(action, state)
        for after, chance in self.outcomes(action, state).items():
            if chance > 0:
                accepted = [a + chance * v for a, v in zip(accepted, values[after], strict=True)]
        leans = self.leans(action)
        refused = values[self.after(action.get("refused", {}), state) if leans else state]
        yes = {}
        for actor, lean in leans.items():
            r = self.actors.index(actor)
            odds = self.value(lean, state) * math.exp(self.own(actor, "precision") * (accepted[r] - refused[r]))
            yes[actor] = odds / (odds + 1 - self.value(lean, state))
        y = math.prod(yes.values())
        asking = self.payoffs(action.get("asking", {}), state)
        return [-k + y * a + (1 - y) * v for k, a, v in zip(asking, accepted, refused, strict=True)], yes

    def residual(self, state: State, values: dict[State, list[float]]) -> list[float]:
        """G by actor."""
        here, play = values[state], self.play(state, values)
        found = []
        for i, actor in enumerate(self.actors):
            total = self.flow(state)[i] + math.log(self.own(actor, "discount")) / 12 * here[i]
            for mover in self.actors:
                moves = sum(p * (play.q[key][i] - here[i]) for key, p in play.chance.items() if key[0] == mover)
                if mover == actor and self.data.get("noise") == "shocks":
                    moves = play.inclusive[mover] - here[i]
                total += self.own(mover, "tempo") * moves
            total += sum(rate * (values[after][i] - here[i]) for (_, after), rate in self.transitions(state).items())
            found.append(total)
        return found


@dataclass
class Play:
    """Chances by (actor, action) where open; ``yes`` by consenter; ``inclusive``: the mover's value of its choice."""

    chance: dict[tuple[str, str], float] = field(default_factory=dict)
    yes: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    q: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)
    inclusive: dict[str, float] = field(default_factory=dict)


def _subsets(groups: list[list[str]]) -> list[tuple[list[str], ...]]:
    return [taken for size in range(len(groups) + 1) for taken in itertools.combinations(groups, size)]
