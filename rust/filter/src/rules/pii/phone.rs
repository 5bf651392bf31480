//! Where telephone numbers stand in a text.

use std::ops::Range;

/// The telephone numbers of `text` in one of the forms that few other numbers share, in order:
///
/// * international: `+`, then 8 to 15 digits (ITU-T E.164) in groups of two to seven, but for the
///   country code and the group after it; without separators at least ten;
/// * North American: `(212) 555-0123`, `212-555-0123` or `212.555.0123`, after an optional `1`,
///   where area code and exchange begin with 2 to 9.
///
/// Letters, digits and the signs of arithmetic or of longer numbers do not touch a number.
pub(crate) fn phones(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        let byte = bytes[place];
        if !(byte.is_ascii_digit() || byte == b'+' || byte == b'(') {
            place += 1;
            continue;
        }
        match number_at(bytes, place) {
            Some(end) => {
                found.push(place..end);
                place = end;
            }
            None => place += digits(&bytes[place..]).max(1),
        }
    }
    found
}

/// The end of the number that begins at `start` and stands alone.
fn number_at(bytes: &[u8], start: usize) -> Option<usize> {
    let touches = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+-./=#^*(\\$".contains(byte);
    if start > 0 && touches(&bytes[start - 1]) {
        return None;
    }
    let length = match bytes[start] {
        b'+' => international(&bytes[start..]),
        _ => north_american(&bytes[start..]),
    }?;
    let end = start + length;
    let next = bytes.get(end);
    let touched = next.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_+=^*".contains(byte));
    let joined = next.is_some_and(|byte| b"-./,:".contains(byte))
        && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    (!touched && !joined).then_some(end)
}

/// How many digits `bytes` begins with.
fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// The length of the number in international form at the start of `bytes`.
fn international(bytes: &[u8]) -> Option<usize> {
    let mut end = 1 + digits(&bytes[1..]);
    let mut total = end - 1;
    if !matches!(bytes.get(1), Some(b'1'..=b'9')) {
        return None;
    }
    let mut groups = 1;
    let mut only_dots = true;
    loop {
        let separator = separator(&bytes[end..]);
        let group = digits(&bytes[end + separator..]);
        let least = if groups == 1 { 1 } else { 2 };
        if separator == 0 || !(least..=7).contains(&group) || total + group > 15 {
            break;
        }
        only_dots &= &bytes[end..end + separator] == b".";
        end += separator + group;
        total += group;
        groups += 1;
    }
    // One dot is a decimal point.
    let is_decimal = groups == 2 && only_dots;
    let least = if groups == 1 { 10 } else { 8 };
    let country_code = digits(&bytes[1..]);
    let country_fits = groups == 1 || country_code <= 4;
    (country_fits && !is_decimal && (least..=15).contains(&total)).then_some(end)
}

/// The length of what stands between two groups of digits: a space, a hyphen or a dot, or one
/// parenthesis of those around a group with the space or hyphen beside it; else zero.
fn separator(bytes: &[u8]) -> usize {
    const FORMS: [&[u8]; 7] = [b" (", b") ", b")-", b")", b" ", b"-", b"."];
    let form = FORMS.iter().find(|form| bytes.starts_with(form));
    form.map_or(0, |form| form.len())
}

/// The length of the number in North American form at the start of `bytes`.
fn north_american(bytes: &[u8]) -> Option<usize> {
    let prefix = match bytes {
        [b'1', b' ' | b'-' | b'.', ..] => 2,
        _ => 0,
    };
    let rest = &bytes[prefix..];
    let (area, line_separator) = match rest {
        [b'(', a, b, c, b')', b' ', ..] if is_code(&[*a, *b, *c]) => (6, b'-'),
        [b'(', a, b, c, b')', ..] if is_code(&[*a, *b, *c]) => (5, b'-'),
        [a, b, c, separator @ (b'-' | b'.'), ..] if is_code(&[*a, *b, *c]) => (4, *separator),
        _ => return None,
    };
    let local = &rest[area..];
    let separated = is_code(local.get(..3)?) && local.get(3) == Some(&line_separator);
    (separated && digits(&local[4..]) == 4).then_some(prefix + area + 8)
}

/// Three digits, the first from 2 to 9.
fn is_code(bytes: &[u8]) -> bool {
    matches!(bytes, [b'2'..=b'9', b'0'..=b'9', b'0'..=b'9'])
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        phones(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn international_numbers() {
        for number in [
            "+44 20 7946 0958",
            "+33 1 23 45 67 89",
            "+1 (212) 555-0123",
            "+1-212-555-0123",
            "+442079460958",
            "+49 (0) 30 901820",
            "+86 10 6552 9988",
            "+1.212.555.0123",
        ] {
            assert_eq!(found(&format!("Tel: {number}, or write.")), [number]);
        }
    }

    #[test]
    fn north_american_numbers() {
        for number in [
            "(212) 555-0123",
            "(212)555-0123",
            "212-555-0123",
            "212.555.0123",
            "1-800-555-0199",
            "1 (800) 555-0199",
        ] {
            assert_eq!(found(&format!("call {number}.")), [number]);
        }
    }

    #[test]
    fn what_is_not_a_number_to_call() {
        for text in [
            "2024-11-24",
            "123-456-7890",
            "212 555 0123",
            "1.23456789",
            "+1.23456789",
            "x+12345678901",
            "+12345678",
            "ISBN 978-0-306-40615-7",
            "3.1415926535",
            "+1 0 0 0 1 0 0 1",
            "212-555-01234",
            "212-555-0123-4",
            "1212-555-0123",
            "555-0123",
            "+",
            "(",
            "(212) 555",
            "(212)",
            "1-",
            "212.555.0123.4",
            "+1234567890123456",
            "10.1.212.555.0123",
            "212-555.0123",
            "f(212) 555-0123",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text:?}");
        }
    }

    #[test]
    fn long_hostile_runs_are_read_once() {
        for run in ["1", "+", "(", "+1 ", "1-", "212-", "+12 34"] {
            assert!(found(&run.repeat(50_000)).len() <= 50_000);
        }
    }

    /// The slow twin of the North American form.
    static NORTH_AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
        let code = "[2-9][0-9][0-9]";
        let form =
            format!(r"^(1[ .\-])?(\({code}\) ?{code}-|{code}-{code}-|{code}\.{code}\.)[0-9]{{4}}$");
        Regex::new(&form).unwrap()
    });

    proptest! {
        #[test]
        fn agrees_with_the_regular_expression(
            text in r"[12.\- ()]{0,20}|(1[ .\-])?(\(2[0-9]{2}\) ?|2[0-9]{2}[.\-])[1-9][0-9]{2}[.\-][0-9]{4,5}"
        ) {
            let expected = NORTH_AMERICAN.is_match(&text);
            prop_assert_eq!(found(&text) == [text.as_str()], expected);
        }
    }
}
