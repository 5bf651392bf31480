//! Reading sorted runs side by side, the least record first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;
use std::vec;

use crate::DedupError;
use crate::sorter::Record;
use crate::spill::Spill;

/// Records in order.
#[derive(Debug)]
pub(crate) enum Run<R> {
    Memory(Vec<R>),
    /// The bytes of the temporary file that hold it.
    Disk(Range<u64>),
}

/// Least records that are read back at once, whatever memory there is for them.
const LEAST_READ: u64 = 256;

/// The records of several runs in order.
pub(crate) struct Merge<R> {
    cursors: Vec<Cursor<R>>,
    /// The next record of each run that has one, and which run it is.
    heads: BinaryHeap<Reverse<(R, usize)>>,
    spill: Option<Spill>,
    /// Bytes of a run on disk that are read back at once.
    at_once: u64,
    bytes: Vec<u8>,
}

/// What is left of a run: records in memory, and then bytes on disk.
struct Cursor<R> {
    records: vec::IntoIter<R>,
    rest: Range<u64>,
}

impl<R: Record> Merge<R> {
    /// Merges runs, of which those on disk share so many bytes of memory.
    pub(crate) fn new(
        runs: Vec<Run<R>>,
        spill: Option<Spill>,
        memory_bytes: u64,
    ) -> Result<Self, DedupError> {
        let size = size_of::<R>() as u64;
        let share = memory_bytes / size / (runs.len() as u64).max(1);
        let cursors = runs.into_iter().map(|run| match run {
            Run::Memory(records) => Cursor {
                records: records.into_iter(),
                rest: 0..0,
            },
            Run::Disk(rest) => Cursor {
                records: Vec::new().into_iter(),
                rest,
            },
        });
        let mut merge = Self {
            cursors: cursors.collect(),
            heads: BinaryHeap::new(),
            spill,
            at_once: share.max(LEAST_READ) * size,
            bytes: Vec::new(),
        };
        for number in 0..merge.cursors.len() {
            if let Some(record) = merge.advance(number)? {
                merge.heads.push(Reverse((record, number)));
            }
        }
        Ok(merge)
    }

    /// The record that comes next.
    pub(crate) fn peek(&self) -> Option<R> {
        self.heads.peek().map(|Reverse((record, _))| *record)
    }

    pub(crate) fn next(&mut self) -> Result<Option<R>, DedupError> {
        let Some(Reverse((record, number))) = self.heads.peek().copied() else {
            return Ok(None);
        };
        let next = self.advance(number)?;
        if let Some(mut head) = self.heads.peek_mut() {
            match next {
                Some(next) => head.0.0 = next,
                None => {
                    PeekMut::pop(head);
                }
            }
        }
        Ok(Some(record))
    }

    /// The next record, if it is `wanted`.
    pub(crate) fn next_if(&mut self, wanted: impl Fn(R) -> bool) -> Result<Option<R>, DedupError> {
        if self.peek().is_some_and(wanted) {
            self.next()
        } else {
            Ok(None)
        }
    }

    /// Takes the next record of a run.
    fn advance(&mut self, number: usize) -> Result<Option<R>, DedupError> {
        let cursor = &mut self.cursors[number];
        if let Some(record) = cursor.records.next() {
            return Ok(Some(record));
        }
        let (false, Some(spill)) = (cursor.rest.is_empty(), &mut self.spill) else {
            return Ok(None);
        };
        let end = cursor.rest.end.min(cursor.rest.start + self.at_once);
        self.bytes.resize((end - cursor.rest.start) as usize, 0);
        spill.read_at(cursor.rest.start, &mut self.bytes)?;
        let records = self.bytes.chunks_exact(size_of::<R>()).map(R::read);
        cursor.records = records.collect::<Vec<_>>().into_iter();
        cursor.rest.start = end;
        Ok(cursor.records.next())
    }
}
