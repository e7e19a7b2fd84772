"""Compute the numbers of both passes in the browser: each as a Vega expression, in the order of the equations."""

from collections.abc import Mapping
from typing import NamedTuple

from nnviz.networks import ACTIVATIONS

CHANGE = 0.1  # of the varied parameter, for the prediction of the derivative


class Passes(NamedTuple):
    """One example through a network with one input and N units, and one update by gradient descent.

    numbers: name -> value for x, y, eta, loss, yhat, dy, c, dc, nc (the new c) and, for each unit j = 1 … N, wj, bj,
    vj, zj, aj, sj = φ′(zj), dwj, dbj, dvj, dzj, nwj, nbj, nvj; ``after`` is the loss after the update. varied:
    the parameter that the live value ``VARIED`` stands for.
    """

    activation: str
    numbers: Mapping[str, float]
    units: int
    varied: str = ""

    @property
    def given(self) -> list[str]:
        """Return the names of the numbers that determine all others."""
        return ["x", "y", "eta", "c", *(f"{symbol}{j}" for j in range(1, self.units + 1) for symbol in "wbv")]


def arithmetic(activation: str, units: int) -> list[tuple[str, str]]:
    """Return the name and the Vega expression of every number of both passes, in order."""
    known = ACTIVATIONS[activation]
    value, slope, value_after = (
        source.replace("{z}", f"datum.{name}{{j}}")
        for source, name in (
            (known.browser_value, "z"),
            (known.browser_derivative, "z"),
            (known.browser_value, "nz"),
        )
    )
    each = range(1, units + 1)
    forward = [(f"z{j}", f"datum.w{j} * datum.x + datum.b{j}") for j in each]
    forward += [(f"a{j}", value.replace("{j}", str(j))) for j in each]
    output = " + ".join(["datum.c", *(f"datum.v{j} * datum.a{j}" for j in each)])
    top = [("yhat", output), ("loss", "(datum.yhat - datum.y) * (datum.yhat - datum.y)")]
    top += [("dy", "2 * (datum.yhat - datum.y)"), ("dc", "1 * datum.dy")]
    back = [(f"dv{j}", f"datum.dy * datum.a{j}") for j in each]
    back += [(f"s{j}", slope.replace("{j}", str(j))) for j in each]
    back += [(f"dz{j}", f"datum.dy * datum.v{j} * datum.s{j}") for j in each]
    back += [(f"dw{j}", f"datum.dz{j} * datum.x") for j in each] + [
        (f"db{j}", f"1 * datum.dz{j}") for j in each
    ]
    parameters = ["c", *(f"{symbol}{j}" for j in each for symbol in "wbv")]
    update = [(f"n{name}", f"datum.{name} - datum.eta * datum.d{name}") for name in parameters]
    update += [(f"nz{j}", f"datum.nw{j} * datum.x + datum.nb{j}") for j in each]
    update += [(f"na{j}", value_after.replace("{j}", str(j))) for j in each]
    output = " + ".join(["datum.nc", *(f"datum.nv{j} * datum.na{j}" for j in each)])
    update += [("nyhat", output), ("after", "(datum.nyhat - datum.y) * (datum.nyhat - datum.y)")]
    return forward + top + back + update


def arithmetic_of_change(activation: str, units: int) -> list[tuple[str, str]]:
    """Return what comes after `arithmetic`: the change in loss if the varied parameter grows by ``CHANGE``.

    ``predicted`` by the derivative, and the ``actual`` one. The loss is computed again, with parameters ew1, eb1, …
    """
    value, each = ACTIVATIONS[activation].browser_value, range(1, units + 1)
    parameters = ["c", *(f"{symbol}{j}" for j in each for symbol in "wbv")]
    moved = [(f"e{name}", f"datum.{name} + (given.varied == '{name}' ? {CHANGE} : 0)") for name in parameters]
    moved += [(f"ez{j}", f"datum.ew{j} * datum.x + datum.eb{j}") for j in each]
    moved += [(f"ea{j}", value.replace("{z}", f"datum.ez{j}")) for j in each]
    output = " + ".join(["datum.ec", *(f"datum.ev{j} * datum.ea{j}" for j in each)])
    loss = [("eyhat", output), ("actual", "(datum.eyhat - datum.y) * (datum.eyhat - datum.y) - datum.loss")]
    derivatives = ", ".join(f"{name}: datum.d{name}" for name in parameters)
    return [*moved, *loss, ("predicted", f"{CHANGE} * {{{derivatives}}}[given.varied]")]
