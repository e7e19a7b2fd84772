"""Test the page "Inside the network": its numbers against torch, its controls, its links."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from nnviz.lessons.inside_the_network.folding import text as folding_text
from nnviz.lessons.inside_the_network.passes import chart
from nnviz.lessons.inside_the_network.passes import text as passes_text
from nnviz.lessons.inside_the_network.passes import view as passes
from nnviz.lessons.inside_the_network.shared.arithmetic import Passes
from nnviz.lessons.inside_the_network.symmetries import text as symmetries_text
from nnviz.lessons.inside_the_network.width_or_depth import text as depth_text
from nnviz.lessons.inside_the_network.width_or_depth import view as depth
from nnviz.lessons.loss_functions.classes import view as classes
from nnviz.networks import ACTIVATIONS
from nnviz.networks.deep import DeepSpec
from nnviz.networks.deep_process import WORKER
from nnviz.networks.default_comparison import default_run
from nnviz.networks.depth_comparison import measure_fit
from nnviz.networks.one_example import Example, all_numbers, network_from_names, run_example
from nnviz.networks.weight_symmetries import OPERATIONS, Reason
from nnviz.web.lesson import ChapterText
from nnviz.web.wording import show_number
from tests.apps import healthy, open_page
from tests.lessons.chapters import key_of
from tests.narrowing import present

torch.set_num_threads(1)
PAGE = "inside_the_network"
SECONDS = 60


def an_example(activation: str = "tanh") -> Example:
    return run_example(network_from_names(activation, passes.START), 0.7, -0.4, 0.05)


def shown(example: Example) -> Passes:
    return Passes(example.network.activation, all_numbers(example), 3, "w2")


def test_the_table_behind_the_diagram_names_its_numbers_as_the_diagram_does() -> None:
    example = an_example()
    told = present(chart.draw_network(shown(example)).told)
    rows = dict(zip(told["number"], told["value"], strict=True))
    assert len(rows) == len(told["number"]), "every name once"
    assert rows["L"] == pytest.approx(example.backward.loss)
    assert rows["∂L/∂w₂"] == pytest.approx(example.backward.dw[1, 0])
    assert rows["∂L/∂c"] == pytest.approx(example.backward.dc)
    assert rows["b₃ after the update"] == pytest.approx(passes.START["b3"] - 0.05 * example.backward.db[2])


def test_the_activation_is_said_below_the_formulas() -> None:
    assert ACTIVATIONS["gelu"].latex in text_of(healthy(open_page(PAGE, in_activation="gelu")))


def loss_of(app: AppTest) -> float:
    """The loss in its place in the formulas."""
    sent = [json.loads(part.proto.json)[0] for part in app.get("bidi_component")]
    places = next(data["numbers"] for data in sent if data.get("chart") == "in_diagram" and "numbers" in data)
    return float(next(place["of"][0] for place in places if place["name"] == "loss"))


@pytest.mark.parametrize("steps", [1, 10, 100])
def test_updates_lower_the_loss_and_are_in_the_boxes(steps: int) -> None:
    app = healthy(open_page(PAGE))
    before = loss_of(app)
    app.button(key=f"in_step_{steps}").click()
    assert loss_of(healthy(app.run())) < before
    assert app.number_input(key="in_w1").value != 2.0
    next(button for button in app.button if button.label.startswith("Reset")).click()
    assert loss_of(healthy(app.run())) == before


def test_divergence_is_said() -> None:
    app = healthy(open_page(PAGE, in_activation="cube", in_eta="1", in_x="2.0"))
    app.button(key="in_step_100").click()
    assert re.match(r"Training diverges after \d+ updates? because", healthy(app.run()).warning[0].value)


def test_an_update_that_is_impossible_is_said() -> None:
    app = healthy(open_page(PAGE, in_activation="cube", in_eta="1", in_x="2.0", in_w1="1e8"))
    app.button(key="in_step_1").click()
    assert "The update was not made" in healthy(app.run()).warning[0].value


def test_a_press_that_arrives_after_the_page_was_left_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    for press in (passes.make_updates, classes.update_logits):
        press(1)
        assert st.session_state == {}


def test_many_updates_reach_a_loss_of_zero() -> None:
    """The parameters in the boxes are exact: rounded ones would stop the loss from falling."""
    app = healthy(open_page(PAGE))
    for _ in range(4):
        app.button(key="in_step_100").click()
        healthy(app.run())
    assert loss_of(app) < 1e-20


def test_a_varied_parameter_is_in_its_box() -> None:
    app = healthy(open_page(PAGE, in_parameter="v3"))
    app.slider(key="in_varied").set_value(1.5)
    assert healthy(app.run()).number_input(key="in_v3").value == 1.5
    app.number_input(key="in_v3").set_value(-7.25)
    assert healthy(app.run()).slider(key="in_varied").value == -7.25


@pytest.mark.parametrize("activation", ["square", "tanh", "cube", "softplus"])
def test_numbers_too_large_are_infinite_and_no_error(activation: str) -> None:
    app = healthy(open_page(PAGE, in_activation=activation, in_w1="1e200", in_v2="-1e300"))
    for phase in ("backward", "update"):
        app.segmented_control(key="in_pass").set_value(phase)
        healthy(app.run())
    app.button(key="in_step_10").click()
    healthy(app.run())


def test_a_link_sets_weights_and_view() -> None:
    app = healthy(open_page(PAGE, in_w1="0.25", in_view="all", in_pass="backward"))
    assert any(r"\odot" in latex.value for latex in app.markdown)
    app.segmented_control(key="in_pass").set_value("update")
    assert any(passes_text.FORMULA_TITLES["update"] in latex.value for latex in healthy(app.run()).markdown)
    assert app.number_input(key="in_w1").value == 0.25


SYMMETRIES, FOLDING, DEPTH = "symmetries", "folding", "width_or_depth"


def text_of(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.success, app.warning, app.info, app.code)
    return "\n".join(text.value for kind in kinds for text in kind)


def test_the_verdict_says_whether_the_function_changed() -> None:
    app = healthy(open_page(PAGE, in_chapter=SYMMETRIES))
    assert "The function did not change." in app.success[0].value
    assert "Tanh is odd" in app.success[0].value
    app.selectbox(key="in_symmetry_activation").set_value("relu")
    assert "The function changed." in healthy(app.run()).warning[0].value
    assert "not odd" in app.warning[0].value


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_applied_and_undone(name: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=SYMMETRIES))
    app.selectbox(key="in_operation").set_value(name)
    healthy(app.run())
    press(app, "Apply")
    assert present(app.text_input(key="in_edits").value).startswith(f"flip 1; {name}")
    assert f"| 2. {name} " in text_of(app)
    press(app, "Undo")
    assert app.text_input(key="in_edits").value == "flip 1"
    press(app, "Reset")
    assert "There are no edits" in text_of(app)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    healthy(app.run())


def test_every_unit_can_be_deleted() -> None:
    app = healthy(
        open_page(PAGE, in_chapter=SYMMETRIES, in_edits="delete 1; delete 1; delete 1", in_operation="delete")
    )
    assert "The output bias is c = 0.1." in text_of(app)


@pytest.mark.parametrize(
    "lines", ["flip 9", "nonsense", "rescale 1 0", "add 1 1e999 1", "; ".join(["split 1"] * 20)]
)
def test_edits_that_cannot_be_read_keep_the_last_chart(lines: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=SYMMETRIES, in_edits="swap 1 2"))
    app.text_input(key="in_edits").set_value(lines).run()
    assert healthy(app).error
    assert "| 1. swap 1 2 |" in text_of(app)


@pytest.mark.parametrize("units", ["1 2", "one two three", "1 2 3 4", "nan 1 1", "1 2 1e400"])
def test_units_that_cannot_be_read_show_an_error(units: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=SYMMETRIES, in_units=units))
    assert app.error
    assert "| 1 | **−2** |" in text_of(app)


def test_no_units_are_a_constant() -> None:
    app = healthy(open_page(PAGE, in_chapter=SYMMETRIES, in_units="0 0 0", in_edits="delete 1"))
    assert "The function did not change." in text_of(app)


@pytest.mark.parametrize("folds", ["1", "8"])
def test_pieces_are_counted(folds: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=FOLDING, in_folds=folds))
    assert f"**{2 ** int(folds)} linear pieces** from {folds} layer" in text_of(app)


def test_the_first_networks_are_there_at_once_measured_and_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "missing", lambda: "pip install torch")
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_depths=["1", "2"]))
    assert not [one for one in app.toggle if one.key == "in_train"]
    assert "| 1 × 66 | 199 |" in text_of(app)
    assert "| 2 × 12 | 193 |" in text_of(app)
    assert "the median of five seeds" in text_of(app)
    app.toggle(key="in_prove").set_value(True).run()
    assert not app.exception
    table = next(
        text.value for text in app.markdown if text.value.startswith("| architecture | largest error on")
    )
    bounds = [
        tuple(map(float, row.strip("| ").split("|")[1].split(" to "))) for row in table.splitlines()[2:]
    ]
    assert len(bounds) == 2
    assert all(0 < low <= high <= 1.03 * low for low, high in bounds)


@pytest.mark.parametrize("problem", depth_text.PROBLEMS)
def test_every_problem_shows_itself_untrained(problem: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_problem=problem, in_waves="2"))
    assert depth_text.PREDICT in text_of(app)


def test_classes_are_mapped() -> None:
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_problem="moons", in_train="true", in_depths=["2"]))
    assert "| 2 × 11 |" in text_of(app)
    assert "%" in text_of(app)


@pytest.mark.parametrize("typed", ["1/x", "log(x)", "sin(", "", "sqrt(-1-x)"])
def test_a_function_that_cannot_be_learned_is_said(typed: str) -> None:
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_problem=depth_text.OWN, ua_f=typed))
    assert app.error


def test_without_torch_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "missing", lambda: "pip install torch")
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_train="true", in_steps="500"))
    assert "pip install torch" in text_of(app)
    assert "Predict first" in text_of(app)


def test_what_the_question_on_depth_says_is_so() -> None:
    """Some runs of four layers fail where the wide network does not: the worst is worse than the wide median."""
    problem = depth.make_problem(depth_text.SAWTOOTH, 3, "")
    shown = {widths: default_run(problem, DeepSpec(widths)) for widths in ((7, 7, 7, 7), (66,))}
    deep, wide = (measure_fit(problem, run).errors for run in shown.values() if run is not None)
    assert deep.max() > np.median(wide)


def test_only_finished_networks_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow server stops some networks early: their errors would mislead."""
    monkeypatch.setattr(depth, "SECONDS", 0.0)
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_train="true", in_steps="5000", in_depths=["1", "2"]))
    assert "stopped the 1 × 66 network after" in app.warning[0].value
    assert "median test error" not in text_of(app)


def test_torch_that_cannot_be_loaded_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ImportError("libtorch_cpu.so: failed to map segment")

    monkeypatch.setattr(WORKER, "train", fail)
    app = healthy(open_page(PAGE, in_chapter=DEPTH, in_train="true", in_steps="500", in_rate="0.002"))
    assert "PyTorch is installed but cannot be loaded" in text_of(app)


def test_an_empty_choice_of_a_pass_shows_the_backward_pass() -> None:
    assert passes_text.FORMULA_TITLES[passes_text.BACKWARD] in text_of(healthy(open_page(PAGE, in_pass="")))


def test_the_browser_is_told_the_pass_that_the_reader_chose() -> None:
    """Because the browser may just have received the pass that the player had reached before."""
    app = healthy(open_page(PAGE))
    app.button_group(key="in_pass").set_value("update")
    assert healthy(app.run()).button_group(key="in_pass").proto.set_value
    assert not healthy(app.run()).button_group(key="in_pass").proto.set_value


@pytest.mark.parametrize("frame", range(9))
def test_the_chosen_pass_follows_the_player(frame: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = next(name for name, frames in passes.FRAMES.items() if frame in frames)
    assert [frame in frames for frames in passes.FRAMES.values()].count(True) == 1
    state = {passes._PASS: "loss", passes._PLACE: passes.Place("loss", 3, 0)}
    monkeypatch.setattr(st, "session_state", state)
    passes._follow_player(0, frame)
    assert state == {passes._PASS: chosen, passes._PLACE: passes.Place(chosen, frame, 0)}


def test_a_pass_that_the_reader_has_just_chosen_goes_before_the_player(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = {passes._PASS: "update", passes._PLACE: passes.Place("loss", 3, 0)}
    monkeypatch.setattr(st, "session_state", dict(state))
    passes._follow_player(0, 5)
    assert st.session_state == state


def test_a_late_report_of_the_player_does_not_undo_the_choice_of_a_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The report arrives while the run of the choice is under way: it is of the player that was drawn before."""
    state = {passes._PASS: "update", passes._PLACE: passes.Place("update", 8, 1)}
    monkeypatch.setattr(st, "session_state", dict(state))
    passes._follow_player(0, 5)
    assert st.session_state == state
    passes._follow_player(1, 5)
    assert st.session_state[passes._PASS] == "backward"


CHAPTERS = (passes_text.CHAPTER, symmetries_text.CHAPTER, folding_text.CHAPTER, depth_text.CHAPTER)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.title)
def test_every_question_can_be_answered(chapter: ChapterText) -> None:
    assert chapter.questions
    for question in chapter.questions:
        assert len({answer.reply for answer in question.answers}) == len(question.answers)
        for answer in question.answers:
            app = healthy(open_page(PAGE, in_chapter=key_of(chapter)))
            app.radio(key=question.key).set_value(answer.text)
            healthy(app.run())
            boxes = app.success if answer.right else app.info
            assert any(answer.reply in box.value for box in boxes)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.title)
def test_every_chapter_has_goals_and_notes(chapter: ChapterText) -> None:
    assert chapter.intro
    assert 2 <= len(chapter.goals) <= 4
    assert 2 <= len(chapter.notice) <= 5


def test_every_operation_and_every_reason_is_explained() -> None:
    for name, operation in OPERATIONS.items():
        if operation.holds_for:
            assert "{" not in symmetries_text.explain(name, "HOLDS", "Tanh")
        if set(operation.holds_for) < set(ACTIVATIONS):
            assert "{" not in symmetries_text.explain(name, "FAILS", "Tanh")
    special = {reason.name for reason in Reason} - {"HOLDS", "FAILS"}
    assert special == set(symmetries_text.SPECIAL)
    assert set(symmetries_text.SAME) == set(symmetries_text.CHANGED) == set(symmetries_text.PREDICTED)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.351, "0.351"),
        (-2.0, "−2"),
        (2.2e-16, "2.2 × 10⁻¹⁶"),
        (-1e30, "−10³⁰"),
        (0, "0"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "not a number"),
    ],
)
def test_numbers_in_running_text(value: float, said: str) -> None:
    assert show_number(value) == said


def test_keys_are_typed_once() -> None:
    """A key that two files type is a key that they can type differently."""
    folder = Path(passes.__file__).parent.parent
    typed: dict[str, Path] = {}
    for file in sorted(folder.rglob("*.py")):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for text in {node.value for node in nodes if isinstance(node, ast.Constant)}:
            if isinstance(text, str) and re.fullmatch(r"in_[a-z0-9_]+", text):
                assert text not in typed, f"{text} in {file} and {typed[text]}"
                typed[text] = file
    assert "in_phase" in typed
