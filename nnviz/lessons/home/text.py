"""Hold the words of the home page."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="home",
    prefix="ho",
    file="0_home.py",
    title="Can a neural network match every curve?",
    menu="Home",
    icon=":material/home:",
    about="The universal approximation theorem in one minute.",
    idea=(
        "**Yes, if the curve is [[continuous]].** A [[network]] with one [[hidden layer]] comes as close as you like. "
        "This is the [[universal approximation theorem]]."
    ),
)
