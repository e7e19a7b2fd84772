"""Plumbing of width and depth: folded lines, architectures of one price, and what torch finds for them."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnviz.charts import Picture, ground_columns
from nnviz.charts import depth as charts
from nnviz.data import SampleSpec, draw
from nnviz.export.inside import folds_code, function_given, points_given, sawtooth_source, training_code
from nnviz.functions import Expression, parse
from nnviz.networks import ACTIVATIONS, LayeredNetwork, count_parameters, equal_widths
from nnviz.networks.deep import LEARNED, DeepRun, DeepSpec, Loss, missing, train_deep
from nnviz.networks.pieces import (
    most_pieces,
    pieces,
    random_network,
    reachable_pieces,
    sawtooth,
)
from nnviz.ui.controls import choice, choose, power, whole
from nnviz.ui.draw import show
from nnviz.ui.messages import last_good
from nnviz.ui.questions import code, notice, predict
from nnviz.ui.words import table
from nnviz.ui.work import Kept, Progress, kept_or_computed

Array = NDArray[np.float64]

DEPTHS = (1, 2, 3, 4, 6)
RANDOM_SEEDS = 20
SECONDS = 15.0  # for all architectures together
INTERVAL = (0.0, 1.0)
EXAMPLES, FRESH, PIXELS = 256, 1000, 90
FUNCTIONS = ("Sawtooth", "Sine", "My own f(x)")
SETS = {"Two moons": ("moons", 0.15), "Circle in a circle": ("circles", 0.15), "Spirals": ("spirals", 0.08)}
TYPED = "|sin(6πx)| x"


class Problem(NamedTuple):
    """What is learned: examples to learn from and to measure on, whether they are classes; source of f in NumPy."""

    name: str
    x: Array
    y: Array
    x_fresh: Array
    y_fresh: Array
    classes: bool
    f: str = ""

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return 1 if self.x.ndim == 1 else int(self.x.shape[1])


class Learned(NamedTuple):
    """One architecture's networks, one a seed, their errors (S,), and the one in the middle."""

    run: DeepRun
    errors: Array
    middle: int

    @property
    def network(self) -> LayeredNetwork:
        """The network of the seed in the middle."""
        return self.run.networks[self.middle]


def shape(widths: tuple[int, ...]) -> str:
    """1 × 64, as architectures are written here."""
    return f"{len(widths)} × {widths[0]}"


def folded(folds: int) -> Picture:
    """The sawtooth of so many folds, over the one before."""
    now, before = (np.linspace(*INTERVAL, 2**k + 1) for k in (folds, folds - 1))
    return charts.folds(
        (now, sawtooth(folds)(now)), (before, sawtooth(folds - 1)(before) if folds > 1 else before)
    )


def price_of_folds(most: int) -> tuple[Array, Array, Array]:
    """Layers 1 … most, and the parameters of the deep sawtooth and of one hidden layer with as many pieces."""
    folds = np.arange(1, most + 1)
    deep = [sawtooth(k).parameters for k in folds.tolist()]
    shallow = [count_parameters(1, (2**k - 1,)) for k in folds.tolist()]
    return folds.astype(float), np.array(deep, float), np.array(shallow, float)


@st.cache_data(max_entries=64, show_spinner=False)
def random_pieces(widths: tuple[int, ...]) -> tuple[float, int]:
    """Pieces on [-1, 1] of 20 random networks: their median and the most."""
    found = [pieces(random_network(widths, seed), -1.0, 1.0).number for seed in range(RANDOM_SEEDS)]
    return float(np.median(found)), max(found)


def shapes(inputs: int, parameters: int, depths: list[int]) -> list[tuple[int, ...]]:
    """The architectures of about one price, one for each depth; those that do not fit are left out."""
    possible = (depth for depth in depths if count_parameters(inputs, (1,) * depth) <= parameters)
    return [equal_widths(inputs, depth, parameters) for depth in possible]


def piece_table(architectures: list[tuple[int, ...]]) -> str:
    """What is possible and what is usual, in Markdown."""
    rows = []
    for widths in architectures:
        median, most = random_pieces(widths)
        some, bound = reachable_pieces(widths), most_pieces(widths)
        possible = f"{some:,}" if some == bound else f"{some:,} to {bound:,}"
        parameters = str(count_parameters(1, widths))
        rows.append((shape(widths), parameters, possible, f"{median:g}, up to {most}"))
    return table("layers × units | parameters | the most pieces | pieces at random", rows)


def function_problem(name: str, folds: int, typed: str) -> Problem:
    """A function on [0, 1], from 256 even points; measured on 1000 others."""
    x, fresh = np.linspace(*INTERVAL, EXAMPLES), (np.arange(FRESH) + 0.5) / FRESH
    named = f"{name} {folds} {typed}"
    if name == "Sawtooth":
        teeth = sawtooth(folds)
        return Problem(named, x, teeth(x), fresh, teeth(fresh), False, sawtooth_source(folds))
    f = (
        parse(f"sin({2 * folds}πx)")
        if name == "Sine"
        else last_good("in_typed", lambda: _finite(typed), parse(TYPED))
    )
    return Problem(named, x, f(x), fresh, f(fresh), False, f.code("numpy"))


def _finite(typed: str) -> Expression:
    f = parse(typed)
    values = f((np.arange(FRESH) + 0.5) / FRESH)
    if not (np.isfinite(values).all() and np.isfinite(f(np.linspace(*INTERVAL, EXAMPLES))).all()):
        raise ValueError("f(x) must be a finite number on all of [0, 1]; choose another function")
    return f


@st.cache_data(max_entries=32, show_spinner=False)
def class_problem(label: str) -> Problem:
    """200 examples of two classes in the plane; measured on 1000 fresh ones."""
    kind, noise = SETS[label]
    seen, fresh = draw(SampleSpec(kind, 200, noise, seed=1)), draw(SampleSpec(kind, FRESH, noise, seed=2))
    return Problem(label, seen.x, seen.y, fresh.x, fresh.y, classes=True)


@st.cache_resource(show_spinner=False)
def _kept() -> Kept[DeepRun]:
    return Kept(48)


def train(problem: Problem, specs: list[DeepSpec]) -> list[Learned] | None:
    """Every architecture, one after the other; None, with the reason on the page, without torch."""
    reason = missing()
    if reason is not None:
        st.warning(f"This part trains networks with PyTorch. {reason}")
        return None
    return [_learned(problem, spec) for spec in specs]


def _learned(problem: Problem, spec: DeepSpec) -> Learned:
    def compute(progress: Progress) -> DeepRun:
        progress(0.0)  # torch takes a while to come
        return train_deep(spec, problem.x, problem.y, lambda done, steps: progress(done / steps))

    run = kept_or_computed(_kept(), (spec, problem.name), compute, lambda run: run.ended == "steps")
    errors = np.array([error(problem, network) for network in run.networks])
    return Learned(run, errors, int(np.argsort(errors)[len(errors) // 2]))


def error(problem: Problem, network: LayeredNetwork) -> float:
    """On the fresh points: the share of wrong classes, or the root of the mean square of ŷ − f."""
    with np.errstate(all="ignore"):
        said = network(problem.x_fresh)
    if problem.classes:
        return float(np.mean((said > 0) != (problem.y_fresh == 1)))
    return float(np.sqrt(np.mean((said - problem.y_fresh) ** 2)))


def learned_table(found: list[Learned], classes: bool) -> str:
    """Errors and pieces of each architecture, in Markdown."""
    rows = []
    for one in found:
        widths = one.run.spec.widths
        errors = (f"{value:.1%}" if classes else f"{value:.2g}" for value in
                  (np.median(one.errors), one.errors.min(), one.errors.max()))  # fmt: skip
        middle, low, high = errors
        error_words = f"{middle} ({low} to {high})"
        rows.append((shape(widths), str(one.network.parameters), error_words, *_pieces(one, classes)))
    return table(f"layers × units | parameters | error{'' if classes else ' | pieces'}", rows)


def _pieces(one: Learned, classes: bool) -> tuple[str, ...]:
    if classes:
        return ()
    if one.run.spec.activation not in ("relu", "leaky_relu"):
        return ("smooth",)
    found = [pieces(network, *INTERVAL).number for network in one.run.networks]
    return (f"{np.median(found):g} of {most_pieces(one.run.spec.widths):,}",)


def _order(found: list[Learned]) -> list[str]:
    """A place, and so a colour, for each depth, whichever are shown."""
    labels = {len(one.run.spec.widths): shape(one.run.spec.widths) for one in found}
    return [labels.get(depth, f"{depth} layers") for depth in DEPTHS]


def drawn(problem: Problem, found: list[Learned]) -> Picture:
    """The learned functions over the target."""
    x = problem.x_fresh
    curves = {shape(one.run.spec.widths): one.network(x) for one in found}
    return charts.learned(x, problem.y_fresh, curves, _order(found))


def spread(problem: Problem, found: list[Learned]) -> Picture:
    """The errors of all seeds."""
    errors = {shape(one.run.spec.widths): one.errors for one in found}
    title = "share of wrong classes, 1000 fresh points" if problem.classes else "rms error, 1000 points"
    return charts.seeds(errors, _order(found), title, log=not problem.classes)


def region(problem: Problem, one: Learned) -> Picture:
    """Where the network in the middle sees class 1."""
    reach = float(np.ceil(np.abs(problem.x).max() * 2) / 2)
    axis = np.linspace(-reach, reach, PIXELS)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    logit = np.clip(one.network(plane), -50, 50).reshape(PIXELS, PIXELS)
    domain = ((-reach, reach), (-reach, reach))
    surface = ground_columns(1 / (1 + np.exp(-logit)), domain, edges=np.arange(1, 14) / 14)
    return charts.boundary(surface, problem.x, problem.y, domain)


def words_on_folding(k: int) -> None:
    """What to notice about folding, what is usual, a question, and the code."""
    left, right = st.columns(2, gap="large")
    with left:
        notice(
            r"""
- **One layer is a tent:** $m(x) = 2\,\mathrm{relu}(x) - 4\,\mathrm{relu}(x - \tfrac12)$, up and down again. It folds
  the interval in half, and **the next layer draws on both halves at once**: $m(m(x))$ has four pieces, then eight …
  (Telgarsky 2016).
- **Layers multiply, units add.** $n_1, \dots, n_L$ units make at most $\prod (n_l + 1)$ pieces, and some network has
  $n_1 \cdots n_{L-1}(n_L + 1)$ (Montúfar et al. 2014). One layer stops at $N + 1$.
- **Possible is not usual.** The pieces of a random network grow like its number of units, deep or not
  (Hanin & Rolnick 2019).
""",
            beside=True,
        )
    with right:
        st.markdown(piece_table(shapes(1, 200, list(DEPTHS[:4]))))
        st.caption(
            "The most pieces, **proved**: some network has the first number, and none has more than the last. At "
            f"random, **counted** on [−1, 1]: the median of {RANDOM_SEEDS} networks, and the largest."
        )
        predict(
            "Ten layers of two units each: how many straight pieces can they fold?",
            ["20", "100", "1024"],
            "1024",
            "Each layer doubles: $2^{10}$. One hidden layer would need 1023 units.",
            key="in_predict_folds",
        )
        code(folds_code, k, key="in_code_folds", name="sawtooth")


def choose_problem() -> Problem:
    """The controls of what is learned."""
    name: str = st.selectbox("Learn", [*FUNCTIONS, *SETS], key="in_problem", bind="query-params")
    if name in SETS:
        return class_problem(name)
    typed, folds = TYPED, 3
    if name == FUNCTIONS[-1]:
        typed = st.text_input("f(x) on [0, 1]", TYPED, key="in_f", max_chars=200, bind="query-params") or ""
    else:
        label = "Folds: 2ᵏ straight pieces, k" if name == "Sawtooth" else "Waves"
        folds = whole(label, 1, 6, 3, key="in_waves")
    return function_problem(name, folds, typed)


def choose_networks(problem: Problem) -> list[DeepSpec]:
    """The controls of how it is learned: one spec for each depth."""
    parameters = whole("Parameters, at most", 50, 500, 200, key="in_price", step=10)
    chosen = st.pills(
        "Hidden layers",
        DEPTHS,
        selection_mode="multi",
        default=[1, 2, 4],
        key="in_depths",
        bind="query-params",
    )
    activation = choice(
        "Activation φ", {name: ACTIVATIONS[name] for name in LEARNED}, "relu", key="in_deep_phi"
    )
    left, right = st.columns(2)
    with left:
        steps = choose("Steps", (500, 1000, 2000, 5000), 1000, key="in_steps")
    with right:
        rate = power("Learning rate", -4, -1, 0.01, key="in_rate")
    wanted = shapes(problem.inputs, parameters, sorted(chosen or [1]))
    loss: Loss = "cross_entropy" if problem.classes else "squared"
    seconds = SECONDS / max(len(wanted), 1)
    return [DeepSpec(widths, activation, loss, rate, steps, seconds=seconds) for widths in wanted]


def before_training(problem: Problem, specs: list[DeepSpec]) -> None:
    """What is to be learned, and by whom, as long as nothing is trained."""
    if problem.classes:
        st.markdown("Two classes of points in the plane, 200 to learn from, 1000 fresh ones to be judged by.")
    else:
        show(charts.learned(problem.x_fresh, problem.y_fresh, {}, []), key="in_learned")
    rows = [(shape(spec.widths), str(count_parameters(problem.inputs, spec.widths))) for spec in specs]
    st.markdown(table("layers × units | parameters", rows))
    st.info("Guess first: which of them comes closest? Then switch on **Train them**: five seeds each.")


def heard(found: list[Learned] | None) -> str:
    """What a screen reader says of trained networks."""
    each = (f"{shape(one.run.spec.widths)}: {np.median(one.errors):.2g}" for one in found or ())
    return f"Trained. Median errors, {', '.join(each)}." if found else ""


def results(problem: Problem, found: list[Learned]) -> None:
    """What was learned: curves or maps, the errors of all seeds, and the table."""
    if problem.classes:
        for column, one in zip(st.columns(len(found)), found, strict=True):
            with column:
                st.markdown(f"**{shape(one.run.spec.widths)}**")
                show(region(problem, one), key=f"in_region_{len(one.run.spec.widths)}")
        st.caption("Grey: where the network of the seed in the middle says the class of the orange squares.")
    else:
        show(drawn(problem, found), key="in_learned")
    show(spread(problem, found), key="in_spread")
    st.markdown(learned_table(found, problem.classes))
    counted = "" if problem.classes else " Pieces: the median of those counted, of the most there can be."
    st.caption(
        f"Error: the median of five seeds (the grey bar above), and from the least to the largest; measured.{counted}"
    )
    if any(one.run.ended == "time" for one in found):
        st.warning(f"The time was up ({SECONDS:g} s for all): shown is the best that was found by then.")


def words_on_training(problem: Problem, specs: list[DeepSpec]) -> None:
    """What to notice about width and depth, a question, and the code."""
    left, right = st.columns(2, gap="large")
    with left:
        notice(
            r"""
- **The price is the same**, so a deep network is a narrow one.
- **The spread over seeds is part of the answer.** Narrow deep networks often fail from a bad start; wide ones less.
- **The sawtooth with $2^k$ pieces** is *written down* with $2k$ units. See whether training ever finds it.
- **Curves are of the seed in the middle**; errors are measured on 1000 points that were not learned from.
""",
            beside=True,
        )
    with right:
        predict(
            "A sawtooth of 8 pieces, 200 parameters: five networks each with 1, 2 and 4 hidden layers. The deepest "
            "could have the most pieces. Is it always the best?",
            ["Yes, in every run", "No, some of its runs fail"],
            "No, some of its runs fail",
            "What a network *can* do is not what descent *finds*: look at the dots, one for each seed.",
            key="in_predict_depth",
        )
        if specs:
            st.caption(
                f"The code trains the {shape(specs[-1].widths)} network, five seeds, and prints its errors."
            )
            code(training_code, specs[-1], given(problem), key="in_code_depth", name="width_or_depth")


def given(problem: Problem) -> str:
    """The examples and the fresh points as source."""
    if problem.classes:
        return points_given(problem.x, problem.y, problem.x_fresh, problem.y_fresh)
    return function_given(problem.f, EXAMPLES, FRESH)
