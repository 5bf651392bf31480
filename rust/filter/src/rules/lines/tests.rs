//! Which lines go and which stay.

use assay_schema::{FilterSpec, TextPart};
use proptest::prelude::*;

use super::*;
use crate::testing::judge;
use crate::thresholds::Reason;

fn left(settings: &Lines, text: &str) -> Result<String, Reason> {
    judge(FilterSpec::Lines(settings.clone()), text)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Settings that one closure changes.
fn with(change: impl FnOnce(&mut Lines)) -> Lines {
    let mut settings = Lines::default();
    change(&mut settings);
    settings
}

#[test]
fn each_criterion_alone() {
    let cases = [
        (with(|s| s.min_words = Some(3)), "two words--!"),
        (with(|s| s.min_characters = Some(9)), " éééééééé "),
        (with(|s| s.must_end_in = owned(&[".", "。"])), "No end"),
        (
            with(|s| s.must_not_end_in = owned(&["..."])),
            "And so on...",
        ),
        (with(|s| s.max_digits = Some(0.5)), "ab123"),
        (with(|s| s.max_capitals = Some(0.5)), "ABOUT us 12"),
        (with(|s| s.max_symbols = Some(0.2)), "a | b | c"),
        (
            with(|s| s.phrases = owned(&["read MORE", "x"])),
            "Please Read More of it.",
        ),
        (with(|s| s.repeated = true), "A line of words that stays."),
    ];
    let stays = "A line of words that stays.";
    for (settings, goes) in cases {
        assert_eq!(left(&settings, stays).as_deref(), Ok(stays));
        let text = format!("\n{stays}\n{goes}\r\n\n");
        assert_eq!(left(&settings, &text).as_deref(), Ok(stays), "{goes}");
    }
}

#[test]
fn bounds_are_inclusive() {
    for (settings, stays) in [
        (with(|s| s.min_words = Some(2)), "two words"),
        (with(|s| s.min_characters = Some(8)), "éééééééé"),
        (with(|s| s.max_digits = Some(0.5)), "ab12"),
        (with(|s| s.max_capitals = Some(0.5)), "ABcd"),
        (with(|s| s.max_symbols = Some(0.5)), "a--b"),
    ] {
        assert_eq!(left(&settings, stays).as_deref(), Ok(stays));
    }
}

#[test]
fn what_goes_takes_its_line_feed_along() {
    let words = with(|s| s.min_words = Some(2));
    assert_eq!(
        left(&words, "a b\n-\n c d \n\ne f\n").as_deref(),
        Ok("a b\n c d \n\ne f")
    );
    assert_eq!(left(&words, " a b\n\n\n").as_deref(), Ok(" a b\n\n\n"));
    let paragraphs = with(|s| (s.part, s.min_words) = (TextPart::Paragraph, Some(3)));
    let text = "\n\na\nb c\n\n\nd\ne\n\nf g h";
    assert_eq!(left(&paragraphs, text).as_deref(), Ok("a\nb c\n\n\nf g h"));
}

#[test]
fn documents_that_lose_much_are_dropped() {
    let text = "one two three\nfour\nfive six";
    let long = |change: fn(&mut Lines)| {
        let mut settings = with(|s| s.min_words = Some(2));
        change(&mut settings);
        left(&settings, text)
    };
    let kept = Ok("one two three\nfive six".to_owned());
    assert_eq!(long(|_| ()), kept);
    assert_eq!(long(|s| s.max_removed_words = Some(0.17)), kept);
    assert_eq!(
        long(|s| s.max_removed_words = Some(0.16)),
        Err("many-words-removed")
    );
    assert_eq!(long(|s| s.min_words_left = Some(5)), kept);
    assert_eq!(long(|s| s.min_words_left = Some(6)), Err("few-words-left"));
    assert_eq!(long(|s| s.min_lines_left = Some(2)), kept);
    assert_eq!(long(|s| s.min_lines_left = Some(3)), Err("few-lines-left"));
    assert_eq!(long(|s| s.min_words = Some(4)), Err("no-lines-left"));
    assert_eq!(left(&Lines::default(), " \n"), Err("no-lines-left"));
}

/// The slow twin, for lines: one criterion after the other, each over the whole text.
fn slow(s: &Lines, text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut keep = |wanted: &dyn Fn(&str) -> bool| {
        lines.retain(|line| line.trim().is_empty() || wanted(line.trim()));
    };
    let share = |line: &str, is: fn(char) -> bool| {
        line.chars().filter(|c| is(*c)).count() as f64 / line.chars().count() as f64
    };
    let is_symbol = |c: char| !(c.is_alphanumeric() || c.is_whitespace());
    let ends = |texts: &[String], line: &str| texts.iter().any(|text| line.ends_with(text));
    keep(&|line| assay_text::slow_words(line).count() as u64 >= s.min_words.unwrap_or(0));
    keep(&|line| line.chars().count() as u64 >= s.min_characters.unwrap_or(0));
    keep(&|line| s.must_end_in.is_empty() || ends(&s.must_end_in, line));
    keep(&|line| !ends(&s.must_not_end_in, line));
    keep(&|line| share(line, char::is_numeric) <= s.max_digits.unwrap_or(1.0));
    keep(&|line| share(line, is_symbol) <= s.max_symbols.unwrap_or(1.0));
    keep(&|line| {
        let letters: String = line.chars().filter(|c| c.is_alphabetic()).collect();
        letters.is_empty() || share(&letters, char::is_uppercase) <= s.max_capitals.unwrap_or(1.0)
    });
    keep(&|line| {
        let line = line.to_ascii_lowercase();
        !s.phrases
            .iter()
            .any(|phrase| line.contains(&phrase.to_ascii_lowercase()))
    });
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        let repeats = kept.iter().any(|earlier| earlier.trim() == line.trim());
        if line.trim().is_empty() || !(s.repeated && repeats) {
            kept.push(line);
        }
    }
    if kept.len() == text.split('\n').count() {
        return text.to_owned();
    }
    kept.join("\n").trim().to_owned()
}

prop_compose! {
    fn settings()(
        (min_words, min_characters) in any::<(Option<bool>, Option<bool>)>(),
        (max_digits, max_capitals, max_symbols) in any::<(Option<bool>, Option<bool>, Option<bool>)>(),
        (ends, not_ends, phrases, repeated) in any::<(bool, bool, bool, bool)>(),
    ) -> Lines {
        let number = |some: Option<bool>| some.map(|more| if more { 4 } else { 2 });
        let share = |some: Option<bool>| some.map(|more| if more { 0.5 } else { 0.25 });
        let texts = |some, texts| if some { owned(texts) } else { Vec::new() };
        Lines {
            min_words: number(min_words),
            min_characters: number(min_characters),
            max_digits: share(max_digits),
            max_capitals: share(max_capitals),
            max_symbols: share(max_symbols),
            must_end_in: texts(ends, &[".", "é", "c"]),
            must_not_end_in: texts(not_ends, &["..", "b"]),
            phrases: texts(phrases, &["a B", "é"]),
            repeated,
            ..Lines::default()
        }
    }
}

proptest! {
    #[test]
    fn agrees_with_the_slow_twin(settings in settings(), text in "(( ?[abAB1.é-]{1,3}){0,4}[\nc]{0,2}){0,9}") {
        let expected = slow(&settings, &text);
        match left(&settings, &text) {
            Ok(left) => prop_assert_eq!(left, expected),
            Err(reason) => prop_assert_eq!((reason, expected.trim()), ("no-lines-left", "")),
        }
    }

    #[test]
    fn one_line_paragraphs_go_as_lines_do(settings in settings(), text in "(( ?[abAB1.é-]{1,3}){1,4}\n\n){0,6}") {
        let paragraphs = Lines { part: TextPart::Paragraph, ..settings.clone() };
        let words = |left: Result<String, Reason>| left.map(|text| text.replace('\n', ""));
        prop_assert_eq!(words(left(&paragraphs, &text)), words(left(&settings, &text)));
    }
}
