//! The whole search against its slow twin.

use std::ops::Range;

use assay_schema::Substring;
use proptest::prelude::*;

use crate::removal::{Removal, cut};
use crate::substring::index::SubstringIndex;
use crate::substring::sketch::sketch;
use crate::substring::slow;

fn removals(texts: &[&str], settings: &Substring, memory: u64) -> Vec<Removal> {
    let folder = tempfile::tempdir().unwrap();
    let mut index = SubstringIndex::new(settings, folder.path(), memory).unwrap();
    for text in texts {
        index.push(text, &sketch(settings, text)).unwrap();
    }
    let mut removals = vec![Removal::Nothing; texts.len()];
    for removal in index.finish().unwrap() {
        let (document, removal) = removal.unwrap();
        removals[document as usize] = removal;
    }
    removals
}

fn one_span(span: Range<usize>) -> Removal {
    Removal::Spans(std::iter::once(span).collect())
}

fn settings(length: u32) -> Substring {
    Substring {
        length,
        ..Substring::default()
    }
}

#[test]
fn later_copies_are_cut_and_what_stands_around_them_stays() {
    let copied = "a sentence that is to be found twice";
    let first = format!("It begins with {copied}, and ends.");
    let second = format!("Elsewhere {copied}!");
    let span = 9..10 + copied.len();
    assert_eq!(second[span.clone()], first[14..15 + copied.len()]);
    assert_eq!(
        removals(&[&first, "", &second, copied], &settings(20), 1 << 20),
        [
            Removal::Nothing,
            Removal::Nothing,
            one_span(span),
            Removal::Document("repeated-text")
        ]
    );
}

#[test]
fn a_run_of_one_character_keeps_one_window() {
    let text = "-".repeat(1000);
    let found = removals(&[&text], &settings(20), 1 << 20);
    assert_eq!(found, [one_span(20..1000)]);
}

#[test]
fn documents_with_little_left_are_dropped() {
    let copied = "0123456789".repeat(3);
    let second = format!("{copied} and so on ");
    let settings = |least_left| Substring {
        length: 30,
        least_left,
    };
    let left =
        |least_left| removals(&[&copied, &second], &settings(least_left), 1 << 20)[1].clone();
    assert_eq!(left(9), one_span(0..30));
    assert_eq!(left(10), Removal::Document("repeated-text"));
}

fn expected(texts: &[&str], length: usize) -> Vec<Removal> {
    let spans = slow::repeats(texts, length).into_iter().zip(texts);
    let removal = |(spans, text): (Vec<Range<usize>>, &&str)| {
        if spans.is_empty() {
            Removal::Nothing
        } else if cut(text, &spans).trim().is_empty() {
            Removal::Document("repeated-text")
        } else {
            Removal::Spans(spans)
        }
    };
    spans.map(removal).collect()
}

proptest! {
    #[test]
    fn agrees_with_the_slow_twin(
        texts in prop::collection::vec("[ab]{0,60}|[aé日]{0,30}|(ab|b日){0,20}", 0..8),
        length in 1_u32..12,
        memory in 1_u64..5000,
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = removals(&texts, &settings(length), memory);
        prop_assert_eq!(found, expected(&texts, length as usize));
    }

    #[test]
    fn agrees_with_the_slow_twin_on_pasted_text(
        pool in "[a-zé日 ]{200}",
        pieces in prop::collection::vec(
            prop::collection::vec((0_usize..190, 1_usize..60, "[A-Z]{0,9}"), 0..6), 1..8),
        length in 8_u32..40,
    ) {
        let pool: Vec<char> = pool.chars().collect();
        let paste = |(from, len, more): &(usize, usize, String)| {
            let end = pool.len().min(from + len);
            pool[*from..end].iter().collect::<String>() + more
        };
        let texts: Vec<String> =
            pieces.iter().map(|pieces| pieces.iter().map(paste).collect()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = removals(&texts, &settings(length), 1 << 16);
        prop_assert_eq!(found, expected(&texts, length as usize));
    }
}
