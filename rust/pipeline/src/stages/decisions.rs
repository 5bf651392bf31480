//! Decisions: what became of every document of one source, in tables on disk or in memory.

use std::path::{Path, PathBuf};

use assay_corpus::{Cell, Column, CorpusError, TableWriter};
use assay_schema::DocumentShard;

use crate::error::PipelineError;

/// The names of the tables begin with this, in the folder of their source.
pub(crate) const DECISIONS: &str = "decisions-";

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

/// Where the rows of the tables go.
pub(crate) enum Decisions {
    Files(Tables),
    Memory(Vec<Decision>),
}

/// Numbered tables in a folder. Each ends when the shards of documents end.
pub(crate) struct Tables {
    folder: PathBuf,
    /// Number of the next table.
    next: usize,
    current: Option<Current>,
}

/// The table that rows go to now.
struct Current {
    file: String,
    rows: u64,
    table: Box<TableWriter>,
}

/// What became of one document of a batch in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// One-based row in its batch.
    pub number: u64,
    /// Its identifier, if it has one.
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
    /// Writes into a folder that has the tables below number `next`.
    pub(crate) fn new(folder: &Path, next: usize) -> Self {
        Self::Files(Tables {
            folder: folder.to_owned(),
            next,
            current: None,
        })
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
            Self::Files(tables) => {
                let current = tables.current()?;
                current.rows += 1;
                current.table.push(&[
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

    /// Ends the table in a file, if one is begun.
    pub(crate) fn end_table(&mut self) -> Result<Option<DocumentShard>, CorpusError> {
        let Self::Files(Tables { current, .. }) = self else {
            return Ok(None);
        };
        let ended = current.take().map(|Current { file, rows, table }| {
            let digest = table.finish()?;
            Ok(DocumentShard {
                file,
                bytes: digest.bytes,
                documents: rows,
                blake3: digest.blake3,
            })
        });
        ended.transpose()
    }
}

impl Tables {
    /// The table that rows go to now.
    fn current(&mut self) -> Result<&mut Current, CorpusError> {
        let current = match self.current.take() {
            Some(current) => current,
            None => self.begin()?,
        };
        Ok(self.current.insert(current))
    }

    fn begin(&mut self) -> Result<Current, CorpusError> {
        let file = format!("{DECISIONS}{:05}.parquet", self.next);
        self.next += 1;
        Ok(Current {
            table: Box::new(TableWriter::create(&self.folder.join(&file), &COLUMNS)?),
            file,
            rows: 0,
        })
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
