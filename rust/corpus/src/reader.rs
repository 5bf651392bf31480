//! A file as a stream of lines, and of documents.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use crate::input::{Compression, Input};
use crate::{BadLine, CorpusError, Fields, InputDigest, ParsedLine, parse_line};

/// A line that holds anything but white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// One-based number of the line in its file.
    pub number: u64,
    /// The line without its line feed, or why it could not be kept.
    pub bytes: Result<Vec<u8>, BadLine>,
}

/// The lines of one file. Memory is bounded by the longest accepted line.
pub struct Lines {
    path: PathBuf,
    input: Input,
    max_line_bytes: u64,
    number: u64,
    documents: u64,
}

impl Lines {
    /// Opens a file; its name tells the compression (`.gz`, `.zst`, else none).
    ///
    /// # Errors
    /// [`CorpusError`] when the file is missing or unreadable.
    pub fn open(path: &Path, max_line_bytes: u64) -> Result<Self, CorpusError> {
        let input = Input::open(path).map_err(|error| CorpusError::read(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            input,
            max_line_bytes,
            number: 0,
            documents: 0,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lines returned so far.
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Bytes on disk read so far.
    pub fn bytes_read(&self) -> u64 {
        self.input.bytes_read()
    }

    /// The digest of the file, complete when the last line was read.
    pub fn digest(&self) -> InputDigest {
        self.input.digest()
    }

    /// The next line that holds anything but white space.
    ///
    /// # Errors
    /// [`CorpusError`] when the file cannot be read further or its compressed data is truncated
    /// or damaged.
    pub fn next_line(&mut self) -> Result<Option<RawLine>, CorpusError> {
        loop {
            let Some(bytes) = self.read_line().map_err(|error| self.failed(error))? else {
                return self.check_end();
            };
            self.number += 1;
            if bytes
                .as_ref()
                .is_ok_and(|line| line.trim_ascii().is_empty())
            {
                continue;
            }
            self.documents += 1;
            return Ok(Some(RawLine {
                number: self.number,
                bytes,
            }));
        }
    }

    /// Reads up to the next line feed, keeping no more than the longest accepted line.
    fn read_line(&mut self) -> io::Result<Option<Result<Vec<u8>, BadLine>>> {
        let limit = usize::try_from(self.max_line_bytes).unwrap_or(usize::MAX);
        let (mut line, mut too_long, mut any) = (Vec::new(), false, false);
        loop {
            let available = match self.input.bytes.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if available.is_empty() && !any {
                return Ok(None);
            }
            any = true;
            let end = memchr::memchr(b'\n', available);
            let part = &available[..end.unwrap_or(available.len())];
            too_long |= line.len() + part.len() > limit;
            if too_long {
                line = Vec::new();
            } else {
                line.extend_from_slice(part);
            }
            let at_end = end.is_some() || available.is_empty();
            let used = part.len() + usize::from(end.is_some());
            self.input.bytes.consume(used);
            if at_end {
                break;
            }
        }
        Ok(Some(if too_long {
            Err(BadLine::TooLong {
                limit: self.max_line_bytes,
            })
        } else {
            Ok(line)
        }))
    }

    /// A compressed file holds at least a header, so one without a byte lost all of it.
    fn check_end(&self) -> Result<Option<RawLine>, CorpusError> {
        if self.input.compression != Compression::None && self.digest().bytes == 0 {
            return Err(self.failed(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(None)
    }

    fn failed(&self, source: io::Error) -> CorpusError {
        let (path, lines) = (self.path.clone(), self.number);
        let format = self.input.compression.name();
        if self.input.compression == Compression::None || source.raw_os_error().is_some() {
            CorpusError::read(&path, source)
        } else if source.kind() == io::ErrorKind::UnexpectedEof {
            CorpusError::Truncated {
                path,
                format,
                lines,
            }
        } else {
            CorpusError::Damaged {
                path,
                format,
                lines,
                source,
            }
        }
    }
}

/// A document and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The identifier, when the line has one.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// The file.
    pub file: PathBuf,
    /// One-based line.
    pub line: u64,
}

/// The documents of one file. After a bad line the next one is read; after a bad file it ends.
pub struct Documents {
    lines: Lines,
    fields: Fields,
    ended: bool,
}

/// Opens a file of one JSON object per line; its name tells the compression.
///
/// # Errors
/// [`CorpusError`] when the file is missing or unreadable.
pub fn open(path: &Path, fields: &Fields) -> Result<Documents, CorpusError> {
    Ok(Documents {
        lines: Lines::open(path, fields.max_line_bytes)?,
        fields: fields.clone(),
        ended: false,
    })
}

impl Documents {
    fn document(&self, line: RawLine) -> Result<Document, CorpusError> {
        let file = self.lines.path().to_owned();
        match line
            .bytes
            .and_then(|bytes| parse_line(&bytes, &self.fields))
        {
            Ok(ParsedLine { id, text }) => Ok(Document {
                id,
                text,
                file,
                line: line.number,
            }),
            Err(problem) => Err(CorpusError::Line {
                path: file,
                line: line.number,
                problem,
            }),
        }
    }
}

impl Iterator for Documents {
    type Item = Result<Document, CorpusError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.lines.next_line() {
            Ok(Some(line)) => Some(self.document(line)),
            Ok(None) => None,
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}
