#!/usr/bin/env bash
# torch 2.13.0 and ml_dtypes 0.7.0: a weight above the range of float8_e4m3fn is 448 in one, and NaN in the other.
#
# Expected: one name is one format (OCP 8-bit floating point, E4M3: largest value 448, no infinity), so a conversion of a float32 gives
# one value. JAX and ONNX Runtime's Python side use ml_dtypes.
# Seen: 440 to 464 become 448 in both. From 465 on torch gives 448 for every value, 1e6 and infinity too, and ml_dtypes gives NaN. In
# float8_e5m2, which has an infinity, both give 512 for 500 and infinity for 1e6. So torch saturates in one of its two formats only.
# It matters where rounded weights are compared, or a network is moved from one library to the other: the same weights are a
# working network in torch and NaN in JAX.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 ml_dtypes==0.7.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import ml_dtypes
import numpy as np
import torch

VALUES = [440.0, 464.0, 465.0, 500.0, 1e6, float("inf")]
for name in ("float8_e4m3fn", "float8_e5m2"):
    by_torch = torch.tensor(VALUES).to(getattr(torch, name)).float().numpy()
    with np.errstate(over="ignore", invalid="ignore"):
        by_ml_dtypes = np.array(VALUES, np.float32).astype(getattr(ml_dtypes, name)).astype(np.float32)
    print(name, "torch", by_torch, "ml_dtypes", by_ml_dtypes)
    if name == "float8_e4m3fn":
        assert np.array_equal(by_torch, [448] * 6), "torch does not saturate now"
        assert np.array_equal(by_ml_dtypes, [448, 448] + [np.nan] * 4, equal_nan=True), "ml_dtypes saturates now"
    else:
        assert np.array_equal(by_torch, by_ml_dtypes) and np.isinf(by_torch[-2:]).all() and by_torch[3] == 512
PY
