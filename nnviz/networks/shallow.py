"""A network with one hidden layer, ŷ = c + Σⱼ vⱼ φ(wⱼ·x + bⱼ): its forward pass and its backward pass."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import argument_error, check, check_finite, check_one_of, check_shape, plain_array
from nnviz._display import count, displayed
from nnviz._types import AnyArray, Vector
from nnviz.losses import LOSSES, Loss
from nnviz.networks.activations import ACTIVATIONS, Activation

_OVERFLOWS = np.errstate(over="ignore", invalid="ignore")
_CELLS_AT_ONCE = (
    2**13
)  # hidden values while a network is evaluated: they stay in the cache, and BLAS in one thread


@displayed()
class Forward(NamedTuple):
    """Hold every number of a forward pass, m points through N units."""

    z: Vector  # (m, N)  pre-activations  zᵢⱼ = wⱼ·xᵢ + bⱼ
    a: Vector  # (m, N)  activations      aᵢⱼ = φ(zᵢⱼ)
    y: Vector  # (m,)    outputs          ŷᵢ = c + Σⱼ vⱼ aᵢⱼ


@displayed()
class Backward(NamedTuple):
    """Hold every number of a backward pass: the mean loss L = 1/m Σᵢ ℓ(ŷᵢ, yᵢ), and its derivatives by …"""

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


@displayed(
    lambda network: (
        f"{count(network.width, 'unit')} of {network.activation}, {count(network.inputs, 'input')}"
    )
)
@dataclass(frozen=True, eq=False)
class ShallowNetwork:
    """Hold ŷ = c + Σⱼ vⱼ φ(wⱼ·x + bⱼ), N units and d inputs, in float64.

    ``hidden_weights`` w are (N, d), or (N,) if d = 1; ``hidden_biases`` b and ``output_weights`` v are (N,);
    ``output_bias`` c is a number. Lists will do. ValueError for a name that is not in ACTIVATIONS, a wrong
    shape, a number that is not finite.
    """

    activation: str
    hidden_weights: Vector
    hidden_biases: Vector
    output_weights: Vector
    output_bias: float

    if TYPE_CHECKING:  # what it takes is wider than what it keeps

        def __init__(
            self,
            activation: str,
            hidden_weights: ArrayLike,
            hidden_biases: ArrayLike,
            output_weights: ArrayLike,
            output_bias: float,
        ) -> None: ...

    def __post_init__(self) -> None:
        check_one_of("activation", self.activation, ACTIVATIONS)
        w = as_numbers("hidden_weights", self.hidden_weights)
        w = w[:, None] if w.ndim == 1 else w
        check_shape("hidden_weights", w, "(units, inputs) or (units,)", w.ndim == 2 and w.shape[1] > 0)
        b = as_numbers("hidden_biases", self.hidden_biases, (len(w),), "one for each hidden unit")
        v = as_numbers("output_weights", self.output_weights, (len(w),), "one for each hidden unit")
        c = as_numbers("output_bias", self.output_bias, (), "a single number")
        for name, array in {"hidden_weights": w, "hidden_biases": b, "output_weights": v}.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "output_bias", float(c))

    @classmethod
    def from_parameters(cls, activation: str, parameters: ArrayLike, inputs: int = 1) -> Self:
        """Return the network with the flat parameters (P,), laid out as ``parameters``; P = N (inputs + 2) + 1."""
        flat = as_numbers("parameters", parameters)
        fits = flat.ndim == 1 and flat.size % (inputs + 2) == 1
        check_shape("parameters", flat, f"({inputs + 2} N + 1,) for N units", fits)
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
        """Return ŷ (m,) at the points x, (m,) or (m, d), or ŷ at a single number x.

        Numbers too large for float64 become inf or nan.
        """
        if np.ndim(plain_array(x)) == 0:
            return self(np.reshape(plain_array(x), 1)).reshape(())
        return outputs(ACTIVATIONS[self.activation], self.parameters, columns(as_points(x, self.inputs)))

    def terms(self, x: ArrayLike) -> Vector:
        """Return what each unit adds, vⱼ φ(wⱼ·x + bⱼ), (m, N): with ``output_bias`` the columns sum to the network."""
        return self.forward(x).a * self.output_weights

    def kinks(self, low: float, high: float) -> Vector:
        """Return the x in [low, high] where a unit has a kink or a jump, ascending, each once; none if φ is smooth.

        A unit has one where wx + b is a kink κ of φ: at x = (κ − b)/w. ValueError unless there is one input.
        """
        check("inputs", self.inputs, self.inputs == 1, "1 for a list of kinks")
        w, b = self.hidden_weights[:, 0], self.hidden_biases
        kinks = np.array(ACTIVATIONS[self.activation].kinks)[:, None]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            x = (kinks - b) / w
        return np.unique(x[(low <= x) & (x <= high)])

    @_OVERFLOWS
    def forward(self, x: ArrayLike) -> Forward:
        """Return every number between the points x, (m,) or (m, d), and the outputs."""
        points = as_points(x, self.inputs)
        passes = self._passes(len(points))
        y = passes.forward(self.parameters, columns(points))
        return Forward(passes.z.T, passes.a.T, y)

    @_OVERFLOWS
    def backward(self, x: ArrayLike, y: ArrayLike, loss: str = "squared", **settings: float) -> Backward:
        """Return the mean loss at points x, (m,) or (m, d), with targets y (m,), and all its derivatives.

        ``loss`` is a regression or binary loss of LOSSES; for a binary one ŷ is the logit and y is 0 or 1.
        """
        cost, points, parameters = scalar_loss(loss), as_points(x, self.inputs), self.parameters
        target = as_numbers("y", y, (len(points),), "one target for each point")
        check_shape("x", points, "(m,) or (m, d) with m ≥ 1", len(points) > 0)
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
    """Hold the forward and the backward pass of networks of N units over m points, in memory taken once.

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

    def forward(self, parameters: AnyArray, x: AnyArray) -> AnyArray:
        """Return ŷ (m,) at the points X; leaves Z in ``z`` and φ(Z) in ``a``."""
        hidden, self.output = parameters[: self.d_hidden.size], parameters[self.d_hidden.size :]
        np.dot(hidden.reshape(self.shape).T, x, out=self.z)
        self.activation.value(self.z, self.a)
        return np.asarray(self.output.dot(self.a_and_one))

    def backward(self, x: AnyArray, r: AnyArray) -> AnyArray:
        """Return the gradient (P,) after ``forward``, from r (m,); leaves φ′(Z) in ``slope``, where Z was.

        The next call overwrites it.
        """
        self.activation.slope(self.z, self.a, self.slope)
        np.dot(self.a_and_one, r, out=self.d_output)
        np.dot(x * r, self.slope.T, out=self.d_hidden)
        np.multiply(self.d_hidden, self.output[:-1], out=self.d_hidden)
        return self.gradient


def columns(x: AnyArray) -> AnyArray:
    """Return points x (m, d) as the columns of X (d+1, m), which ends in a row of ones."""
    return np.vstack([x.T, np.ones(len(x), x.dtype)])


def outputs(activation: Activation, parameters: AnyArray, x: AnyArray) -> AnyArray:
    """Return ŷ (m,) at any number of points X (d+1, m), a block of them at a time."""
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
    """Return hidden weights (N, d), hidden biases (N,), output weights (N,), output bias, from a flat vector (P,)."""
    width = (len(parameters) - 1) // (inputs + 2)
    hidden = parameters[: (inputs + 1) * width].reshape(inputs + 1, width)
    return hidden[:-1].T, hidden[-1], parameters[-width - 1 : -1], parameters[-1]


def scalar_loss(name: str) -> Loss:
    """Return the loss of this name for a network with one output; ValueError if there is none."""
    check_one_of("loss", name, LOSSES.where(lambda loss: loss.task != "multiclass"))
    return LOSSES[name]


def as_points(x: ArrayLike, inputs: int) -> Vector:
    """Return points (m, d) from (m, d), or from (m,) if d = 1; ValueError for any other shape."""
    points = as_numbers("x", x, finite=False)
    points = points[:, None] if points.ndim == 1 and inputs == 1 else points
    if points.ndim != 2 or points.shape[1] != inputs:
        expected = "(m,) or (m, 1)" if inputs == 1 else f"(m, {inputs})"
        raise ValueError(f"`x` must have the shape {expected}, got {points.shape}")
    return points


def as_targets(y: ArrayLike, points: int) -> Vector:
    """Return targets (m,) from (m,), or from a table with one column (m, 1); ValueError for any other shape."""
    targets = as_numbers("y", y)
    targets = targets[:, 0] if targets.shape == (points, 1) else targets
    check_shape("y", targets, f"({points},), one target for each point", targets.shape == (points,))
    return targets


def as_numbers(
    name: str, value: Any, shape: tuple[int, ...] | None = None, meaning: str = "", *, finite: bool = True
) -> Vector:
    """Return a new float64 array; ValueError in words unless they are numbers, of this shape, all finite."""
    try:
        numbers = np.array(plain_array(value), np.float64)
    except (TypeError, ValueError) as error:
        raise argument_error(name, f"numbers in rows of equal length ({error})", value) from error
    if shape is not None:
        check_shape(name, numbers, f"{shape}, {meaning}", numbers.shape == shape)
    if finite:
        check_finite(name, numbers)
    return numbers
