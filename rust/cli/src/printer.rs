//! Standard output: results for a program or for a person, and how numbers look in them.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}

/// Prints a result: as one line of JSON for a program, or as text for a person.
pub(crate) fn show(
    json: bool,
    found: &impl Serialize,
    text: impl Fn() -> String,
) -> Result<(), Failure> {
    if !json {
        return print(&text());
    }
    let line = serde_json::to_string(found).map_err(io::Error::from)?;
    print(&format!("{line}\n"))
}

/// 1234567 as 1,234,567.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent with so many decimals, as wide as 100% would be.
#[expect(
    clippy::cast_precision_loss,
    reason = "a percentage is shown with a few decimals"
)]
pub(crate) fn percent(part: u64, whole: u64, decimals: usize) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    let width = "100.".len() + decimals;
    format!("{share:width$.decimals$}%")
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(super::grouped(number), text);
        }
    }

    #[test]
    fn shares_line_up() {
        assert_eq!(super::percent(1, 3, 1), " 33.3%");
        assert_eq!(super::percent(3, 3, 4), "100.0000%");
        assert_eq!(super::percent(0, 0, 1), "  0.0%");
    }
}
