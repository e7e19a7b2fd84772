"""Write the program that computes softmax, cross-entropy and gradient."""

from collections.abc import Sequence
from typing import Final

from nnviz.expressions import Library
from nnviz.lessons.loss_functions.shared.code import write_arrays, write_imports

_SOFTMAX: Final = {
    "numpy": """\
p = np.exp(z - z.max())
p = p / p.sum()
loss = -np.log(p[truth])
gradient = p - np.eye(3)[truth]
""",
    "torch": """\
z.requires_grad_()
loss = torch.nn.functional.cross_entropy(z[None], torch.tensor([truth]))
loss.backward()
p, gradient, loss = torch.softmax(z, 0).detach(), z.grad, loss.item()
""",
}


def softmax_code(language: Library, logits: Sequence[float], truth: int) -> str:
    """Return source that computes ``p``, ``loss`` and ``gradient`` of three logits whose class 0 … 2 is known."""
    return (
        f"{write_imports(language)}{write_arrays(language, z=logits)}truth = {truth}  # counted from 0\n\n"
        f'{_SOFTMAX[language]}\nprint(f"p = {{p}}\\nloss = {{loss:.3f}}\\ngradient = {{gradient}}")\n'
    )
