"""What a run was made with."""

import platform
from importlib.metadata import version

PACKAGES = ("transect", "torch", "accelerate", "numpy", "scipy", "numba", "pandas", "matplotlib")


def versions() -> dict[str, str]:
    """Return the versions of Python, the system and the packages that shape the numbers."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    found["processor"] = platform.machine()
    return found | {name: version(name) for name in PACKAGES}
