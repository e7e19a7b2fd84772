"""Hold every word of the chapter "Noise"."""

import re
from collections.abc import Mapping, Sequence

from nnviz.web.lesson import Answer, ChapterText, Question

CHAPTER = ChapterText(
    title="Noise",
    claim="A wrong noise assumption gives a wrong prediction band",
    intro="The [[squared loss]] assumes Gaussian [[noise]], but these data have Student t noise. "
    "Does the 50 % band contain 50 %?",
    goals=(
        "derive a loss from an assumed noise distribution",
        "say which noise gives the squared loss, the absolute loss and the cross-entropy",
        "test on new points whether a prediction band is right",
        "compare two losses by their efficiency",
    ),
    notice=(
        "**The band** of a wrong assumption contains too many or too few new points.",
        "**A [[loss]]** is $-\\log p$ of the assumed noise.",
        "**Let the model assume *Same as in the data*.** Then the band is right.",
    ),
    questions=(
        Question(
            "lf_question_efficiency",
            "The noise is Laplace, and there are many points. How many points does the [[squared loss]] need for a "
            "slope that is as accurate as the slope of the absolute loss?",
            (
                Answer(
                    "As many points",
                    "The two losses would then be equally efficient. For Laplace noise, the squared loss has the "
                    "efficiency 1/2.",
                ),
                Answer(
                    "Twice as many points",
                    "The squared loss has the efficiency 1/2 for Laplace noise. For Gaussian noise, the absolute loss "
                    "has the efficiency 2/π = 0.64. Both numbers are limits for many points.",
                    right=True,
                ),
                Answer(
                    "Ten times as many points",
                    "Laplace noise has long tails, but its variance is finite. The variance of the slope is only "
                    "twice as large, so twice as many points are enough.",
                ),
            ),
        ),
    ),
)

# --- controls

MORE = (
    "**A loss is an assumption about the noise.** Bernoulli noise gives the [[cross-entropy]]. "
    r"**With the squared loss, $\sigma$ does not change the fitted line.** "
    "It only sets the width of the [[prediction band]]. **A wrong assumption can give nearly the right line** and "
    "still a wrong band."
)
NOISE = "Noise in the data"
ASSUMED = "Noise assumed by the model"
SAME = "Same as in the data"
SLOPE = "True slope"
INTERCEPT = "True intercept"
POINTS = "Number of points"
SEED = "Seed"
SCALE = "Scale of the noise"
GROWTH = "Growth u of log σ"
FREEDOM = "Degrees of freedom ν"

# --- data and fit

GIVEN_LOSS = {
    "gaussian": "The model assumes Gaussian noise, which gives the **squared loss**.",
    "gaussian_learned": "The model assumes Gaussian noise, which gives the **squared loss**.",
    "laplace": "The model assumes Laplace noise, which gives the **absolute loss**.",
    "student_t": "The model assumes Student t noise, which gives a **loss that grows like a logarithm**.",
    "unequal": "The model assumes noise of unequal size, which gives a **weighted squared loss**.",
    "bernoulli": "The model assumes Bernoulli noise, which gives the **cross-entropy**.",
    "categorical": "The model assumes categorical noise, which gives the **softmax cross-entropy**.",
    "poisson": "The model assumes Poisson noise, which gives the **Poisson loss**.",
}
PROBABILITIES = (
    "The solid lines are the fitted probabilities, and the dashed lines are the true ones. "
    "The marks below are the points, with one row for each class."
)


SHORT_LOSSES = {
    "gaussian_learned": "Gaussian:\nsquared loss",
    "laplace": "Laplace:\nabsolute loss",
    "student_t": "Student t:\nlogarithm",
}


SHOULD = " % wanted"  # behind the percentage that a band should contain


def percent(level: float) -> str:
    """Write a share as a percentage."""
    return f"{100 * level:.0f} %"


def contains(share: float, points: int) -> str:
    """Say how much the band of 50 % contains."""
    return f"The 50 % band contains {percent(share)} of {points} new points"


def names(noise: str, *, counts: bool) -> tuple[str, str, str]:
    """Name the fitted center, the true one, and the density that the model assumes."""
    center, shape = ("mean", "probabilities") if counts else ("line", "density")
    return f"fitted {center}", f"true {center}", f"assumed {re.split('[,:]', noise)[0]} {shape}"


def true_density(noise: str) -> str:
    """Name the density that the data have."""
    return f"true {re.split('[,:]', noise)[0]} density"


def legend(*, counts: bool) -> str:
    """Say what the chart of data and fit shows."""
    center, shape = ("mean", "probabilities") if counts else ("line", "density")
    return (
        f"The solid blue line is the fitted {center}. The blue bands should contain 50 % and 90 % of new "
        f"points. The wide grey line is the true {center}. One curve shows the fitted {shape} at one place, "
        f"turned sideways. If the assumption is wrong, a dashed grey curve shows the true {shape}."
    )


SLOPE_OF, VALUE_AT_0 = "slope", "at x = 0"
PARAMETERS = "parameter | fitted value | true value | gradient at the true value"
UNKNOWN = "–"

_METHODS = {
    "least_squares": "The fit has a [[closed form]], the [[least squares]] line.",
    "least_squares_and_scale": r"The fit has a [[closed form]]. The line is the [[least squares]] line, and "
    r"$\sigma^2$ is the mean squared residual.",
    "line_search": "The line comes from an exact search over all lines through two points. The scale $s$ is the mean "
    "absolute residual.",
    "fisher_scoring": "The fit is found by Fisher scoring, which repeats weighted least squares until the "
    "parameters stop changing.",
    "newton": "The fit is found by [[Newton's method]].",
}


def fit(method: str, nll: float) -> str:
    """Say how the fit was found and how good it is."""
    mean = f"The mean of $-\\log p$ over the points is {nll:.3f} nats."
    given = "The fitted model gives each point a density or [[probability]] $p$."
    return f"{_METHODS[method]} {given} {mean} A nat is the unit of the natural logarithm."


GRADIENT_ZERO = "At the fitted parameters, the gradient is zero."
GRADIENT_AT_TRUTH = "At the true parameters, the gradient is not zero, because the sample is finite."

NO_MAXIMUM = {
    "class": "The likelihood has no maximum. This happens if a value of $x$ separates one class perfectly from the "
    "others. A steeper curve then always fits better. The fit was stopped.",
    "count": "The likelihood has no maximum. This happens if all counts are 0, or if only points at the largest "
    "or at the smallest $x$ have counts above 0. The fit was stopped.",
    "number": "The fit did not converge. The parameters of the last iteration are shown.",
}


def fitted_said(slope: float, intercept: float, nll: float) -> str:
    """Say the fit for a screen reader."""
    return f"The fitted slope is {slope:.3f}. The value at x = 0 is {intercept:.3f}. The mean of −log p is {nll:.3f}."


# --- derivation


def derivation_title(label: str) -> str:
    """Return the title of the derivation for the noise with that label."""
    return f"**From the noise to the loss** · {label}"


STEPS = (
    "Assume how $y_i$ is distributed around its prediction.",
    "Then one point has this density or probability.",
    "The points are independent, so the [[likelihood]] is a product.",
    "The logarithm is increasing, and it turns the product into a sum. The minus sign turns the maximum into a "
    "[[minimum]]. Divide by $n$.",
    "Insert the density.",
)

LAST_STEP = {
    "gaussian": r"Drop $\log\sigma + \tfrac12 \log 2\pi$ and the factor $1/2\sigma^2$, because constants do not change "
    "the minimizer. The squared loss remains.",
    "gaussian_learned": r"Drop $\tfrac12 \log 2\pi$ only, because $\sigma$ is a parameter too. The best $\sigma$ is "
    "the root of the mean squared residual. The line is the same as for the squared loss.",
    "laplace": r"The best line is the same for every $s$, so drop $\log 2s$ and the factor $1/s$. "
    "The absolute loss remains.",
    "student_t": r"Drop the constant $c_\nu$. The remaining loss grows only like a logarithm, so far points hardly "
    "change the fit.",
    "unequal": r"Drop $\tfrac12 \log 2\pi$ only. The remaining loss gives each point the weight $1/2\sigma_i^2$. "
    r"The term $\log\sigma_i$ keeps the model from choosing a very large $\sigma_i$.",
    "bernoulli": "There is no constant to drop. This loss is the [[cross-entropy]].",
    "categorical": "There is no constant to drop. This loss is the softmax [[cross-entropy]].",
    "poisson": r"Drop $\log y_i!$, because it contains no parameter. The Poisson loss remains.",
}

GRADIENT = "This is its derivative."

LESSONS = {
    "gaussian": "The squared loss is the negative logarithm of a Gaussian density, without constants.",
    "gaussian_learned": "The line is the same as with a known σ. The model now also estimates how large the noise is.",
    "laplace": "The Laplace density has a peak and longer tails. It gives the absolute loss, and so the median.",
    "student_t": "With heavy tails, outliers are not surprising. The derivative of the loss goes to 0 for far points.",
    "unequal": "A point with large noise gets a small weight.",
    "bernoulli": "The outcome is a coin toss whose probability depends on x. The assumption alone fixes the loss.",
    "categorical": "The outcome is one of three classes. Only differences of logits count, so one logit is set to 0.",
    "poisson": "Counts vary more where they are larger, because the variance equals the mean.",
}


def lesson(noise: str, loss: str) -> str:
    """Say what the derivation shows. loss: the label of the loss, if it has one."""
    return LESSONS[noise] + (f" The chapters before call this loss **{loss}**." if loss else "")


# --- the loss as a curve

GAUSSIAN = "Gaussian"
NLL_AXIS = "loss −log p"
RESIDUAL_AXIS = "residual y − μ, divided by the scale"
PREDICTOR_AXES = {
    "bernoulli": "logit z",
    "categorical": "logit z₁ (with z₂ = 0)",
    "poisson": "log λ",
}


def outcome(y: int) -> str:
    """Return the name of the curve for the outcome y."""
    return f"y = {y}"


SAME_CURVES = "The curves of y = 0 and y = 2 coincide, because both logits are 0."

# --- new points

BANDS_TITLE = "**Do the bands hold for new points?**"
SCORE_TITLE = "**How good is the fit on new points?**"
FITTED, TRUE = "fitted model", "true model"


def score_head(test_points: int) -> str:
    """Return the head of the table of mean −log p."""
    return f"model | mean of −log p at {test_points} test points"


SCORE_OF_CLASSES = (
    "The value of the true model estimates the [[entropy]] of the noise. The difference between both values estimates "
    "the [[KL divergence]]. A classifier has no prediction band. The chapter *Boundaries* tests its calibration."
)

BANDS = "band | fitted model | true model | 95 % interval for the fitted model"


def bands_measured(test_points: int, points: int) -> str:
    """Say how the coverage was measured."""
    return (
        f"The table shows the fraction of {test_points} test points in each band. The test points have the "
        "noise of the data. The interval (Wilson 1927) describes the randomness of the test points. The "
        f"fitted band also has an error of its own, because its parameters are estimated from {points} "
        "points."
    )


BOTH_HOLD = "The test finds no evidence against either band."
WRONG_NOISE = "The assumed noise is wrong."
ESTIMATION = "The errors of the estimated parameters can cause this."


def verdict(level: float, low: float, high: float) -> str:
    """Say whether a band of that level holds, from the interval [low, high] for its true coverage."""
    band = f"The {level:.0%} band".replace("%", " %")
    if low <= level <= high:
        return f"The test finds no evidence against {band[0].lower()}{band[1:]}."
    found = "more" if low > level else "fewer"
    return f"{band} contains {found} new points than it should."


COUNTS = "Counts are whole numbers. The band is rounded outwards and covers more than its nominal level."

# --- the effect of a wrong loss

COMPARISON_TITLE = "**The measured effect of a wrong loss**"


def repeat(repeats: int) -> str:
    """Return the label of the switch that starts the comparison."""
    return f"Compare the losses on {repeats} data sets"


def repeating(repeats: int) -> str:
    """Return the words beside the progress bar."""
    return f"Drawing and fitting {repeats} data sets …"


def out_of_time(made: int, repeats: int, seconds: float) -> str:
    """Say that the comparison ended early."""
    return (
        f"The limit of {seconds:g} seconds of computing time was reached after {made} of {repeats} data sets."
    )


def too_few(lost: int, made: int) -> str:
    """Say that too few fits converged."""
    return f"For {lost} of {made} data sets, at least one fit did not converge. Use more points."


COMPARISON = "loss | error of the slope | efficiency | efficiency in theory"


def comparison_measured(made: int, points: int) -> str:
    """Say what the columns of the table of compared losses are."""
    return (
        "The error of the slope is its root mean square distance from the true slope, "
        f"over {made} data sets of {points} points at the same $x$. "
        "The [[efficiency]] is the squared error of the first loss, divided by the squared error of this loss. "
        "The table shows the efficiency ± one standard error. "
        "An efficiency of 0.5 means that a loss needs twice as many points. "
        "The theory is the limit for many points (Huber 1967)."
    )


def lost_fits(lost: int, made: int) -> str:
    """Say how many data sets were left out; empty if none was."""
    if not lost:
        return ""
    left_out = f"The comparison leaves out {lost} of {made} data sets, because a fit did not converge."
    if lost > made // 20:
        left_out += " So many data sets are left out that the comparison favors the losses that fail."
    return left_out


def efficiencies_said(efficiencies: Mapping[str, float]) -> str:
    """Say the measured efficiencies for a screen reader."""
    return " ".join(f"{label} has the efficiency {value:.2f}." for label, value in efficiencies.items())


# --- charts

X, Y, PROBABILITY, SLOPE_FOUND = "x", "y", "probability", "fitted slope"


FITTED_COLUMN, TRUE_COLUMN = "fitted", "true"


def band_end(level: float, *, upper: bool) -> str:
    """Return the head of a column with one end of a band."""
    return f"{level:.0%} band, {'upper' if upper else 'lower'} end".replace("%", " %")


def probability_of(kind: str, name: str) -> str:
    """Return the head of a column with the fitted or true probabilities of a class."""
    return f"{name} ({kind})"


def class_name(k: int) -> str:
    """Return the name of class k."""
    return f"class {k}"


MARKS = "fitted line", "true line", "bands of 50 % and 90 %", "density of the noise"
BAND_CHART = (
    "The chart shows points around a line, and the fitted line. "
    "Its bands should contain 50 and 90 percent of new points. "
    "A wide grey line is the true line. A curve turned sideways shows the fitted density. "
    "If the assumption is wrong, a dashed curve shows the true density."
)
PROBABILITY_CHART = (
    "The fitted probability of each class over x is a solid line, and the true one is dashed. "
    "Marks below show the points, with one row for each class."
)
SLOPE_CHART = (
    "For each loss, one row of ticks shows the fitted slopes of all data sets. "
    "A bar covers the middle 90 percent. A dashed line is the true slope."
)
LOSS_CHART = (
    "The chart shows the negative logarithm of the density or probability. "
    "There is one curve for each noise or outcome."
)


def symbols(predictors: Sequence[tuple[str, bool]]) -> list[str]:
    """Return the names of all parameters (LaTeX) from (LaTeX, has a slope) of each predictor."""
    names = []
    for latex, has_slope in predictors:
        parts = (SLOPE_OF, VALUE_AT_0) if has_slope else ("",)
        names += [f"${latex}$ {part}".strip() for part in parts]
    return names
