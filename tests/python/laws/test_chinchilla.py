import numpy as np

from assay.laws import make


def test_it_predicts_the_loss_of_the_published_model():
    """Chinchilla itself: 70e9 parameters, 1.4e12 tokens, constants of arXiv 2203.15556, eq. 10."""
    x = np.array([[70e9], [1.4e12]])
    loss = make("chinchilla").value(x, np.array([1.69, 406.4, 410.7, 0.34, 0.28]))
    np.testing.assert_allclose(loss, 1.936, atol=1e-3)
