"""``filters="gopher-quality"`` was taken for a list of rules named g, o, p, and so on.

A list of evaluation sets, and a path among the settings, ended in a traceback.
"""

import pytest

from assay.corpus import Stages
from assay.errors import RecipeError


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"filters": "gopher-quality"}, r'expected a list: filters=\["gopher-quality"\]'),
        ({"evals": ["eval.jsonl"]}, r"evals is \['eval.jsonl'\], expected files by the name"),
        ({"near": {"threshold": {0.8}}}, r"found \{0.8\} among the settings, expected text"),
    ],
)
def test_settings_that_are_none_are_named(settings, said):
    with pytest.raises(RecipeError, match=said):
        Stages(**settings)
