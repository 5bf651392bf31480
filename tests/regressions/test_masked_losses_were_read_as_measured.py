"""The numbers under the mask of a NumPy column went into the fit."""

import numpy as np
import pytest

import assay


def test_masked_values_are_not_read_as_if_they_were_there(ladder):
    masked = np.ma.masked_array(ladder["loss"], mask=np.arange(6) == 3)
    with pytest.raises(assay.DataError, match='column "loss" has masked values'):
        assay.fit(ladder | {"loss": masked}, resamples=0)
