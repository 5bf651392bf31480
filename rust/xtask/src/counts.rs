//! How many tests passed and failed, read from the closing lines of cargo and pytest.

use std::ops::AddAssign;

/// Passed and failed tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, or broke before they could.
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The counts of all closing lines in what a runner printed.
pub fn of_output(text: &str) -> Counts {
    let mut all = Counts::default();
    for list in text.lines().filter_map(closing_list) {
        all += of_list(list);
    }
    all
}

/// The list of counts in a closing line: cargo's `test result: ok. 2 passed; 0 failed; ...`, or
/// pytest's `== 1 failed, 2 passed in 0.10s ==`.
fn closing_list(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("test result: ") {
        return rest.split_once(". ").map(|(_, list)| list);
    }
    let (list, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    let (seconds, _) = time.split_once('s')?;
    seconds.parse::<f64>().ok().map(|_| list)
}

fn of_list(list: &str) -> Counts {
    let mut counts = Counts::default();
    for item in list.split([',', ';']) {
        let mut words = item.split_whitespace();
        let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match words.next() {
            Some("passed") => counts.passed += number,
            Some("failed" | "error" | "errors") => counts.failed += number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn cargo_prints_a_line_for_every_binary() {
        let text = "running 2 tests\n..\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(of_output(text), counts(5, 1));
    }

    #[test]
    fn pytest_prints_one_line_with_or_without_a_frame() {
        for (line, expected) in [
            ("12 passed in 0.52s", counts(12, 0)),
            (
                "===== 1 failed, 2 passed, 3 errors in 75.10s (0:01:15) =====",
                counts(2, 4),
            ),
            (
                "=== 7 passed, 1 skipped, 2 warnings in 1.00s ===",
                counts(7, 0),
            ),
            ("no tests ran in 0.01s", counts(0, 0)),
        ] {
            assert_eq!(of_output(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_do_not_count() {
        for line in [
            "3 passed",
            "wrote 5 passed in review",
            "FAILED test_x.py - 3 failed",
        ] {
            assert_eq!(of_output(line), Counts::default(), "{line}");
        }
    }
}
