"""A straight line fitted to points, how large a step may be, many inputs, and curves that are still linear."""

import streamlit as st

from nnviz import ui
from nnviz.ui import inputs, polynomials
from nnviz.ui import regression as line
from nnviz.ui import step_sizes as steps

ui.begin(
    "linear_regression",
    "A line $\\hat y = wx + b$ has two numbers to choose. Every pair $(w, b)$ leaves a **residual** at each point; "
    "squared, averaged, they become one number, the loss, and the best line is the one that makes it least.",
)


@st.fragment(key=line.CHAPTER)
def one_line() -> None:
    """The line with its residuals, its squares as one area, and the same line as a point on the map of the loss."""
    shown = line.workbench(
        "Each square stands on its residual, as wide as high in pixels. The orange square is all of them together, "
        "$nL$, a strip for each point; grey frame: what the mean $\\bar y$ alone leaves; the share of it that is not "
        "orange is $R^2$. Convention: $L$ is the **mean** of the squared residuals, with $1/n$ and without ½."
    )
    line.formulas(shown)
    ui.code(line.source, shown, key=line.CODE, name="line")


def by_hand() -> None:
    """A line by hand, and what to see in it."""
    one_line()
    ui.notice("""
- **Drag a slider slowly.** Squares, their sum and the dot on the map move together: three pictures of one number.
- **One step** goes straight down the slope, not towards the minimum. In a long valley that means a zig-zag.
- **Anscombe's quartet** (under *Data*): four sets with the same best line and $R^2$. Always look at the points.
- **An outlier** pulls with the square of its distance: see how wide its strip of the area is.
""")
    ui.predict(
        "One of forty points lies 2 above the line, and is moved to 4 above it. By how much does *its* square grow?",
        ["4 times", "2 times", "16 times"],
        "4 times",
        "From 2² to 4². Squares let one far point outvote many near ones; other losses (two pages on) do not.",
        key="lr_guess_outlier",
    )


@st.fragment
def step_size() -> None:
    """The ruler of the learning rate from the data's own Hessian."""
    figures = steps.workbench()
    st.markdown(
        r"**Theory.** The Hessian $H = \tfrac2n X^\top X$, $X = [x\;1]$, is the same everywhere, so a step multiplies "
        r"the error along its $i$-th eigenvector by $1 - \eta\lambda_i$, and the distance to the minimum obeys "
        r"$\lVert\theta_k - \theta^*\rVert \le \rho^k \lVert\theta_0 - \theta^*\rVert$ with "
        r"$\rho = \max_i |1 - \eta\lambda_i|$. *Predicted* is the first $k$ with $\rho^k$ below the share asked for, a "
        r"bound for any start; *observed* counts the steps of a run from the line $\hat y = 0$."
    )
    ui.code(steps.source, figures, key="lr_bowl", name="bowl")
    ui.notice("""
- **Drag $\\eta$** over the two borders: up to $1/\\lambda_{\\max}$ the path bends down smoothly, then it jumps across
  the valley at every step, and past $2/\\lambda_{\\max}$ it flies off.
- **The steep direction sets the speed limit, the flat one has to live with it.** That is all the condition number says.
- **Move $x$ away from 0** and the bowl becomes a ravine: $w$ and $b$ can then trade places. **Standardised**, it is
  round, and $\\eta = 1/\\lambda_{\\max} = \\tfrac12$ needs a single step.
""")
    ui.predict(
        r"A valley has $\kappa = 100$. With the fastest learning rate there is, $\eta = 2/(\lambda_1+\lambda_n)$, "
        "about how many steps are needed to come within 1 % of the distance at the start?",
        ["230", "20", "10 000"],
        "230",
        r"$\rho = \frac{\kappa - 1}{\kappa + 1} = 0.98$, and $0.98^k = 0.01$ for $k \approx 230$: steps grow like "
        r"$\kappa$.",
        key="lr_guess_steps",
    )


@st.fragment
def more_inputs() -> None:
    """A plane through points over two inputs, and as many inputs as a table has."""
    model = inputs.workbench(
        "Stronger ground: larger $\\hat y$. Each point is its residual: ▲ above the plane, ▼ below it; larger: farther."
    )
    inputs.weights_table(model)
    inputs.formulas(model)
    inputs.scaling(model)
    ui.code(inputs.source, model, key="lr_linear", name="linear")
    ui.notice("""
- **Nothing new is needed**: one weight for each input, the same loss, the same gradient, the same normal equation,
  only longer.
- **Residuals that make a pattern** on the plane are what a plane cannot say: cherry trees lie above it at both ends.
- **A unit is a choice, and descent feels it.** Measure $x_2$ in a hundredth of the unit and the bowl becomes a ravine;
  least squares do not mind, and standardised inputs give descent its speed back.
- **Longley's six inputs** grow together: the loss is nearly the same for very different weights.
""")
    ui.predict(
        "You measure $x_2$ in centimetres instead of metres. What happens to its best weight and to the best loss?",
        ["weight ÷ 100, loss the same", "weight × 100, loss × 100", "both stay"],
        "weight ÷ 100, loss the same",
        "$w_2 x_2$ must stay what it was. Only the way there changes: its entry in the Hessian grows $100^2$-fold.",
        key="lr_guess_unit",
    )


@st.fragment
def curved() -> None:
    """Polynomial features: curved in x, still linear in the parameters."""
    curve = polynomials.workbench()
    polynomials.formulas(curve)
    ui.code(polynomials.source, curve, key="lr_polynomial", name="polynomial")
    ui.notice("""
- **Linear in its parameters** is what counts: $\\hat y = A\\theta$ with the features as columns of $A$, the same loss,
  the same bowl, the same normal equation $A^\\top A\\,\\theta = A^\\top y$.
- **The error on the points it learns from only falls** while the digits last; on those held out it turns and rises.
- **The three kinds of features span the same curves.** What differs is how well the weights can be told apart:
  powers of $x$ lose digits (and descent its speed) first, Chebyshev polynomials last.
""")
    ui.predict(
        "Fifteen points, a polynomial of degree 14. How large is the error on these fifteen points?",
        ["0, up to rounding", "as large as the noise", "it depends on the points"],
        "0, up to rounding",
        "Fifteen weights meet fifteen values at different $x$ exactly, noise and all. In between is another matter.",
        key="lr_guess_degree",
    )
    st.markdown(
        "**Where this leads.** Here somebody chose the features, only their weights were learned. A network with one "
        "hidden layer ends in $\\hat y = A\\theta$ too, but its columns $\\varphi(w_j x + b_j)$ are **learned** too."
    )


ui.chapters(
    "lr",
    {
        "A line by hand": by_hand,
        "How large a step": step_size,
        "More inputs": more_inputs,
        "Curves from a line": curved,
    },
)
ui.end(
    "Which point does the best line always pass through, whatever the data? (Look at $\\partial L / \\partial b = 0$.)",
    "gradient_descent",
)
