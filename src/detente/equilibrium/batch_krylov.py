"""GMRES for many linear systems at once, in JAX: one Krylov space a draw, all of them growing together.

Solves ``J_d x_d = b_d`` for b of shape (D, S, N), preconditioned from the right, in single precision. Spaces begin
together and are restarted together, so that a draw's iterates depend on nothing but itself; a draw that has reached its
tolerance, or spent its products, adds nothing more. Orthogonalisation is classical Gram-Schmidt done twice. The
Hessenberg matrices are brought to triangular form by Givens rotations that are kept multiplied together, (D, m+1, m+1),
which costs one small product a step instead of a loop. At a restart the true residual is computed afresh.
Reference: Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 6.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Bool, Float, Int

Operator = Callable[[Float[Array, "D S N"]], Float[Array, "D S N"]]
RESTART = 20
FLOOR = 3e-6  # of the residual: what a space in single precision does not go below


class _Space(NamedTuple):
    j: Int[Array, ""]
    basis: Float[Array, "D m1 S N"]
    turned: Float[Array, "D m1 m1"]  # the rotations so far
    upper: Float[Array, "D m m"]
    weights: Float[Array, "D m"]  # right-hand side of the triangular system
    left: Float[Array, "D"]  # residual norm, with the sign that the rotations give it
    products: Int[Array, "D"]
    active: Bool[Array, "D"]


def gmres(
    apply: Operator,
    right: Float[Array, "D S N"],
    precondition: Operator,
    tolerance: Float[Array, "D"],
    most: Int[Array, "D"],
) -> tuple[Float[Array, "D S N"], Float[Array, "D"], Int[Array, "D"]]:
    """x to ``|b - J x| <= tolerance |b|`` or as near as ``most`` products bring it; relative residuals; products."""
    size = _norm(right)
    target = jnp.maximum(tolerance, FLOOR) * size
    fine = (size > 0.0) & jnp.isfinite(size)

    def wanted(left: Float[Array, "D"], products: Int[Array, "D"]) -> Bool[Array, "D"]:
        return fine & (left > target) & (products < most)

    def cycle(state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        x, rest, left, products = state
        active = wanted(left, products)
        step, products = _cycle(apply, rest, precondition, target, products, most, active)
        x = jnp.where(active[:, None, None], x + step, x)
        rest = jnp.where(active[:, None, None], right - apply(x), rest)
        return x, rest, jnp.where(active, _norm(rest), left), products + active

    begin = (jnp.zeros_like(right), right, size, jnp.zeros_like(most))
    x, _, left, products = lax.while_loop(lambda s: jnp.any(wanted(s[2], s[3])), cycle, begin)
    return x, left / jnp.where(size > 0.0, size, 1.0), products


def _cycle(
    apply: Operator,
    rest: Float[Array, "D S N"],
    precondition: Operator,
    target: Float[Array, "D"],
    products: Int[Array, "D"],
    most: Int[Array, "D"],
    active: Bool[Array, "D"],
) -> tuple[Float[Array, "D S N"], Int[Array, "D"]]:
    """One space a draw: the corrections, and the products so far."""
    draws, dtype = len(rest), rest.dtype
    size = jnp.where(active, _norm(rest), 1.0)
    basis = jnp.zeros((draws, RESTART + 1, *rest.shape[1:]), dtype)
    begin = _Space(
        j=jnp.array(0, jnp.int32),
        basis=basis.at[:, 0].set(rest / size[:, None, None]),
        turned=jnp.broadcast_to(jnp.eye(RESTART + 1, dtype=dtype), (draws, RESTART + 1, RESTART + 1)),
        upper=jnp.broadcast_to(jnp.eye(RESTART, dtype=dtype), (draws, RESTART, RESTART)),
        weights=jnp.zeros((draws, RESTART), dtype),
        left=size,
        products=products,
        active=active,
    )

    def grow(space: _Space) -> _Space:
        j = space.j
        ahead = apply(precondition(lax.dynamic_index_in_dim(space.basis, j, 1, keepdims=False)))
        along = jnp.einsum("dmsn,dsn->dm", space.basis, ahead)
        ahead = ahead - jnp.einsum("dm,dmsn->dsn", along, space.basis)
        again = jnp.einsum("dmsn,dsn->dm", space.basis, ahead)
        ahead = ahead - jnp.einsum("dm,dmsn->dsn", again, space.basis)
        length = _norm(ahead)
        column = (along + again).at[:, j + 1].set(length)
        ahead = ahead / jnp.where(length > 0.0, length, 1.0)[:, None, None]
        return _rotate(space, column, ahead, target, most)

    def goes_on(space: _Space) -> Bool[Array, ""]:
        return (space.j < RESTART) & jnp.any(space.active)

    space = lax.while_loop(goes_on, grow, begin)
    weights = solve_triangular(space.upper, space.weights[:, :, None])[:, :, 0]
    step = jnp.einsum("dm,dmsn->dsn", weights, space.basis[:, :RESTART])
    return precondition(step), space.products


def _rotate(
    space: _Space, column: Float[Array, "D m1"], ahead: Array, target: Float[Array, "D"], most: Int[Array, "D"]
) -> _Space:
    """Column j of the Hessenberg matrices brought to triangular form; draws that are done keep what they have."""
    j, active = space.j, space.active
    column = jnp.einsum("dij,dj->di", space.turned, column)
    one, other = column[:, j], column[:, j + 1]
    length = jnp.hypot(one, other)
    safe = jnp.where(length > 0.0, length, 1.0)
    c, s = jnp.where(length > 0.0, one / safe, 1.0), other / safe
    first, second = space.turned[:, j], space.turned[:, j + 1]
    turned = space.turned.at[:, j].set(c[:, None] * first + s[:, None] * second)
    turned = turned.at[:, j + 1].set(c[:, None] * second - s[:, None] * first)
    column = column.at[:, j].set(safe).at[:, j + 1].set(0.0)[:, :RESTART]
    unused = jnp.arange(RESTART) == j
    left = jnp.where(active, -s * space.left, space.left)
    products = space.products + active
    return _Space(
        j=j + 1,
        basis=space.basis.at[:, j + 1].set(jnp.where(active[:, None, None], ahead, 0.0)),
        turned=turned,
        upper=space.upper.at[:, :, j].set(jnp.where(active[:, None], column, unused.astype(column.dtype))),
        weights=space.weights.at[:, j].set(jnp.where(active, c * space.left, 0.0)),
        left=left,
        products=products,
        active=active & (jnp.abs(left) > target) & (products < most),
    )


def _norm(array: Float[Array, "D S N"]) -> Float[Array, "D"]:
    return jnp.sqrt(jnp.sum(array * array, axis=(1, 2)))
