"""Gambit's file formats: strategic games (``.nfg``) and extensive games of perfect information (``.efg``)."""

from detente.game.gambit.efg import read_efg
from detente.game.gambit.front import read_gambit, write_gambit
from detente.game.gambit.nfg import Strategic, read_nfg, read_strategic
from detente.game.gambit.nodes import Move, Node, Outcome
from detente.game.gambit.tree import Extensive
from detente.game.gambit.write import efg_text, nfg_text, write_efg, write_nfg

__all__ = [
    "Extensive",
    "Move",
    "Node",
    "Outcome",
    "Strategic",
    "efg_text",
    "nfg_text",
    "read_efg",
    "read_gambit",
    "read_nfg",
    "read_strategic",
    "write_efg",
    "write_gambit",
    "write_nfg",
]
