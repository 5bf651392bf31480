//! The words of the expression language.

use super::error::ExpressionError;

/// The smallest part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Number(f64),
    Text(&'a str),
    /// A name, or one of the words and, or, not.
    Name(&'a str),
    /// An operator or a parenthesis.
    Sign(&'static str),
    End,
}

impl Token<'_> {
    /// How an error message names the token.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Number(value) => value.to_string(),
            Self::Text(value) => format!("\"{value}\""),
            Self::Name(name) => (*name).to_owned(),
            Self::Sign(sign) => (*sign).to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longer signs before their beginnings.
const SIGNS: [&str; 12] = [
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")",
];

/// The tokens of `source`, each with the byte where it begins; [`Token::End`] is the last.
pub(crate) fn tokens(source: &str) -> Result<Vec<(usize, Token<'_>)>, ExpressionError> {
    let mut found = Vec::new();
    let mut place = 0;
    loop {
        let rest = source[place..].trim_start();
        place = source.len() - rest.len();
        if rest.is_empty() {
            found.push((place, Token::End));
            return Ok(found);
        }
        let (token, length) = token(rest).map_err(|expected| ExpressionError::Syntax {
            column: source[..place].chars().count() + 1,
            found: rest.chars().take(12).collect(),
            expected,
        })?;
        found.push((place, token));
        place += length;
    }
}

/// The token at the start of `rest`, and its length; or what was expected there.
fn token(rest: &str) -> Result<(Token<'_>, usize), &'static str> {
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Token::Sign(sign), sign.len()));
    }
    let first = rest.as_bytes()[0];
    if first == b'"' || first == b'\'' {
        let inside = &rest[1..];
        let end = inside.find(char::from(first));
        let end = end.ok_or("a closing quotation mark")?;
        return Ok((Token::Text(&inside[..end]), end + 2));
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let word = &rest[..length];
    if first.is_ascii_digit() || first == b'.' {
        // Of the names of numbers that Rust reads, none begins with a digit or a dot.
        let number = word.parse::<f64>().ok().filter(|value| value.is_finite());
        return number
            .map(|value| (Token::Number(value), length))
            .ok_or("a number such as 0.7");
    }
    if length == 0 {
        return Err("a name, a number, a string, a parenthesis or an operator");
    }
    Ok((Token::Name(word), length))
}
