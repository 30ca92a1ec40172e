import errno
import os
import re
import stat
from pathlib import Path

import pytest

from detente.files import check_folder, check_output, sentence, whole, write_whole
from detente.problems import DetenteError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    with whole(tmp_path / "a.txt") as file:
        file.write(b"one")
        assert "a.txt" not in names(tmp_path)
    assert (tmp_path / "a.txt").read_bytes() == b"one"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_what_breaks_off_leaves_the_old_file_and_nothing_new(tmp_path, stop):
    write_whole(tmp_path / "a.txt", "old")
    with pytest.raises(stop), whole(tmp_path / "a.txt") as file:  # noqa: PT012
        file.write(b"half of the n")
        raise stop
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a.txt", "text")
    assert names(tmp_path) == []


def test_nothing_is_overwritten_unless_that_is_meant(tmp_path):
    write_whole(tmp_path / "a.txt", "old", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a.txt", "new", replace=False)
    with pytest.raises(FileExistsError), whole(tmp_path / "b.txt", replace=False) as file:  # noqa: PT012
        file.write(b"mine")
        (tmp_path / "b.txt").write_text("came there meanwhile")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert (tmp_path / "b.txt").read_text() == "came there meanwhile"
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_permissions_are_the_usual_ones_and_those_of_the_old_file_stay(tmp_path):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "new", "x")
    finally:
        os.umask(before)
    (tmp_path / "old").write_text("x")
    (tmp_path / "old").chmod(0o640)
    write_whole(tmp_path / "old", "y")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640


def test_a_link_is_followed_and_a_device_written_to(tmp_path):
    write_whole(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    write_whole("/dev/null", "gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: write_whole(folder, "x"), "is a folder"),
        (lambda folder: write_whole(folder / "no" / "where.txt", "x"), "There is no file or folder '.*no'"),
        (lambda folder: write_whole(folder / ("n" * 300), "x"), "too long"),
        (lambda folder: (folder / "none.yaml").open(), "There is no file or folder '.*none.yaml'"),
        (lambda folder: write_whole("/dev/full", "x" * 100_000), "disk is full"),
    ],
)
def test_failures_are_sentences(tmp_path, make, said):
    with pytest.raises(OSError) as failed:  # noqa: PT011
        make(tmp_path)

    assert re.search(said, sentence(failed.value))


def test_a_failure_without_a_known_number_is_a_sentence_too():
    assert sentence(OSError("odd")) == "the file could not be read or written: odd."
    assert "permission" in sentence(PermissionError(errno.EACCES, "x", "/a"))


def test_a_place_to_write_to_is_looked_at_and_left_as_it_is(tmp_path):
    (tmp_path / "old.html").write_text("old")
    for name in ("new.html", "old.html", "NEW.HTML"):
        check_output(tmp_path / name, (".html",))
    check_output("/dev/null", (".html",))
    check_folder(tmp_path)
    check_folder(tmp_path / "a" / "b")
    assert names(tmp_path) == ["old.html"]
    assert (tmp_path / "old.html").read_text() == "old"


@pytest.mark.parametrize("name", ["read.html", "link.html", "hard.html"])
def test_what_is_read_is_never_written_to(tmp_path, name):
    (tmp_path / "read.html").write_text("precious")
    (tmp_path / "link.html").symlink_to("read.html")
    (tmp_path / "hard.html").hardlink_to(tmp_path / "read.html")
    with pytest.raises(DetenteError, match="would be lost"):
        check_output(tmp_path / name, (".html",), (None, tmp_path / "read.html", tmp_path / "absent"))
    check_output(tmp_path / name, (".html",), (None, tmp_path / "absent"))


@pytest.mark.parametrize("name", ["x", "x.txt", "x.yaml", "x.html.yml", "to-a-scenario.html"])
def test_an_output_has_the_ending_of_its_format(tmp_path, name):
    (tmp_path / "to-a-scenario.html").symlink_to("border.yaml")
    with pytest.raises(DetenteError, match=r"ends in \.html"):
        check_output(tmp_path / name, (".html",))
