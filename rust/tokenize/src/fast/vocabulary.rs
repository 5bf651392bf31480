//! The tokens of a vocabulary by name and by id.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

/// Larger ids than these do not fit into the tables; no known vocabulary has them.
const MOST_TOKENS: u32 = 1 << 21;

/// The names of the tokens as the file writes them, in letters of bytes. They are in one piece of
/// memory and found by their hash, so that a file of many is quickly read.
#[derive(Default)]
pub(crate) struct Vocabulary {
    text: String,
    /// Where in the text the name of each id is; empty where no token has the id.
    spans: Vec<(usize, usize)>,
    ids: FxHashMap<u64, u32>,
}

impl Vocabulary {
    /// Takes the tokens of a file. Nothing when a name is empty, two names or ids are the same, or an id is too large; nor when
    /// two names have the same hash, which is not to be expected.
    pub(crate) fn new<'a>(tokens: impl ExactSizeIterator<Item = (&'a str, u32)>) -> Option<Self> {
        let mut vocabulary = Self::default();
        vocabulary.ids.reserve(tokens.len());
        vocabulary.spans.reserve(tokens.len());
        for (name, id) in tokens {
            if id >= MOST_TOKENS || name.is_empty() || vocabulary.name(id).is_some() {
                return None;
            }
            let start = vocabulary.text.len();
            vocabulary.text.push_str(name);
            let place = id as usize;
            let ids = vocabulary.spans.len().max(place + 1);
            vocabulary.spans.resize(ids, (0, 0));
            vocabulary.spans[place] = (start, vocabulary.text.len());
            if vocabulary.ids.insert(hash(name), id).is_some() {
                return None;
            }
        }
        Some(vocabulary)
    }

    /// The count of tokens.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The name of a token.
    pub(crate) fn name(&self, id: u32) -> Option<&str> {
        let (start, end) = *self.spans.get(id as usize)?;
        (start < end).then(|| &self.text[start..end])
    }

    /// The token of a name.
    pub(crate) fn id(&self, name: &str) -> Option<u32> {
        let id = *self.ids.get(&hash(name))?;
        (self.name(id) == Some(name)).then_some(id)
    }

    /// The token whose name is two names joined, which is likely to be `near` or the one after.
    pub(crate) fn joined(&self, left: &str, right: &str, near: u32) -> Option<u32> {
        let is_joined = |id: &u32| {
            let name = self.name(*id);
            name.and_then(|name| name.strip_prefix(left)) == Some(right)
        };
        let likely = [near, near + 1].into_iter().find(is_joined);
        likely.or_else(|| self.id(&[left, right].concat()))
    }

    /// Every token with its name.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.spans.len() as u32).filter_map(|id| Some((id, self.name(id)?)))
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tokens: &[(&'static str, u32)]) -> Option<Vocabulary> {
        Vocabulary::new(tokens.iter().copied())
    }

    #[test]
    fn tokens_are_found_by_name_and_by_id() {
        let vocabulary = of(&[("b", 1), ("a", 7), ("ab", 3), ("ba", 4)]).unwrap();
        assert_eq!(vocabulary.len(), 4);
        assert_eq!((vocabulary.id("a"), vocabulary.id("c")), (Some(7), None));
        assert_eq!((vocabulary.name(3), vocabulary.name(5)), (Some("ab"), None));
        for near in [0, 3, 4, u32::MAX - 1] {
            assert_eq!(vocabulary.joined("b", "a", near), Some(4));
            assert_eq!(vocabulary.joined("a", "b", near), Some(3));
            assert_eq!(vocabulary.joined("b", "b", near), None);
        }
        let tokens: Vec<_> = vocabulary.tokens().collect();
        assert_eq!(tokens, [(1, "b"), (3, "ab"), (4, "ba"), (7, "a")]);
    }

    #[test]
    fn what_is_not_one_to_one_is_refused() {
        assert!(of(&[("a", 1), ("b", 1)]).is_none());
        assert!(of(&[("a", 1), ("a", 2)]).is_none());
        assert!(of(&[("", 1)]).is_none());
        assert!(of(&[("a", MOST_TOKENS)]).is_none());
    }
}
