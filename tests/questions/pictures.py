"""A picture as it is drawn."""

from __future__ import annotations

from detente.questions.answer import Answer
from detente.questions.picture import svg


def drawn(answer: Answer, width: int) -> str:
    """The answer's picture as SVG, which is as wide as was asked for, or less."""
    picture = svg(answer.chart(width=width))
    assert float(picture.split('width="')[1].split('"')[0]) <= width + 4
    return picture
