"""A picture as it is drawn."""

from __future__ import annotations

import re

from detente.questions.answer import Answer
from detente.questions.picture import svg


def drawn(answer: Answer, width: int) -> str:
    """The answer's picture as SVG, which is as wide as was asked for, or less."""
    picture = svg(answer.chart(width=width))
    assert float(picture.split('width="')[1].split('"')[0]) <= width + 4
    stand_at_their_ticks(picture)
    return picture


def stand_at_their_ticks(picture: str) -> None:
    """No axis has its first or last label shifted inwards."""
    axes = re.findall(r'role-axis-label".*?</g>', picture)
    assert axes
    for labels in axes:
        assert len(set(re.findall(r'text-anchor="(\w+)"', labels))) <= 1, labels
