"""Many games of one structure, laid out for JAX: the open entries alone, and play on them.

The equations are those of :mod:`detente.equilibrium.response`. As in :mod:`detente.equilibrium.play` nothing is
computed where an action is closed, but here every sparse product is a *padded* one: a state has a list of the entries
open in it (of the signals, of the states that may follow), filled up to the longest such list with a place that holds
zero. A list is read by unrolled gathers, which XLA runs well on a CPU and on a GPU alike; nothing is added up by
scattering except the generator, once a Newton step. Indices (:class:`Layout`) are shared by all draws, numbers
(:class:`Numbers`) are not. What many gathers read is kept from being fused into them (:data:`settled`): XLA would
compute it again for each.

The functions here are of one draw and have no axis for it: ``vmap`` puts D in front. Measured on a CPU (23 thousand
states, 9 actors, 31 columns a third open, a draw): G in double precision 56 ms by ``response`` on whole columns; see
``benchmarks/batch.py`` for these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.nn import sigmoid
from jaxtyping import Array, Float, Int

from detente.equilibrium.pattern import pattern_of

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Pattern
    from detente.game.arrays import Game


settled: Callable[[Any], Any] = lax.optimization_barrier  # computed once, not again for everything that reads it


class Place(eqx.Module):
    """One column where it is open: n entries."""

    mover: int = eqx.field(static=True)
    consenters: tuple[int, ...] = eqx.field(static=True)
    rows: Int[Array, "n"]
    succ: Int[Array, "n K"]
    refused: Int[Array, "n"]  # the state itself where a refusal changes nothing


class Layout(eqx.Module):
    """The index arrays of a structure. Lists by state are padded with the count of what they list."""

    states: int = eqx.field(static=True)
    columns: tuple[Place, ...]
    movers: tuple[tuple[int, tuple[int, ...]], ...] = eqx.field(static=True)  # actor, its columns
    listed: tuple[Int[Array, "S w"], ...]  # by mover: its entries, counted over its columns
    signals: Int[Array, "S w"]  # all entries, then those that ask
    chance: Int[Array, "S C"]
    follow: Int[Array, "S w"]  # states that may follow; padded with the state itself
    raw: Int[Array, "e"]  # where each raw rate belongs in (S, w), flattened
    diagonal: Int[Array, "S"]  # where each state itself is in its list


class Numbers(eqx.Module):
    """One game's numbers on the entries, by column."""

    weight: tuple[Float[Array, "n"], ...]
    chance: tuple[Float[Array, "n K"], ...]
    lean: tuple[Float[Array, "n R"] | None, ...]  # log odds of yes when indifferent
    pay: tuple[Float[Array, "n N"] | None, ...]
    asking: tuple[Float[Array, "n N"] | None, ...]
    rate: Float[Array, "S C"]
    flow: Float[Array, "S N"]
    tempo: Float[Array, "N"]
    discount: Float[Array, "N"]
    precision: Float[Array, "N"]
    shocks: bool = eqx.field(static=True)


class Played(eqx.Module):
    """The response to given values, by column on its entries, and what it leaves of the backward equation."""

    gain: tuple[Float[Array, "n N"], ...]  # Q - V
    policy: tuple[Float[Array, "n"], ...]
    accepted: tuple[Float[Array, "n"], ...]
    yes: tuple[Float[Array, "n R"] | None, ...]
    stake: tuple[Float[Array, "n N"] | None, ...]
    mean: tuple[Float[Array, "S N"], ...]  # by mover: everybody's expected gain from its move
    residual: Float[Array, "S N"]


def layout_of(game: Game) -> Layout:
    """The index arrays of a game: one draw, or many with numbers that have an axis in front."""
    pattern = pattern_of(game)
    columns = pattern.columns
    movers: dict[int, list[int]] = {}
    for c, column in enumerate(columns):
        movers.setdefault(column.mover, []).append(c)
    entries = pattern.entries
    places = []
    for column in columns:
        own = slice(entries.starts[column.entries.start], entries.starts[column.entries.stop])
        rows = entries.rows[column.entries]
        wide = (own.stop - own.start) // max(len(rows), 1)
        succ, refused = entries.succ[own].reshape(len(rows), wide), entries.refused[column.entries]
        places.append(Place(column.mover, column.consenters, jnp.array(rows), jnp.array(succ), jnp.array(refused)))
    lists = [np.concatenate([entries.rows[columns[c].entries] for c in mine]) for mine in movers.values()]
    follow, raw, diagonal = _following(pattern)
    return Layout(
        states=pattern.states,
        columns=tuple(places),
        movers=tuple((mover, tuple(mine)) for mover, mine in movers.items()),
        listed=tuple(_by_state(rows, pattern.states) for rows in lists),
        signals=_by_state(pattern.signals, pattern.states),
        chance=jnp.asarray(game.chance.succ),
        follow=follow,
        raw=raw,
        diagonal=diagonal,
    )


def numbers_of(layout: Layout, game: Game, dtype: jnp.dtype) -> Numbers:
    """A game's numbers on the entries; traceable."""

    def cut(array: Any, place: Place) -> Array | None:
        return None if array is None else array[place.rows].astype(dtype)

    pairs = list(zip(game.columns, layout.columns, strict=True))
    return Numbers(
        weight=tuple(column.weight[place.rows].astype(dtype) for column, place in pairs),
        chance=tuple(column.chance[place.rows].astype(dtype) for column, place in pairs),
        lean=tuple(
            None
            if column.lean is None or not column.consenters
            else (jnp.log(column.lean) - jnp.log1p(-column.lean))[place.rows].astype(dtype)
            for column, place in pairs
        ),
        pay=tuple(cut(column.pay, place) for column, place in pairs),
        asking=tuple(cut(column.asking, place) for column, place in pairs),
        rate=jnp.asarray(game.chance.rate, dtype),
        flow=jnp.asarray(game.flow, dtype),
        tempo=jnp.asarray(game.tempo, dtype),
        discount=jnp.asarray(game.discount, dtype),
        precision=jnp.asarray(game.precision, dtype),
        shocks=game.noise == "shocks",
    )


def play(layout: Layout, numbers: Numbers, value: Float[Array, "S N"]) -> Played:
    """Everybody's response to ``value`` (payoff), and G there, payoff a month."""
    parts = [_worth(place, numbers, c, value) for c, place in enumerate(layout.columns)]
    parts = settled(parts)
    gain = [part[0] for part in parts]
    policy, means = list(numbers.weight), []
    residual = numbers.flow - numbers.discount * value
    for (mover, mine), listed in zip(layout.movers, layout.listed, strict=True):
        rows = jnp.concatenate([layout.columns[c].rows for c in mine])
        better = jnp.concatenate([gain[c][:, mover] for c in mine])
        weight = jnp.concatenate([numbers.weight[c] for c in mine])
        chosen, bonus = _choose(listed, rows, weight, better, numbers.precision[mover], numbers.shocks)
        mean = added(listed, chosen[:, None] * jnp.concatenate([gain[c] for c in mine]))
        moves = mean if bonus is None else mean.at[:, mover].set(bonus)
        residual = residual + numbers.tempo[mover] * moves
        means.append(mean)
        ends = np.cumsum([0] + [len(layout.columns[c].rows) for c in mine])
        for c, first, last in zip(mine, ends[:-1], ends[1:], strict=True):
            policy[c] = chosen[first:last]
    for k in range(layout.chance.shape[1]):
        residual = residual + numbers.rate[:, k, None] * (value[layout.chance[:, k]] - value)
    accepted, yes, stake = (tuple(part[i] for part in parts) for i in (1, 2, 3))
    return Played(tuple(gain), tuple(policy), accepted, yes, stake, tuple(means), residual)


def added(listed: Int[Array, "S w"], amount: Float[Array, "n ..."]) -> Float[Array, "S ..."]:
    """What is listed for each state, added up."""
    padded = settled(jnp.concatenate([amount, jnp.zeros((1, *amount.shape[1:]), amount.dtype)]))
    out: Array = padded[listed[:, 0]]
    for w in range(1, listed.shape[1]):
        out = out + padded[listed[:, w]]
    return out


def whole(layout: Layout, entries: tuple[Float[Array, "n"], ...], elsewhere: float) -> tuple[Float[Array, "S"], ...]:
    """By column, over all states: the entries' numbers, and ``elsewhere`` where the column is closed."""
    return tuple(
        jnp.full(layout.states, elsewhere, each.dtype).at[place.rows].set(each)
        for place, each in zip(layout.columns, entries, strict=True)
    )


def _worth(
    place: Place, numbers: Numbers, c: int, value: Float[Array, "S N"]
) -> tuple[Float[Array, "n N"], Float[Array, "n"], Float[Array, "n R"] | None, Float[Array, "n N"] | None]:
    """Q - V, Y, yes, D of one column's entries."""
    chance, pay, asking, lean = numbers.chance[c], numbers.pay[c], numbers.asking[c], numbers.lean[c]
    taken = chance[:, 0, None] * value[place.succ[:, 0]]
    for k in range(1, place.succ.shape[1]):
        taken = taken + chance[:, k, None] * value[place.succ[:, k]]
    if pay is not None:
        taken = taken + pay
    accepted, yes, stake = jnp.ones(len(place.rows), value.dtype), None, None
    if lean is not None:
        refused, who = value[place.refused], jnp.array(place.consenters)
        stake = taken - refused
        yes = sigmoid(lean + numbers.precision[who] * stake[:, who])
        accepted = jnp.prod(yes, axis=1)
        taken = refused + accepted[:, None] * stake
    if asking is not None:
        taken = taken - asking
    return taken - value[place.rows], accepted, yes, stake


def _choose(
    listed: Int[Array, "S w"],
    rows: Int[Array, "n"],
    weight: Float[Array, "n"],
    gain: Float[Array, "n"],
    lam: Float[Array, ""],
    shocks: bool,
) -> tuple[Float[Array, "n"], Float[Array, "S"] | None]:
    """One mover's chances by entry and, with shocks, its inclusive value over waiting."""
    z = settled(lam * gain)
    padded = jnp.append(z, jnp.zeros(1, z.dtype))
    top = jnp.zeros(len(listed), z.dtype)
    for w in range(listed.shape[1]):
        top = jnp.maximum(top, padded[listed[:, w]])
    top = settled(top)
    terms = weight * jnp.exp(z - top[rows])
    total = settled(jnp.exp(-top) + added(listed, terms))
    policy = terms / total[rows]
    if not shocks:
        return policy, None
    mass = 1.0 + added(listed, weight)
    less = (jnp.expm1(-top) + added(listed, weight * jnp.expm1(z - top[rows]))) / mass
    safe = jnp.where(lam > 0.0, lam, 1.0)
    return policy, jnp.where(lam > 0.0, (top + jnp.log1p(less)) / safe, added(listed, weight * gain) / mass)


def _by_state(rows: np.ndarray, states: int) -> Int[Array, "S w"]:
    """For each state the numbers of those that are in it, padded with their count."""
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows, minlength=states)
    found = np.full((states, max(1, int(counts.max(initial=0)))), len(rows), dtype=np.int32)
    sorted_rows = rows[order]
    place = np.arange(len(rows)) - (np.cumsum(counts) - counts)[sorted_rows]
    found[sorted_rows, place] = order
    return jnp.array(found)


def _following(pattern: Pattern) -> tuple[Int[Array, "S w"], Int[Array, "e"], Int[Array, "S"]]:
    """The states that may follow each, padded; where the raw rates of ``pattern.moves`` and the diagonal belong."""
    moves, states = pattern.moves, pattern.states
    counts = np.diff(moves.starts)
    wide = int(counts.max())
    rows = np.repeat(np.arange(states), counts)
    place = np.arange(len(rows)) - np.repeat(moves.starts[:-1], counts)
    follow = np.repeat(np.arange(states, dtype=np.int32)[:, None], wide, axis=1)
    follow[rows, place] = moves.indices
    flat = (rows * wide + place).astype(np.int32)
    return jnp.array(follow), jnp.array(flat[moves.slot]), jnp.array(place[pattern.diagonal].astype(np.int32))
