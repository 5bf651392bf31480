//! Where e-mail addresses stand in a text.

use std::ops::Range;

use memchr::memchr_iter;

/// The e-mail addresses of `text`, in order.
///
/// An address is a dot-atom (RFC 5322), `@`, and two or more labels of a host name of which the
/// last holds a letter (`lodash@4.17.21` is a version), or an IPv4 address in brackets.
pub(crate) fn emails(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut free_from = 0;
    for at in memchr_iter(b'@', bytes) {
        let Some(start) = local_start(text, free_from, at) else {
            continue;
        };
        let Some(end) = host_end(bytes, at + 1) else {
            continue;
        };
        free_from = end;
        if bytes[end - 1] == b']' || last_label(&bytes[at + 1..end]).any(u8_is_letter) {
            found.push(start..end);
        }
    }
    found
}

fn u8_is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic()
}

fn last_label(host: &[u8]) -> impl Iterator<Item = &u8> {
    host.iter().rev().take_while(|byte| **byte != b'.')
}

/// A character of an atom.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// Where the dot-atom that ends before `at` begins: as early as it may, at a word boundary and not
/// before `floor`.
fn local_start(text: &str, floor: usize, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if at == floor || !is_atom(bytes[at - 1]) {
        return None;
    }
    let mut first = at - 1;
    while first > floor {
        let before = bytes[first - 1];
        let joins = is_atom(before)
            || (before == b'.'
                && first - 1 > floor
                && is_atom(bytes[first - 2])
                && is_atom(bytes[first]));
        if !joins {
            break;
        }
        first -= 1;
    }
    (first..at).find(|&start| bytes[start] != b'.' && is_word_boundary(text, start))
}

/// Whether exactly one of the characters around `place` belongs to a word. The one at `place` is
/// ASCII.
fn is_word_boundary(text: &str, place: usize) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text[..place].chars().next_back().is_some_and(is_word);
    before != text[place..].chars().next().is_some_and(is_word)
}

/// The end of the host that begins at `start`.
fn host_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) == Some(&b'[') {
        return bracketed_end(bytes, start + 1);
    }
    let mut place = start;
    let mut dots = 0;
    loop {
        let rest = bytes.get(place..).unwrap_or_default();
        if !rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let in_label = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let run = rest.iter().take_while(in_label).count();
        let hyphens = rest[..run].iter().rev().take_while(|b| **b == b'-').count();
        let next = rest.get(run + 1);
        let goes_on = rest.get(run) == Some(&b'.') && next.is_some_and(u8::is_ascii_alphanumeric);
        if hyphens > 0 || !goes_on {
            return (dots > 0).then_some(place + run - hyphens);
        }
        place += run + 1;
        dots += 1;
    }
}

/// The end of `192.0.2.1]`.
fn bracketed_end(bytes: &[u8], start: usize) -> Option<usize> {
    let longest = bytes.len().min(start + "255.255.255.255]".len());
    let inside = bytes.get(start..longest)?.split(|b| *b == b']').next()?;
    let octets: Vec<_> = inside.split(|byte| *byte == b'.').collect();
    let is_octet = |octet: &&[u8]| {
        let number = std::str::from_utf8(octet)
            .ok()
            .and_then(|text| text.parse::<u8>().ok());
        octet.len() <= 3 && octet.first() != Some(&b'+') && number.is_some()
    };
    let end = start + inside.len();
    let closed = bytes.get(end) == Some(&b']');
    (closed && octets.len() == 4 && octets.iter().all(is_octet)).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// The slow twin: the same grammar as a regular expression.
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        let atom = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
        let label = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
        let octet = r"(?:0?0?[0-9]|0?[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
        let host = format!(r"(?:{label}\.)+{label}|\[(?:{octet}\.){{3}}{octet}\]");
        Regex::new(&format!(r"\b{atom}(?:\.{atom})*@(?:{host})")).unwrap()
    });

    fn slow(text: &str) -> Vec<Range<usize>> {
        let is_address = |found: &&str| {
            let last = found.rsplit('.').next().unwrap_or_default();
            found.ends_with(']') || last.contains(|c: char| c.is_ascii_alphabetic())
        };
        ADDRESS
            .find_iter(text)
            .filter(|found| is_address(&found.as_str()))
            .map(|found| found.range())
            .collect()
    }

    fn addresses(text: &str) -> Vec<&str> {
        emails(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn addresses_in_prose() {
        assert_eq!(
            addresses(
                "Mail ann.o'neil+x@mail.example.com. Or <bob@b-c.example>; é@x.org, eve@[192.0.2.1]!"
            ),
            [
                "ann.o'neil+x@mail.example.com",
                "bob@b-c.example",
                "eve@[192.0.2.1]"
            ]
        );
        assert_eq!(addresses("信箱a@example.com。"), [] as [&str; 0]);
        assert_eq!(addresses("信箱：a@example.com。"), ["a@example.com"]);
    }

    #[test]
    fn what_is_not_an_address() {
        for text in [
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@b.",
            "a@.b.c",
            "lodash@4.17.21",
            "a.@b.c",
            "a@[1.2.3]",
            "a@[1.2.3.256]",
            "a@[1.2.3.4",
            "\0@\0",
            "é@é.é",
            "a@-b.c",
            "@@@@",
            "a@[1.2.3.+4]",
        ] {
            assert_eq!(addresses(text), [] as [&str; 0], "{text:?}");
        }
    }

    #[test]
    fn long_hostile_runs_are_read_once() {
        let dots = format!("{}@", "a.".repeat(50_000));
        assert!(emails(&dots).is_empty());
        let ats = "a@".repeat(50_000);
        assert!(emails(&ats).is_empty());
        assert_eq!(emails(&format!("a@{}", "b.".repeat(50_000))).len(), 1);
    }

    proptest! {
        #[test]
        fn agrees_with_the_regular_expression(
            text in r"[ab1._@é\-\[\]!中 ]{0,24}|([a1]{1,2}[.@\-]){0,6}|a@\[([0-9]{1,3}\.){3}[0-9]{1,3}\]"
        ) {
            prop_assert_eq!(emails(&text), slow(&text));
        }
    }
}
