"""The page's sentences that are made from its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detente.questions.saying import NO_ANSWER
from detente.report.words import (
    capital,
    chance,
    how_often,
    length,
    likelihood,
    likelihoods,
    listed,
    month,
    payoff,
    sentence,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.view import ClaimView, HistoriesView, MoverView, MoveView, OutcomeView, Page, ParameterView

FEW = 30  # draws below which a page calls itself a first look
ENOUGH = 20  # draws from which a 5th and a 95th percentile lie within them
_DEPENDS = 2.0  # an answer that half or double precision changes by so much is flagged


def legend(page: Page) -> str:
    """What the figures of the first screen are."""
    end = month(page.date.after(page.months))
    rough = " A first look: ends of ranges from so few draws are rough." if page.draws < FEW else ""
    range_of = (
        "the range of the middle 90% of parameter draws" if page.draws >= ENOUGH else "the range of the parameter draws"
    )
    made = f"Below it: {range_of} ({page.draws} were made).{rough} "
    draws = made if page.draws else "No draws were made, so there are no ranges. "
    return (
        f"Large: the chance on the likely numbers. {draws}Without slips: the chance if acts much worse than "
        f"the actor’s best did not happen. Half and double precision: the chance in {end} if governments chose less or "
        f"more exactly.{' † Not certified.' if page.standing.uncertified else ''}"
        f"{page.standing.star and f' {NO_ANSWER}'}"
    )


def answer(outcome: OutcomeView) -> str:
    """The answer in words at the horizon, and what a reader must not miss about it."""
    last = outcome.last
    word = capital(likelihood(last.chance.likely))
    when = f"{'to hold in' if outcome.standing else 'by'} {month(last.date)}"
    words = likelihoods(last.chance)
    draws = f" (over the draws: {words})" if words != likelihood(last.chance.likely) else ""
    said = [f"{word} {when}{draws}."]
    if last.without.likely < 0.5 * last.chance.likely:
        said.append("More than half of it hangs on slips: read it as accident and misjudgement, not as policy.")
    if depends(outcome):
        ends = sorted(_at_precisions(outcome))
        said.append(f"Hangs on precision: {spread(ends[0], ends[-1])}.")
    return " ".join(said)


def depends(outcome: OutcomeView) -> bool:
    """Whether half or double precision at least doubles or halves the chance."""
    ends = _at_precisions(outcome)
    return max(ends) > _DEPENDS * min(ends)


def _at_precisions(outcome: OutcomeView) -> list[float]:
    """The chance at the horizon at the precisions that have a solution."""
    last = outcome.last
    return [end for end in (last.half, last.double, last.chance.likely) if not math.isnan(end)]


def counts(outcome: OutcomeView) -> str:
    """What counts as the outcome."""
    if outcome.standing:
        now = "It holds now, so this is the chance that it holds at each date."
        return f"Counts while {outcome.condition}. {now} {slips_said(outcome)}".rstrip()
    kind = "when this is done" if outcome.action else "from the first month in which"
    colon = ":" if outcome.action else ""
    return f"Counts {kind}{colon} {outcome.condition}. {slips_said(outcome)}".rstrip()


def slips_said(outcome: OutcomeView) -> str:
    """How much of an outcome comes from slips."""
    last = outcome.last
    spare = f" ({spread(last.without.low, last.without.high)} over the draws)" if last.without.known else ""
    without = f"Without slips it would be {chance(last.without.likely)}{spare}."
    if math.isnan(last.slips.likely):
        return without
    draws = f" ({spread(last.slips.low, last.slips.high)} over the draws)" if last.slips.known else ""
    if outcome.standing:
        back = "has ended by then and come back by a slip"
        return f"{without} Of the chance in {month(last.date)}, {chance(last.slips.likely)}{draws} {back}."
    share = f"{chance(last.slips.likely)}{draws} has a slip as its last step"
    return f"{without} Of the chance by {month(last.date)}, {share}."


def decides(mover: MoverView) -> str:
    """How often an actor decides, and whether it waits."""
    waits = chance(mover.waits.likely)
    draws = f" ({spread(mover.waits.low, mover.waits.high)})" if mover.waits.known else ""
    about = f"{sentence(mover.about)} " if mover.about else ""
    often = how_often(mover.tempo)
    return f"{about}Takes a fresh decision {often}. At the next one it waits with chance {waits}{draws}."


def reasons(move: MoveView) -> str:
    """What a move, taken and accepted, changes for its mover by interest; the largest three."""
    kept = [(name, value) for name, value in move.reasons if abs(value) >= 0.005][:3]
    return ", ".join(f"{name} {payoff(value, signed=True)}" for name, value in kept) or "next to nothing"


def next_moves(movers: Sequence[MoverView], most: int = 3) -> str:
    """The acts that come soonest: rate of decisions times the chance of being chosen and accepted."""
    soon = [(mover.tempo * move.taken.likely, mover.name, move) for mover in movers for move in mover.moves]
    soon = sorted((each for each in soon if each[0] > 0.0), key=lambda each: -each[0])[:most]
    told = [f"{name}: {move.name} (about {rate:.2g} times a month as things stand)" for rate, name, move in soon]
    return f"{'; '.join(told)}." if told else "Nobody has a move open."


def still(movers: Sequence[MoverView]) -> str:
    """Those who cannot move now, in a sentence or two."""
    silent = [within(mover.name) for mover in movers if not mover.moves and mover.tempo > 0]
    consent = [within(mover.name) for mover in movers if not mover.moves and mover.tempo <= 0]
    said = []
    if silent:
        said.append(f"{capital(listed(silent))} can only wait in this situation.")
    if consent:
        verb = "never moves by itself; its" if len(consent) == 1 else "never move by themselves; their"
        said.append(f"{capital(listed(consent))} {verb} consent is what counts.")
    return " ".join(said)


def within(name: str) -> str:
    """A name as it stands within a sentence: 'The mediator' as 'the mediator'."""
    return name[:1].lower() + name[1:] if name.split(" ")[0] in ("The", "A", "An") else name


def samples(histories: HistoriesView, months: int) -> str:
    """What the sampled histories are, and are not."""
    drawn = f"drawn at random on the likely numbers (seed {histories.seed})"
    often = "How often each outcome comes about is in the forecast above."
    if len(histories.told) == 1:
        return f"A sample, not a prediction: a history of {length(months)}, {drawn}. {often}"
    return f"Samples, not predictions: the first {len(histories.told)} histories of {length(months)} {drawn}. {often}"


def basis(parameters: Sequence[ParameterView]) -> str:
    """What the parameters rest on."""
    kinds = [p.basis for p in parameters]
    return (
        f"{many(len(kinds), 'parameter')}. Resting on claims of the sources: {kinds.count('claims')}; estimates, with "
        f"a note: {kinds.count('estimate')}; judgement: {kinds.count('judgement')}. Draws are taken from all ranges "
        "at once. The mark shows where the likely value lies in its range."
    )


def claims_said(used: Sequence[ClaimView], unused: Sequence[ClaimView]) -> str:
    """How many claims the sources make, and how many of them the model uses."""
    if not used and not unused:
        return "The scenario lists no claims: nothing in it is tied to a source."
    rest = f"{len(unused)} of them {'bears' if len(unused) == 1 else 'bear'} on nothing in the model." if unused else ""
    return (
        f"The sources are read as {many(len(used) + len(unused), 'claim')}. {rest or 'All of them bear on the model.'}"
    )


def many(count: int, thing: str) -> str:
    """'1 claim', '2 claims'."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def provenance(claim: ClaimView) -> str:
    """Where a claim comes from, in a line."""
    voice = "reported by the author in order to doubt it" if claim.voice == "reported" else claim.voice
    said = [claim.source, claim.kind, voice, claim.date]
    note = f" {sentence(claim.note)}" if claim.note else ""
    return f"{'; '.join(part for part in said if part)}.{note}"
