//! Expressions as trees, and how a tree is written.

use std::collections::BTreeSet;
use std::fmt;

/// The longest expression: the tree is no deeper than it has characters.
pub(crate) const MAX_BYTES: usize = 4096;

/// A computation that gives a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Literal(f64),
    /// A feature of the text, as its place in the list of features.
    Feature(usize),
    /// A number among the fields of the record.
    Field(String),
    Negative(Box<Number>),
    Binary(Box<Number>, Arithmetic, Box<Number>),
}

/// An operation on two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Arithmetic {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

/// A comparison of two numbers; strings know only the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(crate) const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A computation that holds or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Numbers(Number, Comparison, Number),
    /// A field of the record is, or is not, this string.
    Text {
        field: String,
        equal: bool,
        value: String,
    },
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// A tree with the names of its features, to be written with every parenthesis.
pub(crate) struct Written<'a, T> {
    pub(crate) tree: &'a T,
    pub(crate) names: &'a [&'static str],
}

impl<'a, T> Written<'a, T> {
    fn of<U>(&self, tree: &'a U) -> Written<'a, U> {
        Written {
            tree,
            names: self.names,
        }
    }
}

impl fmt::Display for Written<'_, Number> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tree {
            Number::Literal(value) => write!(f, "{value}"),
            Number::Feature(place) => f.write_str(self.names.get(*place).unwrap_or(&"?")),
            Number::Field(path) => write!(f, "fields.{path}"),
            Number::Negative(inner) => write!(f, "-{}", self.of(inner.as_ref())),
            Number::Binary(left, operation, right) => {
                let (left, right) = (self.of(left.as_ref()), self.of(right.as_ref()));
                write!(f, "({left} {} {right})", operation.sign())
            }
        }
    }
}

impl fmt::Display for Written<'_, Condition> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tree {
            Condition::Numbers(left, comparison, right) => {
                let sign = comparison.sign();
                write!(f, "{} {sign} {}", self.of(left), self.of(right))
            }
            Condition::Text {
                field,
                equal,
                value,
            } => {
                let sign = if *equal { "==" } else { "!=" };
                // No string that was read holds both.
                let quote = if value.contains('"') { '\'' } else { '"' };
                write!(f, "fields.{field} {sign} {quote}{value}{quote}")
            }
            Condition::Not(inner) => write!(f, "not ({})", self.of(inner.as_ref())),
            Condition::And(left, right) => {
                write!(
                    f,
                    "({}) and ({})",
                    self.of(left.as_ref()),
                    self.of(right.as_ref())
                )
            }
            Condition::Or(left, right) => {
                write!(
                    f,
                    "({}) or ({})",
                    self.of(left.as_ref()),
                    self.of(right.as_ref())
                )
            }
        }
    }
}

impl Condition {
    /// Adds the places of the features in it to `found`.
    pub(crate) fn features(&self, found: &mut BTreeSet<usize>) {
        match self {
            Self::Numbers(left, _, right) => {
                left.features(found);
                right.features(found);
            }
            Self::Text { .. } => {}
            Self::Not(inner) => inner.features(found),
            Self::And(left, right) | Self::Or(left, right) => {
                left.features(found);
                right.features(found);
            }
        }
    }
}

impl Number {
    fn features(&self, found: &mut BTreeSet<usize>) {
        match self {
            Self::Literal(_) | Self::Field(_) => {}
            Self::Feature(place) => {
                found.insert(*place);
            }
            Self::Negative(inner) => inner.features(found),
            Self::Binary(left, _, right) => {
                left.features(found);
                right.features(found);
            }
        }
    }
}
