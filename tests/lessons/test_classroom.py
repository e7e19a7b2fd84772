"""The teacher's page: a lesson step by step, a room with its answers, and files with mistakes."""

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.classroom import room
from nnviz.classroom.lesson_file import shipped
from nnviz.lessons import pages
from nnviz.lessons.classroom.teach import text, view
from nnviz.store import open_store
from nnviz.web.text import hides_nothing
from nnviz.web.wording import plain_words
from tests.apps import healthy, open_page


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return healthy(app.run())


def said(app: AppTest) -> str:
    return "\n".join(box.value for box in (*app.text, *app.subheader, *app.markdown, *app.error))


def test_a_teacher_goes_through_a_lesson_and_asks_the_class() -> None:
    app = healthy(open_page("classroom"))
    assert "Step 1 of 7" in said(app)
    press(app, "cl_open")
    code, _ = app.session_state[view.ROOM]
    store = open_store()
    press(app, "cl_next")
    step = view.read(next(iter(shipped().values())).read_bytes()).steps[1]
    assert "Step 2 of 7" in said(app)
    assert room.read_room(store, code)["link"] == step.link
    press(app, "cl_ask")
    token = room.join(store, code)
    asked = room.read_room(store, code)["ask"]
    room.answer(store, code, token, 1, 0)
    app = healthy(app.run())
    assert text.said(1, 1) in said(app)
    press(app, "cl_show")
    shown = room.read_room(store, code)["shown"]
    assert (asked["text"], shown["right"]) == (
        view.own_question(step.ask)["text"],
        view.own_question(step.ask)["right"],
    )
    app.toggle(key="cl_follow").set_value(True)
    healthy(app.run())
    assert room.read_room(store, code)["follow"]
    press(app, "cl_end")
    assert text.ROOM_ABOUT in said(app)
    with pytest.raises(room.RoomError):
        room.read_room(store, code)


def test_every_question_of_the_app_is_sent_as_plain_text() -> None:
    assert len(pages.questions()) > 20
    for key in pages.questions():
        asked = view.own_question(key)
        words = "".join([asked["text"], asked["reply"], *asked["choices"]])
        assert not set(words) & set("\\$[]{}*") - set("[]"), words
        assert asked["choices"][asked["right"]] in asked["reply"]


def test_formulas_are_plain_text() -> None:
    assert plain_words("**Now** $\\eta = \\frac{2}{\\lambda_{\\max}}$, [[loss|losses]] $x^{-2}$.") == (
        "Now η = 2/λ_max, losses x⁻²."
    )


def test_a_link_hides_controls_and_chapters() -> None:
    hidden = "lr_area,by_hand,polynomials,<b>"
    app = healthy(open_page("linear_regression", hide=hidden, lr_chapter="polynomials"))
    assert app.session_state["lr_chapter_open"] == "step_size"
    styles = [str(block.proto) for block in app.get("html")]
    assert any(".st-key-lr_area {" in style for style in styles)
    assert not any("<b>" in style for style in styles)
    assert [line.value for line in app.text if "sets hide" in line.value] == []


def test_a_name_that_hides_nothing_is_said() -> None:
    app = healthy(open_page("linear_regression", hide="lr_w,lr_wrong,polynomials"))
    assert [line.value for line in app.text if "hides" in line.value] == [hides_nothing(["lr_wrong"])]
