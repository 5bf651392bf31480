//! How a family of tokenizers cuts a text into pre-tokens.

mod block;
mod by_case;
mod by_words;
mod drive;
mod gpt2;

use super::text::Text;
use drive::drive;

/// A rule that cuts a text into pre-tokens, all of the text and nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// GPT-2.
    Gpt2,
    /// GPT-2 after each numeric character is set apart: SmolLM.
    Gpt2Digits,
    /// cl100k, Llama 3 and, with one digit at a time, Qwen.
    ByWords {
        /// The most digits of a pre-token.
        digits: usize,
    },
    /// o200k and, without contractions, Tekken.
    ByCase {
        /// The most digits of a pre-token.
        digits: usize,
        /// Whether a contraction stays with its word.
        contractions: bool,
    },
}

impl Split {
    /// The rules that are known by their expression.
    const BY_EXPRESSION: [Self; 4] = [
        Self::ByWords { digits: 3 },
        Self::ByWords { digits: 1 },
        Self::ByCase {
            digits: 3,
            contractions: true,
        },
        Self::ByCase {
            digits: 1,
            contractions: false,
        },
    ];

    /// The rule that does what a regular expression says, if it is a known one.
    pub(crate) fn by_expression(expression: &str) -> Option<Self> {
        let known = |rule: &Self| rule.expression() == expression;
        Self::BY_EXPRESSION.into_iter().find(known)
    }

    /// The regular expression of which the rule is the fast twin.
    pub(crate) fn expression(self) -> String {
        match self {
            Self::Gpt2 | Self::Gpt2Digits => gpt2::EXPRESSION.to_owned(),
            Self::ByWords { digits } => by_words::expression(digits),
            Self::ByCase {
                digits,
                contractions,
            } => by_case::expression(digits, contractions),
        }
    }

    /// Calls `each` with the start and the end of every pre-token, in order.
    #[inline(always)]
    pub(crate) fn each(self, text: &str, each: impl FnMut(usize, usize)) {
        let text_read = Text::new(text);
        match self {
            Self::Gpt2 => gpt2::each(text_read, each),
            Self::Gpt2Digits => gpt2::each_with_digits(text, each),
            Self::ByWords { digits } => {
                drive(text_read, |text, at| by_words::end(text, at, digits), each);
            }
            Self::ByCase {
                digits,
                contractions,
            } => {
                let end = |text: Text, at| by_case::end(text, at, digits, contractions);
                drive(text_read, end, each);
            }
        }
    }
}

#[cfg(test)]
mod tests;
