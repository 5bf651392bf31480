//! Cutting a text into lines.

use wide::u8x16;

use crate::blocks::{BLOCK, bits, block_at};

/// The lines of `text` with their line feeds, which the last one may lack.
///
/// ```
/// let lines: Vec<_> = assay_text::lines("a\n\r\n b").collect();
/// assert_eq!(lines, ["a\n", "\r\n", " b"]);
/// ```
#[must_use]
pub fn lines(text: &str) -> Lines<'_> {
    Lines {
        text,
        start: 0,
        searched: 0,
        feeds: 0,
    }
}

/// The lines of a text. They are short, so that line feeds are looked for a block at a time.
pub struct Lines<'a> {
    text: &'a str,
    /// Where the next line starts.
    start: usize,
    /// The end of the last block.
    searched: usize,
    /// Line feeds of the last block that no line ends at yet: bit `i` is about byte `i`.
    feeds: u64,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while self.feeds == 0 {
            let Some(block) = block_at(self.text.as_bytes(), self.searched) else {
                return self.line_to(self.text.len());
            };
            self.feeds = feeds(&block);
            self.searched += BLOCK;
        }
        let feed = self.searched - BLOCK + self.feeds.trailing_zeros() as usize;
        self.feeds &= self.feeds - 1;
        self.line_to(feed + 1)
    }
}

impl<'a> Lines<'a> {
    /// The line that ends there, unless it is empty.
    fn line_to(&mut self, end: usize) -> Option<&'a str> {
        let line = &self.text[self.start..end];
        self.start = end;
        (!line.is_empty()).then_some(line)
    }
}

#[inline]
fn feeds(block: &[u8; BLOCK]) -> u64 {
    let [feeds] = bits(block, |bytes| [bytes.simd_eq(u8x16::splat(b'\n'))]);
    feeds
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agree_with_those_of_the_standard_library(text in "(\n|\r|é|[a-z ]{0,90}|[a-z]{63}){0,9}") {
            let expected: Vec<_> = text.split_inclusive('\n').collect();
            prop_assert_eq!(lines(&text).collect::<Vec<_>>(), expected);
        }
    }
}
