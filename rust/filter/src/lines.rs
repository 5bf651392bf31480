//! Lines and paragraphs of a text.

/// The lines that are not blank, without the white space around them.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Runs of lines between blank lines, each without the white space around it.
pub(crate) fn paragraphs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut place = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            found.extend(start.take().map(|from| text[from..place].trim()));
        } else if start.is_none() {
            start = Some(place);
        }
        place += line.len();
    }
    found.extend(start.map(|from| text[from..].trim()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_separate_paragraphs() {
        assert_eq!(paragraphs("\n a\nb \n \t\n\nc"), ["a\nb", "c"]);
        assert!(paragraphs(" \n\n").is_empty());
        assert_eq!(lines("a\r\n\n  b ").collect::<Vec<_>>(), ["a", "b"]);
    }
}
