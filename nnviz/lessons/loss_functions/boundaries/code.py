"""Write the program of a classifier: its training, or its trained weights, and its accuracy."""

from typing import Final, Literal, NamedTuple

from nnviz._types import Array, Index
from nnviz.expressions import Library, parse
from nnviz.lessons.loss_functions.shared.code import write_arrays, write_imports
from nnviz.losses import LOSSES
from nnviz.networks import ACTIVATIONS, ShallowNetwork
from nnviz.optimization.logistic_regression import LogitSpec
from nnviz.regression.classification import LinearLogit


class Sets(NamedTuple):
    """Points x (n, 2) with classes y (n,), and the positions of the training set and of the validation set.

    classes: the names of 0 and 1, if they have any.
    """

    x: Array
    y: Array
    training: Index
    validation: Index
    classes: tuple[str, ...] = ()


def classifier_code(
    language: Library, model: LinearLogit | ShallowNetwork, sets: Sets, spec: LogitSpec | None = None
) -> str:
    """Return source of ``probability(x)`` for points x (n, 2), with the accuracy of both sets, if both have points.

    With a spec, the source trains the model; without one, it holds the trained weights.
    """
    lib = "torch" if language == "torch" else "np"
    if isinstance(model, ShallowNetwork):
        body = _network(language, model)
    elif spec is None or not LOSSES[spec.loss].derivative_source:
        body = f"{_polynomial(language, model)}{write_arrays(language, THETA=model.theta)}"
    else:
        body = f"{_polynomial(language, model)}\n{_training(language, spec)}"
    means = {
        "numpy": "((probability(X[part]) > 0.5) == (Y[part] == 1)).mean()",
        "torch": "((probability(X[part]) > 0.5) == (Y[part] == 1)).double().mean().item()",
    }
    parts = (
        '(("training", TRAINING), ("validation", VALIDATION))'
        if sets.validation.size
        else '(("training", TRAINING),)'
    )
    classes = f"CLASSES = {sets.classes!r}  # the names of 0 and 1\n" if sets.classes else ""
    return (
        f"{write_imports(language)}{write_arrays(language, X=sets.x, Y=sets.y)}{classes}"
        f"TRAINING = {sets.training.tolist()}\nVALIDATION = {sets.validation.tolist()}\n"
        f"{body}\n\n{_PROBABILITY.format(lib=lib)}\n\n"
        f"ACCURACY = {{}}\nfor name, part in {parts}:\n"
        f"    ACCURACY[name] = {means[language]}\n"
        '    print(f"{name} set: accuracy {ACCURACY[name]:.1%}")\n'
    )


_PROBABILITY: Final = '''\
def probability(x):
    """Return the probability of class 1 at points x (n, 2)."""
    return 1 / (1 + {lib}.exp(-logit(x)))
'''

_FEATURES: Final = '''\


def features(x):
    """Return all products of powers of the rescaled features up to the degree, (n, number of parameters)."""
    a, b = ((x - MIDDLE) / HALF).T
    powers = [a**(total - k) * b**k for total in range({degree} + 1) for k in range(total + 1)]
    return {lib}.stack(powers, {axis}=1)


def logit(x):
    """Return the logits at points x (n, 2)."""
    return features(x) @ THETA


'''


def _polynomial(language: Library, model: LinearLogit) -> str:
    lib, axis = ("torch", "dim") if language == "torch" else ("np", "axis")
    scales = write_arrays(language, MIDDLE=model.middle, HALF=model.half)
    return scales + _FEATURES.format(degree=model.degree, lib=lib, axis=axis)


_DERIVATIVE: Final = '''\
def derivative(z, y):
    """Return the derivative of the loss by the logit z of points with class y; t is the probability of their class."""
    p = 1 / (1 + {lib}.exp(-z))
    s = 2 * y - 1
    t = y * p + (1 - y) * (1 - p)
    return {derivative}


'''

_ADAM: Final = {
    "numpy": """\
rows, y = features(X[TRAINING]), Y[TRAINING]
THETA = np.zeros(rows.shape[1])
m, s = 0 * THETA, 0 * THETA
for t in range(1, {updates} + 1):
    gradient = derivative(rows @ THETA, y) @ rows / len(rows)
    m = 0.9 * m + 0.1 * gradient
    s = 0.999 * s + 0.001 * gradient**2
    THETA = THETA - {rate} * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
""",
    "torch": """\
rows, y = features(X[TRAINING]), Y[TRAINING]
THETA = torch.zeros(rows.shape[1])
adam = torch.optim.Adam([THETA], lr={rate})
for _ in range({updates}):
    THETA.grad = derivative(rows @ THETA, y) @ rows / len(rows)
    adam.step()
""",
}


def _training(language: Library, spec: LogitSpec) -> str:
    lib: Literal["np", "torch"] = "torch" if language == "torch" else "np"
    derivative = LOSSES[spec.loss].derivative_source_code(lib, dict(spec.loss_settings))
    loop = _ADAM[language].format(updates=spec.steps, rate=spec.learning_rate)
    return _DERIVATIVE.format(lib=lib, derivative=derivative) + loop


def _network(language: Library, network: ShallowNetwork) -> str:
    activation = parse(ACTIVATIONS[network.activation].formula, ("z",)).code(language)
    function = "\n".join(
        line for line in activation.strip().splitlines() if not line.startswith("import ")
    ).strip()
    weights = write_arrays(
        language, W=network.hidden_weights, B=network.hidden_biases, V=network.output_weights
    )
    return (
        f"{weights}C = {network.output_bias!r}\n\n\n{function}\n\n\ndef logit(x):\n"
        '    """Return the logits of a network with one hidden layer at points x (n, 2); f is its activation."""\n'
        "    return f(x @ W.T + B) @ V + C\n"
    )
