import numpy as np

from assay.laws import make


def test_it_is_the_published_law_where_there_is_no_floor():
    """Table 2 of arXiv 2001.08361: alpha_N .076, alpha_D .103, N_c 6.4e13, D_c 1.8e13."""
    x = np.array([[1e6, 1e9], [1e9, 2e10]])
    ratio = 0.076 / 0.103
    published = ((6.4e13 / x[0]) ** ratio + 1.8e13 / x[1]) ** 0.103
    loss = make("kaplan").value(x, np.array([1e-12, 6.4e13**ratio, 1.8e13, ratio, 0.103]))
    np.testing.assert_allclose(loss, published)
