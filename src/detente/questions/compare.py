"""How does it compare: situations of one case, or cases, side by side.

For each side (:mod:`detente.questions.sides`): the levels of its factors, the chance of each outcome by the horizon,
and what each actor would gain by the case's deal. An actor who must agree and loses blocks; one who
neither gains nor loses to speak of (:mod:`detente.questions.agreement`) is told as indifferent. Where all gain the deal
is in the zone of agreement. The head line sets the sides where all gain against those where somebody blocks:
whose gain turns, and whose veto there is here and not there.

What has the same name on two sides stands in one row: actors, outcomes, factors. That is all that makes them alike. Of
one case the draws are the same on every side, so differences can be told draw by draw; of different cases they are not,
and payoffs are each case's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table, unsolved
from detente.questions.asked import Asking, ends, months_of, provenance, situation_of
from detente.questions.difference import turning
from detente.questions.rehearsal import staged
from detente.questions.sides import TERMS, Side, side
from detente.scenario.model import Scenario
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    import altair as alt
    import xarray as xr

    from detente.scenario.model import Situation


@dataclass(frozen=True, eq=False)
class Compare(Answer):
    """The answer: the sides, and how many months ahead they were asked."""

    sides: tuple[Side, ...]
    months: int

    @property
    def one_case(self) -> bool:
        """Whether all sides are situations of one case, and so share their draws."""
        return len({_key(one.scenario) for one in self.sides}) == 1

    @property
    def draws(self) -> int:
        """How many draws each side has."""
        return len(self.sides[0].gains) - 1

    @cached_property
    def alike(self) -> np.ndarray:
        """(D,) bool, of one case: whether the sides on which all gain are those of the likely numbers."""
        agreed = np.stack([one.agreed for one in self.sides])
        return np.asarray((agreed[:, 1:] == agreed[:, :1]).all(axis=0))

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """Who must agree somewhere, those of several sides first."""
        return _shared((one.scenario.actors[i].name for i in one.must) for one in self.sides)

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that two sides or more have by name, those of all sides first; then the deal's terms."""
        named = [[outcome.name for outcome in one.scenario.outcomes] for one in self.sides]
        several = [name for name in _shared(named) if sum(name in each for each in named) > 1]
        return (*several, *([TERMS] if any(one.chance_of(TERMS) is not None for one in self.sides) else ()))

    @cached_property
    def alone(self) -> dict[str, tuple[str, ...]]:
        """Side -> its outcomes that no other side has."""
        return {
            one.label: tuple(outcome.name for outcome in one.scenario.outcomes if outcome.name not in self.outcomes)
            for one in self.sides
        }

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """The factors of several sides whose levels differ, and of cases also those alike; those of all sides first."""
        named = [[factor.name for factor in one.scenario.factors] for one in self.sides]
        several = [name for name in _shared(named) if sum(name in each for each in named) > 1]
        if not self.one_case:
            return tuple(several)
        return tuple(name for name in several if len({one.level(name) for one in self.sides}) > 1)

    @cached_property
    def common(self) -> tuple[int, int]:
        """How many factor names all sides have, and how many there are in all."""
        named = [{factor.name for factor in one.scenario.factors} for one in self.sides]
        return len(set.intersection(*named)), len(set.union(*named))

    @cached_property
    def data(self) -> xr.Dataset:
        """Labelled arrays; dimensions draw, side, actor, outcome, factor; nan or '' where a side has none."""
        import xarray as xr

        actors = tuple(dict.fromkeys(actor.name for one in self.sides for actor in one.scenario.actors))
        outcomes = tuple(dict.fromkeys(name for one in self.sides for name in one.asked))
        factors = tuple(dict.fromkeys(factor.name for one in self.sides for factor in one.scenario.factors))
        gone = np.full(self.draws + 1, np.nan)
        gain = np.array([[_or(one.gain(name), gone) for name in actors] for one in self.sides])
        chance = np.array([[_or(one.chance_of(name), gone) for name in outcomes] for one in self.sides])
        return xr.Dataset(
            {
                "central_gain": (("side", "actor"), gain[:, :, 0]),
                "gain": (("draw", "side", "actor"), np.moveaxis(gain[:, :, 1:], 2, 0)),
                "central_chance": (("side", "outcome"), chance[:, :, 0]),
                "chance": (("draw", "side", "outcome"), np.moveaxis(chance[:, :, 1:], 2, 0)),
                "holding": (("side", "outcome"),
                            [[name in one.asked and one.holds(name) for name in outcomes] for one in self.sides]),
                "must": (("side", "actor"),
                         [[name in {one.scenario.actors[i].name for i in one.must} for name in actors]
                          for one in self.sides]),
                "central_agreed": (("side",), [bool(one.agreed[0]) for one in self.sides]),
                "agreed": (("draw", "side"), np.stack([one.agreed[1:] for one in self.sides], axis=1)),
                "level": (("side", "factor"), [[one.level(name) or "" for name in factors] for one in self.sides]),
            },
            coords={"draw": np.arange(self.draws), "side": [one.label for one in self.sides], "actor": list(actors),
                    "outcome": list(outcomes), "factor": list(factors)},
        )  # fmt: skip

    def caution(self) -> str:
        """Of each side whose likely numbers have no solution."""
        made = self.provenance()["sides"]
        return " ".join(f"{label}: {said}" for label, each in made.items() if (said := unsolved(each)))

    def paragraph(self) -> str:
        """Why here and not there, who blocks where, how far the chances lie apart, and what differs."""
        from detente.questions.compare_words import paragraph

        return paragraph(self)

    def findings(self) -> list[Finding]:
        """The head line, each side's deal with who blocks it, the chances of the same name, what differs."""
        from detente.questions.compare_words import found

        return found(self)

    def table(self) -> Table:
        """A column a side: the deal and who gains by it, chances, factors."""
        from detente.questions.compare_words import table

        return table(self)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """What each who must agree would gain, and the chances, side by side."""
        from detente.questions.compare_picture import picture

        return picture(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made, side by side."""
        made = {one.label: provenance(one.ensemble, situation=one.situation.name, since=str(one.situation.date),
                                      months=self.months, deal=one.deal) for one in self.sides}  # fmt: skip
        first = next(iter(made.values()))
        return {
            "title": "; ".join(dict.fromkeys(str(each["title"]) for each in made.values())),
            "case": ", ".join(dict.fromkeys(str(each["case"]) for each in made.values())),
            "months": self.months,
            "draws": first["draws"],
            "seed": first["seed"],
            "version": VERSION,
            "certified": int(all(each["certified"] for each in made.values())),
            "sides": made,
        }

    def details(self) -> dict[str, Any]:
        """All of every side."""
        return {"sides": {one.label: self._side(one) for one in self.sides}, "factors_of_all": self.common}

    def _side(self, one: Side) -> dict[str, Any]:
        must = {one.scenario.actors[i].name for i in one.must}
        gains = {
            actor.name: {"gain": gain[0], "range": ends(gain[1:]), "must_agree": actor.name in must,
                         "gains_in_draws": int((gain[1:] > 0).sum())}
            for actor in one.scenario.actors if (gain := one.gain(actor.name)) is not None
        }  # fmt: skip
        chances = {
            name: {"chance": chance[0], "range": ends(chance[1:]), "holds_already": one.holds(name)}
            for name in one.asked
            if (chance := one.chance_of(name)) is not None
        }
        return {
            "case": one.scenario.name,
            "situation": one.situation.name,
            "deal": one.deal,
            "standing": one.standing,
            "all_gain": bool(one.agreed[0]),
            "all_gain_in_draws": int(one.agreed[1:].sum()),
            "turns": turning(one.ensemble, one.agreed[1:] == one.agreed[0]) if one.standing == "open" else None,
            "blockers": [actor.name for actor in one.blockers()],
            "indifferent": [actor.name for actor in one.indifferent()],
            "gains": gains,
            "chances": chances,
            "levels": {factor.name: one.level(factor.name) for factor in one.scenario.factors},
        }


@staged
def compare(
    scenarios: Scenario | Sequence[Scenario],
    situations: Sequence[str | None] | None = None,
    *,
    months: int | None = None,
    asking: Asking | None = None,
) -> Compare:
    """Situations of one case, or cases, side by side.

    One scenario: its ``situations`` of these names, by default all in the order of time. Several: each at the situation
    named in its place; by default (None) the first of the two that the case asks about, or its last. ``months``: by
    default as the first case has it. DetenteError for unknown names, and where there are no two sides.
    """
    cases = [scenarios] if isinstance(scenarios, Scenario) else scenarios
    if not isinstance(cases, Sequence) or not all(isinstance(one, Scenario) for one in cases):
        raise DetenteError("compare takes cases; get each by case('korea') or load('border.yaml').")
    pairs, ahead = chosen(cases, situations), months_of(cases[0], months)
    how = asking or Asking()
    solved = {
        key: how.solved(scenario) for key, scenario in {_key(scenario): scenario for scenario, _ in pairs}.items()
    }
    labels = _labels(pairs)
    sides = [side(label, solved[_key(scenario)], situation, ahead)
             for label, (scenario, situation) in zip(labels, pairs, strict=True)]  # fmt: skip
    return Compare(tuple(sides), ahead)


def chosen(
    scenarios: Sequence[Scenario], situations: Sequence[str | None] | None = None
) -> list[tuple[Scenario, Situation]]:
    """The sides: each a case and one of its situations; DetenteError as above."""
    if not scenarios:
        raise DetenteError("There is nothing to compare; name a case, or several.")
    if len(scenarios) == 1:
        only = scenarios[0]
        if situations is None:
            found = sorted(only.situations, key=lambda each: each.date.ordinal)
        else:
            found = [only.situation(name) if name else _usual(only) for name in situations]
        pairs = [(only, situation) for situation in found]
    elif situations is not None and len(situations) != len(scenarios):
        raise DetenteError(f"{len(scenarios)} cases are compared, and {len(situations)} situations are given for them.")
    else:
        wanted = situations or [None] * len(scenarios)
        pairs = [(one, one.situation(name) if name else _usual(one))
                 for one, name in zip(scenarios, wanted, strict=True)]  # fmt: skip
    seen: set[tuple[tuple[str, str], str]] = set()
    for scenario, situation in pairs:
        if (key := (_key(scenario), situation.name)) in seen:
            raise DetenteError(f"{scenario.name} at {situation.name} stands on two sides; name another situation.")
        seen.add(key)
    if len(pairs) < 2:
        raise DetenteError(
            f"Nothing to compare {pairs[0][1].name} with; name another situation, or another case."
            if pairs
            else "There is nothing to compare; name two situations, or two cases."
        )
    return pairs


def _usual(scenario: Scenario) -> Situation:
    """The situation before the settlement: the first of the two that the case asks about, or its last."""
    return situation_of(scenario, scenario.ask.between[0] if scenario.ask.between else None)


def _key(scenario: Scenario) -> tuple[str, str]:
    return scenario.name, scenario.text


def _labels(pairs: list[tuple[Scenario, Situation]]) -> list[str]:
    """'2012-04' where all are of one case; 'korea', or 'korea 2012-04' where a case stands on two sides."""
    if len({_key(scenario) for scenario, _ in pairs}) == 1:
        return [situation.name for _, situation in pairs]
    names = [scenario.name for scenario, _ in pairs]
    labels = [f"{scenario.name} {situation.name}" if names.count(scenario.name) > 1 else scenario.name
              for scenario, situation in pairs]  # fmt: skip
    return [f"{label} ({labels[: n + 1].count(label)})" if labels.count(label) > 1 else label
            for n, label in enumerate(labels)]  # fmt: skip


def _shared(named: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All names, those of most sides first, else in the order in which they stand."""
    lists = [tuple(each) for each in named]
    names = dict.fromkeys(name for each in lists for name in each)
    return tuple(sorted(names, key=lambda name: -sum(name in each for each in lists)))


def _or(values: np.ndarray | None, gone: np.ndarray) -> np.ndarray:
    return gone if values is None else values
