r"""The steps of a solved game, and in whose interest each is.

A step is an action of its mover with one of its outcomes, all consents given, or an outcome of a chance rule. With the
values V of the equilibrium, and E over the outcomes of the action,

    G_i   = -asking_i + pay_i + E V_i(next) - V_i(s)        what i gains if it is taken, against waiting
    D_r   = pay_r + E V_r(next) - V_r(refused)              what a consenter gains by its yes
    slack = min(G_mover, D_r of all whose consent is needed)
    temptation = max over the mover's other open actions b of Q_b - V(s), less G_mover

Q_b is as play has it, with refusals. A step with slack of at least zero is in the interest of all who decide it. A
chance rule is luck: nobody decides it, and its slack is infinite. An outcome of an action whose chance is below one is
luck in part: the decision is weighed by its expectation. Dated rules count as hazards of 1 / every, as in the
equilibrium. A step happens at the rate

    r_m policy accepted chance[k]  or  rate of the rule's outcome,

so it comes next with the chance rate / (sum of the rates of all that changes the state), which is the embedded jump
chain of play, and the mean time until the next change is 1 / that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.solutions import Solved
    from detente.game.arrays import Column

NOBODY = -1


@dataclass(frozen=True)
class Taken:
    """A step as a route has it: in which state it is taken and to which it leads; an action or a rule, the other -1."""

    state: int
    after: int
    action: int = NOBODY
    rule: int = NOBODY


@dataclass(frozen=True, eq=False)
class Steps:
    """All E steps that can happen and change the state, or are an action that does not."""

    states: int
    source: np.ndarray  # (E,)
    target: np.ndarray  # (E,)
    action: np.ndarray  # (E,) index into Scenario.actions, or -1
    rule: np.ndarray  # (E,) index into Scenario.rules, or -1
    slack: np.ndarray  # (E,) payoff
    rate: np.ndarray  # (E,) a month
    share: np.ndarray  # (E,) chance of this outcome, once the action is taken; 0 for a rule
    total: np.ndarray  # (S,) rate at which the state is left

    @property
    def chance(self) -> np.ndarray:
        """(E,) that the next change of the state is this step."""
        return np.asarray(np.minimum(self.rate / np.maximum(self.total[self.source], np.finfo(float).tiny), 1.0))

    def taken(self, edge: int) -> Taken:
        """One of them."""
        return Taken(*(int(each[edge]) for each in (self.source, self.target, self.action, self.rule)))


def steps_of(solved: Solved) -> Steps:
    """All steps of a solution."""
    game, play = solved.game, solved.equilibrium
    value, tempo = np.asarray(play.value), np.asarray(game.tempo)
    states, parts, total = len(value), list[tuple[np.ndarray, ...]](), np.zeros(len(value))
    for c, column in enumerate(game.columns):
        action, pace = np.asarray(column.action), float(tempo[column.actor])
        rows = np.flatnonzero(action >= 0)
        if not pace > 0 or not len(rows):
            continue
        policy, accepted = (np.asarray(each[c])[rows] for each in (play.policy, play.accepted))
        slack = _slack(column, value, rows)
        succ, chance = np.asarray(column.succ)[rows], np.asarray(column.chance)[rows]
        for k in range(succ.shape[1]):
            rate = pace * policy * accepted * chance[:, k]
            total[rows] += np.where(succ[:, k] != rows, rate, 0.0)
            on = rate > 0
            nobody = np.full(int(on.sum()), NOBODY)
            parts.append((rows[on], succ[on, k], action[rows][on], nobody, slack[on], rate[on], chance[on, k]))
        if column.refused is not None:
            leaves = np.asarray(column.refused)[rows] != rows
            total[rows] += np.where(leaves, pace * policy * (1 - accepted), 0.0)
    succ, rates, rule = (np.asarray(each) for each in (game.chance.succ, game.chance.rate, game.chance.rule))
    state, at = np.nonzero((rates > 0) & (succ != np.arange(states)[:, None]))
    total += np.bincount(state, weights=rates[state, at], minlength=states)
    nobody, endless = np.full(len(state), NOBODY), np.full(len(state), np.inf)
    parts.append((state, succ[state, at], nobody, rule[state, at], endless, rates[state, at], np.zeros(len(state))))
    source, target, acts, luck, slacks, happens, share = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Steps(states, source, target, acts, luck, slacks, happens, share, total)


@dataclass(frozen=True, eq=False)
class Option:
    """An action that is open in a state; N actors, K outcomes."""

    action: int
    mover: int
    gain: np.ndarray  # (N,) G
    stake: np.ndarray  # (N,) D of those whose consent is needed, else nan
    yes: np.ndarray  # (N,) likewise their chance of yes
    expected: float  # the mover's Q less that of waiting, as play has it
    chosen: float  # chance at the mover's next decision
    accepted: float
    succ: np.ndarray  # (K,)
    chance: np.ndarray  # (K,)
    pace: float  # the mover's decisions a month
    leaves: float  # rate at which it changes the state, taken or refused

    @property
    def slack(self) -> float:
        """The smallest of the mover's gain and the consenters' stakes."""
        return float(np.nanmin([self.gain[self.mover], *self.stake]))


def options_at(solved: Solved, states: Sequence[int]) -> list[list[Option]]:
    """What is open in some states, by state."""
    found: list[list[Option]] = [[] for _ in states]
    at = np.asarray(states, dtype=np.intp)
    for c, column in enumerate(solved.game.columns):
        rows = np.flatnonzero(np.asarray(column.action)[at] >= 0)
        if len(rows) and float(np.asarray(solved.game.tempo)[column.actor]) > 0:
            for k, option in zip(rows, _options(solved, c, at[rows]), strict=True):
                found[k].append(option)
    return found


def _options(solved: Solved, c: int, here: np.ndarray) -> list[Option]:
    """The options of one column in states where it is open."""
    game, play = solved.game, solved.equilibrium
    column, value = game.columns[c], np.asarray(play.value)
    own, who, pace = column.actor, list(column.consenters), float(np.asarray(game.tempo)[column.actor])
    gain, stake = _gains(column, value, here, list(range(value.shape[1])))
    policy, accepted = (np.asarray(each[c])[here] for each in (play.policy, play.accepted))
    expected, stakes, yes = gain[:, own], np.full(gain.shape, np.nan), np.full(gain.shape, np.nan)
    if stake is not None:
        expected = expected - (1 - accepted) * stake[:, own]
        stakes[:, who], yes[:, who] = stake[:, who], _yes(solved, column, stake, here)
    succ, chance = np.asarray(column.succ)[here], np.asarray(column.chance)[here]
    leaves = accepted * (chance * (succ != here[:, None])).sum(axis=1)
    if column.refused is not None:
        leaves = leaves + (1 - accepted) * (np.asarray(column.refused)[here] != here)
    actions = np.asarray(column.action)[here]
    return [
        Option(int(actions[n]), own, gain[n], stakes[n], yes[n], float(expected[n]), float(policy[n]),
               float(accepted[n]), succ[n], chance[n], pace, float(pace * policy[n] * leaves[n]))
        for n in range(len(here))
    ]  # fmt: skip


def closely(solved: Solved, taken: Sequence[Taken]) -> dict[str, np.ndarray]:
    """K steps looked at closely, N actors; payoff units, rates a month; nan where something has no meaning.

    ``gain`` (K, N) G; ``stake`` (K, N) D and ``yes`` (K, N) of those whose consent is needed; ``slack`` (K,);
    ``tempted`` (K,) temptation and ``rival`` (K,) the action behind it, -1 for none; ``chosen`` (K,) at the mover's
    next decision; ``accepted`` (K,); ``share`` (K,) of the outcome, once taken; ``rate`` (K,) of the step; ``total``
    (K,) of all that changes the state; ``discount`` (N,) a month.
    """
    count, actors = len(taken), len(solved.structure.scenario.actors)
    found: dict[str, np.ndarray] = {name: np.full((count, actors), np.nan) for name in ("gain", "stake", "yes")}
    found |= {name: np.full(count, np.nan) for name in
              ("slack", "tempted", "chosen", "accepted", "share", "rate", "total")}  # fmt: skip
    found |= {"rival": np.full(count, NOBODY), "discount": np.asarray(solved.game.discount)}
    chance = solved.game.chance
    succ, rates, rules = (np.asarray(each) for each in (chance.succ, chance.rate, chance.rule))
    for k, (step, options) in enumerate(zip(taken, options_at(solved, [each.state for each in taken]), strict=True)):
        s = step.state
        found["total"][k] = sum(option.leaves for option in options) + rates[s, succ[s] != s].sum()
        if step.rule != NOBODY:
            found["rate"][k] = rates[s, (rules[s] == step.rule) & (succ[s] == step.after)].sum()
            found["share"][k] = found["rate"][k] / max(rates[s, rules[s] == step.rule].sum(), np.finfo(float).tiny)
        mine = next((option for option in options if option.action == step.action), None)
        if mine is None:
            continue
        for name in ("gain", "stake", "yes", "slack", "chosen", "accepted"):
            found[name][k] = getattr(mine, name)
        found["share"][k] = mine.chance[mine.succ == step.after].sum()
        found["rate"][k] = mine.pace * mine.chosen * mine.accepted * found["share"][k]
        others = [each for each in options if each.mover == mine.mover and each is not mine]
        if others:
            rival = max(others, key=lambda each: each.expected)
            found["rival"][k], found["tempted"][k] = rival.action, rival.expected - mine.gain[mine.mover]
    return found


def _gains(column: Column, value: np.ndarray, rows: np.ndarray, who: list[int]) -> tuple[np.ndarray, np.ndarray | None]:
    """G (R, W) of some actors in some states where the column is open, and their D, None without consent."""
    succ, chance = np.asarray(column.succ)[rows], np.asarray(column.chance)[rows]
    wanted = value[:, who]
    ahead = np.einsum("rk,rkw->rw", chance, wanted[succ]) - wanted[rows]
    if column.pay is not None:
        ahead += np.asarray(column.pay)[np.ix_(rows, np.array(who))]
    stake = ahead - _refused(column, wanted, rows) if column.consenters else None
    return ahead if column.asking is None else ahead - np.asarray(column.asking)[np.ix_(rows, np.array(who))], stake


def _refused(column: Column, value: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Values after a refusal less those of the state itself."""
    if column.refused is None:
        return np.zeros((len(rows), value.shape[1]))
    return np.asarray(value[np.asarray(column.refused)[rows]] - value[rows])


def _slack(column: Column, value: np.ndarray, rows: np.ndarray) -> np.ndarray:
    gain, stake = _gains(column, value, rows, [column.actor, *column.consenters])
    return gain[:, 0] if stake is None else np.minimum(gain[:, 0], stake[:, 1:].min(axis=1))


def _yes(solved: Solved, column: Column, stake: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(R, consenters) chances of yes, with stakes (R, N)."""
    who = list(column.consenters)
    precision = np.asarray(solved.game.precision)[who] * solved.equilibrium.reached
    lean = np.asarray(column.lean)[rows]
    with np.errstate(divide="ignore"):
        odds = np.log(lean) - np.log1p(-lean)
    return np.asarray(expit(odds + precision * stake[:, who]))
