"""The questions beside the forecast, asked of the same draws: what each section of the page shows.

A question that the case gives no ground for, such as deals where none are named, is told in a sentence instead.
Questions are asked one after another, each with its share of the progress.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.ensemble.progress import Stage
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.report.view import AnswerView

if TYPE_CHECKING:
    from detente.ensemble.progress import Progress
    from detente.questions.answer import Answer
    from detente.scenario.model import Scenario

Ask = Callable[["Scenario", "str | None", Asking], "Answer"]


@dataclass(frozen=True)
class Question:
    """A section: its anchor, its heading, the question in words, and how it is asked."""

    anchor: str
    title: str
    asks: str
    ask: Ask


def _hindcast(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.hindcast import hindcast

    return hindcast(scenario, asking=asking)


def _why(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.why import why

    return why(scenario, asking=asking)


def _whatifs(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.whatifs import whatifs

    return whatifs(scenario, asking=asking)


def _deals(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.deals import deals

    return deals(scenario, since, asking=asking)


def _path(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.path import path

    return path(scenario, since=since, only="proposed" if scenario.paths else None, asking=asking)


def _compare(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.compare import compare

    return compare([scenario], asking=asking)


def _sensitivity(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.sensitivity import sensitivity

    return sensitivity(scenario, since=since, asking=asking)


def _tipping(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.tipping import tipping

    return tipping(scenario, since=since, asking=asking)


def _stability(scenario: Scenario, since: str | None, asking: Asking) -> Answer:
    from detente.questions.stability import stability

    return stability(scenario, since=since, asking=asking)


QUESTIONS = (
    Question("why", "Why now", "Why now, and not before?", _why),
    Question("whatif", "What if", "What if things were otherwise?", _whatifs),
    Question("deals", "Which deals", "Which deals would all who must agree prefer to none?", _deals),
    Question("path", "By what path", "By which steps could it be reached?", _path),
    Question("compare", "Side by side", "What differs between situations, and who gains from a deal?", _compare),
    Question("hindcast", "How it would have fared", "What would the case have said earlier, and what came?", _hindcast),
    Question("sensitivity", "What it rests on", "Which numbers, and which claims, move the answer?", _sensitivity),
    Question("tipping", "Where it tips", "Where does slow change become sudden?", _tipping),
    Question("stability", "Is it stable", "Could anyone do better by moving alone?", _stability),
)


def asked(scenario: Scenario, since: str | None, asking: Asking, progress: Progress | None) -> tuple[AnswerView, ...]:
    """Every question's section, in the page's order."""
    stage, views = Stage(progress, "questions", len(QUESTIONS)), []
    for question in QUESTIONS:
        views.append(view(question, scenario, since, asking))
        stage.step()
    return tuple(views)


def view(question: Question, scenario: Scenario, since: str | None, asking: Asking) -> AnswerView:
    """One section; a sentence alone where the case gives no ground for the question."""
    head: dict[str, Any] = {"anchor": question.anchor, "title": question.title, "asks": question.asks}
    try:
        answer = question.ask(scenario, since, asking)
    except DetenteError as error:
        return AnswerView(**head, summary=str(error))
    table = answer.table()
    return AnswerView(
        **head,
        summary=answer.summary(),
        findings=tuple(finding.says for finding in answer.findings()),
        head=table.head,
        rows=table.rows,
        note=table.note,
        left=table.left,
        charts={name: answer.chart(width=width).to_dict() for name, width in (("desk", 700), ("phone", 330))},
    )
