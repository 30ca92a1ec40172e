r"""States as combinations of options: each decision maker takes or leaves each of its own.

With K options there are 2^K combinations; those that fit a pattern of infeasibility are left out, and what remains is
numbered from 1 with the first option changing fastest, as in the literature (NN, YN, NY, YY). A pattern has a letter an
option, Y (taken), N (not taken) or - (either). A decision maker can move from a state to any other that differs from it
in its own options only, and does not take back an option that is irreversible.

Preferences may be told by ranking all states, or by statements in order of importance (option prioritising: Hipel,
Kilgour, Fang and Peng 1997): with q statements state s scores sum_k 2^(q - k) [statement k holds in s], so that a
statement outweighs all after it, and states in which the same ones hold are tied. A statement is a pattern, ``not``
before a pattern, or several of these joined by ``or``: ``Y-- or not -NY``. 'If A then B' is ``not A or B``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.graph.model import MOST_MOVES, MOST_STATES, GraphModel, ranks_of
from detente.graph.moves import Moves
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_OPTIONS = 20  # a million combinations before the infeasible ones go
MOST_STATEMENTS = 200


def from_options(
    actors: Mapping[str, Sequence[str]],
    rankings: Mapping[str, Sequence[Any]] | None = None,
    infeasible: Sequence[str] = (),
    irreversible: Sequence[str] = (),
    priorities: Mapping[str, Sequence[str]] | None = None,
    title: str = "A graph model",
) -> GraphModel:
    """A model from ``{decision maker: [its options]}``.

    Each decision maker has a ranking of the states from most to least preferred, by number or yes/no string with ties
    as nested lists, or else ``priorities``, a list of statements. Raises DetenteError for what does not fit.
    """
    rankings, priorities = rankings or {}, priorities or {}
    options = options_of(actors)
    if both := [actor for actor in actors if (actor in rankings) == (actor in priorities)]:
        raise DetenteError(f"{both[0]!r} needs a ranking or priorities, and not both.")
    for actor in (*rankings, *priorities):
        if actor not in actors:
            raise DetenteError(f"There is no decision maker {actor!r}. {did_you_mean(actor, actors) or ''}".rstrip())
    taken = combinations(len(options), [pattern(text, len(options)) for text in infeasible])
    states = labels(taken, len(options))
    columns = [
        ranks_of(rankings[actor], states, actor) if actor in rankings
        else prioritised(priorities[actor], taken, len(options))
        for actor in actors
    ]  # fmt: skip
    moves = moves_of(options, taken, tuple(actors), irreversible)
    return GraphModel(tuple(actors), states, moves, np.stack(columns, axis=1), title, options)


def options_of(actors: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Pairs (decision maker, option) in order; DetenteError if two share a name or there are too many."""
    options = tuple((actor, str(option)) for actor, own in actors.items() for option in own)
    names = [option for _, option in options]
    if twice := [name for n, name in enumerate(names) if name in names[:n]]:
        raise DetenteError(f"Two options are called {twice[0]!r}; say whose each is.")
    if not options:
        raise DetenteError("No decision maker has an option, so there is one state and nothing to decide.")
    if len(options) > MOST_OPTIONS:
        raise DetenteError(
            f"{len(options)} options make {2 ** len(options):,} combinations; at most {MOST_OPTIONS} options can be "
            "read. Join options that go together, or list `states` and `moves`."
        )
    return options


def pattern(text: str, options: int) -> tuple[int, int]:
    """The options that a pattern speaks of and those it wants taken, as bits; DetenteError if it is none."""
    if not re.fullmatch("[YN-]+", text):
        raise DetenteError(f"{text!r} is no pattern: it has a letter an option, Y, N or - for either.")
    if len(text) != options:
        raise DetenteError(f"The pattern {text!r} has {len(text)} letters, and there are {options} options.")
    spoken = sum(1 << n for n, letter in enumerate(text) if letter != "-")
    return spoken, sum(1 << n for n, letter in enumerate(text) if letter == "Y")


def combinations(options: int, infeasible: Sequence[tuple[int, int]]) -> np.ndarray:
    """The feasible combinations in order, options taken as bits: (S,). DetenteError if there are none, or too many."""
    taken = np.arange(1 << options, dtype=np.int64)
    for spoken, wanted in infeasible:
        taken = taken[(taken & spoken) != wanted]
    if not taken.size:
        raise DetenteError("No combination of options is feasible: the patterns leave nothing.")
    if taken.size > MOST_STATES:
        raise DetenteError(
            f"The options make {taken.size:,} states; at most {MOST_STATES:,} can be looked at, and each option "
            "doubles them. Leave options out, or say what is infeasible."
        )
    return taken


def labels(taken: np.ndarray, options: int) -> tuple[str, ...]:
    """The yes/no strings of combinations."""
    letters = np.where(taken[:, None] >> np.arange(options) & 1, "Y", "N")
    return tuple("".join(row) for row in letters)


def moves_of(
    options: Sequence[tuple[str, str]], taken: np.ndarray, actors: Sequence[str], irreversible: Sequence[str] = ()
) -> tuple[Moves, ...]:
    """Each decision maker's moves between feasible combinations (S,)."""
    names = [option for _, option in options]
    for option in irreversible:
        if option not in names:
            raise DetenteError(f"There is no option {option!r} to be irreversible. {did_you_mean(option, names) or ''}")
    fixed = sum(1 << n for n, name in enumerate(names) if name in irreversible)
    room, found = MOST_MOVES, []
    for actor in actors:
        own = sum(1 << n for n, (owner, _) in enumerate(options) if owner == actor)
        source, to = _within(taken & ~own, room)
        kept = (source != to) & ((taken[source] & own & fixed & ~taken[to]) == 0)
        found.append(Moves.sorted(source[kept], to[kept], len(taken)))
        room -= int(kept.sum())
    return tuple(found)


def prioritised(statements: Sequence[str], taken: np.ndarray, options: int) -> np.ndarray:
    """Ranks (S,) by statements in order of importance."""
    if not 0 < len(statements) <= MOST_STATEMENTS:
        raise DetenteError(f"Priorities are 1 to {MOST_STATEMENTS} statements, and here are {len(statements)}.")
    ranks = np.zeros(len(taken), np.int64)
    for statement in statements:  # a place in the order so far, split by each statement: no large powers of two
        ranks = np.unique(2 * ranks + holds(statement, taken, options), return_inverse=True)[1].astype(np.int64)
    return (ranks + 1).astype(np.int32)


def holds(statement: str, taken: np.ndarray, options: int) -> np.ndarray:
    """In which combinations (S,) a statement is true."""
    found = np.zeros(len(taken), bool)
    for part in re.split(r"\s+or\s+", str(statement).strip()):
        negated = re.match(r"not\s+", part)
        spoken, wanted = pattern(part[negated.end() :] if negated else part, options)
        found |= ((taken & spoken) == wanted) != bool(negated)
    return found


def _within(key: np.ndarray, room: int) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of states with the same key, themselves included, in order of the first."""
    order = np.argsort(key, kind="stable")
    _, group, sizes = np.unique(key, return_inverse=True, return_counts=True)
    count = sizes[group]
    if int(count.sum()) - len(key) > room:
        raise DetenteError(
            f"The model would have more than {MOST_MOVES:,} moves: a decision maker with many options can go from any "
            "combination to any other. Leave options out, or say what is infeasible."
        )
    first = (np.cumsum(sizes) - sizes)[group]
    ends = np.cumsum(count)
    source = np.repeat(np.arange(len(key)), count)
    return source, order[np.arange(int(ends[-1])) - np.repeat(ends - count - first, count)]
