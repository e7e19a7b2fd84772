"""Hold every word of the chapter "Folding"."""

from nnviz.web.lesson import Answer, ChapterText, Question
from nnviz.web.wording import plural, show_count, show_number

CHAPTER = ChapterText(
    title="Folding",
    claim="Each layer doubles the number of linear pieces",
    intro="A [[hidden layer]] can fold the interval $[0, 1]$ at its middle. The next layer then acts on both sides at "
    "once. The tent $m(x) = 2\\,\\mathrm{relu}(x) - 4\\,\\mathrm{relu}(x - \\tfrac12)$ is such a layer with two "
    "[[ReLU]] units.",
    goals=(
        "explain why each layer can double the number of linear pieces",
        "compare the size of a deep network and a network with one hidden layer for the same function",
        "distinguish the largest possible number of pieces from the number in a random network",
    ),
    notice=(
        "In the small pictures, the line is the interval. Each layer folds it once more, so the rows double.",
        "Layers multiply the number of pieces. Units add to it.",
    ),
    questions=(
        Question(
            "in_question_folding",
            "A [[network]] applies the tent $m$ ten times, with two units in each layer. How many [[linear pieces]] "
            "does $m(m(\\cdots m(x)))$ have on $[0, 1]$?",
            (
                Answer(
                    "20",
                    "20 is the number of units. Each layer doubles the number of pieces. It does not add two.",
                ),
                Answer(
                    "100",
                    "$10^2$ would be quadratic growth. Each layer doubles the number of pieces instead.",
                ),
                Answer(
                    "1024",
                    "Each layer doubles the number of pieces, so there are $2^{10} = 1024$. One hidden layer needs "
                    "1024 units for this function. Other networks of the same shape have even more pieces, up to at "
                    "least 1536.",
                    right=True,
                ),
            ),
        ),
    ),
)

MORE = "\n\n".join(
    (
        "**The tent folds the interval.** It maps each half of $[0, 1]$ onto all of $[0, 1]$. So the next layer acts "
        "on both halves at once. $m(m(x))$ has four [[linear pieces]], and the next layer gives eight "
        "(Telgarsky 2016).",
        "**Layers multiply the number of pieces, and units add to it.** Layers with $n_1, \\dots, n_L$ units give at "
        "most $\\prod (n_l + 1)$ pieces. Some [[network]] reaches $n_1 \\cdots n_{L-1}(n_L + 1)$ pieces "
        "(Montúfar et al. 2014). One hidden layer with $n$ units gives at most $n + 1$.",
        "**The tent does not reach the bound.** With two units in each of $k$ layers, the bound is $3^k$. The tent "
        "has $2^k$ pieces.",
        "**Random networks have few pieces.** Their expected number of pieces grows like the [[number of units]], "
        "for every [[depth]] (Hanin & Rolnick 2019).",
    )
)

LAYERS = "Number of layers k, with two units each"
SAWTOOTH = (
    "The chart shows the interval from 0 to 1. The blue line is the sawtooth after all layers, and the wide grey line "
    "is the sawtooth with one layer fewer. The first linear piece is orange."
)
ONE_FEWER, ALL, FIRST = "one layer fewer", "all k layers", "first piece"
SAWTOOTH_AXES = ("x", "m(m(… m(x)))")
SIZES = "The chart shows the number of parameters over the number of layers, for the deep and for the shallow network."
SIZE_AXES = ("number of layers k", "parameters (log scale)")
FOLD = (
    "The chart shows the interval from 0 to 1 after one, two and more folds. A line runs back and forth between 0 and "
    "1, with one linear piece in each row. The first row is orange."
)
FOLD_AXES = ("value after all folds", "linear pieces")
LAYER = "k ="
DEEP, SHALLOW = "two units in each layer", "one hidden layer"
SIZE_CAPTION = "Both networks have the same function on [0, 1]."
PIECES_TITLE = "Architectures with at most 200 parameters"
PIECES_TABLE = "layers × units | parameters | largest possible number of pieces | pieces of random networks"


def headline(layers: int, pieces: int, units: int) -> str:
    """Return what stands above the picture."""
    return f"{show_count(pieces)} pieces from {plural(layers, 'layer')}, {units} units"


def compare(units: int) -> str:
    """Return what stands beside it: the size of a network with one hidden layer for the same function."""
    return f"one hidden layer needs {show_count(units)} units"


def describe_sawtooth(layers: int, pieces: int, units: int, parameters: int) -> str:
    """Return the number of pieces and the size of the deep network."""
    return (
        f"**{show_count(pieces)} linear pieces** from {plural(layers, 'layer')} with {units} units and "
        f"{parameters} parameters. The pieces are counted."
    )


def name_layers(layers: int, rows: int) -> str:
    """Return what stands above the interval after so many folds."""
    return f"k = {layers}\n{plural(rows, 'row')}"


def describe_shallow(layers: int, units: int, parameters: int) -> str:
    """Return the size of the smallest network with one hidden layer."""
    shallow = (
        f"**Proved:** one hidden layer needs at least {units} units and {parameters} parameters for this function. "
        f"Each of its {units - 1} knots needs one unit, and the first slope needs one more."
    )
    if layers == 1:
        return "With one layer, the deep network and the shallow network are the same. The wide grey line is y = x."
    return shallow


def show_possible(reachable: int, bound: int) -> str:
    """Return the largest possible number of pieces: a number that some network has, and an upper bound."""
    return show_count(bound) if reachable == bound else f"{show_count(reachable)} to {show_count(bound)}"


def show_counts(median: float, largest: int) -> str:
    """Return the median and the maximum of the pieces of random networks."""
    return f"{show_number(median, 6)}, at most {largest}"


def describe_pieces(networks: int) -> str:
    """Return how the numbers of the table of pieces were found."""
    return (
        "The largest possible number of pieces is **proved**. Some network has the first number, and no network has "
        "more than the second. The pieces of random networks are **counted** on [−1, 1]. The table shows the median "
        f"and the maximum of {networks} networks."
    )


def announce(pieces: int, units: int) -> str:
    """Return what a screen reader says after a change."""
    return f"{pieces} linear pieces from {units} units."
