"""Edit certificates so that their claims are false, and count what the prover, the checker and Coq still accept.

    python -m benchmarks.damaged_files [FILES [COQ_FILES]]

Each file is a proved certificate with one edit: a weight, ε, the target, K, a cell, a line of the lower bound, or a
field that says what was proved. mpmath computes f and N with 40 digits at points of K, and so tells which edits make
the claim false. ``prove_again`` is the prover and ``nnviz.checker`` the independent checker. Both read the file alone.
For Coq the proof is written first, and one integer of the file is changed. Exit code 1 if a false claim is accepted,
or if anything but ValueError is raised.
"""

import copy
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mpmath
from mpmath import mpf

import nnviz as nv
from nnviz.approximation import prove_again
from nnviz.approximation.certificate.coq import coq_proof
from nnviz.checker import check

FILES, COQ_FILES, POINTS = 3000, 30, 64
Function = Callable[[Any], Any]
Change = Callable[[float], float]
QUESTIONS: tuple[tuple[str, Function, tuple[float, float], float, str], ...] = (
    ("sin(x)", mpmath.sin, (0.0, 3.0), 0.05, "relu"),
    ("exp(-x)*sin(10x)", lambda x: mpmath.exp(-x) * mpmath.sin(10 * x), (0.0, 2.0), 0.1, "relu"),
    ("abs(x)", abs, (-1.0, 1.0), 0.01, "relu"),
    ("x^2", lambda x: x * x, (-1.0, 1.0), 0.01, "leaky_relu"),
    ("1/(1+25x^2)", lambda x: 1 / (1 + 25 * x * x), (-1.0, 1.0), 0.02, "tanh"),
    ("exp(x)", mpmath.exp, (0.0, 1.0), 1e-5, "sigmoid"),
    ("sqrt(x)", mpmath.sqrt, (0.0, 1.0), 0.02, "relu"),
    ("cos(3x)", lambda x: mpmath.cos(3 * x), (-1.0, 1.0), 1e-3, "gaussian"),
)
ACTIVATIONS: dict[str, Function] = {
    "relu": lambda z: max(z, mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpf(0.01) * z,
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "gaussian": lambda z: mpmath.exp(-z * z),
}
TREES = {
    "sin": "cos",
    "cos": "sin",
    "exp": "expm1",
    "abs": "sqrt",
    "sqrt": "cbrt",
    "*": "+",
    "/": "*",
    "^": "*",
}


def certificates() -> list[tuple[dict[str, Any], Function]]:
    """Return the proved certificates as documents, each with its f for mpmath."""
    found = []
    for text, f, interval, epsilon, activation in QUESTIONS:
        certificate = nv.reach(text, interval, epsilon, activation).certificate
        assert certificate.status == "proved", text
        found.append((json.loads(certificate.to_json()), f))
    return found


def number(value: Any) -> Any:
    """Return a number of a file as mpmath has it."""
    return mpf(float.fromhex(value)) if isinstance(value, str) else mpf(value)


def largest_error(document: dict[str, Any], f: Function) -> Any:
    """Return the largest |f − N| at points of K: evenly spaced ones, kinks, and the ends."""
    network, (low, high) = document["network"], map(number, document["interval"])
    phi = ACTIVATIONS[network["activation"]]
    w, b, v = (
        [number(one) for one in network[name]]
        for name in ("hidden_weights", "hidden_biases", "output_weights")
    )
    c = number(network["output_bias"])
    points = [low + (high - low) * k / POINTS for k in range(POINTS + 1)]
    points += [x for x in (-b_j / w_j for w_j, b_j in zip(w, b) if w_j) if low <= x <= high]
    try:
        return max(
            abs(f(x) - c - sum(v_j * phi(w_j * x + b_j) for w_j, b_j, v_j in zip(w, b, v))) for x in points
        )
    except (ValueError, ZeroDivisionError, TypeError):
        return mpmath.inf


# --- edits ---


def edit(document: dict[str, Any], rng: random.Random) -> str:
    """Change one thing of a document and return its kind."""
    kind = rng.choice(list(EDITS))
    EDITS[kind](document, rng)
    return kind


def change_weight(
    network: dict[str, Any], names: Sequence[str], changes: Sequence[Change], rng: random.Random
) -> None:
    """Change one number of a network in a file, in one of the named parts."""
    name, change = rng.choice(names), rng.choice(changes)
    if name == "output_bias":
        network[name] = float(change(float.fromhex(network[name]))).hex()
    elif network[name]:
        k = rng.randrange(len(network[name]))
        network[name][k] = float(change(float.fromhex(network[name][k]))).hex()


def change_call(document: dict[str, Any], rng: random.Random) -> None:
    """Put another function into the tree of the formula."""
    calls, waiting = [], [document["target"]["tree"]]
    while waiting:
        node = waiting.pop()
        if "call" in node:
            calls.append(node)
            waiting += node["of"]
    chosen = rng.choice(calls)
    chosen["call"] = TREES.get(chosen["call"], "sin")


def _weight(document: dict[str, Any], rng: random.Random) -> None:
    names = "hidden_weights", "hidden_biases", "output_weights", "output_bias"
    changes = lambda x: -x, lambda x: x * 1.01, lambda x: x + 0.3, lambda x: x * (1 + 1e-9), lambda _: 1e8
    change_weight(document["network"], names, changes, rng)


def _epsilon(document: dict[str, Any], rng: random.Random) -> None:
    document["epsilon"] = document["low"] * rng.choice([0.999999, 0.99, 0.5, 1e-3])


def _interval(document: dict[str, Any], rng: random.Random) -> None:
    document["interval"] = [document["interval"][0], document["interval"][1] + rng.choice([0.5, 3.0, 100.0])]


def _cells(document: dict[str, Any], rng: random.Random) -> None:
    ends = document["cell_ends"]
    del ends[rng.randrange(len(ends))]
    ends[0:0] = [(rng.uniform(-1, 3)).hex() for _ in range(rng.randrange(3))]
    document["epsilon"] = document["low"] * rng.choice([0.99, 2.0])


def _verdict(document: dict[str, Any], rng: random.Random) -> None:
    document |= {"bound": document["bound"] / 1e3, "low": 0.0, "epsilon": document["low"] * 0.9, "cells": 1}
    document["reason"] = rng.choice(["", "The error is at most 0 everywhere."])


def _tree(document: dict[str, Any], rng: random.Random) -> None:
    change_call(document, rng)
    if rng.random() < 0.5:
        document["target"]["formula"] = rng.choice(["x", "sin(x)+1", "2*exp(x)"])


def _gates(document: dict[str, Any], rng: random.Random) -> None:
    gates = document.get("lower_bound")
    if gates:
        gates["units"] += rng.choice([1, 2, 1000])
        if gates["lines"] and rng.random() < 0.5:
            gates["lines"] += [rng.choice(gates["lines"])] * rng.randrange(1, 4)
    else:
        _epsilon(document, rng)


EDITS: dict[str, Callable[[dict[str, Any], random.Random], None]] = {
    "weight": _weight,
    "epsilon": _epsilon,
    "interval": _interval,
    "cells": _cells,
    "verdict": _verdict,
    "tree": _tree,
    "gates": _gates,
}


def false_answers(
    document: dict[str, Any], f: Function, kind: str, units: int | None, seen: Counter[str]
) -> list[str]:
    """Return who accepts what is false in one edited file."""
    text, wrong = json.dumps(document), []
    is_false = kind == "tree" or largest_error(document, f) >= mpf(document["epsilon"])
    seen["false claims" if is_false else "claims that stay true"] += 1
    try:
        certificate = nv.Certificate.from_json(text)
        status = prove_again(certificate, 1.0).status
        # an edited tree must not be read as the formula beside it
        if (
            is_false
            and status == "proved"
            and (kind != "tree" or certificate.target.text == document["target"]["formula"])
        ):
            wrong.append("prover")
    except ValueError:
        seen["refused by the prover"] += 1
    try:
        verdict = check(text, 2.0)
        if is_false and verdict.status == "proved" and kind != "tree":
            wrong.append("checker")
        if units is not None and (verdict.units or 0) > units and not is_false:
            wrong.append("checker, units")
    except ValueError:
        seen["refused by the checker"] += 1
    return wrong


def false_proofs_of_coq(count: int, rng: random.Random) -> int:
    """Return how many edited proofs Coq accepts."""
    certificate = nv.reach("sin(x)", (0.0, 3.0), 0.1).certificate
    proof, accepted = coq_proof(certificate), 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "proof.v"
        for _ in range(count):
            unit = rng.choice(list(re.finditer(r"^  \((-?\d+), (-?\d+), (-?\d+)\)", proof, re.MULTILINE)))
            k = rng.choice([1, 2, 3])
            value = rng.choice([-int(unit[k]), int(unit[k]) * 2 + 1, 2 ** int(unit[k]).bit_length()])
            file.write_text(proof[: unit.start(k)] + str(value) + proof[unit.end(k) :], encoding="utf-8")
            run = subprocess.run(["coqc", "-q", str(file)], capture_output=True, check=False, timeout=120)
            accepted += run.returncode == 0
    return accepted


def main() -> int:
    """Print what was accepted of the false claims."""
    files, coq_files = (int(sys.argv[k]) if len(sys.argv) > k else n for k, n in ((1, FILES), (2, COQ_FILES)))
    mpmath.mp.dps = 40
    rng, seen, wrong = random.Random(0), Counter[str](), Counter[str]()
    sources = certificates()
    for _ in range(files):
        source, f = rng.choice(sources)
        document = copy.deepcopy(source)
        units = (source.get("lower_bound") or {}).get("units")
        kind = edit(document, rng)
        seen[kind] += 1
        for who in false_answers(document, f, kind, units, seen):
            wrong[f"{who}: {kind}"] += 1
            print(who, kind, json.dumps(document)[:3000] if wrong.total() < 3 else "", flush=True)
    coq = false_proofs_of_coq(coq_files, rng)
    print(dict(seen), "accepted although false:", dict(wrong) or 0, f"Coq accepted {coq} of {coq_files}")
    return bool(wrong) or coq > 0


if __name__ == "__main__":
    raise SystemExit(main())
