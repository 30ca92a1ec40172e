"""Plain iteration beside the solver: the same game, as long, and where its residual stood.

Two ways of going round and round are meant by it. *Values* follows the backward equation a sweep at a time,
``V + G(V) / q`` with q a bound on all rates (:func:`detente.equilibrium.response.sweep`): it goes where backward
induction goes, at the pace at which discounting forgets. *Play* answers the values, values that answer to its end
(Krylov's method, to a thousandth) and begins again: quick where play depends little on values, but with d the
derivative of that round, it circles for ever once an eigenvalue of d is larger than one in size.
``python -m benchmarks.plain [states] [precision ...]`` gives that size for both, at the solution; so do ``rivals
[states] [precision ...]`` for games whose play circles (:mod:`benchmarks.generated`), and ``korea [factor ...]`` with
factors of its own precision.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks import generated
from detente.equilibrium.krylov import gmres, orthogonalise
from detente.equilibrium.problem import Problem
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.game.structure import compile as compiled
from detente.scenario.cases import case

ROUGH = 1e-3  # to which play's values are found
Step = Callable[[Problem, Any], Any]


def by_values(problem: Problem, play: Any) -> Any:
    """The change of one sweep."""
    return play.residual / fastest(problem)


def by_play(problem: Problem, play: Any) -> Any:
    """The change to the values of the play that answers these."""
    slope = problem.slope(play)
    return gmres(slope.held, -play.residual, slope.approximate, ROUGH).x


WAYS: dict[str, Step] = {"play": by_play, "values": by_values}


def fastest(problem: Problem) -> float:
    """A rate, a month, that all that can happen in a state does not exceed, nor with discount."""
    terms = problem.terms
    return float(terms.tempo.sum() + terms.rate.sum(axis=1).max() + terms.discount.max())


def beside(game: Game, seconds: float) -> list[str]:
    """A line for each way, from zero for so many seconds of processor: where the residual stood, half-way and last."""
    lines = []
    for name, step in WAYS.items():
        problem, value, stood = Problem(game), np.zeros(game.shape), [(0.0, np.inf)]
        began = time.process_time()
        while stood[-1][0] < seconds and stood[-1][1] > 1e-9:
            play = problem.at(value, 1.0)
            value = value + step(problem, play)
            stood.append((time.process_time() - began, float(np.abs(play.residual).max())))
        middle = next(rest for when, rest in stood if when >= 0.5 * stood[-1][0])
        lines.append(
            f"plain iteration by {name}: {len(stood) - 1} rounds in {stood[-1][0]:.1f} s of processor, "
            f"residual {middle:.0e} half-way, {stood[-1][1]:.0e} at the end"
        )
    return lines


def radius(apply: Callable[[Any], Any], shape: tuple[int, ...], most: int) -> float:
    """The largest eigenvalue in size, constants left out, by Arnoldi's method."""
    value = np.random.default_rng(0).normal(size=shape)
    basis, upper = np.empty((most + 1, value.size), np.float32), np.zeros((most + 1, most))
    basis[0] = (value - value.mean(axis=0)).ravel() / np.linalg.norm(value - value.mean(axis=0))
    for j in range(most):
        image = apply(basis[j].reshape(shape))
        upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], (image - image.mean(axis=0)).ravel())
    return float(np.abs(np.linalg.eigvals(upper[:most, :most])).max())


def radii(game: Game, value: Any) -> tuple[float, float]:
    """That of a round of values, and of one of play, at a solution."""
    problem = Problem(game)
    slope, rate = problem.slope(problem.at(value, 1.0)), fastest(problem)
    values = radius(lambda change: change + slope(change) / rate, game.shape, 60)
    play = radius(lambda change: change - gmres(slope.held, slope(change), slope.approximate, ROUGH).x, game.shape, 20)
    return values, play


def line(name: str, game: Game) -> str:
    """How the solver, and the two ways, do on a game."""
    began = time.process_time()
    found = solve(game, certify="none")
    seconds = time.process_time() - began
    if not found.converged:
        return f"{name:24} reached t = {found.reached:.3f}"
    values, play = radii(game, found.value)
    return f"{name:24} solved in {seconds:5.1f} s of processor; a round of values {values:.3f}, of play {play:.3f}"


def main(arguments: list[str]) -> None:
    """A line for each precision."""
    rivals = arguments[:1] == ["rivals"]
    what, *numbers = [*arguments[rivals:], *("20000", "0.15")[len(arguments) - rivals :]]
    made = generated.scenario(int(what), 4, 8 if rivals else 20, rivals=rivals) if what != "korea" else case(what)
    base = compiled(made).game()
    for number in map(float, numbers):
        with double_precision():
            lam = number * base.precision if what == "korea" else 0.0 * base.precision + number
            game = replace(base, precision=lam)
        print(line(f"{what} {'x ' if what == 'korea' else 'at '}{number:g}", game), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
