"""Hold every word of the teacher's page."""

from nnviz.web.lesson import ChapterText
from nnviz.web.wording import plural

CHAPTER = ChapterText(title="Teach")

LESSON = "Lesson"
OWN_LESSON = "My own lesson"
LESSON_FILE = "The file of a lesson (.toml)"
LESSON_HELP = (
    "The file docs/LESSONS.md of this project describes the format. You can begin with a shipped lesson."
)
DOWNLOAD_LESSON = "Download this lesson"
WRONG_FILE = "This file is not a lesson. The reason is:"
NO_LESSON = "Choose the file of a lesson to begin."
PREVIOUS, NEXT = "Previous step", "Next step"
KEYS = "The keys Page Up and Page Down, and a clicker, do the same in both windows."
NOTE_HEAD = "For you"
SEE_HEAD = "What students should see"
QUESTION_HEAD = "Question"
ANSWER_HEAD = "Expected answer"
OPEN_STEP = "Open the page of this step"
OPEN_WINDOW = "Open the window of the class"
WINDOW_HELP = "Move this window to the projector. It shows the page of the step, and none of your notes."

ROOM_HEAD = "Live room"
ROOM_ABOUT = (
    "Students join with a code or a QR code. They need neither an account nor a name. Everything is forgotten four "
    "hours after your last action."
)
OPEN_ROOM = "Open a room"
END_ROOM = "End the room"
END_SURE = "End it, and forget all answers"
JOIN_AT = "Join at"
FOLLOW = "Students follow the class"
PAUSE = "Pause"
DOOR = "Let further students in"
ASK = "Ask the class"
ASK_AGAIN = "Ask again"
SHOW = "Show the answers"
CLEAR = "Clear"
OTHER = "Another question"
OTHER_LABEL = "A question of a chapter"
CSV = "Download the answers (.csv)"
CSV_FILE = "answers.csv"
NOTHING_ASKED = "No question is open."
RESULTS_WORDS = "The bars show how many students chose each answer."
POINTS_WORDS = "Each dot is the result of one student."
CHOICE, COUNT = "answer", "number of students"
RIGHT = "✓"
NO_STORE = "The live room does not work at this time."


def step_title(number: int, steps: int, title: str, minutes: int) -> str:
    """Return the head of a step."""
    return f"Step {number} of {steps}. {title} ({minutes} min)"


def lesson_about(about: str, minutes: int) -> str:
    """Return what a lesson is about, and how long it takes."""
    return f"{about} The lesson takes {minutes} minutes."


def time_so_far(before: int, whole: int) -> str:
    """Return where the step is in the lesson."""
    return f"It begins after {before} of {whole} minutes."


def said(students: int, answers: int) -> str:
    """Return how many students are in the room, and how many answers have arrived."""
    return f"{plural(students, 'student')} joined. {plural(answers, 'answer')} arrived."
