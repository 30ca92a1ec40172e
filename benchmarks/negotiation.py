"""Frontier and Nash point of plain negotiation domains beside NegMAS: ``python -m benchmarks.negotiation``.

Linear utilities of random issues; seconds from the domain to the Nash point, start-up apart. NegMAS 0.16 runs in the
Python named by ``DETENTE_NEGMAS`` (``benchmarks/peers/README.md``), on the quicker of its routes, within a time limit.
Before that both are compared on small random domains and on files in the format of GENIUS.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.startup import machine
from detente.negotiation.bargain import negotiate
from detente.negotiation.domain import Domain
from detente.negotiation.dominance import undominated
from detente.negotiation.frontier import frontier
from detente.negotiation.points import zone
from detente.negotiation.read import read_domain

PEER = Path(__file__).parent / "peers" / "negmas_frontier.py"
TO_REACH = {2: 0.5, 3: 1.0, 4: 5.0, 5: 20.0}  # seconds for a million outcomes, by parties
SHAPES = {"10 x 6": (10,) * 6, "2 x 20": (2,) * 20, "1000 x 2": (1000, 1000)}  # values x issues
LIMIT = 60.0  # seconds of the peer
RANDOM, GENIUS = 20, 5  # domains compared
MUST_AGREE = ("frontier the same", "nash the same")


def tables(parties: int, shape: tuple[int, ...], seed: int = 0) -> list[np.ndarray]:
    """Weighted utilities (values, parties) of each issue."""
    rng = np.random.default_rng((seed, parties))
    weights = rng.dirichlet(np.ones(len(shape)), parties)
    return [rng.random((size, parties)) * weights[:, n] for n, size in enumerate(shape)]


def domain_of(contributions: list[np.ndarray], reservation: np.ndarray) -> Domain:
    """The same as a domain."""
    names = [f"p{n}" for n in range(len(reservation))]
    issues = {f"i{n}": {f"v{k}": row for k, row in enumerate(table)} for n, table in enumerate(contributions)}
    return Domain.linear(names, issues, reservation=dict(zip(names, reservation.tolist(), strict=True)))


def peer(source: Path, route: str, limit: float = LIMIT) -> dict[str, np.ndarray] | None:
    """What NegMAS makes of a file or folder; nothing where it is not set up or takes too long."""
    python = os.environ.get("DETENTE_NEGMAS")
    if not python:
        return None
    target = source.parent / "found.npz"
    try:
        subprocess.run([python, str(PEER), str(source), str(target), route], check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    with np.load(target) as arrays:
        return dict(arrays)


def saved(folder: Path, contributions: list[np.ndarray], reservation: np.ndarray) -> Path:
    """A file for the peer."""
    path = folder / "domain.npz"
    named: dict[str, np.ndarray] = {str(n): table for n, table in enumerate(contributions)}
    np.savez(path, allow_pickle=False, reservation=reservation, **named)
    return path


def genius(folder: Path, seed: int) -> None:
    """A random domain of two parties in the format of GENIUS, evaluations up to 1."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 6, size=4)
    for side in ("a-domain", "buyer", "seller"):
        text = "<utility_space><objective index='0' type='objective' name='any'>"
        for n, size in enumerate(shape):
            text += f"<issue index='{n + 1}' name='i{n}' type='discrete' etype='discrete' vtype='discrete'>"
            for k in range(size):
                worth = "" if side == "a-domain" else f" evaluation='{rng.integers(0, 11) / 10}'"
                text += f"<item index='{k + 1}' value='v{k}'{worth}/>"
            text += "</issue>"
        if side != "a-domain":
            cuts = np.concatenate([[0], np.sort(rng.integers(0, 21, size=len(shape) - 1)), [20]]) / 20
            text += "".join(f"<weight index='{n + 1}' value='{b - a:.2f}'/>" for n, (a, b) in enumerate(pairwise(cuts)))
        text += "</objective>" + ("" if side == "a-domain" else "<reservation value='0.3'/>") + "</utility_space>"
        if side == "a-domain":
            text = f"<negotiation_template>{text}</negotiation_template>"
        (folder / f"{side}.xml").write_text(text, encoding="utf-8")


def alike(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether two sets of vectors of utilities are the same to nine digits."""
    return {tuple(row) for row in ours.round(9).tolist()} == {tuple(row) for row in theirs.round(9).tolist()}


def compared(domain: Domain, found: dict[str, np.ndarray]) -> dict[str, bool]:
    """Whether the frontier within the zone (NegMAS leaves the rest out), the Nash and the KS points are the same."""
    bargain = negotiate(domain)
    worth, parties = bargain.frontier.utilities, len(domain.parties)
    agrees = {"frontier the same": alike(worth[bargain.zone.rows], found["front"].reshape(-1, parties))}
    for key, name in (("nash", "Nash"), ("ks", "Kalai-Smorodinsky")):
        point = bargain.zone.points.get(name)
        agrees[f"{key} the same"] = alike(worth[point.rows] if point else worth[:0], found[key].reshape(-1, parties))
    if not bargain.empty:
        shares = (found["ks"].reshape(-1, parties) - domain.floor) / bargain.zone.ideal
        ours = bargain.zone.points["Kalai-Smorodinsky"].value
        agrees["least share at NegMAS's ks no larger than at ours"] = bool(shares.min(axis=1).max() <= ours + 1e-9)
    return agrees


def agreement(folder: Path) -> None:
    """How often both find the same, reservation values being no lower than the worst outcome.

    Ends the run if a frontier or a Nash point differs. (NegMAS counts gains from the worst outcome where that is better
    than the reservation value.)
    """
    for kind, count in (("random domains", RANDOM), ("GENIUS files", GENIUS)):
        tally: dict[str, int] = {}
        for seed in range(count):
            inside = folder / f"{kind}-{seed}"
            inside.mkdir()
            if kind == "GENIUS files":
                genius(inside, seed)
                domain, found = read_domain(inside), peer(inside, "front")
            else:
                parties = 2 + seed % 3
                contributions = tables(parties, (3, 4, 5), seed)
                least, most = (np.sum([of(t, axis=0) for t in contributions], axis=0) for of in (np.min, np.max))
                reservation = least + 0.1 * (seed % 5) * (most - least)
                domain = domain_of(contributions, reservation)
                found = peer(saved(inside, contributions, reservation), "front")
            if found is None:
                print("NegMAS is not set up (DETENTE_NEGMAS); running without it")
                return
            for name, same in compared(domain, found).items():
                tally[name] = tally.get(name, 0) + same
        print(f"{kind}: " + ", ".join(f"{name} in {same} of {count}" for name, same in tally.items()), flush=True)
        if differ := [name for name in MUST_AGREE if tally[name] < count]:
            raise SystemExit(f"{kind}: not {' and not '.join(differ)} in all {count}")


def ours(contributions: list[np.ndarray], reservation: np.ndarray) -> tuple[float, int]:
    """Seconds to frontier and Nash point, and the frontier's size."""
    domain = domain_of(contributions, reservation)
    began = time.perf_counter()
    front = frontier(domain)
    zone(front.utilities, domain.floor)
    return time.perf_counter() - began, len(front)


def theirs(folder: Path, contributions: list[np.ndarray], reservation: np.ndarray) -> str:
    """Seconds of NegMAS's routes, in a table's cells."""
    source = saved(folder, contributions, reservation)
    cells = []
    for route in ("front", "points"):
        found = peer(source, route)
        cells.append(f"{float(found['seconds']):>9.2f} s" if found else f"{f'> {LIMIT:g} s':>11}")
    return "".join(cells)


def main() -> None:
    """Agreement, then times."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        agreement(folder)
        with_peer = "DETENTE_NEGMAS" in os.environ
        print(f"{'outcomes':12}{'values x issues':>18}{'parties':>9}{'frontier':>10}{'detente':>11}{'to reach':>10}"
              + (f"{'NegMAS':>11}{'on arrays':>11}" if with_peer else ""))  # fmt: skip
        cases: list[tuple[str, str, tuple[int, ...], int]]
        cases = [("100,000", "10 x 5", (10,) * 5, 2), ("100,000", "10 x 5", (10,) * 5, 3)]
        cases += [("1,000,000", label, shape, parties) for label, shape in SHAPES.items() for parties in TO_REACH]
        for size, label, shape, parties in cases:
            contributions, reservation = tables(parties, shape), np.zeros(parties)
            seconds, count = min(ours(contributions, reservation) for _ in range(3))
            goal = f"{TO_REACH[parties]:.1f} s" if size == "1,000,000" else ""
            line = f"{size:12}{label:>18}{parties:>9}{count:>10,}{seconds:>9.4f} s{goal:>10}"
            beside = with_peer and (size == "100,000" or label == "10 x 6")
            print(line + (theirs(folder, contributions, reservation) if beside else ""), flush=True)
    for parties in TO_REACH:
        points = np.random.default_rng(0).random((1_000_000, parties))
        began = time.perf_counter()
        count = int(undominated(points).sum())
        print(f"a table of 1,000,000 random outcomes, {parties} parties: {count:,} undominated, "
              f"{time.perf_counter() - began:.2f} s")  # fmt: skip


if __name__ == "__main__":
    main()
