"""The derivative of the backward equation of one draw, in single precision, and what preconditions it.

The formulas are those of :mod:`detente.equilibrium.derivative`: with play held the values move along one Markov process
with generator A, and play changes by the readings x, y that decisions depend on, ::

    dG_i = (A - rho_i) dV_i + sum_c alpha_ic x_c + beta_ic y_c.

A is kept scaled, ``M = (A - mean rho) / leave``, with leave the diagonal of ``A - mean rho``: that is what the
Chebyshev steps of :mod:`detente.equilibrium.held` want, and ``A x - rho x = leave M x + (mean rho - rho) x``.
Constants, which shrink at rho and change nobody's play, are taken out before a product and come back at rho.

By ``jax.linearize`` of ``response.residual`` a product took 32 ms in single precision, ten times as long (same game as
in :mod:`detente.equilibrium.batch_play`); the tests hold the two equal.
"""

from __future__ import annotations

from itertools import pairwise

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from detente.equilibrium.batch_play import Layout, Numbers, Place, Played, settled
from detente.equilibrium.held import HIGH, LOW, STEPS

SINGLE = jnp.float32


class Reading(eqx.Module):
    """What one column's decisions read, by entry."""

    near: Float[Array, "n K"]  # chances of its outcomes
    accepted: Float[Array, "n"]
    keen: Float[Array, "n R"] | None  # Y (1 - yes_r) lam_r


class Slope(eqx.Module):
    """G' at one point."""

    matrix: Float[Array, "S w"]  # M on the states that may follow
    leave: Float[Array, "S"]
    reads: tuple[Reading, ...]
    effect: Float[Array, "w S N"]  # alpha and beta of the signals listed for a state
    discount: Float[Array, "N"]
    fading: Float[Array, "S N"]  # of a constant, at each state, after scaling
    constant: Float[Array, "N"]


def slope_of(layout: Layout, numbers: Numbers, played: Played) -> Slope:
    """G' at the values to which ``played`` is the response."""
    generator = _generator(layout, numbers, played)
    mean = jnp.mean(numbers.discount)
    here = jnp.arange(layout.states)
    leave = generator[here, layout.diagonal] - mean
    matrix = generator.at[here, layout.diagonal].add(-mean) / leave[:, None]
    fading = -numbers.discount / leave[:, None]
    total = fading.sum(axis=0)
    reads = []
    for place, chance, accepted, yes in zip(layout.columns, numbers.chance, played.accepted, played.yes, strict=True):
        keen = None
        if yes is not None:
            keen = accepted[:, None] * (1.0 - yes) * numbers.precision[jnp.array(place.consenters)]
            keen = keen.astype(SINGLE)
        reads.append(Reading(chance.astype(SINGLE), accepted.astype(SINGLE), keen))
    return Slope(
        matrix=matrix.astype(SINGLE),
        leave=leave.astype(SINGLE),
        reads=tuple(reads),
        effect=_effect(layout, numbers, played),
        discount=numbers.discount.astype(SINGLE),
        fading=fading.astype(SINGLE),
        constant=jnp.where(total > 0.0, 1.0 / jnp.where(total > 0.0, total, 1.0), 0.0).astype(SINGLE),
    )


def product(layout: Layout, slope: Slope, change: Float[Array, "S N"]) -> Float[Array, "S N"]:
    """G' dV, payoff a month."""
    mean = jnp.mean(change, axis=0)
    change = settled(change - mean)
    out = slope.leave[:, None] * _moved(layout, slope, change)
    out = out + (jnp.mean(slope.discount) - slope.discount) * change - slope.discount * mean
    signal = settled(_signals(layout, slope, settled(change.T)))
    for w in range(layout.signals.shape[1]):
        out = out + signal[layout.signals[:, w], None] * slope.effect[w]
    return out


def held(layout: Layout, slope: Slope, right: Float[Array, "S N"]) -> Float[Array, "S N"]:
    """dV with (A - rho) dV near ``right``: a constant taken out exactly, then Chebyshev steps."""
    rest = right / slope.leave[:, None]
    constant = rest.sum(axis=0) * slope.constant
    rest = rest - constant * slope.fading
    middle, half = (HIGH + LOW) / 2, (HIGH - LOW) / 2
    step = rest / middle
    ratios = [half / middle]
    for _ in range(STEPS - 1):
        ratios.append(1.0 / (2.0 * middle / half - ratios[-1]))

    def deeper(state: tuple[Array, Array, Array], ratio: Array) -> tuple[tuple[Array, Array, Array], None]:
        rest, step, out = state
        rest = rest - _moved(layout, slope, step)
        step = ratio[0] * ratio[1] * step + (2.0 / half) * ratio[1] * rest
        return (rest, step, out + step), None

    pairs = jnp.array(list(pairwise(ratios)), right.dtype)
    (_, _, out), _ = lax.scan(deeper, (rest, step, step), pairs)
    return out + constant


def _moved(layout: Layout, slope: Slope, change: Float[Array, "S N"]) -> Float[Array, "S N"]:
    """M dV."""
    out = slope.matrix[:, 0, None] * change[layout.follow[:, 0]]
    for w in range(1, layout.follow.shape[1]):
        out = out + slope.matrix[:, w, None] * change[layout.follow[:, w]]
    return out


def _signals(layout: Layout, slope: Slope, change: Float[Array, "N S"]) -> Float[Array, "n"]:
    """x of all entries, then y of those that ask, then the padding's zero."""

    def taken(place: Place, read: Reading, actor: int) -> Float[Array, "n"]:
        out = read.near[:, 0] * change[actor][place.succ[:, 0]]
        for k in range(1, place.succ.shape[1]):
            out = out + read.near[:, k] * change[actor][place.succ[:, k]]
        return out

    gains, yes = [], []
    for place, read in zip(layout.columns, slope.reads, strict=True):
        own = change[place.mover]
        gain = taken(place, read, place.mover)
        if read.keen is not None:
            refused = own[place.refused]
            gain = refused + read.accepted * (gain - refused)
            terms = [
                read.keen[:, j] * (taken(place, read, r) - change[r][place.refused])
                for j, r in enumerate(place.consenters)
            ]
            yes.append(sum(terms[1:], terms[0]))
        gains.append(gain - own[place.rows])
    return jnp.concatenate([*gains, *yes, jnp.zeros(1, change.dtype)])


def _generator(layout: Layout, numbers: Numbers, played: Played) -> Float[Array, "S w"]:
    """A on the states that may follow: rates, a month; rows sum to zero."""
    taken, refused = [], []
    for place, chance, policy, accepted in zip(
        layout.columns, numbers.chance, played.policy, played.accepted, strict=True
    ):
        chosen = numbers.tempo[place.mover] * policy
        taken.append((chosen * accepted)[:, None] * chance)
        if place.consenters:
            refused.append(chosen * (1.0 - accepted))
    raw = [each.ravel() for each in (*taken, *refused, numbers.rate)]
    raw.append(jnp.zeros(layout.states, numbers.rate.dtype))
    found = jnp.zeros(layout.follow.size, numbers.rate.dtype).at[layout.raw].add(jnp.concatenate(raw))
    found = found.reshape(layout.follow.shape)
    return found.at[jnp.arange(layout.states), layout.diagonal].add(-found.sum(axis=1))


def _effect(layout: Layout, numbers: Numbers, played: Played) -> Float[Array, "w S N"]:
    """alpha and beta of each state's signals, in their places."""
    means = {mover: mean for (mover, _), mean in zip(layout.movers, played.mean, strict=True)}
    alphas, betas = [], []
    for place, gain, policy, stake in zip(layout.columns, played.gain, played.policy, played.stake, strict=True):
        chosen = (numbers.tempo[place.mover] * policy)[:, None]
        alpha = numbers.precision[place.mover] * chosen * (gain - means[place.mover][place.rows])
        if numbers.shocks:
            alpha = alpha.at[:, place.mover].set(0.0)
        alphas.append(alpha)
        if place.consenters and stake is not None:
            betas.append(chosen * stake + alpha * stake[:, [place.mover]])
    found = jnp.concatenate([*alphas, *betas, jnp.zeros((1, gain.shape[1]), gain.dtype)]).astype(SINGLE)
    listed: Array = settled(found)[layout.signals.T]
    return listed
