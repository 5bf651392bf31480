//! Decisions on made-up texts: under the preset those of datatrove itself, by default frozen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

use std::fmt::Write;

use assay_filter::{Chain, Document, Judgement};
use assay_schema::{DclmAddresses, FilterSpec, Preset};
use serde::Deserialize;

/// A text, and what datatrove 0.10.1 says of it: made by `goldens/generate.py`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Golden {
    text: String,
    gopher_quality: Option<String>,
    gopher_repetition: Option<String>,
    c4: Option<String>,
    c4_text: Option<String>,
    fineweb: Option<String>,
}

/// datatrove's reasons and ours, but those of n-grams.
const REASONS: [(&str, &str); 23] = [
    ("gopher_short_doc", "too-few-words"),
    ("gopher_long_doc", "too-many-words"),
    ("gopher_below_avg_threshold", "short-words"),
    ("gopher_above_avg_threshold", "long-words"),
    ("gopher_too_many_hashes", "many-hashes"),
    ("gopher_too_many_ellipsis", "many-ellipses"),
    ("gopher_too_many_bullets", "bullet-lines"),
    ("gopher_too_many_end_ellipsis", "ellipsis-lines"),
    ("gopher_below_alpha_threshold", "few-alphabetic-words"),
    ("gopher_enough_stop_words", "few-stop-words"),
    ("empty", "empty"),
    ("dup_para_frac", "duplicate-paragraphs"),
    ("dup_para_char_frac", "duplicate-paragraph-characters"),
    ("dup_line_frac", "duplicate-lines"),
    ("dup_line_char_frac", "duplicate-line-characters"),
    ("lorem_ipsum", "lorem-ipsum"),
    ("curly_bracket", "curly-bracket"),
    ("too_few_sentences", "too-few-sentences"),
    ("line_punct_ratio", "few-punctuated-lines"),
    ("short_line_ratio", "short-lines"),
    ("char_dup_ratio", "duplicate-line-characters"),
    ("list_ratio", "many-newlines"),
    ("", ""),
];

/// The reason here for a reason of datatrove.
fn ours(reason: &str) -> String {
    let top = reason
        .strip_prefix("top_")
        .and_then(|n| n.strip_suffix("_gram"));
    let duplicate = reason
        .strip_prefix("duplicated_")
        .and_then(|n| n.strip_suffix("_n_grams"));
    match (top, duplicate) {
        (Some(n), _) => format!("top-{n}-gram"),
        (_, Some(n)) => format!("duplicate-{n}-gram"),
        _ => {
            let found = REASONS.iter().find(|(theirs, _)| *theirs == reason);
            found.expect(reason).1.to_owned()
        }
    }
}

/// A made-up text, and what the expressions of DCLM's `url_removal_modifier` leave of it, by default
/// and when every text is taken to begin with a top-level domain.
#[derive(Deserialize)]
struct Addresses {
    text: String,
    cleaned: String,
    every_text: String,
}

fn goldens() -> Vec<Golden> {
    read(include_str!("goldens/datatrove.jsonl"))
}

fn read<T: serde::de::DeserializeOwned>(lines: &str) -> Vec<T> {
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn addresses_go_as_dclm_takes_them_out() {
    let goldens: Vec<Addresses> = read(include_str!("goldens/dclm-addresses.jsonl"));
    let chain = |every_text| {
        let settings = DclmAddresses { every_text };
        Chain::new(&[FilterSpec::DclmAddresses(settings)]).unwrap()
    };
    let (some, every) = (chain(false), chain(true));
    for golden in goldens {
        for (chain, expected) in [(&some, golden.cleaned), (&every, golden.every_text)] {
            let left = match chain.judge(&Document::of_text(&golden.text)) {
                Judgement::Keep(kept) => kept.into_owned(),
                Judgement::Drop { .. } => String::new(),
            };
            assert_eq!(left, expected, "{:?}", golden.text);
        }
    }
}

#[test]
fn the_preset_decides_as_datatrove_does() {
    let specs = Preset::Datatrove010.filters();
    let chains: Vec<_> = specs
        .iter()
        .map(|spec| Chain::new(std::slice::from_ref(spec)).unwrap())
        .collect();
    for golden in goldens() {
        let text = golden.text.as_str();
        let expected = [
            golden.gopher_quality,
            golden.gopher_repetition,
            golden.c4,
            golden.fineweb,
        ];
        for ((chain, spec), expected) in chains.iter().zip(&specs).zip(expected) {
            let expected = expected.map(|reason| ours(&reason));
            match chain.judge(&Document::of_text(text)) {
                Judgement::Drop { reason, detail, .. } => {
                    assert_eq!(Some(reason), expected.as_deref(), "{detail} in {text:?}");
                }
                Judgement::Keep(kept) => {
                    assert_eq!(None, expected, "{} of {text:?}", spec.rule());
                    let is_c4 = matches!(spec, FilterSpec::C4(_));
                    let changed = golden.c4_text.as_deref().filter(|_| is_c4);
                    assert_eq!(kept, changed.unwrap_or(text));
                }
            }
        }
    }
}

#[test]
fn default_decisions_never_change() {
    let specs = Preset::Default.filters();
    let chains: Vec<_> = specs
        .iter()
        .map(|spec| Chain::new(std::slice::from_ref(spec)).unwrap())
        .collect();
    let mut decisions = String::new();
    for (number, golden) in goldens().iter().enumerate() {
        let judged =
            chains.iter().map(
                |chain| match chain.judge(&Document::of_text(&golden.text)) {
                    Judgement::Keep(kept) => format!("{} kept", kept.len()),
                    Judgement::Drop { reason, detail, .. } => match reason {
                        "lorem-ipsum" | "curly-bracket" => reason.to_owned(),
                        _ => format!("{reason} {detail}"),
                    },
                },
            );
        let judged: Vec<_> = judged.collect();
        writeln!(decisions, "{number}: {}", judged.join(" | ")).unwrap();
    }
    insta::assert_snapshot!(decisions);
}

#[test]
fn every_number_has_its_name() {
    let chain = Chain::new(&Preset::Default.filters()).unwrap();
    let goldens = goldens();
    let names = |text: &str| -> Vec<_> {
        let features = chain.features(&Document::of_text(text));
        features.into_iter().map(|(name, _)| name).collect()
    };
    let all = names(&goldens[9].text);
    assert_eq!(all.len(), 8 + 13 + 1 + 4);
    assert!(goldens.iter().all(|golden| names(&golden.text) == all));
}

#[test]
fn threads_and_order_do_not_matter() {
    let chain = Chain::new(&Preset::Datatrove010.filters()).unwrap();
    let goldens = goldens();
    let judge = |golden: &Golden| format!("{:?}", chain.judge(&Document::of_text(&golden.text)));
    let forwards: Vec<_> = goldens.iter().map(judge).collect();
    let backwards = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| goldens.iter().rev().map(judge).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    for mut judged in backwards {
        judged.reverse();
        assert_eq!(judged, forwards);
    }
}
