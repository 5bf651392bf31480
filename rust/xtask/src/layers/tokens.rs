//! Cuts Rust source into the tokens that say which names a file uses.
//!
//! Comments, numbers' suffixes, lifetimes and the contents of strings are dropped, with one
//! exception: a string that holds nothing but a path into the crate, as in
//! `#[serde(default = "crate::defaults::seed")]`, is a use of that path.

/// A word, `::`, or any other single character that is not white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The text of the token.
    pub text: &'a str,
    /// Its line, counted from 1.
    pub line: usize,
}

impl Token<'_> {
    /// Whether this is a name or a keyword.
    pub fn is_word(&self) -> bool {
        self.text.starts_with(is_word)
    }
}

/// The tokens of a source text.
pub fn of_source(text: &str) -> Vec<Token<'_>> {
    let mut cutter = Cutter {
        text,
        at: 0,
        line: 1,
        tokens: Vec::new(),
    };
    while cutter.step() {}
    cutter.tokens
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Cutter<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Pass over `length` bytes.
    fn skip(&mut self, length: usize) -> &'a str {
        let passed = &self.text[self.at..self.at + length];
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.at += length;
        passed
    }

    /// Take the next token, or pass over what is none; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
        } else if let Some(prefix) = string_prefix(rest) {
            self.string(prefix);
        } else if first == '\'' {
            self.skip(quote(rest));
        } else if first.is_ascii_digit() {
            self.skip(length_while(rest, is_word));
        } else if is_word(first) {
            self.word(rest);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            let length = if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            self.token(length);
        }
        true
    }

    fn token(&mut self, length: usize) {
        let line = self.line;
        let text = self.skip(length);
        self.tokens.push(Token { text, line });
    }

    /// A word; of a raw one, such as `r#type`, what follows the mark.
    fn word(&mut self, rest: &str) {
        if rest.starts_with("r#") {
            self.skip(2);
        }
        self.token(length_while(self.rest(), is_word));
    }

    /// A string whose opening quote follows `prefix` bytes of `r`, `b`, `c` and `#`.
    fn string(&mut self, prefix: usize) {
        let opening = self.skip(prefix + 1);
        let line = self.line;
        let is_raw = opening.contains('r');
        let hashes = opening.bytes().filter(|byte| *byte == b'#').count();
        let length = string_length(self.rest(), is_raw, hashes);
        let contents = self.skip(length);
        if is_crate_path(contents) {
            let tokens = of_source(contents).into_iter();
            self.tokens
                .extend(tokens.map(|token| Token { line, ..token }));
        }
        let closing = (1 + hashes).min(self.rest().len());
        self.skip(closing);
    }
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn length_while(text: &str, wanted: fn(char) -> bool) -> usize {
    text.find(|letter| !wanted(letter)).unwrap_or(text.len())
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// How many bytes stand before the opening quote, if a string begins here.
fn string_prefix(text: &str) -> Option<usize> {
    let letters = length_while(text, |letter| "rbc".contains(letter));
    let is_raw = text[..letters].ends_with('r');
    let hashes = match is_raw {
        true => length_while(&text[letters..], |letter| letter == '#'),
        false => 0,
    };
    let prefix = letters + hashes;
    (letters <= 2 && text[prefix..].starts_with('"')).then_some(prefix)
}

/// The length of a string's contents, up to its closing quote.
fn string_length(text: &str, is_raw: bool, hashes: usize) -> usize {
    let closing = format!("\"{}", "#".repeat(hashes));
    if is_raw {
        return text.find(&closing).unwrap_or(text.len());
    }
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal such as `'a'` or `'\u{e9}'`, or of a lifetime such as `'a`.
fn quote(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            let after = letters
                .next()
                .map_or(text.len(), |(at, l)| at + l.len_utf8());
            text[after..]
                .find('\'')
                .map_or(text.len(), |at| after + at + 1)
        }
        Some((at, letter)) => {
            let after = at + letter.len_utf8();
            match text[after..].starts_with('\'') {
                true => after + 1,
                false => 1 + length_while(&text[1..], is_word),
            }
        }
        None => 1,
    }
}

fn is_crate_path(text: &str) -> bool {
    text.strip_prefix("crate::").is_some_and(|rest| {
        rest.split("::")
            .all(|word| !word.is_empty() && word.chars().all(is_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        of_source(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn a_path_is_words_and_double_colons() {
        assert_eq!(
            texts("use crate::a::{b, c as d};"),
            [
                "use", "crate", "::", "a", "::", "{", "b", ",", "c", "as", "d", "}", ";"
            ]
        );
        assert_eq!(texts("r#type::x"), ["type", "::", "x"]);
    }

    #[test]
    fn comments_strings_characters_and_lifetimes_are_no_tokens() {
        for source in [
            "// crate::a\n",
            "/// [`crate::a`]",
            "/* crate::a /* crate::b */ crate::c */",
            r#""use crate::a; \" crate::b""#,
            r##"r#"use "crate::a""#"##,
            r#"b"crate a""#,
            r#"br"\""#,
            "'\"' '\\'' '\\u{e9}' 'é'",
            "'static",
            "0xff_u8 12usize",
        ] {
            assert_eq!(texts(source), Vec::<&str>::new(), "{source}");
        }
        assert_eq!(texts("&'a str"), ["&", "str"]);
        assert_eq!(texts("'a' x 'b'"), ["x"]);
    }

    #[test]
    fn a_string_that_is_a_path_of_the_crate_counts() {
        assert_eq!(
            texts(r#"default = "crate::a::b""#),
            ["default", "=", "crate", "::", "a", "::", "b"]
        );
        assert_eq!(texts(r#""crate::a is missing""#), Vec::<&str>::new());
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        let lines: Vec<usize> = of_source("a /* \n */ b \"\n\n\" c // d\n e")
            .iter()
            .map(|token| token.line)
            .collect();
        assert_eq!(lines, [1, 2, 4, 5]);
    }
}
