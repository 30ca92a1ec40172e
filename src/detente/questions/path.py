"""By what path: sequences of steps to a deal, in whose interest each step is, where it breaks and what would mend it.

Nodes are the states of the solved game, edges its steps (:mod:`detente.questions.steps`): a step's slack is the
smallest gain among those who decide it, the mover and all whose consent it needs, against waiting or refusing. Since an
equilibrium holds in every state, each slack is a look-up. Told are (:mod:`detente.questions.routes`)

- the widest path from a situation to the goal: that whose narrowest step is as wide as can be, to a thousandth of
  payoff, and of these the shortest,
- the likeliest: that whose steps most likely come next, one after the other, with the months that this takes,
- the paths that the case proposes, followed step by step (:mod:`detente.questions.proposal`).

What mends a step is, for each who loses by it, a payment once of what it loses, continuation held: play afterwards is
as before. Those can pay it who gain more than it by the step, in payoff units: 1 is about what a government would pay
in a month to be rid of its main grievance. Paid month by month for good, the loss x of actor i is rho_i x a month.

Luck: outcomes of actions with a chance below one may be on a path and are labelled. Chance rules are on the widest path
only where they are asked for, or nothing else leads there; on the likeliest they are events like others, unless luck is
ruled out. That a step holds in 17 of 20 draws is robustness to the stated ranges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.problems import DetenteError, did_you_mean
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, provenance, situation_of
from detente.questions.goal import Goal, goal_of, lacking, why_not
from detente.questions.proposal import Leg, followed
from detente.questions.rehearsal import question
from detente.questions.routes import Graph
from detente.questions.steps import NOBODY, closely, steps_of

if TYPE_CHECKING:
    import altair as alt
    import xarray as xr

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.steps import Steps, Taken
    from detente.scenario.inquiry import ProposedPath
    from detente.scenario.model import Scenario, Situation

NEAR = 1e-3  # payoff: so near, two paths are as wide

Luck = Literal["none", "outcomes", "rules"]
Kind = Literal["widest", "likeliest", "proposed"]


@dataclass(frozen=True, eq=False)
class Route:
    """One path, looked at closely: M members (the central one, then the draws), K steps, N actors.

    ``found``: see :func:`detente.questions.steps.closely`, the members in front. ``unmet``: what of the path's own
    deal does not hold at its end.
    """

    name: str
    kind: Kind
    situation: Situation
    legs: tuple[Leg, ...]
    found: dict[str, np.ndarray]
    proposed: ProposedPath | None = None
    unmet: tuple[str, ...] = ()
    fallback: bool = False  # rules had to be let in, since nothing else leads there

    @property
    def slack(self) -> np.ndarray:
        """(M, K) payoff; inf for luck, nan where a step is not open."""
        luck = np.array([leg.taken.rule != NOBODY and not leg.shut for leg in self.legs], dtype=bool)
        return np.asarray(np.where(luck, np.inf, self.found["slack"]))

    @property
    def holds(self) -> np.ndarray:
        """(M, K) bool: open, and in the interest of all who decide it."""
        return np.asarray(self.slack >= 0)

    @property
    def narrowest(self) -> int | None:
        """The step with the smallest slack at the likely numbers; None where nobody decides any."""
        slack = np.where(np.isfinite(self.slack[0]), self.slack[0], np.inf)
        return int(np.argmin(slack)) if np.isfinite(slack).any() else None

    @property
    def chance(self) -> np.ndarray:
        """(M, K) that the next change from each state is this step."""
        total = np.maximum(self.found["total"], np.finfo(float).tiny)
        return np.asarray(np.minimum(self.found["rate"] / total, 1.0))

    @property
    def likelihood(self) -> np.ndarray:
        """(M,) that these steps, and no others between, come one after the other; 0 where one is not open."""
        return np.asarray(np.nan_to_num(self.chance).prod(axis=1))

    @property
    def months(self) -> np.ndarray:
        """(M,) mean duration if these steps come one after the other."""
        return np.asarray((1 / np.maximum(self.found["total"], np.finfo(float).tiny)).sum(axis=1))

    @property
    def waits(self) -> np.ndarray:
        """(M, K) mean months until each step if nothing else happened; nan where it is not open."""
        return np.asarray(1 / np.maximum(self.found["rate"], np.finfo(float).tiny))


@dataclass(frozen=True, eq=False)
class Path(Answer):
    """The answer. ``data``, by path and step, central and by draw: slack and gain (payoff), chances, months."""

    ensemble: Ensemble
    situation: Situation
    goal: Goal
    luck: Luck
    routes: tuple[Route, ...]
    said: str = ""  # why no path was searched or found; '' where one was

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.ensemble.draws)

    @cached_property
    def data(self) -> xr.Dataset:
        """Labelled arrays; dimensions draw, path, step, actor; ``central_*`` without draw; nan beyond a path's end."""
        import xarray as xr

        longest = max((len(route.legs) for route in self.routes), default=0)
        actors = [actor.name for actor in self.ensemble.scenario.actors]
        names = ("slack", "tempted", "chosen", "accepted", "share", "rate", "total")
        shape = (1 + self.draws, len(self.routes), longest)
        arrays = {name: np.full(shape, np.nan) for name in (*names, "chance")}
        arrays |= {name: np.full((*shape, len(actors)), np.nan) for name in ("gain", "stake", "yes")}
        for r, route in enumerate(self.routes):
            for name, array in arrays.items():
                array[:, r, : len(route.legs)] = (
                    getattr(route, name) if name in ("slack", "chance") else route.found[name])  # fmt: skip
        dims = ("draw", "path", "step", "actor")
        data = {name: (dims[: array.ndim], array[1:]) for name, array in arrays.items()}
        data |= {f"central_{name}": (dims[1 : array.ndim], array[0]) for name, array in arrays.items()}
        places = {"draw": np.arange(self.draws), "path": [route.name for route in self.routes],
                  "step": np.arange(1, longest + 1), "actor": actors}  # fmt: skip
        return xr.Dataset(data, coords=places, attrs=self.provenance())

    def route(self, name: str) -> Route:
        """The path of that name: 'widest', 'likeliest', or a proposed one."""
        found = next((route for route in self.routes if route.name == name), None)
        if found is None:
            known = [route.name for route in self.routes]
            raise DetenteError(f"There is no path {name!r} in this answer. {_hint(name, known)}")
        return found

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        from detente.questions.path_words import paragraph

        return paragraph(self)

    def findings(self) -> list[Finding]:
        """Each path as a whole, then each of its steps."""
        from detente.questions.path_words import findings

        return findings(self)

    def table(self) -> Table:
        """Every step of every path."""
        from detente.questions.path_words import table

        return table(self)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """A timeline: a row a step, its slack as a bar with its range, consents, luck, months."""
        from detente.questions.path_picture import timeline

        return timeline(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        return provenance(self.ensemble, situation=self.situation.name, to=self.goal.name, luck=self.luck)

    def details(self) -> dict[str, Any]:
        """Every path with its steps: numbers, consents, what mends them."""
        from detente.questions.path_details import details

        return {"said": self.said or None, "paths": {route.name: details(self, route) for route in self.routes}}


@question
def path(
    scenario: Scenario,
    to: str | None = None,
    since: str | None = None,
    *,
    only: Kind | None = None,
    proposed: str | None = None,
    luck: Luck = "outcomes",
    asking: Asking | None = None,
) -> Path:
    """Paths from a situation, by default the last, to a goal, by default the deal that the case asks about.

    ``to``: a named deal, an outcome, or a condition such as ``status is peace``. ``only``: one kind of path.
    ``proposed``: one of the case's proposed paths. ``luck``: 'none', chance 'outcomes' of actions, or 'rules' as well.
    DetenteError for what is not known; that no path leads there is an answer.
    """
    situation, goal, plans = situation_of(scenario, since), goal_of(scenario, to), proposals(scenario, only, proposed)
    solved = (asking or Asking()).solved(scenario)
    central = solved.solved(solved.central)
    steps = steps_of(central)
    graph = Graph(steps.states, steps.source, steps.target, steps.slack, steps.chance)
    start, levels = central.structure.index(situation), central.structure.states.levels
    holds, said, laid = goal.holds(levels), "", list[tuple[Route, tuple[Leg, ...]]]()
    kinds: list[Kind] = [] if proposed or only == "proposed" else [only] if only else ["widest", "likeliest"]
    if kinds and holds[start]:
        said = f"{situation.name} is there already: nothing is left to do."
    elif kinds:
        arrive = holds[steps.target] | (np.isin(steps.action, goal.actions) if goal.actions else False)
        for kind in kinds:
            edges, fallback = _search(kind, steps, graph, arrive, start, luck)
            if edges is None:
                reached = graph.only(_allowed(steps, luck)).reached(start)
                said = f"No path leads there{_RULED_OUT[luck]}: {why_not(goal, levels, reached)}."
                break
            legs = tuple(Leg(steps.taken(int(edge))) for edge in edges)
            laid.append((Route(kind, kind, situation, legs, {}, fallback=fallback), legs))
    for plan in plans:
        legs = followed(central, plan, steps, graph)
        end = levels[legs[-1].taken.after if legs else central.structure.index(plan.situation)]
        unmet = lacking(scenario, goal_of(scenario, plan.deal).conditions, end) if plan.deal else []
        route = Route(plan.name, "proposed", scenario.situation(plan.situation), legs, {}, plan, tuple(unmet))
        laid.append((route, legs))
    found = _closely(solved, [leg.taken for _, legs in laid for leg in legs])
    routes, first = list[Route](), 0
    for route, legs in laid:
        part = slice(first, first := first + len(legs))
        own = {name: array if name == "discount" else array[:, part] for name, array in found.items()}
        routes.append(Route(route.name, route.kind, route.situation, legs, own, route.proposed, route.unmet,
                            route.fallback))  # fmt: skip
    return Path(solved, situation, goal, luck, tuple(routes), said)


def proposals(scenario: Scenario, only: Kind | None = None, name: str | None = None) -> list[ProposedPath]:
    """The proposed paths to follow: all, or that of a name; DetenteError for one that the case does not have."""
    known = {one.name: one for one in scenario.paths}
    if name is not None and name not in known:
        raise DetenteError(f"There is no proposed path {name!r}. {_hint(name, list(known))}")
    if only == "proposed" and not known:
        raise DetenteError(f"{scenario.title} has no proposed paths; write one under `paths`.")
    if name is not None:
        return [known[name]]
    return list(known.values()) if only in (None, "proposed") else []


_RULED_OUT = {"none": " without luck", "outcomes": "", "rules": ""}


def _hint(word: str, known: list[str]) -> str:
    return did_you_mean(word, known) or (f"There are: {', '.join(known)}." if known else "The case has none.")


def _allowed(steps: Steps, luck: Luck) -> np.ndarray:
    """(E,) bool: the steps that may be on a path that is searched; without luck only what is sure."""
    return np.asarray(steps.share > 1 - 1e-12) if luck == "none" else np.ones(len(steps.rate), dtype=bool)


def _search(
    kind: Kind, steps: Steps, graph: Graph, arrive: np.ndarray, start: int, luck: Luck
) -> tuple[np.ndarray | None, bool]:
    """The edges of the path, and whether rules had to be let in; None where no path leads to the goal."""
    ways = [_allowed(steps, luck)]
    if kind == "widest" and luck == "outcomes":
        ways.insert(0, steps.rule == NOBODY)
    for n, way in enumerate(ways):
        edges = np.flatnonzero(way)
        part = graph.only(edges).to(arrive[edges])
        found = part.widest(start, graph.nodes, NEAR) if kind == "widest" else part.likeliest(start, graph.nodes)
        if found is not None:
            return edges[found], n > 0
    return None, False


def _closely(solved: Ensemble, taken: list[Taken]) -> dict[str, np.ndarray]:
    """The steps of all paths, members in front."""
    key = [[one.state, one.after, one.action, one.rule] for one in taken]
    found = solved.answers("steps", partial(_work, taken=taken), "drawn", taken=key)
    return {name: np.stack([one[name] for one in found]) for name in found[0]}


def _work(solved: Solved, taken: list[Taken]) -> dict[str, np.ndarray]:
    return closely(solved, taken)
