#!/usr/bin/env bash
# gguf 0.19.0: a weight matrix of shape (2, 3) is read back with shape [3, 2] and data of shape (2, 3).
#
# Expected: GGUFReader gives a tensor with one shape, that of the array that was written, as safetensors and npz do.
# Seen: tensor.shape is the order of the file, fastest index first, and so the reverse of tensor.data.shape. A square matrix shows
# nothing. What is read with tensor.data.reshape(tensor.shape) is a matrix of the same numbers, neither the weights nor their
# transpose. float64 is kept as float64.
# It matters where weights of a network are read from such a file: the product has the right size only if both the array and the
# layer's convention are taken from data and not from shape.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet gguf==0.19.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder/network.gguf" <<'PY'
import sys

import gguf
import numpy as np

weights = np.arange(6, dtype=np.float32).reshape(2, 3)
writer = gguf.GGUFWriter(sys.argv[1], "mlp")
writer.add_tensor("weights", weights)
writer.add_tensor("biases", np.array([0.1, 0.2]))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
read, biases = gguf.GGUFReader(sys.argv[1]).tensors
print("written", weights.shape, "shape", read.shape, "data", read.data.shape)
assert list(read.shape) == [3, 2], "shape has the order of the array now"
assert np.array_equal(read.data, weights) and biases.data.dtype == np.float64
wrong = read.data.reshape(read.shape)
assert not np.array_equal(wrong, weights.T) and not np.array_equal(wrong.ravel(), weights.T.ravel())
PY
