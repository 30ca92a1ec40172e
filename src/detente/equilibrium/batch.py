"""Many parameter draws of one case solved in one call, by the same code on a CPU or a GPU.

The games of the draws share their structure (who may do what where, and what follows) and differ in numbers, which
have an axis D in front. All are solved together from the central solution by Newton's method with a preconditioned
Krylov solver, in JAX, without a step back to Python: :mod:`detente.equilibrium.batch_newton`. Draws are taken in chunks
that fit :data:`MEMORY`; a chunk is one compiled call.

``precision='float64'`` keeps values and residuals in double precision. ``'float32'`` keeps all in single, which on the
Korean case leaves errors of 0.005 to 0.01 in log odds; then the residual is evaluated in double precision, one Newton
step from there corrects the values, and what that leaves is the *error* told. Up to :data:`ROUGH` it has converged.

A draw has *converged* if Newton's method did, and its first step was gentle (as
:mod:`detente.equilibrium.continuation` asks: else the solution need not be the one that the start continues into).
Where it was not and the neighbour's game is known, the way between the games is gone in two halves. Others are told,
and :func:`finish` gives them to :func:`detente.equilibrium.stationary.solve`. No index is counted here: a solution of a
batch is not certified.

Use ``stationary.solve`` for one game or a few: compiling takes longer than solving a few draws.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from detente.equilibrium.batch_games import Drawn, drawn_of, one_of, taken
from detente.equilibrium.batch_newton import Ended, newton
from detente.equilibrium.batch_play import Layout, Numbers, layout_of, numbers_of, play, whole
from detente.equilibrium.continuation import GENTLE
from detente.equilibrium.stationary import solve
from detente.game.double import double_precision
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.result import Floats, Progress
    from detente.game.arrays import Game

Precision = Literal["float64", "float32"]

ROUGH = 1e-3  # error in log odds up to which a solution in single precision has converged
NEAR = 1e-2  # a start this near, in log odds, needs no gentle first step
MEMORY = 2 * 10**9  # bytes
MOST = 400  # products a draw

_Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Batch:
    """Solutions by draw; read ``statement`` first. Index checks are not done: nothing here is certified.

    ``value`` payoff units; ``policy[c][d, s]`` the chance that the mover, at its move, chooses column c's action;
    ``accepted[c][d, s]`` the chance that all whose consent it needs agree; both empty for :class:`Drawn` games.
    """

    value: Floats  # (D, S, N)
    policy: tuple[Floats, ...]
    accepted: tuple[Floats, ...]
    residual: Floats  # (D,) largest |G|, payoff a month
    error: Floats  # (D,) estimated, in log odds of play; inf where there is no estimate
    converged: _Mask  # (D,)
    products: np.ndarray[tuple[int, ...], np.dtype[np.int64]]  # (D,) with the derivative
    seconds: float
    precision: Precision
    device: str
    tolerance: float
    chunk: int  # draws in one compiled call
    finished: bool = False  # those that did not converge together have been tried one by one

    @property
    def statement(self) -> str:
        """What was reached, in a sentence or two."""
        good, count = int(self.converged.sum()), len(self.converged)
        worst = float(self.error[self.converged].max(initial=0.0))
        told = f"{good} of {count} draws converged"
        told += f", the largest error in log odds {worst:.1e}" if good else ""
        lost = np.flatnonzero(~self.converged)
        which = ", ".join(map(str, lost[:10])) + (", ..." if len(lost) > 10 else "")
        told += f"; not {which}" if len(lost) else ""
        told += ", neither together nor one by one" if len(lost) and self.finished else ""
        return f"{told}. {self.precision} on {self.device}. Index and other equilibria: not checked."


def solve_batch(
    games: Game | Drawn,
    start: Floats,
    *,
    tolerance: float = 1e-6,
    precision: Precision = "float64",
    device: Any = None,
    neighbour: Game | None = None,
    most: int = MOST,
    progress: Progress | None = None,
) -> Batch:
    """Solve D games of one structure, each from ``start``: values (S, N), the central solution, or (D, S, N).

    ``games``: a Game whose numbers have an axis D in front (see ``stack``, or ``vmap`` of ``Structure.game``), or
    :class:`Drawn` for more than memory holds. ``tolerance``: largest error of log odds. ``device``: a JAX device, JAX's
    default if None. ``neighbour``: the game that ``start`` solves. ``most``: products a draw, and as many again for
    each half of the way from the neighbour. Raises DetenteError for shapes that do not fit.
    """
    if precision not in ("float64", "float32"):
        raise DetenteError(f"The precision is 'float64' or 'float32', not {precision!r}.")
    began = time.perf_counter()
    with double_precision():
        drawn = drawn_of(games)
        draws, first = drawn.count, drawn.made(0, 1)
        shape = first.flow.shape[1:]
        start = np.asarray(start, np.float64)
        if start.shape not in (shape, (draws, *shape)):
            raise DetenteError(f"The start has shape {start.shape}; it should be {shape} or {(draws, *shape)}.")
        layout = layout_of(one_of(first, 0))
        chunk = _chunk(layout, first, draws, precision, MEMORY)
        device = jax.local_devices()[0] if device is None else device
        work = _Work(jax.device_put(layout, device), precision, tolerance, most, device, drawn is not games, neighbour)
        pieces = []
        for begin in range(0, draws, chunk):
            (progress or (lambda share, what: None))(begin / draws, f"draws {begin} to {min(begin + chunk, draws) - 1}")
            pieces.append(work.solved(drawn, begin, min(begin + chunk, draws), chunk, start))
    joined = [np.concatenate(parts) for parts in zip(*(piece[0] for piece in pieces), strict=True)]
    value, residual, error, converged, products = joined
    policy, accepted = (
        tuple(np.concatenate(parts) for parts in zip(*(piece[1][k] for piece in pieces), strict=True)) for k in (0, 1)
    )
    seconds = time.perf_counter() - began
    named = f"{device.platform} ({device.device_kind})"
    return Batch(
        value, policy, accepted, residual, error, converged, products, seconds, precision, named, tolerance, chunk
    )


def finish(
    batch: Batch, games: Game | Drawn, start: Floats, neighbour: Game | None = None, progress: Progress | None = None
) -> Batch:
    """The batch with the draws that did not converge solved by ``stationary.solve``, one after another.

    ``start`` and ``neighbour``: the central solution's values and game, from which each is continued.
    """
    lost, began = np.flatnonzero(~batch.converged), time.perf_counter()
    if not len(lost):
        return replace(batch, finished=True)
    drawn = drawn_of(games)
    value, residual, error = batch.value.copy(), batch.residual.copy(), batch.error.copy()
    converged, products = batch.converged.copy(), batch.products.copy()
    policy, accepted = tuple(p.copy() for p in batch.policy), tuple(a.copy() for a in batch.accepted)
    for n, d in enumerate(lost):
        (progress or (lambda share, what: None))(n / len(lost), f"draw {d} by itself")
        with double_precision():
            game = one_of(drawn.made(int(d), int(d) + 1), 0)
        from_here = start if np.ndim(start) == 2 else start[d]
        found = solve(game, start=from_here, neighbour=neighbour, tolerance=batch.tolerance, certify="none")
        if not found.converged:
            continue
        value[d], residual[d], error[d], converged[d] = found.value, found.residual, batch.tolerance, True
        products[d] += found.sweeps
        for kept, fresh in ((policy, found.policy), (accepted, found.accepted)):
            for column, new in zip(kept, fresh, strict=bool(kept)):
                column[d] = new
    return replace(
        batch,
        value=value,
        policy=policy,
        accepted=accepted,
        residual=residual,
        error=error,
        converged=converged,
        products=products,
        seconds=batch.seconds + time.perf_counter() - began,
        finished=True,
    )


@dataclass(frozen=True)
class _Work:
    """How a chunk is solved."""

    layout: Layout
    precision: Precision
    tolerance: float
    most: int
    device: Any
    play: bool
    neighbour: Game | None

    def solved(
        self, drawn: Drawn, first: int, last: int, chunk: int, start: Floats
    ) -> tuple[tuple[np.ndarray, ...], tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]]:
        """Values, residuals, errors, who converged, products; policies and acceptances. Of draws first .. last - 1."""
        here = last - first
        filled = np.minimum(np.arange(chunk), here - 1)  # a short chunk repeats its last draw, to be compiled once
        game = jax.device_put(taken(drawn.made(first, last), filled), self.device)
        starts = np.broadcast_to(start, (here, *start.shape[-2:])) if start.ndim == 2 else start[first:last]
        dtype = jnp.dtype(self.precision)
        numbers = _numbers(self.layout, game, dtype)
        value = jax.device_put(jnp.asarray(starts[filled], dtype), self.device)
        live = jnp.arange(chunk) < here
        rough = self.precision == "float32"
        aim = max(self.tolerance, 1e-5) if rough else self.tolerance
        ended = self._followed(numbers, value, jnp.asarray(aim, dtype), live)
        error, products = ended.error, ended.products
        exact = numbers
        value = ended.value.astype(jnp.float64)
        converged = ended.converged
        if rough:
            exact = _numbers(self.layout, game, jnp.dtype("float64"))
            step = newton(self.layout, exact, value, jnp.asarray(jnp.inf), jnp.asarray(100), live)
            value, error, products = step.value, step.error, products + step.products
            converged = error <= max(self.tolerance, ROUGH)
        converged = converged & _gentle(ended)
        residual, policy, accepted = _told(self.layout, exact, value, self.play)
        found = (value, residual, error, converged, products)
        return (
            tuple(np.asarray(each)[:here] for each in found),
            (tuple(np.asarray(p)[:here] for p in policy), tuple(np.asarray(a)[:here] for a in accepted)),
        )

    def _followed(self, numbers: Numbers, start: jax.Array, aim: jax.Array, live: jax.Array) -> Ended:
        """Newton's method and, where its first step was too long, again by way of the games half way."""
        most = jnp.asarray(self.most)
        ended = newton(self.layout, numbers, start, aim, most, live)
        lost = live & ~(ended.converged & _gentle(ended))
        if self.neighbour is None or not bool(lost.any()):
            return ended
        central = jax.device_put(numbers_of(self.layout, self.neighbour, start.dtype), self.device)
        middle = jax.tree.map(lambda here, there: (here + there) / 2, numbers, central)
        first = newton(self.layout, middle, start, jnp.full_like(aim, 1e-3), most, lost)
        second = newton(self.layout, numbers, first.value, aim, most, lost & first.converged & _gentle(first))
        better = lost & second.converged & _gentle(second)
        products = ended.products + first.products + second.products

        def chosen(one: jax.Array, other: jax.Array) -> jax.Array:
            return jnp.where(better.reshape(-1, *[1] * (one.ndim - 1)), one, other)

        found: Ended = jax.tree.map(chosen, second, ended)
        return found._replace(products=products)


def _gentle(ended: Ended) -> jax.Array:
    return (ended.contraction <= GENTLE) | (ended.moved <= NEAR)


@eqx.filter_jit
def _numbers(layout: Layout, game: Game, dtype: Any) -> Any:
    """The numbers on the entries, an axis D in front of each."""
    numbers, indices = eqx.partition(game, eqx.is_inexact_array)
    return jax.vmap(lambda one: numbers_of(layout, eqx.combine(one, indices), dtype))(numbers)


@eqx.filter_jit
def _told(layout: Layout, numbers: Any, value: Any, policies: bool) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Largest |G|, and whole columns of policy and acceptance."""

    def one(own: Any, at: Any) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
        played = play(layout, own, at)
        residual = jnp.abs(played.residual).max()
        if not policies:
            return residual, (), ()
        return residual, whole(layout, played.policy, 0.0), whole(layout, played.accepted, 1.0)

    found: tuple[Any, tuple[Any, ...], tuple[Any, ...]] = jax.vmap(one)(numbers, value)
    return found


def _chunk(layout: Layout, first: Game, draws: int, precision: Precision, memory: int) -> int:
    """Draws at once, in chunks of about one size, by what one takes; at least one."""
    states, actors = first.flow.shape[1:]
    entries = sum(len(place.rows) for place in layout.columns)
    given = sum(array.nbytes for array in first.numbers)
    wide = 8 if precision == "float64" else 4
    response = 4 * wide * entries * actors
    space = 4 * states * actors * (30 + 2 * layout.signals.shape[1]) + 8 * wide * states * actors
    room = max(1, int(memory // (2 * given + response + space)))
    return math.ceil(draws / math.ceil(draws / room))
