//! Sorting more records than memory holds: sorted runs, then one merge of all of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;
use std::vec;

use rayon::slice::ParallelSliceMut;

use crate::error::DedupError;
use crate::store::temp_file::{Storage, TempFile};

/// What is sorted. Equal records are the same in every byte, so that any way to sort them gives
/// the same order.
pub(crate) trait Record: Copy + Ord + Send {
    /// Adds its bytes, as many as the type has in memory.
    fn write(self, bytes: &mut Vec<u8>);

    /// The record of these bytes.
    fn read(bytes: &[u8]) -> Self;
}

/// Three numbers, the first one first.
impl Record for [u64; 3] {
    fn write(self, bytes: &mut Vec<u8>) {
        for number in self {
            bytes.extend(number.to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Self {
        let numbers = bytes.as_chunks().0;
        [0, 1, 2].map(|place| u64::from_le_bytes(numbers[place]))
    }
}

/// Records of a run in memory.
const RUN: usize = 1 << 18;

/// Records that are written at a time.
const WRITTEN: usize = 1 << 12;

/// Takes records in any order. Nothing is written while they fit into the memory allowed.
#[derive(Debug)]
pub(crate) struct Sorter<R> {
    storage: Storage,
    /// The run that is being filled.
    open: Vec<R>,
    /// How many records make a run.
    full: usize,
    runs: Vec<Run<R>>,
    file: Option<TempFile>,
}

impl<R: Record> Sorter<R> {
    pub(crate) fn new(storage: Storage) -> Self {
        let full = match &storage {
            Storage::Memory => RUN,
            Storage::Disk { memory_bytes, .. } => {
                usize::try_from(*memory_bytes).unwrap_or(usize::MAX) / size_of::<R>()
            }
        };
        Self {
            storage,
            open: Vec::new(),
            full: full.max(1),
            runs: Vec::new(),
            file: None,
        }
    }

    pub(crate) fn push(&mut self, record: R) -> Result<(), DedupError> {
        let len = self.open.len();
        if len == self.full {
            self.close_run()?;
        } else if len == self.open.capacity() {
            // Doubling could go past the limit.
            self.open.reserve_exact(len.max(1024).min(self.full - len));
        }
        self.open.push(record);
        Ok(())
    }

    /// All records in order.
    pub(crate) fn sorted(mut self) -> Result<Merge<R>, DedupError> {
        if self.runs.is_empty() {
            self.open.par_sort_unstable();
            self.runs.push(Run::Memory(self.open));
        } else {
            self.close_run()?;
        }
        let memory_bytes = match self.storage {
            Storage::Memory => 0,
            Storage::Disk { memory_bytes, .. } => memory_bytes,
        };
        Merge::new(self.runs, self.file, memory_bytes)
    }

    fn close_run(&mut self) -> Result<(), DedupError> {
        self.open.par_sort_unstable();
        let run = match &self.storage {
            Storage::Memory => Run::Memory(std::mem::take(&mut self.open)),
            Storage::Disk { folder, .. } => {
                let file = match &mut self.file {
                    Some(file) => file,
                    none => none.insert(TempFile::create(folder)?),
                };
                let run = write(file, &self.open)?;
                self.open.clear();
                Run::Disk(run)
            }
        };
        self.runs.push(run);
        Ok(())
    }
}

/// Writes a run at the end of the file and returns where its bytes are.
fn write<R: Record>(file: &mut TempFile, records: &[R]) -> Result<Range<u64>, DedupError> {
    let start = file.len();
    let mut bytes = Vec::new();
    for records in records.chunks(WRITTEN) {
        bytes.clear();
        records.iter().for_each(|record| record.write(&mut bytes));
        file.append(&bytes)?;
    }
    Ok(start..file.len())
}

/// Records that are sorted already.
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
    file: Option<TempFile>,
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
        file: Option<TempFile>,
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
            file,
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
        let (false, Some(file)) = (cursor.rest.is_empty(), &mut self.file) else {
            return Ok(None);
        };
        let end = cursor.rest.end.min(cursor.rest.start + self.at_once);
        self.bytes.resize((end - cursor.rest.start) as usize, 0);
        file.read_at(cursor.rest.start, &mut self.bytes)?;
        let records = self.bytes.chunks_exact(size_of::<R>()).map(R::read);
        cursor.records = records.collect::<Vec<_>>().into_iter();
        cursor.rest.start = end;
        Ok(cursor.records.next())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(records: &[[u64; 3]], storage: Storage) -> Vec<[u64; 3]> {
        let mut sorter = Sorter::new(storage);
        for record in records {
            sorter.push(*record).unwrap();
            assert!(sorter.open.capacity() <= sorter.full);
        }
        let mut merge = sorter.sorted().unwrap();
        std::iter::from_fn(|| merge.next().unwrap()).collect()
    }

    fn disk(memory_bytes: u64) -> Storage {
        let folder = std::env::temp_dir();
        Storage::Disk {
            folder,
            memory_bytes,
        }
    }

    #[test]
    fn many_runs_are_merged_with_any_number_of_threads() {
        let draw = |index| assay_text::draw(1, "record", index);
        let records = (0..600_000).map(|index| [draw(index) >> 50, draw(index + 1) >> 60, 0]);
        let records: Vec<_> = records.collect();
        let mut slow = records.clone();
        slow.sort_unstable();
        for (threads, storage) in [
            (1, Storage::Memory),
            (2, Storage::Memory),
            (3, disk(1 << 20)),
        ] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            assert!(pool.unwrap().install(|| sorted(&records, storage) == slow));
        }
    }

    proptest! {
        #[test]
        fn agrees_with_sorting_in_memory(
            records in prop::collection::vec(prop::array::uniform3(0_u64..4), 0..900),
            // From one record in memory.
            memory_bytes in prop::option::of(0_u64..20_000),
        ) {
            let found = sorted(&records, memory_bytes.map_or(Storage::Memory, disk));
            let mut slow = records;
            slow.sort_unstable();
            prop_assert_eq!(found, slow);
        }
    }
}
