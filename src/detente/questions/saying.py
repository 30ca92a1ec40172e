"""A forecast in words: one paragraph, and a table's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast

PRECISIONS = ("half", "double")
NO_ANSWER = "* no equilibrium was reached at the likely numbers: no answer to this case."
LIKELIEST = 3  # next acts named in the paragraph


def paragraph(forecast: Forecast) -> str:
    """The chances at the horizon, what comes next, and how far play can be relied on."""
    data, made = forecast.shown, forecast.shown.attrs
    since, until = forecast.situation.date, forecast.situation.date.after(made["months"])
    about = f" ({forecast.situation.about.strip().rstrip('.')})" if forecast.situation.about else ""
    chances = "; ".join(_chance(forecast, str(name)) for name in data["outcome"].values)
    draws = f"Draws: the middle 90% of {made['draws']} draws of the uncertain numbers. " if made["draws"] else ""
    return (
        f"{made['title']}, from {month(since)}{about} to {month(until)}: {chances}. "
        f"{draws}{_plain(forecast)}{_precisions(forecast)}"
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
    for which in solved(forecast):
        sure = which == "half" or forecast.shown.attrs["double_certified"]
        beside.append(f"{which} {percent(float(data[f'{which}_{kind}']))}{'' if sure else ', not certified'}")
    beside.append(f"without slips {percent(float(data['central_without_slips']))}")
    return f"{name} {'still so ' if standing else ''}{percent(central)} ({', '.join(beside)})"


def solved(forecast: Forecast) -> list[str]:
    """Of half and double precision, those at which the case has a solution."""
    return [which for which in PRECISIONS if forecast.shown.attrs[f"{which}_converged"]]


def _precisions(forecast: Forecast) -> str:
    found = solved(forecast)
    if len(found) == len(PRECISIONS):
        return "Half and double: at half and at double precision. "
    told = "".join(f"{which.capitalize()}: at {which} precision. " for which in found)
    missing = " or ".join(which for which in PRECISIONS if which not in found)
    return f"{told}At {missing} precision the case has no solution. "


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


def star(forecast: Forecast) -> str:
    """What stands behind a figure at the likely numbers, where they have no solution."""
    return "" if forecast.shown.attrs["converged"] else " *"


def heads(forecast: Forecast) -> tuple[str, ...]:
    """What stands over the cells."""
    until = forecast.shown["date"].values[-1]
    return ("outcome", f"by {until}", "90% of draws", "base rate", "no slips", *solved(forecast))


def marks(forecast: Forecast) -> str:
    """What the stars in the cells mean, and which columns are left out."""
    made, found = forecast.shown.attrs, solved(forecast)
    said = [] if made["converged"] else [NO_ANSWER]
    if "double" in found and not made["double_certified"]:
        said.append("** at double precision play is not certified." if said else
                    "* at double precision play is not certified.")  # fmt: skip
    missing = " or ".join(which for which in PRECISIONS if which not in found)
    said += [f"At {missing} precision the case has no solution."] if missing else []
    return " ".join(said)


def cells(forecast: Forecast, name: str) -> tuple[str, ...]:
    """One outcome at the horizon: its name, its chance, and what :func:`heads` names."""
    data = forecast.shown.sel(outcome=name).isel(month=-1)
    standing = bool(data["standing"])
    kind = "at" if standing else "by"
    ends, made = forecast.ranges(kind).sel(outcome=name).isel(month=-1), forecast.shown.attrs
    mark = star(forecast)
    doubtful = "" if made["double_certified"] else " *" if made["converged"] else " **"
    return (
        f"{name} (still)" if standing else name,
        percent(float(data[f"central_{kind}"])) + mark,
        span(float(ends[0]), float(ends[-1])),
        "—" if (plain := forecast.base_rate(name)) is None else percent(plain.chance),
        percent(float(data["central_without_slips"])) + mark,
        *(percent(float(data[f"{which}_{kind}"])) + (doubtful if which == "double" else "")
          for which in solved(forecast)),
    )  # fmt: skip
