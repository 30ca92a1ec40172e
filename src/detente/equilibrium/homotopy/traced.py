"""What tracing a branch gives, and how it is kept: one file with all that is needed to compute it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.path import Stand
from detente.game.stochastic import StochasticGame
from detente.kept import keep, kept

if TYPE_CHECKING:
    from pathlib import Path as File

    from detente.game.stochastic import Floats

KIND = "traced equilibrium"
_TOLD = ("precision", "noise", "residual", "reached", "status", "steps", "evaluations")
_ARRAYS = ("ratio", "policy", "value", "regret")


@dataclass(frozen=True, eq=False)
class Met:
    """A fold or a bifurcation. ``turns``: places on the branches that cross, each a ``start=`` of ``trace``, lower
    precisions first.

    ``together``: how many directions vanish at a bifurcation: 1, or more in games with symmetries or unconnected parts.
    Then several branches cross at once, and ``turns`` are those that were found; none are looked for beyond two.
    With noise 'raw' it is one of the game with payoffs raised as at the precision asked for.
    """

    kind: Literal["fold", "bifurcation"]
    precision: float
    policy: Floats  # (S, N, A)
    value: Floats  # (S, N)
    turns: tuple[Stand, ...] = field(default=(), repr=False)
    together: int = 1

    def __str__(self) -> str:
        several = f", where {self.together} directions vanish at once" if self.together > 1 else ""
        return f"{self.kind} at precision {self.precision:.8g}{several}"


@dataclass(frozen=True, eq=False)
class Path:
    """The points of the branch in order: T precisions, policies (T, S, N, A) and values (T, S, N).

    With noise 'raw' those below the precision asked for are equilibria of the game with payoffs raised as there, not
    'raw' ones of their own precision.
    """

    precision: Floats
    policy: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.precision)


@dataclass(frozen=True, eq=False)
class Traced:
    """A logit equilibrium of a stochastic game, and the branch that led to it. Payoff units are the game's.

    ``reached`` tells whether the precision asked for was come to; ``status`` says it in a sentence, and where and why
    the branch could not be followed if not.
    ``policy`` (S, N, A) is nan for actions that a player does not have in a state.
    ``value`` (S, N): what the game is worth to each player from each state on, shocks included where there are any.
    ``regret`` (S, N): what each could gain from there on by its best reply to the others' play, without shocks.
    ``residual``: the largest error of an equation, of a log odds over the precision or of a value; payoff.
    """

    game: StochasticGame = field(repr=False)
    precision: float
    ratio: Floats = field(repr=False)  # (N,) each player's precision over it
    noise: str
    policy: Floats = field(repr=False)  # (S, N, A)
    value: Floats = field(repr=False)  # (S, N)
    regret: Floats = field(repr=False)  # (S, N) by the best reply against the others' play
    residual: float  # largest error of a log odds equation over lam, and of a value; payoff
    reached: bool
    status: str
    met: tuple[Met, ...]
    path: Path = field(repr=False)
    end: Direction = field(repr=False)  # (u, V, lam): where a neighbour's trace can start
    asked: dict[str, Any] = field(repr=False)  # ``trace(found.game, **found.asked)`` computes it again
    steps: int
    evaluations: int

    def __str__(self) -> str:
        return f"{self.status} Largest regret {self.regret.max():.2g}, residual {self.residual:.1e}."

    def save(self, path: File | str) -> None:
        """Keep it, its game included, in one file (.npz); whole or not at all; DetenteError otherwise."""
        game = self.game
        told = {name: getattr(self, name) for name in _TOLD}
        told |= {name: list(getattr(game, name)) for name in ("players", "states")}
        told["actions"] = [list(each) for each in game.actions]
        told["met"] = [[each.kind, each.precision, each.together, len(each.turns)] for each in self.met]
        told["lam"] = self.end.lam
        told["asked"] = {name: each for name, each in self.asked.items() if name != "start"}
        arrays: dict[str, Any] = {f"mask{n}": each for n, each in enumerate(game.mask)}
        arrays |= {f"weight{n}": each for n, each in enumerate(game.weight)}
        arrays |= {f"met_policy{n}": each.policy for n, each in enumerate(self.met)}
        arrays |= {f"met_value{n}": each.value for n, each in enumerate(self.met)}
        arrays |= {name: getattr(game, name) for name in ("payoffs", "transitions", "discount")}
        arrays |= {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {f"path_{name}": getattr(self.path, name) for name in ("precision", "policy", "value")}
        stands = {f"met{n}_{k}": turn for n, each in enumerate(self.met) for k, turn in enumerate(each.turns)}
        for name, stand in (stands | {"start": self.asked["start"]}).items():
            arrays |= _parts(name, stand)
        keep(path, KIND, told, {**arrays, "u": self.end.u, "v": self.end.value})

    @classmethod
    def load(cls, path: File | str) -> Traced:
        """Read back what was kept; DetenteError for another file or none."""
        return kept(path, KIND, cls._from)

    @classmethod
    def _from(cls, told: dict[str, Any], arrays: dict[str, Any]) -> Traced:
        players = range(len(told["players"]))
        game = StochasticGame(
            arrays["payoffs"],
            arrays["transitions"],
            arrays["discount"],
            mask=[arrays[f"mask{n}"] for n in players],
            weight=[arrays[f"weight{n}"] for n in players],
            players=told["players"],
            actions=told["actions"],
            states=told["states"],
        )
        end = Direction(arrays["u"], arrays["v"], told["lam"])
        met = tuple(
            Met(
                kind,
                precision,
                arrays[f"met_policy{n}"],
                arrays[f"met_value{n}"],
                tuple(_stand(f"met{n}_{k}", arrays, end.shape) for k in range(turns)),
                together,
            )
            for n, (kind, precision, together, turns) in enumerate(told["met"])
        )
        return cls(
            game=game,
            met=met,
            path=Path(arrays["path_precision"], arrays["path_policy"], arrays["path_value"]),
            end=end,
            asked=told["asked"] | {"start": _start(arrays, end.shape)},
            **{name: arrays[name] for name in _ARRAYS},
            **{name: told[name] for name in _TOLD},
        )


def _parts(name: str, stand: Stand | Direction | None) -> dict[str, Any]:
    """The arrays of a point, or of a place alone."""
    if stand is None:
        return {}
    if isinstance(stand, Direction):
        return {f"{name}_place": stand.x}
    found = {f"{name}_place": stand.place.x, f"{name}_tangent": stand.tangent.x}
    found[f"{name}_determinant"] = np.array([stand.sign, stand.log])
    return found if stand.matrix is None else found | {f"{name}_matrix": stand.matrix}


def _stand(name: str, arrays: dict[str, Any], shape: tuple[int, int, int]) -> Stand:
    """The point of that name."""
    place, tangent = (Direction.flat(arrays[f"{name}_{each}"], shape) for each in ("place", "tangent"))
    sign, log = map(float, arrays[f"{name}_determinant"])
    return Stand(place, tangent, sign, log, arrays.get(f"{name}_matrix"))


def _start(arrays: dict[str, Any], shape: tuple[int, int, int]) -> Stand | Direction | None:
    """Where it started, if not from default play."""
    if "start_tangent" in arrays:
        return _stand("start", arrays, shape)
    return Direction.flat(arrays["start_place"], shape) if "start_place" in arrays else None
