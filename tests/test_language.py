"""The measure of the language that readers see, proved on small texts."""

import textwrap
from pathlib import Path

import pytest

from tests import language
from tests.cases import each


def of(tmp_path: Path, source: str, name: str = "view.py") -> list[str]:
    file = tmp_path / name
    file.write_text(textwrap.dedent(source), encoding="utf-8")
    return [each.text for each in language.texts(file)]


def test_sentences_are_parted_at_their_ends_at_items_and_at_cells() -> None:
    text = """**Theory.** It holds, e.g. for $a. B$ and 0.5. $x$ is. Is it so?

- One item that
  goes on. And ends.
- Another item

loss | accuracy | mean loss
--- | --- | ---
a | b | c"""
    assert language.sentences(text) == [
        "Theory.",
        "It holds, e․g․ for Formula and 0.5.",
        "Formula is.",
        "Is it so?",
        "One item that goes on.",
        "And ends.",
        "Another item",
        *["loss", "accuracy", "mean loss", "a", "b", "c"],
    ]


@each(
    ("sentence", "count"),
    [
        ("The loss is small.", 4),
        ("The loss $\\frac{1}{n} \\sum_i r_i^2$ is small.", 5),
        ("Call `nv.reach(f, K)` now.", 3),
        ("A [[learning rate|rate]] and a [link](https://example.org/a).", 5),
        ("It is 30 % — or more.", 5),
    ],
)
def test_a_formula_code_and_a_value_are_one_word(sentence: str, count: int) -> None:
    assert language.words(sentence) == count


def test_colons_and_semicolons_count_outside_formulas_and_code() -> None:
    assert language.marks("One: two; three at 12:30, $f: x; y$ and `a: b`.") == 2
    assert language.marks(":material/check: The **rule:** it holds.") == 1


def test_a_verbless_caption_counts_as_a_sentence_and_a_label_does_not() -> None:
    assert language.is_sentence("The loss falls.")
    assert language.is_sentence("the share of the points on the wrong side")
    assert not language.is_sentence("Learning rate")
    assert not language.is_sentence("number of hidden units")


def test_prose_is_found_wherever_it_stands_and_nothing_else(tmp_path: Path) -> None:
    source = '''
    """Docstring of the module that nobody is shown."""
    import re

    __all__ = ["not shown here"]
    PATTERN = re.compile("not a text either")
    LABELS = {"Shown as an option": "option_key"}

    def draw(value: "not shown, a type") -> None:
        """Docstring of the function."""
        st.markdown(f"The loss is {value:.3g} now." + " It " "falls.", key="no words here")
        st.caption("It converged." if value else "It did not converge.")
        st.latex(r"\\\\frac{1}{n}")
        if value["some key here"] == "some other state":
            raise ValueError(f"`points` must be between 2 and 4001, got {value}")
        alt.expr("datum.x < 3 && datum.y > 4")
    '''
    assert of(tmp_path, source) == [
        "Shown as an option",
        "The loss is 0 now. It falls.",
        "It converged.",
        "It did not converge.",
        "`points` must be between 2 and 4001, got 0",
    ]


def test_the_words_of_a_lesson_are_shown_even_if_there_is_only_one(tmp_path: Path) -> None:
    source = 'TITLE = "Momentum"\nKEY = "momentum"\n'
    assert of(tmp_path, source, "text.py") == ["Momentum"]
    assert of(tmp_path, source) == []


def test_figures_are_the_median_the_ninetieth_percentile_and_marks_in_a_hundred() -> None:
    said = [
        language.Sentence("a.py", 1, "", words, marks) for words, marks in zip(range(1, 11), [1, 2, *[0] * 8])
    ]
    assert language.figures(said) == language.Figures(10, 5.5, 10, 30)
    assert not language.figures(said).good
    assert language.figures([]).count == 0


def test_a_sentence_is_reported_with_the_line_on_which_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "ROOT", tmp_path)
    file = tmp_path / "text.py"
    file.write_text(
        'A = (\n    "The first sentence is here. "\n    "The second one is there."\n)\n', encoding="utf-8"
    )
    said = language.sentences_of(language.texts(file))
    assert [(each.line, each.words) for each in said] == [(2, 5), (3, 5)]


def test_retired_phrases_are_found_in_any_case_and_across_lines() -> None:
    assert language.retired_in("It FLIES\noff, and the\n  least is drawn by lot.") == [
        "flies off",
        "the least",
        "by lot",
    ]
    assert (
        language.retired_in("At least one point; the least squares line; a deck-chair; decks; legal.") == []
    )
    assert language.retired_in("x is 3; legal: 0 to 2") == ["legal:"]


def test_the_style_guide_names_enough_retired_phrases_once_each() -> None:
    phrases = language.retired_phrases()
    assert len(phrases) >= 50
    assert len(set(phrases)) == len(phrases)


def test_strings_of_scripts_are_found_and_comments_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "ROOT", tmp_path)
    file = tmp_path / "a.js"
    file.write_text(
        '// it\'s a comment\nsay(\'Play it\', `${n} steps`) /* "no" */\nx = "a\\"b"\n', encoding="utf-8"
    )
    assert [(each.line, each.text) for each in language.script_strings(file)] == [
        (2, "Play it"),
        (2, "0 steps"),
        (3, 'a\\"b'),
    ]


def test_a_formula_alone_and_a_program_are_no_prose(tmp_path: Path) -> None:
    assert of(tmp_path, r'A = r"R(w) = \\frac{1}{n} \\text{mean of all} x"') == []
    assert of(tmp_path, 'A = "Compute the mean of all values."', "code.py") == []
    assert not language.is_sentence("1 - (2 / (1 + exp(-2 * 0)) - 1) * 2")
    assert language.sentences("Here |f − N| ≤ 0.1 holds.") == ["Here |f − N| ≤ 0.1 holds."]


# ------------------------------------------------------------------------------------------- what the app really shows


def test_no_retired_phrase_is_shown() -> None:
    assert language.retired_shown() == []


@each("path", language.lesson_files(), ids=lambda path: "/".join(path.parts[-3:-1]))
def test_the_sentences_of_a_lesson_are_short_and_plain(path: Path) -> None:
    said = language.sentences_of(language.texts(path))
    told = language.figures(said)
    assert told.p90 <= language.P90 + 4, told
    if told.count >= 20:  # the figures of few sentences say little
        assert told.good, told


def test_all_lessons_together_meet_the_targets() -> None:
    told = language.figures(
        [s for path in language.lesson_files() for s in language.sentences_of(language.texts(path))]
    )
    assert told.count > 500
    assert told.good, told


def test_all_that_is_shown_meets_the_targets() -> None:
    told = language.figures(
        [s for path in language.source_files() for s in language.sentences_of(language.texts(path))]
    )
    assert told.good, told
