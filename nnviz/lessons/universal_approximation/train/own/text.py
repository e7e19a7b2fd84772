"""Hold every word of "Bring your own network"."""

from nnviz.web.wording import show_count, show_number

TITLE = "Bring your own network"
ABOUT = (
    "Upload a network with one input. Its error on K is proved. Nothing in the file is executed. The file can be a "
    "`state_dict` of PyTorch with Linear layers, an ONNX model, or JSON of this app."
)
FILE = "File of the network"
ACTIVATION = "Activation function between the layers of a state_dict"
BAD_FILE = "This file cannot be used."
CHECKING = "Proving …"
CHART = "The target function inside its tube, and your network as a thick curve."
CURVED = "It is not piecewise linear."


def describe(widths: tuple[int, ...], parameters: int) -> str:
    """Say how large the uploaded network is."""
    layers = " + ".join(map(show_count, widths))
    units = (
        f"{layers} hidden units"
        if len(widths) > 1
        else f"{layers} hidden unit{'' if widths[0] == 1 else 's'}"
    )
    depth = f"in {len(widths)} hidden layers" if len(widths) > 1 else "in one hidden layer"
    return f"Your network has **{units}** {depth} and {show_count(parameters)} parameters."


def count_pieces(number: int) -> str:
    """Say of how many linear pieces the network is on K."""
    return f"On K it has **{show_count(number)} linear piece{'' if number == 1 else 's'}**."


def smallest(units: int, needed: int | None, epsilon: float) -> str:
    """Say how small a ReLU network for ε can be. needed: a proved lower bound of the number of units."""
    count = f"{show_count(units)} unit{'' if units == 1 else 's'}"
    found = f"A ReLU network with **{count}** in one hidden layer is within ε = {show_number(epsilon, 6)}."
    if needed is None or needed < 1:
        return found
    if needed == units:
        return f"{found} No ReLU network with one hidden layer and fewer units is (proved)."
    return f"{found} With one hidden layer, at least {show_count(needed)} are needed (proved)."
