//! `classifier`: keeps documents by the score that a fastText classifier gives them.
//!
//! # Source
//! The models are the user's, such as DCLM's (Li et al. 2024, arXiv:2406.11794). The whole text is
//! one line: line ends are white space. Probabilities are those that fastText reports, which it
//! rounds up by 0.00001.
//!
//! # Checks
//! * `low-score`: the largest probability of one of `labels` is below `min_score`.
//! * `high-score`: it is above `max_score`.

use assay_schema::Classifier;

use crate::analysis::view::View;
use crate::error::FilterError;
use crate::rule::Rule;
use crate::rules::shared::scorer::Scorer;
use crate::thresholds::{Rejection, Thresholds};

/// Drops documents by the score of some labels.
pub(crate) struct ClassifierRule {
    scorer: Scorer,
    bounds: (f64, f64),
}

impl ClassifierRule {
    pub(crate) fn new(settings: &Classifier) -> Result<Self, FilterError> {
        Ok(Self {
            scorer: Scorer::open(&settings.model, &settings.labels)?,
            bounds: (
                settings.min_score,
                settings.max_score.unwrap_or(f64::INFINITY),
            ),
        })
    }
}

impl Rule for ClassifierRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let score = self.scorer.score(view.text()).wanted;
        let reasons = ("low-score", "high-score");
        thresholds.within("classifier.score", score, self.bounds, reasons)?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::chain::Chain;
    use crate::testing::check;
    use crate::thresholds::Reason;

    const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fasttext/softmax.bin");

    fn settings(labels: &[&str], min_score: f64, max_score: Option<f64>) -> Classifier {
        Classifier {
            model: MODEL.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            min_score,
            max_score,
        }
    }

    fn decision(settings: Classifier, text: &str) -> Result<(), Reason> {
        check(FilterSpec::Classifier(settings), text)
    }

    #[test]
    fn the_best_of_the_labels_counts() {
        let english = "the house of\nstone and water";
        assert_eq!(decision(settings(&["en"], 0.9, None), english), Ok(()));
        assert_eq!(
            decision(settings(&["fr", "en"], 0.9, None), english),
            Ok(())
        );
        assert_eq!(
            decision(settings(&["fr", "de"], 0.9, None), english),
            Err("low-score")
        );
        assert_eq!(
            decision(settings(&["en"], 0.0, Some(0.9)), english),
            Err("high-score")
        );
        assert_eq!(decision(settings(&["fr"], 0.0, Some(0.9)), english), Ok(()));
    }

    #[test]
    fn models_and_labels_that_are_not_there_are_refused() {
        let error = |settings| {
            Chain::new(&[FilterSpec::Classifier(settings)])
                .err()
                .unwrap()
                .to_string()
        };
        let unknown = error(settings(&["en", "xx"], 0.5, None));
        assert!(
            unknown.contains("\"xx\"")
                && unknown.contains("de, en, fr") | unknown.contains("en, fr, de"),
            "{unknown}"
        );
        let missing = Classifier {
            model: "no/such.bin".to_owned(),
            ..settings(&["en"], 0.5, None)
        };
        assert!(error(missing).contains("no/such.bin"));
    }
}
