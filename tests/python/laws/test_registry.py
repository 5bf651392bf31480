import pytest

from assay.errors import FitError
from assay.laws import LAWS, make


def test_every_law_is_listed_under_its_own_name():
    assert [law.name for law in LAWS.values()] == list(LAWS)


def test_an_unknown_law_lists_the_known_ones():
    with pytest.raises(FitError, match=r'no law "powr".*power, anchored'):
        make("powr")


@pytest.mark.parametrize("anchor", [None, 0.0, float("nan"), float("inf")])
def test_the_anchored_law_needs_a_usable_anchor(anchor):
    with pytest.raises(FitError, match="loss of the base"):
        make("anchored", anchor)


def test_a_wrong_number_of_columns_names_what_the_law_takes():
    with pytest.raises(FitError, match="coupled law reads params, tokens, found x = flops"):
        make("coupled", columns=("flops",))


@pytest.mark.parametrize("columns", [(), ("web",)])
def test_the_mixture_law_needs_its_proportions(columns):
    with pytest.raises(FitError, match="two or more proportions"):
        make("mixture", columns=columns)
