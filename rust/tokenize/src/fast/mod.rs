//! The fast path: byte-level BPE of the families whose way to cut a text is known.
//!
//! A text is cut at added tokens ([`added`]) and then into pre-tokens ([`split`]). The tokens of
//! each are looked up among those seen before ([`cache`]) or merged from its bytes ([`merge`]).
//! The tokenizers crate is the slow twin of all of it.

mod added;
mod byte_alphabet;
mod cache;
mod classes;
mod file;
mod long_pieces;
mod merge;
mod pairs;
mod split;
mod table;
mod text;
mod vocabulary;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use unicode_normalization_alignments::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use added::{Added, Part};
use byte_alphabet::letters;
use cache::{Cache, Key, append};
use file::{NO_TOKEN, Recipe};
use merge::merge;
use pairs::{NEVER, Pairs};
use split::Split;
use vocabulary::Vocabulary;

/// A tokenizer with a fast path.
pub(crate) struct Fast {
    split: Split,
    nfc: bool,
    ignore_merges: bool,
    vocabulary: Vocabulary,
    bytes: [u32; 256],
    letters: [char; 256],
    pairs: Pairs,
    /// The ranks of pairs of bytes, which are in [`Fast::pairs`] too.
    byte_ranks: Vec<u32>,
    /// Added tokens in the text as it is, and in the normalised one.
    added: Option<Added>,
    added_normalized: Option<Added>,
    added_ids: FxHashMap<String, u32>,
    /// How many bytes of a text each token stands for, by id.
    lengths: Vec<u32>,
    /// What threads that encode at the same time use, one each.
    memories: Mutex<Vec<Memory>>,
}

/// How many pre-tokens are cut before their tokens are looked up: time enough for the memory to
/// bring what was asked for.
const BATCH: usize = 32;

/// The bytes of the longest text: a word of it is merged in places of 32 bits, and its normal form
/// may be three times as long.
const LONGEST_TEXT: usize = 1 << 30;

/// The room that a longer word takes while it is merged is given back.
const LARGE_WORD: usize = 1 << 20;

/// A pre-token of a text.
#[derive(Clone, Copy, Default)]
struct Piece {
    start: usize,
    end: usize,
    key: Key,
}

/// What one thread remembers and uses again.
struct Memory {
    cache: Cache,
    /// The tokens of a word while it is merged.
    ids: Vec<u32>,
    name: String,
}

impl Fast {
    /// Reads a `tokenizer.json`; nothing when it has no fast path.
    pub(crate) fn open(file: &[u8], special_text: bool) -> Option<Self> {
        Self::new(file::recognise(file, special_text)?)
    }

    fn new(recipe: Recipe) -> Option<Self> {
        let normal = |name: &str| match recipe.nfc {
            true => normalized(name).into_owned(),
            false => name.to_owned(),
        };
        let names = |after: bool| -> Vec<(String, Option<u32>)> {
            let added = recipe.added.iter().filter(|name| name.normalized == after);
            added
                .map(|name| match after {
                    true => (normal(&name.content), (!name.is_text).then_some(name.id)),
                    false => (name.content.clone(), (!name.is_text).then_some(name.id)),
                })
                .collect()
        };
        let pairs = Pairs::new(&recipe.merges)?;
        let added = Added::new(&names(false))?;
        let added_normalized = Added::new(&names(true))?;
        Some(Self {
            split: recipe.split,
            nfc: recipe.nfc,
            ignore_merges: recipe.ignore_merges,
            lengths: lengths(&recipe),
            bytes: recipe.bytes,
            letters: letters(),
            byte_ranks: byte_ranks(&recipe.bytes, &pairs),
            pairs,
            vocabulary: recipe.vocabulary,
            added,
            added_normalized,
            added_ids: recipe
                .added
                .into_iter()
                .map(|name| (name.content, name.id))
                .collect(),
            memories: Mutex::default(),
        })
    }

    /// The token with this name.
    pub(crate) fn token_id(&self, name: &str) -> Option<u32> {
        let added = self.added_ids.get(name).copied();
        added.or_else(|| self.vocabulary.id(name))
    }

    /// One more than the largest token; 0 when there is none.
    pub(crate) fn vocab_size(&self) -> u64 {
        self.lengths.len() as u64
    }

    /// Whether a text is not too long for the fast path.
    pub(crate) fn takes(&self, text: &str) -> bool {
        text.len() <= LONGEST_TEXT
    }

    /// Appends the tokens of a text to `out`.
    pub(crate) fn encode(&self, text: &str, out: &mut Vec<u32>) {
        let mut memory = self.borrow_memory();
        out.reserve(text.len() / 4);
        parts(self.added.as_ref(), text, |part| match part {
            Part::Token(id) => out.push(id),
            Part::Text(text) => {
                let text = match self.nfc {
                    true => normalized(text),
                    false => Cow::Borrowed(text),
                };
                parts(self.added_normalized.as_ref(), &text, |part| match part {
                    Part::Token(id) => out.push(id),
                    Part::Text(text) => self.encode_part(text, &mut memory, out),
                });
            }
        });
        self.lock().push(memory);
    }

    /// The byte of the text at which each of its tokens ends, that of the character's end when a
    /// token ends inside one. Nothing when the text was rewritten before it was encoded.
    pub(crate) fn ends(&self, text: &str, ids: &[u32]) -> Option<Vec<usize>> {
        let mut reached = 0;
        let mut ends = Vec::with_capacity(ids.len());
        for id in ids {
            reached += self.lengths.get(*id as usize).copied()? as usize;
            ends.push(
                (reached..text.len())
                    .find(|end| text.is_char_boundary(*end))
                    .unwrap_or(text.len()),
            );
        }
        let is_as_written = !self.nfc || matches!(normalized(text), Cow::Borrowed(_));
        (reached == text.len() && is_as_written).then_some(ends)
    }

    /// Encodes text without added tokens: cuts a batch of pre-tokens and asks the memory for what
    /// is known of each, and then takes them one by one.
    fn encode_part(&self, text: &str, memory: &mut Memory, out: &mut Vec<u32>) {
        let bytes = text.as_bytes();
        let mut batch = [Piece::default(); BATCH];
        let mut pieces = 0;
        self.split.each(text, |start, end| {
            let key = Key::new(bytes, start, end);
            memory.cache.prefetch(key);
            batch[pieces] = Piece { start, end, key };
            pieces += 1;
            if pieces == BATCH {
                self.encode_batch(bytes, &batch, memory, out);
                pieces = 0;
            }
        });
        self.encode_batch(bytes, &batch[..pieces], memory, out);
    }

    #[inline(never)]
    fn encode_batch(&self, text: &[u8], batch: &[Piece], memory: &mut Memory, out: &mut Vec<u32>) {
        for piece in batch {
            if let Some(ids) = memory.cache.first(piece.key) {
                append(out, ids);
                continue;
            }
            let word = &text[piece.start..piece.end];
            if !memory.cache.find(piece.key, word, out) {
                self.encode_new(piece.key, word, memory, out);
            }
        }
    }

    /// Encodes a pre-token that the cache does not hold.
    #[inline(never)]
    fn encode_new(&self, key: Key, word: &[u8], memory: &mut Memory, out: &mut Vec<u32>) {
        let ids = &mut memory.ids;
        ids.clear();
        match self.whole(word, &mut memory.name) {
            Some(id) => ids.push(id),
            None => self.merge(word, ids),
        }
        out.extend_from_slice(ids);
        memory.cache.insert(key, word, ids);
        if ids.capacity() > LARGE_WORD {
            *ids = Vec::new();
        }
    }

    /// Merges the tokens of the bytes of a pre-token.
    fn merge(&self, bytes: &[u8], ids: &mut Vec<u32>) {
        let tokens = bytes.iter().map(|byte| self.bytes[usize::from(*byte)]);
        ids.extend(tokens.filter(|token| *token != NO_TOKEN));
        if ids.len() == bytes.len() {
            let place = |pair: &[u8]| usize::from(pair[0]) << 8 | usize::from(pair[1]);
            let ranks = bytes.windows(2).map(|pair| self.byte_ranks[place(pair)]);
            merge(ids, ranks, &self.pairs);
        } else {
            let pairs = ids.windows(2);
            let ranks: Vec<u32> = pairs
                .map(|pair| self.pairs.rank(pair[0], pair[1]))
                .collect();
            merge(ids, ranks.into_iter(), &self.pairs);
        }
    }

    /// The token that a pre-token is as a whole, where the file says that merges do not count then.
    fn whole(&self, word: &[u8], name: &mut String) -> Option<u32> {
        if !self.ignore_merges {
            return None;
        }
        name.clear();
        name.extend(word.iter().map(|byte| self.letters[usize::from(*byte)]));
        self.vocabulary.id(name)
    }

    fn borrow_memory(&self) -> Memory {
        let memory = self.lock().pop();
        memory.unwrap_or_else(|| Memory {
            cache: Cache::new(),
            ids: Vec::new(),
            name: String::new(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Memory>> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Fast {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fast = formatter.debug_struct("Fast");
        fast.field("split", &self.split).finish_non_exhaustive()
    }
}

fn parts<'a>(added: Option<&Added>, text: &'a str, mut each: impl FnMut(Part<'a>)) {
    match added {
        Some(added) => added.parts(text, each),
        None => each(Part::Text(text)),
    }
}

/// A text in normal form C, of the Unicode version that the tokenizers crate knows.
fn normalized(text: &str) -> Cow<'_, str> {
    // Characters below U+0300 are in normal form whatever stands beside them.
    let is_low = text
        .as_bytes()
        .iter()
        .fold(true, |low, byte| low & (*byte < 0xCC));
    if is_low || matches!(is_nfc_quick(text.chars()), IsNormalized::Yes) {
        return Cow::Borrowed(text);
    }
    let normal: String = text.nfc().map(|(character, _)| character).collect();
    match normal == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(normal),
    }
}

/// The rank of each pair of bytes.
fn byte_ranks(bytes: &[u32; 256], pairs: &Pairs) -> Vec<u32> {
    let rank = |left, right| match left == NO_TOKEN || right == NO_TOKEN {
        true => NEVER,
        false => pairs.rank(left, right),
    };
    let ranks = bytes
        .iter()
        .map(|left| bytes.map(|right| rank(*left, right)));
    ranks.flatten().collect()
}

/// How many bytes of a text each token stands for. Only a token that no text becomes can have a
/// letter that is not one of a byte; its length does not matter.
fn lengths(recipe: &Recipe) -> Vec<u32> {
    let ids = recipe.vocabulary.tokens().map(|(id, _)| id);
    let ids = ids.chain(recipe.added.iter().map(|name| name.id));
    let mut lengths = vec![0; ids.max().map_or(0, |largest| largest as usize + 1)];
    for (id, name) in recipe.vocabulary.tokens() {
        lengths[id as usize] = name.chars().count() as u32;
    }
    for name in recipe.added.iter().filter(|name| !name.is_text) {
        lengths[name.id as usize] = name.content.len() as u32;
    }
    lengths
}
