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
        "A loss is a surface over the parameters of a model. Its negative [[gradient]] points in the direction "
        "of steepest descent. **Gradient descent** repeats one [[update]], $\\theta \\leftarrow \\theta - "
        "\\eta\\,\\nabla L(\\theta)$. The [[learning rate]] $\\eta$ decides whether a run converges quickly, "
        "slowly, in a zig-zag, or not at all. The other optimizers also use earlier gradients or the "
        "[[Hessian]]."
    ),
    closing=(
        "On $L = \\tfrac12 \\lambda x^2$, which learning rate $\\eta$ reaches the minimum in one update? "
        "For which $\\eta$ does gradient descent diverge?"
    ),
)
