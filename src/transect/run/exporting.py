"""The models of a run in the form that other programs take."""

from pathlib import Path

from transect.image.staging import staged
from transect.model import VAE
from transect.model.onnx_file import PARTS, onnx_bytes
from transect.run.folder import write_json
from transect.run.loaded import Run
from transect.run.model import Model, with_codes

FORMATS = ("onnx",)
ABOUT = "model.json"
"""What the inputs and outputs are, beside the models."""


def export(
    path: str | Path,
    out: str | Path | None = None,
    *,
    format: str = "onnx",
    overwrite: bool = False,
    trust: bool = False,
) -> Path:
    """Write the models of a run to a new folder.

    It holds `encoder.onnx` and `decoder.onnx`, for an oracle `oracle_encoder.onnx` and
    `oracle_decoder.onnx`, and `model.json`. Inputs and outputs are those of
    `transect.model.onnx_file`.

    Args:
        path: The run folder.
        out: The folder to make; the run's name with `-onnx` after it where None.
        format: One of `FORMATS`.
        overwrite: Whether to replace an export that is there.
        trust: Whether the run may name classes from outside of this package.

    Returns:
        The path of the folder.

    Raises:
        ValueError: It is not a run folder, its model was made elsewhere, there is no such format,
            packages are missing, `out` exists and `overwrite` is false, or the run names classes
            from outside of this package and is not trusted.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r} of a model; choose from {', '.join(FORMATS)}")
    run = Run(Path(path), trust=trust)
    models = {"": _own(run.model), "oracle_": None if run.oracle is None else _own(run.oracle)}
    target = Path(out) if out is not None else run.path.with_name(f"{run.path.name}-{format}")
    with staged(target, overwrite, mark=ABOUT) as work:
        work.mkdir()
        for prefix, model in models.items():
            for part in PARTS if model is not None else ():
                assert model is not None, "no part is written of a model that is not there"
                (work / f"{prefix}{part}.onnx").write_bytes(onnx_bytes(model, part))
        write_json(work / ABOUT, _about(run, _own(run.model)))
    return target


def _own(model: Model | None) -> VAE:
    own = with_codes(model).model
    assert isinstance(own, VAE), "a run folder holds no other model"
    return own


def _about(run: Run, model: VAE) -> dict[str, object]:
    config = run.config
    return {
        "preset": config.preset,
        "seed": config.seed,
        "encoder": config.encoder,
        "decoder": config.decoder,
        "images": ["n", model.size, model.size],
        "codes": ["n", model.latent],
        "image_range": [0, 1],
        "foreground": 1,
    }
