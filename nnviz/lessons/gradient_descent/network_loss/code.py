"""The plane through a network's loss as code that runs by itself: the path is data, the rest is computed."""

import base64
from typing import Final

import numpy as np

from nnviz._checks import check_one_of
from nnviz._types import Vector
from nnviz.expressions import Library, parse
from nnviz.networks import ACTIVATIONS, TrainingRun
from nnviz.networks.landscape import LandscapeSpec

_PATH: Final = """\
# The networks of the run, one a row: weights w, biases b, output weights v, output bias c.
text = "{text}"
path = np.frombuffer(base64.b64decode(text)).reshape({frames}, {count})
"""

_RANDOM: Final = """\
# Two random directions; each filter, (w, b) of a unit, v, and c, has the norm of that filter of the last network.
directions = np.random.default_rng({seed}).standard_normal((2, {count}))
filters = [[j, {units} + j] for j in range({units})] + [list(range({twice}, {thrice})), [{thrice}]]
for chosen in filters:
    norms = np.linalg.norm(directions[:, chosen], axis=1, keepdims=True)
    directions[:, chosen] *= np.linalg.norm(path[-1, chosen]) / norms
"""

_COMPONENTS: Final = {
    "numpy": """\
# The two principal components of the path.
_, singular, components = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
directions, explained = components[:2], singular[:2]**2 / (singular**2).sum()
""",
    "torch": """\
# The two principal components of the path.
centered = torch.tensor(path - path.mean(axis=0))
_, singular, components = torch.linalg.svd(centered, full_matrices=False)
directions, explained = components[:2].numpy(), (singular[:2]**2 / (singular**2).sum()).numpy()
""",
}

_LOSS: Final = {
    "numpy": """\
def loss(theta):
    w, b, v, c = np.split(theta, [{units}, {twice}, {thrice}])
    return np.mean((f(np.multiply.outer(x, w) + b) @ v + c - y)**2)
""",
    "torch": """\
def loss(theta):
    w, b, v, c = torch.tensor(theta).split([{units}, {units}, {units}, 1])
    output = f(torch.tensor(x)[:, None] * w + b) @ v + c
    return torch.nn.functional.mse_loss(output, torch.tensor(y)).item()
""",
}

_REST: Final = """\
shadow = np.linalg.lstsq(directions.T, (path - path[-1]).T)[0].T  # (alpha, beta) of each network
true_loss = [loss(theta) for theta in path]
plane_loss = [loss(path[-1] + at @ directions) for at in shadow]

alphas, betas = np.linspace(*{box[0]}, 41), np.linspace(*{box[1]}, 41)
losses = [[loss(path[-1] + a * directions[0] + b * directions[1]) for a in alphas] for b in betas]
print("true loss", true_loss[-1], "least on the plane", np.min(losses))
"""


def landscape_code(
    run: TrainingRun,
    spec: LandscapeSpec,
    box: tuple[tuple[float, float], ...],
    x: Vector,
    y: Vector,
    language: Library,
) -> str:
    """Source in "numpy" or "torch" for the plane of a run with one input, of the squared loss.

    It leaves ``directions`` (2, P), ``shadow`` (F, 2), ``true_loss`` and ``plane_loss`` (F,), and ``losses`` (41, 41)
    over ``box``. ValueError for more inputs, another loss or another language.
    """
    check_one_of("run.inputs", run.inputs, [1])
    check_one_of("run.spec.loss", run.spec.loss, ["squared"])
    check_one_of("language", language, _LOSS)
    frames, count = run.parameters.shape
    units = (count - 1) // 3
    sizes = {"units": units, "twice": 2 * units, "thrice": 3 * units, "count": count}
    text = base64.b64encode(np.ascontiguousarray(run.parameters, np.float64).tobytes()).decode("ascii")
    activation = parse(ACTIVATIONS[run.spec.activation].formula, ("z",)).code(language).rstrip()
    random = spec.directions == "random"
    return "\n".join(
        [
            "import base64\n\nimport numpy as np" + ("\nimport torch" if language == "torch" else ""),
            f"\n{activation}\n\n",
            f"x = np.array({x.tolist()})\ny = np.array({y.tolist()})",
            _PATH.format(text=text, frames=frames, **sizes),
            _RANDOM.format(seed=spec.seed, **sizes) if random else _COMPONENTS[language],
            f"\n{_LOSS[language].format(**sizes)}\n",
            _REST.format(box=box),
        ]
    )
