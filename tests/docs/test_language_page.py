"""The blocks of the language page, read one after another, are a whole scenario without a warning."""

import re
from pathlib import Path

from detente.scenario.load import load

PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def test_the_page_is_a_scenario(tmp_path):
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    claims = [block for block in blocks if block.startswith("sources:")]
    (tmp_path / "claims.yaml").write_text("".join(claims), encoding="utf-8")
    path = tmp_path / "scenario.yaml"
    path.write_text("".join(block for block in blocks if block not in claims), encoding="utf-8")
    scenario = load(path)
    assert [warning.render() for warning in scenario.warnings] == []
    assert {action.name for action in scenario.actions} >= {"test", "offer_talks", "sign_peace"}
