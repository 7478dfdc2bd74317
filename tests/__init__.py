"""The tests. Each process keeps to one core: linear algebra on every core, in several workers at once, waits far more than it computes."""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # read when numpy is loaded, here and in the processes that tests start
    os.environ.setdefault(name, "1")
