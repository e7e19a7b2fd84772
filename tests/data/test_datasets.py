"""Every real data set reproduces a published fit: the proof that no value is mistyped."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import optimize

from nnviz._types import Array
from nnviz.data import DATASETS, load
from tests.cases import each


def straight(x: Array, y: Array) -> tuple[Array, Array]:
    return np.column_stack((np.ones(len(y)), x)), y


def parabola(x: Array, y: Array) -> tuple[Array, Array]:
    return np.column_stack((np.ones(len(y)), x, x**2)), y


def swapped(x: Array, y: Array) -> tuple[Array, Array]:
    return straight(y, x[:, 0])


def petals(x: Array, _y: Array) -> tuple[Array, Array]:
    return straight(x[:, 0], x[:, 1])


def origin(x: Array, y: Array) -> tuple[Array, Array]:
    return x, y


def boiling(x: Array, y: Array) -> tuple[Array, Array]:
    return straight(x, np.round(100 * np.log10(y), 2))  # as tabulated by Weisberg


def least_squares(design: Array, y: Array) -> tuple[Array, Array, float, float]:
    """Coefficients, standard errors, residual standard deviation, R² (about the mean) and n."""
    coefficients = np.asarray(np.linalg.lstsq(design, y)[0], dtype=np.float64)
    residuals = y - design @ coefficients
    n, p = design.shape
    deviation = math.sqrt(residuals @ residuals / (n - p))
    _, r = np.linalg.qr(design)
    errors = deviation * np.linalg.norm(np.linalg.inv(r), axis=1)
    r_squared = 1 - residuals @ residuals / ((y - y.mean()) @ (y - y.mean()))
    return coefficients, errors, deviation, float(r_squared)


Published = tuple[int, tuple[float, ...], tuple[float | None, ...], float | None, float | None]

# n, coefficients, standard errors, residual standard deviation, R² as published; None where it is not.
PUBLISHED: dict[tuple[str, Callable[[Array, Array], tuple[Array, Array]]], Published] = {
    # Anscombe (1973) prints 3 + 0.5 x and R² = 0.667; the digits are those of R's ?anscombe.
    ("anscombe_1", straight): (11, (3.0001, 0.5001), (1.1247, 0.1179), 1.237, 0.6665),
    ("anscombe_2", straight): (11, (3.001, 0.500), (1.125, 0.118), 1.237, 0.6662),
    ("anscombe_3", straight): (11, (3.0025, 0.4997), (1.1245, 0.1179), 1.236, 0.6663),
    ("anscombe_4", straight): (11, (3.0017, 0.4999), (1.1239, 0.1178), 1.236, 0.6667),
    # R output in courses that use the JSE copy of the data (Dickey and Arnold 1995).
    ("galileo", parabola): (7, (199.91, 0.7083, -3.437e-4), (None, None, 6.678e-5), None, None),
    # summary(lm(pres ~ bp)); Weisberg, Applied Linear Regression, with 100 log10(pressure): RSS = 2.1549273.
    ("forbes", straight): (17, (-81.06373, 0.52289), (2.05182, 0.01011), 0.2328, 0.9944),
    ("forbes", boiling): (17, (-42.1378, 0.8955), (None, None), 0.3790275, None),
    # Both directions, and Hubble's law through the origin.
    ("hubble", straight): (24, (-40.78365, 454.15844), (None, None), None, None),
    ("hubble", swapped): (24, (0.3991, 0.001373), (None, None), None, None),
    ("hubble", origin): (24, (424.0,), (None,), None, None),
    ("cars", straight): (50, (-17.5791, 3.9324), (6.7584, 0.4155), 15.38, 0.6511),
    ("old_faithful", straight): (272, (33.4744, 10.7296), (1.1549, 0.3148), None, None),
    ("trees", straight): (31, (-57.9877, 4.7082, 0.3393), (None, None, None), None, 0.948),
    # Certified by NIST.
    ("norris", straight): (
        36,
        (-0.262323073774029, 1.00211681802045),
        (0.232818234301152, 0.429796848199937e-03),
        0.884796396144373,
        0.999993745883712,
    ),
    ("longley", straight): (
        16,
        (
            -3482258.63459582,
            15.0618722713733,
            -0.358191792925910e-01,
            -2.02022980381683,
            -1.03322686717359,
            -0.511041056535807e-01,
            1829.15146461355,
        ),
        (
            890420.383607373,
            84.9149257747669,
            0.334910077722432e-01,
            0.488399681651699,
            0.214274163161675,
            0.226073200069370,
            455.478499142212,
        ),
        304.854073561965,
        0.995479004577296,
    ),
    # summary(lm(Petal.Width ~ Petal.Length, data = iris))
    ("iris", petals): (150, (-0.363076, 0.415755), (0.039762, 0.009582), 0.2065, 0.9271),
}


def assert_as_printed(value: float, printed: float | None) -> None:
    """Equal to within one unit of the last digit printed, at most ten significant digits."""
    if printed is None:
        return
    digits = repr(printed).split("e")[0].replace("-", "").replace(".", "").strip("0")
    last = math.floor(math.log10(abs(printed))) - min(len(digits), 10) + 1
    assert value == pytest.approx(printed, rel=0, abs=10.0**last)


@each(("name", "model"), PUBLISHED, ids=lambda part: getattr(part, "__name__", part))
def test_the_published_regression_is_reproduced(
    name: str, model: Callable[[Array, Array], tuple[Array, Array]]
) -> None:
    n, coefficients, errors, deviation, r_squared = PUBLISHED[name, model]
    samples = load(name)
    found = least_squares(*model(samples.x, samples.y))
    assert len(samples.y) == n
    assert len(found[0]) == len(coefficients)
    for value, printed in zip(
        (*found[0], *found[1], *found[2:]), (*coefficients, *errors, deviation, r_squared)
    ):
        assert_as_printed(value, printed)


def test_the_published_logistic_regression_of_the_o_rings_is_reproduced() -> None:
    # glm(Fail > 0 ~ Temp, binomial): 15.0429 (7.3786), -0.2322 (0.1082); log-likelihood -10.1576
    samples = load("challenger")
    design = np.column_stack((np.ones(len(samples.y)), samples.x[:, 0] - 70))

    def negative_log_likelihood(beta: Array) -> float:
        z = design @ beta
        return float(np.logaddexp(0, z).sum() - samples.y @ z)

    beta = optimize.minimize(negative_log_likelihood, (0.0, 0.0), method="BFGS", options={"gtol": 1e-8}).x
    p = 1 / (1 + np.exp(-design @ beta))
    back = np.array([[1.0, -70.0], [0.0, 1.0]])
    covariance = back @ np.linalg.inv(design.T * (p * (1 - p)) @ design) @ back.T
    np.testing.assert_allclose(back @ beta, (15.0429, -0.2322), atol=(5e-5))
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), (7.3786, 0.1082), atol=(1e-4))
    assert negative_log_likelihood(beta) == pytest.approx(10.1576, abs=1e-4)
    assert len(samples.y) == 23
    assert 1 / (1 + np.exp(-beta @ (1, 31 - 70))) > 0.99


def test_every_data_set_has_a_published_fit() -> None:
    assert {name for name, _ in PUBLISHED} | {"challenger"} == set(DATASETS)


@each("numeral", [1, 2, 3, 4])
def test_anscombes_four_summaries_agree(numeral: int) -> None:
    samples = load(f"anscombe_{numeral}")
    x, y = samples.x[:, 0], samples.y
    assert x.mean() == 9.0
    assert x.var(ddof=1) == 11.0
    assert y.mean() == pytest.approx(7.50, abs=0.005)
    assert y.var(ddof=1) == pytest.approx(4.125, abs=0.004)
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(0.816, abs=0.001)


def test_iris_has_fishers_means_and_standard_deviations() -> None:
    # R: aggregate(. ~ Species, iris, mean), and sd
    samples = load("iris")
    species = [samples.x[samples.y == k] for k in range(3)]
    assert [len(part) for part in species] == [50, 50, 50]
    np.testing.assert_allclose(
        [part.mean(axis=0) for part in species], [(1.462, 0.246), (4.260, 1.326), (5.552, 2.026)]
    )
    np.testing.assert_allclose(
        [part.std(axis=0, ddof=1) for part in species],
        [(0.1736640, 0.1053856), (0.4699110, 0.1977527), (0.5518947, 0.2746501)],
        atol=1e-7,
    )
    assert samples.classes == ("setosa", "versicolor", "virginica")


@each("name", DATASETS)
def test_every_data_set_says_where_it_comes_from(name: str) -> None:
    record, samples = DATASETS[name], load(name)
    assert record.name == name
    assert samples.title == record.label
    assert samples.features == record.features
    assert samples.target == record.target
    assert any(character.isdigit() for character in samples.source) or "NIST" in samples.source
    assert samples.license
    assert record.lesson.endswith(".")
    assert record.task == ("classification" if samples.classes else "regression")
    assert not samples.classes or set(samples.y) == set(range(len(samples.classes)))


def test_loading_twice_gives_arrays_of_ones_own() -> None:
    load("cars").x[:] = 0
    assert load("cars").x.max() == 25


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match=r"`name` must be one of anscombe_1, .*, got 'mtcars'"):
        load("mtcars")
