//! Tests of the public face.

mod families;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, TokenizerBuilder, TokenizerImpl};

use crate::tokenizer::*;

const TEXT: &str = "the reader reads what the writer writes, and the rest is read later";

/// A byte-level tokenizer trained on a sentence, with a separator, cutting and padding.
fn trained() -> Value {
    let byte_level = || ByteLevel::new(false, true, true);
    let mut tokenizer: TokenizerImpl<_, tokenizers::NormalizerWrapper, _, _, _> =
        TokenizerBuilder::new()
            .with_model(BPE::default())
            .with_pre_tokenizer(Some(byte_level()))
            .with_post_processor(Some(byte_level()))
            .with_decoder(Some(byte_level()))
            .build()
            .unwrap();
    let mut trainer = BpeTrainer::builder()
        .vocab_size(290)
        .show_progress(false)
        .special_tokens(vec![AddedToken::from("<|endoftext|>", true)])
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    tokenizer.train(&mut trainer, [TEXT; 9].iter()).unwrap();
    let mut file: Value = serde_json::from_str(&tokenizer.to_string(false).unwrap()).unwrap();
    file["truncation"] = json!({
        "direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0
    });
    file["padding"] = json!({
        "strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null,
        "pad_id": 0, "pad_type_id": 0, "pad_token": "<|endoftext|>"
    });
    file
}

fn open(file: &Value) -> Result<Tokenizer, TokenizeError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    fs::write(&path, file.to_string()).unwrap();
    let tokenizer = Tokenizer::open(&path)?;
    tokenizer.slow()?;
    Ok(tokenizer)
}

fn decode(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    tokenizer.slow().unwrap().decode(ids, false).unwrap()
}

#[test]
fn texts_come_back_and_are_neither_cut_nor_padded() {
    let tokenizer = open(&trained()).unwrap();
    let ids = tokenizer.encode(TEXT).unwrap();
    assert!(ids.len() > 9 && ids.len() < TEXT.len() / 2, "{}", ids.len());
    assert_eq!(decode(&tokenizer, &ids), TEXT);
    assert!(tokenizer.encode("").unwrap().is_empty());
    assert_eq!(tokenizer.encode("r").unwrap().len(), 1);
}

#[test]
fn special_tokens_in_a_text_are_text() {
    let tokenizer = open(&trained()).unwrap();
    let separator = tokenizer.token_id("<|endoftext|>").unwrap();
    let text = "a<|endoftext|>b <|endoftext|>";
    let ids = tokenizer.encode(text).unwrap();
    assert!(!ids.contains(&separator));
    assert_eq!(decode(&tokenizer, &ids), text);
}

#[test]
fn the_vocabulary_reaches_the_largest_token() {
    let mut file = trained();
    let trained_size = file["model"]["vocab"].as_object().unwrap().len() as u64;
    assert_eq!(open(&file).unwrap().vocab_size(), trained_size);
    file["model"]["vocab"]["<unused>"] = json!(400);
    let tokenizer = open(&file).unwrap();
    assert_eq!(tokenizer.vocab_size(), 401);
    assert_eq!(tokenizer.token_id("<unused>"), Some(400));
    assert_eq!(tokenizer.token_id("<mask>"), None);
}

#[test]
fn bytes_follow_the_tokens() {
    let tokenizer = open(&trained()).unwrap();
    let (ids, bytes) = tokenizer.encode_with_bytes("the é the").unwrap();
    let names: Vec<_> = ids
        .iter()
        .map(|id| tokenizer.slow().unwrap().id_to_token(*id).unwrap())
        .collect();
    assert_eq!(names, ["the", "Ġ", "Ã", "©", "Ġthe"]);
    assert_eq!(bytes, [3, 1, 1, 1, 4]);
}

#[test]
fn bytes_follow_a_text_that_the_tokenizer_rewrites() {
    let mut file = trained();
    file["normalizer"] = json!({"type": "NFC"});
    file["pre_tokenizer"]["add_prefix_space"] = json!(true);
    let tokenizer = open(&file).unwrap();
    let (ids, bytes) = tokenizer.encode_with_bytes("e\u{301} the").unwrap();
    assert_eq!(ids.len(), bytes.len());
    assert_eq!(bytes.iter().sum::<u32>(), 7);
    assert_ne!(decode(&tokenizer, &ids), "e\u{301} the");
}

#[test]
fn unusable_files_are_named() {
    let missing = Tokenizer::open(Path::new("no/such.json")).unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with("no/such.json: no such file"),
        "{missing}"
    );
    let format = open(&json!({"version": "1.0"})).unwrap_err();
    assert!(matches!(format, TokenizeError::Format { .. }), "{format}");
    let mut random = trained();
    random["model"]["dropout"] = json!(0.1);
    let random = open(&random).unwrap_err();
    assert!(
        random.to_string().contains("model.dropout is 0.1"),
        "{random}"
    );
}

#[test]
fn a_text_that_vanishes_is_an_error() {
    let mut file = trained();
    file["normalizer"] = json!({"type": "Strip", "strip_left": true, "strip_right": true});
    let error = open(&file).unwrap().encode("  ").unwrap_err();
    assert!(matches!(error, TokenizeError::NoToken { .. }), "{error}");
}

#[test]
fn the_digest_is_of_the_file() {
    let file = trained();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    fs::write(&path, file.to_string()).unwrap();
    assert_eq!(
        Tokenizer::open(&path).unwrap().sha256(),
        sha256_file(&path).unwrap()
    );
}

#[test]
fn bytes_sum_to_the_text() {
    let tokenizer = open(&trained()).unwrap();
    proptest!(|(text in "\\PC{0,40}|[ the\\n]{0,40}|.{0,40}")| {
        let (ids, bytes) = tokenizer.encode_with_bytes(&text).unwrap();
        prop_assert_eq!(ids.len(), bytes.len());
        prop_assert_eq!(bytes.iter().sum::<u32>() as usize, text.len());
        prop_assert_eq!(&ids, &tokenizer.encode(&text).unwrap());
        prop_assert_eq!(decode(&tokenizer, &ids), text);
    });
}
