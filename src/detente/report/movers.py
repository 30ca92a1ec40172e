"""Who moves next: each actor's open moves at its next decision, with their chances and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.slips import worse_than
from detente.report.ranges import ends
from detente.report.slugs import slugs
from detente.report.view import MoverView, MoveView, Range, Say

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved
    from detente.questions.forecast import Forecast
    from detente.questions.stakes import Stakes
    from detente.report.naming import Names
    from detente.scenario.model import Action


def movers(forecast: Forecast, found: Stakes, names: Names) -> tuple[MoverView, ...]:
    """Every actor, its likeliest move first."""
    scenario = forecast.ensemble.scenario
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    tempo = np.asarray(solved.game.tempo)
    anchors = slugs([actor.name for actor in scenario.actors])
    options = {str(option) for option in forecast.data["option"].values}
    views = []
    for i, actor in enumerate(scenario.actors):
        mine = [(k, action) for k, action in enumerate(scenario.actions)
                if action.actor == i and f"{actor.name}.{action.name}" in options]  # fmt: skip
        moves = [_move(forecast, solved, found, names, k, action) for k, action in mine]
        waits = _range(forecast, "chosen", f"{actor.name}.wait") if f"{actor.name}.wait" in options else Range(1.0)
        moves.sort(key=lambda move: -move.chosen.likely)
        views.append(MoverView(actor.title, anchors[actor.name], float(tempo[i]), waits, tuple(moves), actor.about))
    return tuple(views)


def _move(forecast: Forecast, solved: Solved, found: Stakes, names: Names, index: int, action: Action) -> MoveView:
    scenario = forecast.ensemble.scenario
    option = f"{scenario.actors[action.actor].name}.{action.name}"
    here = forecast.data.sel(option=option)
    taken = here["chosen"].values * here["accepted"].values
    advantage = float(here["central_advantage"])
    return MoveView(
        name=names.action(action),
        about=action.about,
        chosen=_range(forecast, "chosen", option),
        accepted=_range(forecast, "accepted", option),
        taken=Range(float(here["central_chosen"]) * float(here["central_accepted"]), *ends(taken)),
        consent=tuple(
            Say(scenario.actors[consent.actor].title, Range(float(yes["central_yes"]), *ends(yes["yes"].values)))
            for consent in action.consent
            for yes in (here.sel(actor=scenario.actors[consent.actor].name),)
        ),
        slip=advantage < worse_than(float(np.asarray(solved.game.precision)[action.actor])),
        advantage=advantage,
        reasons=_reasons(solved, found, names, index, action.actor),
        claims=action.claims,
    )


def _range(forecast: Forecast, name: str, option: str) -> Range:
    here = forecast.data.sel(option=option)
    return Range(float(here[f"central_{name}"]), *ends(here[name].values))


def _reasons(solved: Solved, found: Stakes, names: Names, index: int, mover: int) -> tuple[tuple[str, float], ...]:
    """What the move, taken and accepted, changes for its mover, interest by interest, and what it costs at once."""
    scenario, state = solved.structure.scenario, found.state
    column = next(c for c in solved.game.columns if int(c.action[state]) == index)
    weights = np.zeros(len(found.split))
    np.add.at(weights, np.asarray(column.succ[state]), np.asarray(column.chance[state]))
    interests, values = found.parts_of(weights)
    mine = [k for k, interest in enumerate(scenario.interests) if interest.actor == mover]
    reasons = [(names.words(scenario.interests[k].name), float(interests[k])) for k in mine]
    at_once = 0.0 if column.pay is None else float(column.pay[state, mover])
    at_once -= 0.0 if column.asking is None else float(column.asking[state, mover])
    later = float(values[mover]) - sum(value for _, value in reasons)
    reasons += [("at once", at_once), ("later acts and events", later)]
    return tuple(sorted(reasons, key=lambda reason: -abs(reason[1])))
