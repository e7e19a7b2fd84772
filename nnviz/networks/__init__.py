"""The models: activations, networks with one hidden layer or many, their training.

Knows what a loss and an optimizer are, but nothing of charts or of a user interface, and imports NumPy only.
Networks are immutable; a spec goes in, frames of a training run come out; a run that diverges is a result.
"""

from typing import TYPE_CHECKING

from nnviz._later import load_later
from nnviz.networks.activations import ACTIVATIONS as ACTIVATIONS
from nnviz.networks.activations import Activation as Activation
from nnviz.networks.activations import register_activation as register_activation
from nnviz.networks.layered import LayeredNetwork as LayeredNetwork
from nnviz.networks.layered import Network as Network
from nnviz.networks.layered import count_parameters as count_parameters
from nnviz.networks.layered import equal_widths as equal_widths
from nnviz.networks.shallow import Backward as Backward
from nnviz.networks.shallow import Forward as Forward
from nnviz.networks.shallow import ShallowNetwork as ShallowNetwork

if TYPE_CHECKING:
    from nnviz.networks.batched_training import SeedRuns as SeedRuns
    from nnviz.networks.batched_training import train_seeds as train_seeds
    from nnviz.networks.convert import from_onnx as from_onnx
    from nnviz.networks.convert import from_torch as from_torch
    from nnviz.networks.convert import load as load
    from nnviz.networks.convert import save as save
    from nnviz.networks.convert import to_onnx as to_onnx
    from nnviz.networks.convert import to_torch as to_torch
    from nnviz.networks.model_files import read_model as read_model
    from nnviz.networks.network_file import read_network as read_network
    from nnviz.networks.network_file import write_network as write_network
    from nnviz.networks.training import TrainingRun as TrainingRun
    from nnviz.networks.training import TrainingSpec as TrainingSpec
    from nnviz.networks.training import train as train
else:
    _LATER = {
        "batched_training": (
            "SeedRuns",
            "train_seeds",
        ),
        "convert": (
            "from_onnx",
            "from_torch",
            "load",
            "save",
            "to_onnx",
            "to_torch",
        ),
        "model_files": ("read_model",),
        "network_file": (
            "read_network",
            "write_network",
        ),
        "training": (
            "TrainingRun",
            "TrainingSpec",
            "train",
        ),
    }
    __getattr__ = load_later(__name__, _LATER)
