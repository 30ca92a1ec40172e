r"""Raw shocks as a stream of payoff: what it is worth to have many chances (``noise: raw``).

With shocks that are drawn anew for every action, as in Rust (1987), more actions are more chances of a good one. The
mover's inclusive value is then

    (1 / lam_m) log( 1 + sum_a w_a exp(lam_m (Q_a - V)) )        weights as they are, waiting's 1,

above ``noise: shocks``, whose weights are divided by their sum W_m(s) = 1 + sum of w_a open in s, by log(W_m(s)) /
lam_m at each move. That depends on the state but on nobody's play. So raw shocks are shocks with one more flow to the
mover, payoff a month,

    r_m log(W_m(s)) / lam_m,

and solvers, outcomes and derivatives need not know of them. On the way from default play the flow stays that of the
game's own precision. A consenter's yes and no have weights that sum to one, and add nothing.

References: Rust 1987, Econometrica 55; Arcidiacono, Bayer, Blevins and Ellickson 2016 for continuous time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.game.arrays import Column


def choice_flow(columns: Iterable[Column], tempo: Any, precision: Any, states: int, xp: Any) -> Any:
    """(S, N) r_m log(W_m(s)) / lam_m, payoff a month, of columns with weights (S,) that are zero where nothing is open.

    ``xp`` is numpy or jax.numpy. Who never moves has none, whatever its precision.
    """
    tempo, precision = xp.asarray(tempo), xp.asarray(precision)
    total: list[Any] = [xp.ones(states) for _ in range(len(tempo))]
    for column in columns:
        total[column.actor] = total[column.actor] + xp.asarray(column.weight)
    per = xp.where(tempo > 0, tempo / xp.where(tempo > 0, precision, 1.0), 0.0)
    return xp.log(xp.stack(total, axis=1)) * per
