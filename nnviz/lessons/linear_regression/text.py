"""Hold the words of the page "Linear regression"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="linear_regression",
    prefix="lr",
    file="1_linear_regression.py",
    title="Linear regression",
    icon=":material/show_chart:",
    about="Fit a line to points. Measure it with a loss, and improve it with gradient descent.",
    idea="A line $\\hat y = wx + b$ has a slope $w$ and an intercept $b$. "
    "The [[residual]] of a point is $y - \\hat y$, its signed vertical distance to the line. "
    "The loss $L(w, b)$ is the mean of the squared residuals. The best line is the line with the smallest loss.",
    closing="The best line passes through one special point for every data set. Which point is it? "
    "Use the equation $\\partial L / \\partial b = 0$.",
)
