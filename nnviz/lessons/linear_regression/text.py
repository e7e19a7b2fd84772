"""Hold the words of the page "Linear regression"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="linear_regression",
    prefix="lr",
    file="1_linear_regression.py",
    title="Linear regression",
    icon=":material/show_chart:",
    about="Fit a line to points. Measure it with a loss, and improve it with gradient descent.",
    idea="The [[residual]] of a point is $y - \\hat y$, its vertical distance to the line $\\hat y = wx + b$. "
    "The loss $L$ is the mean of the squared residuals.",
    closing="The best line passes through one special point for every data set. Which point is it? "
    "Use the equation $\\partial L / \\partial b = 0$.",
)
