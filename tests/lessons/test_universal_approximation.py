"""The page of the theorem, section by section, as a visitor with a link meets it."""

import json
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.approximation import interpolant
from nnviz.expressions import parse_number
from nnviz.lessons.universal_approximation.bumps import view as bumps
from nnviz.lessons.universal_approximation.by_hand import view as by_hand
from nnviz.lessons.universal_approximation.limits import view as limits
from nnviz.lessons.universal_approximation.question import text as question_text
from nnviz.lessons.universal_approximation.shared import text as shared_text
from nnviz.networks import LayeredNetwork, ShallowNetwork
from nnviz.networks.network_file import write_network
from nnviz.targets import TARGETS, TARGETS_2D
from nnviz.web import live
from nnviz.web.glossary import expand
from nnviz.web.lesson import Chapter
from tests.apps import healthy, open_page


def opened(chapter: str, **link: str) -> AppTest:
    return healthy(open_page("universal_approximation", ua_chapter=chapter, **link))


def text_of(app: AppTest) -> str:
    return "\n".join(text.value for kind in (app.markdown, app.caption, app.code) for text in kind)


@pytest.mark.parametrize("kind", [*bumps.PIECES, *bumps.MANY])
def test_every_way_to_build_by_hand(kind: str) -> None:
    app = opened("bumps", ua_hand=kind)
    assert (kind in bumps.MANY) == (
        "**126 hidden units**" in text_of(app) or "**62 hidden units**" in text_of(app)
    )


@pytest.mark.parametrize(("kind", "units"), [("bumps", 20), ("steps", 9)])
def test_the_units_of_ten_cells_are_counted(kind: str, units: int) -> None:
    network = bumps.build(kind, TARGETS["sine"].expression, (-1.0, 1.0), 10, 20.0)
    assert network.width == units
    assert f"**{units} hidden units**" in text_of(opened("bumps", ua_hand=kind, ua_many="10"))


def test_cells_without_a_value_are_said() -> None:
    app = opened("bumps", ua_f="sqrt(x - 1)", ua_b="1.5", ua_a="0")
    assert any("No network is drawn" in info.value for info in app.info)
    app = opened("bumps", ua_f="1/(x - 0.5)", ua_a="0", ua_many="3")  # the middle of the second is 1/2
    assert any("3 cells" in info.value for info in app.info)
    app.slider(key="ua_many").set_value(12).run()
    assert not any("cells" in info.value for info in app.info)


@pytest.mark.parametrize("where", ["outside", "jump", "polynomial"])
@pytest.mark.parametrize("f", ["|x|", "step(x)", "log(x)", "7"])
def test_where_it_stops(where: str, f: str) -> None:
    assert opened("limits", ua_stop=where, ua_f=f)


def test_a_polynomial_activation_stops_getting_better() -> None:
    app = opened("limits", ua_stop="polynomial", ua_f="|x|")
    rows = next(
        text.value for text in app.markdown if text.value.startswith("| number of units |")
    ).splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows]
    assert [cell[0] for cell in cells] == [str(width) for width in limits.WIDTHS]
    assert [cell[1] for cell in cells[-2:]] == ["3", "3"]
    assert cells[-1][2:] == cells[-2][2:]


def test_the_three_norms_at_a_jump() -> None:
    text = text_of(opened("limits", ua_stop="jump", ua_steep="100", ua_epsilon="0.1"))
    assert "| sup norm | 0.5 |" in text
    assert "0.0439 of 2" in text  # 2 ln(9) / 100


@pytest.mark.usefixtures("rough_fits")
@pytest.mark.parametrize("way", ["solved", "built"])
def test_two_inputs(way: str) -> None:
    text = text_of(opened("two_inputs", ua2_way=way, ua2_width="32"))
    assert "measured at 121 × 121 points" in text


def test_a_network_of_two_inputs_is_proved_or_refuted() -> None:
    link = {"ua2_f": "x^2 - y^2", "ua2_a": "-1", "ua2_c": "-1", "ua2_width": "64"}
    assert "Proved on all of K" in opened("two_inputs", **link, ua_epsilon="0.05").success[0].value
    harder = {**link, "ua2_f": "cos(9x - y^2) + xy", "ua2_width": "16"}
    assert "At (" in text_of(opened("two_inputs", **harder, ua_epsilon="1e-06"))


def test_epsilon_in_network_of_two_inputs_and_proof_out() -> None:
    link = {"ua2_way": "reach", "ua2_f": "x y", "ua2_a": "-1", "ua2_c": "-1"}
    app = opened("two_inputs", **link, ua2_activation="relu", ua_epsilon="0.1")
    assert "Proved on all of K" in app.success[0].value
    assert "at least **2**" in text_of(app)
    jumps = opened("two_inputs", **{**link, "ua2_f": "sign(x+y)"}, ua_epsilon="0.1")
    assert "On the line y = " in jumps.code[0].value


@pytest.mark.usefixtures("rough_fits")
def test_every_function_of_two_inputs() -> None:
    app = opened("two_inputs", ua2_width="16")
    for name, target in TARGETS_2D.items():
        app.selectbox(key="ua2_example").set_value(name).run()
        assert not app.exception, name
        assert app.text_input(key="ua2_f").value == target.text


@pytest.mark.usefixtures("rough_fits")
@pytest.mark.parametrize("f", ["x +* y", "1/(x + y)", "z", ""])
def test_a_function_of_two_inputs_that_cannot_be_met_is_said(f: str) -> None:
    app = opened("two_inputs", ua2_f=f, ua2_a="-1", ua2_c="-1", ua2_width="16")
    assert app.error


def test_a_network_built_by_hand_is_proved_when_it_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "is_framed", lambda: True)
    heights = " ".join(f"{np.sin(2 * np.pi * x):.3f}" for x in np.linspace(-1, 1, 21))
    app = opened("by_hand", ua_heights=heights)
    assert "Proved on all of K" in app.success[0].value
    published = [json.loads(part.proto.json)[0] for part in app.get("bidi_component")]
    result = next(sent["values"] for sent in published if "fewest_units_up" in sent.get("values", {}))
    x = np.linspace(-1, 1, 20_001)
    error = np.abs(
        np.interp(x, np.linspace(-1, 1, 21), [float(y) for y in heights.split()]) - np.sin(2 * np.pi * x)
    )
    assert result["fewest_units_across"] == 20
    assert result["fewest_units_up"] == pytest.approx(error.max(), rel=1e-2)
    app.text_input(key="ua_heights").set_value(heights.replace("0.951", "0.5")).run()
    assert not app.success
    assert any("At x = " in part.proto.json for part in app.get("bidi_component"))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "got 0"),
        ("1", "got 1"),
        ("0 one", "one"),
        ("0 nan", "finite"),
        ("0 1e300", "at most"),
        ("0 " * 40, "40"),
    ],
)
def test_heights_that_are_none_are_said(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        by_hand.read_heights(typed)
    app = opened("by_hand")
    app.text_input(key="ua_heights").set_value(typed).run()
    assert app.error
    assert "12 ReLU units" in text_of(app)


def error_shown(app: AppTest) -> str:
    return next(text.value for text in app.markdown if text.value.startswith("After the last update"))


def test_a_typed_function_is_learned() -> None:
    app = opened("train", ua_f="x^2", ua_steps="100")
    assert any("Universal" in caption.value for caption in app.caption)
    assert "measured at 1001 points" in error_shown(app)


@pytest.mark.parametrize("typed", ["sin(2πx", "__import__('os')", "2 +* x", "y", "", "x" * 600])
def test_a_formula_that_cannot_be_read_keeps_the_last_picture(typed: str) -> None:
    app = opened("train", ua_f="cos(x)")
    before = error_shown(app)
    app.text_input(key="ua_f").set_value(typed).run()
    assert app.error, "no message"
    assert error_shown(app) == before


@pytest.mark.parametrize(("a", "b"), [(1, -1), (0, 0), (0, 1e-12), (-1e12, 1e12)])
def test_an_interval_that_is_none_is_said(a: float, b: float) -> None:
    app = opened("train")
    before = error_shown(app)
    app.text_input(key="ua_a").set_value(f"{a}")
    app.text_input(key="ua_b").set_value(f"{b}").run()
    assert any(code.value.startswith("K ") for code in app.code)
    assert error_shown(app) == before


def test_a_function_without_values_is_said_and_the_last_picture_stays() -> None:
    app = opened("train", ua_f="cos(x)")
    before = error_shown(app)
    app.text_input(key="ua_f").set_value("sqrt(-1-x^2)").run()
    assert any("no finite value" in code.value for code in app.code)
    assert error_shown(app) == before


def test_an_epsilon_is_proved_and_priced() -> None:
    app = opened("any_epsilon", ua_f="sin(x)", ua_epsilon="0.01")
    assert "Proved on all of K" in app.success[0].value
    assert any(
        "every ReLU network with one hidden layer that is within ε on $K$ has at least" in text.value
        for text in app.markdown
    )


def test_a_study_compares_what_is_promised_with_what_is_found() -> None:
    app = opened("exists_and_found", ua_study="true", ua_studied="square")
    assert any(
        "| optimal |" in text.value or "| fitted by least squares |" in text.value for text in app.markdown
    )
    assert any("The error stops falling" in text.value for text in app.markdown)


def test_the_error_of_what_training_found_is_proved_on_request() -> None:
    app = opened("train", ua_f="x^2", ua_steps="100")
    assert "Prove the largest error" in [one.label for one in app.toggle]
    app.toggle(key="ua_prove_trained").set_value(True).run()
    boxes = [box.value for box in (*app.success, *app.info) if "Proved on all of K" in box.value]
    low, high = map(float, re.findall(r"between ([\d.e-]+) and ([\d.e-]+)\.", boxes[0])[0])
    measured = re.findall(r"largest error is \*\*([\d.e-]+)\*\*", error_shown(app))
    assert low <= high <= 1.02 * low
    assert float(measured[0]) <= high * 1.01


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.02, 0.021, "between 0.02 and 0.021. The network is within"),
        (0.2, 0.21, "is not within"),
        (0.09, 0.11, "does not decide"),
        (0.0, 0.05, "at most 0.05"),
    ],
)
def test_proved_bounds_say_what_they_mean_for_epsilon(low: float, high: float, said: str) -> None:
    assert said in shared_text.proved_error(low, high, 0.1)


def uploaded(content: bytes, name: str = "network.json") -> AppTest:
    app = opened("train", ua_f="x^2", ua_steps="100")
    app.session_state["ua_own_open"] = True
    app.run().file_uploader(key="ua_own_file").set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def test_an_uploaded_network_is_proved_or_refuted_and_compared_with_the_smallest() -> None:
    network = interpolant(np.square, (-1.0, 1.0), 8)  # its error is (1/4)² / 4
    app = uploaded(write_network(network).encode())
    said = text_of(app)
    assert "**8 hidden units** in one hidden layer" in said
    assert "**8 linear pieces**" in said
    proved = next(box.value for box in app.success if "Proved on all of K" in box.value)
    low, high = map(float, re.findall(r"between ([\d.e-]+) and ([\d.e-]+)\.", proved)[0])
    assert low <= 1 / 64 <= high < 0.02
    assert re.search(r"A ReLU network with \*\*\d units?\*\* in one hidden layer is within", said)
    deep = LayeredNetwork(
        "relu", [[[1.0], [-1.0]], [[1.0, 1.0]], [[0.5]]], [[0.0, 0.0], [0.0], [0.0]]
    )  # |x| / 2
    app = uploaded(write_network(deep).encode())
    assert "**2 + 1 hidden units** in 2 hidden layers" in text_of(app)
    assert "**2 linear pieces**" in text_of(app)
    assert "The network is not within ε. At x = " in text_of(app)
    found = next(box.value for box in app.info if "Proved on all of K" in box.value)
    low, high = map(float, re.findall(r"between ([\d.e-]+) and ([\d.e-]+)\.", found)[0])
    assert 0.49 < low <= 0.5 <= high < 0.51


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "not JSON"),
        (b"{}", ""),
        (b"PK\x03\x04nothing", "damaged"),
        (write_network(ShallowNetwork("relu", [[1.0, 2.0]], [0.0], [1.0], 0.0)).encode(), ""),
    ],
)
def test_a_file_that_holds_no_such_network_is_said_beside_the_control(content: bytes, reason: str) -> None:
    app = uploaded(content)
    assert any("This file cannot be used" in box.value for box in app.error)
    assert any(reason in code.value for code in app.code)
    assert error_shown(app)


NAMES = ("one_unit", "bumps", "by_hand", "any_epsilon", "train", "exists_and_found", "limits", "two_inputs")
PAGE = Path(bumps.__file__).parents[1]
CHAPTERS: dict[str, Chapter] = {
    name: import_module(f"nnviz.lessons.universal_approximation.{name}.view").CHAPTER for name in NAMES
}
QUESTIONS = {
    question.key: (name, question) for name, one in CHAPTERS.items() for question in one.text.questions
}


@pytest.mark.usefixtures("rough_fits")
@pytest.mark.parametrize("key", QUESTIONS)
def test_every_answer_to_every_question_gets_its_own_reply(key: str) -> None:
    name, question = QUESTIONS[key]
    assert len({answer.reply for answer in question.answers}) == len(question.answers) >= 3
    app = opened(name)
    for answer in question.answers:
        app.radio(key=key).set_value(answer.text).run()
        boxes = app.success if answer.right else app.info
        assert any(expand(answer.reply, set()) in box.value for box in boxes), answer.text


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_a_claim_goals_observations_and_a_question(name: str) -> None:
    text = CHAPTERS[name].text
    assert text.claim
    assert 2 <= len(text.goals) <= 4
    assert 2 <= len(text.notice) <= 5
    assert text.questions


def test_no_key_that_a_chart_follows_is_typed_twice() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in PAGE.rglob("*.py"))
    followed = re.findall(r'LiveKey\("(\w+)"\)', sources)
    assert {"ua_many", "ua_steep", "ua_own"} <= set(followed)
    assert all(sources.count(f'"{key}"') == 1 for key in followed)


VERDICTS = {
    "sin(2πx)": (question_text.APPLIES,),
    "where(x < 0, x, x^2)": (question_text.APPLIES_IF,),
    "step(x)": ("f jumps by 1 at x = 0", question_text.MEASURED, "root mean square"),
    "1/x": ("f is unbounded near x = 0", question_text.SMALL_SET, "Use K from 0.01 to 1"),
    "sqrt(x)": ("not defined from x = -1 to 0", "Use K from 0 to 1"),
    "sin(x)/x": ("both sides tend to 1", "Define f(0) = 1"),
    "sin(300x)": (question_text.APPLIES, "251 points misses waves", "Use K from −1 to −0.6"),
}


@pytest.mark.usefixtures("rough_fits")
def test_the_verdict_on_f_stands_once_in_every_chapter() -> None:
    app = opened("by_hand")
    for f, expected in VERDICTS.items():
        app.text_input(key="ua_f").set_value(f).run()
        said = [one.value for one in app.markdown] + [button.label for button in app.button]
        for words in expected:
            words = expand(words, set()) if "[[" in words else words
            assert sum(words in one for one in said) == 1, (f, words)
    app.text_input(key="ua_f").set_value("log(x)").run()
    app.button(key="ua_largest").click().run()
    assert app.text_input(key="ua_a").value == "0.01"
    assert any(question_text.APPLIES in one.value for one in healthy(app).markdown)


@pytest.mark.usefixtures("rough_fits")
def test_a_button_leads_from_each_chapter_to_the_next() -> None:
    app = opened("limits")
    app.button(key="ua_chapter_after_limits").click().run()
    assert healthy(app).query_params["ua_chapter"] in ("two_inputs", ["two_inputs"])
    assert not [one for one in app.button if "chapter_after" in str(one.key)]


@pytest.mark.parametrize(
    ("value", "below", "text"),
    [
        (0.0578737, 0.1, "0.0579"),
        (0.09996, 0.1, "0.09996"),
        (0.12341, 1.0, "0.124"),
        (0.0, 1.0, "0"),
        (2e-7, 1.0, "2 × 10⁻⁷"),
        (1e-320, 0.1, "10⁻³²⁰"),
    ],
)
def test_a_bound_is_rounded_up_and_stays_below_epsilon(value: float, below: float, text: str) -> None:
    assert shared_text.rounded_up(value, below) == text
    assert value <= parse_number(text) < below


@pytest.mark.parametrize(
    ("value", "text"), [(0.0578737, "0.0578"), (0.1, "0.1"), (0.0, "0"), (2.999e-7, "2.99 × 10⁻⁷")]
)
def test_a_lower_bound_is_rounded_down(value: float, text: str) -> None:
    assert shared_text.rounded_down(value) == text
    assert parse_number(text) <= value


def test_both_bounds_of_the_largest_error_are_said() -> None:
    assert "between 0.124 and 0.125, below" in shared_text.proved(0.1249, 0.125, 0.2)
    assert "at most 0.125, below" in shared_text.proved(None, 0.125, 0.2)


def test_the_button_shows_the_first_number_of_bumps_that_is_within_epsilon() -> None:
    app = opened("bumps")
    assert "**63 cells** is the smallest number with an error within" in text_of(app)
    for cells in (12, 63):
        app.button(key="ua_enough").click().run()
        assert app.slider(key="ua_many").value == cells
    tiny = opened("bumps", ua_epsilon="0.001")
    assert "With up to 128 cells" in text_of(tiny)
    assert tiny.button(key="ua_enough").disabled


@pytest.mark.usefixtures("rough_fits")
@pytest.mark.parametrize("f", ["1/(x+y)", "log(x)", "sqrt(x-y)", "x/y", "xy/(x^2+y^2)"])
def test_two_inputs_without_a_value_somewhere_are_refused_in_words(f: str) -> None:
    app = opened("two_inputs", ua2_f=f, ua2_width="16")
    assert app.error or app.warning
