//! The anchor of each window of a text: how equal windows are made to meet.
//!
//! A *window* is `length` bytes, the shortest substring that is looked for. Its *anchor* is the
//! *gram* (`length / 2` bytes) of least hash inside it, the leftmost of several: a function of
//! the window's content alone, so equal windows have equal anchors at the same place within
//! them. This is winnowing (Schleimer, Wilkerson and Aiken 2003). A text of random bytes has
//! about `2 / (length / 2 + 2)` anchors per byte; neighbouring windows share theirs.

use assay_text::GOLDEN;

/// Windows in a row that have one anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Hash of the gram.
    pub(crate) hash: u64,
    /// Where the gram begins.
    pub(crate) place: usize,
    /// Where the first of the windows begins.
    pub(crate) first: usize,
    /// Where the last of the windows begins.
    pub(crate) last: usize,
}

/// Grams whose hashes are computed at a time, beside those of one window.
const BLOCK: usize = 1 << 14;

/// The anchors of a text, in order.
pub(crate) struct Anchors<'a> {
    grams: Grams<'a>,
    /// Grams in a window.
    width: usize,
    /// Hashes of the grams from `start` on.
    hashes: Vec<u64>,
    start: usize,
    /// The first window that has no anchor yet, and where its anchor begins.
    next: Option<(usize, usize)>,
    windows: usize,
}

impl<'a> Anchors<'a> {
    /// The anchors of the windows of `length` bytes of `text`; none for a shorter text.
    pub(crate) fn new(text: &'a [u8], length: usize) -> Self {
        let gram = (length / 2).max(1);
        let mut anchors = Self {
            grams: Grams::new(text, gram),
            width: length - gram + 1,
            hashes: Vec::new(),
            start: 0,
            next: None,
            windows: (text.len() + 1).saturating_sub(length),
        };
        anchors.next = (anchors.windows > 0).then(|| (0, anchors.search(0)));
        anchors
    }

    /// Where the anchor of a window begins: the leftmost of its grams of least hash.
    fn search(&mut self, window: usize) -> usize {
        let hashes = self.hashes(window, window + self.width);
        let least = hashes.iter().copied().min().unwrap_or(u64::MAX);
        window + hashes.iter().position(|hash| *hash == least).unwrap_or(0)
    }

    /// The hashes of the grams from `from` to `end`; those before are forgotten.
    fn hashes(&mut self, from: usize, end: usize) -> &[u64] {
        if end > self.start + self.hashes.len() {
            self.hashes.drain(..from - self.start);
            self.start = from;
            self.grams.add_to(&mut self.hashes, BLOCK + 2 * self.width);
        }
        &self.hashes[from - self.start..end - self.start]
    }
}

impl Iterator for Anchors<'_> {
    type Item = Anchor;

    fn next(&mut self) -> Option<Anchor> {
        let (window, place) = self.next?;
        // The first window that does not hold the anchor any more.
        let end = self.windows.min(place + 1);
        let width = self.width;
        let hashes = self.hashes(window, end + width - 1);
        let hash = hashes[place - window];
        // Each further window has one gram more; one of less hash is its anchor.
        let less = hashes[width..].iter().position(|entering| *entering < hash);
        self.next = match less {
            Some(more) => Some((window + 1 + more, window + width + more)),
            None if end < self.windows => Some((end, self.search(end))),
            None => None,
        };
        let next = self.next.map_or(self.windows, |(window, _)| window);
        Some(Anchor {
            hash,
            place,
            first: window,
            last: next - 1,
        })
    }
}

/// The hash of each gram of a text, in order: a polynomial modulo 2^64 that rolls on, its bits
/// mixed without loss. Equal grams have equal hashes; different grams nearly always differ.
struct Grams<'a> {
    text: &'a [u8],
    gram: usize,
    /// Where the next gram begins.
    next: usize,
    /// The polynomial of all but the last byte of the next gram.
    value: u64,
    /// What the first byte of a gram counts in its polynomial.
    top: u64,
}

impl<'a> Grams<'a> {
    fn new(text: &'a [u8], gram: usize) -> Self {
        let head = &text[..text.len().min(gram - 1)];
        Self {
            text,
            gram,
            next: 0,
            value: head.iter().fold(0, |value, byte| append(value, *byte)),
            top: (1..gram).fold(1, |power, _| power.wrapping_mul(GOLDEN)),
        }
    }

    /// Adds the hashes of the next `count` grams to `hashes`, or of as many as there are.
    fn add_to(&mut self, hashes: &mut Vec<u64>, count: usize) {
        let grams = (self.text.len() + 1).saturating_sub(self.gram);
        let end = grams.min(self.next + count);
        let leaving = &self.text[self.next..end];
        let entering = &self.text[self.next + self.gram - 1..end + self.gram - 1];
        hashes.extend(leaving.iter().zip(entering).map(|(leaving, entering)| {
            let whole = append(self.value, *entering);
            self.value = whole.wrapping_sub(u64::from(*leaving).wrapping_mul(self.top));
            spread(whole)
        }));
        self.next = end;
    }
}

fn append(value: u64, byte: u8) -> u64 {
    value.wrapping_mul(GOLDEN).wrapping_add(u64::from(byte))
}

/// Makes every bit count for the order of hashes; can be undone, so that nothing is lost.
fn spread(value: u64) -> u64 {
    let value = (value ^ (value >> 32)).wrapping_mul(GOLDEN);
    value ^ (value >> 29)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// For each window the place of its anchor within it, each computed on its own.
    fn slow(text: &[u8], length: usize) -> Vec<usize> {
        let gram = (length / 2).max(1);
        let anchor = |window: &[u8]| {
            let hashes = window.windows(gram);
            let hashes = hashes.map(|gram| spread(gram.iter().fold(0, |v, b| append(v, *b))));
            let hashes: Vec<u64> = hashes.collect();
            let least = hashes.iter().min().unwrap();
            hashes.iter().position(|hash| hash == least).unwrap()
        };
        text.windows(length).map(anchor).collect()
    }

    fn fast(text: &[u8], length: usize) -> Vec<usize> {
        let windows =
            |anchor: Anchor| (anchor.first..=anchor.last).map(move |window| anchor.place - window);
        Anchors::new(text, length).flat_map(windows).collect()
    }

    #[test]
    fn a_text_of_many_blocks_has_the_same_anchors_and_few() {
        let draw = |place| (assay_text::draw(1, "anchors", place) % 4) as u8;
        let text: Vec<u8> = (0..3 * BLOCK as u64 + 77).map(draw).collect();
        assert_eq!(fast(&text, 100), slow(&text, 100));
        let anchors = Anchors::new(&text, 100).count();
        assert!(anchors * 25 < text.len(), "{anchors}");
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            text in prop::collection::vec(0_u8..3, 0..80), length in 1_usize..20,
        ) {
            prop_assert_eq!(fast(&text, length), slow(&text, length));
        }
    }
}
