//! Sorting more entries than memory holds: sorted runs, then one merge of all of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::DedupError;
use crate::spill::{Spill, Storage};

/// A band's key, its upper and its lower half, and a document: twelve bytes in the order wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    upper: u32,
    lower: u32,
    pub(crate) document: u32,
}

const ENTRY: usize = size_of::<Entry>();

/// Entries of a run in memory.
const RUN: usize = 1 << 18;

/// Least entries that are read back at once.
const LEAST_READ: u64 = 256;

impl Entry {
    pub(crate) fn new(key: u64, document: u32) -> Self {
        Self {
            upper: (key >> 32) as u32,
            lower: key as u32,
            document,
        }
    }

    pub(crate) fn key(self) -> u64 {
        u64::from(self.upper) << 32 | u64::from(self.lower)
    }

    fn to_bytes(self) -> impl Iterator<Item = u8> {
        [self.upper, self.lower, self.document]
            .into_iter()
            .flat_map(u32::to_le_bytes)
    }

    fn from_bytes(bytes: &[u8; ENTRY]) -> Self {
        let (numbers, _) = bytes.as_chunks();
        let number = |place: usize| u32::from_le_bytes(numbers[place]);
        Self {
            upper: number(0),
            lower: number(1),
            document: number(2),
        }
    }
}

/// Takes entries in any order.
#[derive(Debug)]
pub(crate) struct Sorter {
    /// The run that is being filled, and its full length.
    open: Vec<Entry>,
    full: usize,
    runs: Vec<Run>,
    spill: Option<Spill>,
    memory_bytes: u64,
}

#[derive(Debug)]
enum Run {
    Memory(Vec<Entry>),
    /// The bytes of the temporary file that hold it.
    Disk(std::ops::Range<u64>),
}

impl Sorter {
    pub(crate) fn new(storage: &Storage) -> Result<Self, DedupError> {
        let (spill, memory_bytes) = match storage {
            Storage::Memory => (None, 0),
            Storage::Disk {
                folder,
                memory_bytes,
            } => (Some(Spill::create(folder)?), *memory_bytes),
        };
        let full = match &spill {
            None => RUN,
            Some(_) => usize::try_from(memory_bytes / ENTRY as u64).unwrap_or(RUN),
        };
        Ok(Self {
            open: Vec::new(),
            full: full.max(1),
            runs: Vec::new(),
            spill,
            memory_bytes,
        })
    }

    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), DedupError> {
        if self.open.capacity() == 0 {
            self.open.reserve_exact(self.full);
        }
        self.open.push(entry);
        if self.open.len() == self.full {
            self.close_run()?;
        }
        Ok(())
    }

    fn close_run(&mut self) -> Result<(), DedupError> {
        self.open.sort_unstable();
        let Some(spill) = &mut self.spill else {
            self.runs.push(Run::Memory(std::mem::take(&mut self.open)));
            return Ok(());
        };
        let start = spill.len();
        let mut bytes = Vec::new();
        for entries in self.open.chunks(1 << 14) {
            bytes.clear();
            bytes.extend(entries.iter().flat_map(|entry| entry.to_bytes()));
            spill.append(&bytes)?;
        }
        self.open.clear();
        self.runs.push(Run::Disk(start..spill.len()));
        Ok(())
    }

    /// All entries in order.
    pub(crate) fn merge(mut self) -> Result<Merge, DedupError> {
        self.close_run()?;
        let share = self.memory_bytes / (self.runs.len() * ENTRY) as u64;
        let at_once = share.max(LEAST_READ) * ENTRY as u64;
        let mut merge = Merge {
            cursors: self.runs.into_iter().map(Cursor::new).collect(),
            heads: BinaryHeap::new(),
            spill: self.spill,
            at_once,
        };
        for place in 0..merge.cursors.len() {
            merge.advance(place)?;
        }
        Ok(merge)
    }
}

/// The entries of several runs in order.
pub(crate) struct Merge {
    cursors: Vec<Cursor>,
    /// The next entry of each run, and which run it is.
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
    spill: Option<Spill>,
    /// Bytes of a run on disk that are read back at once.
    at_once: u64,
}

/// What is left of a run: entries in memory, and then bytes on disk.
struct Cursor {
    entries: std::vec::IntoIter<Entry>,
    rest: std::ops::Range<u64>,
}

impl Cursor {
    fn new(run: Run) -> Self {
        let (entries, rest) = match run {
            Run::Memory(entries) => (entries, 0..0),
            Run::Disk(rest) => (Vec::new(), rest),
        };
        let entries = entries.into_iter();
        Self { entries, rest }
    }
}

impl Merge {
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, DedupError> {
        let Some(Reverse((entry, place))) = self.heads.pop() else {
            return Ok(None);
        };
        self.advance(place)?;
        Ok(Some(entry))
    }

    /// The next entry, if it is `wanted`.
    pub(crate) fn next_if(
        &mut self,
        wanted: impl Fn(Entry) -> bool,
    ) -> Result<Option<Entry>, DedupError> {
        match self.heads.peek() {
            Some(Reverse((entry, _))) if wanted(*entry) => self.next(),
            _ => Ok(None),
        }
    }

    /// Brings the next entry of a run to the heads.
    fn advance(&mut self, place: usize) -> Result<(), DedupError> {
        let cursor = &mut self.cursors[place];
        if cursor.entries.as_slice().is_empty()
            && !cursor.rest.is_empty()
            && let Some(spill) = &mut self.spill
        {
            let end = cursor.rest.end.min(cursor.rest.start + self.at_once);
            let mut bytes = vec![0; (end - cursor.rest.start) as usize];
            spill.read_at(cursor.rest.start, &mut bytes)?;
            let entries: Vec<Entry> = bytes.as_chunks().0.iter().map(Entry::from_bytes).collect();
            cursor.entries = entries.into_iter();
            cursor.rest.start = end;
        }
        if let Some(entry) = cursor.entries.next() {
            self.heads.push(Reverse((entry, place)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn merging_is_sorting(keys: Vec<(u64, u32)>, memory_bytes in 0_u64..400) {
            let folder = std::env::temp_dir();
            let mut sorter = Sorter::new(&Storage::Disk { folder, memory_bytes }).unwrap();
            let mut slow: Vec<Entry> =
                keys.iter().map(|(key, document)| Entry::new(*key, *document)).collect();
            for entry in &slow {
                sorter.push(*entry).unwrap();
            }
            slow.sort_unstable();
            let mut merge = sorter.merge().unwrap();
            for entry in slow {
                prop_assert_eq!(merge.next().unwrap(), Some(entry));
            }
            prop_assert_eq!(merge.next().unwrap(), None);
        }
    }
}
