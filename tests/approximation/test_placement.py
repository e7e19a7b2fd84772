import numpy as np
import pytest

from nnviz.approximation.placement import Density, Ridges, Waves, around_units, curvature, framed, placements
from nnviz.functions import parse
from nnviz.networks import ACTIVATIONS

U = np.linspace(-1, 1, 2049)
LINE = np.array([-1.0]), np.array([1.0])


def test_the_curvature_of_a_parabola_is_that_of_its_formula_at_every_scale():
    np.testing.assert_allclose(curvature(3 * U**2, every_scale=False), 6, rtol=1e-6)
    np.testing.assert_allclose(curvature(3 * U**2, every_scale=True), 6, rtol=1e-6)


def test_at_the_finest_scale_it_follows_the_second_derivative():
    np.testing.assert_allclose(curvature(np.sin(U), every_scale=False), np.abs(np.sin(U)), atol=2e-3)


def test_around_a_kink_it_falls_like_one_over_the_distance():
    far = np.abs(U) > 0.01
    product = curvature(np.abs(U), every_scale=True)[far] * np.abs(U)[far]
    assert product.min() > 0.4
    assert product.max() < 5


def test_a_straight_line_has_none_and_centres_are_then_even():
    frame = framed(parse("2x + 1"), *LINE)
    assert max(frame.curvatures[0].max(), frame.curvatures[1].max()) < 1e-8
    layer = Density(False, 0.4, 0.2, 0, 0.5).layer(framed(parse("0x"), *LINE), 8)
    np.testing.assert_allclose(-layer.biases / layer.weights[:, 0], np.arange(-7, 8, 2) / 8, atol=1e-3)


def test_centres_crowd_where_the_target_bends():
    layer = Density(True, 1.0, 0.2, 0, 0.5).layer(framed(parse("|x - 1/2|"), *LINE), 30)
    centres = -layer.biases / layer.weights[:, 0]
    assert np.sum(np.abs(centres - 0.5) < 0.05) > 10
    assert (np.diff(centres) > 0).all()


@pytest.mark.parametrize("width", [1, 2, 7, 8, 30])
@pytest.mark.parametrize("inputs", [1, 2])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_placement_fills_its_width_and_stays_on_the_domain(activation, inputs, width):
    f = parse("e^x", ("x",)) if inputs == 1 else parse("e^x + y^2", ("x", "y"))
    frame = framed(f, -np.ones(inputs), np.ones(inputs))
    for way in placements(activation, inputs):
        layer = way.layer(frame, width)
        assert layer.weights.shape == (width, inputs)
        assert layer.biases.shape == (width,)
        assert np.isfinite(layer.weights).all()
        assert layer.fit.shape[1] == layer.check.shape[1] == inputs
        assert len(layer.fit) > width + 1
        assert np.abs(np.vstack([layer.fit, layer.check])).max() <= 1 + 1e-12


def test_waves_are_a_fourier_series():
    layer = Waves(2.0).layer(framed(parse("x"), *LINE), 5)
    np.testing.assert_allclose(layer.weights[:, 0], np.pi / 2 * np.array([1, 1, 2, 2, 3]))
    np.testing.assert_allclose(layer.biases, np.pi / 2 * np.array([0, 1, 0, 1, 0]))


def test_waves_of_the_plane_come_in_different_directions_and_only_once():
    weights = Waves(1.5).layer(framed(parse("x y", ("x", "y")), -np.ones(2), np.ones(2)), 60).weights[::2]
    assert len(np.unique(np.vstack([weights, -weights]).round(9), axis=0)) == 60


def test_ridges_turn_by_the_golden_angle_and_cross_the_square():
    layer = Ridges(3.0).layer(framed(parse("x y", ("x", "y")), -np.ones(2), np.ones(2)), 200)
    np.testing.assert_allclose(np.linalg.norm(layer.weights, axis=1), 3)
    turn = np.pi * (np.sqrt(5) - 1) / 2
    np.testing.assert_allclose(layer.weights[1] / 3, [np.cos(turn), np.sin(turn)])
    assert (np.abs(layer.biases) <= np.abs(layer.weights).sum(axis=1)).all()  # zero somewhere in the square


def test_points_around_units_show_what_an_even_grid_hides():
    points = around_units(np.array([[1e6], [0.0], [2.0]]), np.array([-1e6 / 3, 1.0, 9.0]), 9)[:, 0]
    assert np.sum(np.abs(points - 1 / 3) < 1e-5) == 9
    assert np.abs(points).max() <= 1
