"""Files and folders are complete or absent."""

from pathlib import Path

import pytest

from transect.image.staging import staged


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


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_was_there_survives_a_failure(tmp_path, error):
    target = tmp_path / "a"
    target.write_text("kept")
    with pytest.raises(error), staged(target, overwrite=True) as work:
        work.write_text("half")
        raise error
    assert target.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [target]


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
