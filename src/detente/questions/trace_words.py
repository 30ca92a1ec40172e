"""What tracing says in a paragraph, and in the sentences of its findings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detente.graph.words import within
from detente.questions.answer import Finding
from detente.questions.asked import ends
from detente.questions.trace_course import CERTAIN
from detente.questions.trace_details import SHOWN, known_ends, of, shown
from detente.questions.trace_textbook import told_textbook
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
TINY = 1e-300  # a chance is no smaller, for log odds
CHANGES = 3  # of what is mostly done, beyond the precision told


def summary(answer: Principal) -> str:
    """The paragraph."""
    parts = [
        _opening(answer),
        *_decisions(answer),
        _values(answer),
        _branch(answer),
        _limit(answer),
        told_textbook(answer),
    ]
    return " ".join(part for part in (*parts, _drawn(answer)) if part)


def _opening(answer: Principal) -> str:
    play, since = answer.play, answer.situation
    how = "played once, all at once" if play.once else "in months" if since else "one decision after another"
    own = [f"{one:.4g} ({within(name)})" for name, one in answer.precisions.items()]
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
        if chance < 1 - SURE and not any(_level(answer.data["chance"].values[of(answer, t)]) for t in order):
            told.append(f"Together {' / '.join(both)} comes about with {percent(chance)}.")
    more = len(answer.play.turns) - len(order)
    return [*told, f"{more:,} more decision{'s' * (more > 1)} in the table."] if more else told


def _sentence(answer: Principal, turns: list[int]) -> str:
    """What some do who are told alike, with their names: 'With round early, the first player mostly chooses ..'"""
    first = answer.play.turns[turns[0]]
    who = listed([within(answer.play.players[answer.play.turns[t].player]) for t in turns])
    where = f"{'With' if answer.situation else 'At'} {first.where}, " if first.where else ""
    name = who if where or not who.startswith("the ") else f"The {who.removeprefix('the ')}"
    return f"{where}{name} {_doing(answer, turns[0], len(turns) > 1)}"


def _doing(answer: Principal, t: int, several: bool = False) -> str:
    """'mostly chooses wait, with 62% (58–66% in 90% of draws); it leads at every precision above 0.'"""
    turn, chance = answer.play.turns[t], answer.data["chance"].values[of(answer, t)]
    best, ending = int(chance.argmax()), "" if several else "s"
    share = percent(float(chance[best]))
    if _level(chance):
        return f"take{ending} all actions alike, with {share} each."
    drawn = answer.data["drawn"].values[:, of(answer, t)[best]]
    low, high = known_ends(drawn)
    ranged = f" ({span(low, high)} in 90% of draws)" if math.isfinite(low) else ""
    often = "" if chance[best] >= 1 - SURE else "mostly "
    since, after = turns_of(answer, t)
    chosen = f"{often}choose{ending} {turn.actions[best]}, with {share}{ranged}"
    place = _since(answer, t, since, bool(after))
    if not after:
        return f"{chosen}{' in the limit' if answer.to_limit else ''}; it leads {place}."
    who = "they" if several else "it"
    told = [f"above {place:.2g} {f'{who} mostly choose{ending} ' * (n == 0)}{turn.actions[k]}"
            for n, (place, k) in enumerate(after[:CHANGES])]  # fmt: skip
    return f"{chosen}, {place}; {listed(told)}."


def _since(answer: Principal, t: int, since: float | None, other: bool) -> str:
    """From which precision on an action is chosen most; ``other``: beyond, another is."""
    if since is not None:
        return f"from precision {since:.2g} on"
    if other:
        return "at lower precision too"
    start = answer.course[1][0, of(answer, t)]
    return "at every precision above 0" if _level(start) else "at any precision"


def turns_of(answer: Principal, t: int) -> tuple[float | None, list[tuple[float, int]]]:
    """The precision from which the action told is the likeliest, None: always; and those beyond which others are."""
    precision, chances = answer.course
    at, end = of(answer, t), len(precision)
    chances = chances[:, at]
    if not answer.to_limit:
        past = np.flatnonzero(np.diff(np.sign(precision - answer.found.precision)) != 0)
        end = int(past[0]) + 1 if len(past) else end
        here = answer.data["chance"].values[at]
        precision = np.insert(precision, end, answer.found.precision)
        chances = np.insert(chances, end, here, axis=0)
    changes = leads(precision, chances)
    before = [place for n, place, _ in changes if n <= end]
    return (before[-1] if before else None), [(place, k) for n, place, k in changes if n > end]


def leads(precision: Floats, chances: Floats) -> list[tuple[int, float, int]]:
    """Where along a path the likeliest action (P, A) changes: the point after it, the precision, the action from there.

    Between two points log odds over precision, the difference in worth, are taken for a straight line. Where all
    actions are alike, nobody leads.
    """
    who, found = -1, list[tuple[int, float, int]]()
    for n, row in enumerate(chances):
        best = int(row.argmax())
        if _level(row) or best == who:
            continue
        if who >= 0 and row[best] - row[who] > EVEN:
            found.append((n, _between(precision, chances, n, (who, best)), best))
        elif who >= 0:
            continue
        who = best
    return found


def _between(precision: Floats, chances: Floats, n: int, pair: tuple[int, int]) -> float:
    """The precision between points n - 1 and n at which two actions are as likely."""
    first, second = (np.log(np.maximum(chances[[n - 1, n], k], TINY)) for k in pair)
    ends = precision[[n - 1, n]]
    worth = (second - first) / np.where(ends > 0, ends, 1.0)
    share = worth[0] / (worth[0] - worth[1]) if worth[0] < 0 < worth[1] else 0.5
    return float(ends[0] + share * (ends[1] - ends[0]))


def _level(chance: Floats) -> bool:
    return float(np.ptp(chance)) <= EVEN


def _values(answer: Principal) -> str:
    """What it is worth to each, and what each forgoes."""
    data, told = answer.data, []
    for n, name in enumerate(data["player"].values):
        low, high = known_ends(data["drawn_value"].values[:, n])
        ranged = f" ({_worth(answer, n, low)} to {_worth(answer, n, high)})" if math.isfinite(low) else ""
        told.append(f"{_worth(answer, n, float(data['value'][n]))}{ranged} to {within(str(name))}")
    gain = f"Nobody could gain {_gain(answer)} by its best play against the others'."
    return f"It is worth {listed(told)}, in payoff. {gain}"


def _spread(answer: Principal, n: int) -> float:
    """The difference between a player's largest payoff and its least, at one go."""
    return float(np.ptp(answer.play.game.payoffs[:, n]))


def _worth(answer: Principal, n: int, value: float) -> str:
    """A value to a hundredth or so of the spread of a player's payoffs, however large they are."""
    spread = _spread(answer, n)
    if not spread > 0:
        return f"{value:.3g}"
    return f"{round(value, 2 - math.floor(math.log10(spread))) + 0.0:.12g}"


def _gain(answer: Principal, n: int | None = None) -> str:
    """'more than 0.27', or 'anything' where it is next to nothing beside the spread of payoffs."""
    players = range(answer.data.sizes["player"]) if n is None else [n]
    worst = max((float(answer.data["regret"][k]) for k in players), default=0.0)
    least = max((1e-4 * _spread(answer, k) for k in players), default=0.0)
    return f"more than {worst:.2g}" if worst > least else "anything"


def _branch(answer: Principal) -> str:
    """What the branch met."""
    till = "the limit" if answer.to_limit else "here"
    met = _met(answer.met) or "no fold and no crossing with another"
    later = f" Beyond, it meets {_met(answer.later)}." if answer.later else ""
    path = (answer.limit or answer.line).path.precision
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
        why = "" if answer.unfollowed == answer.found.status else answer.unfollowed  # which is told already
        return f"Where the branch leads in the end is not told. {why}".rstrip()
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
        sure = chance.max() == 1.0
        mixed = [f"{turn.actions[k]} with {percent(float(p))}" for k, p in enumerate(chance) if p >= CERTAIN]
        done = turn.actions[int(chance.argmax())] if sure else listed(mixed)
        where = f" at {turn.where}" if turn.where else ""
        parts.append(f"{within(answer.play.players[turn.player])}{where}, {done}")
    more = len(answer.play.turns) - len(turns)
    return "; ".join(parts) + (f"; and so on in {more:,} more decisions" if more else "")


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
        said = f"It is worth {_worth(answer, n, value)} to {within(str(name))}."
        found.append(Finding(said, value, *known_ends(drawn), "payoff", None, draws))
        said = f"{name} could not gain {_gain(answer, n)} by its best play."
        found.append(Finding(said, float(data["regret"][n]), unit="payoff", draws=0))
    nothing = int((data["drawn_met"].values == 0).sum()) if draws else None
    holds = nothing if not answer.met else draws - nothing if nothing is not None else None
    found.append(Finding(_branch(answer), float(len(answer.met)), unit="folds and crossings", holds=holds, draws=draws))
    if answer.limit is not None:
        found.append(Finding(" ".join(filter(None, (_limit(answer), told_textbook(answer)))), unit="none"))
    return found
