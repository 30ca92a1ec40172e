"""The tutorial: its commands, but the last, are run in order, its edits made; what it shows is what is printed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.cli.app import app

TEXT = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|text|diff)\n(.*?)```", TEXT, re.DOTALL)


def words(line):
    """A shell line's words, quotes taken off."""
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', line)]


def edited(text, diff):
    """The file with each removed line, which is there once, put in the new words."""
    old, new = ([line[1:] for line in diff.splitlines() if line.startswith(sign)] for sign in "-+")
    for before, after in zip(old, new, strict=True):
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def test_the_walk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "cache"))
    said = ""
    for kind, block in BLOCKS:
        if kind == "diff":
            file = Path("harbour.yaml")
            file.write_text(edited(file.read_text(encoding="utf-8"), block), encoding="utf-8")
        elif kind == "text":
            assert all(line.rstrip() in said for line in block.splitlines())
        else:
            results = [(line, CliRunner().invoke(app, words(line)[1:])) for line in block.splitlines()]
            said = " ".join(result.output for _, result in results)
            for line, result in results:
                mistaken = "masked" in Path("harbour.yaml").read_text(encoding="utf-8")
                assert result.exit_code == (2 if mistaken else 0), f"{line}: {result.output}"


def test_what_is_to_be_edited_must_be_there():
    with pytest.raises(AssertionError):
        edited("one line\n", "-another\n+line\n")
