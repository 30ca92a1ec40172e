"""What has been solved, kept on disk by content: an entry's name is a hash of all that its arrays depend on.

    <user cache folder>/<case>-<hash of its meaning>/<hash of the numbers, the settings, the program, what is kept>.npz

So nothing is ever out of date: another number, another meaning or another version of the program is another name. The
environment variable ``DETENTE_CACHE`` moves the folder. Entries are written whole or not at all and without pickles;
one that cannot be read back is removed and counts as missing. When all entries together pass the limit, those unused
for longest go. Several processes may use one folder at once: the worst that can happen is that both solve the same.

A cache is a convenience. If the folder cannot be used or the disk is full, a warning says so once, and work goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
import warnings
import weakref
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.claims.model import Claims
from detente.cores import MOST
from detente.files import PART, sentence, whole
from detente.scenario.inquiry import Ask
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from detente.scenario.model import Scenario

LIMIT = 4 * 10**9  # bytes, all cases together
STALE = 24 * 3600  # seconds after which the temporary file of a process that was killed is swept away
SOLVER = ("scenario", "game", "equilibrium", "ensemble")  # packages that decide a solution
ANSWERS = (*SOLVER, "outcome", "graph", "negotiation", "questions")  # and those that decide what is answered from it


class CacheWarning(UserWarning):
    """The cache could not be used; the work goes on without it."""


@dataclass(frozen=True)
class Entry:
    """One kept file. ``used``: seconds since the epoch."""

    case: str
    path: Path
    size: int
    used: float


class Cache:
    """A folder of entries. ``folder=None`` stands for none: nothing is found, nothing is kept."""

    def __init__(self, folder: Path | None, limit: int = LIMIT):
        self.folder = folder
        self.limit = limit
        self._told = False
        self._room = 0  # bytes that may be written before all entries are looked through again

    def get(self, case: str, key: str, only: Collection[str] | None = None) -> dict[str, np.ndarray] | None:
        """The arrays kept under that name, all or some of them, or None. A damaged entry is removed."""
        if self.folder is None:
            return None
        path = self.folder / case / f"{key}.npz"
        try:
            with path.open("rb") as file, zipfile.ZipFile(file) as archive:
                names = [name.removesuffix(".npy") for name in archive.namelist()]
                arrays = {name: _read(archive, name) for name in names if only is None or name in only}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return arrays

    def has(self, case: str, key: str) -> bool:
        """Whether something is kept under that name; it may turn out to be damaged."""
        return self.folder is not None and (self.folder / case / f"{key}.npz").is_file()

    def put(self, case: str, key: str, arrays: Mapping[str, np.ndarray], plain: Collection[str] = ()) -> None:
        """Keep the arrays, packed but those ``plain``; then let the oldest entries go until all fit under the limit."""
        if self.folder is None:
            return
        path = self.folder / case / f"{key}.npz"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, array in arrays.items():
                    info = zipfile.ZipInfo(f"{name}.npy")
                    info.compress_type = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
                    with archive.open(info, "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            self._room -= path.stat().st_size
            if self._room < 0:
                self._shrink()
        except OSError as error:
            self._warn(error)

    def entries(self) -> list[Entry]:
        """All that is kept, least recently used first."""
        return sorted(self._scan("*.npz"), key=lambda entry: entry.used)

    def clear(self) -> int:
        """Remove everything that is kept, and nothing else in the folder; the number of entries removed."""
        gone = 0
        for entry in self._scan("*.npz"):
            with suppress(FileNotFoundError):
                entry.path.unlink()
                gone += 1
        for entry in self._scan(f".*{PART}"):
            entry.path.unlink(missing_ok=True)
        for case in self._cases():
            with suppress(OSError):  # not empty: another process is at work
                case.rmdir()
        return gone

    def _shrink(self) -> None:
        entries = self.entries()
        total = sum(entry.size for entry in entries)
        for entry in entries[:-1]:
            if total <= self.limit:
                break
            with suppress(OSError):
                entry.path.unlink()
            total -= entry.size
        self._room = (self.limit - total) // MOST  # others may be writing too
        for part in self._scan(f".*{PART}"):
            if part.used < time.time() - STALE:
                with suppress(OSError):
                    part.path.unlink()

    def _cases(self) -> Iterator[Path]:
        if self.folder is not None and self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if _CASE.fullmatch(path.name) and path.is_dir())

    def _scan(self, pattern: str) -> Iterator[Entry]:
        for case in self._cases():
            for path in case.glob(pattern):
                with suppress(FileNotFoundError):  # another process may have removed it
                    found = path.stat()
                    yield Entry(case.name, path, found.st_size, found.st_mtime)

    def _warn(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            warnings.warn(
                f"Nothing more is kept in the cache {self.folder}: {sentence(error)}", CacheWarning, stacklevel=3
            )


def standard(*, active: bool = True) -> Cache:
    """The user's cache, or one that knows nothing and is gone with the program."""
    return Cache(folder()) if active else fleeting()


def shared(cache: Cache | None) -> Cache:
    """A cache in which one can find what another has kept: the one given or the user's, or a fleeting one for none."""
    chosen = standard() if cache is None else cache
    return fleeting() if chosen.folder is None else chosen


def fleeting() -> Cache:
    """A cache in a temporary folder, which goes when nobody uses it any longer."""
    try:
        place = Path(tempfile.mkdtemp(prefix="detente-"))
    except OSError:
        return Cache(None)
    cache = Cache(place)
    weakref.finalize(cache, shutil.rmtree, place, ignore_errors=True)
    return cache


def folder() -> Path:
    """Where the user's cache is: ``DETENTE_CACHE``, or the system's folder for caches."""
    import platformdirs

    chosen = os.environ.get("DETENTE_CACHE")
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("detente"))


def case_key(scenario: Scenario) -> str:
    """The folder of a case: its name, for people, and a hash of what it means.

    Comments, places, the claims file, and what is only asked or recorded (`ask`, `theses`, `paths`, `record`) do not
    count; a scenario changed in Python has another key.
    """
    told: dict[str, Any] = {"ask": Ask(), "theses": (), "paths": (), "record": None}
    meant = replace(scenario, name="", text="", path=None, warnings=(), claims=Claims(), source=None, **told)
    digest = hashlib.blake2b(repr(meant).encode("utf-8"), digest_size=8).hexdigest()
    name = re.sub(r"[^a-z0-9]+", "-", scenario.name.lower()).strip("-")[:40] or "case"
    return f"{name}-{digest}"


def case_hash(scenario: Scenario) -> str:
    """The SHA-256 of the scenario file, as ``sha256sum`` gives it."""
    return hashlib.sha256(scenario.text.encode("utf-8")).hexdigest()


def entry_key(numbers: Mapping[str, float], what: str, parts: tuple[str, ...] = SOLVER, **settings: Any) -> str:
    """The name of an entry of a case: a hash of the numbers, of what is kept, of the settings and of the program.

    ``parts``: the packages on whose source it depends.
    """
    content = {
        "numbers": sorted((name, float(value).hex()) for name, value in numbers.items()),
        "what": what,
        "settings": settings,
        "version": VERSION,
        "program": program(parts),
    }
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode("utf-8"), digest_size=20).hexdigest()


@cache
def program(parts: tuple[str, ...] = SOLVER) -> str:
    """A hash of the source of some packages, so that a changed solver never meets old entries."""
    package = Path(__file__).parent.parent
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        for path in sorted((package / part).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(f"{name}.npy") as member:
        array: np.ndarray = np.lib.format.read_array(member, allow_pickle=False)
        return array


_CASE = re.compile(r"[a-z0-9-]+-[0-9a-f]{16}")
