//! Normalising 64 bytes at a time.
//!
//! ASCII is told apart by comparisons of whole blocks, other characters go one by one through the
//! table of [`Forms`]. Where the form of a character depends on others, the slow twin normalises
//! its *island*: all from the gap before it to the next one. The one case in which an island
//! reaches beyond its gaps is a word that begins with a combining mark, which may join whatever
//! stands before it: a text with such an island is left to the slow twin as a whole.

use std::cell::Cell;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use wide::u8x16;

use crate::forms::{Form, Forms};
use crate::masks::{BLOCK, within};
use crate::normalize::slow_normalize;
use crate::words::block_at;

/// Bytes of a buffer that is kept for the next text.
const KEPT_BYTES: usize = 1 << 20;

thread_local! {
    static NORMALIZER: Cell<Normalizer> = Cell::default();
}

/// Calls `read` with the normal form of `text`, which is that of [`normalize`](crate::normalize)
/// but in memory that is used again.
pub fn with_normal<T>(text: &str, read: impl FnOnce(&[u8]) -> T) -> T {
    with_normalizer(|normalizer| {
        let mut blocks = Blocks::new(text);
        read(normalizer.normalize(&mut blocks, 0..text.len()))
    })
}

/// Calls `read` with each of the `places`, which ascend, and the normal form of the part of `text`
/// there: many small parts take hardly longer than the whole.
pub fn with_normals(
    text: &str,
    places: impl IntoIterator<Item = Range<usize>>,
    mut read: impl FnMut(Range<usize>, &[u8]),
) {
    with_normalizer(|normalizer| {
        let mut blocks = Blocks::new(text);
        for place in places {
            read(place.clone(), normalizer.normalize(&mut blocks, place));
        }
    });
}

fn with_normalizer<T>(work: impl FnOnce(&mut Normalizer) -> T) -> T {
    let mut normalizer = NORMALIZER.take();
    let result = work(&mut normalizer);
    if normalizer.normal.len() <= KEPT_BYTES {
        NORMALIZER.set(normalizer);
    }
    result
}

/// Normalises one text after the other.
#[derive(Default)]
struct Normalizer {
    /// Longer than needed: blocks are written whole, of which some bytes do not count.
    normal: Vec<u8>,
    /// Bytes that count.
    len: usize,
    /// Whether the last byte read was part of a word.
    in_word: bool,
}

impl Normalizer {
    /// The normal form of the part of a text at `place`.
    fn normalize(&mut self, blocks: &mut Blocks<'_>, place: Range<usize>) -> &[u8] {
        (self.len, self.in_word) = (0, false);
        if self.part(blocks, place.clone()).is_none() {
            self.normal = slow_normalize(&blocks.text[place]).into_bytes();
            self.len = self.normal.len();
        }
        &self.normal[..self.len]
    }

    /// None when the part must be normalised as a whole.
    fn part(&mut self, blocks: &mut Blocks<'_>, Range { start, end }: Range<usize>) -> Option<()> {
        let text = &blocks.text[..end];
        let mut place = start;
        self.make_room(end - start);
        while place < end {
            blocks.load(place);
            let (block, first) = (&blocks.block, place - blocks.start);
            let last = BLOCK.min(end - blocks.start);
            let ascii = (block.wide >> first).trailing_zeros() as usize;
            let next = last.min(first + ascii);
            self.ascii(block, first, next);
            place = blocks.start + next;
            if next < last {
                place = self.wide(text, place)?;
            }
        }
        let ends_in_gap = self.len > 0 && !self.in_word;
        self.len -= usize::from(ends_in_gap);
        Some(())
    }

    /// Makes room for so many bytes of text and a block that does not count.
    fn make_room(&mut self, bytes: usize) {
        let needed = self.len + bytes + BLOCK;
        if self.normal.len() < needed {
            self.normal.resize(needed, 0);
        }
    }

    /// Writes the bytes of a block from `start` to `end`: of each gap, the first one as a space.
    #[inline(always)]
    fn ascii(&mut self, block: &Block, start: usize, end: usize) {
        if start == end {
            return;
        }
        let these = (!0 >> (BLOCK - (end - start))) << start;
        let words = block.words & these;
        let mut kept = (words | words << 1 | u64::from(self.in_word) << start) & these;
        self.in_word = words >> (end - 1) != 0;
        while kept != 0 {
            let first = kept.trailing_zeros() as usize;
            let run = (kept >> first).trailing_ones() as usize;
            let (to, from) = (&mut self.normal[self.len..], &block.lower[first..]);
            if let (Some(to), Some(from)) = (to.first_chunk_mut(), from.first_chunk::<BLOCK>()) {
                *to = *from;
            }
            self.len += run;
            // The sum carries through the run.
            kept &= kept.wrapping_add(1 << first);
        }
    }

    /// Writes the characters from `place` on, of which the first is not ASCII, up to the next two
    /// bytes that are; where they end.
    fn wide(&mut self, text: &str, mut place: usize) -> Option<usize> {
        let forms = Forms::table();
        let mut marked = false;
        while let Some(c) = text[place..].chars().next() {
            let form = forms.of(c);
            match form {
                Form::Gap if self.in_word => self.write(' '),
                Form::Gap => {}
                Form::Kept(letter) => self.write(letter),
                Form::Mark if !marked => self.write(c),
                Form::Mark | Form::Unknown => return self.island(text, place),
            }
            self.in_word = form != Form::Gap;
            marked = form == Form::Mark;
            place += c.len_utf8();
            let next = text.as_bytes().get(place..place + 2);
            if next.is_none_or(<[u8]>::is_ascii) {
                break;
            }
        }
        Some(place)
    }

    #[inline(always)]
    fn write(&mut self, c: char) {
        self.len += c.encode_utf8(&mut self.normal[self.len..]).len();
    }

    /// Writes the island around the character at `place`; where it ends.
    #[cold]
    fn island(&mut self, text: &str, place: usize) -> Option<usize> {
        // What was written of its word has as many bytes as it had in the text.
        let written = self.normal[..self.len].iter().rev();
        let word = written.take_while(|byte| **byte != b' ').count();
        self.len -= word;
        let forms = Forms::table();
        let gap = text[place..].find(|c| forms.of(c) == Form::Gap);
        let end = gap.map_or(text.len(), |gap| place + gap);
        let normal = slow_normalize(&text[place - word..end]);
        if normal
            .split(' ')
            .any(|word| word.starts_with(is_combining_mark))
        {
            return None;
        }
        self.in_word = false;
        if !normal.is_empty() {
            self.make_room(normal.len() + 1 + text.len() - end);
            normal.chars().chain([' ']).for_each(|c| self.write(c));
        }
        Some(end)
    }
}

/// The block of a text that was read last.
struct Blocks<'a> {
    text: &'a str,
    start: usize,
    block: Block,
    is_loaded: bool,
}

impl<'a> Blocks<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            block: Block::of(&[0; BLOCK]),
            is_loaded: false,
        }
    }

    /// Loads the block from `place` on, unless the last one holds it.
    #[inline(always)]
    fn load(&mut self, place: usize) {
        if self.is_loaded && place < self.start + BLOCK {
            return;
        }
        if let Some(bytes) = block_at(self.text.as_bytes(), place) {
            (self.start, self.block, self.is_loaded) = (place, Block::of(&bytes), true);
        }
    }
}

/// Up to 64 bytes of a text.
struct Block {
    /// Letters in lower case and spaces for gaps, with as many bytes again that do not count.
    lower: [u8; 2 * BLOCK],
    /// Which bytes are ASCII letters or digits.
    words: u64,
    /// Which bytes are part of other characters than ASCII.
    wide: u64,
}

impl Block {
    #[inline(always)]
    fn of(chunk: &[u8; BLOCK]) -> Self {
        let (mut words, mut wide) = (0, 0);
        let mut lower = [0; 2 * BLOCK];
        let parts = lower.as_chunks_mut().0.iter_mut().zip(chunk.as_chunks().0);
        for (place, (lower, sixteen)) in (0..).step_by(16).zip(parts) {
            let bytes = u8x16::new(*sixteen);
            // Digits and spaces have the bit already.
            let low = bytes | u8x16::splat(b' ');
            let word = within(low, b'a', b'z') | within(bytes, b'0', b'9');
            *lower = (low & (word | u8x16::splat(b' '))).to_array();
            words |= u64::from(word.to_bitmask()) << place;
            wide |= u64::from(bytes.to_bitmask()) << place;
        }
        Self { lower, words, wide }
    }
}
