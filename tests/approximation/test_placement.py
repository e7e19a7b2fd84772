import numpy as np

from nnviz.approximation.placement import (
    Density,
    Ridges,
    Waves,
    around_units,
    curvature,
    make_frame,
    placements,
)
from nnviz.expressions import parse
from nnviz.networks import ACTIVATIONS
from tests.cases import each

U = np.linspace(-1, 1, 2049)
LINE = np.array([-1.0]), np.array([1.0])


def test_the_curvature_of_a_parabola_is_that_of_its_formula_at_every_scale() -> None:
    np.testing.assert_allclose(curvature(3 * U**2, every_scale=False), 6, rtol=1e-6)
    np.testing.assert_allclose(curvature(3 * U**2, every_scale=True), 6, rtol=1e-6)


def test_at_the_finest_scale_it_follows_the_second_derivative() -> None:
    np.testing.assert_allclose(curvature(np.sin(U), every_scale=False), np.abs(np.sin(U)), atol=2e-3)


def test_around_a_kink_it_falls_like_one_over_the_distance() -> None:
    far = np.abs(U) > 0.01
    product = curvature(np.abs(U), every_scale=True)[far] * np.abs(U)[far]
    assert product.min() > 0.4
    assert product.max() < 5


def test_a_straight_line_has_none_and_centers_are_then_even() -> None:
    frame = make_frame(parse("2x + 1"), *LINE)
    assert max(frame.curvatures(every_scale=each).max() for each in (False, True)) < 1e-8
    layer = Density(0.4, 0.2, 0, 0.5).layer(make_frame(parse("0x"), *LINE), 8)
    np.testing.assert_allclose(-layer.biases / layer.weights[:, 0], np.arange(-7, 8, 2) / 8, atol=1e-3)


def test_centers_crowd_where_the_target_bends() -> None:
    layer = Density(1.0, 0.2, 0, 0.5, every_scale=True).layer(make_frame(parse("|x - 1/2|"), *LINE), 30)
    centers = -layer.biases / layer.weights[:, 0]
    assert np.sum(np.abs(centers - 0.5) < 0.05) > 10
    assert (np.diff(centers) > 0).all()


@each("width", [1, 2, 7, 8, 30])
@each("inputs", [1, 2])
@each("activation", ACTIVATIONS)
def test_every_placement_fills_its_width_and_stays_on_the_domain(
    activation: str, inputs: int, width: int
) -> None:
    f = parse("e^x", ("x",)) if inputs == 1 else parse("e^x + y^2", ("x", "y"))
    frame = make_frame(f, -np.ones(inputs), np.ones(inputs))
    for way in placements(activation, inputs):
        layer = way.layer(frame, width)
        assert layer.weights.shape == (width, inputs)
        assert layer.biases.shape == (width,)
        assert np.isfinite(layer.weights).all()
        assert layer.fit.shape[1] == layer.check.shape[1] == inputs
        assert len(layer.fit) > width + 1
        assert np.abs(np.vstack([layer.fit, layer.check])).max() <= 1 + 1e-12


def test_waves_are_a_fourier_series() -> None:
    layer = Waves(2.0).layer(make_frame(parse("x"), *LINE), 5)
    np.testing.assert_allclose(layer.weights[:, 0], np.pi / 2 * np.array([1, 1, 2, 2, 3]))
    np.testing.assert_allclose(layer.biases, np.pi / 2 * np.array([0, 1, 0, 1, 0]))


def test_waves_of_the_plane_come_in_different_directions_and_only_once() -> None:
    weights = Waves(1.5).layer(make_frame(parse("x y", ("x", "y")), -np.ones(2), np.ones(2)), 60).weights[::2]
    assert len(np.unique(np.vstack([weights, -weights]).round(9), axis=0)) == 60


def test_ridges_turn_by_the_golden_angle_and_cross_the_square() -> None:
    layer = Ridges(3.0).layer(make_frame(parse("x y", ("x", "y")), -np.ones(2), np.ones(2)), 200)
    np.testing.assert_allclose(np.linalg.norm(layer.weights, axis=1), 3)
    turn = np.pi * (np.sqrt(5) - 1) / 2
    np.testing.assert_allclose(layer.weights[1] / 3, [np.cos(turn), np.sin(turn)])
    assert (np.abs(layer.biases) <= np.abs(layer.weights).sum(axis=1)).all()  # zero somewhere in the square


def test_points_around_units_show_what_an_even_grid_hides() -> None:
    points = around_units(np.array([[1e6], [0.0], [2.0]]), np.array([-1e6 / 3, 1.0, 9.0]), 9)[:, 0]
    assert np.sum(np.abs(points - 1 / 3) < 1e-5) == 9
    assert np.abs(points).max() <= 1
