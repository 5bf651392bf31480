//! Finding the names of top-level domains in a text.

use std::collections::HashSet;
use std::sync::LazyLock;

use assay_text::python::is_letter;

static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("top_level_domains.txt")
        .split_whitespace()
        .collect()
});

/// The lengths of the names in bytes, the longest first.
static LENGTHS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let lengths: HashSet<_> = NAMES.iter().map(|name| name.len()).collect();
    let mut lengths: Vec<_> = lengths.into_iter().collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    lengths
});

/// Whether `text` begins with a name, in any case; it need not end there.
pub(super) fn begins(text: &str) -> bool {
    let most = LENGTHS.first().copied().unwrap_or(0);
    let start: String = text.chars().take(most).flat_map(in_lower_case).collect();
    lengths_of_names(&start).next().is_some()
}

/// Lower case as Python's expressions see it, which tell no i and no s from another.
fn in_lower_case(character: char) -> impl Iterator<Item = char> {
    let plain = match character {
        'İ' | 'ı' => 'i',
        'ſ' => 's',
        other => other,
    };
    plain.to_lowercase()
}

/// The end of the name at `start`, the longest behind which a word ends.
pub(super) fn end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let ends = |end: &usize| {
        let last = rest[..*end].chars().next_back();
        let next = rest[*end..].chars().next();
        last.is_some_and(is_of_word) != next.is_some_and(is_of_word)
    };
    lengths_of_names(rest).find(ends).map(|end| start + end)
}

/// Whether Python's `\w` matches a character.
pub(super) fn is_of_word(character: char) -> bool {
    character == '_' || is_letter(character) || character.is_numeric()
}

/// The lengths of the names that `text` begins with, the longest first.
fn lengths_of_names(text: &str) -> impl Iterator<Item = usize> {
    let is_name = |length: &usize| text.get(..*length).is_some_and(|name| NAMES.contains(name));
    LENGTHS.iter().copied().filter(is_name)
}
