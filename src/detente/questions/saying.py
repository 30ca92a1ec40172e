"""A forecast in words: one paragraph, and a table's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast

HEAD = ("90% of draws", "base rate", "no slips", "half", "double")  # after the outcome and its chance
LIKELIEST = 3  # next acts named in the paragraph


def paragraph(forecast: Forecast) -> str:
    """The chances at the horizon, what comes next, and how far play can be relied on."""
    data, made = forecast.shown, forecast.shown.attrs
    since, until = forecast.situation.date, forecast.situation.date.after(made["months"])
    about = f" ({forecast.situation.about.strip().rstrip('.')})" if forecast.situation.about else ""
    chances = "; ".join(_chance(forecast, str(name)) for name in data["outcome"].values)
    draws = f"Draws: the middle 90% of {made['draws']} draws of the uncertain numbers. " if made["draws"] else ""
    return (
        f"{made['title']}, from {month(since)}{about} to {month(until)}. {chances}. "
        f"{draws}{_plain(forecast)}Half and double: at half and at double precision. "
        f"Without slips: if acts much worse for their taker than its best did not happen. "
        f"{_next(forecast)}{made['statement']}"
    )


def _chance(forecast: Forecast, name: str) -> str:
    """One outcome: 'peace 12% (draws 5.0–20%, half 10%, double 14%, without slips 11%)'."""
    data = forecast.shown.sel(outcome=name).isel(month=-1)
    standing = bool(data["standing"])
    kind = "at" if standing else "by"
    low, *_, high = (float(x) for x in forecast.ranges(kind).sel(outcome=name).isel(month=-1))
    central = float(data[f"central_{kind}"])
    beside = [f"draws {span(low, high)}"] if forecast.shown.sizes["draw"] else []
    if (plain := forecast.base_rate(name)) is not None:
        beside.append(f"base rate {percent(plain.chance)}")
    beside.append(f"half {percent(float(data[f'half_{kind}']))}")
    certified = "" if forecast.shown.attrs["double_certified"] else ", not certified"
    beside.append(f"double {percent(float(data[f'double_{kind}']))}{certified}")
    beside.append(f"without slips {percent(float(data['central_without_slips']))}")
    return f"{name} {'still so ' if standing else ''}{percent(central)} ({', '.join(beside)})"


def _plain(forecast: Forecast) -> str:
    record = forecast.ensemble.scenario.record
    if record is None:
        return ""
    return f"Base rate: from how often it happened from {month(record.since)} on, and nothing else. "


def _next(forecast: Forecast) -> str:
    """The acts with the highest rates now."""
    taken = forecast.shown["central_taken"].dropna("option")
    order = np.argsort(-taken.values, kind="stable")[:LIKELIEST]
    acts = [f"{taken['option'].values[n]} ({float(taken[n]):.2g} a month)" for n in order if taken[n] > 0]
    return f"The likeliest next acts are {listed(acts)}. " if acts else ""


def cells(forecast: Forecast, name: str) -> tuple[str, ...]:
    """One outcome at the horizon: its name, its chance, and what ``HEAD`` names."""
    data = forecast.shown.sel(outcome=name).isel(month=-1)
    standing = bool(data["standing"])
    kind = "at" if standing else "by"
    ends = forecast.ranges(kind).sel(outcome=name).isel(month=-1)
    return (
        f"{name} (still)" if standing else name,
        percent(float(data[f"central_{kind}"])),
        span(float(ends[0]), float(ends[-1])),
        "—" if (plain := forecast.base_rate(name)) is None else percent(plain.chance),
        percent(float(data["central_without_slips"])),
        percent(float(data[f"half_{kind}"])),
        percent(float(data[f"double_{kind}"])) + ("" if forecast.shown.attrs["double_certified"] else " *"),
    )
