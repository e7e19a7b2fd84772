#!/usr/bin/env bash
# safetensors 0.8.0: the NumPy functions write a transposed weight matrix with its entries in the wrong places, without an error.
#
# Expected: load(save({"w": a}))["w"] equals a, or an error. The documentation asks for contiguous tensors, and safetensors.torch.save
# refuses others with a ValueError. numpy.save keeps them all.
# Seen: the shape is kept, and the entries are those of the memory behind the array, read row by row. A transposed matrix, an array in
# Fortran order and a slice of each second entry come back as other arrays. [[0, 1, 2], [3, 4, 5]].T comes back as
# [[0, 1], [2, 3], [4, 5]].
# It matters where weights change between libraries: scikit-learn keeps (inputs, units) and torch (units, inputs), so one writes W.T.
# The file is valid and has the right shape and entries, and is another network. numpy.ascontiguousarray(W.T) is written right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.3.4
"$folder/venv/bin/python" - "$folder/w.safetensors" <<'PY'
import io
import sys

import numpy as np
from safetensors.numpy import load, load_file, save, save_file

W = np.arange(6.0).reshape(2, 3)
STRIDED = {
    "transposed": W.T,
    "Fortran order": np.asfortranarray(W),
    "each second": np.arange(12.0)[::2],
}
for name, array in {"rows": W, **STRIDED}.items():
    found = load(save({"w": array}))["w"]
    save_file({"w": array}, sys.argv[1])
    assert found.shape == array.shape and np.array_equal(found, load_file(sys.argv[1])["w"])
    print(f"{name:14}", array.tolist(), "->", found.tolist())
    assert np.array_equal(found, array) == (name == "rows"), f"{name}: another behaviour now"
    assert np.array_equal(load(save({"w": np.ascontiguousarray(array)}))["w"], array)
    np.save(file := io.BytesIO(), array)
    file.seek(0)
    assert np.array_equal(np.load(file), array)
assert load(save({"w": W.T}))["w"].tolist() == [[0, 1], [2, 3], [4, 5]]
PY
