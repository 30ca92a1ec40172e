"""The page's print: an installed browser's, run headless, alone, offline, with a profile of its own.

The browser gets a folder that is removed afterwards, no network (its resolver and its proxy lead nowhere), no
extensions, no background services, and a limit of time. The page's own policy keeps it from running any script.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "DETENTE_BROWSER"
LIMIT = 180  # seconds
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
          "microsoft-edge-stable", "msedge", "brave-browser")  # fmt: skip
_OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-client-side-phishing-detection", "--disable-domain-reliability", "--disable-dev-shm-usage",
    "--metrics-recording-only", "--no-pings", "--mute-audio", "--password-store=basic", "--use-mock-keychain",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
    "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip


def find() -> Path:
    """An installed browser that can print; DetenteError with what to do if there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise DetenteError(f"{VARIABLE} names {named!r}, which is no program here; name Chromium, Chrome or Edge.")
        return Path(found)
    for place in _places():
        if place.is_file() and os.access(place, os.X_OK):
            return place
    raise DetenteError(
        "No browser was found to print with. Open the HTML page in any browser and print it to PDF, or install "
        f"Chromium, Chrome or Edge, or name one in the environment variable {VARIABLE}."
    )


def _places() -> Iterator[Path]:
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    if sys.platform == "darwin":
        for root in (Path("/Applications"), Path.home() / "Applications"):
            for name in ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"):
                yield root / f"{name}.app" / "Contents" / "MacOS" / name
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            root = Path(os.environ.get(variable, ""))
            for inner in ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe",
                          "Chromium/Application/chrome.exe"):  # fmt: skip
                yield root / inner


def printed(browser: Path, page: str, limit: float = LIMIT) -> bytes:
    """The page as PDF. Raises DetenteError if the browser fails or takes longer than ``limit`` seconds."""
    with tempfile.TemporaryDirectory(prefix="detente-print-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, goal = folder / "page.html", folder / "page.pdf"
        source.write_text(page.replace("<details>", "<details open>"), encoding="utf-8")
        said = _run([str(browser), *_OPTIONS, *_alone(), f"--user-data-dir={folder / 'profile'}",
                     f"--print-to-pdf={goal}", source.as_uri()], limit)  # fmt: skip
        content = goal.read_bytes() if goal.is_file() else b""
    if not content.startswith(b"%PDF"):
        last = said.strip().splitlines()[-1:] or ["it said nothing"]
        raise DetenteError(f"{browser.name} did not print the page ({last[0][:200]}). Open the HTML page and print it.")
    return content


def _alone() -> list[str]:
    """Chromium refuses its sandbox to the system's administrator."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _run(command: list[str], limit: float) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=limit, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DetenteError(
            f"The browser did not print the page within {limit:g} seconds. Open the HTML page and print it."
        ) from None
    except OSError as error:
        raise DetenteError(f"The browser could not be started ({error}). Open the HTML page and print it.") from None
    return done.stderr.decode("utf-8", "replace")
