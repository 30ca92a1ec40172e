import tomllib
from pathlib import Path

import pytest

import detente

NAMES = {
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
}

READ_FILES = {"case", "cases", "check", "load", "read_domain", "read_gambit", "read_graph", "write_gambit"}


def test_the_public_names():
    assert set(detente.__all__) == NAMES
    assert set(dir(detente)) >= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_leads_somewhere_and_says_what_it_is(name):
    found = getattr(detente, name)
    assert isinstance(found, str) or (callable(found) and found.__doc__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="foercast"):
        detente.foercast  # noqa: B018


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert detente.__version__ == project["project"]["version"]


@pytest.mark.parametrize("name", sorted(NAMES - READ_FILES - {name for name in NAMES if not name[0].islower()}))
def test_what_is_no_case_is_refused_in_words(name):
    more = {"branch": ["pain"], "sweep": ["pain"], "solve_many": [3], "trace": [1.0], "with_agreement": ["freeze"],
            "write_report": ["report.html"]}  # fmt: skip
    for given in ("korea", 3):
        with pytest.raises(detente.DetenteError, match=r"takes|cannot be traced"):
            getattr(detente, name)(given, *more.get(name, []))


def test_names_stay_callable_after_use():
    assert detente.case("korea").name in detente.cases()
    assert callable(detente.cases)
