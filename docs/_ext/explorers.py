"""The directive `explorer`: a page of docs/explorers in a frame, a link to it and its caption."""

import shutil
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "explorers"

FRAME = """<iframe class="explorer" src="{address}" title="{title}" loading="lazy"></iframe>
<p class="explorer-link"><a href="{address}">Open it alone</a></p>"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and copy the pages once all others are built."""
    app.add_directive("explorer", Explorer)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True}


class Explorer(SphinxDirective):
    """An explorer in a frame; the argument is its name, the content its caption."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the frame, the link and the caption.

        Raises:
            ExtensionError: There is no such explorer, or nothing says what it shows.
        """
        (name,) = self.arguments
        path = Path(self.env.srcdir) / FOLDER / f"{name}.html"
        if not path.is_file():
            raise self.error(f"there is no explorer {path}")
        self.assert_has_content()
        self.env.note_dependency(str(path))
        up = "../" * self.env.docname.count("/")
        caption = nodes.container(classes=["explorer-caption"])
        caption += self.parse_content_to_nodes()
        title = escape(f"Explorer: {' '.join(caption.astext().split())}", quote=True)
        frame = FRAME.format(address=f"{up}{FOLDER}/{name}.html", title=title)
        return [nodes.raw("", frame, format="html"), caption]


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Copy the explorers beside the pages that show them.

    Args:
        app: What built the pages.
        exception: What went wrong, if anything did.
    """
    target: Any = Path(app.outdir) / FOLDER
    if exception is None and app.builder.format == "html":
        shutil.copytree(Path(app.srcdir) / FOLDER, target, dirs_exist_ok=True)
