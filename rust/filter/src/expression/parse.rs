//! From the text of an expression to its tree, by recursive descent.
//!
//! ```text
//! condition  = all, { "or", all } ;
//! all        = one, { "and", one } ;
//! one        = "not", one | "(", condition, ")" | comparison ;
//! comparison = number, ( "==" | "!=" | "<" | "<=" | ">" | ">=" ), number
//!            | field, ( "==" | "!=" ), string ;
//! number     = product, { ( "+" | "-" ), product } ;
//! product    = factor, { ( "*" | "/" ), factor } ;
//! factor     = "-", factor | "(", number, ")" | literal | feature | field ;
//! field      = "fields.", path ;
//! ```

use super::error::ExpressionError;
use super::syntax::{Arithmetic, Comparison, Condition, MAX_BYTES, Number};
use super::token::{Token, tokens};

/// How deep parentheses, `not` and `-` may nest.
const MAX_DEPTH: usize = 64;

/// The tree of `source`, in which the features of `names` are known.
pub(crate) fn parse(source: &str, names: &[&'static str]) -> Result<Condition, ExpressionError> {
    if source.len() > MAX_BYTES {
        return Err(ExpressionError::TooLong {
            bytes: source.len(),
        });
    }
    let mut parser = Parser {
        source,
        names,
        tokens: tokens(source)?,
        next: 0,
        depth: 0,
    };
    let condition = parser.condition()?;
    match parser.peek() {
        Token::End => Ok(condition),
        _ => Err(parser.expected("and, or, or the end")),
    }
}

struct Parser<'a> {
    source: &'a str,
    names: &'a [&'static str],
    tokens: Vec<(usize, Token<'a>)>,
    next: usize,
    depth: usize,
}

type Parsed<T> = Result<T, ExpressionError>;

impl<'a> Parser<'a> {
    fn peek(&self) -> Token<'a> {
        self.tokens
            .get(self.next)
            .map_or(Token::End, |(_, token)| token.clone())
    }

    /// Goes past the next token if it is this word or sign.
    fn accept(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(text) | Token::Name(text) if text == wanted);
        self.next += usize::from(found);
        found
    }

    /// One-based column of the next token, in characters.
    fn column(&self) -> usize {
        let place = self
            .tokens
            .get(self.next)
            .map_or(self.source.len(), |(place, _)| *place);
        self.source[..place].chars().count() + 1
    }

    fn expected(&self, expected: &'static str) -> ExpressionError {
        ExpressionError::Syntax {
            column: self.column(),
            found: self.peek().shown(),
            expected,
        }
    }

    /// Parses one level deeper.
    fn nested<T>(&mut self, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.expected("an expression that is less deeply nested"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn condition(&mut self) -> Parsed<Condition> {
        let mut left = self.all()?;
        while self.accept("or") {
            left = Condition::Or(left.into(), self.all()?.into());
        }
        Ok(left)
    }

    fn all(&mut self) -> Parsed<Condition> {
        let mut left = self.one()?;
        while self.accept("and") {
            left = Condition::And(left.into(), self.one()?.into());
        }
        Ok(left)
    }

    fn one(&mut self) -> Parsed<Condition> {
        if self.accept("not") {
            return Ok(Condition::Not(self.nested(Self::one)?.into()));
        }
        if self.peek() == Token::Sign("(") && self.parenthesis_holds_a_condition() {
            self.next += 1;
            let inner = self.nested(Self::condition)?;
            self.close()?;
            return Ok(inner);
        }
        self.comparison()
    }

    /// Whether a comparison stands inside the parenthesis that opens next: if not, it holds a
    /// number.
    fn parenthesis_holds_a_condition(&self) -> bool {
        let mut depth = 0_usize;
        for (_, token) in &self.tokens[self.next..] {
            match token {
                Token::Sign("(") => depth += 1,
                Token::Sign(")") => depth -= 1,
                Token::Sign("==" | "!=" | "<" | "<=" | ">" | ">=") => return true,
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }

    fn close(&mut self) -> Parsed<()> {
        if self.accept(")") {
            return Ok(());
        }
        Err(self.expected("a closing parenthesis"))
    }

    fn comparison(&mut self) -> Parsed<Condition> {
        let left = self.number()?;
        let place = self.next;
        let comparison = self.comparison_sign()?;
        let Token::Text(value) = self.peek() else {
            return Ok(Condition::Numbers(left, comparison, self.number()?));
        };
        let equal = match comparison {
            Comparison::Equal => true,
            Comparison::NotEqual => false,
            _ => {
                self.next = place;
                return Err(self.expected("== or != before a string"));
            }
        };
        let Number::Field(field) = left else {
            return Err(self.expected("a number: only a field of the record can be a string"));
        };
        self.next += 1;
        Ok(Condition::Text {
            field,
            equal,
            value: value.to_owned(),
        })
    }

    fn comparison_sign(&mut self) -> Parsed<Comparison> {
        let found = Comparison::ALL
            .into_iter()
            .find(|one| self.accept(one.sign()));
        found.ok_or_else(|| self.expected("a comparison: ==, !=, <, <=, > or >="))
    }

    fn number(&mut self) -> Parsed<Number> {
        let operations = [Arithmetic::Add, Arithmetic::Subtract];
        self.chain(operations, Self::product)
    }

    fn product(&mut self) -> Parsed<Number> {
        let operations = [Arithmetic::Multiply, Arithmetic::Divide];
        self.chain(operations, Self::factor)
    }

    /// Operands with operations between them, grouped from the left.
    fn chain(
        &mut self,
        operations: [Arithmetic; 2],
        operand: fn(&mut Self) -> Parsed<Number>,
    ) -> Parsed<Number> {
        let mut left = operand(self)?;
        while let Some(operation) = operations.into_iter().find(|one| self.accept(one.sign())) {
            left = Number::Binary(left.into(), operation, operand(self)?.into());
        }
        Ok(left)
    }

    fn factor(&mut self) -> Parsed<Number> {
        if self.accept("-") {
            return Ok(Number::Negative(self.nested(Self::factor)?.into()));
        }
        if self.accept("(") {
            let inner = self.nested(Self::number)?;
            self.close()?;
            return Ok(inner);
        }
        let number = match self.peek() {
            Token::Number(value) => Number::Literal(value),
            Token::Name(name) => self.named(name)?,
            _ => return Err(self.expected("a number, a feature or a field")),
        };
        self.next += 1;
        Ok(number)
    }

    fn named(&self, name: &str) -> Parsed<Number> {
        if matches!(name, "and" | "or" | "not") {
            return Err(self.expected("a number, a feature or a field"));
        }
        if let Some(path) = name.strip_prefix("fields.") {
            let whole = !path.split('.').any(str::is_empty);
            return match whole {
                true => Ok(Number::Field(path.to_owned())),
                false => Err(self.expected("a path such as fields.meta.score")),
            };
        }
        let known = self.names.iter().position(|known| *known == name);
        known
            .map(Number::Feature)
            .ok_or_else(|| ExpressionError::UnknownName {
                column: self.column(),
                name: name.to_owned(),
                known: self.names.join(", "),
            })
    }
}
