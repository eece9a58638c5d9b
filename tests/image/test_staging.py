"""Files and folders are complete or absent."""

import multiprocessing
import signal
import threading
from pathlib import Path

import pytest

from killed_writers import replace_half, write_half_a_folder
from processes import needs_kill
from transect.image import staging
from transect.image.staging import staged, write_bytes, write_text


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    target = tmp_path / "new" / "a.txt"
    with staged(target) as work:
        work.write_text("half")
        assert not target.exists()
        work.write_text("whole")
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_an_empty_folder_may_be_filled_but_an_own_one_only_on_demand(tmp_path):
    target = tmp_path / "a"
    target.mkdir()
    for text, overwrite in (("first", False), ("second", True)):
        with staged(target, overwrite, mark="table") as work:
            work.mkdir()
            (work / "table").write_text(text)
        assert (target / "table").read_text() == text
    with pytest.raises(ValueError, match="exists already"), staged(target, mark="table"):
        pass
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_and_a_folder_do_not_overwrite_each_other(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    to_file = staged(tmp_path / "folder", overwrite=True)
    with pytest.raises(ValueError, match="is a folder, which no file may"), to_file:
        pass
    to_folder = staged(tmp_path / "file", overwrite=True, mark="table")
    with pytest.raises(ValueError, match="is a file, which no folder may"), to_folder:
        pass
    assert (tmp_path / "file").read_text() == "kept"


def test_an_old_folder_returns_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    target = tmp_path / "a"
    target.mkdir()
    (target / "table").write_text("kept")
    rename = Path.rename

    def fails(path, to):
        if path.name == "a" and Path(to) == target:
            raise OSError("the disk is gone")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="the disk"), staged(target, True, mark="table") as work:
        work.mkdir()
    assert (target / "table").read_text() == "kept"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_text(path, "one\n")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), staged(path, overwrite=True) as work:
            work.write_text("half")
            raise error
    assert path.read_bytes() == b"one\n"
    write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def _die_in(body, *arguments) -> None:
    """Run a function in another process, which is killed in it."""
    process = multiprocessing.get_context("spawn").Process(target=body, args=arguments)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@needs_kill
def test_what_a_killed_process_left_is_gone_after_the_next_write(tmp_path):
    _die_in(write_half_a_folder, tmp_path / "a")
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".a.") and staging.is_workshop(left)
    # It blocks nobody, and the next call that writes to any place beside it removes it.
    write_text(tmp_path / "b", "other")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@needs_kill
def test_a_kill_between_both_renames_loses_neither_folder(tmp_path):
    target = tmp_path / "a"
    target.mkdir()
    (target / "table").write_text("old")
    _die_in(replace_half, target)
    assert not target.exists()
    write_text(tmp_path / "b", "other")
    assert (target / "table").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_what_is_being_written_is_no_leftover(tmp_path):
    with staged(tmp_path / "a") as work:
        work.write_text("slow")
        write_text(tmp_path / "a", "quick")
        assert work.read_text() == "slow"
    assert (tmp_path / "a").read_text() == "slow"


def test_many_writers_of_one_file_leave_one_whole_file(tmp_path):
    contents = [bytes([65 + number]) * 5000 for number in range(8)]

    def write(content: bytes) -> None:
        for _ in range(10):
            write_bytes(tmp_path / "a", content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_files_of_similar_names_are_nobodys_leftovers(tmp_path):
    kept = [".a.staged", "a.abcd1234.staged", ".a.ABCD1234.staged", ".a.abcd1234.staged.txt"]
    for name in kept:
        (tmp_path / name).mkdir()
    write_text(tmp_path / "a", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, "a"])
