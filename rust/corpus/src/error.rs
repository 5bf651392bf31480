//! What can go wrong while documents are read and outputs are written.

use std::io;
use std::path::{Path, PathBuf};

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
    #[error("{}: no input in this folder, expected files ending in .jsonl, .ndjson or .json, also with .gz or .zst", path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
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
    pub fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Read { path, source },
        }
    }

    /// Turns the system's reason into an error about a file that was to be written.
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
    /// Longer than the recipe accepts.
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
    #[error("no {field:?} field: name the field that holds the text in text_field")]
    NoText {
        /// The expected key.
        field: String,
    },
    /// The text is not a string.
    #[error("field {field:?} holds {found}, expected a string")]
    TextNotString {
        /// The key.
        field: String,
        /// The type found.
        found: &'static str,
    },
}

impl BadLine {
    /// The short name under which a manifest counts rejected lines.
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
