//! Signatures of all documents, in memory or in a temporary file.

use crate::error::DedupError;
use crate::store::chunks::Chunks;
use crate::store::temp_file::{Storage, TempFile};

#[derive(Debug)]
pub(crate) enum Signatures {
    Memory(Chunks<u16>),
    Disk(OnDisk),
}

/// A file of signatures, and the last ones read from it.
#[derive(Debug)]
pub(crate) struct OnDisk {
    width: usize,
    file: TempFile,
    bytes: Vec<u8>,
    /// Slots that memory has room for; there are no more than documents.
    slots: usize,
    cache: Vec<Slot>,
}

/// Holds one of the documents that share it.
#[derive(Debug, Clone, Default)]
struct Slot {
    document: Option<u32>,
    values: Vec<u16>,
}

/// Bytes that are collected before they go to the file.
const WRITE: usize = 1 << 16;

impl Signatures {
    /// No signatures of `width` values each.
    pub(crate) fn new(width: usize, storage: &Storage) -> Result<Self, DedupError> {
        let (folder, memory_bytes) = match storage {
            Storage::Memory => return Ok(Self::Memory(Chunks::new(width))),
            Storage::Disk {
                folder,
                memory_bytes,
            } => (folder, *memory_bytes),
        };
        let slot = size_of::<Slot>() + width * size_of::<u16>();
        let slots = usize::try_from(memory_bytes / slot as u64).unwrap_or(usize::MAX);
        Ok(Self::Disk(OnDisk {
            width,
            file: TempFile::create(folder)?,
            bytes: Vec::new(),
            slots: slots.max(1),
            cache: Vec::new(),
        }))
    }

    pub(crate) fn push(&mut self, values: &[u16]) -> Result<(), DedupError> {
        match self {
            Self::Memory(records) => records.push(values),
            Self::Disk(disk) => {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                disk.bytes.extend(bytes);
                if disk.bytes.len() >= WRITE {
                    disk.flush()?;
                }
            }
        }
        Ok(())
    }

    /// The signature of a document. After the first call no signature is added.
    pub(crate) fn get(&mut self, document: u32) -> Result<&[u16], DedupError> {
        match self {
            Self::Memory(records) => Ok(records.get(document as usize)),
            Self::Disk(disk) => disk.get(document),
        }
    }
}

impl OnDisk {
    fn flush(&mut self) -> Result<(), DedupError> {
        self.file.append(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    fn get(&mut self, document: u32) -> Result<&[u16], DedupError> {
        let size = self.width * size_of::<u16>();
        if self.cache.is_empty() {
            self.flush()?;
            let documents = self.file.len() as usize / size;
            self.cache = vec![Slot::default(); self.slots.min(documents)];
        }
        let slots = self.cache.len();
        let slot = &mut self.cache[document as usize % slots];
        if slot.document != Some(document) {
            let mut bytes = vec![0; size];
            let place = size as u64 * u64::from(document);
            self.file.read_at(place, &mut bytes)?;
            let values = bytes.as_chunks().0.iter().copied().map(u16::from_le_bytes);
            *slot = Slot {
                document: Some(document),
                values: values.collect(),
            };
        }
        Ok(&slot.values)
    }
}
