"""Hold the words of the page "Gradient descent"."""

from nnviz.web.lesson import Page

PAGE = Page(
    name="gradient_descent",
    prefix="gd",
    file="2_gradient_descent.py",
    title="Gradient descent",
    icon=":material/trending_down:",
    about="Optimizers on loss surfaces, compared side by side.",
    idea=(
        "**Gradient descent** minimizes a loss $L$. It repeats one [[update]] against the [[gradient]], "
        "$\\theta \\leftarrow \\theta - \\eta\\,\\nabla L(\\theta)$, with the [[learning rate]] $\\eta$."
    ),
    closing=(
        "On $L = \\tfrac12 \\lambda x^2$, which learning rate $\\eta$ reaches the minimum in one update? "
        "For which $\\eta$ does gradient descent diverge?"
    ),
)
