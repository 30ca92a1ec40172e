"""One way in for both formats: the first word of a file tells which it is."""

from __future__ import annotations

from detente.game.gambit.efg import parse_efg
from detente.game.gambit.nfg import Strategic, parse_nfg
from detente.game.gambit.scan import Given, scanner
from detente.game.gambit.tree import Extensive


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
