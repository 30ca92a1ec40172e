"""A finite stochastic game as plain arrays: periods, simultaneous moves, every state a game of its own.

    payoffs      (S, N, A1, .., AN)   what each player gets in a period, by state and profile of actions
    transitions  (S, A1, .., AN, S)   chances of the next state; what a row lacks to one ends the game
    discount     (N,) or (S, N)       per period, or per state; 1 only where play that tries everything surely ends

This is the layout of sgamesolver (Eibelshaeuser and Poensgen 2023), with masks for actions that a state lacks and
weights for default play: how often an action would come up if all were equally attractive. A game played once is one
state without transitions. Reference: Fink 1964; Shapley 1953.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.given import array_of
from detente.problems import DetenteError

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, init=False)
class StochasticGame:
    """A stochastic game of simultaneous moves in periods: S states, N players, A_n actions of player n.

    ``payoffs`` (S, N, A_1, .., A_N): what each player gets in a period. ``transitions`` (S, A_1, .., A_N, S): chances
    of the next state; what a row lacks to one ends the game, and without any it is played once. ``discount``: one
    number, or (N,) or (S, N), in [0, 1] per period; 1 only where play that tries everything surely ends.
    ``mask[n]`` (S, A_n) tells which actions a state has, ``weight[n]`` (S, A_n) is default play, zero where masked.
    Whatever stands in payoffs and transitions for masked actions is not read: they are kept as zeros.
    Raises DetenteError for arrays that make no game, with what is wrong with them.
    """

    payoffs: Floats
    transitions: Floats
    discount: Floats  # (N,) or (S, N)
    mask: tuple[Bools, ...]
    weight: tuple[Floats, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    states: tuple[str, ...]

    def __init__(
        self,
        payoffs: Any,
        transitions: Any = None,
        discount: Any = 1.0,
        *,
        mask: Sequence[Any] | None = None,
        weight: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        states: Sequence[str] | None = None,
    ):
        pay = _array("payoffs", payoffs)
        if pay.ndim < 3 or pay.shape[1] != pay.ndim - 2 or not pay.size:
            raise DetenteError(
                f"Payoffs have shape {pay.shape}; they need (states, players, actions of the first player, ..), "
                "with as many axes of actions as there are players."
            )
        many, count, *sizes = pay.shape
        _set(self, "mask", _masks(mask, many, sizes))
        open_here = _profiles(self.mask)
        _set(self, "payoffs", _read("payoffs", pay, open_here[:, None]))
        _set(self, "weight", _weights(weight, self.mask, many, sizes))
        _set(self, "transitions", _transitions(transitions, open_here))
        _set(self, "discount", _discount(discount, many, count))
        _set(self, "players", _labels("players", players, count, "player"))
        _set(self, "actions", _actions(actions, sizes))
        _set(self, "states", _labels("states", states, many, "state"))
        _check_rows(self)
        if (self.discount == 1.0).any():
            _check_that_it_ends(self)

    @classmethod
    def strategic(cls, payoffs: Sequence[Any], **more: Any) -> StochasticGame:
        """A game played once: one payoff tensor (A1, .., AN) for each player."""
        tensors = [_array("payoffs", each) for each in _several("payoffs", payoffs)]
        if len({each.shape for each in tensors}) != 1:
            raise DetenteError(f"The players' payoffs differ in shape: {[each.shape for each in tensors]}.")
        return cls(np.stack(tensors)[None], **more)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, players)."""
        return int(self.payoffs.shape[0]), int(self.payoffs.shape[1])

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many actions each player has, at most."""
        return tuple(int(size) for size in self.payoffs.shape[2:])

    @property
    def discounts(self) -> Floats:
        """(S, N) what a payoff of the next period counts, by state and player."""
        return np.broadcast_to(self.discount, self.shape)

    def __repr__(self) -> str:
        states, players = self.shape
        return f"<StochasticGame: {states} states, {players} players, {' x '.join(map(str, self.sizes))} actions>"


def _set(game: StochasticGame, name: str, value: Any) -> None:
    object.__setattr__(game, name, value)


def _array(name: str, given: Any) -> Floats:
    return array_of(given, f"{name.capitalize()} must be an array of numbers, all rows of one length")


def _numbers(name: str, given: Any) -> Floats:
    return _read(name, _array(name, given), np.True_)


def _read(name: str, found: Floats, open_here: Any) -> Floats:
    """Zeros where it is not open, finite numbers elsewhere."""
    if not open_here.all():
        found = np.where(open_here, found, 0.0)
    if not np.isfinite(found).all():
        raise DetenteError(f"{name.capitalize()} hold something that is not a finite number.")
    return found


def _several(name: str, given: Any, what: str = "array") -> list[Any]:
    """One for each player or state."""
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise DetenteError(f"{name.capitalize()}={given!r}: give a list, with one {what} for each.")
    return list(given)


def _masks(given: Sequence[Any] | None, states: int, sizes: list[int]) -> tuple[Bools, ...]:
    if given is None:
        return tuple(np.ones((states, size), dtype=bool) for size in sizes)
    must = "A mask must be an array of true and false, all rows of one length"
    numbers = [array_of(each, must) for each in _several("mask", given)]
    if not all(np.isin(each, (0.0, 1.0)).all() for each in numbers):
        raise DetenteError(f"{must}; a number in it is 0 or 1.")
    found = tuple(each.astype(bool) for each in numbers)
    if [each.shape for each in found] != [(states, size) for size in sizes]:
        shapes = [each.shape for each in found]
        raise DetenteError(f"Masks have shapes {shapes}; each needs (states, actions): {[(states, n) for n in sizes]}.")
    for n, each in enumerate(found):
        if not each.any(axis=1).all():
            raise DetenteError(f"Player {n} has no action in state {int(np.argmin(each.any(axis=1)))}.")
    return found


def _weights(
    given: Sequence[Any] | None, masks: tuple[Bools, ...], states: int, sizes: list[int]
) -> tuple[Floats, ...]:
    if given is None:
        return tuple(mask.astype(np.float64) for mask in masks)
    found = tuple(_numbers("weights", each) for each in _several("weight", given))
    if [each.shape for each in found] != [(states, size) for size in sizes]:
        shapes = [each.shape for each in found]
        raise DetenteError(f"Weights have shapes {shapes}; each needs (states, actions).")
    for n, (each, mask) in enumerate(zip(found, masks, strict=True)):
        if (each[mask] <= 0).any():
            raise DetenteError(f"A weight of player {n} is not above zero where the action is open; mask it instead.")
    return tuple(np.where(mask, each, 0.0) for each, mask in zip(found, masks, strict=True))


def _transitions(given: Any, open_here: Bools) -> Floats:
    shape = (*open_here.shape, len(open_here))
    if given is None:
        return np.zeros(shape)
    found = _array("transitions", given)
    if found.shape != shape:
        raise DetenteError(f"Transitions have shape {found.shape}; these payoffs need {shape}.")
    return _read("transitions", found, open_here[..., None])


def _discount(given: Any, states: int, players: int) -> Floats:
    found = _numbers("discount", given)
    if found.shape not in ((), (players,), (states, players)):
        raise DetenteError(
            f"The discount has shape {found.shape}; give one number, or one for each of {players} players, "
            f"or {(states, players)} of them."
        )
    if (found <= 0).any() or (found > 1).any():
        raise DetenteError("A discount lies above 0 and at most at 1 (per period).")
    return found if found.ndim == 2 else np.broadcast_to(found, (players,)).copy()


def _labels(name: str, given: Sequence[str] | None, count: int, stem: str) -> tuple[str, ...]:
    found = (
        tuple(f"{stem} {n + 1}" for n in range(count))
        if given is None
        else tuple(map(str, _several(name, given, "label")))
    )
    if len(found) != count:
        raise DetenteError(f"There are {count} {name} and {len(found)} labels for them.")
    return found


def _actions(given: Sequence[Sequence[str]] | None, sizes: list[int]) -> tuple[tuple[str, ...], ...]:
    if given is None:
        return tuple(tuple(str(n + 1) for n in range(size)) for size in sizes)
    found = tuple(
        tuple(map(str, _several("actions", each, "label"))) for each in _several("actions", given, "list of labels")
    )
    if [len(each) for each in found] != sizes:
        raise DetenteError(f"Labels of actions: {[len(each) for each in found]} for {sizes} actions.")
    return found


def _check_rows(game: StochasticGame) -> None:
    """Chances of open profiles are chances."""
    totals = game.transitions.sum(axis=-1)
    open_here = profiles_open(game)
    if (game.transitions[open_here] < 0).any():
        raise DetenteError("A transition has a chance below zero.")
    if (totals[open_here] > 1 + _ROUNDING).any():
        at = np.argwhere(open_here & (totals > 1 + _ROUNDING))[0]
        raise DetenteError(
            f"The transitions of state {at[0]}, actions {tuple(int(a) for a in at[1:])}, sum to "
            f"{totals[tuple(at)]:.6g}; a row sums to at most one."
        )


def profiles_open(game: StochasticGame) -> Bools:
    """(S, A1, .., AN) whether all actions of a profile are open in the state."""
    return _profiles(game.mask)


def _profiles(masks: tuple[Bools, ...]) -> Bools:
    states, players = len(masks[0]), len(masks)
    found = np.ones((states, *(mask.shape[1] for mask in masks)), dtype=bool)
    for n, mask in enumerate(masks):
        shape = [states] + [1] * players
        shape[n + 1] = mask.shape[1]
        found = found & mask.reshape(shape)
    return found


def _check_that_it_ends(game: StochasticGame) -> None:
    """With discount 1, every state must lead to an end, or to a discount, with some chance when everything is tried."""
    open_here, axes = profiles_open(game), tuple(range(1, 1 + game.shape[1]))
    ways = np.where(open_here[..., None], game.transitions, 0.0)
    ends = ((ways.sum(axis=-1) < 1 - _ROUNDING) & open_here).any(axis=axes)
    if game.discount.ndim == 2:
        ends |= (game.discount < 1.0).all(axis=1)
    leads = (ways > 0).any(axis=axes)
    reached = ends
    while True:
        more = reached | (leads & reached[None, :]).any(axis=1)
        if (more == reached).all():
            break
        reached = more
    if not reached.all():
        raise DetenteError(
            f"With discount 1 the game must surely end, and from state {int(np.argmin(reached))} it never does. Give a "
            "discount below 1, or transitions that sum to less than one somewhere on the way."
        )
