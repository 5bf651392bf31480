import pytest

from assay.errors import FitError
from assay.laws import LAWS, make


def test_every_law_is_listed_under_its_own_name():
    assert all(make(name, anchor=1.0).name == name for name in LAWS)


def test_an_unknown_law_lists_the_known_ones():
    with pytest.raises(FitError, match=r'no law "powr".*power, anchored'):
        make("powr")


@pytest.mark.parametrize("anchor", [None, 0.0, float("nan"), float("inf")])
def test_the_anchored_law_needs_a_usable_anchor(anchor):
    with pytest.raises(FitError, match="loss of the base"):
        make("anchored", anchor)
