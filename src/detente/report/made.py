"""How a forecast was made, and whether play is certified, told in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report.view import Standing
from detente.report.words import listed, month, payoff

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast

_ENOUGH = 0.9  # of the draws, certified, for a page that does not raise its voice


def standing(forecast: Forecast) -> Standing:
    """Whether play is certified: at the likely numbers, and in nine of ten draws."""
    solved = forecast.ensemble
    count, good = len(solved.draws), int(solved.certified.sum())
    certified = solved.central.certified and good >= _ENOUGH * count
    drawn = f" and in {good} of {count} draws" if count else ""
    doubtful = [member for member in (solved.half, solved.double) if not member.certified]
    others = tuple(member.numbers.name for member in doubtful if member.report.converged)
    missing = [member.numbers.name for member in doubtful if not member.report.converged]
    rest = f" It is not certified at {listed(list(others))}: read those figures with care." if others else ""
    rest += f" At {' or '.join(missing)} the case has no solution." if missing else ""
    if certified:
        return Standing(True, f"Play is certified at the likely numbers{drawn}.{rest}", others)
    if not solved.central.certified:
        reached = solved.central.report.converged
        first = "" if reached else f"{forecast.caution()} "
        said = f"{first}{solved.central.statement} {good} of {count} draws are certified.{rest}"
        return Standing(False, said, others, solved=reached)
    return Standing(False, f"It is certified at the likely numbers, but only in {good} of {count} draws.{rest}", others)


def how_it_was_made(forecast: Forecast) -> tuple[tuple[str, str], ...]:
    """Terms and what is said of each, in the order in which a reader would check them."""
    made, solved = forecast.data.attrs, forecast.ensemble
    report, scenario = solved.central.report, solved.scenario
    start = forecast.situation
    size = len(solved.solutions.structure.states)
    apart = sum(not member.certified for member in solved.draws)
    return (
        ("version", f"detente {made['version']}"),
        ("case", f"{scenario.name}, SHA-256 of the scenario file {made['case_hash']}"),
        ("situation", f"{start.name}, {month(start.date)}, {made['months']} months ahead"),
        ("size", f"{size:,} states, {len(scenario.actors)} actors, {len(scenario.actions)} actions, "
                 f"{len(scenario.rules)} chance rules, {len(scenario.interests)} interests, "
                 f"{len(scenario.parameters)} parameters"),
        ("parameter draws", f"{len(solved.draws)}, seed {solved.seed}; scrambled Sobol points, each range read as a "
                            "PERT distribution"),
        ("draws certified", f"{len(solved.draws) - apart} of {len(solved.draws)}"),
        ("solver", report.settings.method),
        ("tolerance", f"{report.settings.tolerance:.1e} asked; residual {report.residual:.1e} payoff a month, regret "
                      f"{report.regret:.1e}, {report.sweeps:,} sweeps"),
        ("draws", f"solved to {made['draw_tolerance']:.1e} in log odds, each continued from the central solution; "
                  "draws 0, 1 and every tenth traced again from default play"),
        ("half and double precision", f"half: {'certified' if solved.half.certified else 'not certified'}; "
                                      f"double: {'certified' if solved.double.certified else 'not certified'}"),
        ("precision reached", f"t = {report.reached:g} of the stated precisions"),
        ("rightmost eigenvalues", f"{_eigenvalues(report.rightmost)} a month"),
        ("what the solver says", made["statement"]),
        ("chance cut off", f"at most {made['mass_cut_off']:.1e} in any sum over the forecast"),
    )  # fmt: skip


def _eigenvalues(values: tuple[complex, ...]) -> str:
    return ", ".join(payoff(z.real, 4) if z.imag == 0 else f"{payoff(z.real, 4)} ± {abs(z.imag):.4f}i"
                     for z in values if z.imag >= 0) or "none computed"  # fmt: skip
