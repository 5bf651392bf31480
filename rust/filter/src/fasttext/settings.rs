//! The head of a model file: how the model was trained.

use std::io::Read;

use super::error::ModelError;
use super::reader::Reader;

const MAGIC: i32 = 793_712_314;
const SUPERVISED: i32 = 3;

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// A tree of binary decisions.
    HierarchicalSoftmax,
    /// One binary decision for each label, by negative sampling or one against all.
    Independent,
    /// All labels at once.
    Softmax,
}

/// What prediction needs to know about the training.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) dimension: usize,
    /// Longest sequence of words that is a feature.
    pub(super) word_ngrams: usize,
    pub(super) loss: Loss,
    /// How many rows hashed features share.
    pub(super) buckets: u64,
    /// Shortest and longest sequence of characters that is a feature.
    pub(super) min_characters: usize,
    pub(super) max_characters: usize,
}

impl Settings {
    pub(super) fn read(reader: &mut Reader<impl Read>) -> Result<Self, ModelError> {
        let magic = reader.i32()?;
        if magic != MAGIC {
            return Err(ModelError::invalid("the first number", magic, MAGIC));
        }
        let version = reader.i32()?;
        if !(11..=12).contains(&version) {
            return Err(ModelError::invalid(
                "the version of the format",
                version,
                "11 or 12",
            ));
        }
        let dimension = within("the dimension", reader.i32()?, 1, 1 << 16)?;
        let [_window, _epochs, _min_count, _negatives] =
            [reader.i32()?, reader.i32()?, reader.i32()?, reader.i32()?];
        let word_ngrams = within("the length of word n-grams", reader.i32()?, 0, 1 << 10)?;
        let loss = loss(reader.i32()?)?;
        let kind = reader.i32()?;
        if kind != SUPERVISED {
            let expected = "3: a classifier, not word vectors";
            return Err(ModelError::invalid("the kind of model", kind, expected));
        }
        let buckets = within("the number of buckets", reader.i32()?, 0, i32::MAX)?;
        let min_characters = within("the shortest character n-gram", reader.i32()?, 0, 1 << 10)?;
        let mut max_characters = within("the longest character n-gram", reader.i32()?, 0, 1 << 10)?;
        let _update_rate = reader.i32()?;
        let _sampling_threshold = reader.f64()?;
        if version == 11 {
            // Classifiers of that version have no character n-grams, whatever the file says.
            max_characters = 0;
        }
        if buckets == 0 && (max_characters > 0 || word_ngrams > 1) {
            return Err(ModelError::invalid(
                "the number of buckets",
                0,
                "some for n-grams",
            ));
        }
        Ok(Self {
            dimension,
            word_ngrams,
            loss,
            buckets: buckets as u64,
            min_characters,
            max_characters,
        })
    }
}

fn loss(code: i32) -> Result<Loss, ModelError> {
    match code {
        1 => Ok(Loss::HierarchicalSoftmax),
        2 | 4 => Ok(Loss::Independent),
        3 => Ok(Loss::Softmax),
        other => Err(ModelError::invalid(
            "the loss",
            other,
            "1 (hs), 2 (ns), 3 (softmax) or 4 (ova)",
        )),
    }
}

fn within(what: &'static str, value: i32, least: i32, most: i32) -> Result<usize, ModelError> {
    if (least..=most).contains(&value) {
        return Ok(value as usize);
    }
    let expected = format!("a number from {least} to {most}");
    Err(ModelError::invalid(what, value, expected))
}
