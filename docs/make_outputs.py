"""Outputs of the Python blocks of a page, written where they stand.

`python docs/make_outputs.py PAGE…` executes the `python` blocks of each page in an empty folder and
replaces the `text` block right after one by what it printed. Commands of the page aren't run, so
the blocks must not need their results. The tests hold every page to its outputs.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# ([\w.]+\.(?:py|yaml))\n")


class Block(NamedTuple):
    """A fenced block of a page.

    Attributes:
        language: The word after the fence.
        text: What stands in it.
        output: The `text` block right after it, or None.
        place: Where that output stands in the page.
    """

    language: str
    text: str
    output: str | None
    place: slice

    @property
    def file(self) -> str | None:
        """Name of the file that the block is, where its first line gives one."""
        named = FILE_NAME.match(self.text)
        return named[1] if named else None


def blocks_of(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, directives left out."""
    found = list(FENCE.finditer(page))
    for position, block in enumerate(found):
        output, place = None, slice(block.end(), block.end())
        for following in found[position + 1 : position + 2]:
            adjacent = not page[block.end() : following.start()].strip()
            if adjacent and following[1] == "text":
                output, place = following[2], slice(*following.span(2))
        yield Block(block[1], block[2], output, place)


def trimmed(output: str) -> str:
    """Return an output without the blanks that an editor would remove."""
    return "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())


def renewed(page: str) -> str:
    """Return a page with the outputs of its Python blocks as they are now."""
    names = {"__name__": "page"}
    outputs = []
    for block in blocks_of(page):
        printed = io.StringIO()
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            with contextlib.redirect_stdout(printed):
                exec(compile(block.text, "page", "exec"), names)
            if block.output is not None:
                outputs.append((block.place, trimmed(printed.getvalue())))
    for place, output in reversed(outputs):
        page = page[: place.start] + output + page[place.stop :]
    return page


if __name__ == "__main__":
    for path in [Path(word).resolve() for word in sys.argv[1:]]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
            os.chdir(path.parent)
