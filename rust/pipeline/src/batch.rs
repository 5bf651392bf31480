//! The lines of a source, a bounded number of bytes at a time.

use std::slice;

use assay_corpus::{BadLine, CorpusError, Fields, Lines, ParsedLine, RawLine, parse_line};
use assay_schema::{InputReport, OnBadLine};

use crate::account::Account;
use crate::job::{InputFile, Unit};
use crate::{Event, Observer, PipelineError};

/// A batch ends with the line that reaches this size. It bounds memory, and how long a run goes
/// on after it was asked to stop.
const BATCH_BYTES: usize = 1 << 20;

/// A batch of short lines ends at this many.
const BATCH_LINES: usize = 4096;

/// Reads the files of one source in order.
pub(crate) struct BatchReader<'a> {
    waiting: slice::Iter<'a, InputFile>,
    current: Option<(&'a InputFile, Lines)>,
    max_line_bytes: u64,
    finished: Vec<InputReport>,
}

/// A line and the file that it is from.
pub(crate) struct Line<'a> {
    file: &'a InputFile,
    raw: RawLine,
}

impl<'a> BatchReader<'a> {
    pub(crate) fn new(unit: &'a Unit, fields: &Fields) -> Self {
        Self {
            waiting: unit.files.iter(),
            current: None,
            max_line_bytes: fields.max_line_bytes,
            finished: Vec::new(),
        }
    }

    /// The next lines; empty at the end.
    pub(crate) fn next_batch(&mut self) -> Result<Vec<Line<'a>>, CorpusError> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH_BYTES && lines.len() < BATCH_LINES {
            let Some(line) = self.next_line()? else { break };
            bytes += line.raw.bytes.as_ref().map_or(0, Vec::len);
            lines.push(line);
        }
        Ok(lines)
    }

    /// Bytes on disk read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        let finished: u64 = self.finished.iter().map(|input| input.bytes).sum();
        finished
            + self
                .current
                .as_ref()
                .map_or(0, |(_, lines)| lines.bytes_read())
    }

    /// The files that were read to their end.
    pub(crate) fn into_reports(self) -> Vec<InputReport> {
        self.finished
    }

    fn next_line(&mut self) -> Result<Option<Line<'a>>, CorpusError> {
        loop {
            let (file, mut lines) = match self.current.take() {
                Some(open) => open,
                None => match self.waiting.next() {
                    Some(file) => (file, Lines::open(&file.path, self.max_line_bytes)?),
                    None => return Ok(None),
                },
            };
            if let Some(raw) = lines.next_line()? {
                self.current = Some((file, lines));
                return Ok(Some(Line { file, raw }));
            }
            let digest = lines.digest();
            self.finished.push(InputReport {
                path: file.shown.clone(),
                bytes: digest.bytes,
                sha256: digest.sha256,
                documents: lines.documents(),
            });
        }
    }
}

impl Line<'_> {
    pub(crate) fn parse(&self, fields: &Fields) -> Result<ParsedLine, BadLine> {
        let bytes = self.raw.bytes.as_ref().map_err(Clone::clone)?;
        parse_line(bytes, fields)
    }

    /// Counts a bad line or ends the run with it, as the recipe says.
    pub(crate) fn reject(
        &self,
        problem: BadLine,
        policy: OnBadLine,
        account: &mut Account,
        observer: &dyn Observer,
    ) -> Result<(), PipelineError> {
        account.reject(&problem);
        let error = CorpusError::Line {
            path: self.file.path.clone(),
            line: self.raw.number,
            problem,
        };
        if policy == OnBadLine::Fail {
            return Err(error.into());
        }
        observer.event(&Event::Rejected { error: &error });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::job::Role;

    /// A unit that reads these files.
    fn unit(folder: &tempfile::TempDir, texts: &[String]) -> Unit {
        let file = |(number, text): (usize, &String)| {
            let path = folder.path().join(format!("{number}.jsonl"));
            fs::write(&path, text).unwrap();
            InputFile {
                path,
                shown: format!("{number}.jsonl"),
                bytes: text.len() as u64,
            }
        };
        Unit {
            name: "a".to_owned(),
            role: Role::Eval,
            paths: Vec::new(),
            files: texts.iter().enumerate().map(file).collect(),
        }
    }

    fn batches(unit: &Unit) -> (Vec<Vec<usize>>, Vec<InputReport>) {
        let fields = Fields {
            text: "text".to_owned(),
            id: "id".to_owned(),
            max_line_bytes: 3 << 20,
        };
        let mut reader = BatchReader::new(unit, &fields);
        let mut batches = Vec::new();
        loop {
            let lines = reader.next_batch().unwrap();
            if lines.is_empty() {
                assert_eq!(reader.bytes_read(), unit.bytes());
                return (batches, reader.into_reports());
            }
            let size = |line: &Line<'_>| line.raw.bytes.as_ref().map_or(0, Vec::len);
            batches.push(lines.iter().map(size).collect());
        }
    }

    #[test]
    fn a_batch_is_bounded_in_lines_and_in_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let short = "{}\n".repeat(BATCH_LINES + 1);
        let long = format!("{}\n", "x".repeat(600_000)).repeat(9);
        let too_long = format!("{}\n", "x".repeat(4 << 20));
        let (batches, reports) = batches(&unit(&folder, &[short, long, too_long]));
        for sizes in &batches {
            let all_but_last: usize = sizes[..sizes.len() - 1].iter().sum();
            assert!(all_but_last < BATCH_BYTES && sizes.len() <= BATCH_LINES);
        }
        assert_eq!(
            batches.iter().map(Vec::len).sum::<usize>(),
            BATCH_LINES + 1 + 9 + 1
        );
        assert!(batches.len() >= 3);
        let documents: Vec<u64> = reports.iter().map(|report| report.documents).collect();
        assert_eq!(documents, [BATCH_LINES as u64 + 1, 9, 1]);
    }
}
