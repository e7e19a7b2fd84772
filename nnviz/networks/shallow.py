"""A network with one hidden layer, ŷ = c + Σⱼ vⱼ φ(wⱼ·x + bⱼ): its forward pass and its backward pass."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.learning import LOSSES, Loss
from nnviz.networks.activations import ACTIVATIONS, Activation

Array = NDArray[Any]
Vector = NDArray[np.float64]
_OVERFLOWS = np.errstate(over="ignore", invalid="ignore")
_CELLS_AT_ONCE = (
    2**13
)  # hidden values while a network is evaluated: they stay in the cache, and BLAS in one thread


class Forward(NamedTuple):
    """Every number of a forward pass, m points through N units."""

    z: Vector  # (m, N)  pre-activations  zᵢⱼ = wⱼ·xᵢ + bⱼ
    a: Vector  # (m, N)  activations      aᵢⱼ = φ(zᵢⱼ)
    y: Vector  # (m,)    outputs          ŷᵢ = c + Σⱼ vⱼ aᵢⱼ


class Backward(NamedTuple):
    """Every number of a backward pass: the mean loss L = 1/m Σᵢ ℓ(ŷᵢ, yᵢ), and its derivatives by …"""

    loss: float
    dy: Vector  # (m,)    … the outputs          ∂L/∂ŷᵢ = ℓ′(ŷᵢ, yᵢ) / m
    dc: float  #          … the output bias      ∂L/∂c = Σᵢ ∂L/∂ŷᵢ
    dv: Vector  # (N,)    … the output weights   ∂L/∂vⱼ = Σᵢ ∂L/∂ŷᵢ aᵢⱼ
    da: Vector  # (m, N)  … the activations      ∂L/∂aᵢⱼ = ∂L/∂ŷᵢ vⱼ
    dz: Vector  # (m, N)  … the pre-activations  ∂L/∂zᵢⱼ = ∂L/∂aᵢⱼ φ′(zᵢⱼ)
    dw: Vector  # (N, d)  … the hidden weights   ∂L/∂wⱼ = Σᵢ ∂L/∂zᵢⱼ xᵢ
    db: Vector  # (N,)    … the hidden biases    ∂L/∂bⱼ = Σᵢ ∂L/∂zᵢⱼ

    @property
    def gradient(self) -> Vector:
        """The derivatives by all parameters as one vector (P,), laid out as ShallowNetwork.parameters."""
        return np.concatenate([self.dw.T.ravel(), self.db, self.dv, [self.dc]])


@dataclass(frozen=True, eq=False)
class ShallowNetwork:
    """ŷ = c + Σⱼ vⱼ φ(wⱼ·x + bⱼ), N units and d inputs, in float64.

    ``hidden_weights`` w are (N, d), or (N,) if d = 1; ``hidden_biases`` b and ``output_weights`` v are (N,);
    ``output_bias`` c is a number. Lists will do. ValueError for a name that is not in ACTIVATIONS, a wrong
    shape, a number that is not finite.
    """

    activation: str
    hidden_weights: Vector
    hidden_biases: Vector
    output_weights: Vector
    output_bias: float

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.activation!r}; legal: {', '.join(ACTIVATIONS)}")
        w = as_numbers("hidden_weights", self.hidden_weights)
        w = w[:, None] if w.ndim == 1 else w
        if w.ndim != 2 or w.shape[1] == 0:
            raise ValueError(
                f"hidden_weights has shape {w.shape}; legal is (units, inputs), or (units,) for one"
            )
        b = as_numbers("hidden_biases", self.hidden_biases, (len(w),), "one for each hidden unit")
        v = as_numbers("output_weights", self.output_weights, (len(w),), "one for each hidden unit")
        c = as_numbers("output_bias", self.output_bias, (), "a single number")
        for name, array in {"hidden_weights": w, "hidden_biases": b, "output_weights": v}.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "output_bias", float(c))

    @classmethod
    def from_parameters(cls, activation: str, parameters: ArrayLike, inputs: int = 1) -> Self:
        """The network with the flat parameters (P,), laid out as ``parameters``; P = N (inputs + 2) + 1."""
        flat = as_numbers("parameters", parameters)
        if flat.ndim != 1 or flat.size % (inputs + 2) != 1:
            raise ValueError(f"parameters has shape {flat.shape}; legal is ({inputs + 2} N + 1,) for N units")
        return cls(activation, *split(flat, inputs))

    @property
    def width(self) -> int:
        """Number of hidden units N."""
        return len(self.hidden_biases)

    @property
    def inputs(self) -> int:
        """Number of inputs d."""
        return int(self.hidden_weights.shape[1])

    @property
    def parameters(self) -> Vector:
        """All that can be learned, (P,): w of every unit for the first input, …, for the last, then b, v, c."""
        w, b, v, c = self.hidden_weights, self.hidden_biases, self.output_weights, self.output_bias
        return np.concatenate([w.T.ravel(), b, v, [c]])

    @_OVERFLOWS
    def __call__(self, x: ArrayLike) -> Vector:
        """ŷ (m,) at the points x, (m,) or (m, d); numbers too large for float64 become inf or nan, here and below."""
        return outputs(ACTIVATIONS[self.activation], self.parameters, columns(as_points(x, self.inputs)))

    def terms(self, x: ArrayLike) -> Vector:
        """What each unit adds, vⱼ φ(wⱼ·x + bⱼ), (m, N): with ``output_bias`` the columns sum to the network."""
        return self.forward(x).a * self.output_weights

    def kinks(self, low: float, high: float) -> Vector:
        """The x in [low, high] where a unit has a kink or a jump, ascending, each once; none if φ is smooth.

        A unit has one where wx + b is a kink κ of φ: at x = (κ − b)/w. ValueError unless there is one input.
        """
        if self.inputs != 1:
            raise ValueError(
                f"kinks are points of a line, legal is one input; this network has {self.inputs}"
            )
        w, b = self.hidden_weights[:, 0], self.hidden_biases
        kinks = np.array(ACTIVATIONS[self.activation].kinks)[:, None]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            x = (kinks - b) / w
        return np.unique(x[(low <= x) & (x <= high)])

    @_OVERFLOWS
    def forward(self, x: ArrayLike) -> Forward:
        """Every number between the points x, (m,) or (m, d), and the outputs."""
        points = as_points(x, self.inputs)
        passes = self._passes(len(points))
        y = passes.forward(self.parameters, columns(points))
        return Forward(passes.z.T, passes.a.T, y)

    @_OVERFLOWS
    def backward(self, x: ArrayLike, y: ArrayLike, loss: str = "squared", **settings: float) -> Backward:
        """The mean loss at points x, (m,) or (m, d), with targets y (m,), and all its derivatives.

        ``loss`` is a regression or binary loss of LOSSES; for a binary one ŷ is the logit and y is 0 or 1.
        """
        cost, points, parameters = scalar_loss(loss), as_points(x, self.inputs), self.parameters
        target = as_numbers("y", y, (len(points),), "one target for each point")
        if len(points) == 0:
            raise ValueError("x holds no points; the mean loss needs at least one")
        passes, x_and_one = self._passes(len(points)), columns(points)
        prediction = passes.forward(parameters, x_and_one)
        dy = cost.derivative(prediction, target, **settings) / len(points)
        dw, db, dv, dc = split(passes.backward(x_and_one, dy), self.inputs)
        da = np.outer(dy, self.output_weights)
        mean = float(cost.value(prediction, target, **settings).mean())
        return Backward(mean, dy, float(dc), dv, da, da * passes.slope.T, dw, db)

    def _passes(self, points: int) -> "Passes":
        return Passes(ACTIVATIONS[self.activation], self.inputs, self.width, points)


class Passes:
    """The forward and the backward pass of networks of N units over m points, in memory taken once.

    Points are columns, and a row of ones carries the biases: X (d+1, m) and A (N+1, m) end in ones. The flat
    parameters are Ω (d+1, N) row by row, the hidden weights above the hidden biases, and then ω = (v, c).

        forward    Z = Ωᵀ X,   A = [φ(Z); 1],   ŷ = ω A
        backward   r = ∂L/∂ŷ,   ∂L/∂ω = A r,   ∂L/∂Ω = (X diag r) φ′(Z)ᵀ diag v
    """

    def __init__(
        self, activation: Activation, inputs: int, width: int, points: int, dtype: Any = np.float64
    ) -> None:
        self.activation = activation
        self.shape, hidden = (inputs + 1, width), (inputs + 1) * width
        self.z = self.slope = np.empty((width, points), dtype)
        self.a_and_one = np.ones((width + 1, points), dtype)
        self.a = self.a_and_one[:-1]
        self.gradient = np.empty(hidden + width + 1, dtype)
        self.d_hidden, self.d_output = self.gradient[:hidden].reshape(self.shape), self.gradient[hidden:]

    def forward(self, parameters: Array, x: Array) -> Array:
        """ŷ (m,) at the points X; leaves Z in ``z`` and φ(Z) in ``a``."""
        hidden, self.output = parameters[: self.d_hidden.size], parameters[self.d_hidden.size :]
        np.dot(hidden.reshape(self.shape).T, x, out=self.z)
        self.activation.value(self.z, self.a)
        return np.asarray(self.output.dot(self.a_and_one))

    def backward(self, x: Array, r: Array) -> Array:
        """The gradient (P,) after ``forward``, from r (m,); leaves φ′(Z) in ``slope``, where Z was.

        The next call overwrites it.
        """
        self.activation.slope(self.z, self.a, self.slope)
        np.dot(self.a_and_one, r, out=self.d_output)
        np.dot(x * r, self.slope.T, out=self.d_hidden)
        np.multiply(self.d_hidden, self.output[:-1], out=self.d_hidden)
        return self.gradient


def columns(x: Array) -> Array:
    """Points x (m, d) as the columns of X (d+1, m), which ends in a row of ones."""
    return np.vstack([x.T, np.ones(len(x), x.dtype)])


def outputs(activation: Activation, parameters: Array, x: Array) -> Array:
    """ŷ (m,) at any number of points X (d+1, m), a block of them at a time."""
    inputs, points = len(x) - 1, x.shape[1]
    width = (len(parameters) - 1) // (inputs + 2)
    size = max(1, min(points, _CELLS_AT_ONCE // max(width, 1)))
    memory, y = {}, np.empty(points, np.result_type(parameters, x))
    for start in range(0, points, size):
        block = x[:, start : start + size]
        m = block.shape[1]
        if m not in memory:
            memory[m] = Passes(activation, inputs, width, m, parameters.dtype)
        y[start : start + m] = memory[m].forward(parameters, block)
    return y


def split(parameters: Vector, inputs: int) -> tuple[Vector, Vector, Vector, Any]:
    """Hidden weights (N, d), hidden biases (N,), output weights (N,), output bias, from a flat vector (P,)."""
    width = (len(parameters) - 1) // (inputs + 2)
    hidden = parameters[: (inputs + 1) * width].reshape(inputs + 1, width)
    return hidden[:-1].T, hidden[-1], parameters[-width - 1 : -1], parameters[-1]


def scalar_loss(name: str) -> Loss:
    """The loss of this name for a network with one output; ValueError if there is none."""
    legal = [loss.name for loss in LOSSES.values() if loss.task != "multiclass"]
    if name not in legal:
        raise ValueError(f"unknown loss {name!r}; legal for a network with one output: {', '.join(legal)}")
    return LOSSES[name]


def as_points(x: ArrayLike, inputs: int) -> Vector:
    """Points (m, d) from (m, d), or from (m,) if d = 1; ValueError for any other shape."""
    points = as_numbers("x", x, finite=False)
    points = points[:, None] if points.ndim == 1 and inputs == 1 else points
    if points.ndim != 2 or points.shape[1] != inputs:
        legal = "(m,) or (m, 1)" if inputs == 1 else f"(m, {inputs})"
        raise ValueError(f"x has shape {points.shape}; legal is {legal}, one row for each point")
    return points


def as_numbers(
    name: str, value: Any, shape: tuple[int, ...] | None = None, meaning: str = "", finite: bool = True
) -> Vector:
    """A new float64 array; ValueError in words unless they are numbers, of this shape, all finite."""
    try:
        numbers = np.array(value, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers in rows of equal length: {error}") from error
    if shape is not None and numbers.shape != shape:
        raise ValueError(f"{name} has shape {numbers.shape}; legal is {shape}, {meaning}")
    if finite and not np.isfinite(numbers).all():
        raise ValueError(f"{name} must be finite numbers; it holds {numbers[~np.isfinite(numbers)][0]}")
    return numbers
