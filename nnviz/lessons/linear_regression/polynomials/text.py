"""Hold every word of the chapter "Polynomials"."""

from nnviz.web.lesson import Answer, ChapterText, Question

CHAPTER = ChapterText(
    title="Polynomials",
    claim="A smaller training error can mean a worse model",
    intro="The [[polynomial]] is fitted on the [[training set]]. Move its degree. When does the fit get worse?",
    goals=(
        "fit a polynomial with the methods of linear regression",
        "recognize [[overfitting]] from the errors on the training set and the validation set",
        "choose a degree with the validation set",
        "explain why Chebyshev polynomials are better features than powers of $x$",
    ),
    notice=(
        "**The training error** falls with each degree, up to rounding errors.",
        "**The validation error** falls first, and rises when the curve follows the [[noise]].",
        "**The orange lines** are the [[residual|residuals]] of the [[validation set]].",
    ),
    questions=(
        Question(
            "lr_question_degree",
            "You fit a polynomial of degree 14 to 15 points with different $x$. "
            "How large is the error on these points?",
            (
                Answer(
                    "zero, up to rounding",
                    "A polynomial of degree 14 has 15 weights. It can pass through 15 points with different $x$, "
                    "and so it also follows their noise.",
                    right=True,
                ),
                Answer(
                    "as large as the noise",
                    "This is the error of the true curve. The polynomial has enough weights to follow the noise "
                    "of these 15 points. The noise then appears in its error on new points.",
                ),
                Answer(
                    "it depends on the points",
                    "The weights depend on the points, but the error does not. "
                    "A polynomial of degree 14 passes through all 15 points if their $x$ are different.",
                ),
            ),
        ),
    ),
)

DEGREE = "Degree of the polynomial"
FEATURES = "Features"
SHARE = "Validation set (share of the points)"
SEED = "Seed of the split"

TRAINING, VALIDATION = "training set", "validation set"
TRUE_FUNCTION = "true function"
TIMES = "times the validation error of degree"
DEGREE_AXIS, ERROR_AXIS, CONDITION_AXIS = "degree", "mean squared error (log scale)", "condition number of A"
FEATURE_AXIS, POINT_AXIS = "feature j", "point, in the order of x"
ENTRY, SET, PREDICTION, RESIDUAL = "entry", "set", "prediction ŷ", "residual y − ŷ"

FIT_WORDS = (
    "The scatter plot shows the data with the polynomial of the chosen degree. "
    "Circles are the training set, and diamonds are the validation set. The true function is dashed, where it is known."
)
ERROR_WORDS = (
    "The chart shows the mean squared error against the degree, on a logarithmic scale. "
    "There is one line for the training set and one for the validation set. "
    "A ring marks the lowest point of the second line."
)
DESIGN_WORDS = (
    "The heat map shows the design matrix. It has one row for each training point and one column for each feature. "
    "Entries above zero are blue and entries below zero are orange."
)
CONDITION_WORDS = (
    "The chart shows the condition number of the design matrix against the degree, on a logarithmic scale. "
    "There is one line for each of the three kinds of features."
)

DESIGN = "**Design matrix** $A$ with $A_{ij} = \\varphi_j(x_i)$, for the training set"
DESIGN_CAPTION = (
    "Each column is divided by its largest entry in absolute value. "
    "Entries above zero are blue, and entries below zero are orange. "
    "A stronger color means a larger absolute value."
)
CONDITION = "**Condition number** of $A$, $\\sigma_{\\text{max}}/\\sigma_{\\text{min}}$"

CLOSING = (
    "**The model is linear in its weights.** It is $\\hat y = A\\theta$, with the [[feature|features]] "
    "as columns of $A$. The [[loss]] is quadratic again, with the [[normal equation]] $A^\\top A\\,\\theta = "
    "A^\\top y$. **All three kinds of features give the same curves.** "
    "They differ in the [[condition number]] of $A$. A large condition number means that rounding errors change "
    "the weights, and that [[gradient descent]] is slow.\n\n"
    "**Where this leads.** Here the features are chosen, and only the weights are fitted. "
    "The last layer of a network with one [[hidden layer]] also computes $\\hat y = A\\theta$. "
    "Its features $\\varphi(w_j x + b_j)$ are **trained** too."
)


ERRORS_HEAD = "set | number of points | degree | mean squared error"


def smallest_at(degree: int) -> str:
    """Label the smallest error in the chart."""
    return f"lowest at {degree}"


def smallest_on(part: str) -> str:
    """Name the row with the smallest error on a set."""
    return f"{part}, smallest error"


def low_rank(rank: int, weights: int) -> str:
    """Say that the weights are not unique."""
    return (
        f"The [[rank]] of $A$ is {rank}, up to rounding errors, and there are {weights} weights. "
        "Many weights give the same error. The weights with the smallest norm are shown."
    )
