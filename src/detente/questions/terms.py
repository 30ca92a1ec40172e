r"""What becomes of terms, with play held fixed: how long they stand, what hope of them and what mistrust is worth.

D is the set of states in which all terms are at a package's levels. Play is the equilibrium's, and an event that does
not happen leaves the state as it is.

Durability: the chance that play, started with the terms in force, has not left D after so many months, on the dates
ahead; and the mean number of months up to 60 that they stand (the integral of that chance, by trapezoids).

Where the events between two sets of states do not happen, values change by the linear system

    (rho_i - A') (V_i - V'_i) = g_i,      g_i(s) = sum over them of rate (pay_i + V_i(after) - V_i(s)),

A' the generator without them: what they bring, discounted over the time in which they would have happened again and
again. Without those that lead into D, V' is the value in which nobody can conclude this deal (V - V': the hope of it).
Without those that lead out of D, V' is the value with the terms frozen (V' - V: the price of mistrust).

The discounted time in which the terms stand, (rho_i - A_DD) T_i = 1 on D, turns a loss into the payment a month that
would make it good for as long as they stand: loss / T_i.

Such a system is asked for one state, so it is solved transposed: how much each state's right-hand side counts there,
once for each discount that some actor has.

Values are those of the stationary equilibrium, where dated rules are hazards. What is paid by chance rules belongs to
the streams of payoff, and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import scipy.sparse as sp

from detente.equilibrium.derivative import generator
from detente.equilibrium.krylov import gmres
from detente.equilibrium.pattern import pattern_of
from detente.equilibrium.play import Terms, on_entries
from detente.equilibrium.transposed import HeldTransposed
from detente.outcome.calendar import schedule
from detente.outcome.forward import outlook
from detente.outcome.targets import Target
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from detente.ensemble.solutions import Solved
    from detente.outcome.process import Chain
    from detente.scenario.model import Scenario, Situation

    Within: TypeAlias = Callable[[np.ndarray, Sequence[int], Sequence[int]], np.ndarray]  # states (S, F): bool (S,)

MONTHS = 60
TOLERANCE = 1e-8  # relative residual of the linear systems


class Fixed:
    """A member's play held fixed: its generator with dated rules as hazards, its values, its discounts a month."""

    def __init__(self, solved: Solved):
        game, play = self.game, self.play = solved.game, solved.equilibrium
        pattern = pattern_of(game)
        policy, accepted = (on_entries(pattern, each) for each in (play.policy, play.accepted))
        self.rates = generator(pattern, Terms.of(pattern, game), policy, accepted)
        self.value = np.asarray(play.value)
        self.discount = np.asarray(game.discount, dtype=np.float64)

    @classmethod
    def of(cls, solved: Solved) -> Fixed:
        """That of a member, made once."""
        if solved not in _MADE:
            _MADE[solved] = cls(solved)
        return _MADE[solved]

    def without_entry(self, inside: np.ndarray, state: int) -> np.ndarray:
        """(N,) V' - V at a state outside, where nothing that happens leads inside, bool (S,); nan at one inside."""
        if inside[state]:
            return np.full(len(self.discount), np.nan)
        return self._change(~inside, inside, state)

    def without_exit(self, inside: np.ndarray, state: int) -> np.ndarray:
        """(N,) V' - V at a state inside, where nothing that happens leads outside."""
        return self._change(inside, ~inside, state)

    def time_inside(self, inside: np.ndarray, state: int) -> np.ndarray:
        """(N,) months, discounted as each actor does, before play leaves the set from a state of it."""
        kept = np.flatnonzero(inside)
        killed = sp.csr_array(self.rates[kept][:, kept])
        return _solved(killed, self.discount, np.ones((len(kept), len(self.discount))), int(kept.searchsorted(state)))

    def _change(self, here: np.ndarray, there: np.ndarray, state: int) -> np.ndarray:
        """(N,) V' - V at a state here, where the events from here to there do not happen."""
        kept, gone = np.flatnonzero(here), np.flatnonzero(there)
        leaving = sp.csr_array(self.rates[kept][:, gone])
        total = np.asarray(leaving.sum(axis=1)).ravel()
        brought = leaving @ self.value[gone] - total[:, None] * self.value[kept] + self._paid(kept, there)
        staying = sp.csr_array(self.rates[kept][:, kept] + sp.diags_array(total))
        return -_solved(staying, self.discount, brought, int(kept.searchsorted(state)))

    def _paid(self, rows: np.ndarray, there: np.ndarray) -> np.ndarray:
        """(R, N) what actions pay a month in some states as they take effect and lead there, bool (S,)."""
        game, play = self.game, self.play
        paid = np.zeros((len(rows), self.value.shape[1]))
        tempo = np.asarray(game.tempo)
        for column, policy, accepted in zip(game.columns, play.policy, play.accepted, strict=True):
            if column.pay is not None:
                ways = (np.asarray(column.chance)[rows] * there[np.asarray(column.succ)[rows]]).sum(axis=1)
                rate = float(tempo[column.actor]) * np.asarray(policy)[rows] * np.asarray(accepted)[rows] * ways
                paid += rate[:, None] * np.asarray(column.pay)[rows]
        return paid


_MADE: WeakKeyDictionary[Solved, Fixed] = WeakKeyDictionary()


def _solved(rates: Any, discount: np.ndarray, right: np.ndarray, at: int) -> np.ndarray:
    """(N,) x at one row, with (rho - rates) x = right (R, N): the weights y there, (rho - rates') y = 1 at that row."""
    rho, which = np.unique(discount, return_inverse=True)
    backward, start = sp.csr_array(rates.T), np.zeros((len(right), len(rho)))
    start[at] = -1.0

    def apply(weight: np.ndarray) -> np.ndarray:
        out: np.ndarray = backward @ weight
        out -= rho * weight
        return out

    found = gmres(apply, start, HeldTransposed(rates, rho), TOLERANCE, most=2000)
    if not np.isfinite(found.x).all() or found.residual > 1e-5:
        raise DetenteError(
            f"The value of terms could not be computed: the linear system was solved only to {found.residual:.1e}. "
            "A discount of 1 a year may be the reason."
        )
    return np.asarray(np.einsum("ri,ri->i", found.x[:, which], right))


def standing(chain: Chain, inside: np.ndarray, state: int, scenario: Scenario, since: Situation) -> np.ndarray:
    """(61,) chance that the terms still stand after 0 .. 60 months, from a state in which they do."""
    kept = np.flatnonzero(inside)
    broken = Target("terms broken", np.arange(len(kept) + 1) == len(kept))  # all states outside, made one
    start = int(kept.searchsorted(state))
    passed = outlook(chain.within(kept), [broken], start, schedule(scenario, since, MONTHS)).by[0]
    return np.asarray(np.maximum(1.0 - passed, 0.0))


def mean_months(stands: np.ndarray) -> np.ndarray:
    """(...,) the mean number of months up to the last of the chances (..., 61) that terms stand."""
    return np.asarray(np.trapezoid(stands, axis=-1))


def where(levels: np.ndarray, terms: Sequence[int], wanted: Sequence[int]) -> np.ndarray:
    """(S,) bool: the states (S, F) with all terms at these levels."""
    return np.asarray((levels[:, list(terms)] == np.asarray(wanted)).all(axis=1))


def fate(
    solved: Solved, situation: Situation, terms: tuple[int, ...],
    chosen: Sequence[tuple[tuple[int, ...], int]], priced: int, within: Within = where,
) -> dict[str, np.ndarray]:  # fmt: skip
    """What becomes of some packages (levels, state) from a situation; of the first ``priced``, what mistrust costs.

    ``within``: the states in which a package stands, by default those with all terms at its levels.

    ``stands`` (C, 61) chances, ``time`` (C, N) discounted months, ``frozen`` (priced, N) the value there with the terms
    frozen less without.
    """
    structure = solved.structure
    levels, fixed, chain = structure.states.levels, Fixed.of(solved), solved.chain
    sets = [within(levels, terms, wanted) for wanted, _ in chosen]
    pairs = list(zip(sets, (state for _, state in chosen), strict=True))
    actors = len(fixed.discount)
    return {
        "stands": _rows([standing(chain, *one, structure.scenario, situation) for one in pairs], MONTHS + 1),
        "time": _rows([fixed.time_inside(*one) for one in pairs], actors),
        "frozen": _rows([fixed.without_exit(*one) for one in pairs[:priced]], actors),
    }


def hope(
    solved: Solved, situation: Situation, terms: tuple[int, ...], wanted: Sequence[tuple[int, ...]],
    within: Within = where,
) -> dict[str, np.ndarray]:  # fmt: skip
    """``without`` (K, N): the value at a situation without the way into packages with these levels, less with it."""
    structure, fixed = solved.structure, Fixed.of(solved)
    now, levels = structure.index(situation), structure.states.levels
    found = [fixed.without_entry(within(levels, terms, one), now) for one in wanted]
    return {"without": _rows(found, len(fixed.discount))}


def _rows(found: list[np.ndarray], wide: int) -> np.ndarray:
    return np.stack(found) if found else np.zeros((0, wide))
