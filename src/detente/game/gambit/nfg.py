"""Reads Gambit's files of strategic games (``.nfg``).

    NFG 1 R "title" { "player" .. } { 2 3 .. }  "about the game"        or { { "strategy" .. } .. } for names

then either the payoffs, or outcomes and the number of one for each profile, 0 for none (all payoffs zero):

    payoff ..                          { { "outcome" payoff, payoff .. } .. }  number ..

The strategy of the first player varies fastest, then that of the second, and so on; payoffs of one profile stand
together, in the order of the players. So the numbers are an array (N, A1, .., AN) in Fortran's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from detente.game.gambit.scan import MAX_NUMBERS, MAX_PLAYERS, Given, Scanner, counted, scanner
from detente.game.stochastic import Floats, StochasticGame
from detente.problems import DetenteError


@dataclass(frozen=True, eq=False)
class Strategic:
    """A strategic game of N players with A_n strategies each: ``payoffs`` (N, A1, .., AN), finite."""

    title: str
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: Floats
    comment: str = ""

    def __post_init__(self) -> None:
        wanted = (len(self.players), *(len(labels) for labels in self.strategies))
        if len(self.players) != len(self.strategies) or self.payoffs.shape != wanted or 0 in wanted:
            raise DetenteError(f"Payoffs have shape {self.payoffs.shape}; these players and strategies need {wanted}.")
        if not 1 <= len(self.players) <= MAX_PLAYERS:
            raise DetenteError(f"A game has 1 to {MAX_PLAYERS} players, this has {len(self.players):,}.")
        if not np.isfinite(self.payoffs).all():
            raise DetenteError("A payoff is not a finite number.")

    def game(self) -> StochasticGame:
        """The game played once: one state."""
        return StochasticGame(self.payoffs[None], players=self.players, actions=self.strategies)


def read_nfg(given: Given) -> StochasticGame:
    """The one-state game in an ``.nfg`` file (a path), or in its text; see :func:`read_strategic`."""
    return read_strategic(given).game()


def read_strategic(given: Given) -> Strategic:
    """The strategic game in an ``.nfg`` file (a path), or in its text, with its title.

    Raises DetenteError that tells what is wrong, and where; more than MAX_NUMBERS payoffs are refused before they are
    read.
    """
    return parse_nfg(scanner(given))


def parse_nfg(scan: Scanner) -> Strategic:
    """The strategic game of these words, all of them."""
    title = scan.header("NFG", "1")
    players = scan.players()
    opening = scan.word
    sizes, named = _strategies(scan, players)
    profiles = prod(sizes)
    if profiles * len(players) > MAX_NUMBERS:
        numbers = f"{profiles:,} profiles of {counted(len(players), 'player')} are {profiles * len(players):,} payoffs"
        raise scan.error(f"{numbers}; at most {MAX_NUMBERS:,} are read", None, "too-big", opening)
    comment = scan.label("a text") if scan.word.kind in ("text", "open") else ""
    table = _outcomes(scan, players) if scan.at("{") else None
    width = len(players) if table is None else 1
    needed = profiles * width
    if 2 * needed - 1 > len(scan.text) - scan.word.start:  # a number and a blank each
        shape = " x ".join(map(str, sizes))
        what = "payoffs" if table is None else "outcome numbers"
        hint = f"{shape} strategies of {counted(len(players), 'player')} need {needed:,} {what}."
        raise scan.error(f"Too few {what} follow here", hint, "too-few")
    found = _payoffs(scan, players, profiles) if table is None else table[_indices(scan, len(table), profiles)].ravel()
    if scan.word.kind != "end":
        hint = f"All of {counted(profiles, 'profile')} stand above; check the numbers of strategies."
        raise scan.error("Nothing should follow here", hint, "surplus")
    strategies = named or tuple(tuple(str(a + 1) for a in range(size)) for size in sizes)
    return Strategic(title, players, strategies, found.reshape((len(players), *sizes), order="F"), comment)


def _strategies(scan: Scanner, players: tuple[str, ...]) -> tuple[list[int], tuple[tuple[str, ...], ...] | None]:
    """How many strategies each player has, and their names if the file tells them."""
    scan.brace("{", "which opens the strategies")
    if not scan.at("{"):
        sizes = [scan.count(f"the number of strategies of {name!r}", 1) for name in players]
        scan.brace("}", f"after the strategies of {counted(len(players), 'player')}")
        return sizes, None
    names: list[tuple[str, ...]] = []
    for name in players:
        opening = scan.word
        scan.brace("{", f"which opens the strategies of {name!r}")
        labels = []
        while not scan.at("}"):
            labels.append(scan.label("the name of a strategy"))
        scan.advance()
        if not labels:
            raise scan.error(f"{name!r} has no strategy", "Each player has at least one.", "strategies", opening)
        names.append(tuple(labels))
    scan.brace("}", f"after the strategies of {counted(len(players), 'player')}")
    return [len(labels) for labels in names], tuple(names)


def _payoffs(scan: Scanner, players: tuple[str, ...], profiles: int) -> Floats:
    """(profiles x N,) numbers in the order of the file."""
    found = np.empty(profiles * len(players))
    for at in range(len(found)):
        if scan.word.kind != "number":
            hint = f"{counted(profiles, 'profile')} need {len(found):,} payoffs, parted by blanks; {at:,} stand before."
            raise scan.missing(f"a payoff of {players[at % len(players)]!r}", hint)
        found[at] = scan.number("a payoff")
    return found


def _outcomes(scan: Scanner, players: tuple[str, ...]) -> Floats:
    """(outcomes + 1, N) payoffs by number; number 0 is nothing for anybody."""
    scan.brace("{", "which opens the outcomes")
    rows = [(0.0,) * len(players)]
    while scan.take("{"):
        scan.label("the name of an outcome", 'An outcome without a name has "" there.')
        rows.append(scan.payoffs(players))
    scan.brace("}", "which closes the outcomes", 'Each is written { "name" payoffs }.')
    return np.array(rows)


def _indices(scan: Scanner, count: int, profiles: int) -> np.ndarray:
    """(profiles,) outcome numbers in the order of the file."""
    found = np.empty(profiles, dtype=np.int64)
    for at in range(profiles):
        word = scan.word
        if word.kind != "number":
            hint = f"Each of {counted(profiles, 'profile')} needs the number of an outcome; {at:,} stand before."
            raise scan.missing("the number of an outcome", hint)
        found[at] = number = scan.count("the number of an outcome")
        if number >= count:
            message = f"The file describes {counted(count - 1, 'outcome')}, so no outcome {number}"
            raise scan.error(message, "Outcomes count from 1; 0 is no payoff for anybody.", "outcome", word)
    return found
