"""Columns without their numbers: where each action is open and leads, and which tables its numbers are read from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.game.arrays import Column
from detente.game.columns import Packable, pack
from detente.game.moves import moves
from detente.game.tables import CHANCE, FINITE, LEAN, POSITIVE, Bounds, Ground, by_entry, by_row
from detente.scenario.steps import declared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jaxtyping import Float, Int

    from detente.game.arrays import States
    from detente.game.moves import Moves
    from detente.game.tables import Cell, Gather, Numbers, Piece
    from detente.scenario.formula import Formula
    from detente.scenario.model import Action, Scenario


@dataclass(frozen=True, eq=False)
class Quantity:
    """A gathered quantity, computed beforehand where it reads no number."""

    gather: Gather
    constant: Float[np.ndarray, "..."] | None

    @classmethod
    def of(cls, gather: Gather) -> Quantity:
        """With its constant, if it is one."""
        return cls(gather, shared(gather({}, np)) if gather.fixed else None)

    def __call__(self, numbers: Numbers, xp: Any) -> Float[np.ndarray, "..."]:
        """Its values at these numbers: an array of ``xp``, or the constant."""
        found: Float[np.ndarray, "..."] = self.gather(numbers, xp) if self.constant is None else self.constant
        return found


@dataclass(frozen=True, eq=False)
class Plan:
    """A column without its numbers: see :class:`~detente.game.arrays.Column`."""

    actor: int
    consenters: tuple[int, ...]
    action: Int[np.ndarray, "S"]
    succ: Int[np.ndarray, "S K"]
    refused: Int[np.ndarray, "S"] | None
    weight: Quantity
    chance: Quantity
    lean: Quantity | None
    pay: Quantity | None
    asking: Quantity | None

    def column(self, numbers: Numbers, xp: Any) -> Column:
        """The column at these numbers, in arrays of ``xp``; those that read no number are NumPy's, and shared."""
        return Column(
            actor=self.actor,
            consenters=self.consenters,
            action=self.action,
            weight=self.weight(numbers, xp),
            succ=self.succ,
            chance=self.chance(numbers, xp),
            refused=self.refused,
            lean=None if self.lean is None else self.lean(numbers, xp),
            pay=None if self.pay is None else self.pay(numbers, xp),
            asking=None if self.asking is None else self.asking(numbers, xp),
        )


def column_plans(scenario: Scenario, states: States) -> tuple[Plan, ...]:
    """The actions that are open somewhere, packed into columns."""
    ranges = declared(scenario)
    found = [moves(action, states, scenario, ranges) for action in scenario.actions]
    items = [_packable(action, move, len(states)) for action, move in zip(scenario.actions, found, strict=True)]
    return tuple(_Group(scenario, states, [(a, found[a]) for a in group]).plan() for group in pack(items))


def integers(numbers: np.ndarray) -> Int[np.ndarray, "..."]:
    """State numbers and the like, in 32 bits."""
    return shared(numbers.astype(np.int32))


def shared(array: np.ndarray) -> np.ndarray:
    """The array, which all games of a structure share, closed to writing."""
    array.setflags(write=False)
    return array


def _consenters(action: Action) -> tuple[int, ...]:
    return tuple(sorted(consent.actor for consent in action.consent))


def _packable(action: Action, move: Moves, states: int) -> Packable:
    is_open = np.zeros(states, dtype=bool)
    is_open[move.at] = True
    return Packable(action.actor, _consenters(action), move.succ.shape[1], move.refused is not None, is_open)


@dataclass(frozen=True, eq=False)
class _Group:
    """The actions of one column, by position in the scenario; open in different states."""

    scenario: Scenario
    states: States
    members: Sequence[tuple[int, Moves]]

    def plan(self) -> Plan:
        first = self.scenario.actions[self.members[0][0]]
        here = np.arange(len(self.states))
        width = max(move.succ.shape[1] for _, move in self.members)
        action, succ, refused = np.full(len(here), -1), np.repeat(here[:, None], width, axis=1), here.copy()
        for a, move in self.members:
            action[move.at] = a
            succ[move.at, : move.succ.shape[1]] = move.succ
            if move.refused is not None:
                refused[move.at] = move.refused
        return Plan(
            actor=first.actor,
            consenters=_consenters(first),
            action=integers(action),
            succ=integers(succ),
            refused=integers(refused) if (refused != here).any() else None,
            weight=Quantity.of(by_entry(self._pieces("The weight", _weight, POSITIVE), len(here))),
            chance=self._rows(self._chances(width), np.eye(1, width)[0]),
            lean=self._leans(len(first.consent)) if first.consent else None,
            pay=self._payoffs("The gain or cost", lambda action: action.pay),
            asking=self._payoffs("The cost of asking", lambda action: action.asking),
        )

    def _chances(self, width: int) -> list[Piece]:
        """Chances of outcomes, in rows of the column's width."""
        branches = {a: self.scenario.actions[a].branches for a, _ in self.members}
        cells: dict[int, list[Cell]] = {a: [(branch.probability,) for branch in branches[a]] for a in branches}
        return [self._piece("A chance", a, move, cells[a], CHANCE, width) for a, move in self.members]

    def _leans(self, width: int) -> Quantity:
        return self._rows(self._pieces("A lean", _lean, LEAN), np.full(width, 0.5))

    def _payoffs(self, label: str, of: Callable[[Action], Mapping[int, Formula]]) -> Quantity | None:
        """Once-only payoffs by actor; None where no action of the column has any."""
        actors = range(len(self.scenario.actors))
        members = [(a, move) for a, move in self.members if of(self.scenario.actions[a])]
        if not members:
            return None
        paid = [[(f[i],) if i in f else () for i in actors] for f in (of(self.scenario.actions[a]) for a, _ in members)]
        pieces = [self._piece(label, a, move, cells) for (a, move), cells in zip(members, paid, strict=True)]
        return self._rows(pieces, np.zeros(len(actors)))

    def _pieces(self, label: str, cells: Callable[[Action], list[Cell]], bounds: Bounds) -> list[Piece]:
        return [self._piece(label, a, move, cells(self.scenario.actions[a]), bounds) for a, move in self.members]

    def _piece(
        self,
        label: str,
        a: int,
        move: Moves,
        cells: Sequence[Cell],
        bounds: Bounds = FINITE,
        width: int | None = None,
    ) -> Piece:
        """A table of one action; with ``width``, of its outcomes."""
        action = self.scenario.actions[a]
        merged = None if width is None else replace(move.merged, width=width)
        told = f"{label} of {self.scenario.actors[action.actor].name}.{action.name}"
        return Ground(self.states.levels, self.scenario.factors).piece(told, move.at, cells, bounds, merged)

    def _rows(self, pieces: Sequence[Piece], rest: np.ndarray) -> Quantity:
        return Quantity.of(by_row(pieces, len(self.states), rest))


def _weight(action: Action) -> list[Cell]:
    return [(action.weight,)]


def _lean(action: Action) -> list[Cell]:
    return [(consent.lean,) for consent in sorted(action.consent, key=lambda consent: consent.actor)]
