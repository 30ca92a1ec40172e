"""Writes games in Gambit's formats; reading them back gives the same game, bit by bit.

Numbers are written with as many digits as their float needs (``repr``), chances as fractions, which sum to one for
Gambit too. A text may hold a quote, but cannot end in a backslash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.files import sentence, write_whole
from detente.game.gambit.nfg import Strategic
from detente.game.gambit.scan import LONGEST, MAX_NUMBERS, MAX_PLAYERS, too_long
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from detente.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import ArrayLike

    from detente.game.gambit.nodes import Move, Outcome
    from detente.game.gambit.tree import Extensive

Form = Literal["payoffs", "outcomes"]


def write_nfg(
    game: StochasticGame | Strategic | Sequence[ArrayLike],
    path: Path | str,
    form: Form = "payoffs",
    title: str = "",
) -> None:
    """Write a one-state game, or one payoff tensor (A1, .., AN) for each player, as an ``.nfg`` file.

    ``form`` lists the payoffs of each profile, or the outcomes, each once, and their numbers. Masked actions are left
    out, and so is the discount. Raises DetenteError if the format cannot hold the game, or the file cannot be written.
    """
    _write(path, nfg_text(game, form, title))


def nfg_text(game: StochasticGame | Strategic | Sequence[ArrayLike], form: Form = "payoffs", title: str = "") -> str:
    """What :func:`write_nfg` writes."""
    table = _table(game, title)
    names = tuple(tuple(str(a + 1) for a in range(len(labels))) for labels in table.strategies)
    plain = form == "payoffs" and names == table.strategies
    sizes = " ".join(str(len(labels)) for labels in table.strategies)
    lists = "\n".join(f"  {{ {_labels(labels)} }}" for labels in table.strategies)
    head = f"NFG 1 R {_quoted(title or table.title)} {{ {_labels(table.players)} }}\n"
    head += f"{{ {sizes} }}\n" if plain else f"{{\n{lists}\n}}\n"
    head += f"{_quoted(table.comment)}\n\n"
    rows = table.payoffs.reshape((len(table.players), -1), order="F").T  # (profiles, N)
    if form == "payoffs":
        return head + "".join(" ".join(map(_number, row)) + "\n" for row in rows.tolist())
    if form != "outcomes":
        raise DetenteError(f"{form!r} is no form of an .nfg file; write 'payoffs' or 'outcomes'.")
    numbers: dict[bytes, int] = {}  # -0.0 and 0.0 stay apart
    places = [numbers.setdefault(row.tobytes(), len(numbers) + 1) for row in np.ascontiguousarray(rows)]
    found = (np.frombuffer(row).tolist() for row in numbers)
    lines = "".join(f'  {{ "{n}" {", ".join(map(_number, row))} }}\n' for n, row in enumerate(found, start=1))
    return head + f"{{\n{lines}}}\n" + _wrapped(map(str, places))


def write_efg(tree: Extensive, path: Path | str) -> None:
    """Write a tree as an ``.efg`` file. Raises DetenteError if a label cannot be written, or the file cannot."""
    _write(path, efg_text(tree))


def efg_text(tree: Extensive) -> str:
    """What :func:`write_efg` writes: a node a line, everything described wherever it stands, as Gambit does."""
    lines = [f"EFG 2 R {_quoted(tree.title)} {{ {_labels(tree.players)} }}", _quoted(tree.comment), ""]
    for node in tree.nodes:
        kind = "t" if node.move is None else "p" if node.mover else "c"
        move = "" if node.move is None else f" {_move(node.move)}"
        lines.append(f"{kind} {_quoted(node.label)}{move} {_outcome(node.outcome)}")
    return "\n".join(lines) + "\n"


def _table(game: StochasticGame | Strategic | Sequence[ArrayLike], title: str) -> Strategic:
    if isinstance(game, Strategic):
        return game
    if not isinstance(game, StochasticGame):
        game = StochasticGame.strategic(game)
    states, players = game.shape
    if states != 1 or game.transitions.any():
        raise DetenteError(
            f"An .nfg file holds a game that is played once; this has {states} states"
            f"{' and goes on' if states == 1 else ''}. Write a tree as .efg."
        )
    if any(len(set(weight[mask].tolist())) > 1 for weight, mask in zip(game.weight, game.mask, strict=True)):
        raise DetenteError("An .nfg file cannot hold weights of actions; set them all to one first.")
    if players > MAX_PLAYERS or game.payoffs.size > MAX_NUMBERS:
        raise DetenteError(f"An .nfg file holds at most {MAX_PLAYERS} players and {MAX_NUMBERS:,} payoffs.")
    opened = [np.flatnonzero(mask[0]) for mask in game.mask]
    payoffs = game.payoffs[0][np.ix_(np.arange(players), *opened)]
    strategies = tuple(tuple(labels[a] for a in columns) for labels, columns in zip(game.actions, opened, strict=True))
    return Strategic(title, game.players, strategies, payoffs)


def _move(move: Move) -> str:
    if move.player:
        return f"{move.player} {move.number} {_quoted(move.label)} {{ {_labels(move.actions)} }}"
    pairs = zip(move.actions, move.chances, strict=True)
    actions = " ".join(f"{_quoted(action)} {_fraction(chance)}" for action, chance in pairs)
    return f"{move.number} {_quoted(move.label)} {{ {actions} }}"


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return "0"
    return f"{outcome.number} {_quoted(outcome.label)} {{ {', '.join(map(_number, outcome.payoffs))} }}"


def _labels(labels: Iterable[str]) -> str:
    return " ".join(map(_quoted, labels))


def _quoted(label: str) -> str:
    if label.endswith("\\"):
        raise DetenteError(f"The label {label!r} ends in a backslash, which Gambit's formats cannot hold; change it.")
    if UNSEEN.search(label) or any("\ud800" <= character <= "\udfff" for character in label):
        raise DetenteError(f"The label {label!r} holds a character that cannot be seen; take it out.")
    return '"' + label.replace('"', '\\"') + '"'


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0").replace("e+", "e")  # Gambit reads no plus there


def _fraction(value: Fraction) -> str:
    if too_long(value):
        raise DetenteError(
            f"A chance near {float(value):.6g} is a fraction of more than {LONGEST:,} characters; round it."
        )
    return str(value)


def _wrapped(words: Iterable[str], room: int = 100) -> str:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) >= room:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return "\n".join([*lines, line]) + "\n"


def _write(path: Path | str, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise DetenteError(sentence(error)) from None
