"""Hold the words of the page "Class"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="classroom",
    prefix="cl",
    file="7_classroom.py",
    title="Teach a class",
    menu="Class",
    icon=":material/co_present:",
    about="Lessons of 50 minutes, and a live room for a class.",
    idea=(
        "This page is for the teacher. Choose a lesson, open its pages in the window of the class, and ask "
        "questions in a live room."
    ),
    has_charts=False,
)
