//! Consecutive lines of JSON, and how they are written again as they are.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

/// Consecutive lines and the bytes that they stand in.
#[derive(Debug, Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    /// Lines that hold anything but white space.
    lines: Vec<Line>,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) start: usize,
    /// Its end, without its line feed.
    pub(crate) end: usize,
    /// One-based number of the line in its input.
    pub(crate) number: u64,
    /// Whether its bytes are there: those of a line that is too long are not.
    pub(crate) kept: bool,
}

/// Bytes to write one after the other; lines that stay as they are lie in their block still.
pub(crate) type Pieces<'a> = Vec<Cow<'a, [u8]>>;

impl Block {
    pub(crate) fn new(bytes: Vec<u8>, lines: Vec<Line>) -> Self {
        Self { bytes, lines }
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// One-based number of the line in its input.
    pub(crate) fn number(&self, index: usize) -> u64 {
        self.lines[index].number
    }

    /// The line without its line feed; `None` when it was too long to be kept.
    pub(crate) fn line(&self, index: usize) -> Option<&[u8]> {
        let line = self.lines[index];
        line.kept.then(|| &self.bytes[line.start..line.end])
    }

    /// Adds lines, each with a line feed. Neighbours are one piece.
    pub(crate) fn add_lines<'a>(&'a self, indices: &[usize], pieces: &mut Pieces<'a>) {
        let mut run = 0..0;
        for line in indices.iter().map(|&index| self.lines[index]) {
            let end = (line.end + 1).min(self.bytes.len());
            if run.end != line.start {
                self.add_run(mem::take(&mut run), pieces);
                run.start = line.start;
            }
            run.end = end;
        }
        self.add_run(run, pieces);
    }

    fn add_run<'a>(&'a self, run: Range<usize>, pieces: &mut Pieces<'a>) {
        let bytes = &self.bytes[run];
        if let Some(last) = bytes.last() {
            pieces.push(bytes.into());
            if *last != b'\n' {
                pieces.push(b"\n".into());
            }
        }
    }
}
