"""Facts about the project that intention alone does not keep."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_file_keeps_to_one_subject(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_long_modules_say_what_they_are():
    bare = [p.name for p in SOURCES if not p.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))]
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
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[] True"
