//! Finished outputs, read again: their manifest and their tables of decisions.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use assay_corpus::{Batch, CorpusError, FieldValue, Fields, Reader, Record};
use assay_schema::{Manifest, SourceReport};

use crate::error::PipelineError;
use crate::manifest;

/// The most bytes that the detail of a decision may have.
const MAX_CELL_BYTES: u64 = 64 << 20;

/// A finished output.
pub(crate) struct StoredOutput {
    folder: PathBuf,
    pub(crate) manifest: Manifest,
}

impl StoredOutput {
    pub(crate) fn open(folder: &Path) -> Result<Self, PipelineError> {
        Ok(Self {
            folder: folder.to_owned(),
            manifest: manifest::read(folder)?,
        })
    }

    /// The decisions about a source, of all its tables.
    pub(crate) fn table(&self, source: &SourceReport) -> Result<DecisionTable, PipelineError> {
        let mut paths = source.decisions.iter().map(|decisions| {
            let folder = self.folder.join(&source.name);
            folder.join(&decisions.file)
        });
        let Some(path) = paths.next() else {
            return Err(PipelineError::NoDecisions {
                path: self.folder.clone(),
            });
        };
        Ok(DecisionTable {
            reader: open(&path)?,
            path,
            rest: paths.collect(),
            batch: None,
            next: 0,
        })
    }
}

fn open(path: &Path) -> Result<Reader, CorpusError> {
    // The reader needs a text for every row, and the verdict is the column that is never empty.
    let fields = Fields {
        text: "verdict".to_owned(),
        id: "id".to_owned(),
        max_line_bytes: MAX_CELL_BYTES,
    };
    Reader::open(path, &fields)
}

/// Tables of decisions, row by row: one for each document, in the order of the inputs.
pub(crate) struct DecisionTable {
    path: PathBuf,
    reader: Reader,
    /// The tables after this one.
    rest: VecDeque<PathBuf>,
    batch: Option<Batch>,
    next: usize,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecisionRow {
    pub(crate) file: String,
    pub(crate) number: u64,
    pub(crate) id: Option<String>,
    pub(crate) stage: String,
    pub(crate) verdict: String,
    pub(crate) reason: String,
    pub(crate) detail: String,
}

impl DecisionTable {
    /// The next row, which must be there.
    pub(crate) fn row(&mut self) -> Result<DecisionRow, PipelineError> {
        loop {
            let left = self.batch.as_ref().filter(|batch| self.next < batch.len());
            if let Some(batch) = left {
                let record = batch.record(self.next);
                self.next += 1;
                let record = record.map_err(|problem| self.damaged(&problem.to_string()))?;
                return Ok(DecisionRow::of(&record));
            }
            self.next = 0;
            self.batch = self.reader.next_batch()?;
            if self.batch.is_none() {
                let next = self.rest.pop_front();
                self.path = next.ok_or_else(|| self.damaged("fewer rows"))?;
                self.reader = open(&self.path)?;
            }
        }
    }

    fn damaged(&self, found: &str) -> PipelineError {
        PipelineError::Damaged {
            path: self.path.clone(),
            found: found.to_owned(),
            expected: "a row for each document of the manifest".to_owned(),
        }
    }
}

impl DecisionRow {
    fn of(record: &Record<'_>) -> Self {
        let text = |column| match record.field(column) {
            Some(FieldValue::String(text)) => text.into_owned(),
            _ => String::new(),
        };
        let number = match record.field("number") {
            Some(FieldValue::Integer(number)) => u64::try_from(number).unwrap_or(0),
            _ => 0,
        };
        Self {
            file: text("file"),
            number,
            id: record.id.as_deref().map(str::to_owned),
            stage: text("stage"),
            verdict: record.text.clone().into_owned(),
            reason: text("reason"),
            detail: text("detail"),
        }
    }

    /// Whether the document is not in the output.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.verdict.as_str(), "dropped" | "rejected")
    }

    /// The verdict with its stage and reason.
    pub(crate) fn outcome(&self) -> String {
        if self.stage.is_empty() {
            return self.verdict.clone();
        }
        format!("{} by {}: {}", self.verdict, self.stage, self.reason)
    }
}
