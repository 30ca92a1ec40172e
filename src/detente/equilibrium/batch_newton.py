"""Newton's method for many games of one structure at once, from starts nearby: one compiled loop.

The steps and the stopping rule are those of :mod:`detente.equilibrium.newton`, draw by draw: the step solves
``G' dV = -G`` to a forcing tolerance, goes as far along dV as makes |G| / (total rate) fall, and the method stops where
what is left, the step's size times the share of the residual that it left, is below the tolerance, or the residual is
rounding. A draw that has stopped stays as it is; the loop ends when all have, or have spent their products. Values and
residuals are in the precision of the numbers, linear systems always in single precision: a step need not be exact.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from detente.equilibrium.batch_krylov import gmres
from detente.equilibrium.batch_play import Layout, Numbers, play, settled
from detente.equilibrium.batch_slope import SINGLE, Slope, held, product, slope_of
from detente.equilibrium.newton import ENOUGH

STEPS = 12
LEAST = 1e-3  # share of a step below which it is given up


class Ended(NamedTuple):
    """Where Newton's method ended, by draw."""

    value: Float[Array, "D S N"]
    converged: Bool[Array, "D"]
    error: Float[Array, "D"]  # estimated, in log odds
    contraction: Float[Array, "D"]  # residual after the first step over residual before
    moved: Float[Array, "D"]  # size of the first step, in log odds: what was wrong with the start
    products: Int[Array, "D"]


class _At(NamedTuple):
    value: Float[Array, "D S N"]
    active: Bool[Array, "D"]
    converged: Bool[Array, "D"]
    error: Float[Array, "D"]
    contraction: Float[Array, "D"]
    moved: Float[Array, "D"]
    products: Int[Array, "D"]
    forcing: Float[Array, "D"]
    step: Int[Array, ""]


@eqx.filter_jit
def newton(
    layout: Layout, numbers: Numbers, start: Float[Array, "D S N"], tolerance: Array, most: Array, live: Array
) -> Ended:
    """From ``start`` to zeros of G, of those draws that are ``live``, in ``most`` products each."""
    draws = len(start)
    least = 2 * float(np.finfo(start.dtype).eps)

    def rounding(value: Array) -> Array:
        return least * jnp.abs(value).max(axis=(1, 2))

    def search(at: _At, change: Array, before: Array) -> tuple[Array, Array, Array]:
        """Values, norms of their residuals, and shares of the step; share 0 where none helps."""

        def tried(state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
            share, good, value, after = state
            ahead = at.value + share[:, None, None] * change
            left = _norm(numbers, jax.vmap(lambda n, v: play(layout, n, v).residual)(numbers, ahead))
            falls = ~good & (share > LEAST) & (left <= (1.0 - 0.1 * share) * before)
            value = jnp.where(falls[:, None, None], ahead, value)
            good, after = good | falls, jnp.where(falls, left, after)
            return jnp.where(good, share, share / 2.0), good, value, after

        state = (jnp.ones(draws, change.dtype), ~at.active, at.value, before)
        share, good, value, after = lax.while_loop(lambda s: jnp.any(~s[1] & (s[0] > LEAST)), tried, state)
        return value, after, jnp.where(good & at.active, share, 0.0)

    def step(at: _At) -> _At:
        first = at.step == 0
        change, before, used = _solve(layout, numbers, at.value, at.forcing, most - at.products, at.active)
        value, after, share = search(at, change, before)
        stuck = at.active & (share == 0.0)
        ratio = after / before
        size = _size(numbers, change, value)
        error = jnp.where(share == 1.0, ratio * size, jnp.inf)
        done = (error <= tolerance) | (after <= rounding(value))
        zero = at.active & (before == 0.0)
        ended = jnp.where(stuck, before < 32 * rounding(at.value), done)
        forcing = jnp.clip(jnp.maximum(0.5 * ratio**1.5, ENOUGH * tolerance / error), 1e-4, 0.05)
        products, keep = at.products + used, at.active & ~stuck
        return _At(
            value=value,
            active=keep & ~done & (products < most),
            converged=jnp.where(at.active, ended | zero, at.converged),
            error=jnp.where(zero, 0.0, jnp.where(keep, error, at.error)),
            contraction=jnp.where(first & keep, ratio, at.contraction),
            moved=jnp.where(first & at.active, size, at.moved),
            products=products,
            forcing=jnp.where(keep, forcing, at.forcing).astype(at.forcing.dtype),
            step=at.step + 1,
        )

    infinite = jnp.full(draws, jnp.inf, start.dtype)
    at = _At(
        value=start,
        active=live & jnp.isfinite(start).all(axis=(1, 2)),
        converged=jnp.zeros(draws, bool),
        error=infinite,
        contraction=infinite,
        moved=infinite,
        products=jnp.zeros(draws, jnp.int32),
        forcing=jnp.full(draws, 0.05, start.dtype),
        step=jnp.array(0, jnp.int32),
    )
    at = lax.while_loop(lambda a: jnp.any(a.active) & (a.step < STEPS), step, at)
    return Ended(at.value, at.converged, at.error, at.contraction, at.moved, at.products)


def _solve(
    layout: Layout, numbers: Numbers, value: Array, forcing: Array, most: Array, active: Array
) -> tuple[Array, Array, Array]:
    """dV with G' dV near -G, zero where a draw is not active; the norm of G; products."""

    def sloped(own: Numbers, at: Array) -> tuple[Slope, Array]:
        played = play(layout, own, at)
        return slope_of(layout, own, played), played.residual

    slope, rest = settled(jax.vmap(sloped)(numbers, value))
    mean = jnp.sqrt(jnp.mean(rest**2, axis=(1, 2)))
    fine = active & jnp.isfinite(mean) & (mean > 0.0)
    scale = jnp.where(fine, mean, 1.0)[:, None, None]
    right = jnp.where(fine[:, None, None], -rest / scale, 0.0).astype(SINGLE)
    change, _, used = gmres(
        lambda x: jax.vmap(partial(product, layout))(slope, x),
        right,
        lambda x: jax.vmap(partial(held, layout))(slope, x),
        forcing.astype(SINGLE),
        most,
    )
    return change.astype(value.dtype) * scale, _norm(numbers, rest), used


def _norm(numbers: Numbers, rest: Float[Array, "D S N"]) -> Float[Array, "D"]:
    """|G| over the total rate, root mean square, in payoff."""
    rate = numbers.rate.sum(axis=2)[:, :, None] + (numbers.tempo.sum(axis=1)[:, None] + numbers.discount)[:, None]
    return jnp.sqrt(jnp.mean((rest / rate) ** 2, axis=(1, 2)))


def _size(numbers: Numbers, change: Float[Array, "D S N"], value: Float[Array, "D S N"]) -> Float[Array, "D"]:
    """How much a change of values matters: to log odds of play, and to the values (as ``Problem.size``)."""
    span = numbers.precision * jnp.ptp(change, axis=1)
    tiny = float(np.finfo(change.dtype).tiny)
    share = jnp.abs(change).max(axis=1) / jnp.maximum(jnp.abs(value).max(axis=1), tiny)
    return jnp.maximum(span.max(axis=1), share.max(axis=1))
