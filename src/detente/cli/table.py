"""A forecast in the terminal's terms: a table, a strip for each outcome over time, and the next moves.

The strip shows the chance from the start to the horizon, a block a step, on the outcome's own scale; the range at the
horizon is drawn beside it on a scale from 0 to 100%. Where a terminal has no such signs, plain letters stand for them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table
from rich.text import Text

from detente.cli.told import writes_all
from detente.questions.saying import cells, heads, marks, star
from detente.questions.words import percent, span

if TYPE_CHECKING:
    from rich.console import Console

    from detente.questions.forecast import Forecast

BLOCKS, LETTERS = " ▁▂▃▄▅▆▇█", " .:-=+*#@"
STRIP, SCALE = 24, 25  # characters


def show(forecast: Forecast, console: Console) -> None:
    """Print the forecast, its paragraph last."""
    made = forecast.shown.attrs
    plain = not writes_all(console.encoding)
    since = made["situation"] if made["situation"] == made["since"] else f"{made['situation']} ({made['since']})"
    console.print(Text(f"{made['title']}, {made['months']} months from {since}", "bold"))
    console.print(outcomes(forecast, plain))
    console.print(courses(forecast, plain))
    console.print(moves(forecast, plain))
    if notes := _notes(forecast):
        console.print(Text(notes, "dim"))
    console.print(Text(*_signs(plain, forecast.summary())))


def outcomes(forecast: Forecast, plain: bool) -> Table:
    """A row an outcome: the chance at the horizon with all that belongs to it."""
    table = _table(plain, *heads(forecast))
    for name in map(str, forecast.shown["outcome"].values):
        table.add_row(*_signs(plain, *cells(forecast, name)))
    if not forecast.shown.attrs["draws"]:
        table.caption = "no draws, so no ranges"
    return table


def courses(forecast: Forecast, plain: bool) -> Table:
    """A row an outcome: the course of its chance, and the range at the horizon drawn to scale."""
    until = forecast.shown["date"].values[-1]
    table = _table(plain, "outcome", f"until {until}", "0%" + " " * (SCALE - 6) + "100%", left=3)
    for name in map(str, forecast.shown["outcome"].values):
        data = forecast.shown.sel(outcome=name)
        kind = "at" if bool(data["standing"]) else "by"
        low, quarter, upper, high = (float(x) for x in forecast.ranges(kind).sel(outcome=name).isel(month=-1))
        course = data[f"central_{kind}"].values
        scale = whiskers(low, quarter, float(course[-1]), upper, high, plain)
        table.add_row(name + star(forecast), strip(course, plain), scale)
    return table


def moves(forecast: Forecast, plain: bool) -> Table:
    """What each actor would do if it decided now."""
    table = _table(plain, "next move", "chosen", "90% of draws", "accepted", "a month")
    ranges, mark = forecast.ranges("chosen"), star(forecast)
    actor = ""
    for option in map(str, forecast.shown["option"].values):
        one = forecast.shown.sel(option=option)
        low, *_, high = (float(x) for x in ranges.sel(option=option))
        accepted, taken = float(one["central_accepted"]), float(one["central_taken"])
        agreed = percent(accepted) + ("" if math.isnan(accepted) else mark)
        row = (option, percent(float(one["central_chosen"])) + mark, span(low, high), agreed)
        if actor and option.split(".")[0] != actor:
            table.add_section()
        actor = option.split(".")[0]
        table.add_row(*_signs(plain, *row, "—" if math.isnan(taken) else f"{taken:.2g}{mark}"))
    return table


def strip(chances: np.ndarray, plain: bool) -> str:
    """The course of a chance as blocks, scaled to its own largest value."""
    signs = LETTERS if plain else BLOCKS
    picked = chances[np.linspace(0, len(chances) - 1, STRIP).round().astype(int)]
    top = np.nanmax(picked, initial=0.0)
    if not top > 0:
        return signs[0] * STRIP
    return "".join(signs[math.ceil(max(p, 0.0) / top * (len(signs) - 1) - 1e-9)] for p in picked)


def whiskers(low: float, quarter: float, middle: float, upper: float, high: float, plain: bool) -> str:
    """A range on a scale from 0 to 1: '  ├──▒▒█▒──┤   '; without draws only the middle."""
    line, box_sign, middle_sign = ("-", "=", "O") if plain else ("─", "▒", "█")
    left, right = ("|", "|") if plain else ("├", "┤")
    at = [round(p * (SCALE - 1)) if not math.isnan(p) else -1 for p in (low, quarter, middle, upper, high)]
    cells_ = [" "] * SCALE
    if at[0] >= 0:
        cells_[at[0] : at[4] + 1] = line * (at[4] - at[0] + 1)
        cells_[at[0]], cells_[at[4]] = left, right
        cells_[at[1] : at[3] + 1] = box_sign * (at[3] - at[1] + 1)
    cells_[at[2]] = middle_sign
    return "".join(cells_)


def _table(plain: bool, *heads: str, left: int = 1) -> Table:
    table = Table(box=box.ASCII if plain else box.SIMPLE, title_justify="left", caption_justify="left")
    for n, head in enumerate(heads):
        drawn = 0 < n < left
        table.add_column(head, justify="left" if n < left else "right", no_wrap=n > 0, style="cyan" if drawn else "")
    return table


def _signs(plain: bool, *texts: str) -> list[str]:
    """The texts; dashes as hyphens where the terminal has none."""
    return [text.replace("–", "-").replace("—", "-") if plain else text for text in texts]


def _notes(forecast: Forecast) -> str:
    holds = bool(forecast.shown["standing"].any())
    still = "Still: it holds at the start, and this is the chance that it holds then. " if holds else ""
    return f"{still}{marks(forecast)}".strip()
