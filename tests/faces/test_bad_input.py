"""Bad and hostile inputs, and what each gets at the command line: exit code 2 and a sentence, never a traceback.

What bounds time and memory is tested as such: sizes, depths and counts beyond which a file is refused.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.scenario.starter import starter

SOUND, CLAIMS = starter("border")
MOST_OUTPUT = 200_000  # characters: a hostile file does not flood the terminal either


def detente(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result, *says: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert len(result.output) < MOST_OUTPUT
    told = without_echo(result.output)
    for words in says:
        assert words in told, told


def without_echo(output: str) -> str:
    """What the program says in its own words: without the lines of the file that it shows, and without their places."""
    lines = output.splitlines()
    carets = {at for at, line in enumerate(lines) if re.fullmatch(r" +\^+", line)}
    kept = [line for at, line in enumerate(lines) if at not in carets and at + 1 not in carets]
    return "\n".join(re.sub(r"^\S+:\d+:\d+: ", "", line) for line in kept)


@dataclass(frozen=True)
class Bad:
    """The start of ``detente new``, with ``old`` replaced by ``new`` (or all of it, without ``old``)."""

    name: str
    says: str
    new: str | bytes
    old: str = ""

    def content(self) -> bytes:
        if isinstance(self.new, bytes):
            return self.new
        assert not self.old or self.old in SOUND, f"{self.old!r} is not in the start"
        return (SOUND.replace(self.old, self.new, 1) if self.old else self.new).encode("utf-8", "surrogateescape")


def change(name: str, old: str, new: str, says: str) -> Bad:
    return Bad(name, says, new, old)


def whole(name: str, content: str | bytes, says: str) -> Bad:
    return Bad(name, says, content)


GUARD = "front is quiet and border is disputed"
STANDING = "{value: standing_worth * border, claims: [B05]}"
RATE = "rate: calm_rate"
SECOND = "2025-06: {like: 2024-06,"


def formula(name: str, text: str, says: str) -> Bad:
    return change(name, STANDING, f'"{text}"', says)


def laughs() -> str:
    """Ten lines that would unfold to a thousand million entries."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines) + "\n" + SOUND


NAMES = [
    change("a factor misspelt", GUARD, "fromt is quiet", "Did you mean 'front'?"),
    change("a level misspelt", GUARD, "front is quite", "Did you mean 'quiet'?"),
    change("a parameter misspelt", RATE, "rate: calm_rat", "Did you mean 'calm_rate'"),
    change("an actor misspelt", "needs: [north]", "needs: [norht]", "Did you mean 'north'?"),
    change("a key misspelt", "when: talks is summit", "wehn: talks is summit", "Did you mean 'when'"),
    change("a factor set that is none", "then: {trade: open}", "then: {trad: open}", "Did you mean 'trade'?"),
    change("a claim that is not there", "claims: [B06]}\n  mediator", "claims: [B66]}\n  mediator", "no claim 'B66'"),
    change("an action that is not there", "raid: north.raid", "raid: north.ride", "Did you mean 'raid'?"),
    change(
        "a situation that is not there",
        "no raids: {from: 2025-06",
        "no raids: {from: 2025-07",
        "There is no situation '2025-07'",
    ),
    change("a reserved name", "trade:   {levels", "if:   {levels", "'if' has a meaning of its own"),
    change("a name twice", "  tempo:          {", "  front:          {", "'front' is already the name of a factor"),
    change("like itself", SECOND, "2025-06: {like: 2025-06,", "'2025-06' is like itself"),
    change(
        "like in a circle",
        "2024-06: {about: After the last ceasefire,",
        "2024-06: {like: 2025-06,",
        "This goes in a circle: 2024-06 like 2025-06 like 2024-06",
    ),
    change("like nothing", SECOND, "2025-06: {like: 2023-06,", "There is no situation '2023-06'"),
    change(
        "a situation without a factor", "trade: closed, talks: none,\n", "talks: none,\n", "says nothing about trade"
    ),
    change(
        "two rules of one name",
        "about: Talks lapse",
        "about: Fighting dies down",
        "Two chance rules are called 'Fighting dies down'",
    ),
]

KINDS = [
    change(
        "a list for a number",
        "tempo: tempo,          discount",
        "tempo: [1],          discount",
        "A number or a formula",
    ),
    change(
        "text for a list",
        "levels: [quiet, clashes]",
        "levels: quiet",
        "A list of names, such as [a, b], is expected here",
    ),
    change(
        "a number for a mapping",
        "outcomes:  ",
        "outcomes: 5\nx:  ",
        "'outcomes' holds keys and values, and here is the number 5",
    ),
    change("nothing for a value", RATE, "rate: ", "'rate' has no value"),
    change("a test for a number", RATE, "rate: front is quiet", "A number is needed here; this is true or false"),
    change("a number for a test", GUARD, "front", "'front' is a factor, not a test"),
    change("an order among kinds", GUARD, "cabinet > hawks", "which have no order"),
    change("a step among kinds", "then: {trade: open}", "then: {cabinet: +1}", "cannot go a step up or down"),
    change("a parameter in a guard", GUARD, "front is quiet and raid_cost > 1", "may not depend on a number"),
    change(
        "a parameter in an effect",
        "then: {trade: open}",
        "then: {trade: open if effort > 1 else closed}",
        "an effect may not depend on a number",
    ),
    change("a key that is needed", "tempo: tempo,          discount", "discount", "needs the key 'tempo'"),
    change("a month that is none", SECOND, "2018-13: {like: 2024-06,", "Situation '2018-13' has no date"),
    change("a calendar that is none", "every: 48 months", "every: now and then", "'now and then' is no span of time"),
    change("a calendar without end", "every: 48 months", "every: 0 months", "'0 months' is no span of time"),
    change("neither rate nor date", f"{RATE}, ", "", "needs either 'rate', or 'every' and 'next'"),
    change(
        "both rate and date",
        RATE,
        "rate: calm_rate, every: 12 months, next: 2020-01",
        "needs either 'rate', or 'every' and 'next'",
    ),
    change("a mover who consents", "needs: [north]      ", "needs: [south]      ", "cannot be asked for consent"),
    change(
        "an unknown reading", "unit: month", "moves: sideways\nunit: month", "'sideways' is nothing that 'moves' can be"
    ),
    change("a later format", "detente/1", "detente/9", "'detente/9' is nothing that 'format' can be"),
    change(
        "likely outside the range",
        "{likely: 0.15, low: 0.1, high: 0.2",
        "{likely: 0.5, low: 0.1, high: 0.2",
        "'precision', 0.5, lies outside 0.1 to 0.2",
    ),
]

NUMBERS = [
    change("a chance above one", "p: breakthrough", "p: breakthrough + 0.9", "above 1, where breakthrough is 0.25"),
    change("a chance of two", "p: breakthrough", "p: 2", "between 0 and 1"),
    change(
        "chances above one together",
        "summit}}   #",
        "summit}}\n        - {p: 0.9, then: {talks: none}}   #",
        "add up to 1.15",
    ),
    change("a negative rate", RATE, "rate: calm_rate - 1", "below 0, where calm_rate is 0.15"),
    formula("a division by zero", "standing_worth / border", "not a number to reckon with"),
    formula("a huge exponent", "9 ** 9 ** 9 ** 9", "not a number to reckon with"),
    formula("exponents without end", " ** ".join(["9"] * 300), "nested more than 25 deep"),
    formula("a huge number", "1e400 * border", "too large"),
    formula("a number of a million digits", "9" * 1_000_000, "1,000,000 characters; at most 2,000 can be read"),
    change(
        "not a number",
        "{likely: 0.15, low: 0.1, high: 0.2",
        "{likely: .nan, low: 0.1, high: 0.2",
        "YAML reads '.nan' as infinity or as no number",
    ),
    change(
        "infinity",
        "{likely: 0.15, low: 0.1, high: 0.2",
        "{likely: .inf, low: 0.1, high: 0.2",
        "YAML reads '.inf' as infinity or as no number",
    ),
    change(
        "an integer without end",
        "{likely: 0.15, low: 0.1, high: 0.2",
        f"{{likely: {'9' * 5000}, low: 0.1, high: 0.2",
        "too long or too large",
    ),
]

CODE = [
    formula("an attribute", "border.__class__", "looks nothing up by '.'"),
    formula("an import", "__import__('os').system('id')", "no meaning in a formula"),
    formula("a call", "open(border)", "no function 'open'"),
    formula("a lambda", "(lambda: 1)()", "':' has no meaning in a formula"),
    formula("a comprehension", "[x for x in (1, 2)]", "does not fit here"),
    formula("an assignment", "(x := 9)", "':=' does not fit here"),
    formula("a subscript", "border[0]", "looked up by '['"),
    formula("a statement", "import os", "Between 'import' and 'os' an operator is missing"),
    formula("brackets without end", "(" * 5000 + "1" + ")" * 5000, "10,001 characters; at most 2,000 can be read"),
    formula("brackets too deep", "(" * 300 + "1" + ")" * 300, "nested more than 25 deep"),
    formula("signs too deep", "-" * 500 + "border", "nested more than 25 deep"),
    formula("a formula too long", "border" + " + border" * 20_000, "at most 2,000"),
    formula("half a formula", "standing_worth *", "ends too early"),
    formula("an invisible sign", "standing\u200b_worth", "no meaning in a formula"),
]

YAML = [
    whole("an empty file", "", "The file is empty"),
    whole("only a comment", "# nothing\n", "nothing but comments"),
    whole("a word", "detente\n", "A scenario is a mapping of keys to values, not the text 'detente'"),
    whole("a list", "- a\n- b\n", "A scenario is a mapping of keys to values, not a list"),
    whole("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "UTF-8"),
    whole("zeros", b"\0" * 4096, "U+0000"),
    whole("another encoding", SOUND.replace("Northland", "Nördland").encode("latin-1"), "UTF-8"),
    whole("two bytes a character", SOUND.encode("utf-16"), "UTF-8"),
    whole("half a character", SOUND.encode() + b"\xed\xa0\x80", "UTF-8"),
    whole("an alias bomb", laughs(), "another part of the file"),
    whole("a circle of aliases", "a: &a [*a]\n" + SOUND, "another part of the file"),
    whole("a merge key", "a: {<<: {b: c}}\n" + SOUND, "YAML gives '<<'"),
    whole("a Python object", "a: !!python/object/apply:os.system ['id']\n" + SOUND, "The tag "),
    whole("a tag of one's own", "a: !secret b\n" + SOUND, "The tag '!secret'"),
    whole("two documents", SOUND + "---\n" + SOUND, "A second document begins here"),
    whole("nesting without end", "a: " + "[" * 100_000, "Nested more than 12"),
    whole("mappings too deep", "".join(" " * n + f"a{n}:\n" for n in range(200)), "Nested more than 12 deep"),
    whole("more than can be read", b"# " + b"x" * 10_000_000, "a scenario file has at most 2,000,000"),
    whole(
        "a very long line",
        "title: " + "x " * 500_000 + "\n" + SOUND.replace("title: ", "wrong: ", 1),
        "Unknown key 'wrong'",
    ),
    whole("entries without end", "a: [" + "1," * 400_000 + "]\n" + SOUND, "more than 100,000 entries"),
    change("a key twice", "unit: month", "unit: month\nunit: month", "'unit' is written twice"),
    change(
        "a level that YAML takes for false",
        "levels: [none, envoys",
        "levels: [no, envoys",
        "YAML reads 'no' as true or false",
    ),
    change(
        "a level that YAML takes for true",
        "levels: [closed, open]",
        "levels: [off, on]",
        "YAML reads 'off' as true or false",
    ),
    change(
        "an octal number", "likely: 0.15, low: 0.1, high: 0.2", "likely: 012, low: 0.1, high: 0.2", "as an octal number"
    ),
    change(
        "a number to the base of sixty",
        "likely: 0.15, low: 0.1, high: 0.2",
        "likely: 1:30, low: 0.1, high: 0.2",
        "as a number to the base of sixty",
    ),
    change(
        "a number in another base",
        "likely: 0.15, low: 0.1, high: 0.2",
        "likely: 0x1F, low: 0.1, high: 0.2",
        "as a number in another base",
    ),
    change(
        "a number with underscores",
        "likely: 0.15, low: 0.1, high: 0.2",
        "likely: 1_000, low: 0.1, high: 0.2",
        "drops the underscores",
    ),
    change("a date with a day", SECOND, "2025-06-01: {like: 2024-06,", "YAML reads '2025-06-01' as a date with a day"),
    change("a tab", "  north:    {name", "\tnorth:    {name", "not tabs"),
    change(
        "a bracket that is left open",
        "levels: [quiet, clashes]",
        "levels: [quiet, clashes",
        "closing bracket is missing",
    ),
    change("a quote that is left open", "about: The crossing", 'about: "The crossing', "never closed"),
    change("text that runs backwards", "about: The crossing", "about: The \u202egnissorc", "invisible"),
]

LEVELS = [f"l{number}" for number in range(1_000_000)]
SIZES = [
    change(
        "a million levels",
        "levels: [quiet, clashes]",
        f"levels: [{', '.join(LEVELS)}]",
        "a scenario file has at most 2,000,000",
    ),
    change(
        "fifty thousand levels",
        "levels: [quiet, clashes]",
        f"levels: [quiet, clashes, {', '.join(LEVELS[:50_000])}]",
        "50,002 levels; at most 256",
    ),
    whole(
        "more states than can be solved",
        "\n".join(
            [
                "actors:\n  us: {tempo: 1, discount: 0.9, precision: 0.3}\nfactors:",
                *(f"  f{n}: {{levels: [a, b, c, d]}}" for n in range(20)),
                "actions:\n  us:",
                *(f"    go{n}: {{then: {{f{n}: +1}}}}" for n in range(20)),
                f"situations:\n  2020-01: {{{', '.join(f'f{n}: a' for n in range(20))}}}\n",
            ]
        ),
        "More than 200,000 states",
    ),
    whole("mistakes without end", SOUND + "".join(f"wrong{n}: x\n" for n in range(20_000)), "not shown"),
    whole(
        "a thousand factors",
        SOUND.replace(
            "\nparameters:", "".join(f"\n  f{n}: {{levels: [a, b, c, d]}}" for n in range(1000)) + "\n\nparameters:", 1
        ),
        "at most 1,000",
    ),
]

STATES = [
    change(
        "a step into never",
        "  - front is clashes and talks is summit",
        "  - talks is summit",
        "mediator.bring_together leads into",
    ),
    change(
        "a situation in never",
        "  - front is clashes and talks is summit",
        "  - trade is closed and talks is none",
        "Situation '2024-06' is one that 'never' excludes",
    ),
]

EVERY = [*NAMES, *KINDS, *NUMBERS, *CODE, *YAML, *SIZES, *STATES]


def written(folder: Path, content: bytes) -> Path:
    (folder / "border-claims.yaml").write_text(CLAIMS, encoding="utf-8")
    path = folder / "border.yaml"
    path.write_bytes(content)
    return path


HOSTILE = (
    "an alias bomb",
    "nesting without end",
    "mappings too deep",
    "a huge exponent",
    "a million levels",
    "a picture",
    "an attribute",
    "a huge number",
    "a number of a million digits",
    "a very long line",
)
BOUNDED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from detente.cli import main
main()
"""  # in two gigabytes of addresses


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_cannot_take_the_machine(name: str, tmp_path: Path) -> None:
    (bad,) = [bad for bad in EVERY if bad.name == name]
    written(tmp_path, bad.content())
    run = subprocess.run(
        [sys.executable, "-c", BOUNDED, "check", "border.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 2, run.stderr
    assert bad.says in without_echo(run.stdout + run.stderr)
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.name)
def test_no_expected_words_stand_in_the_input(bad: Bad) -> None:
    assert bad.says.encode() not in bad.content()


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.name)
def test_a_bad_file_gets_a_sentence(bad: Bad, tmp_path: Path) -> None:
    path = written(tmp_path, bad.content())
    refused(detente("check", path), bad.says)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["border-claims.yaml", "border.yaml"]


def test_the_table_is_long_enough_and_names_each_input_once() -> None:
    assert len(EVERY) >= 45
    assert len({bad.name for bad in EVERY}) == len(EVERY)


@pytest.mark.parametrize(
    "command", [("check",), ("show",), ("claims",), ("forecast",), ("report",)], ids=lambda c: c[0]
)
def test_every_command_refuses_a_bad_file(command: tuple[str, ...], tmp_path: Path) -> None:
    path = written(tmp_path, SOUND.replace(GUARD, "fromt is quiet").encode())
    refused(detente(*command, path), "Did you mean 'front'?")


@pytest.mark.parametrize(
    "content",
    [SOUND.encode("utf-8-sig"), SOUND.replace("\n", "\r\n").encode(), SOUND.replace("\n", "  \n").encode()],
    ids=["a byte order mark", "Windows line ends", "spaces at line ends"],
)
def test_harmless_oddities_are_read(content: bytes, tmp_path: Path) -> None:
    result = detente("check", written(tmp_path, content))
    assert result.exit_code == 0, result.output


# --- files that are none


def test_a_folder(tmp_path: Path) -> None:
    refused(detente("check", tmp_path), "is a folder, not a scenario file")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(detente("check", tmp_path / "none.yaml"), "There is no file or folder", "none.yaml")


def test_a_case_that_is_not_there() -> None:
    refused(detente("check", "korae"), "Did you mean 'korea'?")


def test_a_name_that_no_file_can_have() -> None:
    refused(detente("check", "a\0b"))
    refused(detente("check", "x" * 5000))


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = written(tmp_path, SOUND.encode())
    denied = PermissionError(errno.EACCES, "Permission denied", str(path))
    with patch.object(Path, "open", side_effect=denied), patch.object(Path, "read_bytes", side_effect=denied):
        refused(detente("check", path), "border.yaml cannot be read: Permission denied")


def test_a_loop_of_links(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.symlink_to(path)
    refused(detente("check", path), "loop.yaml")


def test_a_pipe_that_nobody_writes_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    refused(detente("check", path), "pipe.yaml is not an ordinary file")


def test_a_device_without_end() -> None:
    refused(detente("check", "/dev/zero"), "/dev/zero is not an ordinary file")


# --- claims


@pytest.mark.parametrize("name", ["../border-claims.yaml", "/etc/passwd", "a/../../b.yaml", "C:/claims.yaml", "."])
def test_claims_outside_the_folder(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, SOUND.replace('"border-claims.yaml"', f'"{name}"').encode())
    refused(detente("check", path), "is a folder, not a claims file" if name == "." else "The claims file lies outside")


def test_claims_through_a_link_that_leaves_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    path = written(inner, SOUND.encode())
    (tmp_path / "secret.yaml").write_text(CLAIMS)
    (inner / "border-claims.yaml").unlink()
    (inner / "border-claims.yaml").symlink_to(tmp_path / "secret.yaml")
    refused(detente("check", path), "The claims file lies outside the scenario's folder")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\xff", "This is not a text file in UTF-8"),
        (b"claims: 5\n", "'claims' is a list of claims"),
        (b"- a\n", "A claims file has the keys"),
        (CLAIMS.replace("id: B02", "id: B01").encode(), "Claim 'B01' is there twice"),
        (CLAIMS.replace("source: memoir", "source: memoire").encode(), "Did you mean 'memoir'?"),
        (CLAIMS.replace("kind: fact", "kind: fakt").encode(), "Did you mean 'fact'?"),
    ],
)
def test_a_bad_claims_file(content: bytes, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, SOUND.encode())
    (tmp_path / "border-claims.yaml").write_bytes(content)
    result = detente("check", path)
    refused(result, says)
    assert "border-claims.yaml:" in result.output


def test_a_claims_file_that_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path, SOUND.encode())
    (tmp_path / "border-claims.yaml").unlink()
    refused(detente("check", path), "border-claims.yaml")


# --- output that cannot be written


def test_a_new_scenario_never_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("precious")
    refused(detente("new", path), "is there already")
    assert path.read_text() == "precious"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text("older")
    with patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        refused(detente("schema", "-o", path), "disk is full")
        refused(detente("new", tmp_path / "mine.yaml"), "disk is full")
    assert path.read_text() == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["schema.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_device() -> None:
    refused(detente("schema", "-o", "/dev/full"), "disk is full")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    absent = f"There is no file or folder '{tmp_path / 'none'}'"
    refused(detente("schema", "-o", tmp_path / "none" / "schema.json"), absent)
    refused(detente("new", tmp_path / "none" / "mine"), absent)
    assert list(tmp_path.iterdir()) == []
