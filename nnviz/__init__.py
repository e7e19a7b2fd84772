"""Touch the universal approximation theorem: ``import nnviz as nv``.

The packages, in the order in which the idea is taught:

- ``nnviz.data``           samples, small real data sets, tables that people bring
- ``nnviz.expressions``    text -> Expression: values, derivatives, LaTeX, source code
- ``nnviz.enclosures``     rigorous bounds of expressions on cells
- ``nnviz.targets``        the functions to be approximated: the TARGETS registry, points, drawings
- ``nnviz.losses``         LOSSES, loss surfaces, likelihoods, the statistic that each loss estimates
- ``nnviz.regression``     models that are linear in their parameters
- ``nnviz.optimization``   OPTIMIZERS, schedules, descent, convergence theory, gradient noise
- ``nnviz.networks``       activations, networks with one hidden layer or many, their training and their files
- ``nnviz.approximation``  the theorem: best networks, lower bounds, certificates in three norms, ε in and network out
- ``nnviz.estimators``     networks with the interface of scikit-learn, which it needs
- ``nnviz.checker``        the checker of certificates that shares no code with the prover; it needs python-flint
- ``nnviz.export``         what is on screen as code and as files
- ``nnviz.store``          small things that expire, for all processes of the app
- ``nnviz.classroom``      lessons in files, and the live room of a class
- ``nnviz.charts``         what several lessons draw with
- ``nnviz.notebook``       what a notebook shows of a result
- ``nnviz.sweep``          studies of many functions from a file
- ``nnviz.command_line``   the command ``nnviz``, one file a command
- ``nnviz.static_edition`` the app as files that any web host can serve
- ``nnviz.serving``        the server of the app, which answers before the app is imported
- ``nnviz.web``            everything generic that knows Streamlit
- ``nnviz.lessons``        one folder a page, in it one folder a chapter: view, chart, code, text

Imports go one way: ``lessons -> web, charts, numerics``; ``web -> charts``. To import the numerics takes NumPy only,
because torch and onnx are imported inside functions. The checker imports nothing of nnviz. Tests prove it. The names
below are loaded when they are first used, so ``import nnviz`` itself imports nothing. Wherever a function f is asked
for, text such as "sin(2πx) + |x|" will do.
"""

TYPE_CHECKING = False  # type checkers take it for true; importing typing would take longer than the rest

if TYPE_CHECKING:
    from nnviz.approximation import Approximation as Approximation
    from nnviz.approximation import Certificate as Certificate
    from nnviz.approximation import StudySpec as StudySpec
    from nnviz.approximation import Unreachable as Unreachable
    from nnviz.approximation import approximate as approximate
    from nnviz.approximation import certify as certify
    from nnviz.approximation import certify_all as certify_all
    from nnviz.approximation import error_bounds as error_bounds
    from nnviz.approximation import estimate_price as estimate_price
    from nnviz.approximation import measure as measure
    from nnviz.approximation import reach as reach
    from nnviz.approximation import reach_all as reach_all
    from nnviz.approximation import study as study
    from nnviz.approximation import study_all as study_all
    from nnviz.approximation import widths_needed as widths_needed
    from nnviz.data import DATASETS as DATASETS
    from nnviz.data import DataError as DataError
    from nnviz.data import read_csv as read_csv
    from nnviz.estimators import NetworkClassifier as NetworkClassifier
    from nnviz.estimators import NetworkRegressor as NetworkRegressor
    from nnviz.expressions import Expression as Expression
    from nnviz.expressions import ExpressionError as ExpressionError
    from nnviz.expressions import parse as parse
    from nnviz.losses import LOSSES as LOSSES
    from nnviz.networks import ACTIVATIONS as ACTIVATIONS
    from nnviz.networks import LayeredNetwork as LayeredNetwork
    from nnviz.networks import ShallowNetwork as ShallowNetwork
    from nnviz.networks import TrainingSpec as TrainingSpec
    from nnviz.networks import from_onnx as from_onnx
    from nnviz.networks import from_torch as from_torch
    from nnviz.networks import load as load
    from nnviz.networks import save as save
    from nnviz.networks import to_onnx as to_onnx
    from nnviz.networks import to_torch as to_torch
    from nnviz.networks import train as train
    from nnviz.networks import train_seeds as train_seeds
    from nnviz.optimization import OPTIMIZERS as OPTIMIZERS
    from nnviz.optimization import DescentSpec as DescentSpec
    from nnviz.optimization import descend as descend
    from nnviz.targets import TARGETS as TARGETS
    from nnviz.targets import Drawing as Drawing
    from nnviz.targets import PiecewiseLinear as PiecewiseLinear
    from nnviz.targets import through as through

__version__ = "0.1.0"

_HOME = {
    "approximation": (
        "Approximation",
        "Certificate",
        "StudySpec",
        "Unreachable",
        "approximate",
        "certify",
        "certify_all",
        "error_bounds",
        "estimate_price",
        "measure",
        "reach",
        "reach_all",
        "study",
        "study_all",
        "widths_needed",
    ),
    "data": ("DATASETS", "DataError", "read_csv"),
    "expressions": ("Expression", "ExpressionError", "parse"),
    "losses": ("LOSSES",),
    "estimators": ("NetworkClassifier", "NetworkRegressor"),
    "networks": (
        "ACTIVATIONS",
        "LayeredNetwork",
        "ShallowNetwork",
        "TrainingSpec",
        "from_onnx",
        "from_torch",
        "load",
        "save",
        "to_onnx",
        "to_torch",
        "train",
        "train_seeds",
    ),
    "optimization": ("OPTIMIZERS", "DescentSpec", "descend"),
    "targets": ("TARGETS", "Drawing", "PiecewiseLinear", "through"),
}
_PACKAGE_OF = {name: package for package, names in _HOME.items() for name in names}

__all__ = sorted(_PACKAGE_OF)


def __getattr__(name: str) -> object:
    """Load a public name from its package when it is first used (PEP 562)."""
    if name not in _PACKAGE_OF:
        raise AttributeError(f"module 'nnviz' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"nnviz.{_PACKAGE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names and what is loaded already."""
    return sorted({*globals(), *__all__})
