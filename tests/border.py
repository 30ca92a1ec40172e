"""The starter scenario, solved once for all tests that need an answer to look at."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from detente.ensemble.cache import Cache
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
def folder() -> Path:
    """A cache folder that holds the answer below."""
    made = Path(tempfile.mkdtemp(prefix="detente-test-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def answer() -> Forecast:
    """Two years from the last situation, three draws, two threads."""
    return forecast(border(), months=MONTHS, draws=DRAWS, cache=Cache(folder()), threads=2)
