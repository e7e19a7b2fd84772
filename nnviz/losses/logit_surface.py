"""The loss of one example as a function of its logit: what a classifier's last step goes down on."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from nnviz._checks import check
from nnviz._types import Array
from nnviz.losses.losses import Loss
from nnviz.losses.surfaces import Surface, quadratic


def logit_surface(loss: Loss, settings: Mapping[str, float] | None = None) -> Surface:
    """Return the value, slope and curvature of a binary loss over the logit z of one example with the truth y = 1.

    Points have shape (..., 1). ValueError if the loss is not for two classes.
    """
    known = loss.complete(settings or {})
    check("loss", loss.name, loss.task == "binary", "a binary loss")

    def value(points: ArrayLike) -> Array:
        z = np.asarray(points, dtype=np.float64)
        return np.asarray(loss.value(z, np.ones_like(z), **known)[..., 0])

    def gradient(points: ArrayLike) -> Array:
        z = np.asarray(points, dtype=np.float64)
        return np.asarray(loss.derivative(z, np.ones_like(z), **known))

    def hessian(points: ArrayLike) -> Array:
        z = np.asarray(points, dtype=np.float64)
        return np.asarray(loss.curvature(z, np.ones_like(z), **known)[..., None])

    return replace(
        quadratic([[1.0]]),
        name=loss.name,
        label=loss.label,
        latex=loss.latex,
        value=value,
        gradient=gradient,
        hessian=hessian,
        domain=((-8.0, 8.0),),
        start=(-4.0,),
        lesson=loss.lesson,
        minima=(),
        parameters=("z",),
    )
