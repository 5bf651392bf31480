//! A chain of rules: each document goes through them in order, until one drops it.

use std::borrow::Cow;

use assay_schema::FilterSpec;

use crate::analysis::view::View;
use crate::document::Document;
use crate::error::FilterError;
use crate::registry::build;
use crate::rule::Rule;
use crate::thresholds::{Reason, Rejection, Thresholds};

/// What a chain decides about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement<'a> {
    /// The document stays, with this text, which is owned where a rule changed it.
    Keep(Cow<'a, str>),
    /// A rule drops the document.
    Drop {
        /// The rule, by its place in [`Chain::stages`].
        stage: usize,
        /// Why, in kebab case.
        reason: Reason,
        /// The measured value and the threshold, such as `0.31 > 0.3`.
        detail: String,
    },
}

/// Rules in the order of a recipe.
///
/// A rule that changes the text hands the changed text to the rules after it.
pub struct Chain {
    rules: Vec<(&'static str, Box<dyn Rule>)>,
}

impl Chain {
    /// The rules of `specs`, in their order.
    ///
    /// # Errors
    /// [`FilterError`] when a rule cannot be made from its settings.
    pub fn new(specs: &[FilterSpec]) -> Result<Self, FilterError> {
        let rules = specs.iter().map(|spec| Ok((spec.rule(), build(spec)?)));
        Ok(Self {
            rules: rules.collect::<Result<_, FilterError>>()?,
        })
    }

    /// The names of the stages: `filter:` and the rule.
    #[must_use]
    pub fn stages(&self) -> Vec<String> {
        let names = self.rules.iter().map(|(name, _)| format!("filter:{name}"));
        names.collect()
    }

    /// Keeps or drops a document.
    #[must_use]
    pub fn judge<'a>(&self, document: &Document<'a>) -> Judgement<'a> {
        self.judge_and_note(document, |_, _| {})
    }

    /// Keeps or drops a document, and calls `note` for every rule that changes the text, with the
    /// rule's place in [`Chain::stages`] and the bytes of the changed text.
    pub fn judge_and_note<'a>(
        &self,
        document: &Document<'a>,
        mut note: impl FnMut(usize, u64),
    ) -> Judgement<'a> {
        let mut view = View::new(document);
        let mut thresholds = Thresholds::default();
        for (stage, (_, rule)) in self.rules.iter().enumerate() {
            match rule.examine(&view, &mut thresholds) {
                Ok(None) => {}
                Ok(Some(changed)) => {
                    note(stage, changed.len() as u64);
                    view.replace(changed);
                }
                Err(Rejection { reason, detail }) => {
                    return Judgement::Drop {
                        stage,
                        reason,
                        detail,
                    };
                }
            }
        }
        Judgement::Keep(view.into_text())
    }

    /// Every number that the rules compare with a threshold, by name, without deciding.
    ///
    /// A rule sees the text as the rules before it leave it; one that would drop the document
    /// leaves it as it is.
    #[must_use]
    pub fn features(&self, document: &Document<'_>) -> Vec<(&'static str, f64)> {
        let mut view = View::new(document);
        let mut thresholds = Thresholds::listing();
        for (_, rule) in &self.rules {
            let examined = rule.examine(&view, &mut thresholds);
            if let (Ok(Some(changed)), false) = (examined, thresholds.take_failed()) {
                view.replace(changed);
            }
        }
        thresholds.into_features()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(specs: &[FilterSpec]) -> Chain {
        Chain::new(specs).unwrap()
    }

    #[test]
    fn the_first_rule_that_objects_is_named() {
        let length = |min_words| {
            FilterSpec::Length(assay_schema::Length {
                min_words: Some(min_words),
                ..Default::default()
            })
        };
        let chain = chain(&[length(1), length(3)]);
        assert_eq!(chain.stages(), ["filter:length", "filter:length"]);
        let kept = chain.judge(&Document::of_text("one two three"));
        assert_eq!(kept, Judgement::Keep("one two three".into()));
        let dropped = Judgement::Drop {
            stage: 1,
            reason: "too-few-words",
            detail: "2 < 3".to_owned(),
        };
        assert_eq!(chain.judge(&Document::of_text("one two")), dropped);
        let features = chain.features(&Document::of_text("one"));
        assert_eq!(features, [("length.words", 1.0); 2]);
    }

    proptest! {
        /// While numbers are listed a rule measures all of them; to decide it may stop earlier.
        #[test]
        fn shortcuts_decide_as_all_numbers_do(
            text in "(([abcd] ){0,9}(the words of it that )?([ab] [cd] ){0,9}(\\.\n|\n|\n\n| )){0,20}",
        ) {
            let document = Document::of_text(&text);
            for spec in assay_schema::Preset::Default.filters() {
                let (rule, view) = (build(&spec).unwrap(), View::new(&document));
                let mut listing = Thresholds::listing();
                rule.examine(&view, &mut listing).unwrap();
                let judged = rule.examine(&View::new(&document), &mut Thresholds::default());
                prop_assert_eq!(judged.is_err(), listing.take_failed(), "{}", spec.rule());
            }
        }
    }
}
