"""Leaving when asked to: an interrupt (Ctrl-C) or a polite request to end, as ``timeout`` makes it, is never lost.

The first signal raises KeyboardInterrupt or SystemExit where the program is, as usual. That can be lost: a destructor
or a library's callback may swallow it, and while C code computes nothing is raised at all. So a thread that the system
itself wakes (``signal.set_wakeup_fd``) waits a little, or until it hears of the loss, and if the program is still
there, it removes half-written files and ends it. Processes that solve draws end with their parent. Further signals
change nothing. While a module is being loaded, nothing is raised: the program ends there.

This module loads next to nothing, so that an interrupt while the rest is imported is told as any other.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from detente.cli import SENTENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE = 3.0  # seconds for the program to end by itself


class _Asked:
    """Whether the program was asked to leave, and how."""

    signal = 0
    lost = threading.Event()  # what was raised has been swallowed
    leaving = threading.RLock()  # held by whoever ends the program


@contextmanager
def watched() -> Iterator[None]:
    """The block under watch; a signal that reaches it ends the program, with 128 more than the signal's number."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as in a program begun in the background
            signal.signal(number, _raise)
    if os.name == "posix":  # elsewhere the system wakes nobody by a pipe
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=_follow, args=(reader,), name="leaving", daemon=True).start()
    sys.unraisablehook = _swallowed
    try:
        yield
    except BaseException:
        if not _Asked.signal:
            raise
    if _Asked.signal:
        _end(128 + _Asked.signal)


def leave(code: int) -> NoReturn:
    """End with an exit code; without waiting for work in other threads if something went wrong."""
    if _Asked.signal:
        _end(128 + _Asked.signal)
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    if others and code:
        _end(code)
    sys.exit(code)


def _raise(number: int, frame: FrameType | None) -> None:
    if _Asked.signal:
        return
    _Asked.signal = number
    if _importing(frame):  # a library's start may not bear an exception
        _end(128 + number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def _importing(frame: FrameType | None) -> bool:
    """Whether a module is being loaded."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _swallowed(what: sys.UnraisableHookArgs, /) -> None:
    """Hear of what was raised in a place that nothing can be raised from, such as a destructor."""
    if _Asked.signal and issubclass(what.exc_type, (KeyboardInterrupt, SystemExit)):
        _Asked.lost.set()
    else:
        sys.__unraisablehook__(what)


def _follow(reader: int) -> None:
    """Wait for a signal, then for the program to end; if it does not, end it."""
    asked = 0
    while asked not in (signal.SIGINT, signal.SIGTERM):
        asked = os.read(reader, 1)[0]
    _Asked.lost.wait(GRACE)
    _end(128 + asked)


def _end(code: int) -> NoReturn:
    """End at once, with no temporary file left; whoever comes second waits for the end."""
    _Asked.leaving.acquire()
    if code == 128 + signal.SIGINT:
        os.write(2, SENTENCE.encode())
    else:
        _flush()
    files = sys.modules.get("detente.files")
    if files is not None:  # else nothing was written
        files.give_up()
    os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, RuntimeError):  # a closed pipe, or the thread stopped amid writing
            continue
