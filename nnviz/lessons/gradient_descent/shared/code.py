"""Write runs of optimizers as programs, in NumPy with the rules written out, or with torch.optim.

Both compute the points of the page, to rounding. In NumPy, the gradient of a typed formula is a central difference, and
so is every Hessian. torch.optim has no optimizer that uses the Hessian, and its L-BFGS has a different line search. In
torch these optimizers are therefore the same NumPy code, with gradients and Hessians by autograd.
"""

import re
from collections.abc import Sequence
from math import cos, radians, sin
from typing import Final

import numpy as np

from nnviz._checks import check_one_of
from nnviz.expressions import Library, parse
from nnviz.optimization import (
    METHODS,
    SCHEDULES,
    SECOND_ORDER,
    UNIT_X,
    UNIT_Y,
    DescentSpec,
    default_line_points,
)
from nnviz.optimization.formula_surface import LINE, RAVINE, TYPED, SurfaceSpec

_LIBRARIES: Final = ("numpy", "torch")

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
    "line": ("x * X[chosen] + y", "X[chosen]", "1"),
    "unit": (
        "y * {lib}.tanh(x * X[chosen])",
        "y * X[chosen] * (1 - np.tanh(x * X[chosen])**2)",
        "np.tanh(x * X[chosen])",
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


def runs_code(surface_spec: SurfaceSpec, specs: Sequence[DescentSpec], language: Library, end: str) -> str:
    """Return source in "numpy" or "torch" whose ``paths`` holds the points (k + 1, 2) of each run, by label.

    The runs share start, updates, noise, mini-batches and schedule. end: source that follows. ValueError without an
    optimizer, and for another language.
    """
    if not specs:
        raise ValueError("`specs` must hold at least one optimizer, got none")
    check_one_of("language", language, _LIBRARIES)
    parts = [_surface_source(surface_spec, language), _shared_source(specs[0])]
    rules = [METHODS[spec.optimizer] for spec in specs]
    autograd = language == "torch" and not all(rule.torch_source for rule in rules)
    if autograd or any(spec.optimizer in SECOND_ORDER for spec in specs):
        parts.append(
            _SECOND_ORDER[language].format(h="1e-3" if surface_spec.name == TYPED else "1e-5") + _SEARCH
        )
    parts += dict.fromkeys(rule.numpy_helpers for rule in rules if rule.numpy_helpers)
    with_torch = [language == "torch" and bool(rule.torch_source) for rule in rules]
    parts += [(_torch_run if torch else _numpy_run)(spec) for spec, torch in zip(specs, with_torch)]
    imports = "import numpy as np" + ("\nimport torch" if language == "torch" else "")
    return re.sub(r"\n{4,}", "\n\n\n", "\n\n".join([imports, *parts, end])) + "\n"


def _surface_source(surface_spec: SurfaceSpec, language: Library) -> str:
    """Return the source of f and, for NumPy, of its gradient; both take the chosen examples where there are data."""
    lib = "np" if language == "numpy" else "torch"
    if surface_spec.name in _MODELS:
        return _model_source(surface_spec, lib)
    if surface_spec.name == TYPED:
        source = parse(surface_spec.formula, ("x", "y")).code("numpy" if lib == "np" else "torch").rstrip()
        return source if lib == "torch" else f"{source}\n\n\n{_DIFFERENCES}"
    value, across, up = (text.format(lib=lib) for text in _formula_sources(surface_spec))
    lines = [f"def f(x, y):\n    return {value}"]
    if lib == "np":
        lines.append(f"def gradient(p):\n    x, y = p\n    return np.array([{across}, {up}])")
    return "\n\n\n".join(["", *lines, ""])


_DIFFERENCES: Final = """\
def gradient(p, h=1e-6):
    x, y = p  # by central differences of f
    return np.array([f(x + h, y) - f(x - h, y), f(x, y + h) - f(x, y - h)]) / (2 * h)

"""


def _formula_sources(surface_spec: SurfaceSpec) -> tuple[str, str, str]:
    """Return the sources of f and its two partial derivatives."""
    if surface_spec.name != RAVINE:
        return _FORMULAS[surface_spec.name]
    turn = radians(surface_spec.angle)
    c, s, kappa = cos(turn), sin(turn), surface_spec.condition
    a, b, d = c * c + kappa * s * s, (1 - kappa) * c * s, s * s + kappa * c * c
    return (
        f"0.5 * ({a!r} * x**2 + 2 * {b!r} * x * y + {d!r} * y**2)",
        f"{a!r} * x + {b!r} * y",
        f"{b!r} * x + {d!r} * y",
    )


def _model_source(surface_spec: SurfaceSpec, lib: str) -> str:
    """Return the source of the mean squared error of a model on data."""
    x, y = UNIT_X, UNIT_Y
    if surface_spec.name == LINE:
        x, y = np.transpose(surface_spec.points) if surface_spec.points else default_line_points()
    predicted, across, up = (text.format(lib=lib) for text in _MODELS[surface_spec.name])
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


def _shared_source(spec: DescentSpec) -> str:
    """Return the source of what all runs share: the updates, the schedule, the noise and the mini-batches."""
    schedule = SCHEDULES[spec.schedule]
    settings = schedule.complete(dict(spec.schedule_settings))
    lines = [f"steps, start = {spec.steps}, {list(spec.start)!r}"]
    if schedule.source_setup:
        lines.append(schedule.source_setup.format(**settings))
    lines.append(f"factor = {schedule.source.format(**settings)}  # of the learning rate")
    if spec.noise:
        noise = f"{spec.noise!r} * np.random.default_rng({spec.seed}).standard_normal((steps, 2))"
        lines.append(f"noise = {noise}")
    if spec.batch:
        lines.append(_BATCHES.format(size=spec.batch, seed=spec.seed))
    return "\n".join([*lines, "paths = {}"])


_BATCHES: Final = """

def batch(k):
    batches = len(X) // {size}  # in one epoch
    order = np.random.default_rng(({seed}, k // batches)).permutation(len(X))  # shuffled once per epoch
    return order[k % batches * {size} :][:{size}]

"""


def _numpy_run(spec: DescentSpec) -> str:
    """Return the source of one run with its rule written out."""
    rule = METHODS[spec.optimizer]
    settings = {name: repr(value) for name, value in rule.complete(dict(spec.settings)).items()}
    memory, step = rule.numpy_state.format(**settings), rule.numpy_step.format(**settings)
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


def _torch_run(spec: DescentSpec) -> str:
    """Return the source of one run with its optimizer of torch.optim."""
    method = METHODS[spec.optimizer]
    rule = method.torch_source.format(eta=spec.learning_rate, **method.complete(dict(spec.settings)))
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


def loss_at(point: str, language: Library) -> str:
    """Return source for the loss at a point, which is source itself."""
    return f"f(*{point})" if language == "numpy" else f"f(*torch.tensor({point})).item()"


def memory_names(optimizer: str) -> list[str]:
    """Return the names of the arrays that the NumPy source of an optimizer computes at each update, except p."""
    names = re.findall(r"^(\w+(?:, \w+)*) = ", METHODS[optimizer].numpy_step, re.MULTILINE)
    return [name for name in dict.fromkeys(", ".join(names).split(", ")) if name not in ("p", "")]
