"""Facts about the project that intention alone does not keep."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_file_keeps_to_one_subject(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_module_says_what_it_is():
    bare = [path.name for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert bare == []


def test_requirements_are_plain_pins():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        odd = [line for line in lines if not re.fullmatch(r"#.*|-r requirements\.txt|[\w.-]+==[\w.]+", line)]
        assert odd == []


def test_importing_has_no_effect_and_loads_nothing_heavy():
    code = (
        "import os, sys; before = dict(os.environ); import detente;"
        "heavy = {'jax', 'xarray', 'altair', 'scipy', 'pandas'} & set(sys.modules);"
        "print(sorted(heavy), os.environ == before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_solving_loads_no_jax():
    code = (
        "import sys, detente as dt\n"
        "from benchmarks.decision import by_detente, process\n"
        "from detente.scenario.load import load_text; from detente.scenario.starter import starter\n"
        "by_detente(process(100), 20.0)\n"
        "alone = {'jax', 'equinox', 'xarray', 'pandas'} & set(sys.modules)\n"
        "text, claims = starter('border'); case = load_text(text, 'border.yaml', claims)\n"
        "dt.solve(case, start=dt.solve(case, certify='index'))\n"
        "print(sorted(alone), sorted({'jax', 'equinox', 'xarray', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[] []"


def test_every_benchmark_is_there():
    assert all((ROOT / "benchmarks" / f"{name}.py").exists() for name in NAMES)
