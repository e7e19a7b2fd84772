"""Hold the words of the page "Universal approximation"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="universal_approximation",
    prefix="ua",
    file="4_universal_approximation.py",
    title="Universal approximation",
    icon=":material/all_inclusive:",
    about="One hidden layer comes as close as you like to every continuous function that you can type.",
    idea=(
        "Take a [[continuous]] function $f$ on a closed interval $K$, and any $\\varepsilon > 0$. "
        "**There is a network** with one [[hidden layer]] within $\\varepsilon$ of $f$."
    ),
    closing="With ReLU, how many knots can $n$ hidden units make? How many units does $|x|$ need?",
)
