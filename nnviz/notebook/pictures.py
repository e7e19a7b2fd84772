"""Draw a result as a picture for a notebook: networks beside f, losses, and errors against width."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nnviz._types import Array, Bounds
from nnviz.approximation import Certificate, Study, UnitCounts
from nnviz.approximation.domains import checked_interval
from nnviz.approximation.measurable import NormCertificate, NormReach
from nnviz.approximation.network_for_epsilon import Reach
from nnviz.charts import ERROR, MODEL, SERIES, TRUTH, CurveStyle, Picture, draw_curves, ground_columns
from nnviz.charts.contour_image import draw_map_ground, grid_columns
from nnviz.charts.picture import WIDTH
from nnviz.charts.theme import BEST, finish, layered
from nnviz.networks import LayeredNetwork, Network, SeedRuns, ShallowNetwork, TrainingRun
from nnviz.notebook import text
from nnviz.optimization.descent import Trajectory
from nnviz.targets import Drawing, PiecewiseLinear

POINTS = 1001
SIDE = 101  # points along each side of a box
HEIGHTS = (260, 130)  # pixels of the picture and of the error below it
_COLORS = {
    text.NETWORK: MODEL,
    text.F: TRUTH,
    text.ERROR: ERROR,
    text.EPSILON: BEST,
    text.MINUS_EPSILON: BEST,
}


def draw(result: Any) -> Picture | None:
    """Return the picture of a result, or None if there is none."""
    painter = next((_PAINTERS[kind] for kind in type(result).__mro__ if kind in _PAINTERS), None)
    return painter(result) if painter else None


def draw_proof(proof: Certificate | NormCertificate) -> Picture | None:
    """Draw the network of a certificate beside f, and the error between −ε and ε."""
    if np.ndim(proof.interval) == 2:
        return draw_network(proof.network, proof.interval)
    x = np.linspace(*checked_interval(proof.interval), POINTS)
    y, network = np.asarray(proof.target(x), np.float64), proof.network(x)
    above = _curves({text.F: (x, y), text.NETWORK: (x, network)}, text.TARGET_AXES, HEIGHTS[0], "")
    level = np.full(2, proof.epsilon)
    lines = {
        text.ERROR: (x, y - network),
        text.EPSILON: (x[[0, -1]], level),
        text.MINUS_EPSILON: (x[[0, -1]], -level),
    }
    below = _curves(lines, text.ERROR_AXES, HEIGHTS[1], "")
    words = text.fit_words(proof.status.capitalize(), *proof.interval)
    told = {"x": x, text.F: y, text.NETWORK: network, text.ERROR: y - network}
    return _stacked(above, below, words)._replace(told=told)


def draw_network(network: Network, domain: Any = None) -> Picture | None:
    """Draw a network with one or two inputs, by default around the places where its units change; else None."""
    if network.inputs == 2:
        return _draw_surface(network, domain or ((-1.0, 1.0), (-1.0, 1.0)))
    if network.inputs != 1:
        return None
    low, high = domain or _interesting(network)
    x = np.linspace(low, high, POINTS)
    return _curves(
        {text.NETWORK: (x, network(x))},
        text.TARGET_AXES,
        HEIGHTS[0],
        text.curve_words(text.NETWORK, low, high),
    )


def draw_function(f: PiecewiseLinear | Drawing) -> Picture:
    """Draw a function through points."""
    function = f.function if isinstance(f, Drawing) else f
    words = text.curve_words(text.F, *function.interval)
    return _curves({text.F: (function.knots, function.values)}, text.TARGET_AXES, HEIGHTS[0], words)


def draw_training(run: TrainingRun) -> Picture:
    """Draw the mean loss in each step."""
    return _curves(
        {text.TRAINED: _steps(run.losses)}, text.LOSS_AXES, HEIGHTS[0], text.LOSS_WORDS, log_y=True
    )


def draw_descent(run: Trajectory) -> Picture:
    """Draw the value of the surface in each step."""
    return _curves({text.VALUE_AXES[1]: _steps(run.values)}, text.VALUE_AXES, HEIGHTS[0], text.VALUE_WORDS)


def draw_seeds(runs: SeedRuns) -> Picture:
    """Draw the smallest loss of each seed, in ascending order."""
    losses = np.sort(runs.losses[np.isfinite(runs.losses)])
    series = {text.SMALLEST: (np.arange(1.0, len(losses) + 1), losses)}
    return _curves(series, text.SEED_AXES, HEIGHTS[0], text.SEED_WORDS, log_y=True)


def draw_study(found: Study) -> Picture:
    """Draw the median error against the width, one line for each kind of network."""
    series = {curve.name: (curve.widths, curve.median) for curve in found.curves}
    return _curves(series, text.WIDTH_AXES, HEIGHTS[0], text.STUDY_WORDS, log_y=True, log_x=True)


def draw_counts(counts: UnitCounts) -> Picture:
    """Draw both numbers of units against ε."""
    series = {
        text.NEEDED: (counts.epsilon, counts.lower.astype(np.float64)),
        text.ENOUGH: (counts.epsilon, counts.upper.astype(np.float64)),
    }
    picture = _curves(series, text.EPSILON_AXES, HEIGHTS[0], text.COUNT_WORDS, log_y=True, log_x=True)
    layers = [_with_plain_numbers(layer) for layer in picture.spec["layer"]]
    return picture._replace(spec={**picture.spec, "layer": layers})


def _interesting(network: Network) -> Bounds:
    """Return an interval that holds the places where the units of the first layer have input 0; [-1, 1] if none do."""
    first = network.weights[0] if isinstance(network, LayeredNetwork) else network.hidden_weights
    biases = network.biases[0] if isinstance(network, LayeredNetwork) else network.hidden_biases
    with np.errstate(all="ignore"):
        at = -biases / first[:, 0]
    at = at[np.isfinite(at)]
    low, high = np.quantile(at, [0.02, 0.98]) if at.size else (-1.0, 1.0)
    air = 0.1 * (high - low) or 1.0
    return float(low - air), float(high + air)


def _draw_surface(network: Network, domain: Any) -> Picture:
    (x0, x1), (y0, y1) = domain
    x, y = np.meshgrid(np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE))
    values = network(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    spec = finish(layered(draw_map_ground(domain, ("x", "y"), wide=False)), height=HEIGHTS[0])
    told = grid_columns(values, domain, ("x", "y", text.NETWORK))
    return Picture(spec, {"ground": ground_columns(values, domain)}, text.SURFACE_WORDS, told)


def _steps(values: Array) -> tuple[Array, Array]:
    """Return the number of each value, and the values, at most a few thousand evenly spaced ones."""
    steps = np.arange(0, len(values), max(1, len(values) // 2000))
    return steps.astype(np.float64), values[steps]


def _curves(
    series: dict[str, tuple[Array, Array]],
    titles: tuple[str, str],
    height: int,
    words: str,
    *,
    log_y: bool = False,
    log_x: bool = False,
) -> Picture:
    """Return curves over common axes."""
    style = CurveStyle(titles, log=log_y, height=height, legend=len(series) > 1)
    picture = draw_curves(series, _order(series), words, style)
    if not log_x:
        return picture
    layers = [_with_log_x(layer) for layer in picture.spec["layer"]]
    return picture._replace(spec={**picture.spec, "layer": layers})


def _order(series: Iterable[str]) -> list[str]:
    """Return names in an order in which ``draw_curves`` gives those of a network their colors by meaning."""
    order: list[str] = []
    for name in series:
        place = SERIES.index(_COLORS[name]) if name in _COLORS else 0
        while place < len(order) and order[place]:
            place += len(SERIES) if name in _COLORS else 1
        order += [""] * (place + 1 - len(order))
        order[place] = name
    return order


def _with_plain_numbers(layer: dict[str, Any]) -> dict[str, Any]:
    """Return a layer whose y axis has numbers without exponents."""
    encoding = layer["encoding"]
    if "y" not in encoding:
        return layer
    axis = {**encoding["y"]["axis"], "format": "~g"}
    return {**layer, "encoding": {**encoding, "y": {**encoding["y"], "axis": axis}}}


def _with_log_x(layer: dict[str, Any]) -> dict[str, Any]:
    """Return a layer whose x axis is logarithmic."""
    encoding = layer["encoding"]
    scale = {"type": "log", "nice": False}
    return {**layer, "encoding": {**encoding, "x": {**encoding["x"], "scale": scale}}}


def _stacked(above: Picture, below: Picture, words: str) -> Picture:
    """Return two pictures as one, each with its own colors."""
    parts = [_part(picture, f"_{k}") for k, picture in enumerate((above, below))]
    signals = [{"name": "drawn_width", "value": WIDTH}]  # of which a legend takes its number of columns
    config = {"mark": {"tooltip": None}, "line": {"aria": False}, "signals": signals}
    spec = {
        "vconcat": [part.spec for part in parts],
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}},
        "config": config,
    }
    return Picture(spec, {**parts[0].data, **parts[1].data}, words)


def _part(picture: Picture, suffix: str) -> Picture:
    """Return a picture as a part of another one: its data sets get a suffix, and its settings are left out."""
    left_out = ("config", "padding")
    spec = {key: value for key, value in picture.spec.items() if key not in left_out}
    layers = [_renamed(layer, suffix) for layer in spec.pop("layer")]
    data = {f"{name}{suffix}": columns for name, columns in picture.data.items()}
    return Picture({**spec, "width": WIDTH, "layer": layers}, data, picture.words)


def _renamed(layer: dict[str, Any], suffix: str) -> dict[str, Any]:
    data = layer["data"]
    return {**layer, "data": {**data, "name": f"{data['name']}{suffix}"}}


_PAINTERS: dict[type, Callable[[Any], Picture | None]] = {
    Reach: lambda found: draw_proof(found.certificate),
    NormReach: lambda found: draw_proof(found.certificate),
    Certificate: draw_proof,
    NormCertificate: draw_proof,
    ShallowNetwork: draw_network,
    LayeredNetwork: draw_network,
    PiecewiseLinear: draw_function,
    Drawing: draw_function,
    TrainingRun: draw_training,
    SeedRuns: draw_seeds,
    Trajectory: draw_descent,
    Study: draw_study,
    UnitCounts: draw_counts,
}
