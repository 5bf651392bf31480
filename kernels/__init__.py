"""The kernels of assay as a package that needs only torch and, on a GPU, triton.

Inside assay the same folders are ``assay.kernels.linear_token_loss`` and
``assay.kernels.segment_reduce``. Nothing is imported here on purpose: where the root of a checkout
is on the path, transformers takes this package for the one that it knows as ``kernels`` and imports
it, which must not register the operators a second time.
"""
