"""Edit certificates in the norms "rms" and "outside" so that their claims are false, and count what is still accepted.

    python -m benchmarks.damaged_norms [FILES]

Each file is a proved certificate of one or two inputs with one edit: a weight, ε, δ, K, the exceptional set, the tree
of the formula, or a field that says what was proved. NumPy computes f and N at points of K, and so measures the root
mean square, and the part of K on which |f − N| is at least ε. ``prove_norm_again`` is the prover and ``nnviz.checker``
the independent checker, which reads one input. Both read the file alone. Exit code 1 if a false claim is accepted, or
if anything but ValueError is raised.
"""

import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

import nnviz as nv
from benchmarks.damaged_files import change_call, change_weight
from nnviz._types import Array
from nnviz.approximation.measurable import NormCertificate, prove_norm_again
from nnviz.checker import check

FILES = 300
POINTS = 40_001
ROOM = 1.01  # a measured norm or measure that is larger than this factor times ε or δ shows that a claim is false
Function = Callable[[Array], Array]
QUESTIONS: tuple[tuple[str, Function, Any, float, str, float | None], ...] = (
    ("step(x-0.3)", lambda x: np.heaviside(x - 0.3, 1.0), (-1.0, 1.0), 0.1, "relu", 0.05),
    ("1/x", lambda x: 1 / x, (-1.0, 1.0), 0.5, "relu", 0.1),
    ("sin(1/x)", lambda x: np.sin(1 / x), (0.0, 1.0), 0.2, "leaky_relu", 0.1),
    ("floor(3x)", lambda x: np.floor(3 * x), (-1.0, 1.0), 0.2, "relu", None),
    ("abs(x)^(-0.2)", lambda x: np.abs(x) ** -0.2, (-1.0, 1.0), 0.1, "relu", None),
    ("exp(x)*abs(x)", lambda x: np.exp(x) * np.abs(x), (-1.0, 1.0), 0.05, "leaky_relu", None),
    ("step(x+y)", lambda x: np.heaviside(x.sum(-1), 1.0), ((-1.0, 1.0), (-1.0, 1.0)), 0.1, "relu", 0.3),
    ("x*y", lambda x: x[..., 0] * x[..., 1], ((-1.0, 1.0), (-1.0, 1.0)), 0.1, "tanh", None),
)
ACTIVATIONS: dict[str, Function] = {
    "relu": lambda z: np.maximum(z, 0.0),
    "leaky_relu": lambda z: np.maximum(z, 0.01 * z),
    "tanh": np.tanh,
}


def certificates() -> list[tuple[dict[str, Any], Function]]:
    """Return the proved certificates as documents, each with its f for NumPy."""
    found = []
    for text, f, region, epsilon, activation, measure in QUESTIONS:
        norm = "rms" if measure is None else "outside"
        proof = nv.reach(text, region, epsilon, activation, norm=norm, measure=measure).certificate
        assert proof.status == "proved", text
        found.append((json.loads(proof.to_json()), f))
    return found


def number(value: Any) -> float:
    """Return a number of a file."""
    return float.fromhex(value) if isinstance(value, str) else float(value)


def is_false(document: dict[str, Any], f: Function) -> bool:
    """Return whether the claim of a document is false, as points of K show."""
    sides = np.atleast_2d(np.array(document["interval"], dtype=float))
    if len(sides) == 1:
        x = np.linspace(float(sides[0, 0]), float(sides[0, 1]), POINTS)[:-1] + np.diff(sides[0]) / (
            2 * POINTS - 2
        )
    else:
        steps = (np.arange(401) + 0.5) / 401
        x = np.stack(np.meshgrid(*(a + (b - a) * steps for a, b in sides.tolist())), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        error = np.abs(f(x) - _network(document["network"], x))
    if document["norm"] == "rms":
        return bool(np.sqrt(np.mean(error**2)) > ROOM * number(document["epsilon"]))
    size = float(np.prod(np.diff(sides, axis=1)))
    return bool(np.mean(~(error < document["epsilon"])) * size > ROOM * number(document["measure"]))


def _network(part: dict[str, Any], x: Array) -> Array:
    """Return N(x) of a network in a file."""
    weights = np.array([[number(one) for one in np.atleast_1d(row)] for row in part["hidden_weights"]])
    b, v = (np.array([number(one) for one in part[name]]) for name in ("hidden_biases", "output_weights"))
    z = (x[:, None] if x.ndim == 1 else x) @ weights.reshape(len(b), -1).T + b
    return np.asarray(ACTIVATIONS[part["activation"]](z) @ v + number(part["output_bias"]))


# --- edits ---


def _weight(document: dict[str, Any], rng: random.Random) -> None:
    names = "hidden_biases", "output_weights", "output_bias"  # the hidden weights of two inputs are rows
    changes = lambda x: -x, lambda x: x * 1.02, lambda x: x + 0.3, lambda _: 1e8
    change_weight(document["network"], names, changes, rng)


def _epsilon(document: dict[str, Any], rng: random.Random) -> None:
    document["epsilon"] = (document["low"] or document["epsilon"]) * rng.choice([0.99, 0.9, 0.5, 1e-3])


def _measure(document: dict[str, Any], rng: random.Random) -> None:
    if document["measure"] is None:
        return _epsilon(document, rng)
    document["measure"] = document["length"] * rng.choice([1e-3, 0.1, 0.3])
    document["exceptional"] = document["exceptional"][: rng.randrange(2)]
    return None


def _interval(document: dict[str, Any], rng: random.Random) -> None:
    more, side = rng.choice([0.5, 3.0, 100.0]), document["interval"]
    side = side[rng.randrange(2)] if isinstance(side[0], list) else side
    side[1] += more


def _exceptional(document: dict[str, Any], rng: random.Random) -> None:
    rows = document["exceptional"]
    if rows:
        k = rng.randrange(len(rows))
        wide = rng.choice([1.0, 1e-3])
        rows[k] = [(number(end) * wide + rng.choice([0.0, 0.1])).hex() for end in rows[k]]
    document["network"]["output_bias"] = (number(document["network"]["output_bias"]) + 1.0).hex()


def _verdict(document: dict[str, Any], rng: random.Random) -> None:
    document |= {"bound": 0.0, "low": 0.0, "status": "proved", "length": 0.0, "cells": 1}
    document["epsilon"] *= rng.choice([0.05, 1e-6])


EDITS: dict[str, Callable[[dict[str, Any], random.Random], None]] = {
    "weight": _weight,
    "epsilon": _epsilon,
    "measure": _measure,
    "interval": _interval,
    "exceptional": _exceptional,
    "verdict": _verdict,
    "tree": change_call,
}


def false_answers(document: dict[str, Any], f: Function, kind: str, seen: Counter[str]) -> list[str]:
    """Return who accepts what is false in one edited file."""
    text, wrong = json.dumps(document), []
    # an edited tree must be refused, because it differs from the formula beside it
    false = kind == "tree" or is_false(document, f)
    seen["false claims" if false else "claims that stay true"] += 1
    try:
        claim = NormCertificate.from_json(text)
        status = prove_norm_again(claim, 1.0).status
        if (
            false
            and status == "proved"
            and (kind != "tree" or claim.target.text == document["target"]["formula"])
        ):
            wrong.append("prover")
        seen[f"prover: {status}"] += 1
    except ValueError:
        seen["refused by the prover"] += 1
    try:
        verdict = check(text, 1.0)
        if false and verdict.status == "proved" and kind != "tree":
            wrong.append("checker")
        seen[f"checker: {verdict.status}"] += 1
    except ValueError:
        seen["refused by the checker"] += 1
    return wrong


def main() -> int:
    """Edit the certificates, and print the counts and every false answer."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    rng, seen, wrong = random.Random(0), Counter[str](), 0
    originals = certificates()
    for number_of_file in range(files):
        original, f = originals[number_of_file % len(originals)]
        document = copy.deepcopy(original)
        kind = rng.choice(list(EDITS))
        EDITS[kind](document, rng)
        for who in false_answers(document, f, kind, seen):
            wrong += 1
            print(f"{document['target']['formula']}, {kind}: accepted by the {who}", flush=True)
    print(f"{files} edited files, {wrong} false answers; {dict(seen)}")
    return wrong > 0


if __name__ == "__main__":
    raise SystemExit(main())
