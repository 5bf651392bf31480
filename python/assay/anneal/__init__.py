"""Annealing: continue the pre-training of a base checkpoint while the learning rate decays to zero.

Importing this package sets how OpenMP waits, which must happen before torch is loaded: threads
that spin at a barrier while the machine is busy can slow a run down more than tenfold.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
