import numpy as np
import pytest

from nnviz.approximation import film, interpolants, largest_terms
from nnviz.networks import ShallowNetwork

K = (-1.0, 1.0)


def test_the_error_of_a_constant_network_is_known():
    flat = ShallowNetwork("tanh", [1.0], [0.0], [0.0], 0.25)
    seen = film(np.square, K, [flat], points=2001)
    assert seen.sup[0] == pytest.approx(0.75)  # at x = ±1
    assert seen.rms[0] == pytest.approx(
        np.sqrt(1 / 5 - 2 * 0.25 / 3 + 0.25**2), rel=2e-3
    )  # ∫(x² − ¼)² dx / 2


def test_interpolation_errs_by_at_most_h_squared_over_8_times_the_curvature():
    networks = interpolants(np.sin, (0.0, 3.0), [4, 8, 16, 32])
    seen = film(np.sin, (0.0, 3.0), networks, points=4001)
    bounds = np.array([(3 / n) ** 2 / 8 for n in (4, 8, 16, 32)])
    assert (seen.sup <= bounds * (1 + 1e-9)).all()
    assert (seen.sup >= 0.9 * bounds).all()


def test_undefined_points_are_counted_and_left_out():
    with np.errstate(invalid="ignore"):
        seen = film(np.sqrt, K, interpolants(np.zeros_like, K, [3]), points=1001)
    assert (seen.measured, seen.undefined) == (501, 500)
    assert seen.sup[0] == pytest.approx(1.0)
    assert np.isnan(seen.target[0])


def test_a_target_without_values_is_refused():
    with pytest.raises(ValueError, match="no finite value"):
        film(lambda x: np.full(x.shape, np.nan), K, interpolants(np.sin, K, [3]))


def test_centres_are_where_pre_activations_vanish():
    network = ShallowNetwork("tanh", [2.0, 0.0, -4.0], [1.0, 5.0, 1.0], [1.0, 1.0, 1.0], 0.0)
    centres = film(np.sin, K, [network]).centres[0]
    np.testing.assert_allclose(centres[[0, 2]], [-0.5, 0.25])
    assert np.isnan(centres[1])
    assert network.forward(centres[[0, 2]]).z[[0, 1], [0, 2]] == pytest.approx([0, 0])


def test_the_largest_terms_are_those_that_vary_most():
    network = ShallowNetwork("tanh", [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 3.0, 2.0], 7.0)
    x = np.linspace(-1, 1, 21)
    terms = largest_terms([network], x, most=2)
    assert terms.shape == (1, 2, 21)
    np.testing.assert_allclose(terms[0], [3 * np.tanh(x), 2 * np.tanh(x)], atol=1e-12)
