"""Which reconstruction belongs to which true image, and which row of a table to both."""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from transect.image.folder import IMAGE_SUFFIXES, image_names
from transect.space.table import Table

_LISTED = 5
"""Names that a message lists at most."""


@dataclass(frozen=True)
class Pairs:
    """Images that belong together.

    Attributes:
        truth: The names of the n true images in their folder.
        reconstruction: The name of the reconstruction of each.
        rule: How the images, and the rows of the points, were matched; one line.
    """

    truth: list[str]
    reconstruction: list[str]
    rule: str


def pair_images(
    truth: Path,
    reconstruction: Path,
    points: Path | None = None,
    table: Table | None = None,
    factors: Sequence[str] = (),
) -> Pairs:
    """Return the pairs of the images of two folders.

    The columns `truth` (or `file_name`) and `reconstruction` of the table name the images of its
    rows; capitals, blanks, `_` and `-` in these headings do not count. A true image without a
    named reconstruction belongs to the reconstruction of its own name. Names agree if they are
    the same, or if they are the same without folders and suffixes, or, further, without capitals
    and leading zeros of numbers, each time only if that leaves no name of either side unmatched
    or in doubt. Rows that name no true image are in the order of the images' names.

    Args:
        truth: Folder of the true images, or one file.
        reconstruction: Folder of the reconstructions, or one file.
        points: The file of the points.
        table: Its content, if it is a table.
        factors: The columns of the table that hold factors, which are no names.

    Raises:
        ValueError: Names do not match, or are empty or repeated; the message lists them.
    """
    true_names, made_names = image_names(truth), image_names(reconstruction)
    headings = _name_columns(table, factors)
    column = headings.get("truth") or headings.get("filename")
    if table is not None and column is not None:
        listed = table.texts(column)
        true_names = _match(listed, str(table.path), truth, true_names)
        rule = f"images by the column {column} of {points}"
    elif points is not None:
        rule = (
            f"rows of {points} by the order of the images' names, "
            f"{true_names[0]} first and {true_names[-1]} last"
        )
        if true_names != sorted(true_names):
            warnings.warn(
                f"{rule}: numbers in names count by their value; name the images in the column "
                "file_name if the rows have another order",
                stacklevel=3,
            )
    else:
        rule = "images by name"
    named = headings.get("reconstruction")
    if table is not None and named is not None:
        made_names = _match(table.texts(named), str(table.path), reconstruction, made_names)
        rule += f", reconstructions by the column {named}"
    elif not (truth.is_file() and reconstruction.is_file()):
        made_names = _match(true_names, str(truth), reconstruction, made_names)
    if factors:
        rule += f"; factors from the columns {', '.join(factors)}"
    if len(true_names) != len(made_names):
        raise ValueError(
            f"{truth} holds {len(true_names)} images, but {points} names {len(made_names)} "
            "reconstructions; they need as many"
        )
    return Pairs(true_names, made_names, rule)


def _name_columns(table: Table | None, factors: Sequence[str]) -> dict[str, str]:
    """Return the columns that name images, by their headings in plain letters.

    Raises:
        ValueError: Two columns have the same meaning, or names stand under another heading.
    """
    found: dict[str, str] = {}
    if table is None:
        return found
    for name in table.names:
        meaning = re.sub(r"[\s_-]", "", name).lower()
        if name in factors or meaning not in {"truth", "filename", "reconstruction"}:
            continue
        if meaning in found:
            raise ValueError(f"{table.path}: the columns {found[meaning]} and {name} are the same")
        found[meaning] = name
    for column, name in enumerate(table.names if not found else ()):
        cells = [row[column].lower() for row in table.rows]
        if cells and all(cell.endswith(IMAGE_SUFFIXES) for cell in cells):
            raise ValueError(
                f"{table.path}: the column {name!r} holds names of images; call it file_name, "
                "truth or reconstruction if they are those of the rows, or remove it"
            )
    return found


def _match(wanted: Sequence[str], source: str, folder: Path, names: Sequence[str]) -> list[str]:
    """Return the name in a folder of each wanted image.

    Raises:
        ValueError: A name has no counterpart, or it is in doubt which.
    """
    wanted = [str(PurePosixPath(name)) for name in wanted]
    repeated = sorted({name for name in wanted if wanted.count(name) > 1})
    if repeated:
        raise ValueError(f"{source}: {_some(repeated)} named more than once")
    inner = [name for name in wanted if "/" in name and name[0] != "/" and ".." not in name]
    within = [name for name in inner if (folder / name).is_file()]
    available = [*names, *within]
    for key in _KEYS:
        keys, found = [key(name) for name in wanted], {key(name): name for name in available}
        unique = len(set(keys)) == len(keys) and len(found) == len(available)
        if unique and set(keys) == set(found):
            return [found[each] for each in keys]
    # The names that differ by the most lenient comparison by which any do.
    key = next(key for key in reversed(_KEYS) if {*map(key, wanted)} != {*map(key, available)})
    theirs, ours = {*map(key, available)}, {*map(key, wanted)}
    raise ValueError(
        f"the names in {source} and {folder} do not match: "
        f"{_some([name for name in wanted if key(name) not in theirs])} only in {source}, "
        f"{_some([name for name in available if key(name) not in ours])} only in {folder}; "
        "rename them, or name each pair in the columns truth and reconstruction of --points"
    )


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


def _plain_stem(name: str) -> str:
    return re.sub(r"[0-9]+", lambda digits: str(int(digits[0])), _stem(name).casefold())


_KEYS: tuple[Callable[[str], str], ...] = (str, _stem, _plain_stem)
"""What two names of one image have in common, the strictest first."""


def _some(names: Sequence[str]) -> str:
    if not names:
        return "none"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{', '.join(names[:_LISTED])}{more}"
