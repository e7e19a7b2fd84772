"""Hold what a page of the static edition says before the app has started."""

TITLE = "nnviz"
LOADING = "The app is starting. It loads Python into this browser, which takes up to a minute the first time."
NO_SCRIPT = "This page needs JavaScript."
NOT_FOUND = "This address is not known."
OPEN_APP = "Open the app"
FAILED = "The app could not be loaded. It needs the internet, and a browser that is not older than two years."
FROM_FILE = (
    "A browser does not start the app from a file. Open this folder with a web server: "
    "python -m http.server starts one in the folder where it is called."
)

# lessons without Python
ALL_LESSONS = "All lessons"
ABOUT_LESSONS = (
    "These lessons run in the browser alone, without a server. The app computes more than they can."
)
CHARTS_FOLLOW = (
    "Charts follow the sliders and the player. Formulas, tables and sentences show the first settings."
)
FORMULAS_FOLLOW = (
    "Charts and formulas follow the sliders and the player. Tables and sentences show the first settings."
)
NEEDS_PYTHON = "This page needs no Python. In the app, these controls compute new results:"
DRAGGING = "Dragging"  # what: the points, for example
PLAYING = "The player"


def next_lesson(title: str) -> str:
    """Return the label of the link to the next lesson."""
    return f"Next: {title}"
