#!/usr/bin/env bash
# onnxruntime 1.23.2 (CPU): about half of ONNX's activation functions cannot be run in float64.
#
# Expected: an operator that the ONNX checker accepts for tensor(double) runs in double, all or none of a family.
# Seen: Relu, Tanh, Sigmoid, Sin, Exp, Sign and Softmax run in double. LeakyRelu, Elu, Softplus, Softsign, Erf, Gelu, HardSigmoid
# and Mish are valid models (full_check passes) and end in NotImplemented when a session is made. Sin has a double kernel and
# Cos has none; Exp has one and Sinh, Cosh, Atan have none. ONNX itself allows Celu in float32 alone.
# It matters for every export of a float64 network: what cannot be run has to be written out with operators that can, for
# example Softplus as Max(z, 0) + Log(1 + Exp(-|z|)), and Gelu not at all, because Erf is missing too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.20.0 onnxruntime==1.23.2 numpy==2.3.4
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

NAMES = (
    "Relu Tanh Sigmoid Sin Exp Sign Softmax LeakyRelu Elu Softplus Softsign Erf Gelu HardSigmoid Mish Cos Sinh Cosh Atan".split()
)
runs, refused = set(), set()
onnxruntime.set_default_logger_severity(4)
for name in NAMES:
    x, y = (helper.make_tensor_value_info(end, TensorProto.DOUBLE, [2, 2]) for end in "xy")
    graph = helper.make_graph([helper.make_node(name, ["x"], ["y"])], name, [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 10
    onnx.checker.check_model(model, full_check=True)
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        session.run(None, {"x": np.array([[0.3, -0.4], [1.0, 2.0]])})
        runs.add(name)
    except Exception as error:
        assert type(error).__name__ == "NotImplemented", error
        refused.add(name)
print("runs in double:", *sorted(runs))
print("no double kernel:", *sorted(refused))
assert runs == {"Relu", "Tanh", "Sigmoid", "Sin", "Exp", "Sign", "Softmax"}
assert refused == set(NAMES) - runs
PY
