"""Show the sawtooth that doubles its linear pieces with each layer."""

import numpy as np
import streamlit as st

from nnviz import web
from nnviz._memory import kept
from nnviz.charts import Picture
from nnviz.lessons.inside_the_network.folding import chart, text
from nnviz.lessons.inside_the_network.folding.code import sawtooth_code
from nnviz.lessons.inside_the_network.shared.text import name_architecture
from nnviz.networks import count_parameters
from nnviz.networks.depth_comparison import (
    INTERVAL,
    PieceCounts,
    count_random_pieces,
    folded_interval,
    sawtooth_points,
    sawtooth_sizes,
    widths_within,
)
from nnviz.networks.linear_regions import most_pieces, reachable_pieces
from nnviz.web.latex_format import markdown_table
from nnviz.web.lesson import Chapter
from nnviz.web.questions import offer_code
from nnviz.web.turns import fragment

MOST_LAYERS = 8
PARAMETERS, DEPTHS, SEEDS = 200, (1, 2, 3, 4), 20  # of the random networks
_LAYERS = "in_folds"


@kept
def count_pieces(widths: tuple[int, ...]) -> PieceCounts:
    """Return the numbers of linear pieces of 20 random networks."""
    return count_random_pieces(widths, range(SEEDS))


def write_pieces() -> str:
    """Return the table of the possible and the usual numbers of pieces."""
    rows = []
    for widths in widths_within(1, PARAMETERS, DEPTHS):
        possible = text.show_possible(reachable_pieces(widths), most_pieces(widths))
        found = text.show_counts(*count_pieces(widths))
        rows.append((name_architecture(widths), str(count_parameters(1, widths)), possible, found))
    return markdown_table(text.PIECES_TABLE, rows)


def draw_sawtooth(layers: int) -> Picture:
    """Draw the sawtooth over the one with one layer fewer, which is the identity for one layer."""
    before = sawtooth_points(layers - 1) if layers > 1 else (np.array(INTERVAL), np.array(INTERVAL))
    sizes = sawtooth_sizes(layers)
    words = text.headline(layers, sizes.pieces, sizes.deep_units), text.compare(sizes.shallow_units)
    return chart.draw_sawtooth(sawtooth_points(layers), before, words)


@fragment
def draw() -> None:
    """Draw the chapter."""
    sizes = [sawtooth_sizes(k) for k in range(1, MOST_LAYERS + 1)]
    picture, controls = st.columns([2, 1], gap="large")
    with controls:
        layers = web.int_slider(text.LAYERS, 1, MOST_LAYERS, 4, key=_LAYERS)
        shown_folds = sorted({1, 2, min(3, layers), layers} & set(range(1, layers + 1)))
        web.render(chart.draw_fold({k: folded_interval(k) for k in shown_folds}), key="in_fold")
        web.render(chart.draw_sizes(sizes, layers), key="in_sizes")
        st.caption(text.SIZE_CAPTION)
    shown = sizes[layers - 1]
    with picture:
        with web.keep_in_view():
            web.render(draw_sawtooth(layers), key="in_sawtooth")
        st.markdown(text.describe_shallow(layers, shown.shallow_units, shown.shallow_parameters))
    web.write(text.MORE)
    web.announce(text.announce(shown.pieces, shown.deep_units), key="in_say_folds")
    web.update_during_drag(_LAYERS, key="drag_folds")
    st.markdown(text.describe_sawtooth(layers, shown.pieces, shown.deep_units, shown.deep_parameters))
    st.markdown(f"**{text.PIECES_TITLE}**\n\n{write_pieces()}")
    st.caption(text.describe_pieces(SEEDS))
    offer_code(sawtooth_code, layers, key="in_code_folds", name="sawtooth")


CHAPTER = Chapter("folding", text.CHAPTER, draw)
