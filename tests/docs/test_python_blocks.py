"""Python told in the documentation runs, but for what solves the Korean case or reads a file of the reader's.

``border.yaml``, which ``detente new border`` writes, is there."""

import re
from pathlib import Path

import pytest

from detente.scenario.starter import starter

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = [
    pytest.param(block, id=f"{path.stem}-{n}")
    for path in sorted(DOCS.glob("*.md"))
    for n, block in enumerate(re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_it_compiles_and_what_is_quick_runs(block, tmp_path, monkeypatch, capsys):
    code = compile(block, "docs", "exec")
    if "korea" in block or set(re.findall(r"dt\.load\((.*?)\)", block)) - {'"border.yaml"'}:
        return
    for name, text in zip(("border.yaml", "border-claims.yaml"), starter("border"), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    out = capsys.readouterr().out
    for said in re.findall(r"print\(.*\)  # (.*)", block):
        assert said in out
