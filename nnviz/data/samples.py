"""Seeded samples: points whose true function or true classes are known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Task = Literal["regression", "classification"]

SHIFT = 3.0
"""An outlier of a regression sample is moved up by this much, in units of y, whatever the noise."""

MOST_POINTS = 10_000


@dataclass(frozen=True, eq=False)
class Samples:
    """n examples of d features and one target, with where they come from.

    x (n, d) and y (n,) are float64 and finite. For classes, y holds the number of the class, 0., 1., …,
    and `classes` their names; for numbers `classes` is empty. `notes` says in words what was left out or
    moved, and why. `outliers` (n,) is True for points moved on purpose; None where nobody can know.
    """

    x: Floats
    y: Floats
    features: tuple[str, ...]
    target: str
    title: str
    source: str
    licence: str
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    outliers: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.shape != (len(self.y), len(self.features)):
            raise ValueError(
                f"x must have shape (n, d) with n = {len(self.y)} targets and d = {len(self.features)} "
                f"feature names; got {self.x.shape}"
            )
        if self.y.ndim != 1 or not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            raise ValueError(f"y must have shape (n,), x and y must be finite; got y of shape {self.y.shape}")


@dataclass(frozen=True)
class SampleKind:
    """A way to place points.

    place(rng, label, classes) -> x (n, d) without noise, for label (n,) in 0 … classes - 1.
    truth(x (n, d)) -> (n,) is the function behind a regression sample; None for classes.
    `noise` says what the standard deviation is a standard deviation of.
    """

    name: str
    label: str
    task: Task
    features: tuple[str, ...]
    latex: str
    noise: str
    lesson: str
    place: Callable[[np.random.Generator, Labels, int], Floats]
    truth: Callable[[Floats], Floats] | None = None
    most_classes: int = 2


@dataclass(frozen=True)
class SampleSpec:
    """What to draw: n points of a kind, and how they are disturbed.

    noise: standard deviation of normal noise, added to y (regression) or to each coordinate of x
        (classification).
    outliers: share of the points; round(share · n) of them are moved up by 3 (regression) or are given the
        next class (classification).
    classes: number of classes, for the kinds that can have more than two.
    """

    kind: str
    n: int = 60
    noise: float = 0.2
    outliers: float = 0.0
    seed: int = 0
    classes: int = 2

    def __post_init__(self) -> None:
        if self.kind not in SAMPLES:
            raise ValueError(f"kind must be one of {', '.join(SAMPLES)}; got {self.kind!r}")
        _check_whole("classes", self.classes, 2, SAMPLES[self.kind].most_classes)
        _check_whole("n", self.n, self.classes, MOST_POINTS)
        _check_whole("seed", self.seed, 0, 2**63 - 1)
        _check_between("noise", self.noise, 0.0, 10.0)
        _check_between("outliers", self.outliers, 0.0, 0.5)


def _check_whole(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}; got {value!r}")


def _check_between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}; got {value!r}")


def draw(spec: SampleSpec) -> Samples:
    """Draw the points of a spec; the same spec gives the same points, always.

    Position, noise and outliers have a random stream each, so turning one dial leaves the others alone:
    more noise stretches the same noise, and more outliers keep those that were there.
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
        licence="made by nnviz, free to use",
        notes=_outlier_note(kind, outliers),
        classes=() if kind.truth else tuple(f"class {k}" for k in range(spec.classes)),
        outliers=outliers,
    )


def _outlier_note(kind: SampleKind, outliers: NDArray[np.bool_]) -> tuple[str, ...]:
    moved = f"moved up by {SHIFT:g}" if kind.truth else "given the wrong class"
    count = int(outliers.sum())
    return (f"{count} of {len(outliers)} points are outliers: {moved}.",) if count else ()


def _interval(rng: np.random.Generator, label: Labels, _classes: int) -> Floats:
    """Uniform on [-2, 2]."""
    return rng.uniform(-2.0, 2.0, (len(label), 1))


def _square(rng: np.random.Generator, label: Labels, _classes: int) -> Floats:
    """Uniform on [-2, 2]²."""
    return rng.uniform(-2.0, 2.0, (len(label), 2))


def _on_circle(radius: Floats | float, angle: Floats) -> Floats:
    """(r cos φ, r sin φ) as rows."""
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _moons(rng: np.random.Generator, label: Labels, _classes: int) -> Floats:
    """Class 0: (cos t, sin t); class 1: (1 - cos t, 1/2 - sin t); t uniform on [0, π]."""
    upper = _on_circle(1.0, rng.uniform(0.0, np.pi, len(label)))
    lower = np.array([1.0, 0.5]) - upper
    return np.where(label[:, None] == 0, upper, lower)


def _circles(rng: np.random.Generator, label: Labels, _classes: int) -> Floats:
    """Class 0 on the circle of radius 2, class 1 on the circle of radius 1."""
    return _on_circle(np.where(label == 0, 2.0, 1.0), rng.uniform(0.0, 2.0 * np.pi, len(label)))


def _xor(rng: np.random.Generator, label: Labels, _classes: int) -> Floats:
    """|x₁|, |x₂| uniform on [1/4, 2]; the signs are equal in class 0 and differ in class 1."""
    one, two, side = rng.random((len(label), 3)).T
    first = np.where(side < 0.5, -1.0, 1.0)
    second = np.where(label == 0, first, -first)
    return np.column_stack(((0.25 + 1.75 * one) * first, (0.25 + 1.75 * two) * second))


def _spirals(rng: np.random.Generator, label: Labels, classes: int) -> Floats:
    """Radius r uniform on [1/4, 2] at angle 1.25 π r, each class turned on by 2π / classes."""
    radius = rng.uniform(0.25, 2.0, len(label))
    return _on_circle(radius, 1.25 * np.pi * radius + 2.0 * np.pi * label / classes)


def _blobs(_rng: np.random.Generator, label: Labels, classes: int) -> Floats:
    """Every point at the centre of its class: on the circle of radius 0.4, 2π / classes apart."""
    return _on_circle(0.4, 2.0 * np.pi * label / classes)


def _line(x: Floats) -> Floats:
    return 0.5 + 0.75 * x[:, 0]


def _plane(x: Floats) -> Floats:
    return 0.5 + x[:, 0] - 0.5 * x[:, 1]


def _polynomial(x: Floats) -> Floats:
    return 0.5 * x[:, 0] ** 3 - x[:, 0]


def _sine(x: Floats) -> Floats:
    return np.sin(np.pi * x[:, 0])


_OF_Y = "standard deviation of y around the true function"
_OF_X = "standard deviation of each coordinate around the noise-free shape"

_KINDS = (
    SampleKind(
        name="line",
        label="A line",
        task="regression",
        features=("x",),
        latex=r"f(x) = \tfrac12 + \tfrac34\,x",
        noise=_OF_Y,
        lesson="The model can be exactly right: what is left over is noise, and more points wear it down.",
        place=_interval,
        truth=_line,
    ),
    SampleKind(
        name="plane",
        label="A plane over two features",
        task="regression",
        features=("x1", "x2"),
        latex=r"f(x_1, x_2) = \tfrac12 + x_1 - \tfrac12\,x_2",
        noise=_OF_Y,
        lesson="One weight per feature: each says how y changes when only that feature does.",
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
            "No line follows two bends: the error that stays is the model's, and no number of points "
            "removes it."
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
        lesson="Two full waves: the best line explains 15 % of them, a few hidden units can have nearly all.",
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
        lesson="A straight border gets most points right and cannot get the tips: the border has to bend.",
        place=_moons,
    ),
    SampleKind(
        name="circles",
        label="Circle in a circle",
        task="classification",
        features=("x1", "x2"),
        latex=r"r = 2 \;\text{and}\; r = 1",
        noise=_OF_X,
        lesson="No straight border gets more than two in three right; one closed curve is enough.",
        place=_circles,
    ),
    SampleKind(
        name="xor",
        label="XOR: opposite quadrants",
        task="classification",
        features=("x1", "x2"),
        latex=r"\operatorname{sign}(x_1) \ne \operatorname{sign}(x_2)",
        noise=_OF_X,
        lesson="Neither feature alone says anything, only the two together: no single unit can do it.",
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
            "The hard one: the border winds round the centre, and a network needs many units to follow it."
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
            "Equal round clouds: the best border is straight, and where they overlap no model can be sure."
        ),
        place=_blobs,
        most_classes=8,
    ),
)

SAMPLES: dict[str, SampleKind] = {kind.name: kind for kind in _KINDS}
