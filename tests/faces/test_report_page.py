"""The page in a browser: at desk and phone width, in light and dark, in print; nothing scrolls sideways, nothing loads.

Two pages: one made up, with everything in it that a page can have, and the Korean report as the command writes it.
Needs a Chromium (``DETENTE_BROWSER``, or one where the package's own print looks for it); skipped without.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright import sync_api

from detente.problems import DetenteError
from detente.report import browser
from detente.report.render import render
from tests.report import made_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent / "vendor" / "axe-core.min.js"
VIEWS = {"desk": (1280, 900, "light"), "phone": (375, 812, "light"), "small phone": (320, 640, "light"),
         "dark": (1280, 900, "dark")}  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    try:
        program = browser.find()
    except DetenteError:
        pytest.skip("no Chromium, Chrome or Edge is installed")
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--no-first-run", *browser._alone()]  # fmt: skip
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(program), args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def made_up_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(made_up.page(), "0.1.0"), encoding="utf-8")
    return path


def reported(case: str, folder: Path) -> Path:
    """The report on a case as a user gets it, of two draws."""
    path = folder / "report.html"
    command = [sys.executable, "-m", "detente", "report", case, "-o", str(path), "--draws", "2"]
    subprocess.run(command, check=True, env=os.environ | {"DETENTE_CACHE": str(path.parent / "cache")})
    return path


@pytest.fixture(scope="module")
def vietnamese_page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small case; ``chromium`` comes first, so that nothing is solved without one."""
    return reported("vietnam", tmp_path_factory.mktemp("vietnam"))


@pytest.fixture(scope="module")
def korean_page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported("korea", tmp_path_factory.mktemp("korea"))


@pytest.mark.slow
def test_the_korean_page_is_certified(korean_page: Path) -> None:
    """Nine of ten draws are looked at by the slow suite (tests/test_korea.py)."""
    text = korean_page.read_text(encoding="utf-8")
    assert "Play is certified at the likely numbers and in 2 of 2 draws." in text


KOREAN = pytest.param("korean_page", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=["made_up_page", "vietnamese_page", KOREAN])
def address(request: pytest.FixtureRequest, chromium: Browser) -> str:
    path: Path = request.getfixturevalue(request.param)
    return path.as_uri()


class Seen:
    """A page opened at one size, and what it asked for and complained of meanwhile."""

    def __init__(self, chromium: Browser, address: str, view: str):
        width, height, scheme = VIEWS[view]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=True,  # so that axe can be run; the policy is tested without it below
            offline=True,
        )
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


@pytest.fixture(scope="module", params=list(VIEWS))
def seen(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Seen:
    return Seen(chromium, address, request.param)


def test_nothing_is_asked_for_and_nothing_complains(seen: Seen, address: str) -> None:
    assert [url for url in seen.requests if not url.startswith("data:")] == [address]
    assert seen.complaints == []


def test_the_page_does_not_scroll_sideways(seen: Seen) -> None:
    wide = seen.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => !e.closest('.scroll') && !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 90))"""
    )
    assert wide == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pictures_are_drawn_at_their_width_and_within_the_page(seen: Seen) -> None:
    pictures = seen.page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].filter(e => e.checkVisibility()).map(e => {
            const box = e.getBoundingClientRect();
            const texts = [...e.querySelectorAll('text')].map(t => t.getBoundingClientRect());
            const [left, right] = [Math.min(...texts.map(t => t.left)), Math.max(...texts.map(t => t.right))];
            return [box.width / e.viewBox.baseVal.width, left, right];
        })"""
    )
    assert len(pictures) == seen.page.evaluate("document.querySelectorAll('figure').length")
    width = seen.page.viewport_size["width"] if seen.page.viewport_size else 0
    for scale, left, right in pictures:
        assert 0.84 <= scale <= 1.0  # 12 pixels of type stay legible
        assert 0 <= left < right <= width


def test_axe_finds_no_violation(seen: Seen) -> None:
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"][:3]]
    assert told == []


def test_links_lead_somewhere(seen: Seen) -> None:
    lost = seen.page.evaluate(
        """() => [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href').slice(1))
            .filter(id => !document.getElementById(id))"""
    )
    assert lost == []


def test_the_policy_forbids_what_a_page_might_load(chromium: Browser, address: str) -> None:
    page = chromium.new_context().new_page()
    page.goto(address)
    refused: list[str] = []
    page.on("requestfailed", lambda request: refused.append(request.failure or ""))
    page.evaluate("() => { const i = new Image(); i.src = 'http://127.0.0.1:9/a.png'; document.body.append(i); }")
    page.evaluate(
        """() => {
            const s = document.createElement('script');
            s.textContent = 'window.hurt = 1';
            document.body.append(s);
        }"""
    )
    assert page.evaluate("window.hurt") is None
    page.wait_for_function("() => document.images[0].complete")
    assert refused == ["csp"]


def test_the_print_opens_every_fold(chromium: Browser, address: str) -> None:
    page = chromium.new_context(viewport={"width": 680, "height": 960}).new_page()
    page.goto(address)
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('details')].map(d => d.lastElementChild.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) > 10
    shown = page.evaluate("getComputedStyle(document.querySelector('.phone')).display")
    assert shown == "none"


def test_the_package_prints_it(address: str) -> None:
    program = browser.find()
    text = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    printed = browser.printed(program, text)
    assert printed.startswith(b"%PDF-")
