//! Sorting more records than fit in memory.
//!
//! Records are collected up to a limit, sorted, and written to a temporary file as a *run*; at the
//! end the runs are merged. A sorter that never reaches its limit writes nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::vec;

use super::spill;
use crate::DedupError;

/// What is sorted, by the first number, then the second, then the third.
pub(crate) type Record = [u64; 3];

const RECORD_BYTES: usize = size_of::<Record>();

/// Bytes read or written at a time; a merge holds as many for each run.
const BLOCK_BYTES: usize = 1024 * RECORD_BYTES;

/// Runs that are merged at once, so that neither files nor buffers are without limit.
const MAX_RUNS: usize = 200;

/// Takes records in any order.
pub(crate) struct Sorter {
    folder: PathBuf,
    capacity: usize,
    records: Vec<Record>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that holds `memory` bytes of records and puts its runs into `folder`.
    pub(crate) fn new(folder: &Path, memory: u64) -> Self {
        let capacity = usize::try_from(memory).unwrap_or(usize::MAX) / RECORD_BYTES;
        Self {
            folder: folder.to_owned(),
            capacity: capacity.max(1),
            records: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, record: Record) -> Result<(), DedupError> {
        if self.records.len() == self.capacity {
            self.spill()?;
        }
        if self.records.len() == self.records.capacity() {
            // Doubling could go past the limit.
            let more = self.records.len().max(1024);
            let more = more.min(self.capacity - self.records.len());
            self.records.reserve_exact(more);
        }
        self.records.push(record);
        Ok(())
    }

    /// All records in order.
    pub(crate) fn sorted(mut self) -> Result<Sorted, DedupError> {
        if self.runs.is_empty() {
            self.records.sort_unstable();
            return Ok(Sorted::Memory(self.records.into_iter()));
        }
        self.spill()?;
        Ok(Sorted::Runs(Merge::new(&self.folder, self.runs)?))
    }

    fn spill(&mut self) -> Result<(), DedupError> {
        self.records.sort_unstable();
        if self.runs.len() == MAX_RUNS {
            let merge = Merge::new(&self.folder, std::mem::take(&mut self.runs))?;
            self.runs.push(write_run(&self.folder, merge)?);
        }
        let records = self.records.drain(..).map(Ok);
        self.runs.push(write_run(&self.folder, records)?);
        Ok(())
    }
}

/// Writes records that are in order already; the file has no name and vanishes with the process.
fn write_run(
    folder: &Path,
    records: impl Iterator<Item = Result<Record, DedupError>>,
) -> Result<File, DedupError> {
    let failed = spill(folder);
    let mut file = tempfile::tempfile_in(folder).map_err(&failed)?;
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    for record in records {
        for number in record? {
            block.extend_from_slice(&number.to_le_bytes());
        }
        if block.len() == BLOCK_BYTES {
            file.write_all(&block).map_err(&failed)?;
            block.clear();
        }
    }
    file.write_all(&block).map_err(&failed)?;
    Ok(file)
}

/// Records in order.
pub(crate) enum Sorted {
    Memory(vec::IntoIter<Record>),
    Runs(Merge),
}

impl Iterator for Sorted {
    type Item = Result<Record, DedupError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Memory(records) => records.next().map(Ok),
            Self::Runs(merge) => merge.next().transpose(),
        }
    }
}

/// Runs that are read side by side, the least record first.
pub(crate) struct Merge {
    folder: PathBuf,
    runs: Vec<BufReader<File>>,
    /// The next record of each run that has one.
    heads: BinaryHeap<Reverse<(Record, usize)>>,
}

impl Merge {
    fn new(folder: &Path, files: Vec<File>) -> Result<Self, DedupError> {
        let mut merge = Self {
            folder: folder.to_owned(),
            runs: Vec::new(),
            heads: BinaryHeap::new(),
        };
        for (number, mut file) in files.into_iter().enumerate() {
            file.rewind().map_err(spill(folder))?;
            let mut run = BufReader::with_capacity(BLOCK_BYTES, file);
            if let Some(record) = read_record(&mut run, folder)? {
                merge.heads.push(Reverse((record, number)));
            }
            merge.runs.push(run);
        }
        Ok(merge)
    }

    fn next(&mut self) -> Result<Option<Record>, DedupError> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Reverse((record, number)) = *head;
        match read_record(&mut self.runs[number], &self.folder)? {
            Some(next) => head.0.0 = next,
            None => {
                PeekMut::pop(head);
            }
        }
        Ok(Some(record))
    }
}

impl Iterator for Merge {
    type Item = Result<Record, DedupError>;

    fn next(&mut self) -> Option<Self::Item> {
        Merge::next(self).transpose()
    }
}

/// The next record, or none at the end of the run.
fn read_record(run: &mut BufReader<File>, folder: &Path) -> Result<Option<Record>, DedupError> {
    let mut bytes = [0; RECORD_BYTES];
    let read = if run.buffer().is_empty() {
        fill(run)
    } else {
        Ok(true)
    };
    let read = read.and_then(|more| {
        if more {
            run.read_exact(&mut bytes)?;
        }
        Ok(more)
    });
    if !read.map_err(spill(folder))? {
        return Ok(None);
    }
    let number = |place: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&bytes[8 * place..8 * place + 8]);
        u64::from_le_bytes(number)
    };
    Ok(Some([number(0), number(1), number(2)]))
}

/// Reads the next block; false at the end.
fn fill(run: &mut BufReader<File>) -> std::io::Result<bool> {
    use std::io::BufRead;
    Ok(!run.fill_buf()?.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_sorting_in_memory(
            mut records in prop::collection::vec(prop::array::uniform3(0_u64..4), 0..900),
            // From one record in memory, which makes more runs than are merged at once.
            memory in 1_u64..20_000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(folder.path(), memory);
            for record in &records {
                sorter.push(*record).unwrap();
                prop_assert!(sorter.records.capacity() <= sorter.capacity);
            }
            let sorted: Vec<Record> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            records.sort_unstable();
            prop_assert_eq!(sorted, records);
        }
    }
}
