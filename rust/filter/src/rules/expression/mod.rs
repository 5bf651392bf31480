//! `expression`: keeps the documents for which an expression over features and fields holds.
//!
//! `words > 50 and (alphabetic_ratio >= 0.7 or fields.score > 3) and fields.lang == "en"`
//!
//! Numbers, features of the text (the names of `features.rs`) and fields of the record
//! (`fields.` and a path) are joined by `+ - * /`, compared by `== != < <= > >=`, and comparisons
//! are joined by `not`, `and`, `or`, which bind in this order. A field is a string where it is
//! compared with one, and else a number.
//!
//! # Checks
//! * `expression-false`: the expression does not hold.
//! * `missing-field`: it holds or not depending on a field that the record lacks, or that has
//!   another type. A missing field that cannot change the answer is no matter: `words > 50 or
//!   fields.score > 3` holds for a long text without a score, in either order.
//! * `not-a-number`: likewise, depending on an undefined number such as `0 / 0`.

mod features;

use std::collections::BTreeSet;

use crate::analysis::view::View;
use crate::error::FilterError;
use crate::expression::evaluate::{Expression, Lookup, Undefined};
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

use features::NAMES;

/// Drops documents for which an expression does not hold.
pub(crate) struct ExpressionRule {
    expression: Expression,
    /// The features in it.
    features: BTreeSet<usize>,
}

impl ExpressionRule {
    pub(crate) fn new(settings: &assay_schema::Expression) -> Result<Self, FilterError> {
        let parsed = Expression::parse(&settings.keep, &NAMES);
        let expression = parsed.map_err(|source| FilterError::Expression {
            expression: settings.keep.clone(),
            source,
        })?;
        Ok(Self {
            features: expression.features(),
            expression,
        })
    }

    /// The features in the expression, with their values.
    fn values(&self, view: &View<'_>) -> impl Iterator<Item = (&'static str, f64)> {
        let places = self.features.iter();
        places.map(|place| (NAMES[*place], features::value(*place, view)))
    }

    /// `words = 30, lines = 2: words > 50 and lines > 1`
    fn detail(&self, view: &View<'_>) -> String {
        let shown = |(name, value)| format!("{name} = {value:.4}");
        let values: Vec<String> = self.values(view).map(shown).collect();
        format!("{}: {}", values.join(", "), self.expression)
    }
}

impl Rule for ExpressionRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        if thresholds.is_listing() {
            for (name, value) in self.values(view) {
                thresholds.list(name, value);
            }
        }
        match self.expression.holds(view) {
            Ok(holds) => thresholds.fail_if(!holds, "expression-false", || self.detail(view)),
            Err(Undefined::MissingField(path)) => {
                thresholds.fail_if(true, "missing-field", || format!("fields.{path}"))
            }
            Err(Undefined::NotANumber) => {
                thresholds.fail_if(true, "not-a-number", || self.detail(view))
            }
        }?;
        Ok(None)
    }
}

impl Lookup for View<'_> {
    fn feature(&self, place: usize) -> f64 {
        features::value(place, self)
    }

    fn number(&self, path: &str) -> Option<f64> {
        self.fields().number(path)
    }

    fn equals(&self, path: &str, value: &str) -> Option<bool> {
        self.fields().string(path).map(|found| found == value)
    }
}
