"""Write source code that measures the constructed networks and estimates the slopes of all lines."""

from typing import Final

import numpy as np

from nnviz._types import Bounds
from nnviz.approximation import Study
from nnviz.approximation.error_vs_width import constructed
from nnviz.expressions import Library
from nnviz.lessons.universal_approximation.shared.code import activation_source, join_sources, list_weights
from nnviz.targets.convert import Target

_NETWORKS: Final = """\
# Weights w, biases b, output weights v and output bias c of each constructed network, by its number of units.
NETWORKS = {networks}
"""

_ERRORS: Final = """\
# The largest errors of the other networks on the page: their medians, by the number of units.
ERRORS = {errors}
"""

_MEASURE: Final = {
    "numpy": """\
def network(x, w, b, v, c):
    return phi(np.multiply.outer(x, np.array(w)) + np.array(b)) @ np.array(v) + c


x = np.linspace({low!r}, {high!r}, {points})
if NETWORKS:
    ERRORS["constructed"] = {{n: np.abs(f(x) - network(x, *NETWORKS[n])).max() for n in NETWORKS}}
slopes = {{}}
for way, errors in ERRORS.items():
    units, values = np.array(list(errors)), np.array(list(errors.values()))
    above = values > {floor!r}  # smaller errors are rounding
    if above.sum() > 1:
        slopes[way] = np.polyfit(np.log(units[above]), np.log(values[above]), 1)[0]
    print(way, errors, "slope", slopes.get(way))
""",
    "torch": """\
def network(x, w, b, v, c):
    return phi(x[:, None] * x.new_tensor(w) + x.new_tensor(b)) @ x.new_tensor(v) + c


x = {low!r} + torch.arange({points}, dtype=torch.float64) * (({high!r} - {low!r}) / ({points} - 1))
if NETWORKS:
    ERRORS["constructed"] = {{n: (f(x) - network(x, *NETWORKS[n])).abs().max().item() for n in NETWORKS}}
slopes = {{}}
for way, errors in ERRORS.items():
    units = torch.tensor(list(errors), dtype=torch.float64)
    values = torch.tensor(list(errors.values()), dtype=torch.float64)
    above = values > {floor!r}  # smaller errors are rounding
    if above.sum() > 1:
        t, s = units[above].log(), values[above].log()
        slopes[way] = (((t - t.mean()) * (s - s.mean())).sum() / ((t - t.mean()) ** 2).sum()).item()
    print(way, errors, "slope", slopes.get(way))
""",
}


def slopes_code(found: Study, target: Target, language: Library) -> str:
    """Return source that measures the constructed networks, and leaves the ``slopes`` of all lines by name."""
    interval: Bounds = found.interval
    networks = {
        width: list_weights(one)
        for width in found.spec.widths
        for one in constructed(target, interval, width, found.spec.activation)
    }
    others = {
        curve.name: dict(zip(curve.widths.astype(int).tolist(), curve.median.tolist(), strict=True))
        for curve in found.curves
        if curve.name != "constructed" and np.isfinite(curve.median).all()
    }
    low, high = map(float, interval)
    floor = found.curves[0].floor
    return join_sources(
        target.code(language),
        activation_source(found.spec.activation, language),
        _NETWORKS.format(networks=networks),
        _ERRORS.format(errors=others),
        _MEASURE[language].format(low=low, high=high, points=found.measured, floor=floor),
    )
