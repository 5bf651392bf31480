//! `language`: keeps documents in some languages, by a fastText model.
//!
//! # Source
//! RefinedWeb (Penedo et al. 2023, arXiv:2306.01116) keeps English at a probability of 0.65 by
//! fastText's `lid.176.bin`; datatrove 0.10.1's `LanguageFilter` and DCLM do the same, where a
//! probability of exactly the threshold is not enough. The whole text is one line.
//!
//! # Checks
//! * `other-language`: no language of `languages` has a probability of `min_score`. The detail has
//!   the language that is most probable.

use assay_schema::Language;

use crate::analysis::view::View;
use crate::error::FilterError;
use crate::rule::Rule;
use crate::rules::shared::scorer::Scorer;
use crate::thresholds::{Rejection, Thresholds};

/// Drops documents in other languages.
pub(crate) struct LanguageRule {
    scorer: Scorer,
    min_score: f64,
}

impl LanguageRule {
    pub(crate) fn new(settings: &Language) -> Result<Self, FilterError> {
        Ok(Self {
            scorer: Scorer::open(&settings.model, &settings.languages)?,
            min_score: settings.min_score,
        })
    }
}

impl Rule for LanguageRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let score = self.scorer.score(view.text());
        thresholds.list("language.score", score.wanted);
        let least = self.min_score;
        thresholds.fail_if(score.wanted < least, "other-language", || {
            let (best, probability) = score.best;
            let best = self.scorer.label(best);
            format!("{:.4} < {least}, {best} has {probability:.4}", score.wanted)
        })?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::chain::{Chain, Judgement};
    use crate::document::Document;

    #[test]
    fn the_best_language_is_named() {
        let settings = Language {
            model: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fasttext/quantised.ftz").to_owned(),
            languages: vec!["en".to_owned(), "de".to_owned()],
            min_score: 0.65,
        };
        let chain = Chain::new(&[FilterSpec::Language(settings)]).unwrap();
        for text in ["the house and the water", "das Haus und die Straße nicht"] {
            assert_eq!(
                chain.judge(&Document::of_text(text)),
                Judgement::Keep(text.into())
            );
        }
        let Judgement::Drop { reason, detail, .. } =
            chain.judge(&Document::of_text("la maison où le garçon"))
        else {
            panic!("kept");
        };
        assert_eq!(reason, "other-language");
        assert!(detail.contains("< 0.65, fr has 0."), "{detail}");
        let hostile = "\0\u{feff}é".repeat(20_000);
        let hostile = chain.judge(&Document::of_text(&hostile));
        assert!(matches!(
            hostile,
            Judgement::Keep(_) | Judgement::Drop { .. }
        ));
    }
}
