"""Random small whole scenarios, for hypothesis.

``scenarios()`` draws the plain data of a scenario file (what ``yaml.safe_load`` would give), ``scenario_texts()`` the
file itself. They are sure to load: chances stay in [0, 1] over the declared ranges, distributions sum to one, nobody
consents to its own action, and no ``never`` is broken (there is none unless ``with_never`` finds one that holds).
Every part of the language that changes the game is drawn.
"""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

from tests.plain_reading import Reading

ACTORS = ("north", "south", "west")
FACTORS = ("arms", "trust", "office", "talks")
LADDERS = (("low", "high"), ("low", "mid", "high"), ("shut", "ajar", "open"), ("none", "some", "most", "all_of"))
KINDS = (("hawk", "dove"), ("hawk", "dove", "owl"), ("left", "right"))
PARAMETERS: dict[str, tuple[float, float]] = {  # the widest range of each
    "luck": (0.0, 0.45),
    "skill": (0.0, 0.45),
    "drift": (0.0, 0.2),
    "worth": (-3.0, 3.0),
    "pain": (0.1, 3.0),
    "ease": (0.1, 0.9),
    "keenness": (0.1, 2.0),
    "sense": (0.1, 0.6),
}


def scenario_texts(**options: Any) -> st.SearchStrategy[str]:
    """YAML texts; options as for ``scenarios``."""
    return scenarios(**options).map(text_of)


def text_of(scenario: dict[str, Any]) -> str:
    """A scenario's plain data as a file; what occurs twice is written twice."""
    return yaml.dump(scenario, Dumper=_NoAliases, sort_keys=False, allow_unicode=True, width=200)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@st.composite
def scenarios(draw: st.DrawFn, *, with_never: bool = True, noise: str | None = None) -> dict[str, Any]:
    """The plain data of a scenario with 2 or 3 actors and 2 to 4 factors, at most a few dozen states."""
    words = _Words(draw)
    found: dict[str, Any] = {
        "format": "detente/1",
        "title": "A dispute",
        "unit": "month",
        "noise": noise or draw(st.sampled_from(["errors", "shocks"])),
        "actors": {name: words.actor(name) for name in words.actors},
        "factors": words.factors,
        "parameters": words.parameters,
        "actions": {name: words.actions(name) for name in words.actors},
        "chance": [words.rule(number) for number in range(draw(st.integers(0, 3)))],
        "interests": {name: words.interests() for name in words.actors},
        "situations": words.situations(),
    }
    found["actions"] = {name: actions for name, actions in found["actions"].items() if actions}
    found["outcomes"] = words.outcomes(found["actions"])
    if draw(st.booleans()):
        found["forces"] = words.forces()
    if draw(st.booleans()):
        found["deals"] = words.deals()
    if draw(st.booleans()):
        found["what_if"] = {"otherwise": words.what_if(found)}
    if with_never and draw(st.booleans()):
        found = _with_never(found, f"{words.test(0)} and {words.test(0)}")
    return found


def _with_never(scenario: dict[str, Any], condition: str) -> dict[str, Any]:
    """With a combination excluded, where no situation has it and no step leads there; else as it was."""
    excluding = {**scenario, "never": [condition]}
    reading = Reading(excluding)
    return scenario if reading.breaches() else excluding


class _Words:
    """The names of one scenario, and everything that is said with them."""

    def __init__(self, draw: st.DrawFn):
        self.draw = draw
        self.actors = ACTORS[: draw(st.integers(2, 3))]
        self.factors = {name: self.factor() for name in FACTORS[: draw(st.integers(2, 4))]}
        self.parameters = {name: self.parameter(*PARAMETERS[name]) for name in PARAMETERS}

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def flip(self) -> bool:
        return bool(self.draw(st.booleans()))

    def number(self, low: float, high: float) -> float:
        """A number of few digits, so that texts are short."""
        return round(low + (high - low) * self.draw(st.integers(0, 20)) / 20, 4)

    # --- what there is

    def factor(self) -> dict[str, Any]:
        if self.draw(st.integers(0, 3)) == 0:
            return {"kinds": list(self.one(*KINDS))}
        levels = list(self.one(*LADDERS))
        if self.draw(st.integers(0, 3)) == 0:
            return {"levels": levels, "scores": sorted(self.number(-1, 2) for _ in levels)}
        return {"levels": levels}

    def parameter(self, low: float, high: float) -> dict[str, Any]:
        first, second, third = sorted(self.number(low, high) for _ in range(3))
        return {"likely": second, "low": first, "high": third, "unit": "of its own", "basis": "judgement"}

    def actor(self, name: str) -> dict[str, Any]:
        tempo = 0 if name == ACTORS[2] and self.flip() else self.one(1, 0.5, "keenness", "2 * ease")
        return {
            "name": name.title(),
            "tempo": tempo,
            "discount": self.one(0.9, 0.8, "ease", "0.95 - luck / 2"),
            "precision": self.one(0.3, 1, "sense", "sense + drift"),
        }

    def level(self, factor: str) -> str:
        return str(self.one(*self.levels(factor)))

    def levels(self, factor: str) -> list[str]:
        return list(self.factors[factor].get("levels") or self.factors[factor]["kinds"])

    def ordered(self) -> list[str]:
        return [name for name, factor in self.factors.items() if "levels" in factor]

    def plain(self) -> list[str]:
        """Ordered factors whose scores lie in [0, 1]."""
        return [name for name in self.ordered() if "scores" not in self.factors[name]]

    # --- formulas

    def test(self, depth: int = 1) -> str:
        kind = self.draw(st.integers(0, 5 if depth else 2))
        if kind == 3:
            return f"{self.test(0)} {self.one('and', 'or')} {self.test(0)}"
        if kind == 4:
            return f"not ({self.test(0)})"
        if kind == 5 and self.ordered():
            return (
                f"{self.one('2 *', '1 -')} {self.one(*self.ordered())} {self.one('>', '<=', '==')} {self.number(0, 1)}"
            )
        factor = self.one(*self.factors)
        if kind == 2 and factor in self.ordered():
            other = self.one(*[name for name in self.ordered() if self.levels(name) == self.levels(factor)])
            right = other if other != factor and self.flip() else self.level(factor)
            return f"{factor} {self.one('<', '<=', '>', '>=', '==', '!=')} {right}"
        if kind == 1:
            return f"{factor} {self.one('in', 'not in')} ({self.level(factor)}, {self.level(factor)})"
        return f"{factor} {self.one('is', 'is not')} {self.level(factor)}"

    def payoff(self, depth: int = 2) -> str:
        """Any finite number."""
        kind = self.draw(st.integers(0, 6 if depth else 2))
        if kind == 0:
            return f"{self.number(-2, 2)}"
        if kind == 1 or (kind == 2 and not self.ordered()):
            return str(self.one("worth", "pain", "- worth", "luck"))
        if kind == 2:
            return f"{self.one('worth', 'pain', '0.5')} * {self.one(*self.ordered())}"
        one, other = self.payoff(depth - 1), self.payoff(depth - 1)
        return {
            3: f"({one}) + ({other})",
            4: f"({one}) if {self.test()} else ({other})",
            5: f"{self.one('min', 'max')}({one}, {other})",
            6: f"abs({one}) - exp(- abs({other}))",
        }[kind]

    def chance(self) -> str:
        """A number in [0, 0.45]."""
        kind = self.draw(st.integers(0, 4))
        if kind == 3 and self.plain():
            return f"luck * {self.one(*self.plain())}"
        if kind == 4:
            return f"skill if {self.test(0)} else {self.one('0', '0.25', 'luck')}"
        return str(self.one("luck", "skill", 0.25, 0.4))

    def effect(self, factor: str) -> Any:
        ordered = factor in self.ordered()
        kind = self.draw(st.integers(0, 4))
        if kind == 1 and ordered:
            return self.one("+1", "-1", -1)
        if kind == 2:
            other = self.one(factor, self.level(factor), *(["+1"] if ordered else []))
            return f"{self.level(factor)} if {self.test()} else {other}"
        if kind == 3:
            first, *others = self.draw(st.permutations(self.levels(factor)))
            chance = self.chance()
            return {first: chance, others[0]: f"1 - ({chance})"}
        return self.level(factor)

    def effects(self, least: int = 1) -> dict[str, Any]:
        count = self.draw(st.integers(least, 2))
        return {name: self.effect(name) for name in self.draw(st.permutations(list(self.factors)))[:count]}

    # --- steps

    def step(self) -> dict[str, Any]:
        found: dict[str, Any] = {"when": self.test()} if self.flip() else {}
        found["then"] = self.effects()
        if self.draw(st.integers(0, 2)) == 0:
            ways = range(self.draw(st.integers(1, 2)))
            found["chance"] = [{"p": self.chance(), "then": self.effects()} for _ in ways]
        for kind in ("cost", "gain"):
            if self.draw(st.integers(0, 2)) == 0:
                found[kind] = {self.one(*self.actors): self.payoff()}
        return found

    def actions(self, actor: str) -> dict[str, Any]:
        return {f"act{number}": self.action(actor) for number in range(self.draw(st.integers(0, 3)))}

    def action(self, actor: str) -> dict[str, Any]:
        found = self.step()
        others = [name for name in self.actors if name != actor]
        if self.flip():
            found["weight"] = self.one(0.3, 2, 0.001, "keenness", f"keenness if {self.test(0)} else 1")
        if self.flip():
            asked = others[: self.draw(st.integers(1, len(others)))]
            leans = {name: self.one(0.9, 0.5, "ease", f"ease if {self.test(0)} else 0.3") for name in asked}
            found["needs"] = leans if self.flip() else asked
            if self.flip():
                found["refused"] = {
                    name: self.one(self.level(name), f"{self.level(name)} if {self.test()} else {name}")
                    for name in self.draw(st.permutations(list(self.factors)))[:1]
                }
        if self.draw(st.integers(0, 2)) == 0:
            found["asking"] = {self.one(*self.actors): self.payoff(1)}
        return found

    def rule(self, number: int) -> dict[str, Any]:
        found = {"about": f"Event {number}", **self.step()}
        if self.flip():
            return {**found, "every": f"{self.one(12, 48)} months", "next": "2021-0" + str(1 + number)}
        return {**found, "rate": self.one(0.1, "drift", f"drift if {self.test(0)} else 0", "drift * (1 + luck)")}

    # --- payoffs, outcomes, situations and what is asked of them

    def interests(self) -> dict[str, Any]:
        names = ("bread", "guns")[: self.draw(st.integers(0, 2))]
        return {name: {"value": self.payoff()} if self.flip() else self.payoff() for name in names}

    def outcomes(self, actions: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"a state": self.test(), "another state": {"when": self.test()}}
        acts = [f"{actor}.{name}" for actor, own in actions.items() for name in own]
        if acts:
            found["an act"] = " or ".join(acts[: self.draw(st.integers(1, len(acts)))])
        return found

    def situations(self) -> dict[str, Any]:
        first = {"about": "The start", **{name: self.level(name) for name in self.factors}}
        found: dict[str, Any] = {"2020-01": first}
        for number in range(self.draw(st.integers(0, 2))):
            changed = {name: self.level(name) for name in self.factors if self.flip()}
            found[f"later {number}"] = {"date": f"2020-0{number + 2}", "like": "2020-01", **changed}
        return found

    def forces(self) -> dict[str, Any]:
        names = list(self.draw(st.permutations(list(self.factors))))
        cut = self.draw(st.integers(1, len(names)))
        return {"one": names[:1], "two": names[1:cut]} if cut > 1 else {"one": names[:1]}

    def deals(self) -> dict[str, Any]:
        first, second, *_ = self.draw(st.permutations(list(self.factors)))
        package = {first: self.level(first)}
        found = {"parties": list(self.actors[:2]), "terms": {first: "all"}, "also": {second: self.level(second)}}
        return {**found, "named": {"a deal": package}} if self.flip() else found

    def what_if(self, scenario: dict[str, Any]) -> dict[str, Any]:
        name = self.one(*self.factors)
        found: dict[str, Any] = {"from": self.one(*scenario["situations"]), "set": {name: self.level(name)}}
        if self.flip():
            found["set"]["luck"] = self.number(*PARAMETERS["luck"])
        acts = [(actor, name) for actor, own in scenario["actions"].items() for name in own]
        if acts and self.flip():
            actor, act = self.one(*acts)
            found["do"] = {actor: f"not {act}"}
        return found
