#!/usr/bin/env bash
# onnx 1.20.0: the ReferenceEvaluator's Softplus is 0 left of -37 and infinite right of 710, in float64.
#
# Expected: the evaluator that states what an operator means is at least as exact as a runtime.
# Seen: Softplus(-50) is exactly 0 (true 1.93e-22), and Softplus(800) is inf with an overflow warning (true 800): it computes
# log(exp(x) + 1) as it stands. onnxruntime 1.23.2 gives 1.93e-22 and 800 for the same model in float32.
# It matters where the reference evaluator is the oracle of a test: for this operator the runtime is right and the oracle wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.20.0 onnxruntime==1.23.2 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import warnings

import numpy as np
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator


def model(kind):
    x, y = (helper.make_tensor_value_info(name, kind, [None]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Softplus", ["x"], ["y"])], "softplus", [x], [y])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    made.ir_version = 10
    return made


x = np.array([-50.0, 800.0])
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    reference = ReferenceEvaluator(model(TensorProto.DOUBLE)).run(None, {"x": x})[0]
session = onnxruntime.InferenceSession(model(TensorProto.FLOAT).SerializeToString(), providers=["CPUExecutionProvider"])
runtime = session.run(None, {"x": x.astype(np.float32)})[0]
print("reference evaluator, float64:", reference, [str(warning.message) for warning in told])
print("onnxruntime, float32:", runtime)
assert reference[0] == 0.0 and np.isinf(reference[1])
assert abs(runtime[0] / 1.9287498e-22 - 1) < 1e-3 and runtime[1] == 800.0
PY
