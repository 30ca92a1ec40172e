"""The JSON Schema of scenario files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from detente.scenario.document import Document


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    body = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **body,
        "title": "A detente scenario",
    }
