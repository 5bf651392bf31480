//! The words and labels of a model, and the rows of its input matrix that a text stands for.

use std::collections::HashMap;
use std::io::Read;

use super::error::ModelError;
use super::reader::Reader;
use super::settings::Settings;

/// What fastText reads at the end of a line.
const END_OF_LINE: &[u8] = b"</s>";
/// How labels begin in training data.
const LABEL_PREFIX: &[u8] = b"__label__";
/// Step of the hash of a sequence of words.
const WORD_NGRAM_STEP: u64 = 116_049_371;

/// Words and labels.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// The bytes of all entries, words before labels, one after the other.
    bytes: Vec<u8>,
    /// Where each entry ends in `bytes`.
    ends: Vec<usize>,
    words: usize,
    /// How often each label was seen in training.
    pub(super) label_counts: Vec<i64>,
    /// Places of entries by hash, open addressing; the length is a power of two.
    table: Vec<u32>,
    /// Which rows of hashed features are left after pruning, where the model was pruned.
    kept: Option<HashMap<u32, u32>>,
}

const EMPTY: u32 = u32::MAX;

impl Dictionary {
    pub(super) fn read(reader: &mut Reader<impl Read>) -> Result<Self, ModelError> {
        // An entry takes at least a zero, a count and a kind.
        let written = i64::from(reader.i32()?);
        let size = reader.count("the number of words and labels", written, 10)?;
        let (words, labels) = (reader.i32()?, reader.i32()?);
        let adds_up =
            words >= 0 && labels >= 1 && i64::from(words) + i64::from(labels) == size as i64;
        if !adds_up {
            let found = format!("{words} words and {labels} labels");
            let expected = format!("{size} in all, with a label");
            return Err(ModelError::invalid("the dictionary", found, expected));
        }
        let _tokens_seen = reader.i64()?;
        let pruned = reader.i64()?;
        let mut dictionary = Self {
            bytes: Vec::new(),
            ends: Vec::with_capacity(size),
            words: words as usize,
            label_counts: Vec::with_capacity(labels as usize),
            table: vec![EMPTY; (size * 2).next_power_of_two()],
            kept: None,
        };
        for place in 0..size {
            dictionary.read_entry(reader, place)?;
        }
        if pruned >= 0 {
            dictionary.kept = Some(read_kept(reader, pruned)?);
        }
        Ok(dictionary)
    }

    fn read_entry(
        &mut self,
        reader: &mut Reader<impl Read>,
        place: usize,
    ) -> Result<(), ModelError> {
        reader.text(&mut self.bytes)?;
        let count = reader.i64()?;
        let kind = reader.u8()?;
        let is_label = place >= self.words;
        if kind != u8::from(is_label) {
            let found = format!("{kind} at place {place}");
            return Err(ModelError::invalid(
                "the kind of a word",
                found,
                "0 for words, then 1 for labels",
            ));
        }
        if is_label {
            self.label_counts.push(count);
        }
        self.ends.push(self.bytes.len());
        let slot = self.slot(self.entry(place), hash(self.entry(place)));
        // Of equal entries the last is found, as in fastText.
        self.table[slot] = place as u32;
        Ok(())
    }

    /// The entry at this place.
    fn entry(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start..self.ends[place]]
    }

    /// Where `word` is in the table, or where it would be put.
    fn slot(&self, word: &[u8], hash: u32) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while self.table[slot] != EMPTY && self.entry(self.table[slot] as usize) != word {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// How many rows for hashed features are left after pruning, where the model was pruned.
    pub(super) fn kept(&self) -> Option<usize> {
        self.kept.as_ref().map(HashMap::len)
    }

    /// The labels without their prefix, by their row of the output matrix.
    pub(super) fn labels(&self) -> Vec<String> {
        (self.words..self.ends.len())
            .map(|place| {
                let label = self.entry(place);
                let label = label.strip_prefix(LABEL_PREFIX).unwrap_or(label);
                String::from_utf8_lossy(label).into_owned()
            })
            .collect()
    }

    /// Calls `visit` with each row of the input matrix that `text` stands for, in fastText's
    /// order: per word its row and those of its character n-grams, then those of word n-grams.
    ///
    /// The text is one line: line ends in it are white space. As in fastText, it ends at a word
    /// that is written `</s>`.
    pub(super) fn rows(&self, settings: &Settings, text: &str, mut visit: impl FnMut(usize)) {
        let mut hashes: Vec<i32> = Vec::new();
        let parts = text.as_bytes().split(|byte| is_space(*byte));
        let words = parts.filter(|word| !word.is_empty());
        for word in words.chain(std::iter::once(END_OF_LINE)) {
            let hash = hash(word);
            let place = match self.table[self.slot(word, hash)] {
                EMPTY => None,
                place => Some(place as usize),
            };
            let is_label =
                place.map_or(word.starts_with(LABEL_PREFIX), |place| place >= self.words);
            if !is_label {
                self.word_rows(settings, word, place, &mut visit);
                hashes.push(hash.cast_signed());
            }
            if word == END_OF_LINE {
                break;
            }
        }
        self.word_ngram_rows(settings, &hashes, &mut visit);
    }

    fn word_rows(
        &self,
        settings: &Settings,
        word: &[u8],
        place: Option<usize>,
        visit: &mut impl FnMut(usize),
    ) {
        if let Some(place) = place {
            visit(place);
        }
        if settings.max_characters == 0 || word == END_OF_LINE {
            return;
        }
        let bounded = [b"<", word, b">"].concat();
        let starts_character =
            |place: usize| bounded.get(place).is_none_or(|byte| byte & 0xC0 != 0x80);
        for start in (0..bounded.len()).filter(|place| starts_character(*place)) {
            let mut hash = HASH_START;
            let mut characters = 0;
            for end in start + 1..=bounded.len() {
                hash = hash_step(hash, bounded[end - 1]);
                if !starts_character(end) {
                    continue;
                }
                characters += 1;
                if characters > settings.max_characters {
                    break;
                }
                let is_bound = characters == 1 && (start == 0 || end == bounded.len());
                if characters >= settings.min_characters && !is_bound {
                    self.visit_hashed(u64::from(hash) % settings.buckets, visit);
                }
            }
        }
    }

    fn word_ngram_rows(&self, settings: &Settings, hashes: &[i32], visit: &mut impl FnMut(usize)) {
        if settings.word_ngrams < 2 {
            return;
        }
        for (start, first) in hashes.iter().enumerate() {
            // Signed on purpose: fastText widens the hashes with their sign.
            let mut hash = i64::from(*first).cast_unsigned();
            for next in hashes[start + 1..].iter().take(settings.word_ngrams - 1) {
                let next = i64::from(*next).cast_unsigned();
                hash = hash.wrapping_mul(WORD_NGRAM_STEP).wrapping_add(next);
                self.visit_hashed(hash % settings.buckets, visit);
            }
        }
    }

    /// The row of a hashed feature, unless it was pruned.
    fn visit_hashed(&self, bucket: u64, visit: &mut impl FnMut(usize)) {
        match &self.kept {
            None => visit(self.words + bucket as usize),
            Some(kept) => {
                if let Some(row) = kept.get(&(bucket as u32)) {
                    visit(self.words + *row as usize);
                }
            }
        }
    }
}

fn read_kept(reader: &mut Reader<impl Read>, pruned: i64) -> Result<HashMap<u32, u32>, ModelError> {
    let count = reader.count("the number of features left by pruning", pruned, 8)?;
    let mut kept = HashMap::with_capacity(count);
    for _ in 0..count {
        let (bucket, row) = (reader.i32()?, reader.i32()?);
        let fits = bucket >= 0 && (0..count as i64).contains(&i64::from(row));
        if !fits || kept.insert(bucket as u32, row as u32).is_some() {
            let found = format!("{row} for bucket {bucket}");
            let expected = format!("one of {count} rows, once per bucket");
            return Err(ModelError::invalid(
                "a row left by pruning",
                found,
                expected,
            ));
        }
    }
    Ok(kept)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0x0b | 0x0c | 0)
}

const HASH_START: u32 = 2_166_136_261;

/// FNV-1a on 32 bits, except that bytes are signed.
fn hash(word: &[u8]) -> u32 {
    word.iter()
        .fold(HASH_START, |hash, byte| hash_step(hash, *byte))
}

fn hash_step(hash: u32, byte: u8) -> u32 {
    let widened = i32::from(byte.cast_signed()).cast_unsigned();
    (hash ^ widened).wrapping_mul(16_777_619)
}
