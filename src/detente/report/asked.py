"""The questions beside the forecast, asked of the same draws: what each section of the page shows.

A question that the case gives no ground for, such as deals where none are named, is told in a sentence instead.

Asking them one after another would read every draw from the disk, and its play as a process, once for each question.
So on a large case they are rehearsed together (:mod:`detente.questions.rehearsal`), on several processes: each is asked
of the central member alone, and what all asked of it is then read of each draw at once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from detente.ensemble.cache import shared
from detente.ensemble.processes import Processes, cache_here
from detente.ensemble.progress import Stage
from detente.problems import DetenteError
from detente.questions.asked import Asking, chances, months_of, outcome_of, over_time, situation_of
from detente.questions.forecast import Forecast
from detente.questions.rehearsal import rehearsed
from detente.report.view import AnswerView
from detente.scenario.telling_agreements import agreements

if TYPE_CHECKING:
    from detente.ensemble.readings import Reading
    from detente.questions.answer import Answer
    from detente.scenario.model import Scenario


@dataclass(frozen=True)
class Question:
    """A section: its anchor, its heading, the question in words; and the function that answers it, by name."""

    anchor: str
    title: str
    asks: str
    function: str = ""  # by default the anchor
    own: tuple[str, ...] = ()  # what the function takes and means otherwise than the page
    anew: bool = False  # cases are solved for it

    def ask(self, scenario: Scenario, since: str | None, months: int, asking: Asking) -> Answer:
        """The answer, from the page's situation and as far ahead where the question takes those.

        DetenteError where the case gives no ground for it.
        """
        name = self.function or self.anchor
        function = getattr(import_module(f"detente.questions.{name}"), name)
        takes = signature(function).parameters.keys() - set(self.own)
        page = {"since": since, "months": months}
        answer: Answer = function(scenario, asking=asking, **{key: page[key] for key in page.keys() & takes})
        return answer


FORECAST = Question("forecast", "What next", "What comes next?")
QUESTIONS = (
    Question("why", "Why now", "Why now, and not before?"),
    Question("whatif", "What if", "What if things were otherwise?", "whatifs", anew=True),
    Question("deals", "Which deals", "Which deals would all who must agree prefer to none?"),
    Question("path", "By what path", "By which steps could it be reached?"),
    Question("compare", "Side by side", "What differs between situations, and who gains from a deal?"),
    Question("hindcast", "How it would have fared", "What would the case have said earlier, and what came?",
             own=("months",)),
    Question("sensitivity", "What it rests on", "Which numbers, and which claims, move the answer?"),
    Question("tipping", "Where it tips", "Where does slow change become sudden?", anew=True),
    Question("stability", "Is it stable", "Could anyone do better by moving, alone or with others?"),
)  # fmt: skip
LONGEST = ("tipping", "sensitivity", "whatif")  # of the central member alone: begun first, so that none is waited for


def usual(asking: Asking, scenario: Scenario) -> None:
    """Read of draws just solved what a forecast and the questions will ask of them, as long as no case is solved anew.

    It takes half the time that solving them took, and each of these questions is answered at once from then on. What is
    solved holds for every state, so deals are looked at from each situation of the case.
    """
    few = tuple(question for question in QUESTIONS if not question.anew)
    rehearse(scenario, None, months_of(scenario), asking, few, page=False)


def ahead(asking: Asking, scenario: Scenario) -> None:
    """Ask the questions that usual readings do not answer, whose draws or branches are solved for them, with defaults.

    What is of the central member alone takes one process each (sensitivity looks at draws to tell which numbers to
    solve at); draws of a changed case then take them all. Of every situation the chances are read that typed questions,
    such as why between two others, look up.
    """
    months, costly = months_of(scenario), [one for one in QUESTIONS if one.anchor in LONGEST]
    with Processes(shared(asking.cache), asking.threads) as pool:
        inside = replace(asking, cache=pool.cache, pool=pool)
        if pool.count > 1 and inside.solved(scenario).large:
            draws = {"sensitivity": asking.draws}
            pieces = [(scenario, months, one, draws.get(one.anchor, 0), asking.seed) for one in costly]
            pool.each(_asked_here, pieces, Stage(asking.progress, "questions, at the likely numbers", len(pieces)))
            solved = inside.solved(scenario)
            solved.read(
                rehearsed(scenario, partial(_everywhere, scenario, months), asking.seed, pool.cache), asking.progress
            )
        for one in costly:
            with suppress(DetenteError):  # which the question says when it is asked
                one.ask(scenario, None, months, replace(inside, pool=None))


def _everywhere(scenario: Scenario, months: int, asking: Asking) -> None:
    """The outcome's chance from every state at each situation's date, and all chances month by month from there."""
    solved, outcome = asking.solved(scenario), outcome_of(scenario)
    for situation in scenario.situations:
        chances(solved, outcome, situation, months)
        over_time(solved, situation, months)


def _asked_here(scenario: Scenario, months: int, question: Question, draws: int, seed: int) -> None:
    """In a process: a question asked, so that what it takes to answer it is in the cache."""
    with suppress(DetenteError):
        question.ask(scenario, None, months, Asking(draws, seed, lambda *_: None, cache_here(), threads=1))


def rehearse(
    scenario: Scenario, since: str | None, months: int, asking: Asking, questions: tuple[Question, ...] = QUESTIONS,
    *, page: bool = True,
) -> None:  # fmt: skip
    """Let all readings that forecast and questions will ask for be made, on the processes at hand, for a large case.

    ``page``: as the page shows them, and not as commands do.
    """
    solved = asking.solved(scenario)
    if asking.pool is None or not solved.draws or not solved.large:
        return
    order = sorted(questions, key=lambda one: one.anchor not in LONGEST)
    wanted = [(since, question) for question in (*order, FORECAST)]
    if not page:
        here, deals = situation_of(scenario, since), [one for one in order if one.anchor == "deals"]
        wanted += [(one.name, each) for one in scenario.situations if one.name != here.name for each in deals]
    pieces = [(scenario, at, months, asking.seed, question, page) for at, question in wanted]
    stage = Stage(asking.progress, "questions, at the likely numbers", len(pieces))
    made = asking.pool.each(_rehearsed, pieces, stage)
    readings = [reading for each in made for reading in each]
    readings.sort(key=lambda one: one.what != "forecast")  # the chances ahead are known once it is made
    solved.read(readings, asking.progress)


def _rehearsed(
    scenario: Scenario, since: str | None, months: int, seed: int, question: Question, page: bool
) -> list[Reading]:
    """In a process: what one question asks of the members; of what it only has as data, what will be wanted."""

    def ask(alone: Asking) -> object:
        answer = question.ask(scenario, since, months, alone)
        if page and isinstance(answer, Forecast):
            return answer.data
        return answer.details() if question.anchor == "deals" and since is None and not page else answer

    return rehearsed(scenario, ask, seed, cache_here())


def asked(scenario: Scenario, since: str | None, months: int, asking: Asking) -> tuple[AnswerView, ...]:
    """Every question's section, in the page's order."""
    stage, views = Stage(asking.progress, "questions", len(QUESTIONS)), []
    for question in QUESTIONS:
        views.append(view(question, scenario, since, months, asking))
        stage.step()
    return tuple(views)


def view(question: Question, scenario: Scenario, since: str | None, months: int, asking: Asking) -> AnswerView:
    """One section; a sentence alone where the case gives no ground for the question."""
    head: dict[str, Any] = {"anchor": question.anchor, "title": question.title, "asks": question.asks}
    if question.anchor == "deals":
        head["proposed"] = tuple(agreements(scenario))
    try:
        answer = question.ask(scenario, since, months, asking)
    except DetenteError as error:
        return AnswerView(**head, summary=str(error))
    table = answer.table()
    return AnswerView(
        **head,
        summary=answer.summary(),
        turns=answer.turns(),
        findings=tuple(finding.says for finding in answer.findings()),
        head=table.head,
        rows=table.rows,
        note=table.note,
        left=table.left,
        charts={name: answer.chart(width=width).to_dict() for name, width in (("desk", 700), ("phone", 330))},
    )
