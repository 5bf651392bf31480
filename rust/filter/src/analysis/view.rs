//! A document as the rules see it: analysed once for all of them, when first asked.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use assay_schema::WordRule;

use crate::analysis::character_counts::CharacterCounts;
use crate::analysis::lines_and_paragraphs::Lines;
use crate::analysis::spacy_tokens::SpacyTokens;
use crate::analysis::words::Words;
use crate::document::{Document, Fields};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Buffers that go from document to document on one thread.
#[derive(Default)]
struct Scratch {
    words: Vec<Words>,
    lines: Vec<Lines>,
    tokens: SpacyTokens,
}

/// A text that rules may change, with its fields and its analyses.
pub(crate) struct View<'a> {
    text: Cow<'a, str>,
    fields: &'a dyn Fields,
    characters: OnceCell<usize>,
    counts: OnceCell<CharacterCounts>,
    uax29: OnceCell<Words>,
    spacy_en: OnceCell<Words>,
    lines: OnceCell<Lines>,
}

impl<'a> View<'a> {
    pub(crate) fn new(document: &Document<'a>) -> Self {
        Self {
            text: Cow::Borrowed(document.text),
            fields: document.fields,
            characters: OnceCell::new(),
            counts: OnceCell::new(),
            uax29: OnceCell::new(),
            spacy_en: OnceCell::new(),
            lines: OnceCell::new(),
        }
    }

    /// The text, as earlier rules left it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The other fields of the record.
    pub(crate) fn fields(&self) -> &dyn Fields {
        self.fields
    }

    /// The number of characters.
    pub(crate) fn characters(&self) -> usize {
        *self.characters.get_or_init(|| self.text.chars().count())
    }

    /// The characters by kind.
    pub(crate) fn counts(&self) -> &CharacterCounts {
        self.counts.get_or_init(|| CharacterCounts::of(&self.text))
    }

    /// The words by `rule`.
    pub(crate) fn words(&self, rule: WordRule) -> &Words {
        let cell = match rule {
            WordRule::Uax29 => &self.uax29,
            WordRule::SpacyEn => &self.spacy_en,
        };
        cell.get_or_init(|| {
            SCRATCH.with(|scratch| {
                let Scratch { words, tokens, .. } = &mut *scratch.borrow_mut();
                let mut words = words.pop().unwrap_or_default();
                words.fill(&self.text, rule, tokens);
                words
            })
        })
    }

    /// Whether there are at least `least` words by `rule`; false also where that takes as long as
    /// finding all words.
    pub(crate) fn has_words(&self, rule: WordRule, least: usize) -> bool {
        rule == WordRule::Uax29
            && self.uax29.get().is_none()
            && assay_text::words(&self.text).take(least).count() == least
    }

    /// The number of sentences that spaCy finds in a line of the text.
    pub(crate) fn spacy_sentences(&self, line: &str) -> usize {
        SCRATCH.with(|scratch| scratch.borrow_mut().tokens.sentences(line))
    }

    /// The lines that are not blank.
    pub(crate) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| {
            let spare = SCRATCH.with(|scratch| scratch.borrow_mut().lines.pop());
            let mut lines = spare.unwrap_or_default();
            lines.fill(&self.text);
            lines
        })
    }

    /// Puts `text` in the place of the text; analyses start anew.
    pub(crate) fn replace(&mut self, text: String) {
        self.recycle();
        self.text = Cow::Owned(text);
    }

    /// The text, as the rules left it.
    pub(crate) fn into_text(mut self) -> Cow<'a, str> {
        std::mem::take(&mut self.text)
    }

    fn recycle(&mut self) {
        self.characters.take();
        self.counts.take();
        let words = [self.uax29.take(), self.spacy_en.take()];
        let lines = self.lines.take();
        SCRATCH.with(|scratch| {
            let mut scratch = scratch.borrow_mut();
            scratch.words.extend(words.into_iter().flatten());
            scratch.lines.extend(lines);
        });
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        self.recycle();
    }
}
