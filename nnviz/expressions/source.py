"""Write the tree of a formula as source code of a function with the same values, in NumPy, torch or plain Python."""

import math
import re
from typing import Final, Literal, get_args

import numpy as np

from nnviz._checks import check_one_of
from nnviz.expressions.evaluation import value
from nnviz.expressions.functions import Function
from nnviz.expressions.nodes import (
    ATOM,
    LEVELS,
    Call,
    Constant,
    Node,
    Number,
    Variable,
    is_condition,
    is_constant,
    level,
    operands,
    write_number,
)
from nnviz.expressions.vocabulary import CONSTANTS, FUNCTIONS

Library = Literal["numpy", "torch"]
Language = Literal[Library, "python"]

_IMPORTS: Final = {"numpy": "import numpy as np\n", "torch": "import torch\n", "python": ""}
_DECORATOR: Final = {"numpy": '@np.errstate(all="ignore")\n', "torch": "", "python": ""}
_REAL: Final = '''\
def real(function, x):
    """function(x), with nan where it is not real and inf where it is too large."""
    try:
        return function(x)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.copysign(math.inf, x)
'''


def source(root: Node, text: str, variables: tuple[str, ...], language: Language) -> str:
    """Return the source text of a function f of these variables, with its imports and helpers.

    The function of NumPy takes array-likes, returns a float64 array and gives no warnings. The function of torch
    takes tensors and returns a differentiable tensor of their dtype. The function of Python takes and returns
    floats, with nan and inf instead of errors. ValueError for another language.
    """
    check_one_of("language", language, LANGUAGES)
    writer = _Writer(language, variables[0])
    lines = [f"def f({', '.join(variables)}):", f'    """{text}"""']
    if language == "numpy":
        lines += [f"    {name} = np.asarray({name}, dtype=float)" for name in variables]
    lines += [f"    return {writer.result(_fold(root))}", ""]
    function = _DECORATOR[language] + "\n".join(lines)
    whole = "\n\n".join([*_helpers(function, language), function])
    standard = "import math\n" if "math." in whole else ""
    imports = "\n".join(filter(None, (standard, _IMPORTS[language])))
    return "\n\n".join(filter(None, (imports, whole)))


def _fold(node: Node) -> Node:
    """Return the tree with each part without variables computed, except readable multiples of π, e and τ."""
    if not isinstance(node, Call):
        return node
    folded = Call(node.name, tuple(map(_fold, node.arguments)))
    if not is_constant(folded) or (_readable(folded) and _names_constant(folded)):
        return folded
    with np.errstate(all="ignore"):
        number = float(value(folded, {}))
    return Call("neg", (Number(-number),)) if math.copysign(1, number) < 0 else Number(number)


def _readable(node: Node) -> bool:
    """Return whether a tree consists of numbers and constants in sums, products and safe quotients."""
    match node:
        case Number(number):
            return math.isfinite(number)
        case Constant():
            return True
        case Call("/", (a, b)):
            return _readable(a) and (isinstance(b, Constant) or (_readable(b) and b != Number(0.0)))
        case Call("+" | "-" | "*" | "neg", arguments):
            return all(map(_readable, arguments))
    return False


def _names_constant(node: Node) -> bool:
    """Return whether a named constant occurs in the tree."""
    return any(map(_names_constant, node.arguments)) if isinstance(node, Call) else isinstance(node, Constant)


def _helpers(text: str, language: Language) -> list[str]:
    """Return the helper definitions that the text calls, directly or through other helpers."""
    found = {name: code for name, code in _DEFINITIONS[language].items() if _calls(text, name)}
    while new := {
        name: code
        for name, code in _DEFINITIONS[language].items()
        if name not in found and any(_calls(other, name) for other in found.values())
    }:
        found |= new
    return list(found.values())


def _calls(text: str, name: str) -> bool:
    """Return whether a text calls the function ``name``."""
    return re.search(rf"(?<![\w.]){name}\(", text) is not None


def _pattern(function: Function, language: Language) -> str:
    """Return the pattern of a call: the function's own pattern, a call of its definition, or the library's function."""
    places = ", ".join(f"{{{k}}}" for k in range(function.arity))
    own = str(getattr(function, language))
    if own.startswith("def "):
        return f"{_defined(own)}({places})"
    standard = {
        "numpy": f"np.{getattr(function.value, '__name__', '')}({places})",
        "torch": f"torch.{function.name}({places})",
        "python": f"real(math.{function.name}, {places})",
    }
    return own or standard[language]


def _defined(definition: str) -> str:
    """Return the name that a definition defines."""
    return definition[len("def ") : definition.index("(")]


def _definitions(language: Language) -> dict[str, str]:
    """Return every helper of a language by its name."""
    codes = [str(getattr(function, language)) for function in FUNCTIONS.values()]
    own = {_defined(code): code for code in codes if code.startswith("def ")}
    return {"real": _REAL, **own} if language == "python" else own


LANGUAGES: Final = get_args(Language)
_PATTERNS: Final = {
    language: {name: _pattern(function, language) for name, function in FUNCTIONS.items()}
    for language in LANGUAGES
}
_DEFINITIONS: Final = {language: _definitions(language) for language in LANGUAGES}


class _Writer:
    """A writer of folded trees in one language; ``x`` is the first variable, whose shape constant tensors take."""

    def __init__(self, language: Language, x: str) -> None:
        self.patterns = _PATTERNS[language]
        self.numpy, self.torch = language == "numpy", language == "torch"
        self.x = x
        truths = {
            "numpy": "np.where({0}, 1.0, 0.0)",
            "torch": f"({{0}}).to({x}.dtype)",
            "python": "float({0})",
        }
        self.truth = truths[language]

    def result(self, root: Node) -> str:
        """Return the expression that f returns, in x's shape even if no variable occurs."""
        constant = self.numpy and is_constant(root)
        return f"np.full_like({self.x}, {self.number(root)})" if constant else self.argument(root)

    def number(self, node: Node) -> str:
        """Return the tree as a number."""
        match node:
            case Number(number):
                return self.literal(number)
            case Constant(name):
                return CONSTANTS[name].numpy if self.numpy else CONSTANTS[name].python
            case Variable(name):
                return name
            case Call("neg", (Number(0.0),)):
                return "-0.0"
            case Call() if is_condition(node):
                return self.truth.format(self.condition(node))
            case Call("where", (condition, *values)):
                return self.patterns["where"].format(self.condition(condition), *map(self.argument, values))
            case Call("restrict", (restricted, condition)):
                return self.patterns["restrict"].format(self.argument(restricted), self.condition(condition))
            case Call(name) if self.infix(node):
                return self.pattern(node).format(*operands(node, self.number, self.level))
            case Call(name, arguments):
                return self.patterns[name].format(*map(self.argument, arguments))

    def condition(self, node: Node) -> str:
        """Return the tree as a truth value; a number is true if it is not 0."""
        if not isinstance(node, Call) or not is_condition(node):
            return f"{self.argument(node)} != 0"
        if self.infix(node):
            return self.patterns[node.name].format(*operands(node, self.number, self.level))
        return self.patterns[node.name].format(*map(self.condition, node.arguments))

    def argument(self, node: Node) -> str:
        """Return the tree as an argument of a function, which must be a float in NumPy and a tensor in torch."""
        text = self.number(node)
        if self.torch and is_constant(node):
            return f"torch.full_like({self.x}, {text})"
        return f"{text}.0" if self.numpy and text.lstrip("-").isdigit() else text

    def literal(self, number: float) -> str:
        """Return a number as source text, also inf and nan."""
        if math.isfinite(number):
            return write_number(number)
        return f"np.{number}" if self.numpy else f"math.{number}"

    def pattern(self, call: Call) -> str:
        """Return the pattern of a call; a division by a number is safe in any language."""
        match call:
            case Call("/", (_, Number(divisor))) if divisor != 0:
                return "{0} / {1}"
        return self.patterns[call.name]

    def infix(self, call: Call) -> bool:
        """Return whether an operator is written between its operands in this language."""
        return call.name in LEVELS and not self.pattern(call).endswith(")")

    def level(self, node: Node) -> int:
        """Return the precedence level of the text of a tree in this language."""
        written = isinstance(node, Call) and self.infix(node) and not is_condition(node)
        return level(node) if written else ATOM
