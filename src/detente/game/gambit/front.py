"""One way in and one way out for both formats: the first word of a file, or the kind of game, tells which it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detente.game.gambit.efg import parse_efg
from detente.game.gambit.nfg import Strategic, parse_nfg
from detente.game.gambit.scan import Given, scanner
from detente.game.gambit.tree import Extensive
from detente.game.gambit.write import write_efg, write_nfg
from detente.given import file_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from detente.game.stochastic import StochasticGame


def read_gambit(given: Given) -> Strategic | Extensive:
    """The game in a file of either format (a path), or in its text, told apart by the first word.

    Both results have ``title``, ``players`` and ``game()``. Raises DetenteError that tells what is wrong, and where.
    """
    scan = scanner(given)
    if scan.word.text == "NFG":
        return parse_nfg(scan)
    if scan.word.text == "EFG":
        return parse_efg(scan)
    hint = "A strategic game begins with: NFG 1 R, an extensive game with: EFG 2 R."
    raise scan.error("This is no game of Gambit", hint, "other-format")


def write_gambit(game: StochasticGame | Strategic | Extensive | Sequence[ArrayLike], path: Path | str) -> None:
    """Write a tree as an ``.efg`` file, or a game that is played once as an ``.nfg`` file, whole or not at all.

    The second is a StochasticGame of one state, what :func:`read_gambit` gave, or one payoff tensor (A1, .., AN) for
    each player. Raises DetenteError for a name that ends otherwise, and for what the format cannot hold.
    """
    ending = ".efg" if isinstance(game, Extensive) else ".nfg"
    if file_of(path).suffix.lower() != ending:
        what = "A tree" if ending == ".efg" else "A game that is played once"
        raise DetenteError(f"{what} is written to a file that ends in {ending}, not to {path}.")
    if isinstance(game, Extensive):
        write_efg(game, path)
    else:
        write_nfg(game, path)
