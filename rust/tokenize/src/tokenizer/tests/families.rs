//! The fast path of every family against the tokenizers crate, with small vocabularies.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, TokenizerBuilder, TokenizerImpl};

use crate::tokenizer::*;

const TEXT: &str = "The reader's reading what they'll write, don't you? It's 2024-12-31\n\n\
    \tif (x != 0) { return iPhone_12 / HTTPServer; } // naïve café — 漢字かな 漢字 ДОМ дом\r\n\
    ========== ---------- the the the other others motherboard ...";

/// A byte-level vocabulary of up to 500 tokens, one of them a word that no merges make.
fn trained() -> Value {
    let mut tokenizer: TokenizerImpl<_, tokenizers::NormalizerWrapper, _, ByteLevel, ByteLevel> =
        TokenizerBuilder::new()
            .with_model(BPE::default())
            .with_pre_tokenizer(Some(ByteLevel::new(false, true, true)))
            .build()
            .unwrap();
    let mut trainer = BpeTrainer::builder()
        .vocab_size(500)
        .show_progress(false)
        .special_tokens(vec![AddedToken::from("<|end|>", true)])
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    tokenizer.train(&mut trainer, [TEXT; 5].iter()).unwrap();
    let mut file: Value = serde_json::from_str(&tokenizer.to_string(false).unwrap()).unwrap();
    file["model"]["vocab"]["Ġwhole"] = json!(tokens(&file));
    file
}

/// The count of tokens, which is the next id.
fn tokens(file: &Value) -> usize {
    file["model"]["vocab"].as_object().unwrap().len()
}

fn added(id: usize, content: &str, special: bool, normalized: bool) -> Value {
    json!({
        "id": id, "content": content, "special": special, "normalized": normalized,
        "single_word": false, "lstrip": false, "rstrip": false
    })
}

fn cut_by(expression: &str) -> Value {
    json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated", "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}
    ]})
}

/// A file of each family.
fn files() -> Vec<Value> {
    let words = |digits: &str| {
        [
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|",
            digits,
            r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        ]
        .concat()
    };
    let cases = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    let gpt2 = trained();
    let mut smollm = gpt2.clone();
    smollm["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": true}, gpt2["pre_tokenizer"]
    ]});
    // The token of a control character, which the family lacks.
    let vocab = smollm["model"]["vocab"].as_object_mut().unwrap();
    vocab.shift_remove("Ą").unwrap();
    let mut llama = gpt2.clone();
    llama["pre_tokenizer"] = cut_by(&words(r"\p{N}{1,3}"));
    llama["model"]["ignore_merges"] = json!(true);
    let mut qwen = gpt2.clone();
    qwen["pre_tokenizer"] = cut_by(&words(r"\p{N}"));
    qwen["normalizer"] = json!({"type": "NFC"});
    let next = tokens(&qwen);
    qwen["added_tokens"] = json!([
        added(0, "<|end|>", true, false),
        added(next, "<think>", false, false),
        added(next + 1, "<thinking>", false, false),
        added(next + 2, "caf\u{e9}", false, true)
    ]);
    let mut o200k = gpt2.clone();
    o200k["pre_tokenizer"] = cut_by(cases);
    vec![gpt2, smollm, llama, qwen, o200k]
}

fn opened(file: &Value, special: SpecialTokens) -> Tokenizer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    fs::write(&path, file.to_string()).unwrap();
    let tokenizer = Tokenizer::open_with(&path, special).unwrap();
    tokenizer.slow().unwrap();
    tokenizer
}

static FAMILIES: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| {
    let both = |file| [SpecialTokens::Text, SpecialTokens::Parse].map(|s| opened(&file, s));
    files().into_iter().flat_map(both).collect()
});

/// Compares ids and bytes per token with those of the tokenizers crate.
fn check(tokenizer: &Tokenizer, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(tokenizer.is_fast());
    let expected = tokenizer.slow().unwrap().encode(text, false).unwrap();
    let ends: Vec<usize> = expected.get_offsets().iter().map(|(_, end)| *end).collect();
    if expected.is_empty() && !text.is_empty() {
        let error = tokenizer.encode(text);
        let is_named = matches!(error, Err(TokenizeError::NoToken { .. }));
        prop_assert!(is_named);
        return Ok(());
    }
    let (ids, bytes) = tokenizer.encode_with_bytes(text).unwrap();
    prop_assert_eq!(&ids, expected.get_ids(), "{:?} {:?}", tokenizer, text);
    prop_assert_eq!(bytes, bytes_per_token(&ends, text.len()), "{:?}", text);
    prop_assert_eq!(ids, tokenizer.encode(text).unwrap());
    Ok(())
}

#[test]
fn chosen_texts_have_the_tokens_of_the_tokenizers_crate() {
    for text in [
        TEXT,
        "",
        " whole whole\u{301}",
        "a<|end|>b <|end|>",
        "<think> <thinking> <thinkin <|<think>|> <|end|<think>",
        "cafe\u{301} caf\u{e9} CAFE\u{301} \u{1100}\u{1161}\u{11a8} \u{212b} \u{340}",
        "\u{4}",
        "a\u{4}b \u{4}\u{4} th\u{4}e\u{4} the\u{4}",
        "👩🏽‍💻 漢字漢字 \u{0}\u{0} \u{e000}\u{378}",
    ] {
        for tokenizer in FAMILIES.iter() {
            check(tokenizer, text).unwrap();
        }
    }
}

#[test]
fn long_words_have_the_tokens_of_the_tokenizers_crate() {
    for length in [15, 16, 17, 199, 200, 201, 600] {
        for unit in ["a", "=", "the", "漢字", " ", "\n", "1", "é"] {
            let text = unit.repeat(length / unit.len());
            for tokenizer in FAMILIES.iter().step_by(2) {
                check(tokenizer, &format!("{text}the{text}")).unwrap();
            }
        }
    }
}

#[test]
fn a_word_of_a_megabyte_is_encoded_in_good_time() {
    for tokenizer in FAMILIES.iter().step_by(2) {
        let ids = tokenizer.encode(&"=".repeat(1 << 20)).unwrap();
        let few = tokenizer.encode(&"=".repeat(1 << 10)).unwrap();
        assert_eq!(ids.len(), few.len() << 10);
    }
}

#[test]
fn special_tokens_are_parsed_when_asked() {
    for pair in FAMILIES.chunks(2) {
        let [text, parse] = pair else { panic!() };
        let end = parse.token_id("<|end|>").unwrap();
        assert_eq!(parse.encode("the<|end|>").unwrap().last(), Some(&end));
        assert!(!text.encode("the<|end|>").unwrap().contains(&end));
        assert_eq!(
            parse.vocab_size(),
            slow::vocab_size(parse.slow().unwrap(), &parse.path).unwrap()
        );
    }
}

#[test]
fn threads_that_share_a_tokenizer_get_the_same_tokens() {
    let tokenizer = &FAMILIES[0];
    let expected = tokenizer.encode(TEXT).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let same = || (0..50).all(|_| tokenizer.encode(TEXT).unwrap() == expected);
            scope.spawn(move || assert!(same()));
        }
    });
}

#[test]
fn what_is_not_known_exactly_is_left_to_the_tokenizers_crate() {
    let changed = |change: fn(&mut Value)| {
        let mut file = trained();
        change(&mut file);
        opened(&file, SpecialTokens::Text)
    };
    assert!(changed(|_| {}).is_fast());
    for change in [
        |file: &mut Value| file["normalizer"] = json!({"type": "NFKC"}),
        |file: &mut Value| file["pre_tokenizer"]["add_prefix_space"] = json!(true),
        |file: &mut Value| file["pre_tokenizer"] = cut_by(r"\p{L}+|\s+|[^\s\p{L}]+"),
        |file: &mut Value| file["model"]["vocab"]["<far>"] = json!(u32::MAX - 1),
        |file: &mut Value| file["model"]["end_of_word_suffix"] = json!("</w>"),
        |file: &mut Value| {
            let vocab = file["model"]["vocab"].as_object_mut().unwrap();
            vocab.shift_remove("Ą").unwrap();
            file["model"]["unk_token"] = json!("<|end|>");
        },
        |file: &mut Value| {
            let mut strips = added(tokens(file), "<mask>", false, false);
            strips["lstrip"] = json!(true);
            file["added_tokens"].as_array_mut().unwrap().push(strips);
        },
    ] {
        assert!(!changed(change).is_fast());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn texts_have_the_tokens_of_the_tokenizers_crate(
        text in "(?s)([ a-cthe'sTHE019]{0,9}|.{0,5}|[\\r\\n\\t ]{0,5}|<\\|end\\|>|<think(ing)?>|\
            [e\u{301}\u{e9}\u{323}\u{1100}-\u{1112}\u{1161}-\u{1175}]{0,4}|漢字| whole|[=\\-.]{0,40}){0,9}"
    ) {
        for tokenizer in FAMILIES.iter() {
            check(tokenizer, &text)?;
        }
    }
}
