//! Added tokens: names that are tokens wherever they stand in a text.

use aho_corasick::{AhoCorasick, MatchKind};

/// A part of a text between added tokens, or one of these.
pub(crate) enum Part<'a> {
    /// Text to encode.
    Text(&'a str),
    /// An added token.
    Token(u32),
}

/// The added tokens that are searched for together.
pub(crate) struct Added {
    automaton: AhoCorasick,
    /// The id of each name; none for a name that stays text.
    ids: Vec<Option<u32>>,
}

impl Added {
    /// Searches for these names: `Some(None)` when all of them stay text and there is nothing to
    /// search for, nothing when the search cannot be built.
    pub(crate) fn new(names: &[(String, Option<u32>)]) -> Option<Option<Self>> {
        if names.iter().all(|(_, id)| id.is_none()) {
            return Some(None);
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        let automaton = builder.build(names.iter().map(|(name, _)| name)).ok()?;
        let ids = names.iter().map(|(_, id)| *id).collect();
        Some(Some(Self { automaton, ids }))
    }

    /// Cuts a text at its added tokens, the leftmost and longest first. A name that stays text
    /// hides the names that begin inside it.
    pub(crate) fn parts<'a>(&self, text: &'a str, mut each: impl FnMut(Part<'a>)) {
        let mut reached = 0;
        for found in self.automaton.find_iter(text) {
            let Some(id) = self.ids[found.pattern().as_usize()] else {
                continue;
            };
            if reached < found.start() {
                each(Part::Text(&text[reached..found.start()]));
            }
            each(Part::Token(id));
            reached = found.end();
        }
        if reached < text.len() {
            each(Part::Text(&text[reached..]));
        }
    }
}
