"""Printing: which browser is found, and what is said when it fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from detente.problems import DetenteError
from detente.report import browser

posix = pytest.mark.skipif(sys.platform == "win32", reason="a stand-in browser is a shell script")


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@posix
def test_the_named_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path, "my-browser", "exit 0")
    monkeypatch.setenv(browser.VARIABLE, str(mine))
    assert browser.find() == mine


def test_a_named_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    with pytest.raises(DetenteError, match="names 'no-such-browser', which is no program here"):
        browser.find()


def test_without_a_browser_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "_places", lambda: iter([tmp_path / "chromium"]))
    with pytest.raises(DetenteError, match="Open the HTML page in any browser and print it to PDF, or install"):
        browser.find()


@posix
def test_details_are_open_and_the_profile_is_its_own(tmp_path: Path) -> None:
    body = (
        'for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#*=}";; --user-data-dir=*) p="${a#*=}";; '
        'file://*) in="${a#file://}";; esac; done\n'
        'test -n "$p" || exit 1\nprintf "%%PDF-" > "$out"; cat "$in" >> "$out"'
    )
    made = browser.printed(program(tmp_path, "b", body), "<details><summary>x</summary></details>")
    assert made == b"%PDF-<details open><summary>x</summary></details>"


@posix
def test_a_browser_that_writes_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match=r"b did not print the page \(no display\)"):
        browser.printed(program(tmp_path, "b", "echo no display >&2"), "<p>")


@posix
def test_a_browser_that_hangs_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="did not print the page within"):
        browser.printed(program(tmp_path, "b", "exec sleep 60"), "<p>", limit=0.3)


def test_a_browser_that_cannot_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="could not be started"):
        browser.printed(tmp_path / "nothing", "<p>")
