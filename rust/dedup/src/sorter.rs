//! Sorting more records than memory holds: sorted runs, then one merge of all of them.

use std::ops::Range;

use rayon::slice::ParallelSliceMut;

use crate::DedupError;
use crate::merge::{Merge, Run};
use crate::spill::{Spill, Storage};

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

/// Takes records in any order. One that never needs more memory than it may have writes nothing.
#[derive(Debug)]
pub(crate) struct Sorter<R> {
    storage: Storage,
    /// The run that is being filled, and its full length.
    open: Vec<R>,
    full: usize,
    runs: Vec<Run<R>>,
    spill: Option<Spill>,
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
            spill: None,
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
        Merge::new(self.runs, self.spill, memory_bytes)
    }

    fn close_run(&mut self) -> Result<(), DedupError> {
        self.open.par_sort_unstable();
        let run = match &self.storage {
            Storage::Memory => Run::Memory(std::mem::take(&mut self.open)),
            Storage::Disk { folder, .. } => {
                let spill = match &mut self.spill {
                    Some(spill) => spill,
                    none => none.insert(Spill::create(folder)?),
                };
                let run = write(spill, &self.open)?;
                self.open.clear();
                Run::Disk(run)
            }
        };
        self.runs.push(run);
        Ok(())
    }
}

/// Writes records; where their bytes are.
fn write<R: Record>(spill: &mut Spill, records: &[R]) -> Result<Range<u64>, DedupError> {
    let start = spill.len();
    let mut bytes = Vec::new();
    for records in records.chunks(WRITTEN) {
        bytes.clear();
        records.iter().for_each(|record| record.write(&mut bytes));
        spill.append(&bytes)?;
    }
    Ok(start..spill.len())
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
