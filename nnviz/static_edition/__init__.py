"""Write the app as files that any web host can serve (docs/STATIC.md): ``nnviz static FOLDER``.

`build` writes the whole app, with Python in the browser: its pages start stlite, which runs Streamlit in Pyodide.
`lesson_pages` writes the lessons without Python: what answers in the browser alone.
"""
