"""The answer about deals: the packages with what each is worth to whom, and how they are told.

How it is found stands in :mod:`detente.questions.deals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.graph.words import within
from detente.questions import agreement
from detente.questions import deals_details as details
from detente.questions import deals_words as words
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import provenance
from detente.questions.terms import MONTHS, mean_months
from detente.questions.words import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import altair as alt
    import xarray as xr

    from detente.ensemble.readings import Who
    from detente.ensemble.solve import Ensemble
    from detente.questions.packages import Packages
    from detente.scenario.model import Deals as Negotiable
    from detente.scenario.model import Situation

MOST_SHOWN = 5  # named deals in table and picture
FEW = 2  # terms by which a package differs from a named deal that it is told by


@dataclass(frozen=True)
class Chosen:
    """A package that is looked at closely: a named deal, or one that an arbiter would pick, or the nearest."""

    name: str
    levels: tuple[int, ...]
    state: int
    row: int  # among the packages; -1: a named deal that is none of them
    named: bool


@dataclass(frozen=True, eq=False)
class Deals(Answer):
    """The answer. M members: the likely numbers, then the draws; P packages, C chosen, N actors. Payoff throughout."""

    ensemble: Ensemble
    situation: Situation
    negotiable: Negotiable
    packages: Packages
    gains: np.ndarray  # (M, P, N)
    chosen: tuple[Chosen, ...]  # named deals that can come about first
    points: dict[str, dict[str, int]]  # 'parties', 'all who must agree' -> point -> row of the packages
    chosen_gains: np.ndarray  # (M, C, N)
    stands: np.ndarray  # (M, C, 61) chance that the terms stand after 0 .. 60 months
    time: np.ndarray  # (M, C, N) discounted months for which they do
    frozen: np.ndarray  # (M, named, N) the value there with the terms frozen, less the value there
    hoped: Callable[[Who], np.ndarray]  # whom to ask -> (M, named, N), as `without`

    @property
    def must(self) -> tuple[int, ...]:
        """Who must agree: parties, then those who must consent."""
        return (*self.negotiable.parties, *self.negotiable.consent)

    @property
    def asked(self) -> str | None:
        """The named deal that the question is about."""
        return self.ensemble.scenario.ask.deal

    @property
    def left_out(self) -> str:
        """Why a combination of levels is no package."""
        return "cannot come about"

    @cached_property
    def without(self) -> np.ndarray:
        """(M, named, N) the value now in a game without the deal, less the value now; read when first asked for."""
        return self.hoped("drawn")

    @cached_property
    def likely_without(self) -> np.ndarray:
        """(named, N) the same at the likely numbers."""
        return np.asarray(self.hoped("central")[0])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The actors."""
        return tuple(actor.name for actor in self.ensemble.scenario.actors)

    @cached_property
    def called(self) -> tuple[str, ...]:
        """What the actors are called in a table."""
        return tuple(spoken(self.ensemble.scenario, one) for one in self.ensemble.scenario.actors)

    @cached_property
    def within(self) -> tuple[str, ...]:
        """What the actors are called in a sentence."""
        return tuple(map(within, self.called))

    @cached_property
    def zone(self) -> np.ndarray:
        """(M, P) bool: in which packages all who must agree gain."""
        return agreement.accepted(self.gains, self.must)

    @cached_property
    def frontiers(self) -> dict[str, np.ndarray]:
        """(P,) bool: the packages undominated among parties, and among all who must agree; at the likely numbers."""
        sides = {agreement.PARTIES: self.negotiable.parties, agreement.ALL: self.must}
        return {side: agreement.frontier(self.gains[0], who) for side, who in sides.items()}

    @property
    def named(self) -> list[int]:
        """Positions of the named deals among the chosen."""
        return [n for n, one in enumerate(self.chosen) if one.named]

    @property
    def shown(self) -> list[int]:
        """The chosen packages in table and picture: named deals, and an arbiter's first pick or the nearest."""
        picks = [n for n, one in enumerate(self.chosen) if not one.named]
        return [*self.named[:MOST_SHOWN], *picks[:1]]

    @property
    def months(self) -> np.ndarray:
        """(M, C) mean months of 60 for which the terms stand."""
        return mean_months(self.stands)

    @property
    def payments(self) -> np.ndarray:
        """(M, C, N) the smallest payment a month, while the terms stand, that makes a loss good; 0 without a loss."""
        return np.asarray(np.maximum(-self.chosen_gains, 0.0) / self.time)

    def in_force(self, n: int) -> bool:
        """Whether a chosen package is what holds already: nobody agrees to it or blocks it."""
        return self.chosen[n].state == self.packages.now

    def blockers(self, n: int) -> list[int]:
        """Who must agree to a chosen package and loses by it, the largest loss first; at the likely numbers."""
        return [] if self.in_force(n) else agreement.losers(self.chosen_gains[0, n], self.must)

    def indifferent(self, n: int) -> list[int]:
        """Who must agree to a chosen package and neither gains nor loses to speak of; at the likely numbers."""
        return [] if self.in_force(n) else agreement.unmoved(self.chosen_gains[0, n], self.must)

    def mended(self, n: int, blocker: int) -> list[int]:
        """Rows of the packages one term from a chosen one in which a blocker gains and all who gained still do.

        The blocker's largest gain first.
        """
        near = self.packages.neighbours(self.chosen[n].levels)
        rows = agreement.mending(self.gains[0], self.chosen_gains[0, n], near, blocker, self.must)
        return sorted(rows.tolist(), key=lambda row: -float(self.gains[0, row, blocker]))

    def agreed_in(self, n: int) -> np.ndarray:
        """(M,) bool: whether all who must agree gain by a chosen package."""
        return agreement.accepted(self.chosen_gains[:, n], self.must)

    def levels_told(self, levels: Sequence[int], from_levels: Sequence[int] | None = None) -> str:
        """'restraint freeze, treasury paused': terms that differ from others, by default from what holds now."""
        factors, terms = self.ensemble.scenario.factors, self.packages.terms
        before = [self.situation.levels[f] for f in terms] if from_levels is None else from_levels
        told = [
            f"{factors[f].name} {factors[f].levels[level]}"
            for f, level, old in zip(terms, levels, before, strict=True)
            if level != old
        ]
        if told:
            return ", ".join(told)
        also = [f"{factors[f].name} {factors[f].levels[level]}" for f, level in self.negotiable.also.items()
                if self.situation.levels[f] != level]  # fmt: skip
        return ", ".join(["all terms as now", *also])

    @cached_property
    def data(self) -> xr.Dataset:
        """Labelled arrays; dimensions draw, package, actor, term, chosen, deal, month."""
        import xarray as xr

        arrays, coordinates = details.arrays(self)
        return xr.Dataset(arrays, coords=coordinates, attrs=self.provenance())

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        return words.paragraph(self)

    def findings(self) -> list[Finding]:
        """The zone, who refuses how much, each named deal with its blockers and what would mend it, the points."""
        return words.found(self)

    def more(self) -> list[Finding]:
        """What else is found, where the question is about more than packages."""
        return []

    def table(self) -> Table:
        """Actors by chosen packages: gains; below, how long each would stand."""
        return words.table(self)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """What each gains and loses by the named deals and by the best package, with ranges."""
        from detente.questions.deals_picture import picture

        return picture(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        packed = self.packages
        return provenance(self.ensemble, situation=self.situation.name, packages=len(packed),
                          combinations=packed.combinations, months=MONTHS)  # fmt: skip

    def details(self) -> dict[str, Any]:
        """The zone's packages, the win-set, the chosen packages with all that is known of them."""
        return details.details(self)

    def role(self, actor: int) -> str:
        """'party', 'must consent' or 'has no say'."""
        deal = self.negotiable
        return "party" if actor in deal.parties else "must consent" if actor in deal.consent else "has no say"

    def told(self, n: int) -> str:
        """A chosen package: as a named deal that differs in few terms, or by its terms."""
        levels = self.chosen[n].levels
        apart = {one.name: sum(a != b for a, b in zip(one.levels, levels, strict=True))
                 for one in self.chosen if one.named}  # fmt: skip
        near = min(apart, key=lambda name: apart[name], default="")
        if self.chosen[n].named or not near or not 0 < apart[near] <= FEW:
            return self.levels_told(levels)
        like = next(one for one in self.chosen if one.name == near)
        return f"as '{near}', but {self.levels_told(levels, like.levels)}"

    def package_levels(self, row: int) -> dict[str, str]:
        """Term -> level of a package."""
        return self.by_term(self.packages.levels[row].tolist())

    def by_term(self, levels: Sequence[int]) -> dict[str, str]:
        """Term -> level, of level indices in the order of the terms."""
        factors = self.ensemble.scenario.factors
        return {factors[f].name: factors[f].levels[at] for f, at in zip(self.packages.terms, levels, strict=True)}
