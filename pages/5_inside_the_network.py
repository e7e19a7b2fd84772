"""A network with every number in it, the ledger of its units, and what depth buys."""

import streamlit as st

from nnviz import ui
from nnviz.charts import curves
from nnviz.charts import network as charts
from nnviz.networks import ShallowNetwork
from nnviz.ui import inside

ui.begin(
    "inside_the_network",
    "**Forward**, numbers flow to the loss. **Backward**, the chain rule shares out the blame.",
)


def forward_and_backward() -> None:
    """The two passes, the parameters, and what to notice."""
    network, turned = inside.parameters()
    passes(network, turned)
    inside.words_on_passes(network.activation)


@st.fragment
def passes(network: ShallowNetwork, turned: str) -> None:
    """The two passes, phase by phase; what only these controls change is drawn again alone."""
    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        curve = st.container()
        x = ui.slider("Input x", -2.0, 2.0, 0.5, 0.05, key="in_x")
        y = ui.slider("Target y", -2.0, 2.0, -0.5, 0.05, key="in_y")
        eta = ui.power("Learning rate η", -3, 0, 0.1, key="in_eta")
        shown = inside.example(network, x, y, eta, turned)
        st.caption(inside.what_changes(shown))
    drawn = inside.numbers(shown)
    with picture:
        ui.show(charts.passes(drawn), key="in_diagram")
        way = inside.phase()
        ui.player("in_phase", range(1, 10), run=way, words="phase", begin=inside.PHASES[way].begin, rate=0.6)
    with curve:
        ui.show(
            charts.output(inside.CURVE, network(inside.CURVE), drawn, inside.seen(shown)), key="in_output"
        )
    moved = {"in_x": x, "in_y": y, "in_by": drawn.numbers[turned]}
    ui.follow(moved, key="in_follow", outcome=inside.said(shown))
    inside.chain_rule(shown, way)
    ui.while_held("in_eta", key="in_hand_eta")


@st.fragment
def the_ledger() -> None:
    """Changes of the units, and which of them the function notices."""
    from nnviz.ui import ledger

    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        first = ledger.first_network()
    with picture:
        place = st.container()
        book = ledger.book(first)
        st.markdown(ledger.entry_table(book))
    with place:
        ui.show(ledger.picture(book), key="in_before_after")
        ledger.verdict(book)
    with controls:
        ledger.pen(book.now.width)
        st.markdown(ledger.unit_table(book))
        st.caption(ledger.many(book.now))
    ledger.words(book)


@st.fragment
def folding() -> None:
    """The sawtooth of Telgarsky: two units a layer, twice the pieces with every layer."""
    from nnviz.ui import depth

    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        k = ui.whole("Layers of two units", 1, 8, 4, key="in_folds")
        at, deep, shallow = depth.price_of_folds(8)
        prices = {"deep, 2 units a layer": (at, deep), "one hidden layer": (at, shallow)}
        words = "The parameters of the deep sawtooth and of one hidden layer with as many pieces, against its layers."
        ui.show(
            curves(
                prices, list(prices), ("layers k", "parameters"), words, log=True, height=230, marker=float(k)
            ),
            key="in_prices",
        )
    with picture:
        ui.show(depth.folded(k), key="in_sawtooth")
        st.markdown(
            f"**{2**k:,} straight pieces** from {2 * k} units and {int(deep[k - 1])} parameters, counted. One hidden "
            f"layer needs **{2**k - 1:,} units** and {int(shallow[k - 1]):,} parameters for as many. Grey: one layer "
            "fewer."
        )
    ui.say(f"{2**k:,} straight pieces from {2 * k} units.", key="in_say_folds")
    ui.while_held("in_folds", key="in_hand_folds")
    depth.words_on_folding(k)


@st.fragment
def width_or_depth() -> None:
    """Networks of about one price, wide or deep, trained by torch."""
    from nnviz.ui import depth

    picture, controls = st.columns([3, 2], gap="large")
    with controls:
        problem = depth.choose_problem()
        specs = depth.choose_networks(problem)
        asked = st.toggle("Train them", key="in_train", bind="query-params")
    with picture:
        found = depth.train(problem, specs) if asked else None
        if found is None:
            depth.before_training(problem, specs)
        else:
            depth.results(problem, found)
    ui.say(depth.heard(found), key="in_say_depth")
    depth.words_on_training(problem, specs)


ui.chapters(
    "in",
    {
        "Forward and backward": forward_and_backward,
        "The ledger of units": the_ledger,
        "Folding": folding,
        "Width or depth": width_or_depth,
    },
)
ui.end(
    "A network with one hidden layer can do everything, says the theorem. So what are the other layers for?"
)
