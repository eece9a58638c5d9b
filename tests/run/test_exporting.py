import json

import numpy as np
import onnxruntime
import pytest

from processes import kill_at, needs_kill
from transect.cli import main
from transect.run import exporting


def test_the_models_of_a_run_leave_with_their_answers(finished, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export", str(finished.path), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    truth = finished.draw([[1.0, 1.0], [0.6, 0.2]])
    for prefix, model in (("", finished.model), ("oracle_", finished.oracle)):
        sessions = {
            part: onnxruntime.InferenceSession(out / f"{prefix}{part}.onnx")
            for part in ("encoder", "decoder")
        }
        (codes,) = sessions["encoder"].run(None, {"images": truth})
        (images,) = sessions["decoder"].run(None, {"codes": codes})
        np.testing.assert_allclose(codes, model.encode(truth), atol=1e-5)
        np.testing.assert_allclose(images, model.decode(model.encode(truth)), atol=1e-5)
    about = json.loads((out / "model.json").read_text(encoding="utf-8"))
    assert about["images"] == ["n", 32, 32]
    assert about["codes"] == ["n", 3]
    assert main(["export", str(finished.path), "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_impossible_exports_are_refused_before_anything_is_written(finished, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="no format 'tflite' of a model; choose from onnx"):
        exporting.export(finished.path, tmp_path / "out", format="tflite")

    def missing(*args, **options):
        raise ImportError("no module named onnxscript")

    monkeypatch.setattr("torch.onnx.export", missing)
    with pytest.raises(ValueError, match=r"the extra `onnx`, pip install 'transect\[onnx\]'"):
        exporting.export(finished.path, tmp_path / "out")
    assert not list(tmp_path.iterdir())


@needs_kill
def test_a_killed_export_neither_blocks_the_next_nor_leaves_a_trace(
    finished, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(exporting, "onnx_bytes", lambda model, part: b"slow to make")
    words = ["export", str(finished.path), "--out", str(tmp_path / "out")]
    kill_at("transect.run.exporting.onnx_bytes", words)
    assert len(list(tmp_path.iterdir())) == 1
    assert main(words) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "model.json").is_file()
