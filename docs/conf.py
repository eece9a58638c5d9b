"""How the documentation is built: `make docs`, without a network."""

import sys
from pathlib import Path

from transect import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "transect"
author = "The transect developers"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["docstrings", "explorers", "generated"]  # docs/_ext
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# What docstrings put in single backticks is a link where it names something, otherwise code.
default_role = "py:obj"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # Docstrings say shapes, ranges and units, which types can't.
napoleon_use_ivar = True
napoleon_attr_annotations = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "transect"
html_static_path = ["_static"]
html_css_files = ["tables.css", "explorers.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
