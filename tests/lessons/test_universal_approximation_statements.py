"""Each sentence with a number or a comparison in Home and five parts of the theorem's page, and what holds it."""

import numpy as np
import pytest

import nnviz as nv
from nnviz.approximation import step_by_sigmoid, units_needed
from nnviz.approximation.default_study import F, K, default_study
from nnviz.approximation.error_vs_width import Study, StudySpec
from nnviz.lessons.home.growing_network import view as home
from nnviz.lessons.pages import PAGES
from nnviz.lessons.universal_approximation.any_epsilon import text as any_epsilon
from nnviz.lessons.universal_approximation.bumps import view as bumps
from nnviz.lessons.universal_approximation.by_hand import view as by_hand
from nnviz.lessons.universal_approximation.exists_and_found.view import SEEDS, WIDTHS
from nnviz.lessons.universal_approximation.limits import view as limits
from nnviz.lessons.universal_approximation.train import view as train
from nnviz.lessons.universal_approximation.train.chart import draw_history
from nnviz.networks import TrainingSpec
from tests.apps import healthy, open_page
from tests.lessons.statements import Entries, hold

PLACES = (
    *(
        f"universal_approximation/{chapter}"
        for chapter in ("question", "any_epsilon", "exists_and_found", "limits", "two_inputs")
    ),
    "home",
)
SPACED = "lessons/test_home.py::test_straight_pieces_of_a_sine_keep_the_bound_of_interpolation"
NORMS = "lessons/test_universal_approximation_norms.py"
PARTS = "approximation/test_partial_sums.py::test_each_sum_keeps_the_units_of_the_one_before"
LUSIN = f"{NORMS}::test_lusins_theorem_is_told_with_the_readers_function"
OTHER_NORMS = f"{NORMS}::test_where_the_sup_norm_is_impossible_the_other_norms_are_shown"


def shipped() -> Study:
    found = default_study(F, K, StudySpec("relu"))
    assert found is not None
    return found


def grow_tenfold() -> bool:
    """The proved number of units for sin(2πx), at ε and at ε/100."""
    sine, x = nv.parse("sin(2πx)"), np.linspace(-1, 1, 4001)
    many, few = (units_needed(sine, epsilon, x) for epsilon in (1e-4, 1e-2))
    return 9 < many / few < 11


def places_of_knots_save_units() -> bool:
    """The pictures of Home and of "Any ε, with proof" say 14 and 8 units for the same f and ε."""
    frames, widths = home.build_networks(nv.parse("sin(2πx)"), (-1.0, 1.0), 0.1)
    found = nv.reach("sin(2πx)", (-1, 1), epsilon=0.1)
    words = any_epsilon.headline(found.network.width, found.lower_bound, is_proved=True)
    assert words == "8 units found = 8 units needed ✓"
    return home.first_within(frames.sup, widths, 0.1) == 14 > found.network.width


def chord_error_falls_with_the_square() -> bool:
    """The best line deviates from x²/2 on [0, h] by h²/16."""
    for h in (1.0, 0.1):
        x = np.linspace(0, h, 1001)
        best = x**2 / 2 - (h * x / 2 - h**2 / 16)
        if not np.isclose(np.abs(best).max(), h**2 / 16):
            return False
    return True


def at_a_jump() -> bool:
    low, high = step_by_sigmoid(40.0, 0.1), step_by_sigmoid(4000.0, 0.1)
    return bool(
        low.sup == high.sup == 0.5
        and np.isclose(low.rms / high.rms, 10, rtol=0.01)
        and np.isclose(low.bad_measure / high.bad_measure, 100, rtol=0.01)
    )


def slope_of_quarters() -> bool:
    return 2.0**-2 == 1 / 4


def k_grows_until_the_network_fails() -> bool:
    """16 units are within ε = 0.1 of sin x on [−10, 10], and not on [−50, 50], where the slider stands at first."""
    errors = dict(zip(limits.RADII, (seen.sup[0] for seen in limits._fit_growing(16)), strict=True))
    return bool(errors[10.0] < 0.1 < 0.99 < errors[limits.FIRST_RADIUS])


CHECKS = {
    "So fewer units are enough than with the even knots on *Home*.": places_of_knots_save_units,
    "For a smooth $f$, the number of ReLU units grows like $1/\\sqrt{\\varepsilon}$.": grow_tenfold,
    "So $h$ must shrink by a factor of 10, and the number of units grows like $1/\\sqrt\\varepsilon$.": grow_tenfold,
    "On a piece of length $h$, the best straight line has an error of about $|f''| h^2 / 16$.": (
        chord_error_falls_with_the_square
    ),
    "A straight piece can be as steep as $f$, so its error falls with the square of its length.": (
        chord_error_falls_with_the_square
    ),
    "The error falls faster than the length of a piece, not more slowly.": chord_error_falls_with_the_square,
    "It falls with the square of the length.": chord_error_falls_with_the_square,
    "A slope of −2 means that twice as many units give a quarter of the error.": slope_of_quarters,
    "48 trained networks are stored for this $f$ and this $K$.": lambda: (
        len(WIDTHS) * SEEDS == 48 == next(c for c in shipped().curves if c.name == "trained").sup.size
    ),
    "At a jump the sup norm of the error stays at least half the jump, but the mean square error can go to "
    "0.": at_a_jump,
    "A unit $\\sigma(wx)$ becomes steeper at a jump of height 1.": at_a_jump,
    "The unit differs from the jump only near $x = 0$.": at_a_jump,
    "The error there is ½ for every $w$.": at_a_jump,
    "This length shrinks like $1/w$, because a steeper unit crosses the jump faster.": at_a_jump,
    "On all of $\\mathbb{R}$, which is not compact, its error is at least 1.": k_grows_until_the_network_fails,
    "On $(0, 1]$, which is not closed, no network stays close to $1/x$.": lambda: (
        nv.parse("1/x")(np.array([1e-300]))[0] > 1e299
    ),
    "Work through five pages in order, from one straight line to networks.": lambda: len(PAGES) - 1 == 5,
}
TESTED = {
    "The maps above use 1, 4 and 16 units of the network.": PARTS,
    "A certificate **proves** that its error is smaller than $\\varepsilon$ at every point of $K$.": (
        "lessons/test_universal_approximation.py::test_an_epsilon_is_proved_and_priced"
    ),
    "Its error is at most $\\max|f''|\\,h^2/8$, where $h$ is the distance between knots.": SPACED,
    "If $f^2$ has a finite integral, networks reach every mean square error above 0 (Hornik 1991, theorem "
    "1).": OTHER_NORMS,
    "It can be made small if the integral of $f^2$ is finite (Hornik 1991, theorem 1).": OTHER_NORMS,
    "For every $\\delta > 0$ there is a closed set $F \\subset K$ on which $f$ is continuous.": LUSIN,
}
DESCRIPTIONS = (
    "Along each line, the input of one unit is 0.",  # test_universal_approximation_charts
    "Then for every $\\varepsilon > 0$ there is a network $N(x) = c + \\sum_j v_j\\, \\varphi(w_j x + b_j)$ with "
    "$\\max_{x \\in K} |f(x) - N(x)| < \\varepsilon$.",
    "- **Cybenko (1989)** proved the theorem for continuous sigmoidal $\\varphi$.",
    "**Hornik (1991)** proved the theorem for continuous, bounded and non-constant $\\varphi$.",
    "**Leshno, Lin, Pinkus and Schocken (1993)** proved that a continuous $\\varphi$ works if and only if "
    "$\\varphi$ is not a polynomial.",
    "For a smooth $f$, ε becomes 100 times smaller.",
    "How many times as many ReLU units are needed?",
    "The root mean square is $\\bigl(\\frac{1}{|K|}\\int_K (f - N)^2\\bigr)^{1/2}$.",
    "The chart shows the largest error against the number of hidden units, both on logarithmic scales.",
    "**Lusin's theorem (1912).",
    "By Lusin's theorem (1912), $f$ is continuous on the rest of $K$ for a suitable set.",
    "The error may be large on a set of small area δ, and it is below ε everywhere else (Hornik, Stinchcombe and White "
    "1989, corollary 2.1).",
    "Let $f$ be measurable on $K$, with finite values almost everywhere.",
    "A certificate for a box takes longer than for an interval, so a small ε may end without a proof.",
    "The network adds sigmoid steps along the 16 largest plane waves of f.",
    "That unit is in a **second hidden layer** (Nielsen 2015, chapter 4), so the tower proves a theorem about "
    "two hidden layers.",
)


def test_each_statement_is_true_of_what_the_page_shows() -> None:
    hold(PLACES, Entries(CHECKS, TESTED, DESCRIPTIONS))


def test_the_numbers_on_the_pictures_are_those_of_the_first_screen() -> None:
    """63 bumps, and four knots outside of the tube, at ε = 0.1 for the first f."""
    sine = nv.parse("sin(2πx)")
    frames, heights = bumps._built("bumps", sine, (-1.0, 1.0), 20.0)
    assert bumps.first_within(frames, 0.1) == bumps.FIRST == 63
    assert 0.09955 < frames.sup[bumps.FIRST - 2] < 0.09965  # the headline says 0.0996
    few = bumps.FEW - 2
    assert frames.sup[few] > 0.1
    assert len(set(np.round(heights[few, :4], 3))) > 2  # neighbors can be told from each other
    assert bumps.highest(frames.x, frames.target) == pytest.approx(
        0.25, abs=0.01
    )  # the tube is named at -0.75
    knots = np.array([float(height) for height in by_hand.FIRST_HEIGHTS.split()])
    places = np.linspace(-1, 1, len(knots))
    assert (np.abs(knots - sine(places)) > 0.1).sum() == 4
    x = np.linspace(-1, 1, 2001)
    errors = np.abs(np.interp(x, places, knots) - sine(x))
    assert errors[x <= 0].max() < 0.1 < 0.99 < errors.max()  # the left half is done
    assert np.abs(np.interp(x, places, sine(places)) - sine(x)).max() > 0.1  # knots on f are not enough here
    run = train.compute_training(
        TrainingSpec(16, "tanh", "adam", 0.05, 300, 0, seed=1, frames=48, dtype="float64"), sine, (-1.0, 1.0)
    )
    assert (
        run.last.sup[-1]
        <= 0.1
        < np.abs(run.last.target - train.ghosts_of(run.run, run.last.x, 99)["before training"]).max()
    )
    first = run.first_within(0.1)
    assert first is not None
    assert run.measure(first).sup[0] <= 0.1 < run.every_frame().sup[:first].min()
    assert run.first_within(1e-9) is None
    constructed = train.construct(run)  # on even knots at a distance of 1/8
    assert constructed == pytest.approx(np.sin(3 * np.pi / 8) * (1 - np.cos(np.pi / 8)), rel=5e-3)
    history = draw_history(run.run.steps, run.largest_errors(), 72, 0.1).data["history"]
    assert run.run.steps[first] == 72  # the first dot below the line of ε
    np.testing.assert_array_equal(history["error"], run.every_frame().sup)


def test_the_first_screen_of_each_chapter_reaches_what_it_promises() -> None:
    app = healthy(open_page("universal_approximation", ua_chapter="any_epsilon"))
    words = " ".join(one.value for one in (*app.success, *app.markdown))
    assert "Proved on all of K" in words
    assert "**8 hidden units**" in words
    app = healthy(open_page("universal_approximation", ua_chapter="two_inputs"))
    assert "Proved on all of K" in app.success[0].value
    app = healthy(open_page("universal_approximation", ua_chapter="exists_and_found"))
    assert not app.warning
    assert "| trained | −1.06 |" in " ".join(one.value for one in app.markdown)
    errors = {curve.name: curve.median for curve in shipped().curves}
    assert errors["trained"][-1] > 10 * errors["constructed"][-1] > 10 * errors["optimal"][-1] / 10
