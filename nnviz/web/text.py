"""Hold every word that the generic parts of the app show: controls, messages, the player, the pad and the menu."""

from collections.abc import Sequence

from nnviz.web.wording import show_number


# controls
def hyperparameter(name: str, meaning: str) -> str:
    """Return the label of the slider for a hyperparameter."""
    return f"{name.capitalize()}: {meaning}"


# the player
PLAYER = "Player"
SPEED = "Speed"
PLAYER_TEXTS = {  # for static/player.js
    "play": "Play",
    "pause": "Pause",
    "back": "Step back",
    "on": "Step forward",
}


LINKED_UNITS = "Units of the network. Arrow keys choose a unit."


# points and handles that can be dragged on a chart
def drag_one_hint(what: str) -> str:
    """Return how to move the one handle of a chart."""
    return f"Drag {what} on the chart. You can also press Tab and then the arrow keys."


def drag_points_hint(what: str, *, may_add: bool, may_remove: bool) -> str:
    """Return how to move, add and remove the points of a chart."""
    sentences = [f"Drag {what} on the chart."]
    if may_add:
        sentences.append("Double-click to add a point.")
    if may_remove:
        sentences.append("Drag a point out of the chart to remove it.")
    sentences.append("With the keyboard, use Tab, the arrow keys, Page Up and Page Down.")
    return " ".join(sentences)


DRAG_TEXTS = {  # for static/drag_points.js, which fills in the numbers
    "point": "point {number} of {points}: {position}",
    "added": "added: {position}",
    "removed": "point {number} removed",
}


# a network that is drawn
NETWORK_ENDS = ["x", "N(x)"]
NETWORK_LOOK = "Blue: positive weight. Dashed orange: negative weight. Square: bias."
NETWORK_TEXTS = {  # for static/network_drawing.js, which fills in the numbers
    "w": "{name}, weight of unit {unit}",
    "b": "{name}, bias of unit {unit}",
    "v": "{name}, output weight of unit {unit}",
    "c": "c, output bias",
    "unit": "Unit {unit} of {units}",
    "knot": "Its input is 0 at x = {x}.",
    "constant": "It is constant.",
    "rest": "+{count} more units",
}


def describe_network(units: int) -> str:
    """Return what a screen reader says of a drawn network."""
    return (
        f"A network with one input x, {units} hidden unit{'' if units == 1 else 's'} and the output N(x). "
        "Solid blue lines are positive weights. Dashed orange lines are negative weights. A thicker line is a larger "
        "weight. Squares are biases. The left and right arrow keys choose a parameter."
    )


def network_hint(*, may_drag: bool) -> str:
    """Return how to use a drawn network."""
    point = "Point at a unit to see its part of the curve."
    drag = " Drag a line up or down to change its weight." if may_drag else ""
    return f"{point}{drag} Small squares are biases."


# surfaces in three dimensions
SURFACE_HINT = "Drag the surface, or use the arrow keys."
SURFACES = "Surface shown"
SURFACE_START = "start"
TOP_VIEW = "Show the top view"


def describe_surface(words: str) -> str:
    """Return what a screen reader says of a surface: what it shows, and the keys that turn it."""
    return f"{words} Turn it with the arrow keys. The Home key turns it back."


# long computations
TRAINING = "Training …"
OTHER_TAB = "Another of your tabs is computing. This one comes next."

# messages
INVALID = "This input is not valid."
COMPUTE_ANYWAY = "Compute anyway"
SHOWS_LAST_VALID = "This input is not valid. The picture shows the last valid one."
SHOWS_EXAMPLE = "This input is not valid. The picture shows an example."
NO_NETWORK = "**No network can be shown.** The reason is:"


def note(remark: str) -> str:
    """Return a remark on the reader's data."""
    return f"Note: {remark}"


# questions, goals and code
NOTICE = "What to notice"
GOALS, GOALS_HEAD = "Goals", "After this chapter you can …"
PREDICT = "Predict first"
RIGHT = "Yes."
WRONG = "Not quite."
IN_GLOSSARY = "Open in the glossary (new tab)"
CODE = "Code"
CODE_LANGUAGE = "Library"
LANGUAGES = {"numpy": "NumPy", "torch": "PyTorch", "python": "Python alone"}
DOWNLOAD_CODE, DOWNLOAD_NOTEBOOK = "Download .py", "Download .ipynb"
NOTEBOOK_WORDS = "This code computes the numbers on the screen. Run all cells."

# the tabs of the chapters
CHAPTERS = "Chapters"

# the end of a page
CLOSING = "Something to think about."
SHOW_TABLES = "Show the numbers behind every chart"
TABLES = "The numbers in this chart"


def next_chapter(title: str) -> str:
    """Return the label of the button to the next chapter."""
    return f"Next chapter: {title}"


def next_page(title: str) -> str:
    """Return the label of the link to the next page."""
    return f"Next: {title}"


# data
DATA = "Data"
OWN_POINTS = "My own points"
SOURCE = "Source and license"
SAMPLE_SETTINGS = "Points, noise, outliers, seed"
SAMPLE_COUNT = "Number of points"
OUTLIERS = "Share of outliers"
SEED = "Random seed"


def source(name: str, license: str) -> str:
    """Return where a data set comes from."""
    return f"{name}\nLicense: {license}"


def noise(meaning: str) -> str:
    """Return the label of the slider for the noise."""
    return f"Noise: {meaning}"


# the function f and the interval K
FUNCTION_SOURCE = "Your function f, on the interval K"
FORMULA, POINTS, DRAWN = "formula", "points", "drawn"
SOURCES = {FORMULA: "Formula", POINTS: "Points", DRAWN: "Drawn"}
EXAMPLES = "Examples"
EXAMPLES_LABEL = "Choose an example"
INTERVAL_FROM, INTERVAL_TO = "K from", "to"
REMARKS = {  # by the names of nnviz.expressions.readings.Meaning
    "NATURAL_LOGARITHM": "Here log is the natural logarithm ln. For base 10 write log10.",
    "LEFT_TO_RIGHT": "A division and a product are read from left to right.",
    "STEP_AT_ZERO": "The step function has the value 1 at 0. Write heaviside(x, 0.5) for another value at 0.",
}
JOINED_AT_MEAN = "A function has one value at each x. Points with the same x are replaced by their mean."


def use(formula: str) -> str:
    """Return the label of a button that puts a formula into its box."""
    return f"Use {formula}"


def piecewise_linear(knots: int) -> str:
    """Return what a function is that points or a drawing give."""
    return f"piecewise linear with {knots} knots"


def chosen_function(f: str, low: float, high: float) -> str:
    """Say in the bar what f is, where no formula is typed."""
    return f"f is {f} on [{show_number(low, 6)}, {show_number(high, 6)}]."


def interval_reversed(a: float, b: float) -> str:
    """Return what is wrong with an interval whose ends are equal or in the wrong order, and what to write."""
    low, high = show_number(b, 6), show_number(a + 1 if a == b else a, 6)
    return (
        f"K must go from a smaller to a larger number, got {show_number(a, 6)} to {show_number(b, 6)}. "
        f"Write {low} and {high}, for example."
    )


def interval_narrow(width: float, at: float, least: float) -> str:
    """Return what is wrong with an interval that is too narrow."""
    return (
        f"K is too narrow: it must be at least {show_number(least, 6)} wide, got a width of "
        f"{show_number(width, 6)} at {show_number(at, 6)}. Move one end away from the other."
    )


def interval_far(size: float, most: float) -> str:
    """Return what is wrong with an interval that reaches too far."""
    return (
        f"K must lie between {show_number(-most, 6)} and {show_number(most, 6)}, got an end at a distance of "
        f"{show_number(size, 6)} from 0. Write a number that is nearer to 0."
    )


# the pad to draw a function on
UNDO, SMOOTH, CLEAR = "Undo", "Smooth", "Clear"
PAD_HINT = "Draw with the mouse, a finger or a pen, or use the arrow keys."
PAD_DESCRIPTION = (
    "The function that you draw. Left and right choose a position, up and down change the value."
)
PAD_TEXTS = {  # for static/drawing_pad.js, which says them after a change
    "drawn": "Drawn",
    "undone": "The last stroke is undone",
    "smoothed": "The drawing is smoother",
    "flat": "The drawing is a flat line",
}
PAD_AS_TEXT = "The drawing as text"
PAD_TEXT = "Drawing as text (encoded; copy it to share it)"
PAD_RESET = "Start again from f(x)"


def pad_begins(formula: str, a: float, b: float) -> str:
    """Return what the pad shows before anything is drawn."""
    return f"Until you draw, this is f(x) = {formula} on [{show_number(a, 6)}, {show_number(b, 6)}]."


# taking a chapter along
DOWNLOADS = "Pictures and data"
ON_WHITE = "Pictures on white"
PRINT = "Print this chapter"
DOWNLOAD_TEXTS = {  # for static/downloads.js, which fills in the numbers
    "png": "Download as PNG",
    "svg": "Download as SVG",
    "csv": "Download the data as CSV",
    "gif": "Download the run as an animated GIF",
    "none": "This chapter shows no picture at this time.",
    "filming": "The run is filmed. {percent} % is done.",
    "failed": "The browser could not make this file.",
}

# sharing a page
VIEW = "View"
SHARE = "Share"
SHARE_ABOUT = (
    "This link opens this chapter with the settings that you see. It does not contain the frame of a player or your "
    "answers to questions. Settings of other chapters can be missing."
)
SHORT_LINK = "Short link"
COPY_SHORT_LINK = "Copy the short link"
LINK_OF_PAGE = "Link to this page"
COPY_LINK = "Copy the link"
QR_CODE = "QR code of the link"
QR_LARGE = "Show the code on the whole screen"
QR_CLOSE = "Close the QR code"
OWN_TAB = "Open the page in its own tab"
FRAMED_MENU = "All pages:"
NO_UPLOAD_IN_FRAME = (
    "This frame of another site cannot send files. Press *Share*, and open the page in its own tab."
)
SHARE_TEXTS = {  # for static/share_link.js, which says them after a click
    "copied": "The link is copied.",
    "selected": "The browser does not let this page copy. The link is selected, so that you can copy it.",
}

DOWNLOAD_PAGE = "Download this page as a file"
PAGE_FILE = "nnviz_page.json"
OPEN_PAGE_FILE = "Open a page from a file"
PAGE_FILE_BOX = "A file that this app has written"
OPEN_PAGE = "Open the page"
NO_PAGE_FILE = "This file holds no page of this app."
LINKS_FULL = "The place for short links is full."
TOO_MANY_LINKS = "Too many short links were made in the last minute. Wait a minute, and try again."
UNKNOWN_SHORT_LINK = "This short link is not known. It may be misspelled, or it was not used for a year."
TOO_MANY_GUESSES = "Too many unknown short links were tried. Wait a minute, and try again."
STORE_AWAY = "Short links do not work at this time."
OPEN_APP = "Open the app"


def state_too_long(size: int, most: int) -> str:
    """Return why a page has no short link."""
    return (
        f"The settings of this page are too long for a short link. They have {size} bytes, and at most {most} fit. "
        "Download the page as a file instead."
    )


def no_short_link(reason: str) -> str:
    """Return why there is no short link at this time."""
    return f"There is no short link at this time. {reason}"


def link_too_long(length: int, most: int) -> str:
    """Return why there is no QR code."""
    return (
        f"This link is too long for a QR code. It has {length} characters, and a code holds at most {most}."
    )


def too_long(length: int, most: int) -> str:
    """Return what is wrong with a text of so many characters."""
    return f"The text has {length} characters. At most {most} are read. Write a shorter text."


# links
LINK_DEFAULT = "The default is shown."
LINK_FIRST_CHAPTER = "The first chapter is shown."


def link_unknown_value(key: str, value: str, instead: str, options: str = "") -> str:
    """Return that the link sets something to a value that is not accepted, what is done instead, and what is known."""
    known = f" It knows these values: {options}." if options else ""
    return f"The link sets {key} to “{value}”, which this page does not know. {instead}{known}"


def link_outside(key: str, value: str, limit: str, shown: str) -> str:
    """Return that the link sets a number beyond a limit, and which number is shown."""
    return f"The link sets {key} to “{value}”, which is {limit}. The page shows {shown}."


def above(limit: float) -> str:
    """Return that a number is larger than the largest one that is possible."""
    return f"above {show_number(limit, 6)}"


def below(limit: float) -> str:
    """Return that a number is smaller than the smallest one that is possible."""
    return f"below {show_number(limit, 6)}"


def link_moved(value: str) -> str:
    """Return which value is used instead of one that is out of range."""
    return f"The page uses {value} instead."


def hides_nothing(names: Sequence[str]) -> str:
    """Return which names in a link hide nothing."""
    return f"The link hides {', '.join(names)}. No control and no chapter here has this name."


def link_unknown_name(key: str, value: str) -> str:
    """Return that nothing on the page has a name that the link sets."""
    return f"The link sets {key} to “{value}”, but nothing in this chapter has this name."


def more_link_problems(count: int) -> str:
    """Return how many further parts of the link are not used."""
    return f"The page could not use {count} further parts of the link."
