"""Draw samples with a seed from shapes whose true function or true classes are known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nnviz._checks import check, check_between, check_finite, check_one_of, check_shape
from nnviz._display import displayed
from nnviz._types import Array, Labels, Truth
from nnviz.data.facts import Fact

Task = Literal["regression", "classification"]

SHIFT = 3.0
"""The distance by which an outlier of a regression sample is moved up, in units of y, for every noise level."""

MOST_POINTS = 10_000


@displayed()
@dataclass(frozen=True, eq=False)
class Samples:
    """n examples of d features and one target, with their source.

    x (n, d) and y (n,) are float64 and finite. For classes, y holds the number of the class, 0., 1., …,
    and `classes` their names; for regression `classes` is empty. `notes` are sentences that say what was left out or
    moved, and why; for a table, `facts` say how it was read. `outliers` (n,) is True for points that were moved on
    purpose; it is None if that is not known.
    Raises ValueError for other shapes and for values that are not finite.
    """

    x: Array
    y: Array
    features: tuple[str, ...]
    target: str
    title: str
    source: str
    license: str
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    outliers: Truth | None = None
    facts: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.y), len(self.features))
        check_shape(
            "x",
            self.x,
            f"{shape}, one row for each target and one column for each feature",
            self.x.shape == shape,
        )
        check_shape("y", self.y, "(n,)", self.y.ndim == 1)
        check_finite("x", self.x)
        check_finite("y", self.y)


@dataclass(frozen=True)
class SampleKind:
    """A distribution of points, for regression or for classification.

    place(rng, label, classes) -> x (n, d) without noise, for label (n,) in 0 … classes - 1.
    truth(x (n, d)) -> (n,) is the true function of a regression sample; it is None for classes.
    `noise` says which quantity the standard deviation of the noise belongs to.
    """

    name: str
    label: str
    task: Task
    features: tuple[str, ...]
    latex: str
    noise: str
    lesson: str
    place: Callable[[np.random.Generator, Labels, int], Array]
    truth: Callable[[Array], Array] | None = None
    most_classes: int = 2


@dataclass(frozen=True)
class SampleSpec:
    """The settings of a sample: n points of a kind, their noise and their outliers.

    noise: standard deviation of normal noise, 0 to 10, added to y (regression) or to each coordinate of x
        (classification).
    outliers: fraction of the points, 0 to 0.5; round(fraction · n) of them are moved up by 3 (regression) or get the
        next class (classification).
    classes: number of classes, for the kinds that can have more than two.
    Raises ValueError if a value is out of its range.
    """

    kind: str
    n: int = 60
    noise: float = 0.2
    outliers: float = 0.0
    seed: int = 0
    classes: int = 2

    def __post_init__(self) -> None:
        check_one_of("kind", self.kind, SAMPLES)
        for name in ("classes", "n", "seed"):
            check(name, getattr(self, name), isinstance(getattr(self, name), int), "a whole number")
        check_between("classes", self.classes, 2, SAMPLES[self.kind].most_classes, whole=True)
        check_between("n", self.n, self.classes, MOST_POINTS, whole=True)
        check_between("seed", self.seed, 0, 2**63 - 1, whole=True)
        check_between("noise", self.noise, 0.0, 10.0)
        check_between("outliers", self.outliers, 0.0, 0.5)


def draw(spec: SampleSpec) -> Samples:
    """Draw the points of a spec; the same spec always gives the same points.

    Position, noise and outliers use separate random streams, so a change of one setting does not change the others.
    A larger noise scales the same random numbers, and a larger fraction of outliers keeps the outliers of the smaller
    one.
    """
    kind = SAMPLES[spec.kind]
    position, disturbance, choice = np.random.default_rng(spec.seed).spawn(3)
    label = np.arange(spec.n) % spec.classes
    x = kind.place(position, label, spec.classes)
    outliers = np.argsort(np.argsort(choice.random(spec.n))) < round(spec.outliers * spec.n)
    if kind.truth is None:
        x = x + spec.noise * disturbance.normal(size=x.shape)
        y = np.where(outliers, (label + 1) % spec.classes, label).astype(np.float64)
    else:
        y = kind.truth(x) + spec.noise * disturbance.normal(size=spec.n) + SHIFT * outliers
    return Samples(
        x,
        y,
        kind.features,
        target="y" if kind.truth else "class",
        title=kind.label,
        source=f"drawn at random, seed {spec.seed}",
        license="made by nnviz, free to use",
        notes=_outlier_note(kind, outliers),
        classes=() if kind.truth else tuple(f"class {k}" for k in range(spec.classes)),
        outliers=outliers,
    )


def _outlier_note(kind: SampleKind, outliers: Truth) -> tuple[str, ...]:
    """Return one sentence that counts the outliers, or nothing if there are none."""
    moved = f"were moved up by {SHIFT:g}" if kind.truth else "have the wrong class"
    count = int(outliers.sum())
    return (f"{count} of {len(outliers)} points are outliers, which {moved}.",) if count else ()


def _interval(rng: np.random.Generator, label: Labels, _classes: int) -> Array:
    """Return points (n, 1), uniform on [-2, 2]."""
    return rng.uniform(-2.0, 2.0, (len(label), 1))


def _square(rng: np.random.Generator, label: Labels, _classes: int) -> Array:
    """Return points (n, 2), uniform on [-2, 2]²."""
    return rng.uniform(-2.0, 2.0, (len(label), 2))


def _on_circle(radius: Array | float, angle: Array) -> Array:
    """Return the points (r cos φ, r sin φ), one row for each angle φ."""
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _moons(rng: np.random.Generator, label: Labels, _classes: int) -> Array:
    """Return (cos t, sin t) for class 0 and (1 - cos t, 1/2 - sin t) for class 1, with t uniform on [0, π]."""
    upper = _on_circle(1.0, rng.uniform(0.0, np.pi, len(label)))
    lower = np.array([1.0, 0.5]) - upper
    return np.where(label[:, None] == 0, upper, lower)


def _circles(rng: np.random.Generator, label: Labels, _classes: int) -> Array:
    """Return points on the circle of radius 2 for class 0, and of radius 1 for class 1, at uniform angles."""
    return _on_circle(np.where(label == 0, 2.0, 1.0), rng.uniform(0.0, 2.0 * np.pi, len(label)))


def _xor(rng: np.random.Generator, label: Labels, _classes: int) -> Array:
    """Return points with |x₁|, |x₂| uniform on [1/4, 2], whose signs agree in class 0 and differ in class 1."""
    one, two, side = rng.random((len(label), 3)).T
    first = np.where(side < 0.5, -1.0, 1.0)
    second = np.where(label == 0, first, -first)
    return np.column_stack(((0.25 + 1.75 * one) * first, (0.25 + 1.75 * two) * second))


def _spirals(rng: np.random.Generator, label: Labels, classes: int) -> Array:
    """Return points at radius r, uniform on [1/4, 2], and angle 1.25 π r + 2π · class / classes."""
    radius = rng.uniform(0.25, 2.0, len(label))
    return _on_circle(radius, 1.25 * np.pi * radius + 2.0 * np.pi * label / classes)


def _blobs(_rng: np.random.Generator, label: Labels, classes: int) -> Array:
    """Return the center of each point's class. The centers are evenly spaced on the circle of radius 0.4."""
    return _on_circle(0.4, 2.0 * np.pi * label / classes)


def _line(x: Array) -> Array:
    return 0.5 + 0.75 * x[:, 0]


def _plane(x: Array) -> Array:
    return 0.5 + x[:, 0] - 0.5 * x[:, 1]


def _polynomial(x: Array) -> Array:
    return 0.5 * x[:, 0] ** 3 - x[:, 0]


def _sine(x: Array) -> Array:
    return np.sin(np.pi * x[:, 0])


_OF_Y = "standard deviation of y around the true function"
_OF_X = "standard deviation of each coordinate around the shape without noise"

_KINDS = (
    SampleKind(
        name="line",
        label="A line",
        task="regression",
        features=("x",),
        latex=r"f(x) = \tfrac12 + \tfrac34\,x",
        noise=_OF_Y,
        lesson=(
            "The true function is a line, so only noise remains in the residuals. With more points, the fitted line "
            "comes closer to the true line."
        ),
        place=_interval,
        truth=_line,
    ),
    SampleKind(
        name="plane",
        label="A plane over two inputs",
        task="regression",
        features=("x1", "x2"),
        latex=r"f(x_1, x_2) = \tfrac12 + x_1 - \tfrac12\,x_2",
        noise=_OF_Y,
        lesson="There is one weight for each input. The weight says how y changes if only that input changes.",
        place=_square,
        truth=_plane,
    ),
    SampleKind(
        name="polynomial",
        label="A cubic polynomial",
        task="regression",
        features=("x",),
        latex=r"f(x) = \tfrac12\,x^3 - x",
        noise=_OF_Y,
        lesson=(
            "No line follows a cubic curve. Part of the error belongs to the model, and more points do not reduce "
            "that part."
        ),
        place=_interval,
        truth=_polynomial,
    ),
    SampleKind(
        name="sine",
        label="A sine wave",
        task="regression",
        features=("x",),
        latex=r"f(x) = \sin(\pi x)",
        noise=_OF_Y,
        lesson=(
            "On [−2, 2] the sine has two full periods. Without noise and with very many points, the best line explains "
            "15 % of the variance. A few hidden units can explain nearly all of it."
        ),
        place=_interval,
        truth=_sine,
    ),
    SampleKind(
        name="moons",
        label="Two moons",
        task="classification",
        features=("x1", "x2"),
        latex=r"(\cos t, \sin t) \;\text{and}\; (1 - \cos t, \tfrac12 - \sin t)",
        noise=_OF_X,
        lesson=(
            "A straight decision boundary classifies most points correctly, but not the tips of the moons. A curved "
            "boundary is needed."
        ),
        place=_moons,
    ),
    SampleKind(
        name="circles",
        label="Circle in a circle",
        task="classification",
        features=("x1", "x2"),
        latex=r"r = 2 \;\text{and}\; r = 1",
        noise=_OF_X,
        lesson=(
            "No straight decision boundary reaches an accuracy above about two thirds. One closed curve separates the "
            "classes."
        ),
        place=_circles,
    ),
    SampleKind(
        name="xor",
        label="XOR: opposite quadrants",
        task="classification",
        features=("x1", "x2"),
        latex=r"\operatorname{sign}(x_1) \ne \operatorname{sign}(x_2)",
        noise=_OF_X,
        lesson=(
            "One feature alone does not predict the class, but the two together do. No single unit separates the "
            "classes."
        ),
        place=_xor,
    ),
    SampleKind(
        name="spirals",
        label="Spirals",
        task="classification",
        features=("x1", "x2"),
        latex=r"\varphi = \tfrac54 \pi r + \tfrac{2\pi k}{K}",
        noise=_OF_X,
        lesson=(
            "The decision boundary is a spiral around the center. A network with one hidden layer needs many units to "
            "represent it."
        ),
        place=_spirals,
        most_classes=5,
    ),
    SampleKind(
        name="blobs",
        label="Clouds of points",
        task="classification",
        features=("x1", "x2"),
        latex=r"x \sim \mathcal N(\mu_k, \sigma^2 I)",
        noise=_OF_X,
        lesson=(
            "For two equal round clouds the best decision boundary is straight. Where the clouds overlap, no model can "
            "be confident."
        ),
        place=_blobs,
        most_classes=8,
    ),
)

SAMPLES: dict[str, SampleKind] = {kind.name: kind for kind in _KINDS}
"""Name -> kind of random data."""
