//! Text that a corpus holds more than once: every substring of at least a given number of bytes
//! that occurred before is found, and all its occurrences but the first can be cut.
//!
//! This is the `ExactSubstr` of Lee et al. 2022 (arXiv 2107.06499), found without a suffix array.
//! A substring of `length` bytes or more occurred before just when each of its *windows* of
//! `length` bytes did, so it is enough to know which windows repeat an earlier one:
//!
//! 1. [`sketch`] picks the *anchors* of a text, a function of the windows' content ([`anchors`]):
//!    equal windows have equal anchors. The windows that share one anchor form a *block*.
//! 2. Anchors are sorted by their hash. An anchor that stands alone has no window that repeats. If
//!    all blocks of an anchor are equal, all their windows repeat the first block's. Only for
//!    anchors with different blocks, at the ends of repeated text, must windows be looked at.
//! 3. These windows are read again from the texts, hashed with 128 bits, and sorted.
//! 4. Repeated windows, sorted by place, are joined to spans.
//!
//! Equal 128-bit hashes are taken as equal bytes, as everywhere; nothing else is approximate. All
//! sorting is external ([`Sorter`]): memory is bounded by a setting, whatever the corpus. A window
//! that overlaps its only earlier copy does not count as a repeat: of "aaaa..." one window stays.

mod anchors;
#[cfg(test)]
mod slow;
mod texts;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use assay_schema::Substring;
use assay_text::{hash64, hash128};

use crate::merge::Merge;
use crate::sorter::Sorter;
use crate::{DedupError, Removal, Storage, cut};
use anchors::Anchors;
use texts::{TextReader, TextWriter};

/// What is sorted: by the first number, then the second, then the third.
type Record = [u64; 3];

/// The parallel half: where the anchors of one text are, and hashes of what they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Vec<Record>);

/// The sketch of a text under valid settings.
#[must_use]
pub fn sketch(settings: &Substring, text: &str) -> Sketch {
    let (text, length) = (text.as_bytes(), settings.length as usize);
    let record = |anchor: anchors::Anchor| {
        let block = hash64(0, &text[anchor.first..anchor.last + length]);
        [anchor.hash, block, anchor.place as u64]
    };
    Sketch(Anchors::new(text, length).map(record).collect())
}

/// The sequential half: takes the documents of a corpus in order.
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
            texts: TextWriter::new(folder).map_err(spill(folder))?,
            anchors: Sorter::new(storage.clone()),
            storage,
        })
    }

    /// Adds the next document: its text and the sketch of that text.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be written.
    pub fn push(&mut self, text: &str, sketch: &Sketch) -> Result<(), DedupError> {
        let start = self.texts.push(text).map_err(spill(&self.folder))?;
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

        let mut texts = self.texts.finish().map_err(spill(&self.folder))?;
        let (mut windows, mut spans) = (sorter(), sorter());
        let mut suspects = suspects.sorted()?;
        while let Some([at, ..]) = suspects.peek() {
            let found = texts.find(at).map_err(spill(&self.folder))?;
            let Some((place, text)) = found else { break };
            let check = Check {
                length,
                start: place.start,
                text,
            };
            check.text(&mut suspects, &mut windows, &mut spans)?;
        }
        compare_windows(windows.sorted()?, length, &mut spans)?;

        texts.rewind().map_err(spill(&self.folder))?;
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

/// What to remove from the documents that repeat text: their numbers, from zero, in order.
pub struct Removals {
    least_left: usize,
    folder: PathBuf,
    texts: TextReader,
    spans: Merge<Record>,
}

impl Removals {
    fn next(&mut self) -> Result<Option<(u64, Removal)>, DedupError> {
        let Some([at, ..]) = self.spans.peek() else {
            return Ok(None);
        };
        let found = self.texts.find(at).map_err(spill(&self.folder))?;
        let Some((place, text)) = found else {
            return Ok(None);
        };
        let text = str::from_utf8(text).map_err(io::Error::other);
        let text = text.map_err(spill(&self.folder))?;
        let mut spans: Vec<Range<usize>> = Vec::new();
        let end = place.start + text.len() as u64;
        while let Some([from, to, _]) = self.spans.next_if(|[at, ..]| at < end)? {
            let span = (from - place.start) as usize..(to - place.start) as usize;
            match spans.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => spans.push(span),
            }
        }
        let spans = spans
            .into_iter()
            .filter_map(|span| whole_characters(text, span));
        let spans: Vec<Range<usize>> = spans.collect();
        let removal = if cut(text, &spans).trim().len() < self.least_left.max(1) {
            Removal::Document("repeated-text")
        } else {
            Removal::Spans(spans)
        };
        Ok(Some((place.document, removal)))
    }
}

impl Iterator for Removals {
    type Item = Result<(u64, Removal), DedupError>;

    fn next(&mut self) -> Option<Self::Item> {
        Removals::next(self).transpose()
    }
}

/// The characters of `text` that lie in `span` as a whole; none if there are none.
fn whole_characters(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let boundary = |place: &usize| text.is_char_boundary(*place);
    let start = (span.start..span.end).find(boundary)?;
    let end = (start + 1..=span.end).rfind(boundary)?;
    Some(start..end)
}

fn spill(folder: &Path) -> impl Fn(io::Error) -> DedupError + '_ {
    |source| DedupError::TempFile {
        folder: folder.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn removals(texts: &[&str], settings: &Substring, memory: u64) -> Vec<Removal> {
        let folder = tempfile::tempdir().unwrap();
        let mut index = SubstringIndex::new(settings, folder.path(), memory).unwrap();
        for text in texts {
            index.push(text, &sketch(settings, text)).unwrap();
        }
        let mut removals = vec![Removal::Nothing; texts.len()];
        for removal in index.finish().unwrap() {
            let (document, removal) = removal.unwrap();
            removals[document as usize] = removal;
        }
        removals
    }

    fn one_span(span: Range<usize>) -> Removal {
        Removal::Spans(std::iter::once(span).collect())
    }

    fn settings(length: u32) -> Substring {
        Substring {
            length,
            ..Substring::default()
        }
    }

    #[test]
    fn later_copies_are_cut_and_what_stands_around_them_stays() {
        let copied = "a sentence that is to be found twice";
        let first = format!("It begins with {copied}, and ends.");
        let second = format!("Elsewhere {copied}!");
        let span = 9..10 + copied.len();
        assert_eq!(second[span.clone()], first[14..15 + copied.len()]);
        assert_eq!(
            removals(&[&first, "", &second, copied], &settings(20), 1 << 20),
            [
                Removal::Nothing,
                Removal::Nothing,
                one_span(span),
                Removal::Document("repeated-text")
            ]
        );
    }

    #[test]
    fn a_run_of_one_character_keeps_one_window() {
        let text = "-".repeat(1000);
        let found = removals(&[&text], &settings(20), 1 << 20);
        assert_eq!(found, [one_span(20..1000)]);
    }

    #[test]
    fn documents_with_little_left_are_dropped() {
        let copied = "0123456789".repeat(3);
        let second = format!("{copied} and so on ");
        let settings = |least_left| Substring {
            length: 30,
            least_left,
        };
        let left =
            |least_left| removals(&[&copied, &second], &settings(least_left), 1 << 20)[1].clone();
        assert_eq!(left(9), one_span(0..30));
        assert_eq!(left(10), Removal::Document("repeated-text"));
    }

    fn expected(texts: &[&str], length: usize) -> Vec<Removal> {
        let spans = slow::repeats(texts, length).into_iter().zip(texts);
        let removal = |(spans, text): (Vec<Range<usize>>, &&str)| {
            if spans.is_empty() {
                Removal::Nothing
            } else if cut(text, &spans).trim().is_empty() {
                Removal::Document("repeated-text")
            } else {
                Removal::Spans(spans)
            }
        };
        spans.map(removal).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            texts in prop::collection::vec("[ab]{0,60}|[aé日]{0,30}|(ab|b日){0,20}", 0..8),
            length in 1_u32..12,
            memory in 1_u64..5000,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let found = removals(&texts, &settings(length), memory);
            prop_assert_eq!(found, expected(&texts, length as usize));
        }

        #[test]
        fn agrees_with_the_slow_twin_on_pasted_text(
            pool in "[a-zé日 ]{200}",
            pieces in prop::collection::vec(
                prop::collection::vec((0_usize..190, 1_usize..60, "[A-Z]{0,9}"), 0..6), 1..8),
            length in 8_u32..40,
        ) {
            let pool: Vec<char> = pool.chars().collect();
            let paste = |(from, len, more): &(usize, usize, String)| {
                let end = pool.len().min(from + len);
                pool[*from..end].iter().collect::<String>() + more
            };
            let texts: Vec<String> =
                pieces.iter().map(|pieces| pieces.iter().map(paste).collect()).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let found = removals(&texts, &settings(length), 1 << 16);
            prop_assert_eq!(found, expected(&texts, length as usize));
        }
    }
}
