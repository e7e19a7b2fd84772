"""Hold the words of the page "Loss functions"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="loss_functions",
    prefix="lf",
    file="3_loss_functions.py",
    title="Loss functions",
    icon=":material/balance:",
    about="How the choice of a loss decides what a model learns, for numbers and for classes.",
    idea="A [[loss function]] says how much each error costs. Training minimizes the mean loss. "
    "So the loss decides **what a model learns**.",
    closing="Which constant has the smallest mean absolute error on the numbers 1, 2, 3, 4, 100? "
    "Which constant has the smallest mean squared error?",
)
