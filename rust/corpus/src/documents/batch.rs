//! A batch of documents, whatever they were read from.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use crate::documents::columns;
use crate::documents::kept::Kept;
use crate::documents::lines::{Block, Pieces};
use crate::documents::rows::Rows;
use crate::error::{BadLine, CorpusError};
use crate::fields::{FieldValue, Fields};
use crate::json::{document, edit};

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
    #[must_use]
    pub fn field(&self, path: &str) -> Option<FieldValue<'_>> {
        match &self.batch.content {
            Content::Lines(block) => document::field(block.line(self.index)?, path),
            Content::Rows(rows) => rows.field(self.index, path),
        }
    }
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
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Lines(block) => block.len(),
            Content::Rows(rows) => rows.len(),
        }
    }

    /// Whether there is no document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One-based line or row of a document in its input, which a bad one has too.
    #[must_use]
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
                let line = block.line(index).ok_or_else(|| self.too_long())?;
                let document = document::parse(line, &self.fields)?;
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
            Content::Lines(block) => self.rows_of_block(block, kept),
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

    /// Kept lines as the rows that [`Batch::take`] tells of.
    fn rows_of_block(&self, block: &Block, kept: &[Kept]) -> Result<RecordBatch, CorpusError> {
        let known = [self.fields.text.as_str(), self.fields.id.as_str()];
        let [mut ids, mut texts, mut others] = [(); 3].map(|()| LargeStringBuilder::new());
        for Kept { index, text } in kept {
            let failed = |problem| self.not_a_document(*index, problem);
            let record = self.record(*index).map_err(failed)?;
            ids.append_option(record.id.as_deref());
            texts.append_value(text.as_deref().unwrap_or(&record.text));
            let line = block.line(*index).unwrap_or_default();
            others.append_value(edit::without(line, &known).map_err(failed)?);
        }
        let column = |name, nullable| Field::new(name, DataType::LargeUtf8, nullable);
        let schema = [
            column("id", true),
            column("text", false),
            column("fields", false),
        ];
        let columns: [ArrayRef; 3] = [
            Arc::new(ids.finish()),
            Arc::new(texts.finish()),
            Arc::new(others.finish()),
        ];
        RecordBatch::try_new(Arc::new(Schema::new(schema.to_vec())), columns.to_vec())
            .map_err(|error| CorpusError::arrow("JSON Lines as rows", error))
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
            let line = line.ok_or_else(|| failed(self.too_long()))?;
            let Some(text) = text else {
                unchanged.push(*index);
                continue;
            };
            block.add_lines(&unchanged, &mut pieces);
            unchanged.clear();
            let raw = document::raw_text(line, &self.fields).map_err(failed)?;
            let mut changed = edit::replace(line, raw, text);
            changed.push(b'\n');
            pieces.push(changed.into());
        }
        block.add_lines(&unchanged, &mut pieces);
        Ok(pieces)
    }

    /// What is wrong with a line that was not kept.
    fn too_long(&self) -> BadLine {
        BadLine::TooLong {
            limit: self.fields.max_line_bytes,
        }
    }

    fn not_a_document(&self, index: usize, problem: BadLine) -> CorpusError {
        CorpusError::KeptBad {
            number: self.number(index),
            problem,
        }
    }
}
