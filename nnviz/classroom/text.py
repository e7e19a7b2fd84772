"""Hold every word of lessons and rooms: mistakes in files, refusals, challenges, and the students' screen."""

from collections.abc import Sequence

# mistakes in the file of a lesson
NOT_UTF8 = "This line is not text in UTF-8."
NO_STEPS = "A lesson needs at least one step, which begins with [[steps]]."
NO_ANSWER = "A question needs an answer."
NO_QUESTION = "Choices need a question."
ONE_QUESTION = "A step has at most one of ask, question and challenge."
NO_LINK = (
    "`link` must be a page of this app, such as linear_regression?lr_w=1, without the name of the server."
)


def mistake(line: int, reason: str) -> str:
    """Return where a mistake is, and what it is."""
    return f"Line {line}. {reason}"


def not_toml(reason: str) -> str:
    """Return where a file is no TOML."""
    return f"The file is not valid TOML. {reason}."


def lesson_too_long(size: int, most: int) -> str:
    """Return that a file is too long."""
    return f"The file must have at most {most} bytes, got {size}."


def must_be_text(key: str) -> str:
    """Return that a value is missing or is no text."""
    return f"`{key}` must be a text in quotation marks."


def must_be_texts(key: str) -> str:
    """Return that a value is no list of texts."""
    return f"`{key}` must be a list of texts in quotation marks."


def must_be_between(key: str, low: int, high: int, got: object) -> str:
    """Return that a number is out of range."""
    return f"`{key}` must be a whole number between {low} and {high}, got {_short(got)}."


def must_be_one_of(key: str, names: Sequence[str], got: str) -> str:
    """Return that a name is not known."""
    return f"`{key}` must be one of {', '.join(names)}, got {_short(got)}."


def too_long(key: str, most: int) -> str:
    """Return that a text is too long."""
    return f"`{key}` must have at most {most} characters."


def too_many(key: str, most: int) -> str:
    """Return that a list is too long."""
    return f"A lesson has at most {most} {key}."


def choices_number(most: int) -> str:
    """Return that there are too few or too many choices."""
    return f"`choices` must be 2 to {most} different texts."


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Return that a name means nothing here."""
    return f"`{_short(key)}` is not known here. Known are {', '.join(known)}."


def _short(got: object) -> str:
    shown = repr(got)
    return shown if len(shown) <= 60 else shown[:59] + "…"


# refusals of a room
NO_ROOM = "There is no room with this code. It may be misspelled, or the room has ended."
ROOM_FULL = "This room is full."
DOOR_CLOSED = "The teacher lets no further students in."
NOT_TEACHER = "Only the teacher of this room can do this."
NOT_JOINED = "This browser has not joined the room. Load the page again."
NOT_OPEN = "This question is not open any more."
ANSWERED_OFTEN = "You have answered many times. Your last answer counts."
NO_ANSWER_VALUE = "This is not an answer to the question."
TOO_FAST = "You answer very often. Your last answer is sent again in some seconds."
STORE_AWAY = "The server cannot keep answers at this time. Nothing is lost. The page tries again."
TOO_MANY_CODES = "Too many unknown codes were tried. Wait a minute, and try again."
TOO_MANY_ROOMS = "Too many rooms were opened in the last minute. Wait a minute, and try again."

CSV_HEAD = ("question number", "question", "answer", "second number")

# challenges, whose results fill a scatter chart
CHALLENGES = {
    "fewest_units": (
        "Find a network within ε with as few hidden units as possible.",
        "Number of hidden units",
        "Largest error",
    ),
    "largest_rate": (
        "Find the largest learning rate with which gradient descent still converges.",
        "Learning rate η",
        "Loss after the last update",
    ),
    "smallest_error": (
        "Make the loss of the line as small as possible by hand.",
        "Slope w",
        "Loss",
    ),
}

# the students' screen (static/room.js fills in the values)
ROOM = "Class room"
SCREEN_TEXTS = {
    "enter": "Enter the code of the room",
    "join": "Join",
    "wait": "You are in the room. The teacher will begin soon.",
    "joining": "Joining the room …",
    "send": "Send what is typed",
    "sent": "Your answer has arrived. You can change it until the teacher shows the result.",
    "sending": "Sending …",
    "again": "The connection is interrupted. Your answer is sent again.",
    "lost": "The connection to the room is interrupted. The page tries again.",
    "paused": "The teacher has paused the room.",
    "closed": "The question is closed. Look at the teacher's screen.",
    "ended": "The room has ended. Everything in it is forgotten.",
    "follow": "Follow the teacher",
    "leave": "Stop following",
    "code": "Room {code}",
    "joinAt": "Join at {address}",
    "right": "This is the right answer.",
    "wrong": "This was your answer.",
    "results": "Each dot is the result of one student. Number of results: {count}.",
    "ownResult": "The square marks your own result.",
    "number": "Write a number in both boxes.",
    "take": "Send the result of the page",
    "noResult": "The page shows no result for this question. A run that diverges has none.",
    "class": "Page of the class",
    "showCode": "Show the code",
    "hideCode": "Hide the code",
}
