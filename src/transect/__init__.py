"""Measures whether a generative model can draw what it was never shown.

`transect.load(path)` opens a finished run. The rooms work alone, each with its own import:
`transect.space`, `transect.world`, `transect.image`, `transect.model`, `transect.training`,
`transect.measure`, `transect.report`, `transect.run`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transect.run.loaded import Run, load

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "load"]


def __getattr__(name: str) -> Any:
    # Opening a run needs torch, which takes seconds to import; `import transect` must not.
    if name in {"Run", "load"}:
        from transect.run import loaded

        return getattr(loaded, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
