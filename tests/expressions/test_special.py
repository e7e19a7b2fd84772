import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
import torch

from nnviz.expressions.special import erf
from tests.cases import each

X = np.concatenate([np.linspace(-7, 7, 20_001), np.geomspace(1e-300, 5, 2001), [0.0, 1e300, np.inf, -np.inf]])


@each("reference", [scipy.special.erf, lambda x: torch.erf(torch.from_numpy(x)).numpy()])
def test_erf_is_the_error_function_to_float64(reference: Callable[..., Any] | np.ufunc) -> None:
    np.testing.assert_allclose(erf(X), reference(X), rtol=1e-15, atol=0)


def test_erf_equals_the_standard_library_at_scalars() -> None:
    assert erf(0.3) == pytest.approx(math.erf(0.3), rel=1e-15)
    assert erf([[1, 2]]).shape == (1, 2)


def test_erf_of_many_values_is_that_of_each() -> None:
    x = np.linspace(-3, 3, 60_000).reshape(3, -1)
    np.testing.assert_allclose(erf(x), scipy.special.erf(x), rtol=1e-15, atol=0)


def test_erf_keeps_float32_the_sign_of_zero_and_nan() -> None:
    x = X.clip(-9, 9).astype(np.float32)
    np.testing.assert_allclose(erf(x), scipy.special.erf(x), rtol=3e-7)
    assert erf(np.float32(1)).dtype == np.float32
    assert np.signbit(erf(-0.0))
    assert np.isnan(erf(np.nan))
