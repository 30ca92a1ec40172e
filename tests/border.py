"""The starter scenario, solved once for all tests that need an answer to look at."""

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from detente.ensemble.cache import Cache
from detente.questions.asked import Asking
from detente.questions.forecast import Forecast, forecast
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter

MONTHS, DRAWS = 24, 3


@cache
def border() -> Scenario:
    """The scenario that ``detente new`` writes."""
    text, claims = starter("border")
    return load_text(text, "border.yaml", claims)


@cache
def hopeful() -> Scenario:
    """The same where a line is worth more and the mediator presses: all gain by a deal, and nothing tips."""
    other = {"precision": (0.3, 0.2, 0.4), "land_worth": (1.0, 0.5, 1.5), "mediator_tempo": (0.5, 0.2, 1.0)}
    ranges = {one.name: (one.likely, one.low, one.high) for one in border().parameters} | other
    parameters = [
        replace(one, likely=likely, low=low, high=high)
        for one, (likely, low, high) in zip(border().parameters, ranges.values(), strict=True)
    ]
    return replace(border(), parameters=tuple(parameters))


@cache
def folder() -> Path:
    """A cache folder for all that is asked about the border."""
    made = Path(tempfile.mkdtemp(prefix="detente-test-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def asking(draws: int = DRAWS) -> Asking:
    """How questions about the border are asked: solved games are kept for the tests that come after."""
    return Asking(draws=draws, cache=Cache(folder()), threads=1)


@cache
def answer() -> Forecast:
    """Two years from the last situation, three draws, two threads."""
    return forecast(border(), months=MONTHS, draws=DRAWS, cache=Cache(folder()), threads=2)
