//! Every rule takes any text, and says the same of it each time, on each thread.

#![allow(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::sync::LazyLock;

use assay_filter::{Chain, Document, Judgement, registry};
use assay_schema::FilterSpec;
use proptest::prelude::*;

/// Every rule, with settings that let it look at a text as closely as it can.
fn specs() -> Vec<FilterSpec> {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fasttext/softmax.bin");
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/url-list.txt");
    let keep = "words / lines > 1 or paragraphs * symbol_ratio < white_space_ratio";
    let spec = |rule: &&'static str| {
        let settings = match *rule {
            "length" => serde_json::json!({"min_words": 1, "max_characters": 500, "min_lines": 1}),
            "lines" => serde_json::json!({
                "min_words": 1, "max_digits": 0.5, "phrases": ["a"], "repeated": true,
                "max_removed_words": 0.5, "min_lines_left": 1
            }),
            "ratios" => serde_json::json!({"max_digits": 0.5, "max_capitals": 0.5}),
            "url-list" => serde_json::json!({"domains": list}),
            "language" => serde_json::json!({"model": model, "languages": ["en"]}),
            "classifier" => serde_json::json!({"model": model, "labels": ["en"], "max_score": 0.5}),
            "expression" => serde_json::json!({"keep": keep}),
            _ => serde_json::json!({}),
        };
        let mut table = settings.as_object().unwrap().clone();
        table.insert("rule".to_owned(), (*rule).into());
        serde_json::from_value(table.into()).unwrap()
    };
    registry().iter().map(spec).collect()
}

/// What each rule alone says of a text: whether it stays, as what, or why not.
fn decisions(text: &str) -> Vec<String> {
    let decision = |chain: &Chain| match chain.judge(&Document::of_text(text)) {
        Judgement::Keep(text) => format!("keep {text}"),
        Judgement::Drop { reason, detail, .. } => format!("{reason} {detail}"),
    };
    CHAINS.iter().map(decision).collect()
}

static CHAINS: LazyLock<Vec<Chain>> = LazyLock::new(|| {
    let specs = specs();
    specs
        .iter()
        .map(|spec| Chain::new(std::slice::from_ref(spec)).unwrap())
        .collect()
});

#[test]
fn texts_that_break_programs() {
    let rounds = 2_000;
    for text in [
        "",
        "\0",
        "\u{feff}",
        "\r",
        "\n",
        "\u{2028}\u{85}",
        "e\u{301}\u{301}",
        "\u{202e}abc",
        "🏳️‍🌈",
        "ﷺ",
        "İıſK",
        "\u{10ffff}",
        "</s>",
        "__label__en",
    ] {
        for repeated in [
            text.to_owned(),
            text.repeat(rounds),
            format!("{text} \n").repeat(rounds / 10),
        ] {
            assert_eq!(decisions(&repeated), decisions(&repeated));
        }
    }
}

#[test]
fn threads_agree() {
    let texts: Vec<_> = (0..40)
        .map(|n| format!("Mail a{n}@b.org, the 8.8.8.{n}. ").repeat(n))
        .collect();
    let all = || texts.iter().map(|text| decisions(text)).collect::<Vec<_>>();
    let alone = all();
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(all)).collect();
        for other in others {
            assert!(other.join().unwrap() == alone);
        }
    });
}

proptest! {
    #[test]
    fn any_text(texts in prop::collection::vec("\\PC{0,40}|[\\x00-\\x7f]{0,60}|([a-z]{1,5}[ .\n@]){0,40}", 1..4)) {
            for text in &texts {
            prop_assert_eq!(decisions(text), decisions(text));
            for chain in &*CHAINS {
                let _ = chain.features(&Document::of_text(text));
            }
        }
    }
}
