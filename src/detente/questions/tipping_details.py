"""All numbers of tipping under their names: labelled arrays, and what belongs in the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.asked import ends
from detente.questions.stepped import moved
from detente.questions.swept import steepest
from detente.questions.tipping_jumps import jumps_far

if TYPE_CHECKING:
    from detente.questions.tipping import Tipping


def arrays(answer: Tipping) -> dict[str, Any]:
    """Labelled arrays."""
    found: dict[str, Any] = {}
    if answer.swept is not None:
        one = answer.swept
        found |= {"p": ("p", one.central["grid"])} | {n: ("p", one.central[n]) for n in ("up", "down", "differ")}
        if one.drawn:
            found["drawn_up"] = (("draw", "p"), np.stack([each["up"] for each in one.drawn]))
        if one.curve is not None:
            named = {"p": "branch_p", "chance": "branch_chance", "kind": "kind", "stability": "stability"}
            found |= {new: ("point", one.curve[old]) for old, new in named.items()}
    if answer.stepped is not None:
        steps = answer.stepped
        acts = [f"{answer.ensemble.scenario.actors[a.actor].name}.{a.name}" for a in answer.ensemble.scenario.actions]
        found |= {
            "level": ("level", steps.names),
            "chance": ("level", steps.chance[0]),
            "drawn_chance": (("draw", "level"), steps.chance[1:]),
            "action": ("action", acts),
            "rates": (("level", "action"), steps.rates[0]),
        }
    if answer.regions is not None:
        one_map = answer.regions
        found |= {
            "across": ("across", one_map.across),
            "other": ("other", one_map.down),
            "map_chance": (("other", "across"), one_map.chance),
            "several": (("other", "across"), one_map.several),
        }
    return found


def details(answer: Tipping) -> dict[str, Any]:
    """What else belongs in the JSON."""
    more: dict[str, Any] = {"because": answer.because}
    if answer.swept is not None:
        one = answer.swept
        share, change, middle = steepest(*one.line())
        tips = [{"at": tip.p, "way": "up" if tip.way > 0 else "down", "distance": one.distance(tip),
                 "located": tip.exact, "before": tip.before, "sudden": jumps_far([tip]),
                 "after": tip.after} for tip in one.tips()]  # fmt: skip
        more |= {
            "parameter": one.parameter.name, "title": one.parameter.title, "unit": one.parameter.unit,
            "today": one.today, "low": one.low, "high": one.high, "tipping_points": tips,
            "folds": one.folds, "branch_points": one.partings, "hysteresis": one.hysteresis, "not_computed": one.note,
            "steepest": {"share": share, "change": change, "at": middle},
            "sweep": {name: one.central[name] for name in ("grid", "up", "down", "differ")},
            "sweep_status": str(one.central["status"]),
        }  # fmt: skip
        if one.curve is not None:
            more["branch"] = {name: one.curve[name] for name in ("p", "chance", "kind", "stability")}
            more["branch_given_up"] = ["up" if way > 0 else "down" for way in one.unfinished]
            more["branch_status"] = str(one.curve["status"])
    if answer.stepped is not None:
        steps = answer.stepped
        more["factor"] = {
            "name": steps.factor.name, "levels": steps.names, "now": steps.factor.levels[steps.today],
            "cannot_be": [steps.factor.levels[level] for level in steps.absent], "chance": steps.chance[0],
            "range": [ends(steps.chance[1:, k]) for k in range(len(steps.levels))],
            "behaviour": steps.behaviour[0],
            "moves": [moved(answer.ensemble.scenario, steps, k) for k in range(len(steps.levels) - 1)],
        }  # fmt: skip
    if answer.regions is not None:
        one_map = answer.regions
        more["map"] = {"other": one_map.other.name, "values": one_map.down, "across": one_map.across,
                       "chance": one_map.chance, "several": one_map.several}  # fmt: skip
    return more
