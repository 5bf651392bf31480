//! `dclm-addresses`: takes web and IP addresses out of the text.
//!
//! # Source
//! `url_removal_modifier` of the DCLM repository (Li et al. 2024, arXiv:2406.11794), the first step
//! of `dclm_baseline_refinedweb.yaml` that looks at the text. Its list of top-level domains is
//! `top_level_domains.txt`: names of IANA's root zone, past ones too, but none in Arabic or Hebrew
//! letters, which stand there with an invisible mark and so are found in no address.
//!
//! # Changes, in this order
//! * Web addresses go from texts that begin with the name of a top-level domain in any case, or,
//!   with `every_text`, from all: an optional `http://`, `https://` or `ftp://`; up to 256 of the
//!   characters of an address; the last point among them that a top-level domain in lower case
//!   follows as a whole word; and what of an address is behind it.
//! * IP addresses go from all texts: four numbers with points between them that begin a word, after
//!   an optional scheme, and what of an address is behind them.
//! * With each go up to ten characters of white space before it.
//!
//! # Checks
//! * `only-addresses`: nothing remains.

mod domains;

use std::borrow::Cow;
use std::ops::Range;

use assay_schema::DclmAddresses;
use assay_text::python::is_space;
use memchr::memchr_iter;

use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

/// Most characters of white space that go with an address.
const SPACES: usize = 10;
/// Most characters before the point of the top-level domain, the scheme not counted.
const NAME: usize = 256;
const SCHEMES: [&str; 3] = ["https://", "http://", "ftp://"];

/// Takes addresses out of texts.
pub(crate) struct DclmAddressesRule {
    settings: DclmAddresses,
}

impl DclmAddressesRule {
    pub(crate) fn new(settings: &DclmAddresses) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = if self.settings.every_text || domains::begins(text) {
            without(Cow::Borrowed(text), web_address)
        } else {
            Cow::Borrowed(text)
        };
        without(text, ip_address)
    }
}

impl Rule for DclmAddressesRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let cleaned = self.clean(view.text());
        thresholds.fail_if(cleaned.is_empty(), "only-addresses", || {
            "0 characters".to_owned()
        })?;
        Ok(match cleaned {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        })
    }
}

/// The text without what `find` finds, each from the end of the one before.
fn without(text: Cow<'_, str>, find: fn(&str, usize) -> Option<Range<usize>>) -> Cow<'_, str> {
    let mut cleaned = String::new();
    let mut from = 0;
    while let Some(found) = find(&text, from) {
        cleaned.push_str(&text[from..found.start]);
        from = found.end;
    }
    if from == 0 {
        return text;
    }
    cleaned.push_str(&text[from..]);
    Cow::Owned(cleaned)
}

/// The first web address from `from` on.
fn web_address(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr_iter(b'.', &bytes[from..]).find_map(|point| {
        let point = from + point;
        domains::end(text, point + 1)?;
        let before = bytes[from..point].iter().rev().take(NAME);
        let name = point - before.take_while(|byte| is_of_name(**byte)).count();
        if name == point {
            return None;
        }
        let end = web_end(text, name, point)?;
        let start = name - scheme(&text[from..name]);
        Some(with_spaces(text, from, start)..end)
    })
}

/// The end of a web address whose name begins at `name`: behind the last of its top-level domains,
/// the first of which follows `point`.
fn web_end(text: &str, name: usize, point: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let most = bytes.len().min(name + NAME + 1);
    let after = bytes[point..most].iter();
    let named = point + after.take_while(|byte| is_of_name(**byte)).count();
    let from_last = bytes[point..named].iter().enumerate().rev();
    let mut points = from_last.filter(|(_, byte)| **byte == b'.');
    let end = points.find_map(|(place, _)| domains::end(text, point + place + 1))?;
    Some(end_of_address(bytes, end))
}

/// The first IP address from `from` on.
fn ip_address(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let begins_word = |start: usize| {
        let before = text[..start].chars().next_back();
        !before.is_some_and(domains::is_of_word)
    };
    memchr_iter(b'.', &bytes[from..]).find_map(|point| {
        let point = from + point;
        let number = point - digits(bytes[from..point].iter().rev());
        let end = number + numbers(&bytes[number..])?;
        if !begins_word(number) {
            return None;
        }
        let start = number - scheme(&text[from..number]);
        let start = if begins_word(start) { start } else { number };
        Some(with_spaces(text, from, start)..end_of_address(bytes, end))
    })
}

/// The length of the three numbers with a point behind them and the first digit of a fourth that
/// `bytes` begin with. A number has one or two digits, or three up to 299.
fn numbers(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    for _ in 0..3 {
        let rest = &bytes[end..];
        let length = digits(rest.iter());
        let is_number = match length {
            1 | 2 => true,
            3 => rest[0] <= b'2',
            _ => false,
        };
        if !is_number || rest.get(length) != Some(&b'.') {
            return None;
        }
        end += length + 1;
    }
    bytes.get(end)?.is_ascii_digit().then_some(end + 1)
}

fn digits<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    bytes.take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of the scheme at the end of `before`.
fn scheme(before: &str) -> usize {
    let scheme = SCHEMES.into_iter().find(|scheme| before.ends_with(scheme));
    scheme.map_or(0, str::len)
}

/// Where the white space before `start` begins that goes with it, not before `from`.
fn with_spaces(text: &str, from: usize, start: usize) -> usize {
    let before = text[from..start].chars().rev().take(SPACES);
    let spaces = before.take_while(|character| is_space(*character));
    start - spaces.map(char::len_utf8).sum::<usize>()
}

fn end_of_address(bytes: &[u8], from: usize) -> usize {
    let rest = bytes[from..].iter();
    from + rest.take_while(|byte| is_of_address(**byte)).count()
}

/// Whether a byte may stand before the top-level domain.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-@:%._+~#=".contains(&byte)
}

/// Whether a byte may stand behind the top-level domain.
fn is_of_address(byte: u8) -> bool {
    is_of_name(byte) || b"()?&/".contains(&byte)
}

#[cfg(test)]
mod tests;
