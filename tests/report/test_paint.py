"""A drawn chart enters a page only after it has been rebuilt from a short list."""

from __future__ import annotations

import pytest

from detente.report import paint

EVIL = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" '
    'viewBox="0 0 9 9" onload="alert(1)" style="background:url(http://x.example)">'
    "<script>alert(1)</script><foreignObject><p>x</p></foreignObject><image xlink:href='http://x.example/a.png'/>"
    '<a xlink:href="javascript:alert(1)"><text>linked</text></a><style>@import "http://x.example";</style>'
    '<defs><clipPath id="clip0"><rect width="9" height="9"/></clipPath></defs>'
    '<g clip-path="url(#clip0)" onclick="alert(1)"><path d="M0,0h9" stroke="#0b4f71" fill="url(http://x.example)"/></g>'
    "<text>&lt;b&gt;bold &amp; plain&lt;/b&gt;</text></svg>"
)


def test_only_known_elements_and_attributes_survive() -> None:
    svg = str(paint.inline(EVIL, "p-", 'says "so"'))
    for word in ("script", "foreignObject", "image", "<a", "href", "style", "onload", "onclick", "x.example", "linked"):
        assert word not in svg
    assert "&lt;b&gt;bold &amp; plain&lt;/b&gt;" in svg


def test_ids_get_a_prefix_and_colours_become_variables() -> None:
    svg = str(paint.inline(EVIL, "p-", "f"))
    assert 'id="p-1"' in svg
    assert 'clip-path="url(#p-1)"' in svg
    assert 'stroke="var(--accent)"' in svg


def test_the_finding_is_the_text_alternative() -> None:
    svg = str(paint.inline(EVIL, "p-", 'war: 1.6% <"half">'))
    assert 'role="img"' in svg
    assert 'aria-label="war: 1.6% &lt;&quot;half&quot;&gt;"' in svg


def test_a_file_of_its_own_keeps_colours() -> None:
    svg = paint.standalone(EVIL, "f")
    assert svg.startswith("<?xml")
    assert 'stroke="#0b4f71"' in svg


def test_a_document_type_is_refused() -> None:
    with pytest.raises(ValueError, match="document type"):
        paint.inline('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "p-", "f")


def test_names_cannot_break_out_of_a_drawing() -> None:
    hostile = "</text></svg><script>alert(1)</script>\"'&"
    spec = paint.framed([paint.layer([{"n": hostile}], "text", {}, text=paint.text("n"))], paint.DESK, 40)
    svg = str(paint.inline(paint.draw(spec), "p-", hostile))
    assert "<script" not in svg
    assert svg.count("</svg>") == 1
