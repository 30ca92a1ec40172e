r"""The discrete readings of a scenario: play in months, in turn or at once, as a stochastic game of plain arrays.

Most models of the literature move in periods. ``moves: in_turn`` and ``moves: simultaneous`` read the same scenario so.

**A period** is a month: first the moves, then chance, then the month's payoff, then the discount. With u_i(s) the sum
of i's interests in the state s that stands at the end of the month, and delta_i = discount a year ^ (1/12),

    W_i(s) = sum_c p_c(s) [ pay_ci(s) + E u_i(s'_c) + delta_i E V_i(s'_c) ] + p_0(s) [ u_i(s) + delta_i V_i(s) ]

is what i expects of the rest of the month when the moves have led to s; V_i is the value of a month's beginning.

**Chance.** At most one rule happens in a month. Rates compete as they do in continuous time: with H_c the rate of rule
c where its condition holds, and -log(1 - 1/k) for one that recurs every k months (chance 1/k a month, sure for k = 1),

    p_c = (1 - exp(-sum_d H_d)) H_c / sum_d H_d,    p_0 = exp(-sum_d H_d).

Where something is sure, nothing else happens; several sure rules are equally likely. A rule's payoffs are paid when it
happens, whether or not it changes the state.

**In turn.** All who have a tempo above 0 move once a month, one after another in the file's order; how large a tempo is
makes no difference. Actor m at its turn chooses one open action or waits, with weights w_a, waiting's 1:

    Q_i(s, a)    = pay_i + sum_o P(o|s, a) X_i(s'_o)      X: what is expected at the next one's turn; W after the last
    Q_i(s, wait) = X_i(s)
    pi_m(a|s)    = w_a exp(lam_m Q_m(s, a)) / sum_b w_b exp(lam_m Q_m(s, b))

Who has nothing open is passed over. Gains and costs are paid once, when an action takes effect, undiscounted within the
month. Consent is asked for at once: ``asking`` is paid, and the consenters answer one after another in the file's order
of actors, each at a node of its own with the actions yes (weight l, its ``lean``) and no (weight 1 - l). At the first
no the refusal takes effect. So with one consenter, yes_r is that of the game in continuous time. With several, the last
answers as there, and an earlier one knows that those after it may yet refuse: its stake is D_r times the chance that
all of them agree. (There, each answers as if the others agreed, which answers given in turn cannot be.)

**Simultaneous.** All who have a tempo above 0 choose at once, in the state at the month's beginning. All effects read
that state; they are applied together, in the file's order of actions, so that of two that set the same factor the later
one wins. Their chances are independent; each is paid for. Consent cannot be asked, and is refused.

**The end.** A state in which nobody who moves has anything open, no rule can happen and nobody is paid anything, ends
the game: nothing follows, and it has no row. That is what a discount of 1 needs.

**Steps.** With ``step`` of h months instead of None, actor m comes to its turn with chance 1 - exp(-tempo_m h), rates
are times h, a dated rule has the chance h/k, payoffs of the period are h u_i(s) and the discount is delta_i^h. As h
goes to 0, values and play at the turns go to those of the game in continuous time, with an error of order h. (With
shocks, in so far as nobody is asked: a consenter's answer is a move here, and shocks count in it.)

References: Fink 1964; Doraszelski and Judd 2012, Quantitative Economics 3; Rust 1987, Econometrica 55.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.game.periods.in_turn import in_turn
from detente.game.periods.result import Periods, Row
from detente.game.periods.simultaneous import simultaneous
from detente.game.structure import read
from detente.given import plain
from detente.problems import DetenteError
from detente.scenario.given import of_a_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.game.stochastic import StochasticGame
    from detente.scenario.model import Scenario

__all__ = ["Periods", "Row", "periods", "stochastic_game"]


def stochastic_game(scenario: Scenario, numbers: Mapping[str, Any] | None = None) -> StochasticGame:
    """The stochastic game of a scenario with ``moves: in_turn`` or ``simultaneous``; its states are labelled.

    :func:`periods` gives the same with its rows, precisions and noise.
    """
    return periods(scenario, numbers).game


@of_a_case
def periods(scenario: Scenario, numbers: Mapping[str, Any] | None = None, step: float | None = None) -> Periods:
    """The game in periods at these numbers (a parameter that is not given has its likely value), with its rows.

    ``dt.trace(found.game, found.precision, noise=found.noise)`` solves it. ``step``: months a period; None: a month in
    which everybody moves for sure. Raises DetenteError for what has no such reading, for numbers that leave their
    bounds, and for a game that is too large for dense arrays, before these are made.
    """
    given = read(scenario, numbers)
    length = plain(step)
    if step is not None and (length is None or not 0.0 < length <= 1.0):
        raise DetenteError(f"A step of {step!r:.60} months is none; give a number above 0 and at most 1, or none.")
    if scenario.moves == "in_turn":
        return in_turn(scenario, given, length)
    if scenario.moves == "simultaneous":
        return simultaneous(scenario, given, length)
    raise DetenteError(
        "This scenario has `moves: continuous`, and so no periods; write `moves: in_turn` or `moves: simultaneous`."
    )
