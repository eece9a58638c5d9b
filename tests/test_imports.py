"""Imports between packages point up the list, so that a package needs none of those below it."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "transect"
ORDER = (
    *("space", "world", "image", "model", "training", "measure", "report", "run", "sweep", "cli"),
)
"""The packages; each may import those before it. Pages are functions of plain data, so the report
stands before the run that ends by writing one."""

FREE = ("strict_json", "__version__")
"""What imports nothing of the project, so that every package may import it."""


def imported(file: Path) -> list[tuple[int, str]]:
    """Return line and full name of everything that a file imports, within functions too."""
    package = ["transect", *file.relative_to(SOURCE).parts[:-1]]
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*start, *filter(None, [node.module])])
            # `from transect import run` names a package, `from transect.run import Run` a class.
            found += [(node.lineno, f"{name}.{alias.name}") for alias in node.names]
    return found


def offences(file: Path) -> list[str]:
    own = file.relative_to(SOURCE).with_suffix("").parts[0]
    allowed = () if own in FREE else (*FREE, *ORDER[: ORDER.index(own) + 1])
    return [
        f"{file.relative_to(SOURCE.parent)}:{line} imports {name}"
        for line, name in imported(file)
        if name.split(".")[0] == "transect" and name.split(".")[1] not in allowed
    ]


FILES = [
    file
    for file in sorted(SOURCE.rglob("*.py"))
    if file.parent != SOURCE or file.stem not in {"__init__", "__main__"}
]


def test_every_package_stands_in_the_list():
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages == set(ORDER)


@pytest.mark.parametrize("package", [*ORDER, "strict_json"])
def test_imports_point_up_the_list(package):
    files = [file for file in FILES if file.relative_to(SOURCE).with_suffix("").parts[0] == package]
    assert files
    wrong = [offence for file in files for offence in offences(file)]
    assert not wrong, "\n".join(["imports of packages that stand below:", *wrong])
