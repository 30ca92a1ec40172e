"""The front door: what is written where, and what is refused before anything is solved."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.problems import DetenteError
from detente.report import browser, paint, write
from tests.border import border
from tests.report.test_page import BLANK, small


@pytest.fixture(autouse=True)
def _no_solving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solving and drawing are tested elsewhere."""
    monkeypatch.setattr(write, "answered", lambda *_: small())
    monkeypatch.setattr(paint, "draw", lambda _spec: BLANK)


def never(*_: object) -> None:
    raise AssertionError("solved before all else was looked at")


def test_one_page_is_written(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert write.report(border(), out) == [out]
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_print_lies_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find", lambda: Path("chromium"))
    monkeypatch.setattr(browser, "printed", lambda _browser, page: b"%PDF-" + page[:5].encode())
    out = tmp_path / "report.html"
    assert write.report(border(), out, pdf=True) == [out, tmp_path / "report.pdf"]
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-<!doc"
    assert write.report(border(), out, pdf=tmp_path / "x.pdf")[1] == tmp_path / "x.pdf"


def test_figures_are_written_as_svg_and_png(tmp_path: Path) -> None:
    written = write.report(border(), tmp_path / "r.html", figures=tmp_path / "new" / "figures")
    names = {path.name for path in written[1:]}
    assert {"chance-war.svg", "chance-war.png", "moves-us.svg", "gains.png", "gains-dprk.svg"} <= names
    assert all(path.stat().st_size for path in written)


def test_a_page_cannot_be_its_own_print(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="cannot both be"):
        write.report(border(), tmp_path / "report.pdf", pdf=True)


def test_a_missing_browser_is_told_before_anything_is_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "answered", never)
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    with pytest.raises(DetenteError, match="no-such-browser"):
        write.report(border(), tmp_path / "report.html", pdf=True)
    assert not list(tmp_path.iterdir())


def test_a_print_that_fails_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise DetenteError("chromium did not print the page")

    monkeypatch.setattr(browser, "find", lambda: Path("chromium"))
    monkeypatch.setattr(browser, "printed", fails)
    with pytest.raises(DetenteError):
        write.report(border(), tmp_path / "report.html", pdf=True)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("out", "error"),
    [
        ("missing/report.html", FileNotFoundError),
        ("folder.html", IsADirectoryError),
        ("file/report.html", NotADirectoryError),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_solved(
    tmp_path: Path, out: str, error: type[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "answered", never)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(error):
        write.report(border(), tmp_path / out)


def test_figures_cannot_go_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "answered", never)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(NotADirectoryError):
        write.report(border(), tmp_path / "r.html", figures=tmp_path / "file")


@pytest.mark.parametrize(
    ("out", "pdf"), [("r.yaml", None), ("r", None), ("r.html", "r.html.yaml"), ("r.html", "r.txt")]
)
def test_an_output_ends_as_its_format_does(
    tmp_path: Path, out: str, pdf: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "answered", never)
    with pytest.raises(DetenteError, match=r"ends in \.(html|pdf)"):
        write.report(border(), tmp_path / out, pdf=None if pdf is None else tmp_path / pdf)
    assert not list(tmp_path.iterdir())


def test_figures_leave_no_folder_when_something_else_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "answered", never)
    monkeypatch.setenv(browser.VARIABLE, "no-such-browser")
    with pytest.raises(DetenteError, match="no-such-browser"):
        write.report(border(), tmp_path / "r.html", pdf=True, figures=tmp_path / "new" / "figures")
    assert not list(tmp_path.iterdir())


def test_progress_hears_of_every_chart(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    write.report(
        border(), tmp_path / "r.html", progress=lambda stage, done, total, _: heard.append((stage, done, total))
    )
    assert heard[0] == ("charts", 0, len(heard) - 1)
    assert heard[-1] == ("charts", len(heard) - 1, len(heard) - 1)
