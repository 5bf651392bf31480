//! A trained classifier: read from its file, asked for probabilities.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::dictionary::Dictionary;
use super::error::ModelError;
use super::matrix::Matrix;
use super::output::Output;
use super::reader::Reader;
use super::settings::{Loss, Settings};

/// A trained classifier of texts.
#[derive(Debug)]
pub(crate) struct Model {
    settings: Settings,
    dictionary: Dictionary,
    input: Matrix,
    output: Output,
    labels: Vec<String>,
}

impl Model {
    /// Reads a model file.
    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Self::read(BufReader::with_capacity(1 << 20, file), bytes)
    }

    /// Reads a model from `input`, which holds `bytes` bytes.
    pub(super) fn read(input: impl Read, bytes: u64) -> Result<Self, ModelError> {
        let mut reader = Reader::new(input, bytes);
        let settings = Settings::read(&mut reader)?;
        let dictionary = Dictionary::read(&mut reader)?;
        let quantised = reader.bool("whether the input is quantised")?;
        let input = Matrix::read(&mut reader, quantised, settings.dimension)?;
        let hashed = dictionary.kept().unwrap_or(settings.buckets as usize);
        expect_rows("the input's rows", &input, dictionary.words() + hashed)?;
        let quantised_output = reader.bool("whether the output is quantised")?;
        let output = Matrix::read(
            &mut reader,
            quantised && quantised_output,
            settings.dimension,
        )?;
        expect_rows("the output's rows", &output, dictionary.label_counts.len())?;
        reader.end()?;
        if settings.loss == Loss::HierarchicalSoftmax
            && !dictionary.label_counts.is_sorted_by(|a, b| a >= b)
        {
            return Err(ModelError::invalid(
                "the order of labels",
                "not by count",
                "frequent ones first",
            ));
        }
        Ok(Self {
            output: Output::new(output, settings.loss, &dictionary.label_counts),
            labels: dictionary.labels(),
            settings,
            dictionary,
            input,
        })
    }

    /// The labels, without `__label__`.
    pub(crate) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The probability of each label, in the order of [`Model::labels`]: all zero for a text in
    /// which the model knows nothing.
    pub(crate) fn probabilities(&self, text: &str) -> Vec<f32> {
        let mut hidden = vec![0_f32; self.settings.dimension];
        let mut rows = 0_u32;
        self.dictionary.rows(&self.settings, text, |row| {
            self.input.add_row(row, &mut hidden);
            rows += 1;
        });
        if rows == 0 {
            return vec![0.0; self.labels.len()];
        }
        let scale = (1.0 / f64::from(rows)) as f32;
        hidden.iter_mut().for_each(|value| *value *= scale);
        self.output.probabilities(&hidden)
    }
}

fn expect_rows(what: &'static str, matrix: &Matrix, expected: usize) -> Result<(), ModelError> {
    if matrix.rows() == expected {
        return Ok(());
    }
    Err(ModelError::invalid(what, matrix.rows(), expected))
}
