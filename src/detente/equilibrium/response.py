"""How everybody plays against given values, and what that play is worth: the logit response.

At its move actor m chooses among waiting and its open actions, each with its weight ``w`` and the value ``Q`` below::

    D_r    = pay_r + E V_r(next) - V_r(refused)                 what r gains by its yes
    yes_r  = l exp(lam_r D_r) / (l exp(lam_r D_r) + 1 - l)      l = lean
    Y      = product of yes_r over those whose consent is needed
    Q_i    = -asking_i + Y (pay_i + E V_i(next)) + (1 - Y) V_i(refused)
    pi_m   = w exp(lam_m Q_m) / sum over the mover's open actions, waiting among them (weight 1, Q = V)

and the backward equation in months, whose zero is the stationary equilibrium, is

    G_i(V) = flow_i - rho_i V_i + sum_m r_m sum_c pi_c (Q_i,c - V_i) + sum_k h_k (V_i(next_k) - V_i).

With ``noise='shocks'`` the mover's own term is instead the inclusive value, (1 / lam_m) log of the weighted mean of
exp(lam_m (Q_m - V_m)); its limit at precision 0 is the mean itself. ``t`` scales every precision, so that t from 0 to 1
is the ray from default play to the game's own precisions. All is plain JAX, traceable in the game and in the values.

References: McKelvey and Palfrey (1995, 1998); Matejka and McKay (2015); Arcidiacono, Bayer, Blevins, Ellickson (2016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jax.nn import sigmoid
from jaxtyping import Array, Float

if TYPE_CHECKING:
    from detente.game.arrays import Column, Game

Scalar = float | Float[Array, ""]


class Response(eqx.Module):
    """Play against given values; tuples run over the game's columns."""

    policy: tuple[Float[Array, "S"], ...]  # chance that the mover, at its move, chooses this; 0 where closed
    accepted: tuple[Float[Array, "S"], ...]  # chance that all consent; 1 where no consent is needed
    yes: tuple[Float[Array, "S R"] | None, ...]  # each consenter's chance of yes; None where none is needed
    q: tuple[Float[Array, "S N"], ...]  # value of choosing this, payoff
    stake: tuple[Float[Array, "S N"] | None, ...]  # D: value accepted less value refused; None without consent
    advantage: tuple[Float[Array, "S"], ...]  # the mover's Q less that of its best open action, waiting among them


def respond(game: Game, value: Float[Array, "S N"], t: Scalar = 1.0) -> Response:
    """Play when everybody expects ``value`` (payoff units), at ``t`` times the game's precisions."""
    lam = t * jnp.asarray(game.precision)
    worth = [_worth(column, value, lam) for column in game.columns]
    q = [each[0] for each in worth]
    policy: list[Float[Array, "S"]] = [jnp.zeros(0)] * len(q)
    advantage = list(policy)
    for mover, mine in columns_of(game).items():
        gain = [q[c][:, mover] - value[:, mover] for c in mine]
        weights, is_open = _offered(game, mine)
        best = _best(gain, is_open)
        chosen, _ = _choose(weights, gain, is_open, lam[mover])
        for c, pi, better in zip(mine, chosen, gain, strict=True):
            policy[c], advantage[c] = pi, better - best
    return Response(
        policy=tuple(policy),
        accepted=tuple(each[1] for each in worth),
        yes=tuple(each[2] for each in worth),
        q=tuple(q),
        stake=tuple(each[3] for each in worth),
        advantage=tuple(advantage),
    )


def residual(
    game: Game, value: Float[Array, "S N"], t: Scalar = 1.0, play: Response | None = None
) -> Float[Array, "S N"]:
    """G(V), payoff a month: the backward equation dV/dtau = G(V); zero at a stationary equilibrium."""
    play = respond(game, value, t) if play is None else play
    out = jnp.asarray(game.flow) - game.discount * value
    for mover, mine in columns_of(game).items():
        moves = jnp.zeros_like(value)
        for c in mine:
            moves = moves + play.policy[c][:, None] * (play.q[c] - value)
        if game.noise == "shocks":
            gain = [play.q[c][:, mover] - value[:, mover] for c in mine]
            weights, is_open = _offered(game, mine)
            _, inclusive = _choose(weights, gain, is_open, t * game.precision[mover])
            moves = moves.at[:, mover].set(inclusive)
        out = out + game.tempo[mover] * moves
    for k in range(game.chance.succ.shape[1]):
        out = out + game.chance.rate[:, k, None] * (value[game.chance.succ[:, k]] - value)
    return out


def sweep(game: Game, value: Float[Array, "S N"], t: Scalar = 1.0) -> Float[Array, "S N"]:
    """T(V) = V + G(V) / q, q a bound on the total rate of events and discount; its fixed points are the zeros of G."""
    return value + residual(game, value, t) / uniform_rate(game)


def uniform_rate(game: Game) -> Float[Array, ""]:
    """A rate, per month, that the rates of all that can happen in any state, and discount, do not exceed."""
    return jnp.sum(game.tempo) + jnp.max(jnp.sum(game.chance.rate, axis=1)) + jnp.max(game.discount)


def columns_of(game: Game) -> dict[int, list[int]]:
    """Column indices by mover."""
    found: dict[int, list[int]] = {}
    for c, column in enumerate(game.columns):
        found.setdefault(column.actor, []).append(c)
    return found


def _offered(game: Game, mine: list[int]) -> tuple[list[Float[Array, "S"]], list[Array]]:
    """Weights of these columns, and where each is open."""
    columns = [game.columns[c] for c in mine]
    return [jnp.asarray(column.weight) for column in columns], [jnp.asarray(column.action) >= 0 for column in columns]


def _worth(
    column: Column, value: Float[Array, "S N"], lam: Float[Array, "N"]
) -> tuple[Float[Array, "S N"], Float[Array, "S"], Float[Array, "S R"] | None, Float[Array, "S N"] | None]:
    """Q, Y, yes, D of one column."""
    taken = jnp.asarray(column.chance)[:, 0, None] * value[column.succ[:, 0]]
    for k in range(1, column.succ.shape[1]):
        taken = taken + column.chance[:, k, None] * value[column.succ[:, k]]
    if column.pay is not None:
        taken = taken + column.pay
    accepted, yes, stake = jnp.ones(value.shape[0], value.dtype), None, None
    if column.consenters and column.lean is not None:
        refused = value if column.refused is None else value[column.refused]
        stake = taken - refused
        who = jnp.array(column.consenters)
        yes = sigmoid(jnp.log(column.lean) - jnp.log1p(-column.lean) + lam[who] * stake[:, who])
        accepted = jnp.prod(yes, axis=1)
        taken = refused + accepted[:, None] * stake
    if column.asking is not None:
        taken = taken - column.asking
    return taken, accepted, yes, stake


def _best(gain: list[Float[Array, "S"]], is_open: list[Array]) -> Float[Array, "S"]:
    """The largest gain over waiting among open actions; 0 where waiting is best."""
    best = jnp.zeros_like(gain[0])
    for better, here in zip(gain, is_open, strict=True):
        best = jnp.maximum(best, jnp.where(here, better, 0.0))
    return best


def _choose(
    weights: list[Float[Array, "S"]], gain: list[Float[Array, "S"]], is_open: list[Array], lam: Float[Array, ""]
) -> tuple[list[Float[Array, "S"]], Float[Array, "S"]]:
    """Chances of the mover's columns, and its inclusive value over waiting, (1/lam) log mean exp(lam gain)."""
    weights = [jnp.where(here, w, 0.0) for w, here in zip(weights, is_open, strict=True)]
    z = [jnp.where(here, lam * better, 0.0) for better, here in zip(gain, is_open, strict=True)]
    top = lax.stop_gradient(_best(z, is_open))
    terms = [w * jnp.exp(each - top) for w, each in zip(weights, z, strict=True)]
    total = jnp.exp(-top) + sum(terms)
    policy = [term / total for term in terms]
    mass = 1.0 + sum(weights)
    less = (jnp.expm1(-top) + sum(w * jnp.expm1(each - top) for w, each in zip(weights, z, strict=True))) / mass
    mean = sum(w * jnp.where(here, x, 0.0) for w, x, here in zip(weights, gain, is_open, strict=True)) / mass
    safe = jnp.where(lam > 0.0, lam, 1.0)
    return policy, jnp.where(lam > 0.0, (top + jnp.log1p(less)) / safe, mean)
