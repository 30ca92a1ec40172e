"""The backward equation read a second time, in plain NumPy, and solved by dense Newton steps of a small size."""

from __future__ import annotations

import numpy as np

from detente.game.arrays import Game


def plain_moves(game: Game, value: np.ndarray, t: float = 1.0) -> list[dict[str, object]]:
    """By column: Q (.., S, N), accepted, and the chance of the choice, from values (.., S, N)."""
    lam = t * np.asarray(game.precision)
    found: list[dict[str, object]] = []
    for column in game.columns:
        succ, chance = np.asarray(column.succ), np.asarray(column.chance)
        taken = np.einsum("sk,...skn->...sn", chance, value[..., succ, :])
        if column.pay is not None:
            taken = taken + np.asarray(column.pay)
        refused = value if column.refused is None else value[..., np.asarray(column.refused), :]
        accepted = np.ones(value.shape[:-1])
        for j, r in enumerate(column.consenters):
            lean = np.asarray(column.lean)[:, j]
            odds = lean / (1 - lean) * np.exp(lam[r] * (taken - refused)[..., r])
            accepted = accepted * (odds / (1 + odds))
        q = accepted[..., None] * taken + (1 - accepted[..., None]) * refused
        if column.asking is not None:
            q = q - np.asarray(column.asking)
        found.append({"q": q, "accepted": accepted})
    for mover in range(game.shape[1]):
        mine = [c for c, column in enumerate(game.columns) if column.actor == mover]
        total = np.ones(value.shape[:-1])
        for c in mine:
            odds = np.asarray(game.columns[c].weight) * np.exp(lam[mover] * (found[c]["q"] - value)[..., mover])
            found[c]["odds"], total = odds, total + odds
        for c in mine:
            found[c]["policy"] = found[c]["odds"] / total
        for c in mine:
            found[c]["total"] = total
    return found


def plain_residual(game: Game, value: np.ndarray, t: float = 1.0) -> np.ndarray:
    """G(V) for values (.., S, N)."""
    lam, tempo = t * np.asarray(game.precision), np.asarray(game.tempo)
    out = np.asarray(game.flow) - np.asarray(game.discount) * value
    moves = plain_moves(game, value, t)
    for column, move in zip(game.columns, moves, strict=True):
        out = out + tempo[column.actor] * move["policy"][..., None] * (move["q"] - value)
    if game.noise == "shocks":
        for m in sorted({column.actor for column in game.columns}):
            mine = [c for c, column in enumerate(game.columns) if column.actor == m]
            mass = 1 + sum(np.asarray(game.columns[c].weight) for c in mine)
            gained = sum(moves[c]["policy"] * (moves[c]["q"] - value)[..., m] for c in mine)
            bonus = sum(np.asarray(game.columns[c].weight) * (moves[c]["q"] - value)[..., m] for c in mine) / mass
            if lam[m] > 0:
                bonus = np.log(moves[mine[0]]["total"] / mass) / lam[m]
            out[..., m] += tempo[m] * (bonus - gained)
    rate, succ = np.asarray(game.chance.rate), np.asarray(game.chance.succ)
    return out + np.einsum("sk,...skn->...sn", rate, value[..., succ, :] - value[..., :, None, :])


def plain_slope(game: Game, value: np.ndarray, t: float, width: float = 1e-6) -> np.ndarray:
    """G' (S N, S N) by central differences."""
    size = value.size
    bumps = width * np.eye(size).reshape(size, *value.shape)
    ahead, back = plain_residual(game, value + bumps, t), plain_residual(game, value - bumps, t)
    return ((ahead - back) / (2 * width)).reshape(size, size).T


def plain_trace(game: Game, steps: int = 50, least: float = 1e-4) -> tuple[np.ndarray, float, bool]:
    """Small steps in t with dense Newton, halved where slow: values, t reached, whether the index stayed even."""
    value, t, step, even = np.zeros(game.shape), 0.0, 1.0 / steps, True
    found = _plain_newton(game, value, 0.0)
    while found is not None and t < 1.0 and step >= least:
        value, slope = found
        values = np.linalg.eigvals(slope)
        even = even and int(np.sum((np.abs(values.imag) < 1e-12) & (values.real > 0))) % 2 == 0
        ahead = min(1.0, t + step)
        tried = _plain_newton(game, value, ahead)
        if tried is None or ahead * (np.asarray(game.precision) * np.ptp(tried[0] - value, axis=0)).max() > 3.0:
            step /= 2  # log odds may not change by more than 3 in a step: a jump would
        else:
            found, t, step = tried, ahead, min(1.0 / steps, 1.5 * step)
    return (value if found is None else found[0]), t, even


def _plain_newton(game: Game, value: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray] | None:
    first = np.inf
    for k in range(6):
        slope = plain_slope(game, value, t)
        change = np.linalg.solve(slope, plain_residual(game, value, t).ravel()).reshape(value.shape)
        size = np.abs(change).max()
        first = size if k == 0 else first
        if not np.isfinite(size) or (k == 1 and size > 0.3 * first):
            return None
        value = value - change
        if size < 1e-9 * (1 + np.abs(value).max()):
            return value, slope
    return None


def plain_round(game: Game, length: float = 0.2) -> tuple[np.ndarray, list[float]]:
    """The branch by dense arclength in (log odds, t): values where t = 1 first comes, and t wherever it turned."""
    lam, shape = np.asarray(game.precision), game.shape
    scale = np.append(np.tile(lam, shape[0]), 1.0)

    def rows(x: np.ndarray) -> np.ndarray:
        value, t = (x / scale)[:-1].reshape(shape), float(x[-1])
        by_t = (plain_residual(game, value, t + 1e-6) - plain_residual(game, value, t - 1e-6)) / 2e-6
        return np.column_stack([plain_slope(game, value, t), by_t.ravel()]) / scale

    def corrected(x: np.ndarray, along: np.ndarray) -> np.ndarray | None:
        sizes = []
        for _ in range(5):
            rest = plain_residual(game, (x / scale)[:-1].reshape(shape), float(x[-1])).ravel()
            change = np.linalg.solve(np.vstack([rows(x), along]), np.append(rest, 0.0))
            x, sizes = x - change, [*sizes, float(np.linalg.norm(change))]
            if sizes[-1] < 1e-9 * (1 + np.linalg.norm(x)):
                return x
            if len(sizes) == 2 and sizes[1] > 0.1 * sizes[0]:
                return None
        return None

    begun = _plain_newton(game, np.zeros(shape), 0.0)
    assert begun is not None
    x, along, turns = np.append(begun[0].ravel(), 0.0) * scale, np.append(np.zeros(len(scale) - 1), 1.0), list[float]()
    along = _ahead(rows(x), along)
    while x[-1] < 1.0:
        there = corrected(x + length * along, along)
        ahead = along if there is None else _ahead(rows(there), along)
        if there is None or ahead @ along < 0.98:
            length /= 2
            continue
        if along[-1] * ahead[-1] < 0.0:
            half = corrected(x + 0.5 * length * along, along)
            turns.append(_top([x[-1], x[-1] if half is None else half[-1], there[-1]]))
        before, x, along, length = x, there, ahead, 1.5 * length
    share = (1.0 - before[-1]) / (x[-1] - before[-1])
    final = _plain_newton(game, ((before + share * (x - before)) / scale)[:-1].reshape(shape), 1.0)
    assert final is not None
    return final[0], turns


def _ahead(rows: np.ndarray, along: np.ndarray) -> np.ndarray:
    """The unit tangent on the side of ``along``."""
    found = np.linalg.solve(np.vstack([rows, along]), np.append(np.zeros(len(rows)), 1.0))
    return found / np.linalg.norm(found)


def _top(heights: list[float]) -> float:
    """Where the parabola through three heights at even distances turns."""
    a, b, c = heights
    bend = a - 2 * b + c
    return b - (c - a) ** 2 / (8 * bend) if bend else b
