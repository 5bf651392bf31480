import numpy as np
from scipy.stats import spearmanr

from assay.laws import make

DOMAINS = (
    *("arxiv", "freelaw", "nih_exporter", "pubmed_central", "wikipedia_en", "dm_mathematics"),
    *("github", "philpapers", "stackexchange", "enron_emails", "gutenberg_pg_19", "pile_cc"),
    *("ubuntu_irc", "europarl", "hackernews", "pubmed_abstracts", "uspto_backgrounds"),
)


def test_it_is_the_published_form_where_proportions_sum_to_one():
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 6).T
    slopes = np.array([0.5, -1.0, 2.0])
    published = 2.0 + 3.0 * np.exp(-slopes @ shares)
    law = make("mixture", columns=("web", "code", "books"))
    loss = law.value(shares, np.append(2.0, 3.0 * np.exp(-slopes)))
    np.testing.assert_allclose(loss, published)


def test_its_parameters_are_named_by_domain():
    law = make("mixture", columns=("web", "code"))
    assert law.parameters == ("E", "c_web", "c_code")
    assert law.predictors == ("web", "code")


def test_it_ranks_real_mixtures_that_it_has_not_seen(runs, fit):
    """A linear regression reaches a rank correlation of .90 here."""
    columns = tuple(f"w_{domain}" for domain in DOMAINS)
    law = make("mixture", columns=columns)
    seen = runs("regmix/1m_train.csv", *columns, "loss_pile_cc")
    params, _ = fit(law, seen[:-1], seen[-1], 1e-2)
    for table, least in (("1m_test", 0.95), ("1B", 0.95)):
        unseen = runs(f"regmix/{table}.csv", *columns, "loss_pile_cc")
        ranked = spearmanr(law.value(unseen[:-1], params), unseen[-1]).statistic
        assert ranked > least
