"""Describe a loss: what one wrong prediction costs, its derivatives, its source code and its words in one record.

Every function is per example; the mean over the examples, 1/n, is the caller's.

- regression: prediction ŷ and target y, both (n,); e = ŷ − y is the error. Derivative by ŷ.
- binary: prediction is the logit z, target y is 0 or 1, both (n,). Derivative by z. σ(z) = 1/(1 + e⁻ᶻ).
- multiclass: prediction is the logits (n, k), target the class 0 … k−1 as integers (n,). Derivative by them.

At a kink the derivative is 0 (a subgradient; torch's choice for the absolute loss) and so is the curvature.
Logits of any finite size give finite numbers: exponentials are taken of −|z| only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error, check_shape, shape_error
from nnviz._registry import first_empty
from nnviz._types import FloatArray
from nnviz.losses.hyperparameters import Hyperparameter, complete

Task = Literal["regression", "binary", "multiclass"]


class Formulas(NamedTuple):
    """Hold three functions of (prediction, target, **settings): unchecked, arrays in, arrays out."""

    value: Callable[..., FloatArray]
    derivative: Callable[..., FloatArray]
    curvature: Callable[..., FloatArray]


@dataclass(frozen=True, eq=False, kw_only=True)
class Loss:
    """Hold one loss, per example. Results have the dtype of the prediction (whole numbers become float64).

    latex, derivative_latex: written in ŷ, y, e = ŷ − y (regression) or z, y (classification).
    estimates: which number the best constant prediction is, as words after "estimates".
    lesson: one or two sentences on what the loss does.
    convex: whether it is convex in the prediction.

    A regression loss has source code too, in Python over the error ``e``, where ``{lib}`` stands for ``np`` or
    ``torch`` and ``{delta}`` for the hyperparameter of that name:
    source: ℓ(e), in functions that both libraries have under one name.
    weight_source: ℓ′(e)/e in NumPy, finite at e = 0 too; the weight of a point in iteratively reweighted least squares,
    which converges if it does not grow with |e| (Huber & Ronchetti 2009, section 7.8).
    quantile_level: for a loss in proportion to the quantile loss, its τ as a function of the settings. A best line
    then passes through two of the points, so that no weight is needed.

    A binary loss has the source of ∂ℓ/∂z over the logit ``z`` and the class ``y``, with p = σ(z), s = 2y − 1 and t, the
    probability of the true class:
    derivative_source: in functions that both libraries have under one name, ``{lib}`` as above.
    """

    name: str
    label: str
    task: Task
    formulas: Formulas
    latex: str
    derivative_latex: str
    estimates: str
    lesson: str
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)
    convex: bool = True
    source: str = ""
    weight_source: str = ""
    quantile_level: Callable[[Mapping[str, float]], float] | None = None
    derivative_source: str = ""

    @property
    def settings(self) -> dict[str, float]:
        """Name -> default value of each setting."""
        return {name: setting.default for name, setting in self.hyperparameters.items()}

    def complete(self, settings: Mapping[str, float]) -> dict[str, float]:
        """Return every setting, given or default; ValueError for an unknown name or an illegal value."""
        return complete(f"the loss {self.name}", self.hyperparameters, settings)

    def value(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> FloatArray:
        """Return the loss of each example, shape (n,)."""
        return self.formulas.value(*self._pair(prediction, target), **self.complete(settings))

    def derivative(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> FloatArray:
        """Return the first derivative by the prediction or logit, shape (n,); by the logits, shape (n, k)."""
        return self.formulas.derivative(*self._pair(prediction, target), **self.complete(settings))

    def curvature(self, prediction: ArrayLike, target: ArrayLike, **settings: float) -> FloatArray:
        """Return the second derivative by the prediction or logit, shape (n,); by the logits, Hessians (n, k, k)."""
        return self.formulas.curvature(*self._pair(prediction, target), **self.complete(settings))

    def source_code(self, library: Literal["np", "torch"], settings: Mapping[str, float]) -> str:
        """Return the source of ℓ(e) as an expression in NumPy or torch, settings filled in."""
        return self.source.format(lib=library, **self.complete(settings))

    def weight_source_code(self, settings: Mapping[str, float]) -> str:
        """Return the source of ℓ′(e)/e as an expression in NumPy, settings filled in; "" if none is needed."""
        return self.weight_source.format(lib="np", **self.complete(settings))

    def derivative_source_code(self, library: Literal["np", "torch"], settings: Mapping[str, float]) -> str:
        """Return the source of ∂ℓ/∂z as an expression in NumPy or torch, settings filled in."""
        return self.derivative_source.format(lib=library, **self.complete(settings))

    def _pair(self, prediction: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
        prediction, target = np.asarray(prediction), np.asarray(target)
        if prediction.dtype.kind != "f":
            prediction = prediction.astype(np.float64)
        if self.task == "multiclass":
            _check_classes(prediction, target)
            return prediction, target
        if prediction.shape != target.shape:
            raise shape_error("prediction", prediction, f"{target.shape} of the target")
        return prediction, target.astype(prediction.dtype, copy=False)


def missing_field(loss: Loss) -> str:
    """Return the name of the first field without which the app could not show a loss; "" for a complete record."""
    needed = ["name", "label", "latex", "derivative_latex", "estimates", "lesson"]
    if loss.task == "regression":
        needed += ["source"] if loss.quantile_level else ["source", "weight_source"]
    if loss.task == "binary":
        needed += ["derivative_source"]
    if loss.task == "binary":
        needed += ["derivative_source"]
    functions = [f"formulas.{name}" for name, part in loss.formulas._asdict().items() if not callable(part)]
    return first_empty(loss, needed) or next(iter(functions), "")


def _check_classes(logits: FloatArray, target: FloatArray) -> None:
    check_shape("logits", logits, "(n, k)", logits.ndim == 2)
    check_shape("target", target, "(n,)", target.shape == logits.shape[:1])
    if target.dtype.kind not in "iu" or np.any((target < 0) | (target >= logits.shape[1])):
        raise argument_error("target", f"whole numbers between 0 and {logits.shape[1] - 1}", target)
