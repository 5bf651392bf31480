//! Cutting a text into lines and paragraphs.

use assay_schema::TextPart;
use memchr::{memchr, memchr_iter};

use crate::analysis::duplicates::Duplicates;
use crate::analysis::words::MOST_KEPT;

/// The lines of a text that are not blank, without the white space around them.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    spans: Vec<(usize, usize)>,
    /// How much the lines repeat each other.
    pub(crate) duplicates: Duplicates,
}

impl Lines {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.spans.len()
    }

    /// The lines, cut out of `text`, which must be the text that was last taken in.
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
        self.duplicates = Duplicates::of(text, lines);
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

/// The paragraphs that are not blank, without the white space around them.
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
