//! Which `tokenizer.json` has a fast path: recognised from what the file says, never from a name.
//!
//! Whatever is not known exactly is left to the tokenizers crate, errors included.

use std::collections::HashSet;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use super::letters::{in_utf8, letters};
use super::split::Split;

/// The parts of a `tokenizer.json` that decide about ids.
#[derive(Deserialize)]
struct File {
    version: String,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    normalizer: Option<Value>,
    pre_tokenizer: Value,
    model: Model,
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
struct Model {
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
    vocab: FxHashMap<String, u32>,
    merges: Vec<Merge>,
}

/// Files of before 2021 do not name the model.
fn bpe() -> String {
    "BPE".to_owned()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

/// Stands for the token of a byte that has none: SmolLM drops a few control characters.
pub(crate) const NO_TOKEN: u32 = u32::MAX;

/// Larger ids than these do not fit into the tables; no known vocabulary has them.
const MOST_TOKENS: u32 = 1 << 21;

/// What is needed to encode.
pub(crate) struct Recipe {
    pub(crate) split: Split,
    pub(crate) nfc: bool,
    pub(crate) ignore_merges: bool,
    /// The vocabulary as it is written, in letters of bytes.
    pub(crate) vocabulary: FxHashMap<Box<str>, u32>,
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
    let file: File = serde_json::from_slice(bytes).ok()?;
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
    let distinct: HashSet<u32> = model.vocab.values().copied().collect();
    if distinct.len() != model.vocab.len() || distinct.iter().any(|id| *id >= MOST_TOKENS) {
        return None;
    }
    Some(Recipe {
        split: split(&file.pre_tokenizer)?,
        nfc: normalizer(file.normalizer.as_ref())?,
        ignore_merges: model.ignore_merges.unwrap_or(false),
        bytes: byte_tokens(&model)?,
        merges: merges(&model)?,
        added: added(file.added_tokens, &model.vocab, special_text)?,
        vocabulary: model
            .vocab
            .into_iter()
            .map(|(name, id)| (name.into_boxed_str(), id))
            .collect(),
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
fn byte_tokens(model: &Model) -> Option<[u32; 256]> {
    let drops = model.unk_token.is_none() && model.byte_fallback != Some(true);
    let mut tokens = [NO_TOKEN; 256];
    for ((byte, letter), token) in (0..=u8::MAX).zip(letters()).zip(&mut tokens) {
        match model.vocab.get(letter.encode_utf8(&mut [0; 4])) {
            Some(id) => *token = *id,
            None if drops || !in_utf8(byte) => {}
            None => return None,
        }
    }
    Some(tokens)
}

fn merges(model: &Model) -> Option<Vec<(u32, u32, u32)>> {
    let mut merged = String::new();
    let mut merges = Vec::with_capacity(model.merges.len());
    for merge in &model.merges {
        let (left, right) = match merge {
            Merge::Pair(left, right) => (left.as_str(), right.as_str()),
            Merge::Line(line) if line.starts_with("#version") => continue,
            Merge::Line(line) => line.split_once(' ').filter(|pair| !pair.1.contains(' '))?,
        };
        merged.clear();
        merged.extend([left, right]);
        let id = |name: &str| model.vocab.get(name).copied();
        merges.push((id(left)?, id(right)?, id(&merged)?));
    }
    Some(merges)
}

/// The added tokens with the ids that the tokenizers crate gives them; nothing when the file says
/// otherwise, or when a token that is searched for takes white space or looks at its neighbours.
fn added(
    tokens: Vec<AddedToken>,
    vocab: &FxHashMap<String, u32>,
    special_text: bool,
) -> Option<Vec<Name>> {
    let mut next = vocab.len() as u32;
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(tokens.len());
    for token in tokens {
        let id = vocab.get(&token.content).copied().unwrap_or(next);
        next += u32::from(id == next && !vocab.contains_key(&token.content));
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
