"""The page that tells how answers are read has each form of sentence that they use."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from detente.questions.difference import turned
from tests.border import border

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8").split())


def said(draws: int, fails: int) -> str:
    """What is said of a finding that fails in the last few draws, of numbers that differ."""
    numbers = np.random.default_rng(0).uniform(size=(draws, len(border().parameters)))
    solved = SimpleNamespace(scenario=border(), numbers=numbers)
    return turned(solved, np.arange(draws) < draws - fails)


def test_where_too_few_draws_tell_anything_the_page_has_the_sentence():
    for draws, fails in ((5, 2), (20, 2), (20, 0), (4, 0)):
        assert said(draws, fails) in PAGE
    assert len({said(5, 2), said(20, 2), said(20, 0), said(4, 0)}) == 4
