"""Files written whole or not at all, and a failure of the file system told in a sentence.

A file appears under its name only when all of it is on the disk: it is written beside its place under a temporary
name, flushed to the disk and renamed, which is atomic within a folder (POSIX ``rename``, Windows ``MoveFileEx``). A
full disk, an interrupt or an error on the way removes the temporary file and leaves an older file of that name as it
was.

Where a file is to be written is looked at before long work (:func:`check_output`): an output takes the place of
nothing that was read, ends as its format does, and lies where something can be written.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from detente.given import file_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PART = ".part"  # the ending of a temporary name
SCENARIOS = (".yaml", ".yml")  # what analysts write; no output has these endings

_gate = Lock()  # held while a temporary file comes to be, and for good once all are given up
_parts: set[Path] = set()


@contextmanager
def whole(path: Path | str, *, replace: bool = True) -> Iterator[BinaryIO]:
    """A binary file to write to, which becomes ``path`` when the block ends well and vanishes when it does not.

    Raises OSError as ``open`` would, FileExistsError if ``replace`` is false and something of that name is there, even
    if it came there meanwhile. A link is followed; what is no plain file (``/dev/stdout``) is written to as it stands.
    """
    goal = Path(os.path.realpath(path))
    if not replace and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    mode = _mode(goal)
    if mode is not None and not stat.S_ISREG(mode):
        with goal.open("wb") as file:  # a folder is refused here
            yield file
        return
    part = _part(goal)
    try:
        with _create(part, Path(path), 0o666 if mode is None else stat.S_IMODE(mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(goal)
        else:
            _claim(part, goal, Path(path))
    finally:
        _remove(part)


def write_whole(path: Path | str, content: bytes | str, *, replace: bool = True) -> None:
    """Write bytes, or text as UTF-8, whole or not at all; see :func:`whole`."""
    with whole(path, replace=replace) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def check_output(path: Path | str, endings: Sequence[str], read: Iterable[Path | None] = ()) -> None:
    """Raise DetenteError or OSError now where writing this file would destroy one that is ``read``, or would fail.

    ``endings`` are those that the file's name may have. A device (``/dev/stdout``) may have any name. Nothing is left.
    """
    path = file_of(path)
    goal = Path(os.path.realpath(path))
    mode = _mode(goal)
    for source in read:
        if mode is not None and source is not None and source.exists() and goal.samefile(source):
            raise DetenteError(
                f"{str(path)!r} is a file that is being read, and would be lost. Write to another file, "
                f"such as {goal.with_suffix(endings[0]).name!r}."
            )
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if mode is not None and not stat.S_ISREG(mode):
        return
    if path.suffix.lower() not in endings or goal.suffix.lower() in SCENARIOS:
        raise DetenteError(
            f"What is written here ends in {' or '.join(endings)}, and {str(path)!r} does not. "
            f"Write to {goal.with_suffix(endings[0]).name!r}, for example."
        )
    if mode is not None and not os.access(goal, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    part = _part(goal)
    try:
        _create(part, path, 0o600).close()
    finally:
        _remove(part)


def check_folder(folder: Path | str) -> None:
    """Raise OSError now where files cannot be written into this folder, which need not be there yet."""
    folder = file_of(folder)
    absent = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        check_output(folder / "x", ("",))
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
    except FileNotFoundError:  # a file system that makes no folders
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder)) from None
    finally:
        for one in absent:
            with suppress(OSError):
                one.rmdir()


def give_up() -> None:
    """Remove what other threads are writing and let nobody begin anew: for a process about to end without them."""
    _gate.acquire()
    for part in list(_parts):
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sentence(error: OSError) -> str:
    """What went wrong with a file, as a sentence for the user."""
    name = f"{os.fsdecode(error.filename)!r}" if error.filename else "the file"
    told = {
        errno.ENOENT: f"There is no file or folder {name}.",
        errno.EISDIR: f"{name} is a folder; name a file.",
        errno.ENOTDIR: f"{name} is a file or lies below one, and a folder is needed.",
        errno.EACCES: f"There is no permission to open {name}.",
        errno.EPERM: f"There is no permission to open {name}.",
        errno.EROFS: f"{name} is on a disk that cannot be written to.",
        errno.EEXIST: f"{name} is there already and is left as it is; choose another name.",
        errno.ENAMETOOLONG: f"The name {name[:60]}... is too long for a file.",
        errno.ENOSPC: "The disk is full; what was being written has been removed.",
        errno.EDQUOT: "The disk quota is used up; what was being written has been removed.",
    }
    return told.get(error.errno or 0, f"{name} could not be read or written: {error.strerror or error}.")


def _part(goal: Path) -> Path:
    return goal.with_name(f".{goal.name[:100]}.{token_hex(6)}{PART}")


def _remove(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)
    _parts.discard(part)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _create(part: Path, asked: Path, mode: int) -> BinaryIO:
    """A new file, never an existing one; an error names the file that the user asked for."""
    try:
        with _gate:
            _parts.add(part)
            return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")
    except FileNotFoundError as error:
        if asked.parent.is_dir():  # a file system that makes no files
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(asked)) from None
        raise FileNotFoundError(error.errno, error.strerror, str(asked.parent)) from None
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(asked)) from None


def _claim(part: Path, goal: Path, asked: Path) -> None:
    """Give the file its name unless something has that name by now."""
    try:
        os.link(part, goal)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(asked)) from None
    except OSError:  # a file system without hard links: the name was free a moment ago
        part.replace(goal)
