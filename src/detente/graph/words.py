"""Names within a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def within(text: str) -> str:
    """A name, or a text that begins with one, as it stands within a sentence: 'the court', not 'The court'."""
    return "the " + text.removeprefix("The ") if text.startswith("The ") else text


def listed(items: Sequence[str]) -> str:
    """'a, b and c'."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)
