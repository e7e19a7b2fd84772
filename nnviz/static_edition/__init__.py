"""Build the static edition: the app as files that any web host can serve, with Python in the browser (docs/STATIC.md).

`build` writes a folder. Its pages start stlite, which runs Streamlit in Pyodide. `nnviz static FOLDER` calls it.
"""

from nnviz.static_edition.build import build as build
