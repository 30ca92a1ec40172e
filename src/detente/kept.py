"""Results kept in one file each: arrays beside one JSON text that tells what they are, without pickles.

A file (.npz) is written whole or not at all. Whatever cannot be written, or read back, because it is not there, is
another kind of file, was cut short or was made by hand, is a DetenteError that says so.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

from detente.files import write_whole
from detente.given import file_of
from detente.problems import DetenteError
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np

T = TypeVar("T")
MOST = 4 * 10**9  # bytes of all arrays of a file, unpacked


def keep(path: Path | str, kind: str, told: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write a result of some kind; ``told`` is plain data."""
    import numpy as np

    path = file_of(path)
    text = json.dumps({**told, "kind": kind, "version": VERSION})
    content: dict[str, Any] = {**arrays, "told": np.array(text)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **content)
    try:
        write_whole(path, buffer.getvalue())
    except OSError as wrong:
        reason = wrong.strerror or wrong
        raise DetenteError(f"{path} cannot be written: {reason}. Give a file in a folder that exists.") from wrong


def kept(path: Path | str, kind: str, made: Callable[[dict[str, Any], dict[str, np.ndarray]], T]) -> T:
    """``made(told, arrays)`` of what :func:`keep` wrote; DetenteError for any other file, or none."""
    import numpy as np

    path = file_of(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST:
            raise ValueError(f"it would unpack to {size:,} bytes, more than {MOST:,}")
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        told = json.loads(str(arrays.pop("told")))
        if told["kind"] != kind:
            raise ValueError(f"it is a {told['kind']}")
        return made(told, arrays)
    except KeyError as wrong:
        raise DetenteError(f"{path} holds no {kind} that can be read: it has no {wrong}.") from wrong
    except OSError as wrong:
        reason = wrong.strerror or wrong
        raise DetenteError(f"{path} cannot be read: {reason}. Give a file that `save` has written.") from wrong
    except (ValueError, TypeError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as wrong:
        raise DetenteError(f"{path} holds no {kind} that can be read: {wrong}.") from wrong
