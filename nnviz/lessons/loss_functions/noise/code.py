"""Write the program that finds the parameters of largest likelihood."""

from collections.abc import Mapping
from math import lgamma, log, pi
from typing import Final

from numpy.typing import ArrayLike

from nnviz.expressions import Library
from nnviz.lessons.loss_functions.shared.code import write_arrays, write_imports

# name -> start, and the distribution in torch
_TORCH: Final = {
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
# name -> −log p of each point, in NumPy
_NUMPY: Final = {
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

_TORCH_DESCENT: Final = '''\
theta = torch.tensor({start}, requires_grad=True)
precise = dict(max_iter=2000, tolerance_grad=1e-12, tolerance_change=1e-16)
optimizer = torch.optim.LBFGS([theta], line_search_fn="strong_wolfe", **precise)


def nll():
    """Return the mean of -log p(y | x)."""
    optimizer.zero_grad()
    mean = -{distribution}.log_prob(Y).mean()
    mean.backward()
    return mean


optimizer.step(nll)
loss = nll().item()
theta = theta.detach()
print(theta, loss)
'''

_NUMPY_SIMPLEX: Final = '''\
def nll(t):
    """Return the mean of -log p(y | x)."""
    return ({value}).mean()


def minimize(f, start, steps=4000):
    """Return a minimizer of f, found by the simplex method of Nelder and Mead (1965). It needs no derivative."""
    points = [np.array(start), *(np.array(start) + row for row in 0.5 * np.eye(len(start)))]
    for _ in range(steps):
        points.sort(key=f)
        middle, worst = np.mean(points[:-1], axis=0), points[-1]
        tried = 2 * middle - worst
        if f(tried) < f(points[0]):
            farther = 3 * middle - 2 * worst
            points[-1] = farther if f(farther) < f(tried) else tried
        elif f(tried) < f(points[-2]):
            points[-1] = tried
        else:
            nearer = (middle + min(tried, worst, key=f)) / 2
            if f(nearer) < f(worst):
                points[-1] = nearer
            else:
                points = [points[0], *((points[0] + point) / 2 for point in points[1:])]
    return min(points, key=f)


theta = minimize(nll, {start})
theta = minimize(nll, theta)
print(theta, nll(theta))
'''

# The absolute loss has kinks, on which a method of smooth functions stops too early.
_ABSOLUTE: Final = '''\
def best_line():
    """Return the line (w, b) of smallest mean absolute error: one of those through two points."""
    best = (float("inf"), 0.0, 0.0)
    for i in range(len(X) - 1):
        w = (Y[i + 1 :] - Y[i]) / (X[i + 1 :] - X[i])
        b = Y[i] - w * X[i]
        errors = abs(w[:, None] * X + b[:, None] - Y).mean({axis}=1)
        j = int(errors.argmin())
        best = min(best, (float(errors[j]), float(w[j]), float(b[j])))
    return best[1:]


w, b = best_line()
scale = abs(Y - w * X - b).mean()
theta = {make}([w, b, {log}(scale)])
loss = float(1 + {log}(2 * scale))  # the mean of -log p(y | x)
print(theta, loss)
'''


def noise_code(
    language: Library, noise: str, x: ArrayLike, y: ArrayLike, settings: Mapping[str, float]
) -> str:
    """Return source that finds the parameters ``theta`` of largest likelihood, laid out as those of the noise model."""
    data = write_arrays(language, X=x, Y=y)
    if noise == "laplace":
        words = {"axis": "dim", "make": "torch.tensor", "log": "torch.log"}
        if language == "numpy":
            words = {"axis": "axis", "make": "np.array", "log": "np.log"}
        return f"{write_imports(language)}{data}\n\n{_ABSOLUTE.format(**words)}"
    start, distribution = _TORCH[noise]
    if language == "torch":
        body = _TORCH_DESCENT.format(start=start, distribution=distribution.format(**settings))
        imports = write_imports(language).replace(
            "import torch\n", f"import torch\nfrom torch.distributions import {distribution.split('(')[0]}\n"
        )
        return f"{imports}{data}\n{body}"
    nu = settings.get("nu", 1.0)
    constant = log(nu * pi) / 2 + lgamma(nu / 2) - lgamma((nu + 1) / 2)
    value = _NUMPY[noise].format(**settings, constant=constant)
    if noise == "poisson":
        data += "LOG_FACTORIAL = np.array([np.log(np.arange(1, y + 1)).sum() for y in Y])\n"
    return f"{write_imports(language)}{data}\n\n{_NUMPY_SIMPLEX.format(value=value, start=start)}"
