r"""How much hangs on the rankings: the share of all of them under which a state would be stable.

The rankings of some decision makers are varied over all S! orders without ties, each as likely, one independent of the
other; the others keep theirs. (Ties are left out since no weight of a tie against an order suggests itself.)

Exactly, by counting. For Nash, GMR and SMR whether s is stable for i depends on no ranking but i's own, and of that
only on which of m states near s (its moves, the answers, its moves from those) are better than s. Each set B of
them is the set of better ones in |B|! (m - |B|)! / (m + 1)! of all orders, so that

    share_i(s) = sum over the sets B under which s is stable of |B|! (m - |B|)! / (m + 1)!          m at most 16

which for Nash is 1 / (1 + moves). The same holds for SEQ and SSEQ where only i's ranking is varied and
the others would stay at s whatever it is, having no improvement there. The share of an equilibrium is then the product
over decision makers.

Exactly, by enumeration: all orders of all varied decision makers, at most 50,000 together.

Sampled otherwise: orders drawn at random; the standard error is that of a share, sqrt(p (1 - p) / n), with p taken as
(k + 1) / (n + 2), so that none or all of n draws does not pass for certainty.

Sakakibara, Okada and Nakase (2002) and Kinsara, Kilgour and Hipel (2015) ask the inverse question; shares are ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.graph.concepts import CREDIBLE, concept_of, stable
from detente.graph.reasons import reachable
from detente.graph.replies import checked
from detente.graph.words import listed
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detente.graph.concepts import Concept
    from detente.graph.model import GraphModel
    from detente.graph.replies import Rule

MOST_NEAR = 16  # states whose subsets are counted
MOST_ORDERS = 50_000  # rankings enumerated
_ROOM = 4_000_000  # moves times rankings looked at together

Method = Literal["counted", "enumerated", "sampled"]


@dataclass(frozen=True)
class Inverse:
    """Shares of rankings. ``equilibrium``: stable for all; ``stable``: for each decision maker.

    ``error`` is the standard error of ``equilibrium``, and ``errors`` those of ``stable``; 0 where nothing was sampled.
    ``rankings`` is how many there are (counted, enumerated) or were drawn (sampled).
    """

    state: str
    concept: Concept
    replies: Rule
    varied: tuple[str, ...]
    method: Method
    rankings: int
    equilibrium: float
    stable: dict[str, float]
    error: float = 0.0
    errors: dict[str, float] | None = None

    def summary(self) -> str:
        """The answer in a sentence or two."""
        how = {
            "counted": f"counted exactly among all {_large(self.rankings)}",
            "enumerated": f"counted one by one among all {_large(self.rankings)}",
            "sampled": f"estimated from {self.rankings:,} drawn (standard error {100 * self.error:.2g} points)",
        }[self.method]
        each = ", ".join(f"{actor} {100 * share:.3g}%" for actor, share in self.stable.items())
        return (
            f"State {self.state} is an equilibrium under {self.concept} (rule: {self.replies}) for "
            f"{100 * self.equilibrium:.3g}% of the rankings of {listed(self.varied)}, {how}, without ties. "
            f"Stable for each alone: {each}."
        )


def inverse(
    model: GraphModel,
    state: str | int,
    concept: str = "SEQ",
    varied: str | Sequence[str] | None = None,
    replies: str = "legal sequences",
    *,
    samples: int = 10_000,
    seed: int = 0,
    method: Method | None = None,
) -> Inverse:
    """The shares for a state (label, or number from 1) when rankings of ``varied`` (default: everybody's) are open.

    The exact way is taken where there is one; ``method`` asks for one. DetenteError where that one cannot be had.
    """
    at, kind, rule = model.state(state), concept_of(concept), checked(replies, len(model.actors))
    names = (varied,) if isinstance(varied, str) else model.actors if varied is None else tuple(varied)
    who = sorted({model.actor(name) for name in names})
    if not who:
        raise DetenteError("Name a decision maker whose ranking is open.")
    orders = math.factorial(len(model.states)) ** len(who)
    shared = (model, at, kind, tuple(model.actors[k] for k in who), rule)
    if method in (None, "counted"):
        found = _counted(model, at, kind, who, rule)
        if found is not None:
            return _made(shared, "counted", orders, math.prod(found), found)
        if method:
            raise DetenteError(
                f"The rankings cannot be counted: more than {MOST_NEAR} states matter, or stability rests on several "
                "open rankings at once. Use 'sampled'."
            )
    if method == "enumerated" and orders > MOST_ORDERS:
        raise DetenteError(
            f"There are {_large(orders)} rankings; at most {MOST_ORDERS:,} are gone through. Use 'sampled'."
        )
    if method != "sampled" and orders <= MOST_ORDERS:
        held = _looked(model, at, kind, rule, who, _all(len(model.states), len(who)))
        return _made(shared, "enumerated", orders, held.all(axis=1).mean(), held.mean(axis=0))
    if samples < 1:
        raise DetenteError(f"At least one ranking has to be drawn, not {samples}.")
    held = _looked(model, at, kind, rule, who, _drawn(len(model.states), len(who), samples, seed))
    errors = {actor: _error(held[:, k]) for k, actor in enumerate(model.actors)}
    whole: np.ndarray = np.all(held, axis=1)
    return _made(shared, "sampled", samples, whole.mean(), held.mean(axis=0), _error(whole), errors)


def _made(
    shared: tuple[GraphModel, int, Concept, tuple[str, ...], Rule],
    method: Method,
    rankings: int,
    equilibrium: float | Fraction | int,
    each: Sequence[Fraction] | np.ndarray,
    error: float = 0.0,
    errors: dict[str, float] | None = None,
) -> Inverse:
    model, at, concept, varied, rule = shared
    shares = {actor: float(share) for actor, share in zip(model.actors, each, strict=True)}
    told = model.told(at)
    return Inverse(told, concept, rule, varied, method, rankings, float(equilibrium), shares, error, errors)


def _counted(model: GraphModel, at: int, concept: Concept, who: Sequence[int], rule: Rule) -> list[Fraction] | None:
    """Each decision maker's exact share, or None where counting does not reach."""
    if concept in CREDIBLE:
        return _counted_credible(model, at, concept, who, rule)
    fixed = stable(model.moves, model.ranks, concept, rule)[at]
    found: list[Fraction] = []
    for i in range(len(model.actors)):
        share = _share(model, at, i, concept, rule) if i in who else Fraction(int(fixed[i]))
        if share is None:
            return None
        found.append(share)
    return found


def _counted_credible(
    model: GraphModel, at: int, concept: Concept, who: Sequence[int], rule: Rule
) -> list[Fraction] | None:
    """SEQ and SSEQ with one open ranking, where the others would stay whatever that ranking is."""
    if len(who) > 1 or not all(_stays(model, at, k) for k in range(len(model.actors)) if k != who[0]):
        return None
    share = _share(model, at, who[0], concept, rule)
    return None if share is None else [share if k == who[0] else Fraction(1) for k in range(len(model.actors))]


def _stays(model: GraphModel, at: int, actor: int) -> bool:
    ends = model.moves[actor].from_(at)
    return not np.any(model.ranks[ends, actor] > model.ranks[at, actor])


def _share(model: GraphModel, at: int, actor: int, concept: Concept, rule: Rule) -> Fraction | None:
    """The share of own rankings under which the state is stable, the others' fixed; None if too many states matter."""
    own = model.moves[actor]
    ends = [int(s) for s in own.from_(at)]
    if concept == "Nash":
        return Fraction(1, 1 + len(ends))
    if len(ends) > MOST_NEAR:
        return None
    answers = {s1: reachable(model, s1, actor, concept, rule, MOST_NEAR + 2) for s1 in ends}
    onward = {s2: [int(s) for s in own.from_(s2)] for found in answers.values() for s2 in found}
    if concept not in ("SMR", "SSEQ"):
        onward = {s2: [] for s2 in onward}
    near = sorted({*ends, *onward, *(s3 for found in onward.values() for s3 in found)} - {at})
    if len(near) > MOST_NEAR:
        return None
    bit = {s: 1 << n for n, s in enumerate(near)} | {at: 0}
    better = np.arange(1 << len(near))  # the sets of better states, as bits
    holds = np.ones(len(better), bool)
    for s1, found in answers.items():
        met = np.zeros(len(better), bool)
        for s2 in found:
            met |= (better & (bit[s2] | sum({bit[s3] for s3 in onward[s2]} - {bit[s2]}))) == 0
        holds &= met | ((better & bit[s1]) == 0)
    m = len(near)
    sizes = np.bincount(np.bitwise_count(better[holds]), minlength=m + 1)
    ways = sum(int(n) * math.factorial(b) * math.factorial(m - b) for b, n in enumerate(sizes))
    return Fraction(ways, math.factorial(m + 1))


def _looked(
    model: GraphModel, at: int, concept: Concept, rule: Rule, who: Sequence[int], orders: Iterator[np.ndarray]
) -> np.ndarray:
    """Whether the state is stable, by ranking and decision maker, for blocks of orders (S, varied, B): (n, N)."""
    found = []
    width = max(1, _ROOM // max(1, sum(len(one.to) for one in model.moves)))
    for block in orders:
        for low in range(0, block.shape[2], width):
            part = block[:, :, low : low + width]
            ranks = np.repeat(model.ranks[:, :, None], part.shape[2], axis=2)
            ranks[:, list(who)] = part
            found.append(stable(model.moves, ranks, concept, rule)[at].T)
    return np.concatenate(found)


def _all(states: int, varied: int) -> Iterator[np.ndarray]:
    one = np.array(list(permutations(range(1, states + 1))), np.int32)
    for chosen in _blocks(product(range(len(one)), repeat=varied)):
        yield one[chosen].transpose(2, 1, 0)


def _blocks(rows: Iterator[tuple[int, ...]], size: int = 4096) -> Iterator[np.ndarray]:
    block: list[tuple[int, ...]] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield np.array(block)
            block = []
    if block:
        yield np.array(block)


def _drawn(states: int, varied: int, samples: int, seed: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    width = max(1, _ROOM // (states * varied))
    for low in range(0, samples, width):
        shape = (states, varied, min(width, samples - low))
        yield (rng.random(shape).argsort(axis=0) + 1).astype(np.int32)


def _error(holds: np.ndarray) -> float:
    p = (int(holds.sum()) + 1) / (len(holds) + 2)
    return math.sqrt(p * (1 - p) / len(holds))


def _large(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"about 10^{len(str(count)) - 1}"
