//! Web addresses, which stay whole.

use crate::char_classes::lookup::{is, some_is};
use crate::char_classes::table::{DECIMAL, LOWER, WORD};

/// Whether `text`, which has no white space, is an address: a scheme or none, a user or none, a
/// public IPv4 address or a host with a top-level domain, a port or none, a path or none.
pub(super) fn is_address(text: &str) -> bool {
    if !text.contains('.') {
        return false;
    }
    let end_of_scheme = text.find("://").filter(|end| {
        let scheme = &text[..*end];
        scheme.chars().count() >= 2 && scheme.chars().all(is_scheme)
    });
    let after_scheme = end_of_scheme.map(|end| end + "://".len());
    // A user is anything with at least one character before an `@`.
    let after_users = text.match_indices('@').filter(|(at, _)| *at > 0);
    std::iter::once(0)
        .chain(after_scheme)
        .chain(after_users.map(|(at, _)| at + 1))
        .any(|host| begins_with_host(&text[host..]))
}

fn is_scheme(c: char) -> bool {
    is(c, WORD) || matches!(c, '+' | '-' | '.')
}

/// Whether `text` is a host, a port or none, and a path or none.
fn begins_with_host(text: &str) -> bool {
    is_public_ip(text) || is_domain(text)
}

fn is_domain(text: &str) -> bool {
    let mut rest = text;
    while let Some((label, after)) = rest.split_once('.') {
        if !is_label(label) {
            return false;
        }
        let end = after.find(|c| !is(c, LOWER)).unwrap_or(after.len());
        let top_level = after[..end].chars().count();
        if (2..=63).contains(&top_level) && is_port_and_path(&after[end..]) {
            return true;
        }
        rest = after;
    }
    false
}

fn is_label(label: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric() || ('\u{a1}'..='\u{ffff}').contains(&c);
    label.chars().count() <= 64
        && label.starts_with(edge)
        && label.ends_with(edge)
        && label.chars().all(|c| edge(c) || c == '_' || c == '-')
}

/// Whether `text` is nothing, or a port, a path or both.
fn is_port_and_path(text: &str) -> bool {
    let is_path = |text: &str| text.is_empty() || text.starts_with(['/', '?', '#']);
    let Some(port) = text.strip_prefix(':') else {
        return is_path(text);
    };
    let path = port.trim_start_matches(|c| is(c, DECIMAL));
    let digits = port[..port.len() - path.len()].chars().count();
    (2..=5).contains(&digits) && is_path(path)
}

fn is_public_ip(text: &str) -> bool {
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit());
    let (address, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut numbers = [0_u16; 4];
    let mut parts = address.split('.');
    for (number, place) in numbers.iter_mut().zip(0..) {
        match parts.next().map(|part| octet(part, place)) {
            Some(Some(value)) => *number = value,
            _ => return false,
        }
    }
    let [a, b, ..] = numbers;
    let is_private = matches!(
        (a, b),
        (10 | 127, _) | (169, 254) | (192, 168) | (172, 16..=31)
    );
    parts.next().is_none()
        && !some_is(rest.chars().next(), DECIMAL)
        && !is_private
        && is_port_and_path(rest)
}

/// The value of the part at `place` of an IPv4 address when it may stand there.
fn octet(part: &str, place: usize) -> Option<u16> {
    let value: u16 = part.parse().ok().filter(|_| part.len() <= 3)?;
    let zero_first = part.starts_with('0');
    let fits = match place {
        0 => !zero_first && value <= 223,
        3 => !zero_first && value <= 254,
        // Leading zeros are allowed in the middle, but not before three digits.
        _ => value <= 255 && !(zero_first && part.len() == 3),
    };
    fits.then_some(value)
}
