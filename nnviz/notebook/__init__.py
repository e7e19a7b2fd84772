"""What a notebook shows of a result: a picture where one is known, LaTeX of a formula, and one line of text.

``nnviz._display`` calls this package when a notebook asks. It needs Altair, and shows text alone without it.
"""

from typing import Any

from nnviz.expressions import Expression


def mimebundle(result: Any) -> dict[str, Any]:
    """Return the forms in which a notebook can show a result, by MIME type."""
    if isinstance(result, Expression):
        return {"text/latex": f"$\\displaystyle {result.latex()}$", "text/plain": repr(result)}
    try:
        from nnviz.notebook.pictures import draw
    except ImportError:
        return {"text/plain": repr(result)}
    picture = draw(result)
    if picture is None:
        return {"text/plain": repr(result)}
    bundle = picture._repr_mimebundle_()
    return {**bundle, "text/plain": repr(result)}
