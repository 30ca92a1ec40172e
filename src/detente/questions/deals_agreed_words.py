"""An agreement among the deals, in words: who would sign, what the signature adds, what verification is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.answer import Finding
from detente.questions.asked import ends
from detente.questions.deals_words import spread
from detente.questions.difference import held
from detente.questions.words import listed, percent, span

if TYPE_CHECKING:
    from detente.questions.deals_agreed import AgreedDeals


def more(answer: AgreedDeals) -> list[Finding]:
    """The findings about an agreement, beside those of any deal."""
    sizes = [k for k, n in enumerate(answer.sizes) if n >= 0]
    return [_where(answer), *(_signing(answer, k) for k in sizes),
            *(one for k in sizes[:1] for one in (*_signature(answer, k), *_sight(answer, k)))]  # fmt: skip


def _where(answer: AgreedDeals) -> Finding:
    """Where it can be signed, seen from the situation."""
    factors, pact = answer.ensemble.scenario.factors, answer.pact
    changed = [f"{factors[f].name} {factors[f].levels[level]}"
               for f, (level, now) in enumerate(zip(pact.ready_levels.tolist(), answer.situation.levels, strict=True))
               if level != now]  # fmt: skip
    name = f"'{pact.agreement.name}'"
    if not changed:
        return Finding(f"{name} can be signed as things stand.")
    return Finding(f"{name} cannot be signed as things stand; it could be with {listed(changed)}.")


def _signing(answer: AgreedDeals, k: int) -> Finding:
    gains, name = answer.signing[:, k], f"'{answer.pact.names[k]}'"
    told = [f"{answer.within[a]} {spread(gains[:, a])}" for a in answer.must]
    asked = gains[:, list(answer.must)]
    willing = np.asarray((asked > 0).all(axis=1))
    against = [answer.within[a] for a in answer.unwilling(k)]
    verdict = f"{listed(against)} would lose by it" if against else "all who are asked gain by it"
    holds = f" (all gain {held(willing[1:])})" if len(willing) > 1 else ""
    says = f"Signing {name} there would bring: {listed(told)}; {verdict}{holds}."
    least, draws = asked.min(axis=1), len(willing) - 1
    same = int((willing[1:] == willing[0]).sum()) if draws else None
    return Finding(says, float(least[0]), *ends(least[1:]), "least gain, payoff", same, draws)


def _signature(answer: AgreedDeals, k: int) -> list[Finding]:
    """What having promised adds, where all is kept already."""
    added, parties = answer.signature[:, k], answer.negotiable.parties
    if np.isnan(added).any():
        return []
    told = [f"{answer.within[a]} {spread(added[:, a])}" for a in parties]
    binds = np.asarray((added[:, list(parties)] > 0).all(axis=1))
    weighs = np.asarray((added[:, list(parties)] < 0).all(axis=1))
    how = f": a bond to all parties {held(binds[1:])}, a burden to all {held(weighs[1:])}" if len(added) > 1 else ""
    twin = next(n for n in answer.named if n not in answer.sizes)
    signed, unsigned, force = (each[:, 12] for each in (answer.kept[:, k], answer.stands[:, twin], answer.force[:, k]))
    longer = f", longer signed {held(signed[1:] > unsigned[1:])}" if len(added) > 1 else ""
    drawn = f" ({span(*ends(force[1:]))})" if len(added) > 1 else ""
    says = (
        f"Where the promises are kept already, the signature adds {listed(told)}{how}. All stay kept for a year with "
        f"{percent(float(signed[0]))} signed and {percent(float(unsigned[0]))} unsigned{longer}; in force, unseen "
        f"breaches included, it is for a year with {percent(float(force[0]))}{drawn}."
    )
    least = added[:, list(parties)].min(axis=1)
    return [Finding(says, float(least[0]), *ends(least[1:]), "least gain, payoff", None, len(added) - 1)]


def _sight(answer: AgreedDeals, k: int) -> list[Finding]:
    """The price of mistrust: what perfect verification would change."""
    worth, sight = answer.mistrust[:, k], answer.sight
    if sight is None or np.isnan(worth).any():
        return []
    told = [f"{answer.within[a]} {spread(worth[:, a])}" for a in answer.must]
    now, then = answer.stands[:, answer.sizes[k], 12], answer.sure[:, k, 12]
    difference = then - now
    longer = f", longer {held(difference[1:] > 0)}" if len(difference) > 1 else ""
    doubtful = len(sight.draws) + 1 - int(sight.central.certified) - int(sight.certified.sum())
    doubt = f" ({doubtful} of {len(sight.draws) + 1} of these solutions are not certified)" if doubtful else ""
    says = (
        "Perfect verification, every breach seen within days and none imagined, would change its worth: "
        f"{listed(told)}; its terms would stand a year with {percent(float(then[0]))} instead of "
        f"{percent(float(now[0]))}{longer}{doubt}."
    )
    return [Finding(says, float(difference[0]), *ends(difference[1:]), "chance", None, len(difference) - 1)]
