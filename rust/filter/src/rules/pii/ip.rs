//! Where IP addresses stand in a text, and which of them are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use memchr::memchr2_iter;

/// The IPv4 and IPv6 addresses of `text`, in order.
///
/// An address stands alone: letters, digits, `_`, and further dotted numbers do not touch it. A
/// port after an IPv4 address and the full stop of a sentence may.
pub(crate) fn addresses(text: &str) -> Vec<(Range<usize>, IpAddr)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut free_from = 0;
    for mark in memchr2_iter(b'.', b':', bytes) {
        if mark < free_from || !may_be_inside_an_address(bytes, mark) {
            continue;
        }
        let before = bytes[free_from..mark].iter().rev();
        let start = mark - before.take_while(|byte| is_part(**byte)).count();
        let after = bytes[mark..].iter();
        free_from = mark + after.take_while(|byte| is_part(**byte)).count();
        in_token(text, start..free_from, &mut found);
    }
    found
}

/// The cheap test that most punctuation fails: a `.` between digits, a `:` beside a hexadecimal
/// digit or another colon on both sides.
fn may_be_inside_an_address(bytes: &[u8], mark: usize) -> bool {
    let before = mark.checked_sub(1).map_or(b' ', |place| bytes[place]);
    let after = bytes.get(mark + 1).copied().unwrap_or(b' ');
    if bytes[mark] == b'.' {
        before.is_ascii_digit() && after.is_ascii_digit()
    } else {
        // A port: the address before it has dots.
        let hexadecimal = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
        hexadecimal(before) || hexadecimal(after)
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'_')
}

/// The addresses of one run of letters, digits, dots, colons and underscores.
fn in_token(text: &str, range: Range<usize>, found: &mut Vec<(Range<usize>, IpAddr)>) {
    let token = &text[range.clone()];
    let whole = trim_end_of_sentence(token);
    if let Ok(address) = whole.parse::<Ipv6Addr>() {
        if whole.bytes().any(|byte| byte.is_ascii_digit()) {
            found.push((range.start..range.start + whole.len(), address.into()));
        }
        return;
    }
    let mut start = range.start;
    for part in token.split(':') {
        let undotted = part.trim_start_matches('.');
        let from = start + part.len() - undotted.len();
        let number = undotted.trim_end_matches('.');
        if let Ok(address) = number.parse::<Ipv4Addr>() {
            found.push((from..from + number.len(), address.into()));
        }
        start += part.len() + 1;
    }
}

fn trim_end_of_sentence(token: &str) -> &str {
    let token = token.trim_end_matches('.');
    match token.strip_suffix(':') {
        Some(shorter) if !shorter.ends_with(':') => shorter,
        _ => token,
    }
}

/// Whether the address is one of a machine on the public Internet.
///
/// Source: the IANA special-purpose address registries (RFC 6890 and its updates). Of IPv6 only
/// global unicast, `2000::/3`, is public.
pub(crate) fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(*address),
        IpAddr::V6(address) => is_public_v6(*address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    /// First address and length of prefix.
    const SPECIAL: [([u8; 4], u32); 15] = [
        ([0, 0, 0, 0], 8),       // this network
        ([10, 0, 0, 0], 8),      // private
        ([100, 64, 0, 0], 10),   // shared
        ([127, 0, 0, 0], 8),     // loopback
        ([169, 254, 0, 0], 16),  // link-local
        ([172, 16, 0, 0], 12),   // private
        ([192, 0, 0, 0], 24),    // protocol assignments
        ([192, 0, 2, 0], 24),    // documentation
        ([192, 88, 99, 0], 24),  // 6to4 relays, deprecated
        ([192, 168, 0, 0], 16),  // private
        ([198, 18, 0, 0], 15),   // benchmarking
        ([198, 51, 100, 0], 24), // documentation
        ([203, 0, 113, 0], 24),  // documentation
        ([224, 0, 0, 0], 4),     // multicast
        ([240, 0, 0, 0], 4),     // reserved, and limited broadcast
    ];
    let shares_prefix = |(first, length): &([u8; 4], u32)| {
        (u32::from(address) ^ u32::from_be_bytes(*first)) >> (32 - length) == 0
    };
    !SPECIAL.iter().any(shares_prefix)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let protocol_assignments = parts[0] == 0x2001 && parts[1] < 0x200;
    let documentation =
        (parts[0] == 0x2001 && parts[1] == 0x0db8) || (parts[0] == 0x3fff && parts[1] < 0x1000);
    parts[0] & 0xe000 == 0x2000 && !protocol_assignments && !documentation
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The slow twin: every run of characters, without the cheap test.
    fn slow(text: &str) -> Vec<(Range<usize>, IpAddr)> {
        let mut found = Vec::new();
        let mut start = 0;
        for token in text.split(|c: char| !(c.is_ascii() && is_part(c as u8))) {
            in_token(text, start..start + token.len(), &mut found);
            start += token.len();
            start += text[start..].chars().next().map_or(0, char::len_utf8);
        }
        found
    }

    fn found(text: &str) -> Vec<&str> {
        addresses(text)
            .into_iter()
            .map(|(range, _)| &text[range])
            .collect()
    }

    #[test]
    fn addresses_in_prose() {
        assert_eq!(
            found(
                "地址8.8.8.8的 http://1.2.3.4:80/, 5.6.7.8. [2001:4860::8888]:53 2606:4700::1: ::ffff:1.2.3.4"
            ),
            [
                "8.8.8.8",
                "1.2.3.4",
                "5.6.7.8",
                "2001:4860::8888",
                "2606:4700::1",
                "::ffff:1.2.3.4"
            ]
        );
        assert_eq!(
            found("...1.2.3.4... 1.2.3.4-1.2.3.9"),
            ["1.2.3.4", "1.2.3.4", "1.2.3.9"]
        );
    }

    #[test]
    fn what_is_not_an_address() {
        for text in [
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "v1.2.3.4",
            "1.2.3.4rc1",
            "1.2.3.4_x",
            "1..2.3.4",
            "std::vector",
            "a::b",
            "::",
            "12:30:45",
            "00:11:22:33:44:55",
            "1.3.6.1.4.1.311",
            ".",
            ":",
            "\0.\0",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text:?}");
        }
    }

    #[test]
    fn public_addresses() {
        for text in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "2001:4860::1",
            "198.20.0.0",
        ] {
            assert!(is_public(&text.parse().unwrap()), "{text}");
        }
        for text in [
            "10.0.0.1",
            "127.0.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.2.1",
            "198.19.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:8.8.8.8",
            "ff02::1",
        ] {
            assert!(!is_public(&text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn long_hostile_runs_are_read_once() {
        for run in ["1.", ":", "1:", "a1.", "1.1 "] {
            assert!(found(&run.repeat(50_000)).is_empty());
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            text in r"[12af.:_é ]{0,24}|([0-9]{1,3}[.: ]){0,9}|([0-9a-f]{0,4}:){2,8}[0-9a-f]{0,4}[. ]?"
        ) {
            prop_assert_eq!(addresses(&text), slow(&text));
        }
    }
}
