//! The score of a text: the probability of the labels that a rule asks for.

use std::path::Path;

use crate::error::FilterError;
use crate::fasttext::model::Model;

/// A model, and the labels that a rule asks for.
pub(crate) struct Scorer {
    model: Model,
    wanted: Vec<usize>,
}

/// What a model says about a text.
pub(crate) struct Score {
    /// The largest probability among the labels that are asked for.
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
            let found = model.labels().iter().position(|label| label == wanted);
            found.ok_or_else(|| FilterError::Label {
                path: path.to_owned(),
                label: wanted.clone(),
                known: model.labels().join(", "),
            })
        };
        let wanted = labels.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { model, wanted })
    }

    /// The label at this place among all labels of the model.
    pub(crate) fn label(&self, place: usize) -> &str {
        self.model.labels().get(place).map_or("", String::as_str)
    }

    /// Scores a text.
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
