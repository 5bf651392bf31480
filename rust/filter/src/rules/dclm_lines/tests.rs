//! Which lines go, which are changed, and which stay.

use std::sync::LazyLock;

use assay_schema::FilterSpec;
use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::testing::judge;
use crate::thresholds::Reason;

const PROSE: &str = "This line has enough plain words to stay, whatever else is removed around it, \
    and it goes on for as long as it takes to make the loss of a few words small enough, which is \
    one word in twenty, so that a handful of words more are needed here to reach that number.";

/// What the rule leaves of `line` in a text of prose.
fn left(line: &str) -> Result<String, Reason> {
    let text = format!("{PROSE}\n{line}\n{PROSE}\n{PROSE}");
    let kept = judge(FilterSpec::DclmLines(DclmLines::default()), &text)?;
    let inner = kept
        .strip_prefix(PROSE)
        .unwrap()
        .strip_suffix(&format!("\n{PROSE}\n{PROSE}"))
        .unwrap();
    Ok(inner.strip_prefix('\n').map_or("-", |line| line).to_owned())
}

#[test]
fn lines_that_go() {
    for line in [
        "ABOUT OUR Shop",
        "12345",
        "１２",
        "3 likes",
        "* 1,234.5K Followers!",
        "12 views",
        "alone",
        "  ",
        "Items in cart",
        "Read More...",
        "sign-in ",
        " items in cart items in cart",
    ] {
        assert_eq!(left(line).as_deref(), Ok("-"), "{line}");
    }
}

#[test]
fn lines_that_stay() {
    for line in [
        "",
        "Two words",
        "AB cd",
        "12 34",
        "3 people like this",
        "likes shares",
        "x3 likes",
        "3likes of mine",
        "a Read more",
        "one two three four five six seven eight nine ten items in cart",
    ] {
        assert_eq!(left(line).as_deref(), Ok(line), "{line}");
    }
}

#[test]
fn phrases_that_go_from_lines() {
    for (line, expected) in [
        ("2 items in cart now", "2 now"),
        ("The story. read MORE…..", "The story."),
        ("Sign-in to shop", "to shop"),
        ("sign-in  twice sign-in", " twice sign-in"),
    ] {
        assert_eq!(left(line).as_deref(), Ok(expected), "{line}");
    }
}

#[test]
fn documents_that_lose_too_much_are_dropped() {
    let check = |text: &str| judge(FilterSpec::DclmLines(DclmLines::default()), text);
    assert_eq!(check(""), Err("no-lines-left"));
    assert_eq!(check("\n \n"), Err("no-lines-left"));
    assert_eq!(check("ALL CAPITALS"), Err("no-lines-left"));
    assert_eq!(check("-- --"), Err("no-words"));
    assert_eq!(
        check("Some words stay here.\nMENU ITEMS"),
        Err("many-words-removed")
    );
    assert_eq!(
        check("\n\n Some words stay.\n\n\n\nOther words. \n"),
        Ok("Some words stay.\n\nOther words.".to_owned())
    );
    let long = "a b\n".repeat(50_000) + &"\n".repeat(50_000);
    assert_eq!(check(&long).unwrap().len(), 199_999);
}

#[test]
fn every_rule_can_be_turned_off() {
    let off = DclmLines {
        max_capitals: 1.0,
        max_digits: 1.0,
        counters: false,
        min_words: 0,
        phrases: false,
        max_removed_words: 1.0,
    };
    let text = "ALONE\n12\n3 likes\nitems in cart";
    assert_eq!(judge(FilterSpec::DclmLines(off), text).as_deref(), Ok(text));
}

/// White space in a regular expression.
const SPACE: &str = r"[\s\x1c-\x1f]";

static COUNTER: LazyLock<Regex> = LazyLock::new(|| {
    let kinds = COUNTED.join("|");
    let pattern = format!(r"^\W*\d(?:,|\.|\d)*(?:k|m|b)?{SPACE}+(?:{kinds})\W*$");
    Regex::new(&pattern).unwrap()
});

static PHRASES: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    let phrase = |pattern: String| Regex::new(&format!("(?i){pattern}")).unwrap();
    [
        phrase(format!("{SPACE}?items in cart")),
        phrase(format!("{SPACE}?read more...$")),
        phrase(format!("^sign-in{SPACE}?")),
    ]
});

/// The slow twin: one step after the other over the whole text, as DCLM has them.
fn slow(text: &str) -> String {
    let remove = |text: &str, gone: &dyn Fn(&str) -> bool| {
        let kept: Vec<_> = text
            .split('\n')
            .filter(|line| line.is_empty() || !gone(line))
            .collect();
        kept.join("\n")
    };
    let strip = |text: String| text.trim_matches(is_space).to_owned();
    let mut text = text.to_owned();
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    let text = strip(remove(&text, &|line| {
        share_of(line, char::is_uppercase) > 0.5
    }));
    let text = strip(remove(&text, &|line| {
        share_of(line, char::is_numeric) > 0.999_999
    }));
    let text = strip(remove(&text, &|line| {
        COUNTER.is_match(&line.to_lowercase())
    }));
    let mut text = remove(&text, &|line| split(line).count() < 2);
    for phrase in &*PHRASES {
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let is_short = split(line).count() <= SHORT_LINE_WORDS;
            let changed = if is_short {
                phrase.replace_all(line, "")
            } else {
                line.into()
            };
            let is_left = line.is_empty() || !is_short || !changed.chars().all(is_space);
            lines.extend(is_left.then_some(changed));
        }
        text = strip(lines.join("\n"));
    }
    text
}

proptest! {
    #[test]
    fn agrees_with_the_slow_twin(
        lines in prop::collection::vec(
            "[aA 1é\\x1c]{0,6}|( |\\*)?[12],?[3.]?[km]?[ ]{0,2}(likes|views)[.! x]?|\
             ([a ]{0,3}(items in cart|Sign-in|Read more)[. …a]{0,4}){0,2}|(a b ){4,6}items in cart",
            0..8,
        )
    ) {
        let text = lines.join("\n");
        let rule = DclmLinesRule::new(&DclmLines::default());
        prop_assert_eq!(rule.clean(&text), slow(&text));
    }
}
