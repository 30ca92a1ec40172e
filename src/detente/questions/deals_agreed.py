"""An agreement among the deals: what it brings whom, who signs, what the signature adds, what verification is worth.

The agreement in force, at each size of payment, is a deal as any other (:mod:`detente.questions.agreed` has its state
and the packages around it), in the game in which it is on offer: who signs knows how it is watched, what a breach
brings, and how it may end. With V the values solved, R the nearest state in which it can be signed, S what signing
leads to from there, F the agreement in force, U the same unsigned:

    gain        V(F) - V(now)          as of any deal
    signing     V(S) - V(R)            what its consent is worth to each who is asked
    signature   V(F) - V(U)            what having promised adds where the terms hold already
    mistrust    V'(F) - V(F)           V' with every breach seen and none imagined (:mod:`detente.questions.sight`)

Its terms stand as long as it is in force at its size and every promise is kept; unsigned, as long as these are kept.
Besides it is told how long it is in force, broken promises that nobody has seen included, and how long every promise
is kept, though it may have ended.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from detente.questions.agreed import Pact, negotiable, pact_of, pact_states
from detente.questions.asked import ends, situation_of
from detente.questions.deals import placed, values_at
from detente.questions.deals_answer import Deals
from detente.questions.sight import in_full_sight
from detente.questions.terms import MONTHS, standing
from detente.questions.words import percent
from detente.scenario.agreements import agreement_of, with_agreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.answer import Finding, Table
    from detente.questions.asked import Asking
    from detente.scenario.model import Scenario, Situation

What: TypeAlias = Literal["force", "kept", "stands"]


@dataclass(frozen=True, eq=False)
class AgreedDeals(Deals):
    """The answer. M members: the likely numbers, then the draws; K sizes of payment, N actors. Payoff throughout."""

    pact: Pact
    sight: Ensemble | None  # the case with perfect verification
    signing: np.ndarray  # (M, K, N)
    signature: np.ndarray  # (M, K, N); nan where the same unsigned cannot come about
    mistrust: np.ndarray  # (M, K, N); nan where nothing is watched
    force: np.ndarray  # (M, K, 61) chance that it is in force after 0 .. 60 months, kept or not, without a break
    kept: np.ndarray  # (M, K, 61) chance that every promise has been kept, in force or not, from its beginning
    sure: np.ndarray  # (M, K, 61) chance that its terms stand with perfect verification; nan likewise

    @property
    def asked(self) -> str | None:
        """The agreement, at its first size."""
        return self.pact.names[0]

    @property
    def left_out(self) -> str:
        """Why a combination of levels is no package."""
        return "would break a promise or cannot come about"

    @cached_property
    def sizes(self) -> list[int]:
        """(K,) positions of the agreement at its sizes among the chosen; -1 where it cannot come to stand."""
        at = {one.name: n for n, one in enumerate(self.chosen)}
        return [at.get(name, -1) for name in self.pact.names]

    def unwilling(self, k: int) -> list[int]:
        """Who is asked and loses by signing, the largest loss first; at the likely numbers."""
        gains = self.signing[0, k]
        return sorted((actor for actor in self.must if gains[actor] <= 0), key=lambda actor: float(gains[actor]))

    @cached_property
    def data(self) -> xr.Dataset:
        """As of all deals, and by draw, size and actor what signing, the signature and perfect verification bring."""
        payoffs = {"signing": self.signing, "signature": self.signature, "mistrust": self.mistrust}
        lasting = {"force": self.force, "kept": self.kept, "sure": self.sure}
        by = dict.fromkeys(payoffs, ("size", "actor")) | dict.fromkeys(lasting, ("size", "month"))
        found: dict[str, Any] = {}
        for name, array in {**payoffs, **lasting}.items():
            found |= {name: (("draw", *by[name]), array[1:]), f"central_{name}": (by[name], array[0])}
        return super().data.assign(found).assign_coords(size=list(self.pact.names))

    def more(self) -> list[Finding]:
        """Who would sign, what the signature adds, what perfect verification would change."""
        from detente.questions.deals_agreed_words import more

        return more(self)

    def table(self) -> Table:
        """As of all deals, and below how long it is in force."""
        base = super().table()
        rows = [
            (f"in force {told}", *(percent(self.force[0, self.sizes.index(n), months]) if n in self.sizes else ""
                                   for n in self.shown), "")
            for told, months in (("a year", 12), ("five years", 60))
        ]  # fmt: skip
        return replace(base, rows=(*base.rows, *rows))

    def details(self) -> dict[str, Any]:
        """As of all deals, and the agreement's own numbers."""
        pact, scenario = self.pact, self.ensemble.scenario

        def told(levels: np.ndarray) -> dict[str, str]:
            return {f.name: f.levels[level] for f, level in zip(scenario.factors, levels.tolist(), strict=True)}

        sizes = {}
        for k, name in enumerate(pact.names):
            both = {"signing": self.signing, "signature": self.signature, "perfect_verification": self.mistrust}
            actors = {
                actor: {key: value for what, numbers in both.items() for key, value in
                        ((what, numbers[0, k, i]), (f"{what}_range", ends(numbers[1:, k, i])))}
                for i, actor in enumerate(self.names)
            }  # fmt: skip
            lasts = {
                what: {str(m): {"chance": chances[0, k, m], "range": ends(chances[1:, k, m])} for m in (12, MONTHS)}
                for what, chances in (
                    ("in_force", self.force),
                    ("kept", self.kept),
                    ("stands_with_perfect_verification", self.sure),
                )
            }
            sizes[name] = {"actors": actors, **lasts}
        found = {"name": pact.agreement.name, "can_be_signed_in": told(pact.ready_levels),
                 "in_force": told(pact.force_levels), "sizes": sizes}  # fmt: skip
        return {**super().details(), "agreement": found}

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        sight = None if self.sight is None else [int(self.sight.central.certified), int(self.sight.certified.sum())]
        return {**super().provenance(), "agreement": self.pact.agreement.name,
                "certified_with_perfect_verification": sight}  # fmt: skip


def agreed_deals(scenario: Scenario, name: str, since: str | None, asking: Asking) -> AgreedDeals:
    """An agreement of a case as a deal from a situation. DetenteError where it is unknown or cannot come to stand."""
    agreement = agreement_of(scenario, name)
    signed = with_agreement(scenario, name)
    situation = situation_of(signed, since)
    solved = asking.solved(signed)
    work = partial(pact_states, agreement=agreement, situation=situation)
    states = solved.answers("agreement states", work, "central", situation=situation.name)[0]
    pact = pact_of(signed, agreement, states)
    base = placed(solved, situation, negotiable(signed, pact, situation), pact.kept, pact.stands)
    at = [pact.ready, pact.unsigned, *pact.signed.tolist(), *pact.in_force.tolist()]
    value, count = _values(solved, at), len(pact.levels)
    ready, unsigned, after, there = np.split(value, [1, 2, 2 + count], axis=1)
    sight = in_full_sight(solved, agreement, asking.progress)
    force, kept = (_lasting(solved, pact, situation, what) for what in ("force", "kept"))
    mistrust, sure = np.full(there.shape, np.nan), np.full(force.shape, np.nan)
    if sight is not None:
        mistrust = _values(sight, pact.in_force.tolist()) - there
        sure = _lasting(sight, pact, situation, "stands")
    own = {field.name: getattr(base, field.name) for field in fields(base)}
    return AgreedDeals(**own, pact=pact, sight=sight, signing=after - ready, signature=there - unsigned,
                       mistrust=mistrust, force=force, kept=kept, sure=sure)  # fmt: skip


def _values(solved: Ensemble, states: Sequence[int]) -> np.ndarray:
    """(M, K, N) what the future is worth in some states; nan for -1."""
    work = partial(values_at, states=states)
    found = np.stack([one["value"] for one in solved.answers(
        "deal values", work, "drawn", states=list(states))])  # fmt: skip
    return np.where(np.array(states)[:, None] >= 0, found, np.nan)


def _lasting(solved: Ensemble, pact: Pact, situation: Situation, what: What) -> np.ndarray:
    """(M, K, 61) the chance that it is in ``force``, that all is ``kept``, or both (``stands``), for 0 .. 60 months."""
    work = partial(_lasts, pact=pact, situation=situation, what=what)
    found = solved.answers("agreement lasts", work, "drawn", situation=situation.name, kind=what)
    return np.stack([one["lasts"] for one in found])


def _lasts(solved: Solved, pact: Pact, situation: Situation, what: What) -> dict[str, np.ndarray]:
    structure = solved.structure
    chain, levels = solved.chain, structure.states.levels
    kept, rows = pact.kept(levels), np.full((len(pact.levels), MONTHS + 1), np.nan)
    for k, (level, state) in enumerate(zip(pact.levels, pact.in_force.tolist(), strict=True)):
        if state >= 0:
            force = levels[:, pact.factor] == level
            inside = {"force": force, "kept": kept, "stands": force & kept}[what]
            rows[k] = standing(chain, inside, state, structure.scenario, situation)
    return {"lasts": rows}
