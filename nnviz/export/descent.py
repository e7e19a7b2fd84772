"""The race as code: every optimizer on its way, in NumPy with the rules written out, or with torch.optim.

Both print the same points as the page shows, to rounding; a typed formula's gradient is a central difference in NumPy,
and so is every Hessian. torch.optim has none of the second-order methods (its L-BFGS takes no such line search): with
torch they are the same NumPy code, on slopes and curvatures by autograd.
"""

import re
from collections.abc import Mapping, Sequence
from math import cos, radians, sin
from typing import Final

import numpy as np

from nnviz.functions import Library, parse
from nnviz.learning import METHODS, SCHEDULES, SECOND_ORDER, UNIT_X, UNIT_Y, DescentSpec, page_one_points
from nnviz.learning.terrain import RAVINE, RISK, TYPED, TerrainSpec

# name -> (f, ∂f/∂x, ∂f/∂y) as Python over numbers, arrays or tensors x and y
_FORMULAS: Final = {
    "bowl": ("(x**2 + y**2) / 2", "x", "y"),
    "rosenbrock": (
        "(1 - x)**2 + 100 * (y - x**2)**2",
        "-2 * (1 - x) - 400 * x * (y - x**2)",
        "200 * (y - x**2)",
    ),
    "himmelblau": (
        "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        "4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7)",
        "2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)",
    ),
    "beale": (
        "(1.5 - x + x * y)**2 + (2.25 - x + x * y**2)**2 + (2.625 - x + x * y**3)**2",
        "sum(2 * (a - x + x * y**k) * (y**k - 1) for k, a in ((1, 1.5), (2, 2.25), (3, 2.625)))",
        "sum(2 * (a - x + x * y**k) * x * k * y**(k - 1) for k, a in ((1, 1.5), (2, 2.25), (3, 2.625)))",
    ),
    "saddle": ("x**2 / 2 - y**2 / 2 + y**4 / 4", "x", "y**3 - y"),
    "plateau": (
        "1 - {lib}.exp(-(x**2 + y**2) / 2)",
        "x * {lib}.exp(-(x**2 + y**2) / 2)",
        "y * {lib}.exp(-(x**2 + y**2) / 2)",
    ),
    "rastrigin": (
        "20 + x**2 - 10 * {lib}.cos(2 * {lib}.pi * x) + y**2 - 10 * {lib}.cos(2 * {lib}.pi * y)",
        "2 * x + 20 * {lib}.pi * {lib}.sin(2 * {lib}.pi * x)",
        "2 * y + 20 * {lib}.pi * {lib}.sin(2 * {lib}.pi * y)",
    ),
    "camel": (
        "(4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2",
        "8 * x - 8.4 * x**3 + 2 * x**5 + y",
        "x - 8 * y + 16 * y**3",
    ),
}

# name -> (prediction from X and (x, y), its derivatives by x and y)
_MODELS: Final = {
    "risk": ("x * X[chosen] + y", "X[chosen]", "1"),
    "unit": (
        "y * {lib}.tanh(x * X[chosen])",
        "y * X[chosen] * (1 - np.tanh(x * X[chosen])**2)",
        "np.tanh(x * X[chosen])",
    ),
}

# The memory a rule begins with, and its step from the gradient g; t counts steps from 1.
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "gradient_descent": ("", "p = p - eta[k] * g"),
    "momentum": ("v = np.zeros(2)", "v = {momentum} * v + g\np = p - eta[k] * v"),
    "nesterov": ("v = np.zeros(2)", "v = {momentum} * v + g\np = p - eta[k] * (g + {momentum} * v)"),
    "adagrad": ("s = np.zeros(2)", "s = s + g**2\np = p - eta[k] * g / (np.sqrt(s) + {eps})"),
    "rmsprop": (
        "s = np.zeros(2)",
        "s = {alpha} * s + (1 - {alpha}) * g**2\np = p - eta[k] * g / (np.sqrt(s) + {eps})",
    ),
    "adam": ("m, s = np.zeros(2), np.zeros(2)", "{adam}"),
    "adamw": ("m, s = np.zeros(2), np.zeros(2)", "p = (1 - eta[k] * {weight_decay}) * p\n{adam}"),
}
_ADAM: Final = """\
m = {beta1} * m + (1 - {beta1}) * g
s = {beta2} * s + (1 - {beta2}) * g**2
m_hat, s_hat = m / (1 - {beta1}**(k + 1)), s / (1 - {beta2}**(k + 1))
p = p - eta[k] * m_hat / (np.sqrt(s_hat) + {eps})"""

_STEP: Final[Mapping[str, tuple[str, str]]] = {
    "newton": ("", "p = p - eta[k] * np.linalg.lstsq(hessian(p), g)[0]"),
    "damped_newton": (
        "",
        "values, Q = np.linalg.eigh(hessian(p))\n"
        "d = -Q @ (Q.T @ g / np.maximum(abs(values), {delta}))\n"
        "p = p + search(p, g, d, eta[k], {halvings}) * d",
    ),
    "lbfgs": (
        "moves, changes, last = [], [], None",
        "if last is None:\n"
        "    d, t = -g, eta[k] * min(1, 1 / max(abs(g).sum(), 1e-300))\n"
        "else:\n"
        "    if move @ (g - last) > 1e-10:\n"
        "        moves, changes = [*moves, move][-int({history}):], [*changes, g - last][-int({history}):]\n"
        "    d, t = -two_loops(g, moves, changes), eta[k]\n"
        "last, move = g, search(p, g, d, t, {halvings}) * d\n"
        "p = p + move",
    ),
}
_SECOND_ORDER: Final = {
    "numpy": """
def value(p):
    return f(*p)


def hessian(p, h={h}):  # by central differences of the gradient
    rows = np.array([gradient(p + move) - gradient(p - move) for move in h * np.eye(2)]) / (2 * h)
    return (rows + rows.T) / 2
""",
    "torch": """
def value(p):
    return f(*torch.tensor(p)).item()


def gradient(p, *chosen):
    q = torch.tensor(p, requires_grad=True)
    f(q[0], q[1], *chosen).backward()
    return q.grad.numpy()


def hessian(p):
    return torch.autograd.functional.hessian(lambda q: f(q[0], q[1]), torch.tensor(p)).numpy()
""",
}
_SEARCH: Final = """

def search(p, g, d, t, halvings):  # the first of t, t/2, t/4 ... that lowers the value enough (Armijo)
    enough = value(p) + 4 * np.finfo(float).eps * abs(value(p))
    for _ in range(int(halvings)):
        if value(p + t * d) <= enough + 1e-4 * t * (g @ d):
            break
        t = t / 2
    return t

"""
_TWO_LOOPS: Final = """
def two_loops(g, moves, changes):  # the inverse Hessian, as far as it is known, times g (Nocedal 1980)
    weights = []
    for s, y in zip(reversed(moves), reversed(changes)):
        weights.append(s @ g / (s @ y))
        g = g - weights[-1] * y
    if moves:
        g = g * (moves[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y, weight in zip(moves, changes, reversed(weights)):
        g = g + s * (weight - y @ g / (s @ y))
    return g

"""

_FACTORS: Final = {
    "constant": "np.ones(steps)",
    "step": "{gamma} ** (np.arange(steps) // max(1, round({every} * steps)))",
    "exponential": "{end} ** (np.arange(steps) / steps)",
    "cosine": "{end} + (1 - {end}) * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2",
    "inverse": "1 / (1 + np.arange(steps) / ({half} * steps))",
    "warm_up": "{start} + (1 - {start}) * np.minimum(1, np.arange(steps) / max(1, round({share} * steps)))",
    "warm_up_cosine": (
        "np.append({start} + (1 - {start}) * np.arange(warm) / warm, "
        "(1 + np.cos(np.pi * np.arange(steps - warm) / (steps - warm))) / 2)"
    ),
}

_TORCH: Final = {
    "gradient_descent": "SGD([p], lr={eta!r})",
    "momentum": "SGD([p], lr={eta!r}, momentum={momentum!r})",
    "nesterov": "SGD([p], lr={eta!r}, momentum={momentum!r}, nesterov=True)",
    "adagrad": "Adagrad([p], lr={eta!r}, eps={eps!r})",
    "rmsprop": "RMSprop([p], lr={eta!r}, alpha={alpha!r}, eps={eps!r})",
    "adam": "Adam([p], lr={eta!r}, betas=({beta1!r}, {beta2!r}), eps={eps!r})",
    "adamw": "AdamW([p], lr={eta!r}, betas=({beta1!r}, {beta2!r}), eps={eps!r}, weight_decay={weight_decay!r})",
}


def race_code(terrain: TerrainSpec, specs: Sequence[DescentSpec], language: Library) -> str:
    """Source in "numpy" or "torch" whose ``paths`` holds the points (k + 1, 2) of each runner, by label.

    They share start, steps, noise, mini-batches and schedule. ValueError without a runner, or in another language.
    """
    if not specs:
        raise ValueError("choose at least one optimizer: the code is written for those that run")
    if language not in ("numpy", "torch"):
        raise ValueError(f"the language is {language!r}; legal is numpy or torch")
    parts = [_surface(terrain, language), _shared(specs[0])]
    if any(spec.optimizer in SECOND_ORDER for spec in specs):
        parts.append(_SECOND_ORDER[language].format(h="1e-3" if terrain.name == TYPED else "1e-5") + _SEARCH)
    if any(spec.optimizer == "lbfgs" for spec in specs):
        parts.append(_TWO_LOOPS)
    first_order = _numpy_walk if language == "numpy" else _torch_walk
    parts += [(_numpy_walk if spec.optimizer in SECOND_ORDER else first_order)(spec) for spec in specs]
    imports = "import numpy as np" + ("\nimport torch" if language == "torch" else "")
    end = 'for name, path in paths.items():\n    print(name, "ends at", path[-1])'
    return re.sub(r"\n{4,}", "\n\n\n", "\n\n".join([imports, *parts, end])) + "\n"


def _surface(terrain: TerrainSpec, language: Library) -> str:
    """f, and for NumPy its gradient; functions of a point p and the examples chosen."""
    lib = "np" if language == "numpy" else "torch"
    if terrain.name in _MODELS:
        return _model(terrain, lib)
    if terrain.name == TYPED:
        source = parse(terrain.formula, ("x", "y")).code("numpy" if lib == "np" else "torch").rstrip()
        return source if lib == "torch" else f"{source}\n\n\n{_DIFFERENCES}"
    value, across, up = (text.format(lib=lib) for text in _formula(terrain))
    lines = [f"def f(x, y):\n    return {value}"]
    if lib == "np":
        lines.append(f"def gradient(p):\n    x, y = p\n    return np.array([{across}, {up}])")
    return "\n\n\n".join(["", *lines, ""])


_DIFFERENCES: Final = """\
def gradient(p, h=1e-6):
    x, y = p  # by central differences of f
    return np.array([f(x + h, y) - f(x - h, y), f(x, y + h) - f(x, y - h)]) / (2 * h)

"""


def _formula(terrain: TerrainSpec) -> tuple[str, str, str]:
    if terrain.name != RAVINE:
        return _FORMULAS[terrain.name]
    turn = radians(terrain.angle)
    c, s, kappa = cos(turn), sin(turn), terrain.condition
    a, b, d = c * c + kappa * s * s, (1 - kappa) * c * s, s * s + kappa * c * c
    return (
        f"0.5 * ({a!r} * x**2 + 2 * {b!r} * x * y + {d!r} * y**2)",
        f"{a!r} * x + {b!r} * y",
        f"{b!r} * x + {d!r} * y",
    )


def _model(terrain: TerrainSpec, lib: str) -> str:
    """The mean squared error of a model on data."""
    x, y = UNIT_X, UNIT_Y
    if terrain.name == RISK:
        x, y = np.transpose(terrain.points) if terrain.points else page_one_points()
    predicted, across, up = (text.format(lib=lib) for text in _MODELS[terrain.name])
    array = "np.array" if lib == "np" else "torch.tensor"
    kind = "" if lib == "np" else ", dtype=torch.float64"
    data = "\n".join(f"{one} = {array}({np.asarray(v).tolist()}{kind})" for one, v in (("X", x), ("Y", y)))
    loss = f"def f(x, y, chosen=slice(None)):\n    return (({predicted} - Y[chosen])**2).mean()"
    if lib == "torch":
        return f"{data}\n\n\n{loss}\n\n"
    return (
        f"{data}\n\n\n{loss}\n\n\ndef gradient(p, chosen=slice(None)):\n    x, y = p\n"
        f"    error = {predicted} - Y[chosen]\n"
        f"    return np.array([(2 * error * {across}).mean(), (2 * error * {up}).mean()])\n\n"
    )


def _shared(spec: DescentSpec) -> str:
    """The steps, the schedule, and what is random."""
    settings = SCHEDULES[spec.schedule].complete(dict(spec.schedule_settings))
    lines = [f"steps, start = {spec.steps}, {list(spec.start)!r}"]
    if spec.schedule == "warm_up_cosine":
        lines.append(f"warm = max(1, round({settings['share']!r} * steps))")
    lines.append(f"factor = {_FACTORS[spec.schedule].format(**settings)}  # of the learning rate")
    if spec.noise:
        noise = f"{spec.noise!r} * np.random.default_rng({spec.seed}).standard_normal((steps, 2))"
        lines.append(f"noise = {noise}")
    if spec.batch:
        lines.append(_BATCHES.format(size=spec.batch, seed=spec.seed))
    return "\n".join([*lines, "paths = {}"])


_BATCHES: Final = """

def batch(k):
    batches = len(X) // {size}  # an epoch; then all are dealt anew
    dealt = np.random.default_rng(({seed}, k // batches)).permutation(len(X))
    return dealt[k % batches * {size} :][:{size}]

"""


def _numpy_walk(spec: DescentSpec) -> str:
    settings = METHODS[spec.optimizer].complete(dict(spec.settings))
    memory, step = {**_RULES, **_STEP}[spec.optimizer]
    step = step.replace("{adam}", _ADAM).format(**{name: repr(value) for name, value in settings.items()})
    chosen = ", batch(k)" if spec.batch else ""
    noise = " + noise[k]" if spec.noise else ""
    at_rest = [f"if np.linalg.norm(gradient(p)) <= {spec.tolerance!r}:", "    break"] * bool(spec.tolerance)
    body = [*at_rest, f"g = gradient(p{chosen}){noise}", *step.split("\n"), "path.append(p)"]
    label = METHODS[spec.optimizer].label
    lines = [
        f"eta = {spec.learning_rate!r} * factor  # {label}",
        "p, path = np.array(start), [np.array(start)]",
        *([memory] if memory else []),
        "for k in range(steps):",
        *(f"    {line}" for line in body),
        f"paths[{label!r}] = np.array(path)",
    ]
    return "\n".join(lines)


def _torch_walk(spec: DescentSpec) -> str:
    settings = METHODS[spec.optimizer].complete(dict(spec.settings))
    rule = _TORCH[spec.optimizer].format(eta=spec.learning_rate, **settings)
    chosen = ", torch.tensor(batch(k))" if spec.batch else ""
    label = METHODS[spec.optimizer].label
    lines = [
        f"p = torch.tensor(start, dtype=torch.float64, requires_grad=True)  # {label}",
        f"optimizer = torch.optim.{rule}",
        "schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda k: factor[min(k, steps - 1)])",
        "path = [p.detach().numpy().copy()]",
        "for k in range(steps):",
        "    optimizer.zero_grad()",
        f"    f(p[0], p[1]{chosen}).backward()",
        *(["    p.grad += torch.tensor(noise[k])"] if spec.noise else []),
        "    optimizer.step()",
        "    schedule.step()",
        "    path.append(p.detach().numpy().copy())",
        f"paths[{label!r}] = np.array(path)",
    ]
    return "\n".join(lines)
