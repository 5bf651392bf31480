"""Check the kernels against float64 on the device at hand, and time them.

Run ``python tests/kernels/check`` in a checkout; it needs torch and, on a card, triton. ``command``
is what then runs. ``cases`` holds the inputs and the allowed error, ``correct`` compares with
float64, ``timing`` measures beside the bare product, ``rivals`` are other ways to the same loss,
and ``tune`` times every tile size. All of them take the kernels from ``kernels``. Only what is
correct is timed.
"""
