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

use std::path::Path;

use assay_schema::Classifier;

use crate::fasttext::Model;
use crate::probe::{Probe, Rejection};
use crate::view::View;
use crate::{FilterError, rule};

/// Drops documents by the score of some labels.
pub(crate) struct Rule {
    scorer: Scorer,
    bounds: (f64, f64),
}

impl Rule {
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

impl rule::Rule for Rule {
    fn examine(&self, view: &View<'_>, probe: &mut Probe) -> Result<Option<String>, Rejection> {
        let score = self.scorer.score(view.text()).wanted;
        let reasons = ("low-score", "high-score");
        probe.within("classifier.score", score, self.bounds, reasons)?;
        Ok(None)
    }
}

/// A model and the labels that are wanted of it.
pub(crate) struct Scorer {
    model: Model,
    wanted: Vec<usize>,
}

/// What a model says of a text.
pub(crate) struct Score {
    /// The largest probability of a wanted label.
    pub(crate) wanted: f64,
    /// The most probable of all labels, and its probability.
    pub(crate) best: (usize, f64),
}

impl Scorer {
    /// Reads the model at `path` and looks up `labels` in it.
    pub(crate) fn open(path: &str, labels: &[String]) -> Result<Self, FilterError> {
        let model = Model::open(Path::new(path)).map_err(|source| FilterError::Model {
            path: path.to_owned(),
            source,
        })?;
        let place = |wanted: &String| {
            let place = model.labels().iter().position(|label| label == wanted);
            place.ok_or_else(|| FilterError::Label {
                path: path.to_owned(),
                label: wanted.clone(),
                known: model.labels().join(", "),
            })
        };
        let wanted = labels.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { model, wanted })
    }

    /// The label at this place.
    pub(crate) fn label(&self, place: usize) -> &str {
        self.model.labels().get(place).map_or("", String::as_str)
    }

    pub(crate) fn score(&self, text: &str) -> Score {
        let probabilities = self.model.probabilities(text);
        let mut score = Score {
            wanted: 0.0,
            best: (0, 0.0),
        };
        for (place, probability) in probabilities.into_iter().enumerate() {
            let probability = f64::from(probability);
            if probability > score.best.1 {
                score.best = (place, probability);
            }
            if self.wanted.contains(&place) {
                score.wanted = score.wanted.max(probability);
            }
        }
        score
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing::check;
    use crate::{Chain, Reason};

    const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fasttext/softmax.bin");

    fn settings(labels: &[&str], min_score: f64, max_score: Option<f64>) -> Classifier {
        Classifier {
            model: MODEL.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            min_score,
            max_score,
        }
    }

    fn verdict(settings: Classifier, text: &str) -> Result<(), Reason> {
        check(FilterSpec::Classifier(settings), text)
    }

    #[test]
    fn the_best_of_the_labels_counts() {
        let english = "the house of\nstone and water";
        assert_eq!(verdict(settings(&["en"], 0.9, None), english), Ok(()));
        assert_eq!(verdict(settings(&["fr", "en"], 0.9, None), english), Ok(()));
        assert_eq!(
            verdict(settings(&["fr", "de"], 0.9, None), english),
            Err("low-score")
        );
        assert_eq!(
            verdict(settings(&["en"], 0.0, Some(0.9)), english),
            Err("high-score")
        );
        assert_eq!(verdict(settings(&["fr"], 0.0, Some(0.9)), english), Ok(()));
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
