"""What tracing says in a paragraph, and in the sentences of its findings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detente.questions.answer import Finding
from detente.questions.asked import ends
from detente.questions.trace_details import SHOWN, known, known_ends, of, shown
from detente.questions.words import listed, percent, span

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.traced import Met
    from detente.game.stochastic import Floats
    from detente.questions.trace import Principal

TOLD = 4  # decisions in the paragraph
MEANING = (
    ("fold", "fold", "where it turns back, so that play would have to jump"),
    ("bifurcation", "crossing", "beyond which there are other equilibria too"),
)
EVEN = 1e-6  # of a chance: nearer than that two actions are level
SURE = 1e-3  # of a chance: so near to one, an action is taken for sure


def summary(answer: Principal) -> str:
    """The paragraph."""
    parts = [_opening(answer), *_decisions(answer), _values(answer), _branch(answer), _limit(answer), _textbook(answer)]
    return " ".join(part for part in (*parts, _drawn(answer)) if part)


def _opening(answer: Principal) -> str:
    play, since = answer.play, answer.situation
    how = "played once, all at once" if play.once else "in months" if since else "one decision after another"
    own = [f"{one:.4g} ({_low(name)})" for name, one in answer.precisions.items()]
    alike = f"precision {answer.found.precision:.4g}"
    at = "in the limit" if answer.to_limit else f"at {f'precisions {listed(own)}' if answer.uneven else alike}"
    start = f" from {since.name}" if since and not play.once else ""
    if answer.found.reached:
        return f"{play.title}, {how}{start}, {at}."
    return f"{play.title}, {how}{start}. {answer.found.status} What follows is play there."


def _decisions(answer: Principal) -> list[str]:
    """A sentence a decision, the likeliest to come up first to be chosen; those that are told alike in one."""
    order, alike = shown(answer, TOLD), dict[tuple[str, str], list[int]]()
    for t in order:
        alike.setdefault((answer.play.turns[t].where, _doing(answer, t)), []).append(t)
    told = [_sentence(answer, turns) for turns in alike.values()]
    if answer.play.once and len(order) == len(answer.play.turns) > 1:
        best = [int(answer.data["chance"].values[of(answer, t)].argmax()) for t in order]
        both = [answer.play.turns[t].actions[k] for t, k in zip(order, best, strict=True)]
        chance = math.prod(float(answer.data["chance"].values[of(answer, t)].max()) for t in order)
        if chance < 1 - SURE:
            told.append(f"Together {' / '.join(both)} comes about with {percent(chance)}.")
    more = len(answer.play.turns) - len(order)
    return [*told, f"{more:,} more decision{'s' * (more > 1)} in the table."] if more else told


def _sentence(answer: Principal, turns: list[int]) -> str:
    """What some do who are told alike, with their names: 'With round early, the first player mostly chooses ..'"""
    first = answer.play.turns[turns[0]]
    who = listed([_low(answer.play.players[answer.play.turns[t].player]) for t in turns])
    where = f"{'With' if answer.situation else 'At'} {first.where}, " if first.where else ""
    name = who if where or not who.startswith("the ") else f"The {who.removeprefix('the ')}"
    return f"{where}{name} {_doing(answer, turns[0], len(turns) > 1)}"


def _low(name: str) -> str:
    """A name within a sentence."""
    return "the " + name.removeprefix("The ") if name.startswith("The ") else name


def _doing(answer: Principal, t: int, several: bool = False) -> str:
    """'mostly chooses wait, with 62% (58–66% in 90% of draws), at every precision above 0.'"""
    turn, chance = answer.play.turns[t], answer.data["chance"].values[of(answer, t)]
    best, ending = int(chance.argmax()), "" if several else "s"
    share = percent(float(chance[best]))
    if _level(chance):
        return f"take{ending} all actions alike, with {share} each."
    drawn = answer.data["drawn"].values[:, of(answer, t)[best]]
    ranged = f" ({span(*known_ends(drawn))} in 90% of draws)" if len(drawn) else ""
    often = "" if chance[best] >= 1 - SURE else "mostly "
    last = answer.data["limit"].values[of(answer, t)]
    other = not (np.isnan(last).any() or _level(last)) and int(last.argmax()) != best
    chosen = f"{often}choose{ending} {turn.actions[best]}, with {share}{ranged}, {_since(answer, t, best, other)}"
    if not other:
        return f"{chosen}."
    after = _lead(answer, t, best)[1]
    turned = answer.line.path.precision[len(answer.line.path) - len(after) :][after < 0]
    where = f"above {turned[0]:.2g}" if len(turned) else "at much higher precision"
    who = "they" if several else "it"
    return f"{chosen}; {where} {who} mostly choose{ending} {turn.actions[int(last.argmax())]}."


def _since(answer: Principal, t: int, best: int, other: bool) -> str:
    """From which precision on an action is chosen most; ``other``: in the limit another is."""
    lead = _lead(answer, t, best)[0]
    since = crossing(answer.line.path.precision[: len(lead)], lead)
    if since is not None and since > 0:
        return f"from precision {since:.2g} on"
    return "at lower precision too" if other else "at any precision" if since is None else "at every precision above 0"


def _lead(answer: Principal, t: int, best: int) -> tuple[Floats, Floats]:
    """By how much an action leads the next along the branch drawn, up to the precision told, and beyond."""
    along = answer.data["along"].values[:, of(answer, t)]
    lead = along[:, best] - np.delete(along, best, axis=1).max(axis=1)
    precision = answer.line.path.precision
    if answer.to_limit or answer.line is answer.found:
        return lead, lead[:0]
    there = np.flatnonzero(np.diff(np.sign(precision - answer.found.precision)) != 0)
    cut = int(there[0]) + 1 if len(there) else len(lead)
    return lead[:cut], lead[cut:]


def crossing(precision: Floats, lead: Floats) -> float | None:
    """Where a lead begins that lasts to the end, between two points by a straight line; None: it was there always."""
    behind = np.flatnonzero(lead <= EVEN)
    if not len(behind):
        return None
    k = int(behind[-1])
    if k + 1 >= len(lead):
        return float(precision[k])
    share = max(-lead[k], 0.0) / (lead[k + 1] - min(lead[k], 0.0))
    return float(precision[k] + share * (precision[k + 1] - precision[k]))


def _level(chance: Floats) -> bool:
    return float(np.ptp(chance)) <= EVEN


def _values(answer: Principal) -> str:
    """What it is worth to each, and what each forgoes."""
    data, told = answer.data, []
    for n, name in enumerate(data["player"].values):
        low, high = known_ends(data["drawn_value"].values[:, n])
        ranged = f" ({low:.3g} to {high:.3g})" if math.isfinite(low) else ""
        told.append(f"{float(data['value'][n]):.3g}{ranged} to {_low(str(name))}")
    worst = float(data["regret"].max())
    most = f"more than {worst:.2g}" if worst > 1e-4 * float(np.abs(answer.play.game.payoffs).max()) else "anything"
    return f"It is worth {listed(told)}, in payoff. Nobody could gain {most} by its best play against the others'."


def _branch(answer: Principal) -> str:
    """What the branch met."""
    till = "the limit" if answer.to_limit else "here"
    met = _met(answer.met) or "no fold and no crossing with another"
    later = f" Beyond, it meets {_met(answer.later)}." if answer.later else ""
    path = answer.line.path.precision
    times = int((np.diff(np.sign(path - answer.found.precision)) != 0).sum()) if answer.line is not answer.found else 1
    if times > 1 and not answer.to_limit:
        later += f" It comes through this precision {times} times; the first is told, as one comes from chance play."
    return f"From precision 0, where play is chance, to {till} the branch of equilibria met {met}.{later}"


def _met(met: tuple[Met, ...]) -> str:
    """Folds and bifurcations in plain words; '' for none."""
    told = []
    for kind, noun, meaning in MEANING:
        where = [f"{one.precision:.3g}" for one in met if one.kind == kind]
        if where:
            told.append(f"{'a ' + noun if len(where) == 1 else noun + 's'} at precision {listed(where)}, {meaning}")
    return "; and ".join(told)


def _limit(answer: Principal) -> str:
    """The equilibrium that the branch selects."""
    if answer.limit is None:
        return f"Where the branch leads in the end is not told. {answer.unfollowed}" if answer.unfollowed else ""
    kind = "the Nash equilibrium" if answer.play.once else "the equilibrium"
    if answer.to_limit:
        return f"This is {kind} that the branch from chance play selects: {told_limit(answer)}."
    return f"In the limit, with precision without bound, the branch leads to {kind}: {told_limit(answer)}."


def told_limit(answer: Principal) -> str:
    """'the first driver wait with 75% and drive on with 25%, the second driver ...'."""
    last, parts = answer.data["limit"].values, []
    turns = shown(answer, TOLD)
    for t in turns:
        turn, chance = answer.play.turns[t], last[of(answer, t)]
        sure = chance.max() >= 1 - SURE
        mixed = [f"{turn.actions[k]} with {percent(float(p))}" for k, p in enumerate(chance) if p >= SURE]
        done = turn.actions[int(chance.argmax())] if sure else listed(mixed)
        where = f" at {turn.where}" if turn.where else ""
        parts.append(f"{_low(answer.play.players[turn.player])}{where}, {done}")
    more = len(answer.play.turns) - len(turns)
    return "; ".join(parts) + (f"; and so on in {more:,} more decisions" if more else "")


def _textbook(answer: Principal) -> str:
    """The known answer beside the branch's."""
    found = known(answer)
    if found is None:
        return ""
    if found["kind"] == "backward induction":
        if answer.limit is not None and not found["limit"]:
            return "Backward induction, worked out from the end, leads elsewhere: do not rely on this limit."
        return "It is what backward induction, worked out from the end, gives too." if answer.limit else ""
    names = [", ".join(_each(answer, each)) for each in found["equilibria"]]
    if len(names) == 1:
        return "The game has no other." if found["limit"] == 0 else f"The game's only Nash equilibrium: {names[0]}."
    numbered = "; ".join(f"({n + 1}) {name}" for n, name in enumerate(names))
    selected = f" This is ({found['limit'] + 1})." if found["limit"] is not None else ""
    return f"The game has {len(names)} Nash equilibria: {numbered}.{selected}"


def _each(answer: Principal, chances: list[float]) -> list[str]:
    """An equilibrium of a 2 x 2 game, a phrase a player."""
    told = []
    for turn, chance in zip(answer.play.turns, chances, strict=True):
        sure = chance in (0.0, 1.0)
        done = turn.actions[int(chance)] if sure else f"{turn.actions[1]} with {percent(chance)}"
        told.append(f"{_low(answer.play.players[turn.player])} {done}")
    return told


def _drawn(answer: Principal) -> str:
    """In how many draws the branch met something, or could not be followed."""
    draws = answer.data.sizes["draw"]
    if not draws:
        return ""
    lost = int(np.isnan(answer.data["drawn_value"].values[:, 0]).sum())
    met = int((answer.data["drawn_met"].values > 0).sum())
    low, high = ends(answer.data["drawn_precision"].values)
    varied = f" (precision {low:.2g} to {high:.2g} in 90% of them)" if high > low and not answer.to_limit else ""
    told = f"In {met} of {draws} draws of the case's numbers{varied} the branch met a fold or a crossing."
    return told + (f" In {lost} it could not be followed to the end; those are left out." if lost else "")


def findings(answer: Principal) -> list[Finding]:
    """Each decision, each player's value, the branch, the limit."""
    found, data, draws = [], answer.data, answer.data.sizes["draw"]
    for t in shown(answer, SHOWN):
        at = of(answer, t)
        chance, drawn = data["chance"].values[at], data["drawn"].values[:, at]
        best = int(chance.argmax())
        holds = int((drawn.argmax(axis=1)[~np.isnan(drawn).any(axis=1)] == best).sum()) if draws else None
        said = _sentence(answer, [t])
        found.append(Finding(said, float(chance[best]), *known_ends(drawn[:, best]), "chance", holds, draws))
    for n, name in enumerate(data["player"].values):
        value, drawn = float(data["value"][n]), data["drawn_value"].values[:, n]
        found.append(Finding(f"It is worth {value:.3g} to {name}.", value, *known_ends(drawn), "payoff", None, draws))
        lost = float(data["regret"][n])
        found.append(Finding(f"{name} could gain {lost:.2g} by its best play.", lost, unit="payoff", draws=0))
    nothing = int((data["drawn_met"].values == 0).sum()) if draws else None
    holds = nothing if not answer.met else draws - nothing if nothing is not None else None
    found.append(Finding(_branch(answer), float(len(answer.met)), unit="folds and crossings", holds=holds, draws=draws))
    if answer.limit is not None:
        found.append(Finding(" ".join(filter(None, (_limit(answer), _textbook(answer)))), unit="none"))
    return found
