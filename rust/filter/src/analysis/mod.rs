//! The analysis of a document: what rules ask about its text, found once for all rules of a chain.
//!
//! A rule sees a document as a [`View`](view::View), which hands out the rest of this folder:
//! words, lines, and how many characters of each kind there are.

pub(crate) mod character_counts;
pub(crate) mod datatrove;
pub(crate) mod dclm_words;
pub(crate) mod duplicates;
pub(crate) mod grams;
pub(crate) mod lines_and_paragraphs;
mod numbering;
mod repeat_table;
mod slots;
mod spacy_tokens;
pub(crate) mod view;
mod word_marks;
pub(crate) mod words;
