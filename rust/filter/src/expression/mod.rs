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

mod parse;
mod syntax;
mod token;

use std::collections::BTreeSet;
use std::fmt;

use crate::features::NAMES;
use crate::probe::{Probe, Rejection};
use crate::view::View;
use crate::{FilterError, features, rule};

use syntax::{Arithmetic, Comparison, Condition, Number, Written};

/// What is wrong with the text of an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// Something else was expected.
    #[error("at column {column}: found {found}, expected {expected}")]
    Syntax {
        /// One-based, in characters.
        column: usize,
        /// What stands there.
        found: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// There is no such feature.
    #[error(
        "at column {column}: no feature is named {name:?}, expected one of {known}, or a field of \
         the record written as fields.{name}"
    )]
    UnknownName {
        /// One-based, in characters.
        column: usize,
        /// The name.
        name: String,
        /// Every feature.
        known: String,
    },
    /// Longer than anyone would read.
    #[error(
        "it has {bytes} bytes, expected at most {}: split it into several rules",
        parse::MAX_BYTES
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// Why an expression neither holds nor fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undefined {
    /// The field at this path is missing, or has another type.
    MissingField(String),
    /// A comparison with a number that is none.
    NotANumber,
}

/// What an expression asks about a document.
pub(crate) trait Lookup {
    /// The feature at this place in the list of names.
    fn feature(&self, place: usize) -> f64;
    /// The number at a path of the record.
    fn number(&self, path: &str) -> Option<f64>;
    /// Whether the string at a path of the record is `value`.
    fn equals(&self, path: &str, value: &str) -> Option<bool>;
}

/// A condition on a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    condition: Condition,
    names: &'static [&'static str],
}

impl Expression {
    /// Reads an expression over the features `names`.
    pub(crate) fn parse(
        source: &str,
        names: &'static [&'static str],
    ) -> Result<Self, ExpressionError> {
        let condition = parse::parse(source, names)?;
        Ok(Self { condition, names })
    }

    /// Whether it holds.
    pub(crate) fn holds(&self, document: &dyn Lookup) -> Result<bool, Undefined> {
        holds(&self.condition, document)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tree, names) = (&self.condition, self.names);
        Written { tree, names }.fmt(f)
    }
}

/// Drops documents for which an expression does not hold.
pub(crate) struct Rule {
    expression: Expression,
    /// The features in it.
    features: BTreeSet<usize>,
}

impl Rule {
    pub(crate) fn new(settings: &assay_schema::Expression) -> Result<Self, FilterError> {
        let expression = Expression::parse(&settings.keep, &NAMES);
        let expression = expression.map_err(|source| FilterError::Expression {
            expression: settings.keep.clone(),
            source,
        })?;
        let mut features = BTreeSet::new();
        expression.condition.features(&mut features);
        Ok(Self {
            expression,
            features,
        })
    }
}

impl Rule {
    /// The features in the expression, with their values.
    fn values(&self, view: &View<'_>) -> impl Iterator<Item = (&'static str, f64)> {
        let places = self.features.iter();
        places.map(|place| (NAMES[*place], features::value(*place, view)))
    }

    /// `words = 30, lines = 2: words > 50 and lines > 1`
    fn detail(&self, view: &View<'_>) -> String {
        let values = self
            .values(view)
            .map(|(name, value)| format!("{name} = {value:.4}"));
        let values: Vec<_> = values.collect();
        format!("{}: {}", values.join(", "), self.expression)
    }
}

impl rule::Rule for Rule {
    fn examine(&self, view: &View<'_>, probe: &mut Probe) -> Result<Option<String>, Rejection> {
        if probe.is_listing() {
            for (name, value) in self.values(view) {
                probe.list(name, value);
            }
        }
        match self.expression.holds(view) {
            Ok(holds) => probe.fail_if(!holds, "expression-false", || self.detail(view)),
            Err(Undefined::MissingField(path)) => {
                probe.fail_if(true, "missing-field", || format!("fields.{path}"))
            }
            Err(Undefined::NotANumber) => probe.fail_if(true, "not-a-number", || self.detail(view)),
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

/// Logic of three values (Kleene): what is undefined decides only where nothing else does.
fn holds(condition: &Condition, document: &dyn Lookup) -> Result<bool, Undefined> {
    match condition {
        Condition::Numbers(left, comparison, right) => {
            compare(value(left, document)?, *comparison, value(right, document)?)
        }
        Condition::Text {
            field,
            equal,
            value,
        } => match document.equals(field, value) {
            Some(same) => Ok(same == *equal),
            None => Err(Undefined::MissingField(field.clone())),
        },
        Condition::Not(inner) => holds(inner, document).map(|holds| !holds),
        Condition::And(left, right) => either(left, right, false, document),
        Condition::Or(left, right) => either(left, right, true, document),
    }
}

/// `decisive` if either side is, else its opposite.
fn either(
    left: &Condition,
    right: &Condition,
    decisive: bool,
    document: &dyn Lookup,
) -> Result<bool, Undefined> {
    let left = holds(left, document);
    if left == Ok(decisive) {
        return left;
    }
    let right = holds(right, document);
    if right == Ok(decisive) {
        right
    } else {
        left.and(right)
    }
}

fn compare(left: f64, comparison: Comparison, right: f64) -> Result<bool, Undefined> {
    if left.is_nan() || right.is_nan() {
        return Err(Undefined::NotANumber);
    }
    Ok(match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    })
}

fn value(number: &Number, document: &dyn Lookup) -> Result<f64, Undefined> {
    Ok(match number {
        Number::Literal(value) => *value,
        Number::Feature(place) => document.feature(*place),
        Number::Field(path) => {
            let found = document.number(path);
            found.ok_or_else(|| Undefined::MissingField(path.clone()))?
        }
        Number::Negative(inner) => -value(inner, document)?,
        Number::Binary(left, operation, right) => {
            let (left, right) = (value(left, document)?, value(right, document)?);
            match operation {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
            }
        }
    })
}

#[cfg(test)]
mod tests;
