//! A stream of bytes as blocks of whole lines.

use std::io::{self, Read};
use std::mem;

use memchr::{memchr, memchr_iter, memrchr};

use crate::documents::lines::{Block, Line};

/// A block is read in steps of this size and ends with the last whole line.
const BLOCK_BYTES: usize = 1 << 20;

/// Reads blocks. Memory is bounded by the block size and the longest accepted line.
pub(crate) struct Blocks<R> {
    input: R,
    max_line_bytes: usize,
    /// The beginning of the next block.
    carry: Vec<u8>,
    /// Lines so far.
    number: u64,
    /// What stopped the input: its end, or an error to be told after the lines before it.
    stopped: Option<io::Result<()>>,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(input: R, max_line_bytes: u64) -> Self {
        Self {
            input,
            max_line_bytes: usize::try_from(max_line_bytes).unwrap_or(usize::MAX),
            carry: Vec::new(),
            number: 0,
            stopped: None,
        }
    }

    /// Whole lines read so far.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next lines; where these are depends on the input alone.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            if self.carry.is_empty()
                && let Some(stopped) = &mut self.stopped
            {
                return mem::replace(stopped, Ok(())).map(|()| None);
            }
            let block = self.fill();
            if block.len() > 0 {
                return Ok(Some(block));
            }
        }
    }

    /// Reads until there is a whole line, or the rest of one that is too long has been passed.
    fn fill(&mut self) -> Block {
        let mut bytes = mem::take(&mut self.carry);
        let mut searched = 0;
        loop {
            self.read_into(&mut bytes);
            if let Some(last) = memrchr(b'\n', &bytes[searched..]) {
                let whole = searched + last + 1;
                match self.stopped {
                    Some(Ok(())) => {}
                    Some(Err(_)) => bytes.truncate(whole),
                    None => self.carry = bytes.split_off(whole),
                }
                return self.split(bytes);
            }
            match self.stopped {
                Some(Ok(())) => return self.split(bytes),
                // Half a line is not a document.
                Some(Err(_)) => return Block::default(),
                None => {}
            }
            if bytes.len() > self.max_line_bytes {
                return self.pass_line(bytes);
            }
            searched = bytes.len();
        }
    }

    /// Reads a whole step, or what is left.
    fn read_into(&mut self, bytes: &mut Vec<u8>) {
        let mut filled = bytes.len();
        bytes.resize(filled + BLOCK_BYTES, 0);
        while filled < bytes.len() && self.stopped.is_none() {
            match self.input.read(&mut bytes[filled..]) {
                Ok(0) => self.stopped = Some(Ok(())),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.stopped = Some(Err(error)),
            }
        }
        bytes.truncate(filled);
    }

    /// Reads to the end of a line without keeping it. The line counts only when it is whole.
    fn pass_line(&mut self, mut bytes: Vec<u8>) -> Block {
        let mut end = None;
        while self.stopped.is_none() && end.is_none() {
            bytes.clear();
            self.read_into(&mut bytes);
            end = memchr(b'\n', &bytes);
        }
        match end {
            Some(end) => self.carry = bytes.split_off(end + 1),
            None if matches!(self.stopped, Some(Err(_))) => return Block::default(),
            None => {}
        }
        self.number += 1;
        let line = Line {
            start: 0,
            end: 0,
            number: self.number,
            kept: false,
        };
        Block::new(Vec::new(), vec![line])
    }

    fn split(&mut self, bytes: Vec<u8>) -> Block {
        let unended = (bytes.last() != Some(&b'\n')).then_some(bytes.len());
        let (mut lines, mut start) = (Vec::new(), 0);
        for end in memchr_iter(b'\n', &bytes).chain(unended) {
            if start == bytes.len() {
                break;
            }
            self.number += 1;
            if !bytes[start..end].trim_ascii().is_empty() {
                lines.push(Line {
                    start,
                    end,
                    number: self.number,
                    kept: end - start <= self.max_line_bytes,
                });
            }
            start = end + 1;
        }
        Block::new(bytes, lines)
    }
}
