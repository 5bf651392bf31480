//! Prefixes and suffixes of a chunk.

use crate::char_classes::lookup::{is, some_is};
use crate::char_classes::table::{BEFORE_DOT, PREFIX, SUFFIX, UPPER};

/// Currencies of more than one character; those of one have the class `PREFIX`.
const LONG_CURRENCIES: [&str; 3] = ["US$", "C$", "A$"];

/// Currencies of one character, split off after a digit.
const CURRENCIES: &str = "$£€¥฿₽﷼₴₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿";

const POSSESSIVES: [&str; 4] = ["'s", "'S", "’s", "’S"];

/// Units, split off after a digit. The two that stand together do so in spaCy 3.8.
const UNITS: &str = "km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft \
    kg g mg µg t lb oz m/s km/h kmh mph hPa Pa mbar mb MB kb KB gb GB tb \
    TB T G M K % км км² км³ м м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм \
    кг г мг м/с км/ч кПа Па мбар Кб КБ кб Мб МБ мб Гб ГБ гб Тб ТБ тбكم \
    كم² كم³ م م² م³ سم سم² سم³ مم مم² مم³ كم غرام جرام جم كغ ملغ كوب اكواب";

/// The most bytes of a unit or currency.
const LONGEST_MEASURE: usize = 10;

/// Splits affixes off `chunk`, one at each end at a time; the suffixes come last first.
///
/// Splitting ends when nothing more can be split off or the rest is an exception.
pub(super) fn split_off<'t>(
    chunk: &'t str,
    is_exception: impl Fn(&str) -> bool,
    prefixes: &mut Vec<&'t str>,
    suffixes: &mut Vec<&'t str>,
) -> &'t str {
    let mut rest = chunk;
    while !rest.is_empty() && !is_exception(rest) {
        let (prefix, without_prefix) = rest.split_at(prefix_length(rest));
        if !prefix.is_empty() && is_exception(without_prefix) {
            prefixes.push(prefix);
            return without_prefix;
        }
        let length = suffix_length(without_prefix);
        let (without_suffix, suffix) = rest.split_at(rest.len() - length);
        if !suffix.is_empty() && is_exception(without_suffix) {
            suffixes.push(suffix);
            return without_suffix;
        }
        if prefix.is_empty() && suffix.is_empty() {
            break;
        }
        if !prefix.is_empty() {
            prefixes.push(prefix);
        }
        if !suffix.is_empty() {
            suffixes.push(suffix);
        }
        rest = &without_prefix[..without_prefix.len() - length];
    }
    rest
}

/// Whether an affix could be split off `text`.
pub(super) fn has_affix(text: &str) -> bool {
    prefix_length(text) + suffix_length(text) > 0
}

/// The length of the prefix that `text` begins with, or zero.
fn prefix_length(text: &str) -> usize {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return 0;
    };
    let next = chars.next();
    match first {
        '+' if !next.is_some_and(|c| c.is_ascii_digit()) => 1,
        '.' if next == Some('.') => text.len() - text.trim_start_matches('.').len(),
        _ if is(first, PREFIX) => first.len_utf8(),
        _ => {
            let found = LONG_CURRENCIES.iter().find(|sign| text.starts_with(**sign));
            found.map_or(0, |sign| sign.len())
        }
    }
}

/// The length of the longest suffix that `text` ends with, or zero.
fn suffix_length(text: &str) -> usize {
    let mut chars = text.chars().rev();
    let Some(last) = chars.next() else {
        return 0;
    };
    let before = chars.next();
    let alone = if is(last, SUFFIX) || is_conditional_suffix(last, before, chars.next()) {
        last.len_utf8()
    } else {
        0
    };
    let longer = match last {
        '.' if before == Some('.') => text.len() - text.trim_end_matches('.').len(),
        '…' if before == Some('…') => 2 * last.len_utf8(),
        's' | 'S' if matches!(before, Some('\'' | '’')) => {
            let found = POSSESSIVES.iter().find(|suffix| text.ends_with(**suffix));
            found.map_or(0, |suffix| suffix.len())
        }
        _ if !last.is_ascii_digit() => measure_length(text),
        _ => 0,
    };
    alone.max(longer)
}

/// Whether `last` is split off for what stands before it.
fn is_conditional_suffix(last: char, before: Option<char>, second: Option<char>) -> bool {
    let after_digit = before.is_some_and(|c| c.is_ascii_digit());
    match last {
        '+' => after_digit,
        '.' => {
            let degree =
                second == Some('°') && matches!(before, Some('F' | 'f' | 'C' | 'c' | 'K' | 'k'));
            let initials = some_is(before, UPPER) && some_is(second, UPPER);
            degree || initials || some_is(before, BEFORE_DOT)
        }
        _ => after_digit && CURRENCIES.contains(last),
    }
}

/// The length of the unit or currency that `text` ends with after a digit, or zero.
fn measure_length(text: &str) -> usize {
    // No measure has an ASCII digit in it, so it is all that follows the last one.
    let Some(digit) = text.bytes().rposition(|byte| byte.is_ascii_digit()) else {
        return 0;
    };
    let measure = &text[digit + 1..];
    let mut known = UNITS.split(' ').chain(LONG_CURRENCIES);
    if measure.len() <= LONGEST_MEASURE && known.any(|known| known == measure) {
        measure.len()
    } else {
        0
    }
}
