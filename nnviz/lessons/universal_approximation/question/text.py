"""Hold the words of the bar that asks for f, K and ε above all chapters."""

from nnviz.web.wording import plain_markdown, show_number

EPSILON = "Largest error allowed, ε"
EPSILON_BOX = "ε"
CHOOSE = "Choose or draw"

APPLIES_ICON, REFUSED_ICON = ":material/check_circle:", ":material/block:"
APPLIES_LABEL = f":green[{APPLIES_ICON} **Theorem applies**]"
APPLIES_IF_LABEL = f":green[{APPLIES_ICON} **Theorem applies if f is continuous**]"
REFUSED_LABEL = f":orange[{REFUSED_ICON} **Theorem does not apply**]"
APPLIES = ":green[:material/check_circle: **The theorem applies.**] It is proved that f is continuous on K."
JOINED = (
    ":green[:material/check_circle: **The theorem applies.**] f joins points by lines, so it is continuous."
)
APPLIES_IF = (
    ":green[:material/check_circle: **The theorem applies if f is continuous.**] "
    "No jump, no pole and no gap was found. This is measured, not proved."
)
NOT_IN_SUP_NORM = ":orange[:material/block: **The theorem does not apply.**]"
NOT_ON_K = ":orange[:material/block: **The theorem does not apply on this K.**]"
ONCE_FILLED = ":orange[:material/block: **The theorem applies once f has a value there.**]"
HEADS = {"JUMP": NOT_IN_SUP_NORM, "NO_LIMIT": NOT_IN_SUP_NORM, "HOLE": ONCE_FILLED}
"""How the verdict on f begins, by the kind of the obstacle; NOT_ON_K for the other kinds."""
OTHER_NORMS = "The [[root mean square]] of the error can be small, and so can the error outside a small set."
SMALL_SET = "The error can be small outside a small set."
ENDS = {"JUMP": OTHER_NORMS, "NO_LIMIT": OTHER_NORMS, "POLE": SMALL_SET}
"""What is still possible, by the kind of the obstacle."""
MEASURED = "This is measured, not proved."

HYPOTHESES = """
**Universal approximation theorem.** Let $K$ be a closed and bounded interval, and let $f$ be continuous on $K$.
Let the activation function $\\varphi$ be continuous, and not a polynomial. Then for every $\\varepsilon > 0$ there is
a network $N(x) = c + \\sum_j v_j\\, \\varphi(w_j x + b_j)$ with $\\max_{x \\in K} |f(x) - N(x)| < \\varepsilon$.

- **Cybenko (1989)** proved the theorem for continuous sigmoidal $\\varphi$.
- **Hornik (1991)** proved the theorem for continuous, bounded and non-constant $\\varphi$.
- **Leshno, Lin, Pinkus and Schocken (1993)** proved that a continuous $\\varphi$ works if and only if $\\varphi$ is
  not a polynomial.
- The set $K$ must be compact. Outside $K$ the theorem promises nothing.
- The maximum of $|f - N|$ on $K$ is called the sup norm of the error.
- The theorem does not say how many units are needed. It does not say how to find the weights.
"""


def epsilon_outside(epsilon: float, smallest: float, largest: float) -> str:
    """Return what is wrong with an ε that is not positive, or too small or too large to compute with."""
    return (
        f"ε must be between {show_number(smallest, 6)} and {show_number(largest, 6)}, got "
        f"{show_number(epsilon, 6)}. Write 0.001, for example."
    )


def fill(x: float, limit: float) -> str:
    """Return the label of the button that gives f its limit at a point without a value."""
    return f"Define f({show_number(x, 6)}) = {show_number(limit, 6)}, the limit of f"


def use_interval(low: float, high: float) -> str:
    """Return the label of the button that takes the largest part of K on which f is defined, or that a chart shows."""
    return f"Use K from {show_number(low, 6)} to {show_number(high, 6)}"


def missed_waves(points: int) -> str:
    """Say that a chart cannot show f, and that a proof still holds."""
    return (
        f":orange[:material/waves: **A chart of {points} points misses waves of f.**] "
        "Measured errors can be too small. A proof does not use these points."
    )


def summary(f: str, interval: tuple[float, float], epsilon: float) -> str:
    """Return f, K and ε in one line of Markdown, for a narrow screen. The text of f is not read as Markdown.

    ε is bold, so that a chapter can show it alone (static/question.css).
    """
    return (
        f"f(x) = {plain_markdown(f)} on [{show_number(interval[0], 6)}, {show_number(interval[1], 6)}], "
        f"**ε = {show_number(epsilon, 6)}**"
    )
