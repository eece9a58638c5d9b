import json
import math

import pytest

from transect.run.config import from_dict
from transect.run.folder import (
    CONFIG,
    RunFolder,
    free_path,
    latest_partial,
    load_yaml,
    read_config,
    write_json,
)


def test_a_run_is_absent_until_it_is_finished(tiny, tmp_path):
    folder = RunFolder(tmp_path / "a")
    folder.open(tiny, resume=False)
    assert not folder.final.exists()
    assert read_config(folder.partial, trust=False) == tiny
    (folder.partial / "scratch").mkdir()
    (folder.partial / "note.json").write_text("{}")
    folder.finish(folder.partial / "scratch", folder.partial / "note.json")
    assert [path.name for path in folder.final.iterdir()] == [CONFIG]
    assert not folder.partial.exists()


def test_nothing_existing_is_taken_over_by_accident(tiny, tmp_path):
    folder = RunFolder(tmp_path / "a")
    with pytest.raises(ValueError, match="nothing to resume"):
        folder.open(tiny, resume=True)
    folder.partial.mkdir()
    folder.open(tiny, resume=False)
    with pytest.raises(ValueError, match="unfinished run; finish it with --resume"):
        folder.open(tiny, resume=False)
    with pytest.raises(ValueError, match=r"another configuration \(seed\)"):
        folder.open(from_dict({"seed": 9}, tiny), resume=True)
    folder.open(tiny, resume=True)
    folder.finish()
    with pytest.raises(ValueError, match="exists already"):
        folder.open(tiny, resume=False)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "numbers.json"
    write_json(path, {"one": 1.0})
    with pytest.raises(TypeError):
        write_json(path, {"one": object()})
    assert json.loads(path.read_text()) == {"one": 1.0}


def test_numbers_that_json_lacks_become_null(tmp_path):
    write_json(tmp_path / "n.json", {"nan": math.nan, "inf": -math.inf, "one": 1.5, "word": "a"})
    assert json.loads((tmp_path / "n.json").read_text()) == {
        "nan": None,
        "inf": None,
        "one": 1.5,
        "word": "a",
    }


def test_a_free_path_passes_over_finished_and_unfinished_runs(tmp_path):
    assert free_path(tmp_path / "a") == tmp_path / "a"
    (tmp_path / "a").mkdir()
    (tmp_path / "a-2.partial").mkdir()
    assert free_path(tmp_path / "a") == tmp_path / "a-3"


def test_the_latest_unfinished_run_is_found(tmp_path):
    with pytest.raises(ValueError, match="holds no unfinished run"):
        latest_partial(tmp_path)
    (tmp_path / "b.partial").mkdir()
    assert latest_partial(tmp_path) == tmp_path / "b"


@pytest.mark.parametrize("text", ["- a list\n", "a: [unclosed\n", ""])
def test_a_file_that_is_no_configuration_is_refused(text, tmp_path):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"c\.yaml"):
        load_yaml(tmp_path / "c.yaml")


def test_a_folder_without_a_configuration_is_no_run(tmp_path):
    with pytest.raises(ValueError, match="is not a run folder"):
        read_config(tmp_path, trust=False)
