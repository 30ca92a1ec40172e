"""The page on tracing: its commands are run, and each line that it shows is printed; its table is what is computed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.cli.app import app
from detente.questions.trace import principal_branch
from detente.scenario.cases import case

TEXT = (Path(__file__).parents[2] / "docs" / "trace.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```sh\ndetente ([^\n]*)\n```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


def unbroken(text):
    """The text on one line."""
    return " ".join(text.split())


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_what_is_shown_is_printed(command, shown):
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0, result.output
    assert unbroken(shown) in unbroken(result.stdout)


def test_both_commands_are_shown():
    assert [command for command, _ in SHOWN] == ["trace centipede", "trace chicken"]


def test_the_table_of_the_centipede():
    rows = re.findall(r"\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", TEXT)
    assert len(rows) == 4
    for precision, *known in rows:
        found = principal_branch(case("centipede"), float(precision), draws=0).data["chance"].values[1::2]
        assert [f"{chance:.4f}" for chance in found] == known
