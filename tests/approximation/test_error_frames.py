import numpy as np
import pytest

from nnviz.approximation import interpolants, measure_frames
from nnviz.networks import ShallowNetwork

K = (-1.0, 1.0)


def test_the_error_of_a_constant_network_is_known() -> None:
    flat = ShallowNetwork("tanh", [1.0], [0.0], [0.0], 0.25)
    seen = measure_frames(np.square, K, [flat], points=2001)
    assert seen.sup[0] == pytest.approx(0.75)  # at x = ±1
    assert seen.rms[0] == pytest.approx(
        np.sqrt(1 / 5 - 2 * 0.25 / 3 + 0.25**2), rel=2e-3
    )  # ∫(x² − ¼)² dx / 2


def test_interpolation_errs_by_at_most_h_squared_over_8_times_the_curvature() -> None:
    networks = interpolants(np.sin, (0.0, 3.0), [4, 8, 16, 32])
    seen = measure_frames(np.sin, (0.0, 3.0), networks, points=4001)
    bounds = np.array([(3 / n) ** 2 / 8 for n in (4, 8, 16, 32)])
    assert (seen.sup <= bounds * (1 + 1e-9)).all()
    assert (seen.sup >= 0.9 * bounds).all()


def test_undefined_points_are_counted_and_left_out() -> None:
    with np.errstate(invalid="ignore"):
        seen = measure_frames(np.sqrt, K, interpolants(np.zeros_like, K, [3]), points=1001)
    assert (seen.measured, seen.undefined) == (501, 500)
    assert seen.sup[0] == pytest.approx(1.0)
    assert np.isnan(seen.target[0])


def test_a_target_without_values_is_refused() -> None:
    with pytest.raises(ValueError, match="no finite value"):
        measure_frames(lambda x: np.full(x.shape, np.nan), K, interpolants(np.sin, K, [3]))


def test_centers_are_where_pre_activations_vanish() -> None:
    network = ShallowNetwork("tanh", [2.0, 0.0, -4.0], [1.0, 5.0, 1.0], [1.0, 1.0, 1.0], 0.0)
    centers = measure_frames(np.sin, K, [network]).centers[0]
    np.testing.assert_allclose(centers[[0, 2]], [-0.5, 0.25])
    assert np.isnan(centers[1])
    assert network.forward(centers[[0, 2]]).z[[0, 1], [0, 2]] == pytest.approx([0, 0])


@pytest.mark.parametrize("interval", [(-1.0, 1.0), (999.0, 1001.0)])
def test_wide_relu_networks_are_measured_like_narrow_ones(interval: tuple[float, float]) -> None:
    random = np.random.default_rng(1)
    w = np.append(random.normal(size=299), 0.0)
    b = -w * random.uniform(*interval, size=300) + (w == 0)
    network = ShallowNetwork("relu", w, b, random.normal(size=300), 0.5)
    seen = measure_frames(np.sin, interval, [network])
    np.testing.assert_allclose(seen.predictions[0], network(seen.x), rtol=0, atol=1e-10)
