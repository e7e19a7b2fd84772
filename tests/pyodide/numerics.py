"""Compute a bit of everything that needs no app. CPython and Pyodide run it, and must find the same numbers."""

import importlib
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import nnviz as nv
from nnviz._clock import processor_time
from nnviz.networks import ShallowNetwork
from nnviz.regression.linear_model import closed_form
from nnviz.regression.robust_line_fit import fit_line

LEFT_OUT = {
    *("web", "lessons", "charts", "classroom", "notebook", "serving", "static_edition"),  # what shows them
    *("estimators", "checker", "store"),  # scikit-learn, python-flint, sqlite3 and Redis
    *("command_line", "__main__"),  # a shell
}


def import_all() -> int:
    """Import every module of the numerics, and return how many there are."""
    folder = Path(nv.__path__[0])
    files = [file.relative_to(folder).with_suffix("").parts for file in folder.rglob("*.py")]
    names = [".".join(["nnviz", *parts]) for parts in files if not LEFT_OUT & set(parts)]
    for name in sorted(names):
        importlib.import_module(name.removesuffix(".__init__"))
    return len(names)


def clock_moves() -> bool:
    """Return whether the clock of the budgets moves within a second: else a search that is too long would never end."""
    begin, end = processor_time(), perf_counter() + 1
    while processor_time() == begin and perf_counter() < end:
        pass
    return processor_time() > begin


def compute() -> dict[str, Any]:
    """Return numbers by name: reach and certify with proofs, a training, two regressions, a descent, all losses."""
    x = np.linspace(-1, 1, 41)
    f = nv.parse("sin(2πx) + |x|")
    found = nv.reach("sin(2πx) + |x|", (-1, 1), epsilon=1e-2)
    tent = ShallowNetwork("relu", [[1.0], [-1.0]], [0.0, 0.0], [1.0, 1.0], 0.0)
    proof = nv.certify(tent, "|x|", (-1, 1), epsilon=1e-6)
    run = nv.train(nv.TrainingSpec(width=8, activation="tanh", steps=60), x, f(x))
    line = closed_form(x[:, None], f(x))
    robust = fit_line(x, f(x), "huber", {"delta": 0.5})
    path = nv.descend(nv.DescentSpec("rosenbrock", "adam", 0.05, (-1.0, 1.0), 100))
    errors = np.linspace(-3, 3, 13)
    return {
        "modules": import_all(),
        "clock": [clock_moves()],
        "reach": [found.network.width, found.certificate.status == "proved", found.certificate.bound],
        "certify": [proof.status == "proved", proof.bound],
        "train": run.losses[[0, -1]].tolist(),
        "line": [float(line.weights[0]), line.bias, robust.weight, robust.bias],
        "descend": path.points[-1].tolist(),
        "losses": [
            loss.formulas.value(errors, np.zeros(13), **loss.settings).tolist()
            for loss in nv.LOSSES.values()
            if loss.task == "regression"
        ],
    }


if __name__ == "__main__":
    print(json.dumps(compute()))
