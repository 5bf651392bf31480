//! Which `tokenizer.json` has a fast path: recognised from what the file says, never from a name.
//!
//! Whatever is not known exactly is left to the tokenizers crate, errors included.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::byte_alphabet::{in_utf8, letters};
use super::split::Split;
use super::vocabulary::Vocabulary;

/// The parts of a `tokenizer.json` that decide about ids.
#[derive(Deserialize)]
struct File<'a> {
    version: String,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    normalizer: Option<Value>,
    pre_tokenizer: Value,
    #[serde(borrow)]
    model: Model<'a>,
}

#[derive(Deserialize)]
struct AddedToken {
    id: u32,
    content: String,
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
    normalized: bool,
    special: bool,
}

#[derive(Deserialize)]
struct Model<'a> {
    #[serde(rename = "type", default = "bpe")]
    kind: String,
    #[serde(default)]
    dropout: Option<f32>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    ignore_merges: Option<bool>,
    #[serde(default)]
    unk_token: Option<String>,
    #[serde(default)]
    byte_fallback: Option<bool>,
    #[serde(borrow)]
    vocab: Vocab<'a>,
    #[serde(borrow)]
    merges: Vec<Merge<'a>>,
}

/// Files of before 2021 do not name the model.
fn bpe() -> String {
    "BPE".to_owned()
}

/// A string of the file, copied only where it has escapes.
#[derive(Deserialize)]
struct Written<'a>(#[serde(borrow)] Cow<'a, str>);

/// The tokens and their ids, in the order of the file.
struct Vocab<'a>(Vec<(Written<'a>, u32)>);

impl<'de: 'a, 'a> Deserialize<'de> for Vocab<'a> {
    fn deserialize<D: Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
        struct Tokens;
        impl<'de> Visitor<'de> for Tokens {
            type Value = Vocab<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("tokens and their ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocab<'de>, A::Error> {
                let mut tokens = Vec::new();
                while let Some(token) = map.next_entry()? {
                    tokens.push(token);
                }
                Ok(Vocab(tokens))
            }
        }
        file.deserialize_map(Tokens)
    }
}

/// The names of two tokens that are merged; older files write them in one line.
enum Merge<'a> {
    Pair(Written<'a>, Written<'a>),
    Line(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Merge<'a> {
    fn deserialize<D: Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
        struct PairOrLine;
        impl<'de> Visitor<'de> for PairOrLine {
            type Value = Merge<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("two tokens")
            }

            fn visit_borrowed_str<E: Error>(self, line: &'de str) -> Result<Merge<'de>, E> {
                Ok(Merge::Line(line.into()))
            }

            fn visit_str<E: Error>(self, line: &str) -> Result<Merge<'de>, E> {
                Ok(Merge::Line(line.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<Merge<'de>, A::Error> {
                match (pair.next_element()?, pair.next_element()?) {
                    (Some(left), Some(right)) => Ok(Merge::Pair(left, right)),
                    _ => Err(A::Error::invalid_length(1, &self)),
                }
            }
        }
        file.deserialize_any(PairOrLine)
    }
}

/// Stands for the token of a byte that has none: SmolLM drops a few control characters.
pub(crate) const NO_TOKEN: u32 = u32::MAX;

/// What is needed to encode.
pub(crate) struct Recipe {
    pub(crate) split: Split,
    pub(crate) nfc: bool,
    pub(crate) ignore_merges: bool,
    pub(crate) vocabulary: Vocabulary,
    /// The token of each byte, or [`NO_TOKEN`].
    pub(crate) bytes: [u32; 256],
    /// Left, right and merged token, by rank.
    pub(crate) merges: Vec<(u32, u32, u32)>,
    pub(crate) added: Vec<Name>,
}

/// An added token.
pub(crate) struct Name {
    pub(crate) content: String,
    pub(crate) id: u32,
    /// Stays text.
    pub(crate) is_text: bool,
    /// Searched for after normalisation.
    pub(crate) normalized: bool,
}

/// Reads a file. Nothing when it has no fast path; `special_text` says whether special tokens in
/// a text are text.
pub(crate) fn recognise(bytes: &[u8], special_text: bool) -> Option<Recipe> {
    let file: File = serde_json::from_str(str::from_utf8(bytes).ok()?).ok()?;
    let model = file.model;
    let is_empty = |affix: &Option<String>| affix.as_deref().is_none_or(str::is_empty);
    let is_plain = file.version == "1.0"
        && model.kind == "BPE"
        && model.dropout.is_none_or(|dropout| dropout == 0.0)
        && is_empty(&model.continuing_subword_prefix)
        && is_empty(&model.end_of_word_suffix);
    if !is_plain {
        return None;
    }
    let tokens = model.vocab.0.iter();
    let vocabulary = Vocabulary::new(tokens.map(|(name, id)| (name.0.as_ref(), *id)))?;
    Some(Recipe {
        split: split(&file.pre_tokenizer)?,
        nfc: normalizer(file.normalizer.as_ref())?,
        ignore_merges: model.ignore_merges.unwrap_or(false),
        bytes: byte_tokens(&model, &vocabulary)?,
        merges: merges(&model.merges, &vocabulary)?,
        added: added(file.added_tokens, &vocabulary, special_text)?,
        vocabulary,
    })
}

/// Whether texts are brought into normal form C; nothing for another normaliser.
fn normalizer(normalizer: Option<&Value>) -> Option<bool> {
    match normalizer {
        None => Some(false),
        Some(normalizer) if normalizer["type"] == "NFC" => Some(true),
        Some(_) => None,
    }
}

fn split(cut: &Value) -> Option<Split> {
    if is_byte_level(cut, true) {
        return Some(Split::Gpt2);
    }
    let [first, second] = cut["pretokenizers"].as_array()?.as_slice() else {
        return None;
    };
    if cut["type"] != "Sequence" {
        return None;
    }
    if first["type"] == "Digits" && first["individual_digits"] == true {
        return is_byte_level(second, true).then_some(Split::Gpt2Digits);
    }
    let keeps_matches = (first["behavior"] == "Isolated" && first["invert"] == false)
        || (first["behavior"] == "Removed" && first["invert"] == true);
    if first["type"] != "Split" || !keeps_matches || !is_byte_level(second, false) {
        return None;
    }
    Split::by_expression(first["pattern"]["Regex"].as_str()?)
}

fn is_byte_level(cut: &Value, use_regex: bool) -> bool {
    let uses_regex = cut["use_regex"].as_bool().unwrap_or(true);
    cut["type"] == "ByteLevel" && cut["add_prefix_space"] == false && uses_regex == use_regex
}

/// The tokens of the bytes. Bytes without one are dropped from a text, unless the file says what
/// to put in their place, which no file of a known family does.
fn byte_tokens(model: &Model, vocabulary: &Vocabulary) -> Option<[u32; 256]> {
    let drops = model.unk_token.is_none() && model.byte_fallback != Some(true);
    let mut tokens = [NO_TOKEN; 256];
    for ((byte, letter), token) in (0..=u8::MAX).zip(letters()).zip(&mut tokens) {
        match vocabulary.id(letter.encode_utf8(&mut [0; 4])) {
            Some(id) => *token = id,
            None if drops || !in_utf8(byte) => {}
            None => return None,
        }
    }
    Some(tokens)
}

fn merges(written: &[Merge], vocabulary: &Vocabulary) -> Option<Vec<(u32, u32, u32)>> {
    let mut merges = Vec::with_capacity(written.len());
    let mut merged = 0;
    for merge in written {
        let (left, right) = match merge {
            Merge::Pair(left, right) => (left.0.as_ref(), right.0.as_ref()),
            Merge::Line(line) if line.starts_with("#version") => continue,
            Merge::Line(line) => line.split_once(' ').filter(|pair| !pair.1.contains(' '))?,
        };
        merged = vocabulary.joined(left, right, merged)?;
        merges.push((vocabulary.id(left)?, vocabulary.id(right)?, merged));
    }
    Some(merges)
}

/// The added tokens with the ids that the tokenizers crate gives them; nothing when the file says
/// otherwise, or when a token that is searched for takes white space or looks at its neighbours.
fn added(
    tokens: Vec<AddedToken>,
    vocabulary: &Vocabulary,
    special_text: bool,
) -> Option<Vec<Name>> {
    let mut next = vocabulary.len() as u32;
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(tokens.len());
    for token in tokens {
        let known = vocabulary.id(&token.content);
        let id = known.unwrap_or(next);
        next += u32::from(known.is_none());
        let is_text = token.special && special_text;
        let is_plain = !token.single_word && !token.lstrip && !token.rstrip;
        let is_new = seen.insert(token.content.clone()) && !token.content.is_empty();
        if id != token.id || !is_new || !(is_plain || is_text) {
            return None;
        }
        names.push(Name {
            content: token.content,
            id,
            is_text,
            normalized: token.normalized,
        });
    }
    Some(names)
}
