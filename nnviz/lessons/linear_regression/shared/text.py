"""Hold the words that two or more chapters of the page "Linear regression" use."""

from nnviz.web.wording import plural, show_number

UPDATES = "Number of updates"
RELATIVE_RATE = "Learning rate η (in units of 1/λₘₐₓ)"
UPDATE = "update"
RESET = "Return to the start"
RESET_HELP = "Set the number of updates to 0, and the sliders to the start of the run."
LOSS_NOTE = "$L$ is the **mean** of the squared residuals, with $1/n$ and without ½."


def run_caption(model: str) -> str:
    """Say what the sliders show while a run is shown; model: what moves, such as "the line"."""
    return (
        f"The player moves {model} along the run. When it stops, the sliders show the parameters there. "
        "Move a slider to begin a new run there."
    )


def count_updates(updates: int) -> str:
    """Say how many updates there are."""
    return plural(updates, "update")


def make_updates(updates: int) -> str:
    """Name the button that makes so many updates."""
    return f"Make {count_updates(updates)}"


def make_all(updates: int) -> str:
    """Name the button that makes updates until the run converges, diverges or has so many."""
    return f"Make up to {count_updates(updates)}"


def result(updates: int, loss: float) -> str:
    """Say the loss at the end of a run, for a screen reader."""
    return f"After {count_updates(updates)} the loss is {show_number(loss, 4)}."


def state(parameters: dict[str, float], loss: float) -> str:
    """Write the parameters and the loss at one update of a run, below the player."""
    return ", ".join(f"{name} = {show_number(value, 4)}" for name, value in {**parameters, "L": loss}.items())
