//! What is found in documents, where, and what becomes of them.

use assay_schema::{Decontaminate, DecontaminateAction};
use assay_text::{normalize, words};
use proptest::prelude::*;

use crate::builder::EvalIndexBuilder;
use crate::decision::Decision;
use crate::index::EvalIndex;
use crate::scan::Scan;
use crate::slow;
use crate::tally::Tally;

fn index(settings: &Decontaminate, texts: &[String]) -> EvalIndex {
    let mut builder = EvalIndexBuilder::new(settings);
    for (document, text) in texts.iter().enumerate() {
        builder.add("eval", document as u64, text).unwrap();
    }
    builder.build()
}

fn settings(ngram: u32, threshold: f64) -> Decontaminate {
    Decontaminate {
        ngram,
        threshold,
        ..Decontaminate::default()
    }
}

fn numbers(range: std::ops::Range<u32>) -> String {
    range.map(|i| format!("w{i} ")).collect()
}

fn fractions(scan: &Scan<'_>) -> Vec<(u64, f64)> {
    let overlaps = scan.overlaps.iter();
    overlaps
        .map(|overlap| (overlap.document, overlap.fraction))
        .collect()
}

fn spans<'a>(scan: &Scan<'_>, text: &'a str) -> Vec<&'a str> {
    scan.spans.iter().map(|span| &text[span.clone()]).collect()
}

#[test]
fn one_shared_ngram_is_enough_by_default() {
    let index = index(&settings(13, 0.0), &[numbers(0..100)]);
    let clean = index.scan(&numbers(80..92));
    assert_eq!((clean.overlaps.len(), clean.words_left), (0, 12));
    let text = format!("before, {}... after", numbers(80..93).to_uppercase());
    let scan = index.scan(&text);
    assert_eq!(fractions(&scan), [(0, 1.0 / 88.0)]);
    assert_eq!(spans(&scan, &text), [numbers(80..93).to_uppercase().trim()]);
    assert_eq!(scan.words_left, 2);
}

#[test]
fn the_fraction_must_exceed_the_threshold() {
    // Of 10 n-grams, 5 are shared.
    let (items, text) = ([numbers(0..14)], numbers(5..14));
    let at = index(&settings(5, 0.5), &items);
    assert_eq!(at.scan(&text).overlaps, []);
    assert_eq!(at.scan(&text).spans, []);
    let below = index(&settings(5, 0.49), &items);
    assert_eq!(fractions(&below.scan(&text)), [(0, 0.5)]);
}

#[test]
fn a_repeated_ngram_counts_once_and_is_shown_each_time() {
    let index = index(&settings(2, 0.0), &[numbers(0..11)]);
    let text = "w0 w1 x ".repeat(3);
    let scan = index.scan(&text);
    assert_eq!(fractions(&scan), [(0, 0.1)]);
    assert_eq!(spans(&scan, &text), ["w0 w1"; 3]);
}

#[test]
fn all_items_are_told_the_best_first() {
    let items = [
        numbers(0..20),
        numbers(0..10),
        numbers(50..60),
        numbers(0..10),
    ];
    let index = index(&settings(5, 0.0), &items);
    assert_eq!(
        fractions(&index.scan(&numbers(0..12))),
        [(1, 1.0), (3, 1.0), (0, 0.5)]
    );
}

#[test]
fn a_short_item_is_found_whole_if_it_is_long_enough() {
    let mut settings = settings(13, 0.0);
    settings.min_item_words = 3;
    let items = ["Who wrote Emma?", "???", "yes", "who wrote Emma, and when?"];
    let index = index(&settings, &items.map(str::to_owned));
    assert_eq!(index.scan("Yes. Who wrote it").overlaps, []);
    assert_eq!(index.scan("???").overlaps, []);
    let text = "I asked: who wrote Emma - and why";
    let scan = index.scan(text);
    assert_eq!(fractions(&scan), [(0, 1.0)]);
    assert_eq!(spans(&scan, text), ["who wrote Emma"]);
    assert_eq!(
        fractions(&index.scan("who wrote emma and when")),
        [(0, 1.0), (3, 1.0)]
    );
}

#[test]
fn spans_are_of_the_original_text() {
    let item = "ein größeres Café — 東京カタカナ".to_owned();
    let index = index(&settings(3, 0.0), &[item]);
    let text = "x «Größeres CAFE\u{301}», 東\u{a0}京… ende";
    let scan = index.scan(text);
    assert_eq!(spans(&scan, text), ["Größeres CAFE\u{301}», 東\u{a0}京"]);
}

#[test]
fn a_cut_leaves_the_rest_as_it_was_or_drops_it() {
    let mut settings = settings(3, 0.0);
    settings.action = DecontaminateAction::Cut;
    settings.min_words_left = 3;
    let index = index(&settings, &["one two three".to_owned()]);
    let decide = |text: &str| index.decide(text, &index.scan(text));
    assert_eq!(decide("a b c d"), Decision::Keep);
    let cut = decide("A,  b (One\ntwo: THREE!) c.\n");
    assert_eq!(cut, Decision::Cut("A,  b (!) c.\n".to_owned()));
    assert_eq!(decide("a one two three b"), Decision::TooShort);
    settings.action = DecontaminateAction::Drop;
    let index = self::index(&settings, &["one two three".to_owned()]);
    let text = "a b one two three c";
    assert_eq!(index.decide(text, &index.scan(text)), Decision::Drop);
}

#[test]
fn a_report_says_what_was_found_of_each_set() {
    let mut builder = EvalIndexBuilder::new(&Decontaminate::default());
    builder.add("target", 7, &numbers(0..20)).unwrap();
    builder.add("guard", 0, &numbers(50..90)).unwrap();
    builder.add("guard", 1, "yes").unwrap();
    builder.add("guard", 2, &numbers(50..60)).unwrap();
    let index = builder.build();
    assert_eq!(index.ngrams(), 8 + 28 + 1);
    assert!(index.memory_bytes() > 36 * 12);

    let mut tally = Tally::new(&index);
    let scan = index.scan(&numbers(50..90));
    assert_eq!(
        (scan.overlaps[0].eval_name, scan.overlaps[0].document),
        ("guard", 0)
    );
    tally.add(&scan.items());
    tally.add(&index.scan(&numbers(50..70)).items());
    let said: Vec<_> = index
        .report(&tally)
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "target: NONE of 1 items found",
        "guard: 2 of 2 items found, in 4 pairs of an item and a document; 1 more are too short to \
         look for",
    ];
    assert_eq!(said, expected);
}

fn any_settings() -> impl Strategy<Value = Decontaminate> {
    let numbers = (1_u32..6, 0.0..0.9, 1_u32..6);
    numbers.prop_map(|(ngram, threshold, min_item_words)| Decontaminate {
        ngram,
        threshold,
        min_item_words,
        action: DecontaminateAction::Cut,
        min_words_left: 0,
    })
}

proptest! {
    #[test]
    fn agrees_with_the_slow_twin(
        items in prop::collection::vec("([a-c] ){0,12}", 0..8),
        text in "([a-cA-C][ ,.\n]{1,2}){0,30}",
        settings in any_settings(),
    ) {
        let index = index(&settings, &items);
        let scan = index.scan(&text);
        let mut shares: Vec<_> = (0..).zip(slow::shares(&items, &text, &settings)).collect();
        shares.retain(|(_, share)| *share > settings.threshold);
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        prop_assert_eq!(fractions(&scan), shares);

        let split = |text: &str| words(&normalize(text)).map(str::to_owned).collect::<Vec<_>>();
        let marked = slow::shared_words(&items, &text, &settings);
        let of = |wanted: bool| -> Vec<String> {
            let chosen = marked.iter().filter(|(_, shared)| *shared == wanted);
            chosen.map(|(word, _)| word.clone()).collect()
        };
        prop_assert_eq!(split(&spans(&scan, &text).join(" ")), of(true));
        prop_assert_eq!(scan.words_left, of(false).len());
        let left = match index.decide(&text, &scan) {
            Decision::Cut(left) => split(&left),
            _ => split(&text),
        };
        prop_assert_eq!(left, of(false));
    }
}
