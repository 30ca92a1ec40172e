"""Stalled conflicts made computable.

    import detente as dt
    forecast = dt.forecast(dt.case("korea"), since="2025-06")
    print(forecast.summary())

Importing does nothing but this; a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from detente import version

if TYPE_CHECKING:
    from detente.ensemble.along import branch, sweep
    from detente.ensemble.dated import dated
    from detente.ensemble.derivatives import derivatives
    from detente.ensemble.many import solve_many
    from detente.ensemble.others import other_equilibria
    from detente.ensemble.solution import Solution, solve
    from detente.equilibrium.branch import Pace
    from detente.equilibrium.homotopy.trace import trace
    from detente.equilibrium.homotopy.traced import Traced
    from detente.game.gambit import read_gambit, write_gambit
    from detente.game.periods import periods
    from detente.game.stochastic import StochasticGame
    from detente.graph.answer import analyse
    from detente.graph.model import GraphModel
    from detente.graph.reader import read as read_graph
    from detente.negotiation.bargain import negotiate
    from detente.negotiation.domain import Domain
    from detente.negotiation.read import read_domain
    from detente.problems import DetenteError, Problem, Problems
    from detente.questions.asked import Asking
    from detente.questions.compare import compare
    from detente.questions.deals import deals
    from detente.questions.forecast import forecast
    from detente.questions.hindcast import hindcast
    from detente.questions.path import path
    from detente.questions.sensitivity import sensitivity
    from detente.questions.stability import stability
    from detente.questions.tipping import tipping
    from detente.questions.trace import principal_branch
    from detente.questions.whatif import whatif
    from detente.questions.whatifs import whatifs
    from detente.questions.why import why
    from detente.report import report as write_report
    from detente.scenario.agreements import with_agreement
    from detente.scenario.cases import case
    from detente.scenario.cases import case_names as cases
    from detente.scenario.load import check, load

__version__ = version.VERSION

_HOME = {
    "with_agreement": ("detente.scenario.agreements", "with_agreement"),
    "negotiate": ("detente.negotiation.bargain", "negotiate"),
    "read_domain": ("detente.negotiation.read", "read_domain"),
    "Domain": ("detente.negotiation.domain", "Domain"),
    "why": ("detente.questions.why", "why"),
    "whatif": ("detente.questions.whatif", "whatif"),
    "whatifs": ("detente.questions.whatifs", "whatifs"),
    "deals": ("detente.questions.deals", "deals"),
    "path": ("detente.questions.path", "path"),
    "tipping": ("detente.questions.tipping", "tipping"),
    "principal_branch": ("detente.questions.trace", "principal_branch"),
    "compare": ("detente.questions.compare", "compare"),
    "sensitivity": ("detente.questions.sensitivity", "sensitivity"),
    "stability": ("detente.questions.stability", "stability"),
    "hindcast": ("detente.questions.hindcast", "hindcast"),
    "Asking": ("detente.questions.asked", "Asking"),
    "analyse": ("detente.graph.answer", "analyse"),
    "read_graph": ("detente.graph.reader", "read"),
    "GraphModel": ("detente.graph.model", "GraphModel"),
    "DetenteError": ("detente.problems", "DetenteError"),
    "Pace": ("detente.equilibrium.branch", "Pace"),
    "Problem": ("detente.problems", "Problem"),
    "Problems": ("detente.problems", "Problems"),
    "Solution": ("detente.ensemble.solution", "Solution"),
    "StochasticGame": ("detente.game.stochastic", "StochasticGame"),
    "Traced": ("detente.equilibrium.homotopy.traced", "Traced"),
    "branch": ("detente.ensemble.along", "branch"),
    "case": ("detente.scenario.cases", "case"),
    "cases": ("detente.scenario.cases", "case_names"),
    "check": ("detente.scenario.load", "check"),
    "dated": ("detente.ensemble.dated", "dated"),
    "derivatives": ("detente.ensemble.derivatives", "derivatives"),
    "forecast": ("detente.questions.forecast", "forecast"),
    "load": ("detente.scenario.load", "load"),
    "other_equilibria": ("detente.ensemble.others", "other_equilibria"),
    "periods": ("detente.game.periods", "periods"),
    "read_gambit": ("detente.game.gambit", "read_gambit"),
    "solve": ("detente.ensemble.solution", "solve"),
    "solve_many": ("detente.ensemble.many", "solve_many"),
    "sweep": ("detente.ensemble.along", "sweep"),
    "trace": ("detente.equilibrium.homotopy.trace", "trace"),
    "write_gambit": ("detente.game.gambit", "write_gambit"),
    "write_report": ("detente.report", "report"),
}

__all__ = [
    "Asking",
    "DetenteError",
    "Domain",
    "GraphModel",
    "Pace",
    "Problem",
    "Problems",
    "Solution",
    "StochasticGame",
    "Traced",
    "__version__",
    "analyse",
    "branch",
    "case",
    "cases",
    "check",
    "compare",
    "dated",
    "deals",
    "derivatives",
    "forecast",
    "hindcast",
    "load",
    "negotiate",
    "other_equilibria",
    "path",
    "periods",
    "principal_branch",
    "read_domain",
    "read_gambit",
    "read_graph",
    "sensitivity",
    "solve",
    "solve_many",
    "stability",
    "sweep",
    "tipping",
    "trace",
    "whatif",
    "whatifs",
    "why",
    "with_agreement",
    "write_gambit",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, inner = _HOME[name]
    found: object = getattr(import_module(module), inner)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
