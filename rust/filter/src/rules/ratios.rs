//! `ratios`: bounds on the shares of letters, digits, symbols, white space and capitals.
//!
//! # Source
//! No paper: no bound has a default, since what is usual depends on the language and the kind of text. A character is
//! a letter, a digit (or another number), white space, or a symbol.
//!
//! # Checks, in this order
//! * `few-letters`, `many-letters`: among all characters.
//! * `few-digits`, `many-digits`: among all characters.
//! * `few-symbols`, `many-symbols`: among all characters.
//! * `little-white-space`, `much-white-space`: among all characters.
//! * `few-capitals`, `many-capitals`: among letters.
//!
//! A text without characters, or without letters, has shares of zero.

use assay_schema::Ratios;

use crate::analysis::character_counts::CharacterCounts;
use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::Reason;
use crate::thresholds::{Rejection, Thresholds, share};

/// Drops documents with too many or too few characters of a kind.
pub(crate) struct RatiosRule {
    checks: [Check; 5],
}

struct Check {
    feature: &'static str,
    bounds: (f64, f64),
    reasons: (Reason, Reason),
}

impl RatiosRule {
    pub(crate) fn new(settings: &Ratios) -> Self {
        let check = |feature, least: Option<f64>, most: Option<f64>, reasons| Check {
            feature,
            bounds: (least.unwrap_or(0.0), most.unwrap_or(1.0)),
            reasons,
        };
        let s = settings;
        Self {
            checks: [
                check(
                    "ratios.letters",
                    s.min_letters,
                    s.max_letters,
                    ("few-letters", "many-letters"),
                ),
                check(
                    "ratios.digits",
                    s.min_digits,
                    s.max_digits,
                    ("few-digits", "many-digits"),
                ),
                check(
                    "ratios.symbols",
                    s.min_symbols,
                    s.max_symbols,
                    ("few-symbols", "many-symbols"),
                ),
                check(
                    "ratios.white-space",
                    s.min_white_space,
                    s.max_white_space,
                    ("little-white-space", "much-white-space"),
                ),
                check(
                    "ratios.capitals",
                    s.min_capitals,
                    s.max_capitals,
                    ("few-capitals", "many-capitals"),
                ),
            ],
        }
    }
}

/// The shares in the order of the checks.
fn shares(counts: &CharacterCounts) -> [f64; 5] {
    let all = counts.characters();
    [
        share(counts.letters, all),
        share(counts.digits, all),
        share(counts.symbols, all),
        share(counts.white_space, all),
        share(counts.capitals, counts.letters),
    ]
}

impl Rule for RatiosRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        for (check, share) in self.checks.iter().zip(shares(view.counts())) {
            thresholds.within(check.feature, share, check.bounds, check.reasons)?;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use assay_schema::FilterSpec;

    use super::*;
    use crate::testing;

    fn check(settings: Ratios, text: &str) -> Result<(), Reason> {
        testing::check(FilterSpec::Ratios(settings), text)
    }

    #[test]
    fn bounds_are_inclusive() {
        let half = |text| {
            let settings = Ratios {
                min_letters: Some(0.5),
                max_digits: Some(0.5),
                ..Ratios::default()
            };
            check(settings, text)
        };
        assert_eq!(half("ab12"), Ok(()));
        assert_eq!(half("ab123"), Err("few-letters"));
        assert_eq!(half("ab--"), Ok(()));
        assert_eq!(half(""), Err("few-letters"));
    }

    #[test]
    fn each_kind_has_its_reasons() {
        type Case = (fn(&mut Ratios), &'static str, Reason);
        let cases: [Case; 8] = [
            (|s| s.max_letters = Some(0.5), "abc", "many-letters"),
            (|s| s.min_digits = Some(0.1), "abc", "few-digits"),
            (|s| s.min_symbols = Some(0.1), "abc", "few-symbols"),
            (|s| s.max_symbols = Some(0.1), "\0{}", "many-symbols"),
            (
                |s| s.min_white_space = Some(0.1),
                "中文",
                "little-white-space",
            ),
            (
                |s| s.max_white_space = Some(0.5),
                "a \n\t",
                "much-white-space",
            ),
            (|s| s.min_capitals = Some(0.1), "abc", "few-capitals"),
            (|s| s.max_capitals = Some(0.5), "ÉA 1", "many-capitals"),
        ];
        for (set, text, reason) in cases {
            let mut settings = Ratios::default();
            set(&mut settings);
            assert_eq!(check(settings, text), Err(reason));
        }
    }
}
