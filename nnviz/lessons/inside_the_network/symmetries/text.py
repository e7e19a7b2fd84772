"""Hold every word of the chapter "Weight symmetries"."""

import math

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import SUPERSCRIPTS, show_count, show_number

CHAPTER = ChapterText(
    title="Weight symmetries",
    claim="Different weights can give the same function",
    intro="An edit of the [[hidden units]] changes the purple [[weights]]. The function is the same if the blue curve "
    "still lies on the grey one.",
    goals=(
        "name the operations on weights that leave the function of a network the same",
        "say which of these operations depend on the [[activation function]]",
        "count how many settings of the weights give the same function",
    ),
    notice=(
        "Three units have $3!$ orders and $2^3$ sign flips, so there are 48 settings.",
        "Purple numbers changed. The blue curve still lies on the grey one.",
        "[[Tanh]] is odd, so the minus signs cancel.",
    ),
    questions=(
        Question(
            "in_question_symmetries",
            "You double $w$ and $b$ of a [[ReLU]] unit. How must you change $v$ so that the function stays the same?",
            (
                Answer(
                    "Halve $v$",
                    "$\\max(0, 2z) = 2 \\max(0, z)$, so the activation of the unit doubles. Half of $v$ compensates "
                    "for the factor 2. Choose ReLU and the operation *Multiply w and b by α, divide v by α*.",
                    right=True,
                ),
                Answer(
                    "Double $v$",
                    "The activation of the unit doubles already. With $2v$ the unit contributes four times as much.",
                ),
                Answer(
                    "Change the sign of $v$",
                    "The activation of the unit doubles, and its sign stays the same. With $-v$ the unit contributes "
                    "$-2$ times as much as before.",
                ),
                Answer(
                    "No value of $v$ works",
                    "This is true for tanh. For ReLU, $\\max(0, 2z)$ is a multiple of $\\max(0, z)$, so another $v$ "
                    "can make up for the factor.",
                ),
            ),
        ),
    ),
)

MORE = "\n\n".join(
    (
        "**Many settings of the weights give the same function.** An odd activation allows a sign flip of $w$, $b$ "
        "and $v$. An even activation allows a sign flip of $w$ and $b$. [[ReLU]] allows a rescaling. "
        "Every [[network]] allows a swap of two units.",
        "**A [[tanh]] network has no other symmetries** if no unit can be left out (Sussmann 1992). So exactly "
        "$2^n n!$ settings of $n$ units give its function. Every such [[minimum]] of the [[loss]] has $2^n n! - 1$ "
        "copies.",
        "**A dead unit** is a ReLU unit that is 0 on all of $K$. You can delete it without a change on $K$. "
        "Training with points of $K$ cannot change its weights, because all their [[derivatives]] are 0.",
    )
)

ACTIVATION = "Activation φ"
UNITS_TITLE = "Edit the first network"
UNITS = "Units of the first network, one per line: w b v"
OUTPUT_BIAS = "Output bias c"
EDITS = "All edits so far, separated by semicolons"
OPERATION = "Operation"
UNIT, SECOND_UNIT, FACTOR, NEW_UNIT = "Unit", "Second unit", "Factor α", "New unit: w b v"
APPLY, UNDO, RESET = "Apply", "Undo", "Reset"

CHART = (
    "The chart shows the network over x. The wide grey line is the function before the last edit, and the thin blue "
    "line is the function after it. Numbered ticks show the centers of the units."
)
CHART_AXES = ("x", "output ŷ")
BEFORE, AFTER = "output before the last edit", "output after the last edit"
ENDS = "before", "after"  # the names of both outputs on the chart
WEIGHTS_CHART = (
    "The diagram shows the weights of the network before and after the last edit, side by side. The numbers that the "
    "edit changed are bold and purple."
)
WEIGHTS_BEFORE, WEIGHTS_AFTER = "before the last edit", "after the last edit"
WEIGHTS_CAPTION = "Purple numbers changed. A dashed orange line is a negative weight."
CAPTION = "The ticks show the centers −b/w of the units, where z = 0."
NO_EDITS = "There are no edits. Apply an operation to see whether the function changes."
UNIT_TABLE = "unit | w | b | v | center −b/w"
UNIT_TABLE_CAPTION = "These are the units after the last edit. The numbers that it changed are bold."
EDIT_TABLE = "edit | predicted change | measured change | total change"
NO_CENTER = "none"

PREDICTED = {
    "everywhere": "none",
    "almost everywhere": "none, except at the jump",
    "on K": "none on K",
    "not predicted": "no prediction",
}
SAME = {
    "everywhere": "The function did not change.",
    "almost everywhere": "The function did not change on K.",
    "on K": "The function did not change on K.",
    "not predicted": "No change was measured on K.",
}
CHANGED = {
    "everywhere": "The function is the same in exact arithmetic, but not in float64.",
    "almost everywhere": "The function changed only at the jump.",
    "on K": "The function is the same on K in exact arithmetic, but not in float64.",
    "not predicted": "The function changed.",
}

HOLDS = {
    "swap": "The output is a sum over the units. The order of the terms does not change a sum.",
    "flip": "{φ} is odd, so φ(−z) = −φ(z). This minus sign and that of −v cancel.",
    "mirror": "{φ} is even, so φ(−z) = φ(z).",
    "reflect": "{φ} satisfies φ(−z) = 1 − φ(z). Therefore −v φ(−z) + v = v φ(z).",
    "rescale": "{φ} satisfies φ(αz) = α φ(z) for every α > 0. Dividing v by α compensates for the factor.",
    "shift": "{φ} has the period 2π.",
    "split": "Two equal units with half the output weight have the same sum as the one unit.",
}
FAILS = {
    "flip": "{φ} is not odd. In general, φ(−z) is not −φ(z).",
    "mirror": "{φ} is not even. In general, φ(−z) is not φ(z).",
    "reflect": "This operation needs φ(−z) = 1 − φ(z) for every z. {φ} does not satisfy this.",
    "rescale": "{φ} is not homogeneous. In general, φ(αz) is not α φ(z).",
    "shift": "{φ} does not have the period 2π.",
    "merge": "The two units have different w or b. No theorem says that they can be merged.",
    "absorb": "The unit has w ≠ 0, so it is not a constant.",
    "delete": "The deleted unit contributed v φ(wx + b) to the output.",
    "add": "The new unit contributes v φ(wx + b) to the output.",
}
SPECIAL = {
    "ZERO_OUTPUT_WEIGHT": "The output weight v of the unit is 0, so the unit does not contribute to the output.",
    "ONLY_AT_JUMP": "The step function satisfies φ(−z) = 1 − φ(z) for every z except z = 0, where it jumps.",
    "FACTOR_ONE": "The factor α is 1, so no weight changes.",
    "EQUAL_UNITS": "Both units have the same w and b. So v φ(wx + b) + v′ φ(wx + b) = (v + v′) φ(wx + b).",
    "CONSTANT_UNIT": "The unit has w = 0, so it is the constant v φ(b). The bias c can include a constant.",
    "INACTIVE_UNIT": "At both ends of K, wx + b ≤ 0. So its ReLU is 0 on all of K, but maybe not outside K.",
    "ZERO_NEW_UNIT": "The new unit has v = 0, so it does not contribute to the output.",
}


def headline(number: float, units: int) -> str:
    """Return what stands above the curve: how many settings of the weights give it."""
    if math.isinf(number):
        return "infinitely many settings give this curve"
    signs = f" · 2{str(units).translate(SUPERSCRIPTS)}" if number > math.factorial(units) else ""
    return f"at least {units}!{signs} = {show_count(number)} settings give this curve" if number > 1 else ""


def explain(operation: str, reason: str, activation: str) -> str:
    """Return why an operation changes the function or not; the reason is a name of ``Reason``."""
    said = {"HOLDS": HOLDS, "FAILS": FAILS}.get(reason)
    return SPECIAL[reason] if said is None else said[operation].format(φ=activation)


def describe_edit(title: str, why: str, change: float, points: int, *, rounding: bool) -> str:
    """Return the verdict on the last edit: its title, the reason, and the measured change."""
    size = f"The largest change is **{show_number(change, 2)}**"
    where = f"measured at {show_count(points)} points of K = [−2,\u00a02]."
    return f"**{title}** {why} {size}, {where}{' This is a rounding error.' if rounding else ''}"


def name_weight(name: str, value: float) -> str:
    """Return a weight with its value for the diagram."""
    return f"{name} = {show_number(value)}"


def describe_units(bias: str) -> str:
    """Return what the table of the units shows, and the output bias beside it."""
    return f"{UNIT_TABLE_CAPTION} The output bias is c = {bias}."


def show_change(change: float, *, rounding: bool) -> str:
    """Return a measured change for a table."""
    return f"{show_number(change, 2)} (rounding)" if rounding else show_number(change)


def show_value(value: float, *, bold: bool) -> str:
    """Return a number of a unit for a table; bold if it changed."""
    shown = NO_CENTER if math.isnan(value) else show_number(value, 4)
    return f"**{shown}**" if bold else shown


def describe_equivalent_settings(number: float) -> str:
    """Return how many settings of the weights give the same function."""
    if math.isinf(number):
        return "Infinitely many settings of the weights give this function."
    if number == 1:
        return "At least this setting of the weights gives this function."
    return (
        f"At least {show_count(number)} settings of the weights give this function. "
        "This holds if no two units are equal up to signs and no weight is 0."
    )
