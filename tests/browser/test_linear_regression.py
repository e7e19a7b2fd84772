"""The linear pages in a real browser: what the charts work out for themselves, against NumPy and torch."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import go, hold, settle
from nnviz._types import Array
from nnviz.data import SampleSpec, draw
from nnviz.lessons.linear_regression.more_inputs.chart import plane_domain
from nnviz.lessons.linear_regression.more_inputs.space.chart import DEEP, FIRST, HIGH, heights_of
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser
torch.set_num_threads(1)
SAMPLES = draw(SampleSpec("line", 40, 0.4))
X, Y = SAMPLES.x[:, 0], SAMPLES.y
CHARTS = "[data-testid=stVegaLiteChart]"
ROUNDED = 5.001e-5  # the relative error of a number with five digits, as marks speak of them


def marks(page: Page, chart: int, kind: str = "") -> list[dict[str, float]]:
    """The numbers that the marks of a chart speak of, "name: value; …" read from their labels."""
    found = page.locator(CHARTS).nth(chart).locator(f"svg {kind} [aria-label*=': ']")
    labels = found.evaluate_all("(all) => all.map((one) => one.ariaLabel.replaceAll('−', '-'))")
    return [
        {name: float(value) for name, value in re.findall(r"([^;: ]+): (-?[\d.]+(?:e-?\d+)?)(?:;|$)", label)}
        for label in labels
    ]


def words(page: Page, chart: int) -> str:
    return " ".join(page.locator(CHARTS).nth(chart).locator("svg text").all_text_contents())


def test_squares_and_area_follow_a_slider_that_is_held_and_its_value_survives_a_change_of_page(
    visit: Begin, address: str
) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression")
    w = hold(page, "lr_w", 90)
    assert w > 0
    assert "lr_w" not in page.url
    total = ((w * X - Y) ** 2).sum()
    assert f" = {total:.4g}" in words(page, 2)
    assert f"mean squared error L = {total / len(X):.4g}" in words(page, 0)
    strips = [mark for mark in marks(page, 2) if "residual" in mark]
    assert len(strips) == len(X)
    squares = ((w * X - Y) ** 2)[np.argsort(X)]
    np.testing.assert_allclose([mark["residual"] for mark in strips], squares, rtol=ROUNDED)
    corners = [(mark["left"], mark["right"], mark["side"]) for mark in strips]
    sums = np.cumsum(squares) / total**0.5
    expected = np.column_stack((sums - squares / total**0.5, sums, np.full(len(X), total**0.5)))
    np.testing.assert_allclose(corners, expected, rtol=ROUNDED, atol=1e-12)
    (dw, db), eta = slope(w), 0.05
    numbers = [f"{value:.3g}" for value in (dw, w, dw, w - eta * dw, db, 0, db, -eta * db)]
    assert set(spoken(page)) == set(numbers)
    held = [drawn_line(page), words(page, 0), words(page, 2), spoken(page)]
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lr_w')")
    settle(page)
    assert [drawn_line(page), words(page, 0), words(page, 2), spoken(page)] == held
    page.get_by_text("Gradient", exact=True).click()
    expect(page.locator(".katex-mathml .nnviz-number").first).to_have_text(numbers[0].replace("-", "−"))
    settle(page)
    assert spoken(page)[:1] == numbers[:1]
    page.get_by_text("Exact solution", exact=True).click()
    expect(page.locator(".nnviz-number")).to_have_count(0)
    a_walk_ends_where_the_line_is_moved(page)
    kept = present(re.search(r"lr_w=[-\d.]+", page.url))[0]
    page.get_by_role("link", name="Loss functions").first.click()
    page.wait_for_url("**/loss_functions*")
    settle(page)
    page.get_by_role("link", name="Linear regression").first.click()
    page.wait_for_url("**/linear_regression*")
    page.wait_for_function("(kept) => location.search.includes(kept)", arg=kept)


def a_walk_ends_where_the_line_is_moved(page: Page) -> None:
    player = page.locator(".st-key-player_lr_frame")
    page.get_by_role("button", name="Make 25 updates").click()
    expect(player).to_have_count(1)
    presses_before_the_answer_are_not_lost(page, player)
    page.locator(".st-key-lr_w input").first.press("ArrowRight")
    expect(player).to_have_count(0)
    page.wait_for_function("!location.search.includes('lr_steps')")
    settle(page)


def presses_before_the_answer_are_not_lost(page: Page, player: Locator) -> None:
    """Answers are late by 0.9 s, and each press comes 0.5 s after the one before."""
    settle(page)
    page.evaluate("window.late = 900")
    for press in ("Make 1 update", "Make 1 update", "Step back", "Step back"):
        page.get_by_role("button", name=press, exact=True).last.click()
        page.wait_for_timeout(500)
    settle(page, 1000)
    page.evaluate("window.late = 0")
    expect(player.locator("output")).to_have_text("update 25 / 27")
    line = [page.evaluate(f"window.nnviz.live.{key}") for key in ("lr_w", "lr_b")]
    np.testing.assert_allclose(line, [float(link(page, key)) for key in ("lr_w", "lr_b")], rtol=1e-5)


def link(page: Page, key: str) -> str:
    """What the link says of a control."""
    return present(re.search(rf"\b{key}=([-.\w]+)", page.url))[1]


def slope(w: float) -> list[float]:
    """∂L/∂w and ∂L/∂b at (w, 0), of torch's mean squared error."""
    line = torch.tensor([w, 0.0], dtype=torch.float64, requires_grad=True)
    torch.nn.functional.mse_loss(line[0] * torch.tensor(X) + line[1], torch.tensor(Y)).backward()
    gradient: list[float] = present(line.grad).tolist()
    return gradient


def spoken(page: Page) -> list[str]:
    """The numbers of the formulas, as a screen reader finds them; those that are seen are the same."""
    said = page.locator(".katex-mathml .nnviz-number").all_text_contents()
    assert said == page.locator(".katex-html .nnviz-number").all_text_contents()
    return [number.replace("−", "-") for number in said]


def drawn_line(page: Page) -> list[str | None]:
    """Where the reader's own line is drawn."""
    line = page.locator(CHARTS).first.locator("svg .mark-rule.role-mark line").first
    return [line.get_attribute(name) for name in ("transform", "x2", "y2")]


def the_squares_are_square_on_the_screen(page: Page) -> None:
    squares = page.locator(CHARTS).first.locator("svg .mark-rect path")
    shapes = squares.evaluate_all("(all) => all.map((one) => one.getAttribute('d'))")
    sizes = [re.findall(r"[-\d.]+", shape) for shape in shapes]
    assert len(sizes) == 11
    for _, _, wide, high, *_ in sizes:
        assert abs(abs(float(wide)) - abs(float(high))) < 0.1
        assert abs(float(wide)) > 0.5  # a residual of 0.04


def test_the_first_steps_are_those_of_sgd_also_while_the_slider_is_held_and_a_button_sets_it(
    visit: Begin, address: str
) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_chapter=step_size")
    np.testing.assert_allclose(drawn(page, 0), sgd(X + X.std(), 1.9), rtol=ROUNDED, atol=1e-6)
    rate = hold(page, "lr_rate", -120)
    assert rate < 1.8
    assert "lr_rate" not in page.url
    np.testing.assert_allclose(drawn(page, 0), sgd(X + X.std(), rate), rtol=ROUNDED, atol=1e-6)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lr_rate')")
    settle(page)
    a_button_sets_the_learning_rate_and_the_link(page)


def drawn(page: Page, chart: int) -> Array:
    """The points (w, b) of the steps on a map."""
    walked = [mark for mark in marks(page, chart, ".mark-symbol") if "step" in mark]
    return np.array([(mark["x"], mark["y"]) for mark in sorted(walked, key=lambda mark: mark["step"])])


def sgd(x: Array, multiple: float) -> Array:
    """24 steps of torch.optim.SGD from w = b = 0, with η a multiple of 1/λmax of autograd's Hessian."""
    inputs, y = torch.tensor(x), torch.tensor(Y)

    def loss(line: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.mse_loss(line[0] * inputs + line[1], y)

    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    steepest = torch.linalg.eigvalsh(torch.autograd.functional.hessian(loss, line.detach()))[-1]
    descent = torch.optim.SGD([line], lr=multiple / float(steepest))
    points = [line.detach().numpy().copy()]
    for _ in range(24):
        descent.zero_grad()
        loss(line).backward()
        descent.step()
        points.append(line.detach().numpy().copy())
    return np.array(points)


def a_button_sets_the_learning_rate_and_the_link(page: Page) -> None:
    link = page.url
    page.get_by_role("button", name="Set η = 2/(λₘᵢₙ+λₘₐₓ)").click()
    page.wait_for_function("(link) => location.href !== link", arg=link)
    settle(page)
    hessian = 2 / len(X) * np.array([[((X + X.std()) ** 2).sum(), (X + X.std()).sum()], [0, len(X)]])
    flat, steep = np.linalg.eigvalsh(hessian, UPLO="U")
    assert f"η = {2 / (flat + steep):.3g}" in words(page, 2)
    exact = float(present(re.search(r"lr_rate=([\d.]+)", page.url))[1])
    assert exact == pytest.approx(2 * steep / (flat + steep), rel=1e-6)
    page.get_by_text("Standardize x", exact=True).click()
    settle(page)
    standard = sgd((X - X.mean()) / X.std(), exact)
    np.testing.assert_allclose(drawn(page, 0), standard, rtol=ROUNDED, atol=1e-6)


def test_a_dragged_point_pulls_the_line_of_least_squares_and_becomes_ones_own(
    visit: Begin, address: str
) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_data=anscombe_3&lr_best=true")
    the_squares_are_square_on_the_screen(page)
    dot = page.locator(CHARTS).first.locator("svg [aria-label^='x: 13; y: 12.74']").last
    box = present(dot.bounding_box())
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    intercept = page.locator(".st-key-lr_b input").first.input_value()
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + 90, steps=8)
    settle(page)
    assert "lr_points" not in page.url
    dots = np.array(pixels(page, ".mark-symbol path[aria-label^='x: ']"))
    (x0, y0), (dx, dy) = (
        pixels(page, ".mark-rule.role-mark line")[0],
        attributes(page, ".mark-rule.role-mark line", "x2", "y2"),
    )
    assert len(dots) == 11
    across, down = dots.T
    fitted = np.polyval(np.polyfit(across, down, 1), np.array([x0, x0 + dx]))
    np.testing.assert_allclose(np.array([y0, y0 + dy]), fitted, atol=0.01)
    least = present(re.search(r"least-squares line: [\d.]+", words(page, 2)))[0]
    assert "Release the point" in words(page, 1)
    page.mouse.up()
    page.wait_for_function(
        "() => location.search.includes('lr_points') && location.search.includes('lr_data=own')"
    )
    settle(page)
    assert page.locator(CHARTS).first.locator("svg [aria-label^='x: 13; y: 12.74']").count() == 0
    assert least in words(page, 2)  # the frame has followed the point
    assert "Release the point" not in words(page, 1)
    assert page.locator(".st-key-lr_b input").first.input_value() == intercept
    page.wait_for_function("() => location.search.includes('lr_b=7.5')")


def pixels(page: Page, marks: str) -> list[tuple[float, float]]:
    """Where marks of the first chart stand in its plot."""
    found = page.locator(CHARTS).first.locator(f"svg {marks}")
    placed = found.evaluate_all("(all) => all.map((one) => one.getAttribute('transform'))")
    numbers = [[float(part) for part in re.findall(r"-?[\d.]+", text)] for text in placed]
    return [(x, y) for x, y in numbers]


def attributes(page: Page, mark: str, *names: str) -> tuple[float, ...]:
    found = page.locator(CHARTS).first.locator(f"svg {mark}").first
    return tuple(float(found.get_attribute(name) or 0) for name in names)


def test_the_dot_on_the_map_is_a_handle_of_the_line(visit: Begin, address: str) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_steps=5&lr_eta=0.1")
    page.locator(".player input").focus()
    for key, steps in (("Home", 0), ("ArrowRight", 1), ("End", 5)):
        page.keyboard.press(key)
        settle(page)
        assert f"mean squared error L = {sgd_loss(steps, 0.1):.4g}" in words(page, 0)
        dot = present(page.locator(CHARTS).nth(1).locator("svg .mark-symbol path").last.bounding_box())
        ring = present(page.locator("[aria-label='the dot']").bounding_box())
        assert dot["x"] + dot["width"] / 2 == pytest.approx(ring["x"] + ring["width"] / 2, abs=1)
    dot = present(page.locator(CHARTS).nth(1).locator("svg .mark-symbol path").last.bounding_box())
    page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    page.mouse.down()
    page.mouse.move(dot["x"] + 60, dot["y"] + 20, steps=8)
    settle(page)
    loss = headline(page)
    assert "lr_steps=5" in page.url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lr_w') && !location.search.includes('lr_steps')")
    settle(page)
    assert headline(page) == loss
    page.locator(".st-key-lr_b input").press("Home")
    number = page.locator(".st-key-lr_b [data-testid=stSliderThumbValue]")
    expect(number).to_have_text(re.compile(r"^−\d"))  # with the sign that the sentences have


def headline(page: Page) -> str:
    """What the chart of the line says of its loss."""
    return present(re.search(r"mean squared error L = \S+", words(page, 0)))[0]


def sgd_loss(steps: int, rate: float) -> float:
    """The loss after so many steps of torch.optim.SGD from w = b = 0."""
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.SGD([line], lr=rate)
    for _ in range(steps):
        descent.zero_grad()
        torch.nn.functional.mse_loss(line[0] * torch.tensor(X) + line[1], torch.tensor(Y)).backward()
        descent.step()
    with torch.no_grad():
        return float(torch.nn.functional.mse_loss(line[0] * torch.tensor(X) + line[1], torch.tensor(Y)))


def test_the_curve_of_a_degree_stands_before_the_slider_is_released(visit: Begin, address: str) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_chapter=polynomials")
    curve = page.locator(CHARTS).first.locator("svg .mark-line path")  # the last one is the chosen polynomial
    before = curve.last.get_attribute("d")
    degree = hold(page, "lr_degree", -150)
    assert degree != 15
    held = curve.last.get_attribute("d")
    assert held != before
    assert "lr_degree" not in page.url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lr_degree')")
    settle(page)
    assert curve.last.get_attribute("d") == held


def test_predictions_of_many_inputs_follow_a_weight_that_is_held(visit: Begin, address: str) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_chapter=more_inputs&lr_updates=2&lr_w1=0&lr_w2=0&lr_wb=0")
    plane = draw(SampleSpec("plane", 60, 0.4))
    page.locator(".player input").press("Home")
    settle(page)
    assert f"L = {np.mean(plane.y**2):.4g}" in words(page, 0)  # the walk begins at 0
    w = hold(page, "lr_w1", 60)
    loss = np.mean((w * plane.x[:, 0] - plane.y) ** 2)
    assert f"L = {loss:.4g}" in words(page, 0)
    edge = present(page.locator(CHARTS).first.locator("svg .mark-line path[fill]").first.get_attribute("d"))
    heights = [float(y) for _, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", edge)]
    (low, high), (bottom, top) = plane_domain(plane.x, (0, 1))[0], heights_of({"y": plane.y})
    first = np.radians(FIRST)
    rise = DEEP * np.sin(first) + HIGH * w * (high - low) / (
        top - bottom
    )  # along x1; along x2 the plane is level
    deep = DEEP * np.cos(first)
    assert (heights[1] - heights[0]) / (heights[3] - heights[0]) == pytest.approx(rise / deep, rel=2e-3)
    page.mouse.up()
    a_mouse_a_key_and_a_finger_turn_the_plane(page)


def a_mouse_a_key_and_a_finger_turn_the_plane(page: Page) -> None:
    settle(page)
    angle = page.get_by_label("View angle (degrees)")
    edge = page.locator(CHARTS).first.locator("svg .mark-line path[fill]").first
    box = present(page.locator(CHARTS).first.locator("svg.marks").bounding_box())
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    expect(angle).to_have_value(str(FIRST))
    seen = {edge.get_attribute("d")}
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=3)
    page.mouse.up()
    expect(angle).to_have_value(str(FIRST - 15))  # 4 pixels a degree
    seen.add(edge.get_attribute("d"))
    angle.press("ArrowRight")
    expect(angle).to_have_value(str(FIRST - 14))
    seen.add(edge.get_attribute("d"))
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, across in (("touchStart", 0), ("touchMove", -30), ("touchMove", -80), ("touchEnd", None)):
        touched = [] if across is None else [{"x": x + across, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    expect(angle).to_have_value(str(FIRST + 6))
    seen.add(edge.get_attribute("d"))
    assert len(seen) == 4


def test_another_data_set_begins_at_a_line_that_is_on_the_chart_and_the_link_says_so(
    visit: Begin, address: str
) -> None:
    page = visit().page
    go(page, f"{address}/linear_regression?lr_w=0.5&lr_b=0.3&lr_steps=5")
    page.locator(".st-key-lr_data input").click()
    page.keyboard.type("Galileo")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => location.search.includes('lr_data=galileo') && !location.search.includes('lr_w')"
    )
    settle(page)
    assert not {"lr_b", "lr_steps"} & set(re.findall(r"(\w+)=", page.url))
    y = np.array([low for _, low in pixels(page, ".mark-symbol path[aria-label^='release height']")])
    (_, top), (_, down) = (
        pixels(page, ".mark-rule.role-mark line")[0],
        attributes(page, ".mark-rule.role-mark line", "x2", "y2"),
    )
    assert down == 0
    assert y.min() < top < y.max()
