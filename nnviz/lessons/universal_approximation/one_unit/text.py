"""Hold every word of the chapter "One unit"."""

from nnviz.web.lesson import Answer, ChapterText, Question

CHAPTER = ChapterText(
    title="One unit",
    claim="One hidden unit is a smooth step",
    intro=(
        "A [[hidden unit]] computes $\\sigma(wx + b)$ with a [[weight]] $w$, a [[bias]] $b$ and, here, the [[sigmoid]] "
        "$\\sigma(z) = 1/(1 + e^{-z})$. Move $b$. Where does the step go?"
    ),
    goals=(
        "write down what one hidden unit computes",
        "say where the step is, from $w$ and $b$",
        "make the step steeper, flatter, higher or reversed",
    ),
    notice=(
        "The step is at $x = -b/w$, because $wx + b = 0$ there.",
        "A larger $|w|$ makes the step steeper. A negative $w$ makes the [[hidden unit|unit]] fall.",
        "The output [[weight]] $v$ is the height of the step.",
    ),
    questions=(
        Question(
            "ua_question_unit",
            "Both $w$ and $b$ are doubled. What happens to the step?",
            (
                Answer(
                    "It becomes steeper and stays where it is",
                    "The place $-b/w$ stays the same, and the steepness grows with $|w|$.",
                    right=True,
                ),
                Answer(
                    "It moves and keeps its steepness",
                    (
                        "The factor 2 cancels in $-b/w$, so the place does not change. A larger $|w|$ "
                        "changes the steepness."
                    ),
                ),
                Answer(
                    "It becomes twice as high",
                    (
                        "The sigmoid stays between 0 and 1 for every $w$ and $b$. Only the output weight "
                        "$v$ sets the height."
                    ),
                ),
            ),
        ),
    ),
)

WEIGHT = "Weight w (steepness)"
BIAS = "Bias b (moves the step)"
OUTPUT_WEIGHT = "Output weight v (height)"
AXIS = "output N(x)"
CHART = "The chart shows one sigmoid unit over the interval from −1 to 1. A dashed line shows where its input is zero."
