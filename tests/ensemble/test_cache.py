import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble import cache as cache_module
from detente.ensemble.cache import Cache, CacheWarning, case_hash, case_key, entry_key, folder, program, standard
from detente.scenario.formula import always
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.ensemble.toys import scenario_of

ARRAYS = {"value": np.arange(6.0).reshape(2, 3), "words": np.array("a sentence"), "flags": np.array([True, False])}
CASE = case_key(scenario_of())


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path / "cache")


def files(cache):
    return sorted(path for path in cache.folder.rglob("*") if path.is_file())


def test_what_is_put_is_got_back_bit_by_bit(kept):
    assert kept.get(CASE, "k") is None
    kept.put(CASE, "k", ARRAYS)
    back = kept.get(CASE, "k")
    assert back.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert back[name].dtype == array.dtype
        assert np.array_equal(back[name], array)
    assert kept.get(CASE, "k", only=["flags", "none"]).keys() == {"flags"}


def test_one_that_keeps_nothing(tmp_path):
    none = Cache(None)
    none.put(CASE, "k", ARRAYS)
    assert none.get(CASE, "k") is None
    assert none.entries() == []
    assert none.clear() == 0


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_write_leaves_nothing(kept, monkeypatch, stop):
    def interrupted(*_args, **_more):
        raise stop

    monkeypatch.setattr(np.lib.format, "write_array", interrupted)
    with pytest.raises(stop):
        kept.put(CASE, "k", ARRAYS)
    assert files(kept) == []


def test_a_full_disk_is_told_once_and_leaves_nothing(kept, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(CacheWarning, match="disk is full"):
        kept.put(CASE, "k", ARRAYS)
    kept.put(CASE, "k", ARRAYS)
    assert files(kept) == []


def test_a_folder_that_cannot_be_is_a_warning(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    blocked = Cache(tmp_path / "cache")
    with pytest.warns(CacheWarning, match="Nothing more is kept"):
        blocked.put(CASE, "k", ARRAYS)
    assert blocked.get(CASE, "k") is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"not an archive at all",
        lambda content: content[:60] + b"\0\0\0\0\0\0\0\0" + content[68:],
    ],
)
def test_a_damaged_entry_counts_as_missing_and_is_removed(kept, spoil):
    kept.put(CASE, "k", ARRAYS)
    (path,) = files(kept)
    path.write_bytes(spoil(path.read_bytes()))
    assert kept.get(CASE, "k") is None
    assert files(kept) == []


def test_no_pickle_is_ever_read(kept):
    kept.put(CASE, "k", ARRAYS)
    (path,) = files(kept)
    with path.open("wb") as file:
        np.savez(file, value=np.array([print], dtype=object))
    assert kept.get(CASE, "k") is None


def test_the_oldest_go_first_and_reading_keeps_an_entry_young(tmp_path):
    one = {"x": np.random.default_rng(0).random(1000)}
    cache = Cache(tmp_path, limit=30_000)
    for n, key in enumerate(["a", "b", "c"]):
        cache.put(CASE, key, one)
        os.utime(tmp_path / CASE / f"{key}.npz", (1000 + n, 1000 + n))
    assert cache.get(CASE, "a") is not None
    cache.put(CASE, "d", one)
    assert [entry.path.stem for entry in cache.entries()] == ["c", "a", "d"]


def test_leftovers_of_a_killed_process_are_swept_away(kept):
    kept.put(CASE, "k", ARRAYS)
    old, fresh = (kept.folder / CASE / f".{name}.npz.00{cache_module.PART}" for name in ("old", "fresh"))
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (1000, 1000))
    Cache(kept.folder).put(CASE, "l", ARRAYS)  # the next program
    assert not old.exists()
    assert fresh.exists()


def test_clear_removes_what_is_kept_and_nothing_else(kept):
    kept.put(CASE, "k", ARRAYS)
    kept.put("other-0123456789abcdef", "k", ARRAYS)
    stranger = kept.folder / "letters" / "dear.npz"
    stranger.parent.mkdir()
    stranger.write_text("mine")
    assert kept.clear() == 2
    assert files(kept) == [stranger]
    assert not (kept.folder / CASE).exists()


def test_two_processes_at_once(tmp_path):
    code = """
import sys, numpy as np
from pathlib import Path
from detente.ensemble.cache import Cache
cache = Cache(Path(sys.argv[1]), limit=200_000)
for n in range(40):
    key = f"{n % 7}"
    cache.put("toy-0123456789abcdef", key, {"x": np.full(5000, n % 7) + np.arange(5000) * 1e-9})
    back = cache.get("toy-0123456789abcdef", key)
    assert back is None or round(back["x"][0]) == n % 7
"""
    root = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONWARNINGS": "error"}
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told.decode()
    assert all(path.suffix == ".npz" for path in tmp_path.rglob("*") if path.is_file())


def test_the_place(monkeypatch, tmp_path):
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "here"))
    assert folder() == tmp_path / "here"
    assert standard().folder == tmp_path / "here"
    fleeting = standard(active=False)
    place = fleeting.folder
    fleeting.put("case", "key", {"x": np.ones(2)})
    assert fleeting.get("case", "key") is not None
    del fleeting
    assert not place.exists()
    monkeypatch.delenv("DETENTE_CACHE")
    assert "detente" in folder().parts


def test_a_key_depends_on_all_that_matters_and_on_nothing_else():
    base = entry_key({"a": 1.0, "b": 2.0}, "equilibrium", scale=1.0)
    assert base == entry_key({"b": 2, "a": 1}, "equilibrium", scale=1.0)
    others = {
        entry_key({"a": 1.0, "b": np.nextafter(2.0, 3.0)}, "equilibrium", scale=1.0),
        entry_key({"a": 1.0}, "equilibrium", scale=1.0),
        entry_key({"a": 1.0, "b": 2.0}, "outcomes", scale=1.0),
        entry_key({"a": 1.0, "b": 2.0}, "equilibrium", scale=2.0),
    }
    assert len(others | {base}) == 5
    assert case_key(scenario_of(text="x # a remark")) == case_key(scenario_of(text="x"))
    assert case_key(scenario_of(name="A b/../ç")).startswith("a-b-")
    assert len(case_hash(scenario_of())) == 64
    assert len(program()) == 40
    assert entry_key({}, "x") != entry_key({}, "x", cache_module.ANSWERS)


def test_a_case_changed_in_python_is_another_case():
    """Whatever the text says; the places of formulas do not count."""
    text, claims = starter("border")
    case = load_text(text, "border", claims)
    moved = load_text("# a remark\n" + text, "border", claims)
    assert case_key(moved) == case_key(case)
    rule = replace(case.rules[0], name="another name")
    assert case_key(replace(case, rules=(rule, *case.rules[1:]))) != case_key(case)
    assert case_key(replace(case, never=case.never[:-1] or (always(),))) != case_key(case)
    likely = replace(case.parameters[0], likely=case.parameters[0].high)
    titled = replace(case.parameters[0], title="how often they decide")
    assert case_key(replace(case, parameters=(titled, *case.parameters[1:]))) == case_key(case)
    assert case_key(replace(case, parameters=(likely, *case.parameters[1:]))) != case_key(case)


def test_the_key_of_a_case_is_the_same_in_every_process():
    told = "import detente as dt; from detente.ensemble.cache import case_key; print(case_key(dt.case('korea')))"
    keys = {
        subprocess.run(
            [sys.executable, "-c", told],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(keys) == 1
