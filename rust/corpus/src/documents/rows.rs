//! Rows of Arrow as documents.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringViewArray, UInt64Array};
use arrow_buffer::NullBuffer;
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

use crate::documents::columns::{self, Found, type_name};
use crate::documents::kept::Kept;
use crate::error::{BadLine, CorpusError};
use crate::fields::{FieldValue, Fields};

/// Consecutive rows.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    batch: RecordBatch,
    /// One-based number of the first row in its input.
    first: u64,
    text: Texts,
    id: Option<StringViewArray>,
}

#[derive(Debug, Clone)]
enum Texts {
    NoColumn,
    Strings(StringViewArray),
    Other(&'static str),
}

impl Rows {
    pub(crate) fn new(
        batch: RecordBatch,
        first: u64,
        fields: &Fields,
    ) -> Result<Self, CorpusError> {
        let text = match columns::find(&batch, &fields.text) {
            None => Texts::NoColumn,
            Some(found) if is_string(found.array.data_type()) => {
                Texts::Strings(strings(&found, &fields.text)?)
            }
            Some(found) => Texts::Other(type_name(found.array.data_type())),
        };
        let id = columns::find(&batch, &fields.id).filter(|found| {
            let id_type = found.array.data_type();
            is_string(id_type) || id_type.is_integer()
        });
        let id = id.map(|found| strings(&found, &fields.id)).transpose()?;
        Ok(Self {
            batch,
            first,
            text,
            id,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub(crate) fn number(&self, index: usize) -> u64 {
        self.first + index as u64
    }

    pub(crate) fn text(&self, index: usize, fields: &Fields) -> Result<&str, BadLine> {
        let field = fields.text.clone();
        let text = match &self.text {
            Texts::NoColumn => return Err(BadLine::NoText { field }),
            Texts::Other(found) => return Err(BadLine::TextNotString { field, found }),
            Texts::Strings(texts) if texts.is_null(index) => {
                let found = "null";
                return Err(BadLine::TextNotString { field, found });
            }
            Texts::Strings(texts) => texts.value(index),
        };
        if text.len() as u64 > fields.max_line_bytes {
            return Err(BadLine::TooLong {
                limit: fields.max_line_bytes,
            });
        }
        Ok(text)
    }

    pub(crate) fn id(&self, index: usize) -> Option<&str> {
        let ids = self.id.as_ref()?;
        ids.is_valid(index).then(|| ids.value(index))
    }

    /// The value of another column at a path.
    pub(crate) fn field(&self, index: usize, path: &str) -> Option<FieldValue<'_>> {
        let Found { array, parents } = columns::find(&self.batch, path)?;
        if array.is_null(index) || parents.is_some_and(|parents| parents.is_null(index)) {
            return None;
        }
        let value = array.slice(index, 1);
        let as_type = |wanted| cast(&value, wanted).ok().filter(|value| value.is_valid(0));
        match array.data_type() {
            DataType::Boolean => Some(FieldValue::Bool(value.as_boolean().value(0))),
            numeric if numeric.is_integer() => {
                let array = as_type(&DataType::Int64)?;
                let whole = array.as_primitive::<Int64Type>().value(0);
                Some(FieldValue::Integer(whole))
            }
            numeric if numeric.is_numeric() => {
                let array = as_type(&DataType::Float64)?;
                let number = array.as_primitive::<Float64Type>().value(0);
                Some(FieldValue::Float(number))
            }
            string if is_string(string) => {
                let array = as_type(&DataType::Utf8View)?;
                let text = array.as_string_view().value(0).to_owned();
                Some(FieldValue::String(Cow::Owned(text)))
            }
            _ => None,
        }
    }

    /// The kept rows, with their new texts.
    pub(crate) fn take(&self, kept: &[Kept], fields: &Fields) -> Result<RecordBatch, CorpusError> {
        let failed = |error| CorpusError::arrow("kept rows", error);
        let taken = if kept.len() == self.len() {
            self.batch.clone()
        } else {
            let indices = kept.iter().map(|kept| kept.index as u64);
            let indices = UInt64Array::from_iter_values(indices);
            arrow_select::take::take_record_batch(&self.batch, &indices).map_err(failed)?
        };
        if kept.iter().all(|kept| kept.text.is_none()) {
            return Ok(taken);
        }
        self.with_new_texts(&taken, kept, &fields.text)
            .map_err(failed)
    }

    fn with_new_texts(
        &self,
        taken: &RecordBatch,
        kept: &[Kept],
        path: &str,
    ) -> Result<RecordBatch, ArrowError> {
        let (Texts::Strings(old), Some(found)) = (&self.text, columns::find(taken, path)) else {
            return Ok(taken.clone());
        };
        let mut texts = LargeStringBuilder::new();
        for Kept { index, text } in kept {
            let there = || old.is_valid(*index).then(|| old.value(*index));
            texts.append_option(text.as_deref().or_else(there));
        }
        let texts: ArrayRef = Arc::new(texts.finish());
        columns::replace(taken, path, cast(&texts, found.array.data_type())?)
    }

    /// A part of them, without a copy.
    pub(crate) fn slice(&self, offset: usize, length: usize) -> Self {
        let slice = |strings: &StringViewArray| strings.slice(offset, length);
        Self {
            batch: self.batch.slice(offset, length),
            first: self.first + offset as u64,
            text: match &self.text {
                Texts::Strings(texts) => Texts::Strings(slice(texts)),
                other => other.clone(),
            },
            id: self.id.as_ref().map(slice),
        }
    }

    /// Bytes of a text.
    pub(crate) fn size(&self, index: usize) -> usize {
        match &self.text {
            Texts::Strings(texts) => texts.value(index).len(),
            _ => 0,
        }
    }
}

fn is_string(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_string(values),
        other => other.is_string(),
    }
}

/// A column as strings that lie where they were.
fn strings(found: &Found, path: &str) -> Result<StringViewArray, CorpusError> {
    let failed = |error| CorpusError::arrow(format!("column {path:?}"), error);
    let mut array = Arc::clone(&found.array);
    if array.data_type().is_integer() {
        array = cast(&array, &DataType::Utf8).map_err(failed)?;
    }
    let array = cast(&array, &DataType::Utf8View).map_err(failed)?;
    let strings = array.as_string_view().clone();
    if found.parents.is_none() {
        return Ok(strings);
    }
    let (views, buffers, nulls) = strings.into_parts();
    let nulls = NullBuffer::union(nulls.as_ref(), found.parents.as_ref());
    StringViewArray::try_new(views, buffers, nulls).map_err(failed)
}
