r"""Exact derivatives of an equilibrium by every number of its game, and by every parameter of its scenario.

The values V*(p) solve G(V, p) = 0 (:mod:`detente.equilibrium.response`), so, where G' = dG/dV is regular,

    dV/dp = - G'^{-1} dG/dp.

**Adjoint.** For one number L(V, play, p) and many parameters, one linear system serves them all. With the Lagrangian

    F(V, p, mu) = L(V, play(V, p), p) - sum over s, i of mu_i(s) G_i(V, p)(s),

the adjoint mu solves ``G'^T mu = dL/dV`` and then dL/dp = dF/dp with V and mu held. Both derivatives of F are one
reverse pass of JAX; the system is solved with sparse products (:mod:`detente.equilibrium.transposed`). The pass goes
through F to the numbers of the game, then through ``Structure.game`` to the parameters, two functions that are compiled
once a structure and serve every outcome after that.

**Tangent.** For few directions of parameters and all values at once: dG along the direction by forward mode, then one
system with G' itself.

Both hold for either reading of the noise. A formula with a corner (``min``, ``max``, ``abs``) has on the corner the
slope that JAX takes there. With ``noise='shocks'`` and a precision of exactly zero, what the inclusive value gains by
precision (half the variance of the gains) is left out of the derivative by that precision.

Measured on the Korean case (23 thousand states, 9 actors, 133 parameters; processor time): an adjoint system takes 2 s
and a gradient 4 s, after 13 s of compilation at a structure's first, and 1.4 GB; one solve takes 10 s.
Reference: Griewank and Walther, Evaluating Derivatives, 2nd ed., 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres
from detente.equilibrium.problem import Problem
from detente.equilibrium.response import Response, residual, respond
from detente.equilibrium.transposed import HeldTransposed, Transposed
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.krylov import Operator
    from detente.equilibrium.result import Equilibrium, Floats
    from detente.game.structure import Structure

TOLERANCE = 1e-11  # of a linear system, relative
_WORST = 1e-6  # what a linear system may be left with
_KEEP = 3  # structures whose compiled functions are kept
_COMPILER = {"xla_backend_optimization_level": 0}  # code that runs twice: half the time to compile, as fast to run

Functional = Callable[[Game, Float[Array, "S N"], Response], Float[Array, ""]]
"""A number that depends on the game, the values and play, in JAX. As an equinox module it is compiled once for all of
its kind. Where a column is closed its ``policy`` is 0, and what ``accepted`` says there means nothing."""


class Worth(eqx.Module):
    """The mean of values with these weights, payoff: of one actor in one state, say."""

    weights: Float[Array, "S N"]

    def __call__(self, game: Game, value: Float[Array, "S N"], play: Response) -> Float[Array, ""]:
        """The mean at these values."""
        return jnp.sum(self.weights * value)

    @classmethod
    def of(cls, shape: tuple[int, ...], state: int, actor: int) -> Worth:
        """Of one actor in one state; ``shape`` is that of values."""
        with double_precision():
            return cls(jnp.zeros(shape).at[state, actor].set(1.0))


def gradient(
    structure: Structure,
    numbers: Mapping[str, float],
    equilibrium: Equilibrium,
    of: Functional,
    tolerance: float = TOLERANCE,
) -> tuple[float, dict[str, float]]:
    """``of`` at an equilibrium, and its derivative by every parameter of the scenario, in the unit of each.

    ``numbers``: those the equilibrium was solved for; a parameter left out has its likely value. ``of(game, value,
    play)`` is differentiated through all three. Raises DetenteError where the equilibrium is not one of these numbers,
    where its linear system cannot be solved, and where a formula's slope is not finite.
    """
    found, slopes = game_gradient(structure.game(numbers), equilibrium, of, tolerance)
    given = _numbers(structure, numbers)
    with double_precision():
        by_name = _pull(structure)(given, eqx.filter(slopes, eqx.is_inexact_array))
    named = {name: float(by_name[name]) for name in given}
    steep = next((name for name, slope in named.items() if not np.isfinite(slope)), None)
    if steep is not None:
        raise DetenteError(f"A formula that reads {steep!r} has no finite slope at {float(given[steep]):g}.")
    return found, named


def game_gradient(
    game: Game, equilibrium: Equilibrium, of: Functional, tolerance: float = TOLERANCE
) -> tuple[float, Game]:
    """``of`` at an equilibrium, and its derivative by every number of the game: a game whose floats are derivatives.

    Entries are free of one another: that a row of chances sums to one is for the caller to keep.
    """
    slope = _slope_at(game, equilibrium)
    with double_precision():
        value = jnp.asarray(equilibrium.value)
        found, (_, by_value) = _lagrangian(game, value, jnp.zeros_like(value), of)
        precondition = HeldTransposed(slope.generator, slope.discount)
        adjoint = _solved(Transposed(slope), np.asarray(by_value), precondition, tolerance)
        _, (by_number, _) = _lagrangian(game, value, jnp.asarray(adjoint), of)
        slopes: Game = eqx.combine(by_number, game)
        return float(found), slopes


def tangents(
    structure: Structure,
    numbers: Mapping[str, float],
    equilibrium: Equilibrium,
    directions: Sequence[Mapping[str, float]],
    tolerance: float = TOLERANCE,
) -> Floats:
    """(D, S, N) the change of all values along each direction, payoff for one unit of it.

    A direction maps names of parameters to their changes, ``{"tempo": 1.0}`` for the derivative by tempo; a name left
    out does not change. Errors are those of :func:`gradient`, and an unknown name.
    """
    game, given = structure.game(numbers), _numbers(structure, numbers)
    slope = _slope_at(game, equilibrium)
    precondition = Held(slope.generator, slope.discount)
    found = np.empty((len(directions), *game.shape))
    for d, direction in enumerate(directions):
        unknown = sorted(set(direction) - set(given))
        if unknown:
            raise DetenteError(f"There is no parameter {unknown[0]!r} to differentiate by.")
        along = {name: np.float64(direction.get(name, 0.0)) for name in given}
        with double_precision():
            _, change = _push(structure)(given, along, jnp.asarray(equilibrium.value))
        found[d] = _solved(slope, -np.asarray(change), precondition, tolerance)
    return found


def _numbers(structure: Structure, numbers: Mapping[str, float]) -> dict[str, Any]:
    """Every parameter by name, as JAX is to trace it."""
    return {name: np.float64(value) for name, value in {**structure.scenario.likely, **numbers}.items()}


def _slope_at(game: Game, equilibrium: Equilibrium) -> Derivative:
    """G' at the equilibrium."""
    if not equilibrium.converged or equilibrium.reached != 1.0:
        raise DetenteError(f"Only a solution has derivatives, and this one was not reached: {equilibrium.statement}")
    if equilibrium.value.shape != game.shape:
        raise DetenteError(f"The equilibrium's values are {equilibrium.value.shape}; the game's are {game.shape}.")
    problem = Problem(game)
    point = problem.at(equilibrium.value, 1.0)
    left = float(np.abs(point.residual).max())
    if not left <= 2.0 * equilibrium.residual + 1e-10 * float(np.abs(equilibrium.value).max()):
        raise DetenteError(
            f"The equilibrium is not one of these numbers: it leaves {left:.1e} of the backward equation, and left "
            f"{equilibrium.residual:.1e} when it was solved. Hand over the numbers that it was solved for."
        )
    return problem.slope(point)


def _solved(apply: Operator, right: Floats, precondition: Operator, tolerance: float) -> Floats:
    solved = gmres(apply, right, precondition, tolerance, most=2000)
    if not np.isfinite(solved.x).all() or solved.residual > max(_WORST, 10 * tolerance):
        raise DetenteError(
            f"The derivatives could not be computed: their linear system was solved only to {solved.residual:.1e}. "
            "The equilibrium may be at a fold, where its derivatives are infinite, or have a discount of 1 a year."
        )
    return solved.x


def _lagrangian(game: Game, value: Float[Array, "S N"], mu: Float[Array, "S N"], of: Functional) -> Any:
    """The functional, and the Lagrangian's derivatives by the game's floats and by the values."""
    floats, rest = eqx.partition(game, eqx.is_inexact_array)
    arrays, fixed = eqx.partition(of, eqx.is_array)
    leaves, tree = jax.tree.flatten(fixed)
    slopes, found = _slopes(floats, value, rest, mu, arrays, (tuple(leaves), tree))
    return found, slopes


@partial(jax.jit, static_argnums=5, compiler_options=_COMPILER)
@partial(jax.grad, argnums=(0, 1), has_aux=True)
def _slopes(floats: Game, value: Array, rest: Game, mu: Array, arrays: Any, fixed: Any) -> tuple[Array, Array]:
    """The Lagrangian, and the functional beside it; the decorators make it the former's derivatives."""
    game: Game = eqx.combine(floats, rest)
    of: Functional = eqx.combine(arrays, jax.tree.unflatten(fixed[1], fixed[0]))
    play = respond(game, value)
    found = of(game, value, play)
    return found - jnp.sum(mu * residual(game, value, play=play)), found


@lru_cache(maxsize=_KEEP)
def _pull(structure: Structure) -> Callable[[dict[str, Any], Game], dict[str, Any]]:
    """Derivatives by the game's floats to derivatives by the parameters, compiled."""

    def paired(given: dict[str, Any], slopes: Game) -> Float[Array, ""]:
        floats = jax.tree.leaves(eqx.filter(structure.game(given, jnp), eqx.is_inexact_array))
        total = jnp.zeros(())
        for each, weight in zip(floats, jax.tree.leaves(slopes), strict=True):
            total = total + jnp.sum(each * weight)
        return total

    return jax.jit(jax.grad(paired), compiler_options=_COMPILER)


@lru_cache(maxsize=_KEEP)
def _push(structure: Structure) -> Callable[[dict[str, Any], dict[str, Any], Array], tuple[Array, Array]]:
    """G and its change along a direction of parameters, values held, compiled."""

    def moved(given: dict[str, Any], along: dict[str, Any], value: Array) -> tuple[Array, Array]:
        found: tuple[Array, Array] = jax.jvp(
            lambda numbers: residual(structure.game(numbers, jnp), value), (given,), (along,)
        )
        return found

    return jax.jit(moved, compiler_options=_COMPILER)
