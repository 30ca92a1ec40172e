"""Fragments of addresses: a name as letters, digits and hyphens, unlike every other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def slugs(names: Iterable[str], before: str = "") -> dict[str, str]:
    """A fragment for each name."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = before + (re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "x")
        slug, k = stem, 2
        while slug.lower() in taken:
            slug, k = f"{stem}-{k}", k + 1
        taken.add(slug.lower())
        found[name] = slug
    return found
