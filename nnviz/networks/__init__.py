"""The models: activations, networks with one hidden layer or many, their training.

Knows what a loss and an optimizer are, but nothing of charts or of a user interface, and imports NumPy only.
Networks are immutable; a spec goes in, frames of a training run come out; a run that diverges is a result.
"""

from nnviz.networks.activations import ACTIVATIONS as ACTIVATIONS
from nnviz.networks.activations import Activation as Activation
from nnviz.networks.crowd import Crowd as Crowd
from nnviz.networks.crowd import train_crowd as train_crowd
from nnviz.networks.layered import LayeredNetwork as LayeredNetwork
from nnviz.networks.layered import count_parameters as count_parameters
from nnviz.networks.layered import equal_widths as equal_widths
from nnviz.networks.shallow import Backward as Backward
from nnviz.networks.shallow import Forward as Forward
from nnviz.networks.shallow import ShallowNetwork as ShallowNetwork
from nnviz.networks.training import TrainingRun as TrainingRun
from nnviz.networks.training import TrainingSpec as TrainingSpec
from nnviz.networks.training import train as train
