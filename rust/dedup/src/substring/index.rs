//! The sequential half of the search for substrings: takes documents in order, finds what repeats.

use std::path::{Path, PathBuf};

use assay_schema::Substring;
use assay_text::hash128;

use crate::error::DedupError;
use crate::store::sorter::{Merge, Sorter};
use crate::store::temp_file::Storage;
use crate::substring::anchors::Anchors;
use crate::substring::removals::Removals;
use crate::substring::sketch::{Record, Sketch};
use crate::substring::texts::TextWriter;

/// Takes the documents of a corpus in order, and then says what to remove.
pub struct SubstringIndex {
    settings: Substring,
    folder: PathBuf,
    storage: Storage,
    texts: TextWriter,
    anchors: Sorter<Record>,
}

/// Sorters that hold records at the same time.
const SORTERS: u64 = 3;

impl SubstringIndex {
    /// An index that holds at most `memory` bytes, one text and 10 MB of buffers, and puts the
    /// rest into temporary files in `folder`, which vanish with the process: the texts, and 24
    /// bytes for each anchor, of which a text has about `4 / length` per byte.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when the folder cannot be written to.
    pub fn new(settings: &Substring, folder: &Path, memory: u64) -> Result<Self, DedupError> {
        let storage = Storage::Disk {
            folder: folder.to_owned(),
            memory_bytes: memory / SORTERS,
        };
        Ok(Self {
            settings: settings.clone(),
            folder: folder.to_owned(),
            texts: TextWriter::new(folder).map_err(DedupError::temp_file(folder))?,
            anchors: Sorter::new(storage.clone()),
            storage,
        })
    }

    /// Adds the next document: its text and the sketch of that text.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be written.
    pub fn push(&mut self, text: &str, sketch: &Sketch) -> Result<(), DedupError> {
        let start = self
            .texts
            .push(text)
            .map_err(DedupError::temp_file(&self.folder))?;
        for [hash, block, place] in &sketch.0 {
            self.anchors.push([*hash, *block, start + place])?;
        }
        Ok(())
    }

    /// What to remove from which documents, in their order.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be written or read back.
    pub fn finish(self) -> Result<Removals, DedupError> {
        let sorter = || Sorter::new(self.storage.clone());
        let length = u64::from(self.settings.length);
        let mut suspects = sorter();
        compare_blocks(self.anchors.sorted()?, length, &mut suspects)?;

        let mut texts = self
            .texts
            .finish()
            .map_err(DedupError::temp_file(&self.folder))?;
        let (mut windows, mut spans) = (sorter(), sorter());
        let mut suspects = suspects.sorted()?;
        while let Some([at, ..]) = suspects.peek() {
            let found = texts
                .find(at)
                .map_err(DedupError::temp_file(&self.folder))?;
            let Some((place, text)) = found else { break };
            let check = Check {
                length,
                start: place.start,
                text,
            };
            check.text(&mut suspects, &mut windows, &mut spans)?;
        }
        compare_windows(windows.sorted()?, length, &mut spans)?;

        texts
            .rewind()
            .map_err(DedupError::temp_file(&self.folder))?;
        Ok(Removals {
            least_left: self.settings.least_left as usize,
            folder: self.folder,
            texts,
            spans: spans.sorted()?,
        })
    }
}

/// All windows of the block repeat an earlier block.
const REPEATED: u64 = 0;
/// Each window of the block must be compared.
const UNSURE: u64 = 1;

/// Sends the blocks that repeat an earlier one, or may in part, to `suspects`, by place of their
/// anchors.
///
/// The first of several equal blocks speaks for the others: it comes before them, so that any
/// window that is theirs is its own.
fn compare_blocks(
    mut anchors: Merge<Record>,
    length: u64,
    suspects: &mut Sorter<Record>,
) -> Result<(), DedupError> {
    let mut first: Option<First> = None;
    while let Some([anchor, block, place]) = anchors.next()? {
        let mut unsure = false;
        if let Some(first) = first.as_ref().filter(|first| first.anchor == anchor) {
            if first.block == block {
                let near = place - first.place < length;
                suspects.push([place, if near { UNSURE } else { REPEATED }, 0])?;
                continue;
            }
            if !first.unsure {
                suspects.push([first.place, UNSURE, 0])?;
            }
            suspects.push([place, UNSURE, 0])?;
            unsure = true;
        }
        first = Some(First {
            anchor,
            block,
            place,
            unsure,
        });
    }
    Ok(())
}

/// The first of several equal blocks.
struct First {
    anchor: u64,
    block: u64,
    place: u64,
    /// It is among the suspects already: its anchor has a different block, too.
    unsure: bool,
}

/// One text that has suspect blocks.
struct Check<'a> {
    length: u64,
    start: u64,
    text: &'a [u8],
}

impl Check<'_> {
    /// Sends repeated blocks to `spans` and the windows of unsure ones to `windows`.
    fn text(
        &self,
        suspects: &mut Merge<Record>,
        windows: &mut Sorter<Record>,
        spans: &mut Sorter<Record>,
    ) -> Result<(), DedupError> {
        let length = self.length as usize;
        for anchor in Anchors::new(self.text, length) {
            let place = self.start + anchor.place as u64;
            let Some([_, kind, _]) = suspects.next_if(|[at, ..]| at == place)? else {
                continue;
            };
            if kind == REPEATED {
                let end = anchor.last + length;
                spans.push([self.start + anchor.first as u64, self.start + end as u64, 0])?;
                continue;
            }
            for window in anchor.first..=anchor.last {
                let hash = hash128(&self.text[window..window + length]);
                windows.push([(hash >> 64) as u64, hash as u64, self.start + window as u64])?;
            }
        }
        Ok(())
    }
}

/// Sends the windows that repeat an earlier one to `spans`.
fn compare_windows(
    mut windows: Merge<Record>,
    length: u64,
    spans: &mut Sorter<Record>,
) -> Result<(), DedupError> {
    let mut first: Option<([u64; 2], u64)> = None;
    while let Some([high, low, place]) = windows.next()? {
        match first {
            Some((hash, start)) if hash == [high, low] => {
                if place - start >= length {
                    spans.push([place, place + length, 0])?;
                }
            }
            _ => first = Some(([high, low], place)),
        }
    }
    Ok(())
}
