//! What can go wrong while documents are read and outputs are written.

use std::io;
use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// A path of the recipe leads nowhere.
    #[error("{}: no such file or folder: check the path, which is relative to the recipe file", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The system refused to read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A compressed file ends in the middle of its data.
    #[error("{}: the {format} data ends too early, after {lines} whole lines: fetch or write the file again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// `gzip` or `zstd`.
        format: &'static str,
        /// Lines that could be read before the end.
        lines: u64,
    },
    /// A compressed file is damaged or is not what its name says.
    #[error("{}: not valid {format} data after {lines} whole lines ({source}): fetch or write the file again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// `gzip` or `zstd`.
        format: &'static str,
        /// Lines that could be read before the damage.
        lines: u64,
        /// The decoder's reason.
        source: io::Error,
    },
    /// A zstd frame looks back further than memory allows.
    #[error("{}: a zstd frame after {lines} whole lines has a window of more than 2 GiB, or more than the memory that is free ({source}): free some memory, or compress the file again with a shorter window, such as zstd --long=27", path.display())]
    ZstdWindow {
        /// The file.
        path: PathBuf,
        /// Lines that could be read before the frame.
        lines: u64,
        /// The decoder's reason.
        source: io::Error,
    },
    /// A line is not a document.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// One-based line.
        line: u64,
        /// What is wrong with it.
        problem: BadLine,
    },
    /// A folder holds no file that could be read.
    #[error("{}: no input in this folder, expected files ending in .jsonl, .ndjson or .json, also with .gz or .zst, or in .parquet or .arrow", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A folder contains itself through a symbolic link.
    #[error("{}: this link leads back to a folder that contains it: remove the link", path.display())]
    LinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// A pattern is malformed.
    #[error("{}: not a pattern of file names ({detail}): check its brackets and stars", path.display())]
    BadPattern {
        /// The pattern.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A format that is not known.
    #[error("unknown format {name:?}: expected jsonl, jsonl.gz, jsonl.zst, parquet or arrow")]
    UnknownFormat {
        /// The name given.
        name: String,
    },
    /// Parquet has its index at its end, so it cannot be read as a stream.
    #[error("{}: Parquet cannot be read from a stream: give the path of the file", path.display())]
    ParquetStream {
        /// The name of the stream.
        path: PathBuf,
    },
    /// A Parquet or Arrow file is truncated, damaged or of a kind that is not known.
    #[error("{}: not valid {format} data after {rows} rows ({source}): fetch or write the file again", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// `parquet` or `arrow`.
        format: &'static str,
        /// Rows that could be read before the damage.
        rows: u64,
        /// The decoder's reason.
        source: ArrowError,
    },
    /// Rows cannot be used or brought into the form of an output.
    #[error("{what}: {source}")]
    Arrow {
        /// What was being done, on what.
        what: String,
        /// The reason.
        source: ArrowError,
    },
    /// The compressor failed.
    #[error("a batch cannot be compressed: {source}: free some memory, then run again")]
    Compress {
        /// The compressor's reason.
        source: io::Error,
    },
    /// A document that is none was to be kept.
    #[error("line or row {number} was to be kept but is not a document: {problem}")]
    KeptBad {
        /// One-based line or row.
        number: u64,
        /// What is wrong with it.
        problem: BadLine,
    },
    /// A row of a table does not have the cells of its columns.
    #[error(
        "a row of {} cells does not fit the columns {columns}: give one cell of the right kind for each",
        cells
    )]
    BadCells {
        /// Cells given.
        cells: usize,
        /// The columns.
        columns: String,
    },
    /// The system refused to write; nothing half-written is left.
    #[error("{}: cannot be written: {source}: check free space and permissions, then run again", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl CorpusError {
    /// Turns the system's reason into an error about a file that was to be read.
    #[must_use]
    pub fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Read { path, source },
        }
    }

    /// Turns Arrow's reason into an error about what was being done.
    pub(crate) fn arrow(what: impl Into<String>, source: impl Into<ArrowError>) -> Self {
        Self::Arrow {
            what: what.into(),
            source: source.into(),
        }
    }

    /// Turns the system's reason into an error about a file that was to be written.
    #[must_use]
    pub fn write(path: &Path, source: io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            source,
        }
    }
}

/// Why a line is not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLine {
    /// Longer than the recipe accepts: a line, or the text of a row.
    #[error("line longer than {limit} bytes: raise max_line_bytes or split the document")]
    TooLong {
        /// The recipe's limit.
        limit: u64,
    },
    /// Not UTF-8.
    #[error("not valid UTF-8 at byte {column} of the line: write the file as UTF-8")]
    NotUtf8 {
        /// One-based byte of the line.
        column: usize,
    },
    /// Not JSON, or not an object.
    #[error("not a JSON object: {detail}")]
    NotJson {
        /// The parser's reason.
        detail: String,
    },
    /// No text.
    #[error(
        "no {field:?} field: name the one that holds the text (--text-field, text_field in a \
         recipe, text in Stages)"
    )]
    NoText {
        /// The expected path.
        field: String,
    },
    /// The text is not a string.
    #[error("field {field:?} holds {found}, expected a string")]
    TextNotString {
        /// The path.
        field: String,
        /// The type found.
        found: &'static str,
    },
}

impl BadLine {
    /// The short name under which a manifest counts rejected lines.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "line-too-long",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson { .. } => "not-json",
            Self::NoText { .. } => "no-text",
            Self::TextNotString { .. } => "text-not-string",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_is_lost() {
        let path = || PathBuf::from("a.jsonl");
        let source = || io::Error::other("the disk is on fire");
        let errors = [
            CorpusError::Read {
                path: path(),
                source: source(),
            },
            CorpusError::Damaged {
                path: path(),
                format: "gzip",
                lines: 3,
                source: source(),
            },
            CorpusError::Table {
                path: path(),
                format: "parquet",
                rows: 3,
                source: ArrowError::from(source()),
            },
            CorpusError::arrow("rows", source()),
            CorpusError::Compress { source: source() },
            CorpusError::write(&path(), source()),
        ];
        for error in errors {
            let message = error.to_string();
            assert!(message.contains("the disk is on fire"), "{message}");
        }
    }
}
