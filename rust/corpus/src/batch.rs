//! A batch of documents, whatever they were read from.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::RecordBatch;

use crate::encode::Pieces;
use crate::lines::{Block, too_long};
use crate::rows::Rows;
use crate::{BadLine, CorpusError, FieldValue, Fields, columns, json};

/// Consecutive documents of one input. They are parsed when asked for, from any thread.
#[derive(Debug)]
pub struct Batch {
    fields: Arc<Fields>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Lines(Block),
    Rows(Box<Rows>),
}

/// A document.
#[derive(Debug)]
pub struct Record<'a> {
    /// One-based line or row in its input.
    pub number: u64,
    /// The identifier, when there is one that is a string or a whole number.
    pub id: Option<Cow<'a, str>>,
    /// The text, exactly as in the input.
    pub text: Cow<'a, str>,
    batch: &'a Batch,
    index: usize,
}

impl Record<'_> {
    /// Another field of the document: a boolean, number or string at a path as in [`Fields`].
    pub fn field(&self, path: &str) -> Option<FieldValue<'_>> {
        match &self.batch.content {
            Content::Lines(block) => json::field(block.line(self.index)?, path),
            Content::Rows(rows) => rows.field(self.index, path),
        }
    }
}

/// A document that goes to the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place in the batch.
    pub index: usize,
    /// Its new text; `None` leaves the document as it was.
    pub text: Option<String>,
}

impl Batch {
    /// A batch of rows that came from outside: every string is checked to be UTF-8.
    ///
    /// # Errors
    /// [`CorpusError::Arrow`] when the rows break Arrow's rules.
    pub fn from_arrow(rows: RecordBatch, fields: &Fields) -> Result<Self, CorpusError> {
        for column in rows.columns() {
            let checked = column.to_data().validate_full();
            checked.map_err(|error| CorpusError::arrow("the given rows", error))?;
        }
        let rows = Rows::new(rows, 1, fields)?;
        Ok(Self::from_rows(rows, &Arc::new(fields.clone())))
    }

    pub(crate) fn from_lines(lines: Block, fields: &Arc<Fields>) -> Self {
        let (fields, content) = (Arc::clone(fields), Content::Lines(lines));
        Self { fields, content }
    }

    pub(crate) fn from_rows(rows: Rows, fields: &Arc<Fields>) -> Self {
        let (fields, content) = (Arc::clone(fields), Content::Rows(Box::new(rows)));
        Self { fields, content }
    }

    /// Documents, bad ones included.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Lines(block) => block.len(),
            Content::Rows(rows) => rows.len(),
        }
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One-based line or row of a document in its input, which a bad one has too.
    pub fn number(&self, index: usize) -> u64 {
        match &self.content {
            Content::Lines(block) => block.number(index),
            Content::Rows(rows) => rows.number(index),
        }
    }

    /// Parses a document.
    ///
    /// # Errors
    /// [`BadLine`] when it is not one.
    pub fn record(&self, index: usize) -> Result<Record<'_>, BadLine> {
        let (id, text) = match &self.content {
            Content::Lines(block) => {
                let limit = self.fields.max_line_bytes;
                let line = block.line(index).ok_or_else(|| too_long(limit))?;
                let document = json::parse(line, &self.fields)?;
                (document.id, document.text)
            }
            Content::Rows(rows) => {
                let text = rows.text(index, &self.fields)?;
                (rows.id(index).map(Cow::Borrowed), Cow::Borrowed(text))
            }
        };
        Ok(Record {
            number: self.number(index),
            id,
            text,
            batch: self,
            index,
        })
    }

    /// The kept documents as rows, in ascending order of their index.
    ///
    /// Rows keep their columns, schema and metadata. Of JSON Lines the columns are the same
    /// whatever the lines hold, so that no type depends on which documents come first: `id`,
    /// `text`, and `fields`, the rest of the object as JSON text.
    ///
    /// # Errors
    /// [`CorpusError`] when a kept document is a bad one, or a new text does not fit its column.
    pub fn take(&self, kept: &[Kept]) -> Result<RecordBatch, CorpusError> {
        match &self.content {
            Content::Lines(_) => columns::from_records(self, &self.fields, kept),
            Content::Rows(rows) => {
                for Kept { index, .. } in kept.iter().filter(|kept| kept.text.is_some()) {
                    let old = rows.text(*index, &self.fields);
                    old.map_err(|problem| self.not_a_document(*index, problem))?;
                }
                rows.take(kept, &self.fields)
            }
        }
    }

    /// The kept documents as JSON Lines: an unchanged line byte for byte, and of a changed one
    /// every byte outside its text.
    pub(crate) fn lines_of(&self, kept: &[Kept]) -> Result<Pieces<'_>, CorpusError> {
        match &self.content {
            Content::Lines(block) => self.lines_of_block(block, kept),
            Content::Rows(_) => Ok(vec![columns::to_lines(&self.take(kept)?)?.into()]),
        }
    }

    /// A line as it was read.
    pub(crate) fn line(&self, index: usize) -> Option<&[u8]> {
        match &self.content {
            Content::Lines(block) => block.line(index),
            Content::Rows(_) => None,
        }
    }

    fn lines_of_block<'a>(
        &'a self,
        block: &'a Block,
        kept: &[Kept],
    ) -> Result<Pieces<'a>, CorpusError> {
        let (mut pieces, mut unchanged) = (Vec::new(), Vec::new());
        for Kept { index, text } in kept {
            let failed = |problem| self.not_a_document(*index, problem);
            let line = block.line(*index);
            let line = line.ok_or_else(|| failed(too_long(self.fields.max_line_bytes)))?;
            let Some(text) = text else {
                unchanged.push(*index);
                continue;
            };
            block.add_lines(&unchanged, &mut pieces);
            unchanged.clear();
            let raw = json::raw_text(line, &self.fields).map_err(failed)?;
            let mut changed = json::replace(line, raw, text);
            changed.push(b'\n');
            pieces.push(changed.into());
        }
        block.add_lines(&unchanged, &mut pieces);
        Ok(pieces)
    }

    pub(crate) fn not_a_document(&self, index: usize, problem: BadLine) -> CorpusError {
        CorpusError::KeptBad {
            number: self.number(index),
            problem,
        }
    }
}
