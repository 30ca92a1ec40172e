"""Run by pygambit's own Python: trace the strategic games (.nfg) of a folder, write times and profiles."""

import sys
import time
from pathlib import Path

import numpy as np
import pygambit


def main(folder: str, precision: float) -> None:
    out = {}
    for path in sorted(Path(folder).glob("*.nfg")):
        game = pygambit.read_nfg(str(path))
        began = time.perf_counter()
        found = pygambit.qre.logit_solve_lambda(game, lam=precision)
        out[f"{path.stem}_seconds"] = time.perf_counter() - began
        profile = (found[-1] if isinstance(found, list) else found).profile
        out[path.stem] = np.concatenate([[chance for _, chance in profile[player]] for player in game.players])
    np.savez(Path(folder) / "found.npz", **out)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
