r"""What the opponents can make of a state, by the rule for their replies.

A reply is a sequence of one move or more by members of a group M (all opponents of whoever moved first):

    single move        one move by one of them
    each at most once  a sequence in which nobody moves twice
    legal sequences    a sequence in which nobody moves twice in a row (Fang, Hipel and Kilgour 1993)

Three rules, three answers as soon as there are three decision makers; with two they agree. A stability concept never
needs the set of reachable states itself, only the join (smallest, or union) of some value v over it, so the sets are
never built. With R_k the moves of k and \/ the join:

    at most once   f_A(s) = v(s) \/ \/_{k not in A} \/_{t in R_k(s)} f_{A+k}(t)    A: who has moved; 2^|M| arrays
    legal          f_j(s) = v(s) \/ \/_{k != j}     \/_{t in R_k(s)} f_k(t)        j: who moved last; swept to the end

The cost is the number of edges, times 2^|M|, or times |M| and the longest of the shortest sequences. Where v is a word
of 64 bits, bits may stand for 64 games that differ in who is in M: an edge of k hands on the bits in which k is.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detente.graph.moves import Moves

Rule = Literal["single move", "each at most once", "legal sequences"]
RULES: tuple[Rule, ...] = get_args(Rule)
TOLD: dict[str, str] = {
    "single move": "one move by one opponent",
    "each at most once": "a sequence of moves in which each opponent moves at most once",
    "legal sequences": "a sequence of moves in which no opponent moves twice in a row",
}
NEVER = int(np.iinfo(np.int32).max)  # the rank of what cannot be reached
_WORDS = 8
MOST_AT_ONCE = 10  # opponents under 'each at most once'


def checked(rule: str, actors: int) -> Rule:
    """The rule, or a DetenteError that lists those there are, or says that it is too much for so many."""
    if rule not in RULES:
        known = ", ".join(repr(one) for one in RULES)
        hint = did_you_mean(rule, RULES)
        raise DetenteError(f"There is no rule {rule!r} for replies. {hint or f'The rules are {known}.'}")
    if rule == "each at most once" and actors - 1 > MOST_AT_ONCE:
        raise DetenteError(
            f"'each at most once' keeps account of who has moved, and {actors - 1} opponents are too many for it (at "
            f"most {MOST_AT_ONCE}). Use 'legal sequences' or 'single move'."
        )
    return next(one for one in RULES if one == rule)


def lowest(
    group: Sequence[Moves], values: np.ndarray, rule: Rule, allowed: Sequence[np.ndarray] | None = None
) -> np.ndarray:
    """The smallest of ``values`` (S, ...) that a reply by the group can lead to, from each state; NEVER without one.

    ``allowed``, one array (E, ...) a member, keeps some moves only, such as improvements.
    """
    return joined(group, values, rule, np.minimum, NEVER, allowed)


def union(
    group: Sequence[Moves], bits: np.ndarray, rule: Rule, allowed: Sequence[np.ndarray] | None = None
) -> np.ndarray:
    """The union of sets, one a state as rows of bits (S, W), over all states that a reply by the group can lead to."""
    found = np.empty_like(bits)
    for low in range(0, bits.shape[1], _WORDS):  # some columns at a time, which a processor's cache holds
        part = np.ascontiguousarray(bits[:, low : low + _WORDS])
        found[:, low : low + _WORDS] = joined(group, part, rule, np.bitwise_or, 0, allowed)
    return found


def joined(
    group: Sequence[Moves],
    values: np.ndarray,
    rule: Rule,
    join: np.ufunc,
    empty: int,
    allowed: Sequence[np.ndarray] | None,
    bits: Sequence[np.uint64] | None = None,
) -> np.ndarray:
    """The join of ``values`` over all replies of one move or more; ``empty`` is neutral to it.

    With ``bits``, one word a member, values are words (S,) of games side by side, and a member moves in its own only.
    """
    led, merged = _tools(group, values, join, empty, allowed, bits)
    everyone = range(len(group))
    if rule == "single move" or len(group) == 1:
        return merged([led(k, values) for k in everyone])
    if rule == "each at most once":
        return _once(len(group), values, led, merged)
    return merged(deque(_legal(len(group), values, led, merged), maxlen=1).pop())


def spreading(group: Sequence[Moves], values: np.ndarray, bits: Sequence[np.uint64]) -> Iterator[np.ndarray]:
    """The union over legal sequences of one move, of one or two, and so on, until longer ones add nothing."""
    led, merged = _tools(group, values, np.bitwise_or, 0, None, bits)
    for steps in _legal(len(group), values, led, merged):
        yield merged(steps)


def _tools(
    group: Sequence[Moves],
    values: np.ndarray,
    join: np.ufunc,
    empty: int,
    allowed: Sequence[np.ndarray] | None,
    bits: Sequence[np.uint64] | None,
) -> tuple[_Led, _Merged]:
    """One member's moves, and the join of several arrays."""
    masks = allowed if allowed is not None else [None] * len(group)

    def led(k: int, onward: np.ndarray) -> np.ndarray:
        return group[k].over(join, onward if bits is None else onward & bits[k], empty, masks[k])

    def merged(parts: Sequence[np.ndarray]) -> np.ndarray:
        out = np.full_like(values, empty)
        for part in parts:
            join(out, part, out=out)
        return out

    return led, merged


def _once(count: int, values: np.ndarray, led: _Led, merged: _Merged) -> np.ndarray:
    after: dict[int, np.ndarray] = {}
    for moved in sorted(range(1 << count), key=int.bit_count, reverse=True):
        onward = [led(k, after[moved | 1 << k]) for k in range(count) if not moved >> k & 1]
        after[moved] = merged([values, *onward] if moved else onward)
    return after[0]


def _legal(count: int, values: np.ndarray, led: _Led, merged: _Merged) -> Iterator[list[np.ndarray]]:
    """By who moves first, the join over sequences of at most one move, two, and so on."""
    after = [values] * count
    while True:
        steps = [led(k, after[k]) for k in range(count)]
        yield steps
        onward = [merged([values, *steps[:k], *steps[k + 1 :]]) for k in range(count)]
        if all(np.array_equal(new, old) for new, old in zip(onward, after, strict=True)):
            return
        after = onward


if TYPE_CHECKING:
    from typing import Protocol

    class _Led(Protocol):
        def __call__(self, k: int, onward: np.ndarray) -> np.ndarray: ...

    class _Merged(Protocol):
        def __call__(self, parts: Sequence[np.ndarray]) -> np.ndarray: ...
