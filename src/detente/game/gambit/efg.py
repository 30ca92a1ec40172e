"""Reads Gambit's files of extensive games (``.efg``).

    EFG 2 R "title" { "player" .. } "about the game"
    c "node" event       "label" { "action" chance .. }   outcome "label" { payoff .. }
    p "node" player set  "label" { "action" .. }          outcome "label" { payoff .. }
    t "node"                                              outcome "label" { payoff .. }

Nodes stand in prefix order. Sets, events and outcomes are numbered from 1; outcome 0 is none. What has been described
once may be named by its number alone after that, or be described again in the same way. Only perfect information is
read: each information set of a player has one node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.game.gambit.nodes import IMPERFECT, Move, Node, Outcome, named, wrong_chances
from detente.game.gambit.scan import Given, Scanner, Word, counted, scanner
from detente.game.gambit.tree import MAX_NODES, Extensive

if TYPE_CHECKING:
    from fractions import Fraction

_PARTS = "A node begins with c (chance), p (player) or t (terminal)."
_SPLIT = (
    "Give each node a number of its own if the player can tell them apart; else save the game in strategic form (.nfg)."
)


def read_efg(given: Given) -> Extensive:
    """The tree in an ``.efg`` file (a path), or in its text.

    Raises DetenteError that tells what is wrong, and where; a tree has at most MAX_NODES nodes.
    """
    return parse_efg(scanner(given))


def parse_efg(scan: Scanner) -> Extensive:
    """The tree of these words, all of them."""
    title = scan.header("EFG", "2")
    players = scan.players()
    comment = scan.label("a text") if scan.word.kind in ("text", "open") else ""
    return Extensive(title, players, tuple(_Reader(scan, players).nodes()), comment)


class _Reader:
    """Reads nodes, and remembers what was described and where."""

    def __init__(self, scan: Scanner, players: tuple[str, ...]):
        self.scan = scan
        self.players = players
        self.moves: dict[tuple[int, int], tuple[Move, Word]] = {}
        self.outcomes: dict[int, tuple[Outcome, Word]] = {}

    def nodes(self) -> list[Node]:
        found: list[Node] = []
        waiting = 1  # actions, and the root, that have no node yet
        while waiting:
            if self.scan.word.kind == "end":
                hint = "Each action has a node of its own, in prefix order."
                raise self.scan.missing(f"a node (of {waiting:,} still missing)", hint)
            if len(found) >= MAX_NODES:
                raise self.scan.error(f"A tree has at most {MAX_NODES:,} nodes", None, "too-big")
            found.append(self.node())
            waiting += found[-1].branches - 1
        if self.scan.word.kind != "end":
            hint = f"The tree is complete above ({counted(len(found), 'node')}); is an action missing there?"
            raise self.scan.error("Nothing should follow here", hint, "surplus")
        return found

    def node(self) -> Node:
        kind = self.scan.word.text
        if kind not in ("c", "p", "t") or self.scan.word.kind != "word":
            raise self.scan.error(f"A node should begin here, not {kind[:40]}", _PARTS, "node")
        self.scan.advance()
        label = self.scan.label("the name of the node", 'A node without a name has "" there.')
        move = self.event() if kind == "c" else self.personal() if kind == "p" else None
        return Node(label, move, self.outcome())

    def event(self) -> Move:
        word = self.scan.word
        number = self.scan.count("the number of the event", 1)
        if self.scan.word.kind not in ("text", "open"):
            return self.known(0, number, word)
        label = self.scan.label("the name of the event")
        actions: list[str] = []
        chances: list[Fraction] = []
        opening = self.scan.word
        self.scan.brace("{", "which opens the actions of chance")
        while not self.scan.at("}"):
            actions.append(self.scan.label("an action of chance"))
            chances.append(self.scan.chance(f"the probability of {actions[-1]!r}"))
            self.scan.take(",")
        self.scan.advance()
        move = Move(0, number, label, tuple(actions), tuple(chances))
        self.at_least_one(move, opening)
        if wrong := wrong_chances(chances):
            hint = "Write them as fractions, such as 1/3, where decimals would be rounded."
            raise self.scan.error(f"{named(move, self.players)}: {wrong}", hint, "chances", opening)
        first, place = self.moves.setdefault((0, number), (move, word))
        if move != first:
            raise self.two_ways(named(first, self.players), word, place)
        return first

    def personal(self) -> Move:
        player = self.scan.word
        mover = self.scan.count("the number of the player", 1)
        if mover > len(self.players):
            message = f"The game has {counted(len(self.players), 'player')}, so no player {mover}"
            raise self.scan.error(message, None, "player", player)
        word = self.scan.word
        number = self.scan.count("the number of the information set", 1)
        if (mover, number) in self.moves:
            move, first = self.moves[mover, number]
            line = self.scan.place(first).line
            message = f"{named(move, self.players)} has a second node here, after that on line {line}. {IMPERFECT}"
            raise self.scan.error(message, _SPLIT, "imperfect-information", word)
        if self.scan.word.kind not in ("text", "open"):
            return self.known(mover, number, word)
        label = self.scan.label("the name of the information set")
        actions: list[str] = []
        opening = self.scan.word
        self.scan.brace("{", "which opens the actions of the player")
        while not self.scan.at("}"):
            actions.append(self.scan.label("an action"))
            self.scan.take(",")
        self.scan.advance()
        move = Move(mover, number, label, tuple(actions))
        self.at_least_one(move, opening)
        self.moves[mover, number] = move, word
        return move

    def outcome(self) -> Outcome | None:
        word = self.scan.word
        number = self.scan.count("the number of an outcome (0 for none)")
        described = self.scan.word.kind in ("text", "open")
        if number == 0 and described:
            raise self.scan.error(
                "Outcome 0 means none and has no name or payoffs", "Number it from 1.", "outcome", word
            )
        if number == 0:
            return None
        if not described:
            if self.scan.at("{"):
                raise self.scan.missing("the name of the outcome", 'An outcome without a name has "" there.')
            if number not in self.outcomes:
                hint = f'Describe it where it first stands: {number} "name" {{ payoffs }}.'
                raise self.scan.error(f"Outcome {number} is not described above", hint, "outcome", word)
            return self.outcomes[number][0]
        label = self.scan.label("the name of the outcome")
        self.scan.brace("{", "which opens the payoffs")
        outcome = Outcome(number, label, self.scan.payoffs(self.players))
        first, place = self.outcomes.setdefault(number, (outcome, word))
        if outcome != first:
            raise self.two_ways(f"Outcome {number}", word, place)
        return first

    def known(self, player: int, number: int, word: Word) -> Move:
        if (player, number) in self.moves:
            return self.moves[player, number][0]
        what = named(Move(player, number, "", ()), self.players)
        hint = f'Describe it where it first stands: {number} "name" {{ actions }}.'
        raise self.scan.error(f"{what} is not described above", hint, "move", word)

    def at_least_one(self, move: Move, opening: Word) -> None:
        if not move.actions:
            hint = "A node without actions is terminal: t."
            raise self.scan.error(f"{named(move, self.players)} has no action", hint, "actions", opening)

    def two_ways(self, what: str, word: Word, first: Word) -> Exception:
        line = self.scan.place(first).line
        hint = f"It was described on line {line}: name it by its number alone here, or use another number."
        return self.scan.error(f"{what} is described in two ways", hint, "two-ways", word)
