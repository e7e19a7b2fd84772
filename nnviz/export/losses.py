"""The page on losses as code that runs by itself: lines, classes, a classifier, a noise model."""

from collections.abc import Mapping, Sequence
from math import lgamma, log, pi
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.functions import Library, parse
from nnviz.learning.classification import LinearLogit
from nnviz.networks import ShallowNetwork

Array = NDArray[np.float64]

# name -> loss of the error e; weight ℓ′(e)/e of reweighted least squares, "" where a line through two points is best
_LOSSES: Final = {
    "squared": ("e**2", "2 + 0 * e"),
    "absolute": ("abs(e)", ""),
    "huber": (
        "where(abs(e) <= {delta}, e**2 / 2, {delta} * (abs(e) - {delta} / 2))",
        "{delta} / np.maximum(abs(e), {delta})",
    ),
    "log_cosh": (
        "abs(e) + log1p(exp(-2 * abs(e))) - {log2}",
        "np.tanh(e) / np.where(e == 0, 1, e) + (e == 0)",
    ),
    "quantile": ("maximum((1 - {tau}) * e, -{tau} * e)", ""),
    "tukey": ("{c}**2 / 6 * (1 - maximum(1 - (e / {c})**2, 0 * e)**3)", "np.maximum(1 - (e / {c})**2, 0)**2"),
}

_NUMPY_LINES: Final = '''\
def through_two_points(loss):
    """Of all lines through two of the points the one of least mean loss."""
    i, j = np.triu_indices(len(X), 1)
    w = (Y[j] - Y[i]) / (X[j] - X[i])
    lines = np.column_stack([w, Y[i] - w * X[i]])
    errors = lines[:, :1] * X + lines[:, 1:] - Y
    return lines[np.argmin(loss(errors).mean(axis=1))]


def reweighted(line, weight, steps=2000):
    """Least squares again and again, each point with the weight loss'(e)/e that its error has."""
    rows = np.column_stack([X, np.ones_like(X)])
    for _ in range(steps):
        weights = weight(rows @ line - Y)
        line = np.linalg.solve(rows.T * weights @ rows, rows.T @ (weights * Y))
    return line
'''

_TORCH_LINES: Final = '''\
def through_two_points(loss):
    """Of all lines through two of the points the one of least mean loss."""
    i, j = torch.triu_indices(len(X), len(X), 1)
    w = (Y[j] - Y[i]) / (X[j] - X[i])
    lines = torch.stack([w, Y[i] - w * X[i]], dim=1)
    errors = lines[:, :1] * X + lines[:, 1:] - Y
    return lines[loss(errors).mean(dim=1).argmin()]


def downhill(line, loss):
    """From there on down the mean loss, its gradient by autograd."""
    line = line.clone().requires_grad_()
    precise = {"max_iter": 1000, "tolerance_grad": 1e-14, "tolerance_change": 1e-16}
    optimizer = torch.optim.LBFGS([line], line_search_fn="strong_wolfe", **precise)

    def mean_loss():
        optimizer.zero_grad()
        mean = loss(line[0] * X + line[1] - Y).mean()
        mean.backward()
        return mean

    optimizer.step(mean_loss)
    return line.detach()
'''


def line_code(
    language: Library, x: ArrayLike, y: ArrayLike, losses: Mapping[str, Mapping[str, float]]
) -> str:
    """Source that fits a line (w, b) to points under each loss and keeps them as ``LINES``, name -> (w, b)."""
    torch = language == "torch"
    fits = []
    for name, settings in losses.items():
        cost, weight = (text.format(**settings, log2=float(np.log(2))) for text in _LOSSES[name])
        module = "torch" if torch else "np"
        for function in ("where", "log1p", "exp", "maximum"):
            cost = cost.replace(f"{function}(", f"{module}.{function}(")
        start = f"through_two_points(lambda e: {cost})"
        if torch:
            fits.append(
                f'LINES["{name}"] = downhill({start}, lambda e: {cost})'
                if weight
                else f'LINES["{name}"] = {start}'
            )
        else:
            fits.append(
                f'LINES["{name}"] = reweighted({start}, lambda e: {weight})'
                if weight
                else f'LINES["{name}"] = {start}'
            )
    body = _TORCH_LINES if torch else _NUMPY_LINES
    return (
        f"{_head(language)}{_values(language, X=x, Y=y)}\n\n{body}\n\nLINES = {{}}\n"
        + "\n".join(fits)
        + '\nfor name, (w, b) in LINES.items():\n    print(f"{name}: y = {w:.3f} x + {b:.3f}")\n'
    )


def _head(language: Library) -> str:
    return (
        "import torch\n\ntorch.set_default_dtype(torch.float64)\n\n"
        if language == "torch"
        else "import numpy as np\n\n"
    )


def _values(language: Library, **arrays: ArrayLike) -> str:
    make = "torch.tensor" if language == "torch" else "np.array"
    return "".join(
        f"{name} = {make}({np.asarray(values, float).tolist()!r})\n" for name, values in arrays.items()
    )


_SOFTMAX: Final = {
    "numpy": """\
p = np.exp(z - z.max())
p = p / p.sum()
loss = -np.log(p[truth])
gradient = p - np.eye(3)[truth]
""",
    "torch": """\
z.requires_grad_()
loss = torch.nn.functional.cross_entropy(z[None], torch.tensor([truth]))
loss.backward()
p, gradient, loss = torch.softmax(z, 0).detach(), z.grad, loss.item()
""",
}


def softmax_code(language: Library, logits: Sequence[float], truth: int) -> str:
    """Source that computes ``p``, ``loss`` and ``gradient`` of three logits whose class 0 … 2 is known."""
    return (
        f"{_head(language)}{_values(language, z=logits)}truth = {truth}  # counted from 0\n\n"
        f'{_SOFTMAX[language]}\nprint(f"p = {{p}}\\nloss = {{loss:.3f}}\\ngradient = {{gradient}}")\n'
    )


_NOISE: Final = {
    "gaussian": ("[0.0, 0.0]", "Normal(theta[0] * X + theta[1], {sigma})"),
    "gaussian_learned": ("[0.0, 0.0, 0.0]", "Normal(theta[0] * X + theta[1], theta[2].exp())"),
    "laplace": ("[0.0, 0.0, 0.0]", "Laplace(theta[0] * X + theta[1], theta[2].exp())"),
    "student_t": ("[0.0, 0.0, 0.0]", "StudentT({nu}, theta[0] * X + theta[1], theta[2].exp())"),
    "unequal": ("[0.0, 0.0, 0.0, 0.0]", "Normal(theta[0] * X + theta[1], (theta[2] * X + theta[3]).exp())"),
    "bernoulli": ("[0.0, 0.0]", "Bernoulli(logits=theta[0] * X + theta[1])"),
    "categorical": (
        "[0.0, 0.0, 0.0, 0.0]",
        "Categorical(logits=torch.stack([0 * X, theta[0] * X + theta[1], theta[2] * X + theta[3]], dim=1))",
    ),
    "poisson": ("[0.0, 0.0]", "Poisson((theta[0] * X + theta[1]).exp())"),
}
# name -> −log p of each point, its constants left out, in numpy
_NLL: Final = {
    "gaussian": "(Y - t[0] * X - t[1])**2 / (2 * {sigma}**2) + np.log({sigma}) + np.log(2 * np.pi) / 2",
    "gaussian_learned": "((Y - t[0] * X - t[1]) / np.exp(t[2]))**2 / 2 + t[2] + np.log(2 * np.pi) / 2",
    "laplace": "abs(Y - t[0] * X - t[1]) / np.exp(t[2]) + t[2] + np.log(2)",
    "student_t": "({nu} + 1) / 2 * np.log1p(((Y - t[0] * X - t[1]) / np.exp(t[2]))**2 / {nu}) + t[2] + {constant}",
    "unequal": "((Y - t[0] * X - t[1]) / np.exp(t[2] * X + t[3]))**2 / 2 + t[2] * X + t[3] + np.log(2 * np.pi) / 2",
    "bernoulli": "np.logaddexp(0, t[0] * X + t[1]) - Y * (t[0] * X + t[1])",
    "categorical": "np.logaddexp(0, np.logaddexp(t[0] * X + t[1], t[2] * X + t[3]))"
    " - (Y == 1) * (t[0] * X + t[1]) - (Y == 2) * (t[2] * X + t[3])",
    "poisson": "np.exp(t[0] * X + t[1]) - Y * (t[0] * X + t[1]) + LOG_FACTORIAL",
}

_TORCH_NOISE: Final = '''\
theta = torch.tensor({start}, requires_grad=True)
precise = dict(max_iter=2000, tolerance_grad=1e-12, tolerance_change=1e-16)
optimizer = torch.optim.LBFGS([theta], line_search_fn="strong_wolfe", **precise)


def nll():
    """The mean of -log p(y | x): the loss that the noise becomes."""
    optimizer.zero_grad()
    mean = -{distribution}.log_prob(Y).mean()
    mean.backward()
    return mean


optimizer.step(nll)
loss = nll().item()
theta = theta.detach()
print(theta, loss)
'''

_NUMPY_NOISE: Final = '''\
def nll(t):
    """The mean of -log p(y | x): the loss that the noise becomes."""
    return ({value}).mean()


def simplex(f, start, steps=4000):
    """The least of f by Nelder and Mead's simplex: no derivative is needed, a kink does no harm."""
    points = [np.array(start), *(np.array(start) + row for row in 0.5 * np.eye(len(start)))]
    for _ in range(steps):
        points.sort(key=f)
        middle, worst = np.mean(points[:-1], axis=0), points[-1]
        tried = 2 * middle - worst
        if f(tried) < f(points[0]):
            further = 3 * middle - 2 * worst
            points[-1] = further if f(further) < f(tried) else tried
        elif f(tried) < f(points[-2]):
            points[-1] = tried
        else:
            nearer = (middle + min(tried, worst, key=f)) / 2
            if f(nearer) < f(worst):
                points[-1] = nearer
            else:
                points = [points[0], *((points[0] + point) / 2 for point in points[1:])]
    return min(points, key=f)


theta = simplex(nll, {start})
theta = simplex(nll, theta)
print(theta, nll(theta))
'''


def noise_code(
    language: Library, noise: str, x: ArrayLike, y: ArrayLike, settings: Mapping[str, float]
) -> str:
    """Source that finds the parameters ``theta`` of largest likelihood, laid out as those of the noise model."""
    start, distribution = _NOISE[noise]
    if language == "torch":
        body = _TORCH_NOISE.format(start=start, distribution=distribution.format(**settings))
        imported = distribution.split("(")[0]
        return (
            f"import torch\nfrom torch.distributions import {imported}\n\ntorch.set_default_dtype(torch.float64)\n\n"
            f"{_values(language, X=x, Y=y)}\n{body}"
        )
    nu = settings.get("nu", 1.0)
    constant = log(nu * pi) / 2 + lgamma(nu / 2) - lgamma((nu + 1) / 2)
    value = _NLL[noise].format(**settings, constant=constant) if settings else _NLL[noise]
    data = _values(language, X=x, Y=y)
    if noise == "poisson":
        data += "LOG_FACTORIAL = np.array([np.log(np.arange(1, y + 1)).sum() for y in Y])\n"
    return f"{_head(language)}{data}\n\n{_NUMPY_NOISE.format(value=value, start=start)}"


def classifier_code(
    language: Library, model: LinearLogit | ShallowNetwork, x: ArrayLike, y: ArrayLike
) -> str:
    """Source of ``probability(x)`` for points x (n, 2), the classifier as it was trained, and its ``accuracy``."""
    body = _logit_body(language, model) if isinstance(model, LinearLogit) else _network_body(language, model)
    one_half = "1 / (1 + torch.exp(-z))" if language == "torch" else "1 / (1 + np.exp(-z))"
    mean = (
        "((p > 0.5) == (Y == 1)).double().mean()" if language == "torch" else "((p > 0.5) == (Y == 1)).mean()"
    )
    return (
        f"{_head(language)}{_values(language, X=x, Y=y)}{body}    return {one_half}\n\n\n"
        f'p = probability(X)\naccuracy = {mean}\nprint(f"{{accuracy:.3f}} of the points are on the right side")\n'
    )


def _logit_body(language: Library, model: LinearLogit) -> str:
    module = "torch" if language == "torch" else "np"
    dim = "dim" if language == "torch" else "axis"
    return (
        _values(language, MIDDLE=model.middle, HALF=model.half, THETA=model.theta)
        + '\n\ndef probability(x):\n    """The sigmoid of a polynomial in two features."""\n'
        "    a, b = ((x - MIDDLE) / HALF).T\n"
        f"    powers = [a**(total - k) * b**k for total in range({model.degree} + 1) for k in range(total + 1)]\n"
        f"    z = {module}.stack(powers, {dim}=1) @ THETA\n"
    )


_ACTIVATIONS: Final = {"relu": "relu(z)", "tanh": "tanh(z)", "sigmoid": "sigmoid(z)"}


def _network_body(language: Library, network: ShallowNetwork) -> str:
    activation = parse(_ACTIVATIONS[network.activation], ("z",)).code(language)
    kept = "\n".join(line for line in activation.strip().splitlines() if not line.startswith("import "))
    weights = _values(language, W=network.hidden_weights, B=network.hidden_biases, V=network.output_weights)
    return (
        f"{weights}C = {network.output_bias!r}\n\n\n{kept.strip()}\n\n\ndef probability(x):\n"
        '    """The sigmoid of a network with one hidden layer; f is its activation."""\n'
        "    z = f(x @ W.T + B) @ V + C\n"
    )
