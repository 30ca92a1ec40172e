import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from detente.cli.app import app
from detente.cli.cache import megabytes
from detente.cli.table import strip, whiskers
from detente.ensemble.cache import Cache
from detente.ensemble.progress import left
from detente.version import VERSION
from tests.border import DRAWS, MONTHS, answer
from tests.faces.commands import detente, told

ROOT = Path(__file__).parents[2]
QUESTIONS = ("forecast", "why", "whatif", "deals", "compare", "path", "sensitivity", "tipping", "stability", "hindcast")
COMMANDS = ("check", "new", "schema", "cases", "show", "claims", *QUESTIONS, "trace", "report", "cache")
ASK = ["forecast", "border.yaml", "--months", str(MONTHS), "--draws", str(DRAWS)]


def process(code_or_arguments, extra=None, **more):
    """A process of its own: arguments of the command, or a piece of Python."""
    run = ["-c", code_or_arguments] if isinstance(code_or_arguments, str) else ["-m", "detente", *code_or_arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **(extra or {})}
    return subprocess.run(
        [sys.executable, *run], capture_output=True, timeout=120, env=environment, check=False, **more
    )


def test_help_names_every_command():
    shown = detente("--help")
    assert shown.exit_code == 0
    assert all(command in shown.stdout for command in COMMANDS)
    assert sorted(one.name or one.callback.__name__ for one in app.registered_commands) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(command):
    shown = detente(command, "--help")
    assert shown.exit_code == 0
    asked = f"detente {command} korea" if command in QUESTIONS else f"detente {command}"
    assert asked in shown.stdout.partition("Example")[2]


def test_the_list_of_commands_cuts_none_short():
    shown = detente("--help").stdout.partition("Commands:")[2].strip().splitlines()
    assert len(shown) == len(COMMANDS)
    for line in shown:
        assert line.endswith(".")
        assert not line.endswith("...")
        assert len(line) <= 80


def test_version():
    assert detente("--version").stdout == f"detente {VERSION}\n"


def test_help_loads_nothing_heavy():
    done = process(
        "import sys; from detente.cli.app import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'jax', 'pydantic', 'yaml', 'xarray', 'altair', 'scipy'} & set(sys.modules)\n"
        "sys.exit(','.join(heavy) or 0)"
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_question_on_kept_solutions_loads_no_more_than_it_shows(solved):
    more = ["border.yaml", "--draws", str(DRAWS), "--json"]
    ahead = [*more, "--months", str(MONTHS)]
    questions = [["why", *ahead], ["deals", *more], ["forecast", *ahead], ["sensitivity", *ahead]]
    assert detente(*questions[-1]).exit_code == 0  # whose slopes JAX differentiates, once
    code = (
        "import sys; from detente.cli.app import app\n"
        "def ask(without, *arguments):\n"
        "    try: app([*arguments])\n"
        "    except SystemExit as left: assert not left.code, left.code\n"
        "    heavy = without & set(sys.modules); assert not heavy, (arguments, heavy)\n"
        "arrays, pictures = {'jax', 'equinox', 'jaxtyping', 'xarray', 'pandas'}, {'altair'}\n"
        "ask(arrays | pictures | {'scipy'}, 'check', 'border.yaml')\n"
        f"for question in {questions[:2]}: ask(arrays | pictures, *question)\n"
        f"for question in {questions[2:]}: ask(pictures | {{'jax', 'equinox'}}, *question)\n"
    )
    done = process(code, cwd=solved)
    assert (done.returncode, done.stderr) == (0, b"")


def test_check_says_that_a_good_file_is_good(here):
    good = detente("check", "border.yaml")
    assert good.exit_code == 0
    assert "0 errors" in good.stdout
    plain = json.loads(detente("check", "border.yaml", "--json").stdout)
    assert plain["errors"] == 0


def test_check_shows_every_mistake_with_a_caret(here):
    text = Path("border.yaml").read_text(encoding="utf-8")
    Path("bad.yaml").write_text(
        text.replace("tempo:", "tmepo:").replace("border-claims", "bad-claims"), encoding="utf-8"
    )
    Path("bad-claims.yaml").write_bytes(Path("border-claims.yaml").read_bytes())
    bad = detente("check", "bad.yaml")
    assert bad.exit_code == 2
    assert re.search(r"bad\.yaml:\d+:\d+: error: ", bad.stdout)
    assert "^^^^^" in bad.stdout
    assert "tempo" in bad.stdout
    plain = detente("check", "bad.yaml", "--json")
    assert plain.exit_code == 2
    content = json.loads(plain.stdout)
    assert content["errors"] == len([one for one in content["found"] if one["severity"] == "error"]) >= 1
    assert {"line", "column", "message", "hint", "code", "file"} <= set(content["found"][0])
    assert "Traceback" not in bad.output


def test_the_same_mistakes_stop_every_other_command(here):
    Path("bad.yaml").write_text("format: detente/1\nactors: 7\n", encoding="utf-8")
    for command in ("show", "claims", "forecast", "report"):
        assert "bad.yaml:2" in told(detente(command, "bad.yaml"))


def test_new_writes_a_case_that_passes_and_overwrites_nothing(here):
    made = detente("new", "strait")
    assert made.exit_code == 0
    assert detente("check", "strait.yaml").exit_code == 0
    Path("strait.yaml").write_text("mine", encoding="utf-8")
    assert "is there already" in told(detente("new", "strait"))
    assert Path("strait.yaml").read_text(encoding="utf-8") == "mine"
    Path("isthmus.yaml").write_text("mine", encoding="utf-8")
    assert "is there already" in told(detente("new", "isthmus"))
    assert not Path("isthmus-claims.yaml").exists()


def test_schema_is_json_on_stdout_or_in_a_file(here):
    shown = json.loads(detente("schema").stdout)
    assert shown["type"] == "object"
    assert detente("schema", "-o", "schema.json").exit_code == 0
    assert json.loads(Path("schema.json").read_text(encoding="utf-8")) == shown


def test_cases_show_and_claims(here):
    assert "korea" in detente("cases").stdout
    assert "korea" in [one["name"] for one in json.loads(detente("cases", "--json").stdout)]
    assert "Northland" in detente("show", "border.yaml").stdout
    claims = detente("claims", "border.yaml")
    assert "B01" in claims.stdout
    assert "bears on" in claims.stdout
    assert "B01" in json.loads(detente("claims", "border.yaml", "--json").stdout)


def test_forecast_prints_tables_without_colour(solved):
    shown = detente(*ASK)
    assert shown.exit_code == 0, shown.output
    assert shown.stderr == ""
    assert "\x1b" not in shown.stdout
    for word in ("agreement", "raid", "half", "double", "slips", "north.wait", "by 2027-06"):
        assert word in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80
    assert " ".join(shown.stdout.split()).endswith(" ".join(answer().summary().split()))


def test_a_terminal_without_unicode_gets_plain_letters(solved):
    done = process(ASK, cwd=solved, encoding="ascii", extra={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "|-" in done.stdout
    assert "?" not in done.stdout


def test_forecast_json_is_only_json(solved):
    shown = detente(*ASK, "--json", "--chart", "fans.svg")
    content = json.loads(shown.stdout)
    assert content == json.loads(answer().to_json())
    assert [content["provenance"][key] for key in ("certified", "half_certified", "double_certified")] == [True] * 3
    assert all(type(content["provenance"][key]) is bool for key in ("certified", "half_certified", "double_certified"))
    assert Path("fans.svg").read_text(encoding="utf-8").startswith("<svg")


def test_report_hands_its_options_over_and_names_what_it_wrote(here, monkeypatch):
    asked = []

    def write(*arguments, **options):
        asked.append((arguments, options))
        return [Path("page.html"), Path("page.pdf")]

    monkeypatch.setattr("detente.report.write.report", write)
    shown = detente(
        "report", "border.yaml", "-o", "page.html", "--draws", 7, "--pdf", "--figures", "drawn", "--months", 12
    )
    assert shown.stdout == "page.html\npage.pdf\n"
    ((scenario, out), options) = asked[0]
    assert (scenario.name, out) == ("border", Path("page.html"))
    del options["progress"], options["cache"]
    assert options == {"since": None, "months": 12, "draws": 7, "seed": 0, "pdf": True, "figures": Path("drawn")}


def test_a_chart_as_a_page_offers_no_way_into_the_network(solved):
    assert detente(*ASK, "--chart", "fans.html").exit_code == 0
    page = Path("fans.html").read_text(encoding="utf-8")
    assert re.search(r'"embedOptions"\s*:\s*{\s*"actions"\s*:\s*false', page)


@pytest.fixture
def never_solved(here, monkeypatch):
    """The scenario, where solving it is a failure of the test."""

    def forecast(*_, **_more):
        raise AssertionError("solved before all else was looked at")

    monkeypatch.setattr("detente.questions.forecast.forecast", forecast)
    monkeypatch.setattr("detente.report.write.answered", forecast)
    (here / "link.html").symlink_to("border.yaml")
    (here / "hard.html").hardlink_to(here / "border-claims.yaml")
    (here / "scenario.html").write_bytes((here / "border.yaml").read_bytes())
    (here / "file").write_text("in the way", encoding="utf-8")
    (here / "folder.html").mkdir()
    return here


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            "report border.yaml -o border.yaml",
            "being read, and would be lost. Write to another file, such as 'border.html'",
        ),
        ("report border.yaml -o border-claims.yaml", "being read, and would be lost"),
        ("report border.yaml -o link.html", "being read, and would be lost"),
        ("report border.yaml -o hard.html", "being read, and would be lost"),
        ("report scenario.html -o scenario.html", "being read, and would be lost"),
        ("forecast scenario.html --chart scenario.html", "being read, and would be lost"),
        ("forecast border.yaml --chart hard.html", "being read, and would be lost"),
        ("report border.yaml -o other.yaml", "ends in .html or .htm, and 'other.yaml' does not. Write to 'other.html'"),
        ("report border.yaml -o other.yml", "ends in .html or .htm"),
        ("report border.yaml -o page", "ends in .html or .htm, and 'page' does not. Write to 'page.html'"),
        ("schema -o border.yaml", "ends in .json, and 'border.yaml' does not. Write to 'border.json'"),
        ("schema -o new.yml", "ends in .json"),
        ("report border.yaml -o none/x.html", "There is no file or folder 'none'"),
        ("forecast border.yaml --chart none/x.svg", "There is no file or folder 'none'"),
        ("report border.yaml -o folder.html", "'folder.html' is a folder"),
        ("forecast border.yaml --chart folder.html", "'folder.html' is a folder"),
        ("report border.yaml -o file/x.html", "lies below one, and a folder is needed"),
        ("report border.yaml --figures file", "lies below one, and a folder is needed"),
        ("report border.yaml --figures file/figures", "lies below one, and a folder is needed"),
        ("report border.yaml --figures /proc/figures", "There is no permission to open '/proc/figures'"),
        ("report border.yaml -o /proc/x.html", "There is no permission to open '/proc/x.html'"),
        ("forecast border.yaml --chart /proc/x.svg", "There is no permission to open '/proc/x.svg'"),
        ("forecast border.yaml --chart /dev/full", "can be written as .svg"),
    ],
)
def test_outputs_are_looked_at_before_anything_is_solved(never_solved, arguments, said):
    before = {path: path.read_bytes() if path.is_file() else b"" for path in never_solved.rglob("*")}
    assert said in told(detente(*arguments.split()))
    assert {path: path.read_bytes() if path.is_file() else b"" for path in never_solved.rglob("*")} == before


@pytest.mark.parametrize(
    "arguments",
    [["report", "border.yaml", "--draws", "3", "-o"], [*ASK, "--chart"]],
    ids=["report", "chart"],
)
def test_a_full_disk_after_solving_leaves_nothing(solved, arguments):
    (solved / "full.html").symlink_to("/dev/full")
    before = sorted(solved.rglob("*"))
    shown = detente(*arguments, "full.html")
    assert shown.exit_code == 2
    assert "disk is full" in shown.stderr
    assert shown.stdout == ""
    assert sorted(solved.rglob("*")) == before


@pytest.mark.parametrize("output", ["report border.yaml -o {}/x.html", "forecast border.yaml --chart {}/x.svg",
                                    "report border.yaml --figures {}", "schema -o {}/x.json"])  # fmt: skip
def test_a_folder_that_may_not_be_written_to(never_solved, monkeypatch, output):
    real = os.open

    def closed(path, *more, **named):
        if "closed" in str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *more, **named)

    Path("closed").mkdir()
    monkeypatch.setattr(os, "open", closed)
    assert "There is no permission to open 'closed" in told(detente(*output.format("closed").split()))
    assert list(Path("closed").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forecast", "border.yaml", "--from", "2025-60"], "There is no situation '2025-60'. Did you mean '2025-06'"),
        (["forecast", "border.yaml", "--chart", "fans.doc"], "can be written as .svg"),
        (["forecast", "border.yaml", "--draws", "-1"], "draws"),
        (["forecast", "border.yaml", "--months", "soon"], "valid integer"),
        (["forecast"], "FILE"),
        (["check", "none.yaml"], "none.yaml"),
        (["check", "nowhere/none.yaml"], "none.yaml"),
        (["check", "korae"], "Did you mean 'korea'"),
        (["check", "."], "folder"),
        (["check", "border.yaml/x.yaml"], "x.yaml"),
        (["show", "\0"], ""),
        (["new", "nowhere/strait"], "There is no file or folder 'nowhere"),
        (["schema", "-o", "."], "is a folder"),
        (["schema", "-o", "n" * 300 + ".json"], "too long"),
        (["cache", "burn"], "not 'burn'"),
        (["frecast", "korea"], "No such command"),
    ],
)
def test_bad_input_gets_a_sentence_and_leaves_nothing(here, arguments, said):
    before = sorted(here.rglob("*"))
    assert re.sub(r"[│╭╮╰╯─\s]+", " ", said) in re.sub(r"[│╭╮╰╯─\s]+", " ", told(detente(*arguments)))
    assert sorted(here.rglob("*")) == before


def test_a_file_that_may_not_be_read(here, monkeypatch):
    real = Path.open

    def refused(path, *arguments, **more):
        if path.name == "border.yaml":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", refused)
    assert "ermission" in told(detente("check", "border.yaml"))


def test_a_full_disk_while_writing_leaves_nothing(here, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(here.rglob("*"))
    monkeypatch.setattr(os, "fsync", full)
    assert "disk is full" in told(detente("new", "strait"))
    assert "disk is full" in told(detente("schema", "-o", "schema.json"))
    assert sorted(here.rglob("*")) == before


def test_a_cache_that_cannot_be_written_is_a_warning_on_stderr(here):
    Path("file").write_text("in the way", encoding="utf-8")
    shown = detente("forecast", "border.yaml", "--months", "1", "--draws", "0", env={"DETENTE_CACHE": "file"})
    assert shown.exit_code == 0, shown.output
    assert shown.stderr.count("warning: Nothing more is kept in the cache") == 1


def test_cache_shows_and_clears(here):
    kept = Cache(here / "cache")
    kept.put("toy-0123456789abcdef", "key", {"x": __import__("numpy").zeros(3)})
    assert "toy-0123456789abcdef: 1 entries" in detente("cache").stdout
    content = json.loads(detente("cache", "--json").stdout)
    assert content["cases"][0]["entries"] == 1
    assert "1 entries removed" in detente("cache", "clear").stdout
    assert "nothing is kept" in detente("cache").stdout


def test_an_interrupt_leaves_with_130_and_leaves_nothing(here):
    before = sorted(here.rglob("*"))
    code = (
        "import os, signal, sys, detente.questions.forecast as question\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which a program begun in the background lacks
        "def forecast(*_, **_more): os.kill(os.getpid(), signal.SIGINT)\n"
        "question.forecast = forecast\n"
        "sys.argv = ['detente', 'forecast', 'border.yaml']\n"
        "from detente.cli import main; main()"
    )
    done = process(code, cwd=here)
    assert done.returncode == 128 + signal.SIGINT
    assert done.stdout == b""
    assert done.stderr.decode().strip() == "Interrupted; nothing half-done is left behind."
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_does_not_wait_for_work_in_other_threads(here, name):
    before = sorted(here.rglob("*"))
    code = (
        "import os, signal, sys, threading, detente.questions.forecast as question\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from detente.ensemble.parallel import each\n"
        "from detente.ensemble.progress import Stage\n"
        "never = threading.Event()\n"
        "from detente.files import whole\n"
        "begun = threading.Event()\n"
        "def slow(stop):\n"
        "    with whole('half.npz') as file: file.write(b'half'); begun.set(); never.wait()\n"
        f"def interrupt(stop): begun.wait(); os.kill(os.getpid(), signal.{name}); never.wait()\n"
        "question.forecast = lambda *_, **_more: each([slow, interrupt], Stage(None, '', 2), 2)\n"
        "sys.argv = ['detente', 'forecast', 'border.yaml']\n"
        "from detente.cli import main; main()"
    )
    done = process(code, cwd=here)
    assert done.returncode == 128 + getattr(signal, name)
    assert b"Traceback" not in done.stderr
    assert sorted(here.rglob("*")) == before


def test_a_closed_pipe_is_quiet():
    command = f"{sys.executable} -m detente schema | head -c 20"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, shell=True, capture_output=True, timeout=60, env=environment, check=False)
    assert len(done.stdout) == 20
    assert done.stderr == b""


def test_strips_and_whiskers():
    import numpy as np

    rising = strip(np.linspace(0, 0.2, 61), plain=False)
    assert len(rising) == 24
    assert rising[0] == " "
    assert rising[-1] == "█"
    assert strip(np.zeros(3), plain=True) == " " * 24
    assert whiskers(0.0, 0.25, 0.5, 0.75, 1.0, plain=True) == "|-----======O======-----|"
    nan = float("nan")
    assert whiskers(nan, nan, 1.0, nan, nan, plain=False).strip() == "█"


def test_words_about_time_and_size():
    assert left(None) == ""
    assert left(12.2) == "about 13 s left"
    assert left(130) == "about 3 min left"
    assert left(5300) == "about 89 min left"
    assert left(10_000) == "about 3 h left"
    assert left(48 * 3600) == "about 48 h left"
    assert left(1e9) == "more than two days left"
    assert megabytes(3_200_000) == "3.2 MB"
    assert megabytes(4 * 10**9) == "4.0 GB"
