//! Lines and paragraphs of a text, and how many of them repeat an earlier one.

use std::collections::HashSet;

use assay_schema::TextPart;
use assay_text::{PassThrough, hash64};
use memchr::{memchr, memchr_iter};

use crate::share::share;
use crate::words::MOST_KEPT;

/// The lines of a text that are not blank, without the white space around them.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    spans: Vec<(usize, usize)>,
    /// How much the lines repeat each other.
    pub(crate) repeats: Repeats,
}

impl Lines {
    /// The lines of `text`, the text that filled them.
    pub(crate) fn of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.spans.iter().map(|&(start, end)| &text[start..end])
    }

    /// Forgets the lines of the last text and takes in those of `text`.
    pub(crate) fn fill(&mut self, text: &str) {
        self.spans.clear();
        self.spans.shrink_to(MOST_KEPT);
        let mut spans = std::mem::take(&mut self.spans);
        let lines = lines(text).map(|(start, line)| {
            spans.push((start, start + line.len()));
            line
        });
        self.repeats = Repeats::of(text, lines);
        self.spans = spans;
    }
}

/// The lines that are not blank, without the white space around them, and where they start.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let trimmed = whole_lines(text).map(|(start, line)| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        if has_plain_ends(line) {
            return (start, line);
        }
        let from_left = line.trim_start();
        (start + line.len() - from_left.len(), from_left.trim_end())
    });
    trimmed.filter(|(_, line)| !line.is_empty())
}

/// Whether a line begins and ends in ASCII that is no white space.
fn has_plain_ends(line: &str) -> bool {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    is_plain(line.as_bytes().first()) && is_plain(line.as_bytes().last())
}

/// All lines with their line feeds, and where they start.
fn whole_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = memchr_iter(b'\n', text.as_bytes()).map(|place| place + 1);
    let mut start = 0;
    ends.chain(std::iter::once(text.len())).map(move |end| {
        let line = (start, &text[start..end]);
        start = end;
        line
    })
}

/// The parts of `text` between runs of at least `least` line feeds.
pub(crate) fn split_at_line_feeds(text: &str, least: usize) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let mut from = start;
        while let Some(found) = memchr(b'\n', &bytes[from..]) {
            let at = from + found;
            let run = bytes[at..]
                .iter()
                .take_while(|byte| **byte == b'\n')
                .count();
            from = at + run;
            if run >= least {
                rest = Some(from);
                return Some(&text[start..at]);
            }
        }
        rest = None;
        Some(&text[start..])
    })
}

/// All paragraphs, which are runs of lines between blank lines, with the blank lines behind them;
/// the first also with those before it.
fn whole_paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = whole_lines(text).peekable();
    std::iter::from_fn(move || {
        let (start, _) = *lines.peek()?;
        while lines.next_if(|(_, line)| is_blank(line)).is_some() {}
        while lines.next_if(|(_, line)| !is_blank(line)).is_some() {}
        while lines.next_if(|(_, line)| is_blank(line)).is_some() {}
        let end = lines.peek().map_or(text.len(), |(start, _)| *start);
        Some(&text[start..end])
    })
}

/// The paragraphs without the white space around them.
pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let paragraphs = whole_paragraphs(text).map(str::trim);
    paragraphs.filter(|paragraph| !paragraph.is_empty())
}

/// A text cut into lines or paragraphs, with all white space.
pub(crate) fn removable(text: &str, part: TextPart) -> Box<dyn Iterator<Item = &str> + '_> {
    match part {
        TextPart::Line => Box::new(whole_lines(text).map(|(_, line)| line)),
        TextPart::Paragraph => Box::new(whole_paragraphs(text)),
    }
}

fn is_blank(line: &str) -> bool {
    line.trim_start().is_empty()
}

/// How many parts of a text repeat an earlier part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeats {
    /// All parts.
    pub(crate) count: usize,
    /// Characters of all parts.
    pub(crate) characters: usize,
    /// Parts that repeat an earlier one.
    pub(crate) repeated: usize,
    /// Characters of these.
    pub(crate) repeated_characters: usize,
}

impl Repeats {
    /// Those of `parts`, which are parts of `text`.
    pub(crate) fn of<'a>(text: &'a str, parts: impl Iterator<Item = &'a str>) -> Self {
        let is_ascii = text.is_ascii();
        // Most parts are not much shorter than this.
        let few = (text.len() / 64).min(MOST_KEPT);
        let mut seen: HashSet<u64, PassThrough> =
            HashSet::with_capacity_and_hasher(few, PassThrough::default());
        let mut repeats = Self::default();
        for part in parts {
            let length = if is_ascii {
                part.len()
            } else {
                part.chars().count()
            };
            repeats.count += 1;
            repeats.characters += length;
            if !seen.insert(hash64(0, part.as_bytes())) {
                repeats.repeated += 1;
                repeats.repeated_characters += length;
            }
        }
        repeats
    }

    /// The share of parts that repeat an earlier one.
    pub(crate) fn share(&self) -> f64 {
        share(self.repeated, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_feeds_separate_parts_as_a_regular_expression_would() {
        let split = |text, least| split_at_line_feeds(text, least).collect::<Vec<_>>();
        assert_eq!(split("\na\n\n\nb\nc\n", 1), ["", "a", "b", "c", ""]);
        assert_eq!(split("\na\n\n\nb\nc\n", 2), ["\na", "b\nc\n"]);
        assert_eq!(split("", 1), [""]);
    }

    #[test]
    fn characters_count_and_not_bytes() {
        for (text, characters) in [("ab\nab\nc", 5), ("aé\naé\nc", 5)] {
            let repeats = Repeats::of(text, text.lines());
            let expected = Repeats {
                count: 3,
                characters,
                repeated: 1,
                repeated_characters: 2,
            };
            assert_eq!(repeats, expected);
        }
    }

    #[test]
    fn blank_lines_separate_paragraphs() {
        let found: Vec<_> = paragraphs("\n a\nb \n \t\n\nc").collect();
        assert_eq!(found, ["a\nb", "c"]);
        assert_eq!(paragraphs(" \n\n").count(), 0);
        let text = "a\r\n\n  b ";
        let mut lines = Lines::default();
        lines.fill(text);
        assert_eq!(lines.of(text).collect::<Vec<_>>(), ["a", "b"]);
    }
}
