//! Whether an expression holds for a document.

use std::collections::BTreeSet;
use std::fmt;

use super::error::ExpressionError;
use super::parse::parse;
use super::syntax::{Arithmetic, Comparison, Condition, Number, Written};

/// Why an expression neither holds nor fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undefined {
    /// The field at this path is missing, or has another type.
    MissingField(String),
    /// A number to compare with is undefined, such as `0 / 0`.
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
    pub(super) condition: Condition,
    pub(super) names: &'static [&'static str],
}

impl Expression {
    /// Reads an expression over the features `names`.
    pub(crate) fn parse(
        source: &str,
        names: &'static [&'static str],
    ) -> Result<Self, ExpressionError> {
        let condition = parse(source, names)?;
        Ok(Self { condition, names })
    }

    /// The features in the expression, as their places in the list of names.
    pub(crate) fn features(&self) -> BTreeSet<usize> {
        let mut features = BTreeSet::new();
        self.condition.features(&mut features);
        features
    }

    /// Whether the expression holds for `document`.
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

/// `decisive` if either side is `decisive`, else the opposite.
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
