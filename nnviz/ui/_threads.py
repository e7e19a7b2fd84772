"""Imported before NumPy: its matrix products run in one thread, unless the environment says otherwise.

A server has many visitors with small matrices. Four studies at once took 17 s with two threads each, 5 s with one:
the threads of one visitor wait for those of the others.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
