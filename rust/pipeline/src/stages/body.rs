//! The text of a document on its walk: whether it was decoded, and whether a stage changed it.
//!
//! Most documents pass every stage unchanged and their bytes stand in the batch already, so a text
//! is copied only when it must be. A text with escapes must be decoded; it is held on to if a later
//! stage asks for it again.

use std::borrow::Cow;

use assay_corpus::{Batch, Kept};
use rayon::prelude::*;

/// The text of one document.
#[derive(Debug)]
pub(crate) enum Body {
    /// Unchanged and only in the batch, from where it is read when a stage asks for it.
    Raw,
    /// Unchanged, as it was decoded.
    Decoded(String),
    /// As the last stage that changed it left it.
    Changed(String),
}

impl Body {
    /// The text that a stage hands on.
    pub(crate) fn of(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Owned(changed) => Self::Changed(changed),
            Cow::Borrowed(_) => Self::Raw,
        }
    }

    /// Holds on to a text that had to be decoded, unless a stage changed it.
    pub(crate) fn hold(&mut self, read: Cow<'_, str>) {
        if let (Self::Raw, Cow::Owned(text)) = (&*self, read) {
            *self = Self::Decoded(text);
        }
    }

    /// The text as it is now, of the document at this place in its batch.
    pub(crate) fn text<'a>(&'a self, batch: &'a Batch, index: usize) -> Cow<'a, str> {
        match self {
            Self::Raw => text_of(batch, index),
            Self::Decoded(text) | Self::Changed(text) => text.into(),
        }
    }

    pub(crate) fn is_changed(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}

/// The documents of a block that stay, in order.
#[derive(Default)]
pub(crate) struct KeptDocuments {
    /// What the writer of documents asks for: their places, and the texts that changed.
    places: Vec<Kept>,
    /// For each document, its text if it was decoded and no stage changed it.
    decoded: Vec<Option<String>>,
}

impl KeptDocuments {
    pub(crate) fn push(&mut self, index: usize, body: Body) {
        let (text, decoded) = match body {
            Body::Raw => (None, None),
            Body::Decoded(text) => (None, Some(text)),
            Body::Changed(text) => (Some(text), None),
        };
        self.places.push(Kept { index, text });
        self.decoded.push(decoded);
    }

    /// The documents as the corpus crate takes them.
    pub(crate) fn places(&self) -> &[Kept] {
        &self.places
    }

    /// Calls `each` with every text, in parallel; the results are in order.
    pub(crate) fn map_texts<T: Send>(
        &self,
        batch: &Batch,
        each: impl Fn(&str) -> T + Sync,
    ) -> Vec<T> {
        let documents = self.places.par_iter().zip(&self.decoded);
        documents
            .map(
                |(kept, decoded)| match kept.text.as_ref().or(decoded.as_ref()) {
                    Some(text) => each(text),
                    None => each(&text_of(batch, kept.index)),
                },
            )
            .collect()
    }
}

/// The text of a document that could be read before.
fn text_of(batch: &Batch, index: usize) -> Cow<'_, str> {
    let record = batch.record(index);
    record.map_or_else(|_| "".into(), |record| record.text)
}
