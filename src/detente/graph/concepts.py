r"""For whom a state is stable, by five concepts that differ in what a mover expects in answer.

R_i(s) are the states that i can move to from s, R_i^+(s) those among them that i strictly prefers to s. The opponents'
replies to s1 are the states that they can reach from it by the rule chosen (:mod:`detente.graph.replies`): R_-i(s1) by
any moves, R_-i^+(s1) by moves that are strict improvements for whoever makes them, each from where it is made. A state
s is stable for i if each s1 in R_i^+(s) meets a sanction, a state s2 that is no better for i than s:

    Nash (R)  R_i^+(s) is empty                                                                Nash 1950
    GMR       s2 in R_-i(s1) with s2 <=_i s                                                    Howard 1971
    SMR       s2 in R_-i(s1) with s2 <=_i s, and s3 <=_i s for all s3 in R_i(s2)               Howard 1971
    SEQ       s2 in R_-i^+(s1) with s2 <=_i s                                                  Fraser and Hipel 1979
    SSEQ      s2 in R_-i^+(s1) with s2 <=_i s, and s3 <=_i s for all s3 in R_i(s2)             Rego and Vieira 2017

as defined for several decision makers by Fang, Hipel and Kilgour (Interactive Decision Making, Wiley 1993), SSEQ by
Rego and Vieira (Group Decision and Negotiation 26, 2017; for two in 2015). With ties an improvement is strictly better,
and a sanction leaves the mover no better off, which includes equally well. Whether i's last move, to s3, must be an
improvement on s2 makes no difference: a move to a state above s is one. A state stable for all is an equilibrium.

Preferences are ranks r_i (higher is better), so "some reply is no better" is a statement on a smallest rank:

    GMR, SEQ   min over replies s2 to s1 of r_i(s2)                                   <= r_i(s)
    SMR, SSEQ  min over replies s2 to s1 of max(r_i(s2), max over R_i(s2) of r_i)     <= r_i(s)

and no set of replies is ever listed: the cost is linear in the number of moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from detente.graph.replies import lowest
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.graph.moves import Moves
    from detente.graph.replies import Rule

Concept = Literal["Nash", "GMR", "SMR", "SEQ", "SSEQ"]
CONCEPTS: tuple[Concept, ...] = get_args(Concept)
CREDIBLE = ("SEQ", "SSEQ")  # replies are improvements for those who make them
COUNTERED = ("SMR", "SSEQ")  # the mover may move on from the sanction
GLOSSES = """\
Nash: no move of one's own leads to better.
GMR: each better one can be answered so that the mover ends no better off.
SMR: as GMR, and the mover cannot get better by moving on from the answer.
SEQ: as GMR, by answers that are to the good of those who give them.
SSEQ: as SMR, by answers that are to the good of those who give them."""


def concept_of(name: str) -> Concept:
    """The concept of that name, or a DetenteError that lists them."""
    if name not in CONCEPTS:
        hint = did_you_mean(name, CONCEPTS) or f"The concepts are {', '.join(CONCEPTS)}."
        raise DetenteError(f"There is no stability concept {name!r}. {hint}")
    return next(one for one in CONCEPTS if one == name)


def improvements(moves: Moves, rank: np.ndarray) -> np.ndarray:
    """Which edges lead their decision maker to a state that it strictly prefers: (E, ...) of its ranks (S, ...)."""
    better: np.ndarray = rank[moves.to] > rank[moves.source]
    return better


def worth(moves: Moves, rank: np.ndarray) -> np.ndarray:
    """The best rank that a decision maker can have from each state, staying or by one move: (S, ...)."""
    best: np.ndarray = np.maximum(rank, moves.over(np.maximum, rank, np.iinfo(rank.dtype).min))
    return best


def feared(
    moves: Sequence[Moves], ranks: np.ndarray, actor: int, concept: Concept, rule: Rule, better: Sequence[np.ndarray]
) -> np.ndarray:
    """The least that ``actor`` may be left with by the answer to a move into each state: (S, ...), a rank or NEVER."""
    others = [k for k in range(len(moves)) if k != actor]
    own = ranks[:, actor]
    values = worth(moves[actor], own) if concept in COUNTERED else own
    allowed = [better[k] for k in others] if concept in CREDIBLE else None
    return lowest([moves[k] for k in others], values, rule, allowed)


def stable(moves: Sequence[Moves], ranks: np.ndarray, concept: Concept, rule: Rule) -> np.ndarray:
    """Whether each state is stable for each decision maker: (S, N, ...) of ``ranks`` (S, N, ...), int32.

    Trailing axes of ``ranks`` are games of their own with the same moves.
    """
    better = [improvements(one, ranks[:, k]) for k, one in enumerate(moves)]
    found = np.empty(ranks.shape, bool)
    for i, one in enumerate(moves):
        free = better[i]  # edges that no answer deters
        if concept != "Nash":
            least = feared(moves, ranks, i, concept, rule, better)
            free = free & (least[one.to] > ranks[one.source, i])
        found[:, i] = ~one.rows(np.logical_or, free, False)
    return found
