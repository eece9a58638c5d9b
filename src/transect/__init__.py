"""Measures whether a generative model can draw what it was never shown.

`transect.load(path)` opens a finished run; `transect.judge(model, config, out)` measures a model
that was made elsewhere. The packages work alone, each with its own import:
`transect.space`, `transect.world`, `transect.image`, `transect.model`, `transect.training`,
`transect.measure`, `transect.report`, `transect.run`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transect.run.judging import judge
    from transect.run.loaded import Run, load

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "judge", "load"]


def __getattr__(name: str) -> Any:
    # Opening a run needs torch, which takes seconds to import; `import transect` must not.
    if name in {"Run", "load"}:
        from transect.run import loaded

        return getattr(loaded, name)
    if name == "judge":
        from transect.run.judging import judge

        return judge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
