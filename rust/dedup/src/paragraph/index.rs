//! The sequential half of the removal of repeated paragraphs or lines: takes documents in order and
//! says which passages of each go.
//!
//! A document that goes as a whole leaves no trace, so that whatever goes has an earlier copy that
//! stayed.

use std::io::{self, Read, Write};
use std::ops::Range;

use assay_schema::RepeatedParagraphs;

use crate::error::DedupError;
use crate::exact::index::ExactIndex;
use crate::paragraph::checked_filter::{CheckedFilter, FalsePositives};
use crate::paragraph::passages::{Hashed, Passages};
use crate::paragraph::seen::Seen;
use crate::removal::Removal;

/// The passages of the documents that stay.
#[derive(Debug, Clone)]
pub struct ParagraphIndex {
    most_repeated: f64,
    seen: Seen,
}

impl ParagraphIndex {
    /// Most bytes of memory for each passage that stays, in an exact table; a filter has its size
    /// from the start.
    pub const BYTES_PER_PASSAGE: u64 = ExactIndex::BYTES_PER_DOCUMENT;

    /// An empty index under valid settings.
    #[must_use]
    pub fn new(settings: &RepeatedParagraphs, seed: u64) -> Self {
        let filter = |bloom| CheckedFilter::new(bloom, seed);
        let seen = match (&settings.bloom, &settings.ngrams) {
            (Some(bloom), Some(ngrams)) => Seen::Ngrams(filter(bloom), ngrams.share),
            (Some(bloom), None) => Seen::Filter(filter(bloom)),
            (None, _) => Seen::Exact(ExactIndex::default()),
        };
        Self {
            most_repeated: settings.most_repeated,
            seen,
        }
    }

    /// Decides what to remove from the next document.
    pub fn settle(&mut self, passages: &Passages) -> Removal {
        let list = &passages.list;
        let earlier = self.seen.holds_each(passages);
        let bytes = |passage: &Hashed| passage.span.len() as f64;
        let total: f64 = list.iter().map(bytes).sum();
        let repeats = list.iter().zip(&earlier).filter(|(_, earlier)| **earlier);
        let repeated: f64 = repeats.map(|(passage, _)| bytes(passage)).sum();
        if !list.is_empty() && (repeated == total || repeated > self.most_repeated * total) {
            return Removal::Document("repeated-paragraphs");
        }
        // A passage may also repeat another one of the same document.
        let gone: Vec<bool> = list
            .iter()
            .zip(earlier)
            .map(|(passage, earlier)| earlier || !self.seen.add(passage, passages))
            .collect();
        let spans = spans(list, &gone);
        if spans.is_empty() {
            Removal::Nothing
        } else {
            Removal::Spans(spans)
        }
    }

    /// How often the filter was wrong; none for an exact table.
    #[must_use]
    pub fn false_positives(&self) -> Option<FalsePositives> {
        match &self.seen {
            Seen::Exact(_) => None,
            Seen::Filter(filter) | Seen::Ngrams(filter, _) => Some(filter.false_positives()),
        }
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        match &self.seen {
            Seen::Exact(table) => table.memory_bytes(),
            Seen::Filter(filter) | Seen::Ngrams(filter, _) => filter.memory_bytes(),
        }
    }

    /// Writes the index, the same bytes for the same documents.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        match &self.seen {
            Seen::Exact(table) => table.save(out),
            Seen::Filter(filter) | Seen::Ngrams(filter, _) => filter.save(out),
        }
    }

    /// The index written by [`ParagraphIndex::save`] under the same settings and seed.
    ///
    /// # Errors
    /// [`DedupError::Kind`], [`DedupError::Filter`], [`DedupError::Truncated`] and
    /// [`DedupError::TooLong`] for bytes that are not such an index, [`DedupError::Load`] when
    /// they cannot be read.
    pub fn load(
        settings: &RepeatedParagraphs,
        seed: u64,
        input: impl Read,
    ) -> Result<Self, DedupError> {
        let empty = Self::new(settings, seed);
        let seen = match empty.seen {
            Seen::Exact(_) => Seen::Exact(ExactIndex::load(input)?),
            Seen::Filter(filter) => Seen::Filter(filter.load(input)?),
            Seen::Ngrams(filter, share) => Seen::Ngrams(filter.load(input)?, share),
        };
        Ok(Self { seen, ..empty })
    }
}

/// What to cut when some passages are `gone`: each with the space up to the next one or, at the
/// end of the text, with the space before it.
fn spans(list: &[Hashed], gone: &[bool]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (place, passage) in list.iter().enumerate().filter(|(place, _)| gone[*place]) {
        let end = list
            .get(place + 1)
            .map_or(passage.span.end, |next| next.span.start);
        match spans.last_mut() {
            Some(last) if last.end == passage.span.start => last.end = end,
            _ => spans.push(passage.span.start..end),
        }
    }
    let left = gone.iter().rposition(|gone| !gone);
    if let (Some(last), Some(left)) = (spans.last_mut(), left)
        && gone.last() == Some(&true)
    {
        last.start = list[left].span.end;
    }
    spans
}
