//! The table of what became of every document of one source.

use std::path::Path;

use assay_corpus::{Cell, Column, CorpusError, TableWriter};
use assay_schema::DocumentShard;

use crate::PipelineError;

/// Name of the table in the folder of its source.
pub(crate) const DECISIONS: &str = "decisions.parquet";

const COLUMNS: [Column<'_>; 7] = [
    Column::Text("file"),
    Column::Integer("number"),
    Column::Text("id"),
    Column::Text("stage"),
    Column::Text("verdict"),
    Column::Text("reason"),
    Column::Text("detail"),
];

/// What became of one document.
pub(crate) struct Row<'a> {
    pub(crate) file: &'a str,
    /// One-based line or row.
    pub(crate) number: u64,
    pub(crate) id: Option<&'a str>,
    /// The stage that dropped it, or those that changed it.
    pub(crate) stage: &'a str,
    /// `kept`, `changed`, `dropped` or `rejected`.
    pub(crate) verdict: &'static str,
    pub(crate) reason: &'a str,
    /// What was measured.
    pub(crate) detail: &'a str,
}

/// Where the rows of the table go.
pub(crate) enum Decisions {
    /// To a file, and how many there are.
    File(Box<TableWriter>, u64),
    /// Into memory.
    Memory(Vec<Decision>),
}

/// What became of one document of a batch in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// One-based row in its batch.
    pub number: u64,
    /// Its identifier, when it has one.
    pub id: Option<String>,
    /// The stage that dropped it, or those that changed it, in order; else empty.
    pub stage: String,
    /// `kept`, `changed`, `dropped` or `rejected`.
    pub verdict: &'static str,
    /// Why, in kebab case.
    pub reason: String,
    /// What was measured.
    pub detail: String,
}

impl Decisions {
    /// Begins the table in a folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, CorpusError> {
        let table = TableWriter::create(&folder.join(DECISIONS), &COLUMNS)?;
        Ok(Self::File(Box::new(table), 0))
    }

    pub(crate) fn push(&mut self, row: &Row<'_>) -> Result<(), PipelineError> {
        match self {
            Self::Memory(decisions) => decisions.push(Decision {
                number: row.number,
                id: row.id.map(str::to_owned),
                stage: row.stage.to_owned(),
                verdict: row.verdict,
                reason: row.reason.to_owned(),
                detail: row.detail.to_owned(),
            }),
            Self::File(table, rows) => {
                *rows += 1;
                table.push(&[
                    Cell::Text(row.file),
                    Cell::Integer(i64::try_from(row.number).unwrap_or(i64::MAX)),
                    row.id.map_or(Cell::Empty, Cell::Text),
                    filled(row.stage),
                    Cell::Text(row.verdict),
                    filled(row.reason),
                    filled(row.detail),
                ])?;
            }
        }
        Ok(())
    }

    /// Ends the table of a file.
    pub(crate) fn finish(self) -> Result<Option<DocumentShard>, CorpusError> {
        let Self::File(table, rows) = self else {
            return Ok(None);
        };
        let digest = table.finish()?;
        Ok(Some(DocumentShard {
            file: DECISIONS.to_owned(),
            bytes: digest.bytes,
            documents: rows,
            blake3: digest.blake3,
        }))
    }
}

/// Text, or an empty cell where there is none.
fn filled(text: &str) -> Cell<'_> {
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text)
    }
}
