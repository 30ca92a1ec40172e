"""Interrupts of the real program, in a process of its own: exit 130, a sentence, and nothing left behind.

A signal is sent when the program itself says how far it has come, never after some time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
SENTENCE = "Interrupted; nothing half-done is left behind."
# a program begun in the background ignores interrupts; and it says on stderr that it has begun
BEGUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
def say(text): sys.stderr.write(text + "\\n"); sys.stderr.flush()
"""
RUN = """
sys.argv = ['detente', *ARGUMENTS]
from detente.cli import main
main()
"""
EVERY_LINE = "import detente.ensemble.progress as told\ntold.Line.GAP = 0.0\n"
FORECAST = ["forecast", "border.yaml", "--draws", "6", "--chart", "fans.svg"]
IMPORTS = """
class Tell:
    def find_spec(self, name, *_):
        if name == WANTED: say("importing")
sys.meta_path.insert(0, Tell())
"""


@contextmanager
def program(folder: Path, before: str = "", arguments: list[str] = FORECAST) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, in a group of its own."""
    code = BEGUN + before + RUN.replace("ARGUMENTS", repr(arguments))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DETENTE_CACHE": str(folder / "cache")}
    run = subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, env=environment, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield run
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()


def interrupted(
    run: subprocess.Popen[str], folder: Path, at: str, *, group: bool = False, workers: bool = False
) -> None:
    """What the program still says after an interrupt at the line that begins so; all that must hold then."""
    assert run.stderr is not None
    lines = iter(run.stderr.readline, "")
    assert any(line.startswith(at) for line in lines), f"it never came to {at!r}"
    children = psutil.Process(run.pid).children(recursive=True)
    assert not workers or len(children) > 1
    (os.killpg if group else os.kill)(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 128 + signal.SIGINT, err
    assert err.count(SENTENCE) == 1
    assert "Traceback" not in err
    assert out == ""
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert sorted(path.name for path in folder.iterdir() if path.name != "cache") == [
        "border-claims.yaml",
        "border.yaml",
    ]
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize(
    "module", ["detente.cli.leaving", "detente.cli.app", "typer", "yaml", "numpy", "scipy.sparse", "xarray"]
)
def test_while_it_is_loading(here: Path, module: str) -> None:
    with program(here, IMPORTS.replace("WANTED", repr(module))) as run:
        interrupted(run, here, "importing")


@pytest.mark.parametrize("at", ["central solution: 0", "draws: 0 of", "draws: 2 of", "forecast: 1 of"])
def test_while_it_is_solving(here: Path, at: str) -> None:
    with program(here, EVERY_LINE) as run:
        interrupted(run, here, at)


@pytest.mark.parametrize("group", [False, True], ids=["the program alone", "as a terminal does"])
def test_while_other_processes_solve(here: Path, group: bool) -> None:
    forced = (
        "import detente.ensemble.processes as p, detente.ensemble.solve as s\n"
        "p.LARGE = 0\nif hasattr(s, 'LARGE'): s.LARGE = 0\n"
    )
    with program(here, EVERY_LINE + forced) as run:
        interrupted(run, here, "draws: 1 of", group=group, workers=True)


SWALLOWED = """
import os, threading, detente.questions.forecast as question
import detente.cli.leaving as leaving
never = threading.Event()
class Careless:
    def __del__(self): os.kill(os.getpid(), signal.SIGINT); [None for _ in range(100)]
def destructor(*_, **_more):
    from detente.files import whole
    with whole('fans.svg') as file:
        careless = Careless()
        say('solving')
        sys.stdin.readline()
        del careless
        never.wait()
def callback(*_, **_more):
    leaving.GRACE = 0.1
    try: say('solving'); never.wait()
    except KeyboardInterrupt: pass
    never.wait()
def other_error(*_, **_more):
    try: say('solving'); never.wait()
    except KeyboardInterrupt: raise RuntimeError('INTERNAL: a callback failed') from None
question.forecast = HOW
"""


@pytest.mark.parametrize("how", ["callback", "other_error"])
def test_an_interrupt_that_is_swallowed_is_not_lost(here: Path, how: str) -> None:
    with program(here, SWALLOWED.replace("HOW", how)) as run:
        interrupted(run, here, "solving")


def test_an_interrupt_in_a_destructor_is_not_lost(here: Path) -> None:
    code = BEGUN + SWALLOWED.replace("HOW", "destructor") + RUN.replace("ARGUMENTS", repr(FORECAST))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DETENTE_CACHE": str(here / "cache")}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=environment, text=True, capture_output=True, input="", timeout=60,
        check=False,
    )  # fmt: skip
    assert run.returncode == 128 + signal.SIGINT
    assert run.stderr == f"solving\n{SENTENCE}\n"
    assert sorted(path.name for path in here.iterdir()) == ["border-claims.yaml", "border.yaml"]
