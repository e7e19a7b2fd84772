"""Write a network as JSON, and read it; read JSON from files that may be damaged or hostile."""

import json
import math
import re
from pathlib import Path
from typing import Any, Final

from nnviz._checks import argument_error, check, check_between
from nnviz.networks.layered import LayeredNetwork, Network
from nnviz.networks.shallow import ShallowNetwork

FORMULA = "output_bias + sum of output_weights[j] * phi(hidden_weights[j] * x + hidden_biases[j])"
LAYERED_FORMULA = (
    "weights[-1] a + biases[-1] after a = phi(weights[l] a + biases[l]) for all layers before, from a = x"
)
MOST_MEGABYTES: Final = 10
MOST_UNITS: Final = 2**15
MOST_LEVELS: Final = 200
_FIELDS = ("activation", "hidden_weights", "hidden_biases", "output_weights", "output_bias")
_LAYERS = ("weights", "biases")
_EXACT = re.compile(r"-?0x[01](\.[0-9a-f]{1,13})?p[+-][0-9]{1,4}")
_ZEROS = re.compile(r"\.?0*p")


def read_file(file: Path) -> str:
    """Return the text of a file; ValueError unless it is a regular file of at most 10 megabytes with UTF-8 text."""
    try:
        return read_content(file).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None


def read_content(file: Path) -> bytes:
    """Return the bytes of a file; ValueError unless it is a regular file of at most 10 megabytes."""
    try:
        if not file.is_file():  # a pipe or a device could have no end
            raise ValueError("it is a folder or a device" if file.exists() else "there is no such file")
        with file.open("rb") as stream:
            content = stream.read(MOST_MEGABYTES * 10**6 + 1)
        if len(content) > MOST_MEGABYTES * 10**6:
            raise ValueError(f"it has more than {MOST_MEGABYTES} megabytes")
        return content
    except OSError as error:
        raise ValueError(error.strerror or "an error of the system") from None


def read_json(text: str) -> Any:
    """Return the value of a JSON text.

    ValueError for other text, for NaN or ∞, for a name given twice, and for more than 200 brackets inside each other.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError:
        value = None
        depth = MOST_LEVELS + 1
    else:
        depth = _depth(value)
    if depth > MOST_LEVELS:
        raise ValueError(f"It has more than {MOST_LEVELS} brackets inside each other.")
    return value


def _depth(value: Any) -> int:
    """Return how many brackets are inside each other, at most one more than is allowed."""
    level, depth = [value], 0
    while depth <= MOST_LEVELS and (level := [one for one in level if isinstance(one, dict | list)]):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
        depth += 1
    return depth


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"The name {twice[:40]!r} is given twice.")
    return found


def exact_text(number: float) -> str:
    """Return a float as hexadecimal text, such as 0x1.8p+1 for 3, which every program reads as the same number."""
    return _ZEROS.sub("p", float(number).hex(), count=1)


def number_from_json(name: str, value: Any) -> float:
    """Return a finite number of JSON, or the text of ``exact_text``, as a float; ValueError for other values."""
    try:
        exact = isinstance(value, str) and _EXACT.fullmatch(value)
        number = float.fromhex(value) if exact else float(check_number(name, value))
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise argument_error(
            name, "a finite number", value if isinstance(value, str | float) else "too many digits"
        )
    return number


def check_number(name: str, value: Any) -> float:
    """Return the value; ValueError unless it is an int or a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise argument_error(name, "a finite number", value)
    return value


def numbers_from_json(name: str, values: Any, most: int) -> list[float]:
    """Return a list of at most ``most`` numbers as floats; ValueError for other values."""
    if not isinstance(values, list):
        raise argument_error(name, "a list of numbers", values)
    check_between(f"the length of {name}", len(values), 0, most, whole=True)
    return [number_from_json(name, value) for value in values]


def network_as_dict(network: Network) -> dict[str, Any]:
    """Return the network's formula, activation and parameters as lists; numbers keep all digits of float64 in JSON."""
    if isinstance(network, LayeredNetwork):
        layers = {name: [one.tolist() for one in getattr(network, name)] for name in _LAYERS}
        return {"formula": LAYERED_FORMULA, "activation": network.activation, **layers}
    return {
        "formula": FORMULA,
        "activation": network.activation,
        "hidden_weights": network.hidden_weights.tolist(),
        "hidden_biases": network.hidden_biases.tolist(),
        "output_weights": network.output_weights.tolist(),
        "output_bias": network.output_bias,
    }


def network_from_dict(fields: Any) -> Network:
    """Return the network that ``network_as_dict`` describes.

    A number may also be written by ``exact_text``. ValueError if a field is missing or not legal, and for more than
    32 768 units.
    """
    if not isinstance(fields, dict):
        raise argument_error("network", f"an object with the fields {', '.join(_FIELDS)}", fields)
    if "weights" in fields:
        return _layered(fields)
    missing = [name for name in _FIELDS if name not in fields]
    if missing:
        raise argument_error("network", f"an object with the fields {', '.join(missing)} too", sorted(fields))
    weights = fields["hidden_weights"]
    rows = isinstance(weights, list) and bool(weights) and isinstance(weights[0], list)
    return ShallowNetwork(
        fields["activation"],
        _rows("hidden_weights", weights)
        if rows
        else numbers_from_json("hidden_weights", weights, MOST_UNITS),
        numbers_from_json("hidden_biases", fields["hidden_biases"], MOST_UNITS),
        numbers_from_json("output_weights", fields["output_weights"], MOST_UNITS),
        number_from_json("output_bias", fields["output_bias"]),
    )


def _layered(fields: dict[str, Any]) -> LayeredNetwork:
    """Return a network with several layers."""
    layers = {name: fields.get(name) for name in _LAYERS}
    for name, part in layers.items():
        check(name, part, isinstance(part, list), "a list with a part for each layer")
    weights = [_rows("weights", part) for part in layers["weights"] or []]
    biases = [numbers_from_json("biases", part, MOST_UNITS) for part in layers["biases"] or []]
    return LayeredNetwork(fields.get("activation"), weights, biases)  # type: ignore[arg-type]


def _rows(name: str, weights: Any) -> list[list[float]]:
    """Return a matrix, a row of equal length for each unit."""
    check(name, weights, isinstance(weights, list), "a list of rows")
    check_between(f"the length of {name}", len(weights), 0, MOST_UNITS, whole=True)
    rows = [numbers_from_json(name, row, MOST_UNITS) for row in weights]
    check(name, [len(row) for row in rows], len({len(row) for row in rows}) < 2, "rows of equal length")
    return rows


def write_network(network: Network) -> str:
    """Return the network as JSON text; ``read_network`` reads the same float64 parameters again."""
    return json.dumps(network_as_dict(network), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read_network(text: str) -> Network:
    """Return the network of a JSON text: one that ``write_network`` wrote, or that of a certificate.

    ValueError if the text is not JSON or holds no network.
    """
    try:
        document = read_json(text)
    except ValueError as error:
        raise ValueError(f"`text` must be JSON, got text that is not ({error})") from None
    return network_from_dict(document.get("network", document) if isinstance(document, dict) else document)
