"""What the JSON of deals holds beside the paragraph and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions import agreement
from detente.questions.asked import ends
from detente.questions.deals_words import counted
from detente.questions.terms import MONTHS

if TYPE_CHECKING:
    from detente.questions.deals_answer import Deals

MOST_LISTED = 200  # packages of the zone


def arrays(answer: Deals) -> tuple[dict[str, Any], dict[str, Any]]:
    """Labelled arrays, and their coordinates."""
    scenario, packed = answer.ensemble.scenario, answer.packages
    levels = [np.array(scenario.factors[f].levels, dtype=object)[packed.levels[:, t]]
             for t, f in enumerate(packed.terms)]  # fmt: skip
    both = {
        "gain": (("package", "actor"), answer.gains),
        "zone": (("package",), answer.zone),
        "chosen_gain": (("chosen", "actor"), answer.chosen_gains),
        "stands": (("chosen", "month"), answer.stands),
        "payment": (("chosen", "actor"), answer.payments),
        "without": (("deal", "actor"), answer.without),
        "frozen": (("deal", "actor"), answer.frozen),
    }
    found: dict[str, Any] = {name: (("draw", *dims), values[1:]) for name, (dims, values) in both.items()}
    found |= {f"central_{name}": (dims, values[0]) for name, (dims, values) in both.items()}
    found["level"] = (("package", "term"), np.stack(levels, axis=1).astype(str))
    found["frontier"] = (("side", "package"), np.stack(list(answer.frontiers.values())))
    coordinates = {
        "draw": np.arange(len(answer.gains) - 1),
        "actor": list(answer.names),
        "term": [scenario.factors[f].name for f in packed.terms],
        "chosen": [one.name for one in answer.chosen],
        "deal": [answer.chosen[n].name for n in answer.named],
        "month": np.arange(MONTHS + 1),
        "side": list(answer.frontiers),
    }
    return found, coordinates


def details(answer: Deals) -> dict[str, Any]:
    """The zone's packages, the win-set, the chosen packages with all that is known of them."""
    zone = np.flatnonzero(answer.zone[0])
    order = zone[np.argsort(-answer.zone[1:].sum(axis=0)[zone], kind="stable")][:MOST_LISTED]
    sole, refused = agreement.vetoes(answer.gains, answer.must), agreement.refusals(answer.gains)
    win_set = {
        answer.names[actor]: {
            "role": answer.role(actor),
            "refuses": refused[0, actor],
            "range": counted(refused[1:, actor]),
            "refuses_alone": sole[0, actor],
            "refuses_all": bool(refused[0, actor] == 1),
        }
        for actor in range(len(answer.names))
    }
    return {
        "zone": {
            "packages": int(answer.zone[0].sum()),
            "range": counted(answer.zone[1:].sum(axis=1)),
            "empty_in_draws": int((~answer.zone[1:].any(axis=1)).sum()),
            "listed": [_package(answer, int(row)) for row in order],
        },
        "frontier": {side: int(on.sum()) for side, on in answer.frontiers.items()},
        "points": {side: {name: answer.package_levels(row) for name, row in rows.items()}
                   for side, rows in answer.points.items()},
        "win_set": win_set,
        "left_out": answer.packages.combinations - len(answer.packages),
        "cannot_come_about": [deal.name for deal in answer.packages.named if deal.state < 0],
        "chosen": {one.name: _closely(answer, n) for n, one in enumerate(answer.chosen)},
    }  # fmt: skip


def _package(answer: Deals, row: int) -> dict[str, Any]:
    gains = dict(zip(answer.names, answer.gains[0, row].tolist(), strict=True))
    return {"terms": answer.package_levels(row), "gains": gains, "zone_in_draws": int(answer.zone[1:, row].sum())}


def _closely(answer: Deals, n: int) -> dict[str, Any]:
    one, priced = answer.chosen[n], answer.without.shape[1]
    against = answer.chosen_gains[:, :priced] - answer.without
    actors = {
        name: {
            "gain": answer.chosen_gains[0, n, actor],
            "range": ends(answer.chosen_gains[1:, n, actor]),
            "gains_in_draws": int((answer.chosen_gains[1:, n, actor] > 0).sum()),
            "payment_a_month": answer.payments[0, n, actor],
            **({"without_the_deal_now": answer.without[0, n, actor],
                "gain_against_a_game_without_it": against[0, n, actor],
                "gain_against_a_game_without_it_range": ends(against[1:, n, actor]),
                "price_of_mistrust": answer.frozen[0, n, actor],
                "price_of_mistrust_range": ends(answer.frozen[1:, n, actor])} if one.named else {}),
        }
        for actor, name in enumerate(answer.names)
    }  # fmt: skip
    drawn = None if answer.in_force(n) else int(answer.agreed_in(n)[1:].sum())
    return {
        "terms": answer.by_term(one.levels),
        "in_force": answer.in_force(n),
        "blockers": [answer.names[actor] for actor in answer.blockers(n)],
        "indifferent": [answer.names[actor] for actor in answer.indifferent(n)],
        "agreed_in_draws": drawn,
        "stands": {str(m): {"chance": answer.stands[0, n, m], "range": ends(answer.stands[1:, n, m])}
                   for m in (12, MONTHS)},
        "months_of_60": answer.months[0, n],
        "months_range": ends(answer.months[1:, n]),
        "actors": actors,
        "mended_by": {answer.names[a]: [answer.package_levels(row) for row in answer.mended(n, a)]
                      for a in answer.blockers(n)},
    }  # fmt: skip
