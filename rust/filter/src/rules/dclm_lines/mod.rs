//! `dclm-lines`: removes lines that are no text, and drops a document that loses too much by it.
//!
//! # Source
//! `dclm_baseline_refinedweb.yaml` of the DCLM repository (Li et al. 2024, arXiv:2406.11794), after
//! RefinedWeb (Penedo et al. 2023, arXiv:2306.01116, appendix G.2): `newline_removal_modifier`, and
//! all from `uppercase_ratio_line_modifier` to `word_removal_ratio_filter`, in this order. Capitals
//! and digits are those of Unicode; DCLM's digits leave out numbers such as `½`.
//!
//! # Changes, in this order
//! * Three or more line ends become two.
//! * Lines whose share of capitals is above `max_capitals`, or whose share of digits is above
//!   `max_digits`, go; then lines that count something (`3 likes`, `1.2k views`).
//! * Lines that are not empty and have fewer than `min_words` words go.
//! * In lines of at most ten words "items in cart", a "Read more..." at the end (any three
//!   characters stand for the dots) and a "Sign-in" at the start go, in any case; the line goes if
//!   nothing but white space is left of it.
//! * The white space around the text goes.
//!
//! # Checks
//! * `no-lines-left`: nothing remains.
//! * `no-words`: there were no words to begin with.
//! * `many-words-removed`: the share of words that were removed is above `max_removed_words`. Words
//!   are those of `dclm-quality`.

use std::borrow::Cow;

use assay_schema::DclmLines;
use assay_text::python::{is_decimal, is_space, split, strip};

use crate::analysis::dclm_words::count_words;
use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds, share};

const COUNTED: [&str; 12] = [
    "likes",
    "shares",
    "comments",
    "retweets",
    "reposts",
    "quotes",
    "bookmarks",
    "upvotes",
    "downvotes",
    "downloads",
    "views",
    "followers",
];
/// Phrases are looked for in lines of at most this many words.
const SHORT_LINE_WORDS: usize = 10;

/// Removes lines, and drops documents that lose many words.
pub(crate) struct DclmLinesRule {
    settings: DclmLines,
}

impl DclmLinesRule {
    pub(crate) fn new(settings: &DclmLines) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    /// The text without the lines that go.
    fn clean(&self, text: &str) -> String {
        let limits = &self.settings;
        let text = at_most_two_line_ends(text);
        let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
        retain(&mut lines, |line| {
            share_of(line, char::is_uppercase) <= limits.max_capitals
        });
        retain(&mut lines, |line| {
            share_of(line, char::is_numeric) <= limits.max_digits
        });
        if limits.counters {
            retain(&mut lines, |line| !is_counter(line));
        }
        let least = limits.min_words as usize;
        lines.retain(|line| least == 0 || line.is_empty() || split(line).nth(least - 1).is_some());
        if limits.phrases {
            for without in [without_items_in_cart, without_read_more, without_sign_in] {
                remove_phrase(&mut lines, without);
            }
        }
        strip_text(&mut lines);
        lines.join("\n")
    }
}

impl Rule for DclmLinesRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let text = view.text();
        let cleaned = self.clean(text);
        thresholds.fail_if(cleaned.is_empty(), "no-lines-left", || "0 lines".to_owned())?;
        let before = count_words(text);
        thresholds.fail_if(before == 0, "no-words", || "0 words".to_owned())?;
        let removed = share(before.saturating_sub(count_words(&cleaned)), before);
        let most = self.settings.max_removed_words;
        thresholds.at_most(
            "dclm-lines.removed-words",
            removed,
            most,
            "many-words-removed",
        )?;
        Ok((cleaned != text).then_some(cleaned))
    }
}

fn at_most_two_line_ends(text: &str) -> Cow<'_, str> {
    if !text.contains("\n\n\n") {
        return Cow::Borrowed(text);
    }
    let mut ends = 0;
    let kept = text.chars().filter(|character| {
        ends = if *character == '\n' { ends + 1 } else { 0 };
        ends <= 2
    });
    Cow::Owned(kept.collect())
}

/// Keeps empty lines and those that are `wanted`, then strips the text.
fn retain(lines: &mut Vec<Cow<'_, str>>, wanted: impl Fn(&str) -> bool) {
    lines.retain(|line| line.is_empty() || wanted(line));
    strip_text(lines);
}

/// Removes the white space around the whole text, line ends included.
fn strip_text(lines: &mut Vec<Cow<'_, str>>) {
    let is_blank = |line: &Cow<'_, str>| strip(line).is_empty();
    let blank = lines.iter().take_while(|line| is_blank(line)).count();
    lines.drain(..blank);
    let blank = lines.iter().rev().take_while(|line| is_blank(line)).count();
    lines.truncate(lines.len() - blank);
    if let Some(first) = lines.first_mut() {
        replace(first, |line| line.trim_start_matches(is_space).into());
    }
    if let Some(last) = lines.last_mut() {
        replace(last, |line| line.trim_end_matches(is_space).into());
    }
}

/// Puts what `change` makes of a line in its place.
fn replace(line: &mut Cow<'_, str>, change: impl Fn(&str) -> Cow<'_, str>) {
    let changed = change(line);
    if changed.len() != line.len() {
        *line = Cow::Owned(changed.into_owned());
    }
}

#[inline]
fn share_of(line: &str, is_kind: impl Fn(char) -> bool) -> f64 {
    let of_kind = if line.is_ascii() {
        let bytes = line.bytes();
        bytes.filter(|byte| is_kind(char::from(*byte))).count()
    } else {
        line.chars().filter(|character| is_kind(*character)).count()
    };
    share(of_kind, line.chars().count())
}

/// Whether a line is a count and what it counts, in any case, between other marks.
fn is_counter(line: &str) -> bool {
    let is_mark = |c: char| !(c.is_alphanumeric() || c == '_');
    let bare = line.trim_matches(is_mark);
    if !bare.starts_with(is_decimal) {
        return false;
    }
    let lower = bare.to_lowercase();
    let Some(before_kind) = COUNTED.iter().find_map(|kind| lower.strip_suffix(kind)) else {
        return false;
    };
    let number = before_kind.trim_end_matches(is_space);
    let count = number.strip_suffix(['k', 'm', 'b']).unwrap_or(number);
    before_kind.ends_with(is_space) && count.chars().all(|c| is_decimal(c) || c == ',' || c == '.')
}

/// Removes a phrase from short lines; a line goes if only white space is left of it.
fn remove_phrase(lines: &mut Vec<Cow<'_, str>>, without: fn(&str) -> Cow<'_, str>) {
    lines.retain_mut(|line| {
        if line.is_empty() {
            return true;
        }
        let changed = without(line);
        let is_short = || split(line).nth(SHORT_LINE_WORDS).is_none();
        if changed.len() != line.len() && is_short() {
            *line = Cow::Owned(changed.into_owned());
        }
        !strip(line).is_empty()
    });
    strip_text(lines);
}

fn without_items_in_cart(line: &str) -> Cow<'_, str> {
    const PHRASE: &str = "items in cart";
    let mut output = String::new();
    let mut rest = line;
    while let Some(place) = find_ignoring_case(rest, PHRASE) {
        output.push_str(without_last_space(&rest[..place]));
        rest = &rest[place + PHRASE.len()..];
    }
    if rest.len() == line.len() {
        return Cow::Borrowed(line);
    }
    Cow::Owned(output + rest)
}

fn without_read_more(line: &str) -> Cow<'_, str> {
    const PHRASE: &str = "read more";
    let mut characters = line.char_indices().rev();
    let Some((dots, _)) = characters.nth(2) else {
        return Cow::Borrowed(line);
    };
    let start = dots.checked_sub(PHRASE.len());
    match start.filter(|start| find_ignoring_case_at(line, *start, PHRASE)) {
        Some(start) => Cow::Borrowed(without_last_space(&line[..start])),
        None => Cow::Borrowed(line),
    }
}

fn without_sign_in(line: &str) -> Cow<'_, str> {
    const PHRASE: &str = "sign-in";
    if !find_ignoring_case_at(line, 0, PHRASE) {
        return Cow::Borrowed(line);
    }
    let rest = &line[PHRASE.len()..];
    Cow::Borrowed(rest.strip_prefix(is_space).unwrap_or(rest))
}

fn without_last_space(text: &str) -> &str {
    text.strip_suffix(is_space).unwrap_or(text)
}

/// Where `phrase`, which is ASCII, begins in `text`, in any case.
fn find_ignoring_case(text: &str, phrase: &str) -> Option<usize> {
    let mut places = text.as_bytes().windows(phrase.len());
    places.position(|part| part.eq_ignore_ascii_case(phrase.as_bytes()))
}

fn find_ignoring_case_at(text: &str, start: usize, phrase: &str) -> bool {
    let part = text.as_bytes().get(start..start + phrase.len());
    part.is_some_and(|part| part.eq_ignore_ascii_case(phrase.as_bytes()))
}

#[cfg(test)]
mod tests;
