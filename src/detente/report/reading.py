"""How the page is to be read: what its numbers are, what they are not, and what the method leaves out."""

from __future__ import annotations

from detente.report.words import LIKELIHOOD

READING = (
    "A forecast here is what follows if the scenario is right: its actors, moves, interests and numbers. ‘87 of 100 "
    "draws’ is robustness to the stated ranges, not evidence.",
    "Precision says how exactly an actor picks its best move. Real governments err, so every actor errs a little; "
    "with many decisions, rare disastrous ones add up. A slip is an act worse than the actor’s best by more than "
    "2 / precision. Without slips is the chance if such acts did not happen and all else went on; it can be higher, "
    "where slips stand in the way. The share whose last step was a slip is told beside it (of an outcome that holds "
    "already: that has ended and come back by one); what chance completes, as when a crisis slides into war, has no "
    "slip as its last step, whoever opened the crisis. An act can cross the line from one draw to the next, so these "
    "figures may jump. No outcome should be quoted without them and without its value at half and at double "
    "precision; where these lie far apart, the page says that it hangs on precision.",
    "Certified means that play was followed from default play, in which everyone chooses blindly, up to the stated "
    "precisions without losing the branch, and passed the checks listed above. Where it is not, other equilibria "
    "may lie behind the same scenario.",
    "Likely numbers are the modes of their ranges, not their middles, so a chance at the likely numbers can lie near "
    "an end of the range of the draws, or outside it.",
    "Payoffs are the scenario’s own units and compare an actor only with itself; 3 for one actor is not 3 for another.",
)
SHORTLY = (
    "Private information and bluff, acts at the same instant, plans made for exact dates, and whatever is no factor, "
    "move or event of the scenario: such things have no chance here."
)
LEFT_OUT = (
    "Left out: private information. Every actor sees the whole state and rightly expects how the others play; bluff "
    "about one’s own type, signals and learning about others have no place here.",
    "Left out: acting at the same instant. Moves come one at a time, at random moments at each actor’s tempo.",
    "Left out: planning on exact dates. Actors expect dated events such as elections as a steady hazard; in the "
    "forecast they happen on their dates.",
    "Left out: whatever is no factor, move or event of the scenario. It cannot happen here, so rare and new things "
    "have no chance at all.",
)


def reading() -> tuple[str, ...]:
    """How to read it, the words of likelihood among it."""
    words = f"Words of likelihood stand for bands, as in US Intelligence Community Directive 203: {_bands()}."
    return (*READING, words)


def _bands() -> str:
    ends = [0.0, *(min(1.0, top) for top, _ in LIKELIHOOD)]
    return "; ".join(f"{word} {100 * low:.0f}–{100 * high:.0f}%" for (_, word), low, high in
                     zip(LIKELIHOOD, ends, ends[1:], strict=False))  # fmt: skip
