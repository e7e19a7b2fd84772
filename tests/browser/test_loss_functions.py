"""The page on losses in a real browser: every chapter whole, and what moves under the hand without the server."""

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy import special, stats

from benchmarks.browser import ROOT, go, hold, settle
from nnviz.charts.text import OUTDATED
from nnviz.lessons.loss_functions.boundaries import text
from nnviz.losses.likelihoods import NOISE_MODELS
from tests.browser.conftest import Begin
from tests.narrowing import present

pytestmark = pytest.mark.browser


def opened(page: Page, address: str, chapter: str, **link: str) -> None:
    query = "&".join(f"{key}={value}" for key, value in {"lf_chapter": chapter, **link}.items())
    go(page, f"{address}/loss_functions?{query}")


def chart(page: Page, key: str) -> Locator:
    return page.locator("[data-testid=stVegaLiteChart]", has=page.locator(f"svg [class*=' {key}_']"))


def texts(page: Page, key: str) -> list[str]:
    """The numbers that the chart writes beside its marks."""
    return chart(page, key).locator(".mark-text.role-mark text").all_text_contents()


FIRST_NOISE = "student_t"


def test_every_derivation_fits_beside_the_picture_of_its_loss(visit: Begin, address: str) -> None:
    page, read = visit().page, []
    opened(page, address, "noise", lf_believed="same")
    for key, model in NOISE_MODELS.items():
        menu = page.locator(".st-key-lf_noise input")
        menu.fill(model.label)
        expect(page.get_by_role("option")).to_have_count(1)
        menu.press("Enter")
        # What stands there at first is not in the link.
        link = "" if key == FIRST_NOISE else f"lf_noise={key}"
        page.wait_for_function(
            "(link) => (location.search.match(/lf_noise=\\w+/) ?? [''])[0] === link", arg=link
        )
        settle(page)
        read.append(page.locator(".katex-display").all_text_contents())
        assert read[-1] not in read[:-1], model.label
        wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
        assert page.locator(".katex-display").evaluate_all(wide) == [], model.label
        assert page.locator(".katex-display").count() > 5


LOGITS = [((1.3, -2.5, 0.4), 3, (0.7, 0.2, 0.1)), ((-0.2, 0.1, 3.0), 1, (0.5, 0.0, 0.0))]


def test_the_browser_computes_softmax_entropy_and_divergence_as_scipy_does(
    visit: Begin, address: str
) -> None:
    page = visit().page
    for z, truth, p in LOGITS:
        each = [
            (f"lf_{name}{k}", one) for name, values in zip("zp", (z, p)) for k, one in enumerate(values, 1)
        ]
        opened(page, address, "classes", lf_truth=str(truth), **{key: str(one) for key, one in each})
        predicted, is_true = special.softmax(z), np.arange(1, 4) == truth
        drawn, pulled = texts(page, "lf_softmax"), texts(page, "lf_gradient")
        assert [f"{one:.3f}" for one in predicted] == drawn[:3]
        assert any(f"{-np.log(predicted[truth - 1]):.2f}" in text for text in drawn)
        assert [f"{one:.3f}" for one in np.abs(predicted - is_true)] == [text[1:] for text in pulled[:3]]
        assert pulled[truth - 1][0] in "−-"
        share = np.array(p) / sum(p)
        entropy, divergence = stats.entropy(share), stats.entropy(share, [0.2, 0.3, 0.5])
        numbers = entropy, divergence, entropy + divergence
        assert texts(page, "lf_surprise") == [f"{one:.3f}" for one in numbers]
    probabilities_move_while_a_logit_is_held(page)


def probabilities_move_while_a_logit_is_held(page: Page) -> None:
    before, link = texts(page, "lf_softmax"), page.url
    hold(page, "lf_z1", -60)
    assert texts(page, "lf_softmax") != before
    assert page.url == link
    heard = page.locator("[aria-live=polite]").filter(has_text="Probabilities")
    assert heard.count() == 0
    page.mouse.up()
    expect(heard).to_have_count(1)


def ends(page: Page) -> list[float]:
    """Where the lines of the chart of the outlier begin, in pixels."""
    paths = page.locator("svg .mark-line.role-mark[class*=' lf_refit_'] path")
    rules = page.locator("svg .mark-rule.role-mark[class*=' lf_refit_'] line")
    lines = [
        d.split("L")[0].split(",")[1]
        for d in paths.evaluate_all("(all) => all.map((p) => p.getAttribute('d'))")
    ]
    slanted = "all.filter((line) => Number(line.getAttribute('x2')) !== 0)"  # a vertical one is a residual
    moved = rules.evaluate_all(f"(all) => {slanted}.map((line) => line.getAttribute('transform'))")
    moved = [each for each in moved if not each.startswith("translate(12,")]  # those of the names
    return sorted(map(float, lines + [each.split(",")[1].rstrip(")") for each in moved]))


def test_lines_and_losses_follow_the_hand(visit: Begin, address: str) -> None:
    page = visit().page
    opened(page, address, "errors")
    lines_are_fitted_while_the_outlier_is_held(page)
    after_a_key_press_the_lines_are_what_a_new_visitor_sees(page)
    dots_run_along_the_losses_while_the_error_is_held(page)


def lines_are_fitted_while_the_outlier_is_held(page: Page) -> None:
    before = ends(page)
    ring = present(page.locator(".nnviz-ring").bounding_box())
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 90, steps=4)
    settle(page)
    held = ends(page)
    assert "lf_outlier" not in page.url
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('lf_outlier')")
    settle(page)
    assert len(before) == len(held) == 4  # three losses, and the squared one without the outlier
    assert np.abs(np.subtract(held, before)).max() > 3
    np.testing.assert_allclose(ends(page), held, atol=1)


def after_a_key_press_the_lines_are_what_a_new_visitor_sees(page: Page) -> None:
    before, link = ends(page), page.url
    page.locator(".st-key-lf_outlier input").first.focus()
    page.keyboard.press("PageDown")
    page.wait_for_function("(link) => location.href !== link", arg=link)
    settle(page)
    after, table = ends(page), page.locator("table").first.text_content()
    assert after != before
    page.reload()
    page.wait_for_selector("svg .mark-line.role-mark[class*=' lf_refit_'] path", state="attached")
    settle(page)
    np.testing.assert_allclose(ends(page), after, atol=1)
    assert page.locator("table").first.text_content() == table


def dots_run_along_the_losses_while_the_error_is_held(page: Page) -> None:
    circles = page.locator("svg .mark-symbol.role-mark[class*=' lf_shape_'] path")
    assert circles.count() == 9
    before = circles.evaluate_all("(paths) => paths.map((path) => path.getAttribute('transform'))")
    hold(page, "lf_e", -150)
    after = circles.evaluate_all("(paths) => paths.map((path) => path.getAttribute('transform'))")
    page.mouse.up()
    settle(page)
    assert len(after) == 9
    assert after != before
    fits = """(svgs) => svgs.flatMap((svg) => [...svg.querySelectorAll('clipPath rect')]
        .map((clip) => clip.getAttribute('height') - svg.querySelector('.background').getBBox().height))"""
    assert not any(page.locator("svg.marks").evaluate_all(fits))  # what is clipped ends with its plot
    hold(page, "lf_far", -100)
    far = float(page.locator(".st-key-lf_far input").first.input_value())
    eight = [1, 1.5, 2, 2.2, 2.6, 3, 3.4, 4]
    assert far < 11
    assert texts(page, "lf_constants")[:2] == [
        f"Squared: c = {np.mean([*eight, far]):.3f}",
        f"Absolute: c = {np.median([*eight, far]):.3f}",
    ]
    assert "lf_far" not in page.url
    page.mouse.up()


BOUNDARY = (
    "document.querySelector(`svg [class*=' lf_boundary_']`).closest('svg').querySelector('.mark-rule line')"
)


def test_a_classifier_is_drawn_with_its_boundary(visit: Begin, address: str) -> None:
    page = visit().page
    opened(page, address, "boundaries", lf_degree="3")
    assert chart(page, "lf_boundary").locator(".mark-rule line").count() > 50
    assert chart(page, "lf_boundary").locator("image").count() == 1
    before = page.evaluate(f"{BOUNDARY}.outerHTML")
    for key, opener in (("lf_steps", None), ("lf_rate", text.TRAINING_SETTINGS)):
        if opener:
            page.get_by_role("button", name=opener).click()
            settle(page)
        hold(page, key, -40)
        page.wait_for_function(f"(before) => {BOUNDARY}.outerHTML !== before", arg=before)
        for name in ("lf_boundary", "lf_reliability"):
            expect(chart(page, name)).not_to_contain_text("outdated")  # answered while it is held
        now = page.evaluate(f"{BOUNDARY}.outerHTML")
        page.mouse.up()
        settle(page)
        before = now
    the_code_opens(page)


def test_a_map_is_marked_as_old_where_the_answer_takes_long(visit: Begin, address: str) -> None:
    page = visit().page
    opened(page, address, "boundaries", lf_model="network")
    page.evaluate("() => { WebSocket.prototype.send = () => {} }")  # the server hears nothing any more
    hold(page, "lf_steps", -40)
    for name in ("lf_boundary", "lf_reliability"):
        expect(chart(page, name)).to_contain_text(OUTDATED)
    page.mouse.up()


MORE = (
    "%0A0+1+0%0A1+0+0%0A2+0+0%0A5+4+1%0A4+4+1%0A3+3+1"  # with fewer than 10 points all are used for training
)


def test_a_line_moved_by_hand_is_judged_while_it_is_held(visit: Begin, address: str) -> None:
    page = visit().page
    line = {"lf_model": "hand", "lf_data": "own", "lf_t1": "3"}
    opened(
        page, address, "boundaries", **line, lf_points="0+0+0%0A4+1+0%0A1+2+0%0A2+1+1%0A3+4+1%0A4+3+1" + MORE
    )
    hold(page, "lf_t2", 12)
    theta = [float(page.locator(f".st-key-lf_t{k} input").first.input_value()) for k in range(3)]
    training, validation = (texts(page, "lf_boundary")[k].split(":")[1] for k in (0, 1))
    page.mouse.up()
    settle(page)
    table = page.locator("table", has_text="validation")
    right = [cell.rstrip(" %") for cell in table.locator("td:nth-child(2)").all_text_contents()[:2]]
    loss = [float(cell) for cell in table.locator("td:nth-child(3)").all_text_contents()[:2]]
    assert theta[1] == 3
    assert theta[2] != 0
    for said, share, cost in zip((training, validation), right, loss, strict=True):
        assert f"accuracy {share} %" in said
        assert float(said.split()[-1]) == pytest.approx(cost, abs=1e-3)


def test_files_that_are_no_two_classes_are_said_and_the_picture_stays(visit: Begin, address: str) -> None:
    one = visit()
    opened(one.page, address, "boundaries", lf_data="own")
    uploader = one.page.locator("[data-testid=stFileUploader] input[type=file]")
    good = "\n".join(["a,b,kind", *(f"{k},{k * k % 7},{k % 2 + 4}" for k in range(20))])
    for name in ("all_nan", "many_columns"):
        file = ROOT / "tests" / "fixtures" / "bad_csv" / f"{name}.csv"
        uploader.set_input_files(file)
        expect(one.page.get_by_text(file.name).first).to_be_visible()
        expect(one.page.get_by_text("This input is not valid.")).to_have_count(1)
        expect(one.page.get_by_text("The picture shows the example.")).to_have_count(1)
        settle(one.page, 300)  # the file is on its way before a run is asked for
        assert one.page.locator("[data-testid=stException]").count() == 0, file.name
        assert chart(one.page, "lf_boundary").locator("image").count() == 1, file.name
    uploader.set_input_files({"name": "classes.csv", "mimeType": "text/csv", "buffer": good.encode()})
    expect(one.page.get_by_text("This input is not valid.")).to_have_count(0)
    expect(one.page.get_by_role("cell", name="training set (12)")).to_be_visible()
    assert one.complaints == []


def the_code_opens(page: Page) -> None:
    page.locator(".st-key-lf_classifier_code_code button").first.click()
    settle(page)
    page.get_by_role("radio", name="PyTorch").click()
    expect(page.locator("[data-testid=stCode]").first).to_contain_text("adam.step()")
