//! What is cut out of each document: repeated spans, joined and trimmed to whole characters.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use crate::error::DedupError;
use crate::removal::{Removal, cut};
use crate::store::sorter::Merge;
use crate::substring::sketch::Record;
use crate::substring::texts::TextReader;

/// What to remove from the documents that repeat text: their numbers, from zero, in order.
pub struct Removals {
    pub(super) least_left: usize,
    pub(super) folder: PathBuf,
    pub(super) texts: TextReader,
    pub(super) spans: Merge<Record>,
}

impl Removals {
    fn next(&mut self) -> Result<Option<(u64, Removal)>, DedupError> {
        let Some([at, ..]) = self.spans.peek() else {
            return Ok(None);
        };
        let found = self
            .texts
            .find(at)
            .map_err(DedupError::temp_file(&self.folder))?;
        let Some((place, text)) = found else {
            return Ok(None);
        };
        let text = str::from_utf8(text).map_err(io::Error::other);
        let text = text.map_err(DedupError::temp_file(&self.folder))?;
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
pub(super) fn whole_characters(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let boundary = |place: &usize| text.is_char_boundary(*place);
    let start = (span.start..span.end).find(boundary)?;
    let end = (start + 1..=span.end).rfind(boundary)?;
    Some(start..end)
}
