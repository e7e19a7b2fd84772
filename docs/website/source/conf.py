"""Settings of Sphinx for the documentation site; `python -m docs.website` copies this folder and builds the site."""

from typing import Any

import nnviz
from docs.draw_architecture import ROOT
from docs.website.docstrings import readable

project = "nnviz"
author = "The nnviz authors"
copyright = f"2026, {author}"
version = release = nnviz.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.katex",
]
exclude_patterns = ["_static", "notebooks/.ipynb_checkpoints"]

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # `docs.website.notebooks` runs them, and draws their charts
copybutton_exclude = ".linenos, .gp, .go"

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"

katex_prerender = True
katex_css_path = "katex/katex.min.css"
katex_js_path = str(ROOT / "node_modules" / "katex" / "dist" / "katex.min.js")  # of the version of the style

html_theme = "pydata_sphinx_theme"
html_title = "nnviz"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_favicon = "_static/icon.png"
html_sidebars: dict[str, list[str]] = {"index": [], "citing": [], "glossary": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": "nnviz",
        "image_light": "_static/icon.png",
        "image_dark": "_static/icon.png",
        "alt_text": "",
    },
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "show_toc_level": 1,
    "navigation_depth": 2,
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark",
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "back_to_top_button": True,
}


def _read_docstring(*arguments: Any) -> None:
    lines: list[str] = arguments[-1]
    lines[:] = readable(lines)


def _skip(_app: Any, _kind: str, _name: str, value: Any, skip: bool, _options: Any) -> bool:  # noqa: FBT001
    """Leave out the fields of named tuples, which have no docstrings of their own."""
    return skip or type(value).__name__ in ("_tuplegetter", "member_descriptor")


def setup(app: Any) -> None:
    """Read docstrings as they are written."""
    app.connect("autodoc-process-docstring", _read_docstring)
    app.connect("autodoc-skip-member", _skip)
