//! Compares the numbers that a rule measures with its thresholds, or only lists them.
//!
//! When a chain decides about a document, the first failed check ends the rule. When it lists the
//! numbers that its rules measure, no check fails.

/// Why a document is dropped: a constant in kebab case, counted in the manifest.
pub type Reason = &'static str;

/// A failed check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) reason: Reason,
    /// The measured value and the threshold.
    pub(crate) detail: String,
}

/// Compares numbers with thresholds, or lists them.
#[derive(Debug, Default)]
pub(crate) struct Thresholds {
    /// Where numbers are listed; then no check fails.
    features: Option<Vec<(&'static str, f64)>>,
    failed: bool,
}

impl Thresholds {
    /// Lists every number and lets every check pass.
    pub(crate) fn listing() -> Self {
        Self {
            features: Some(Vec::new()),
            failed: false,
        }
    }

    /// The numbers that were listed.
    pub(crate) fn into_features(self) -> Vec<(&'static str, f64)> {
        self.features.unwrap_or_default()
    }

    /// Whether, while numbers are listed, a check would have failed since the last call.
    pub(crate) fn take_failed(&mut self) -> bool {
        std::mem::take(&mut self.failed)
    }

    /// Whether numbers are listed: those that no check needs are worth computing only then.
    pub(crate) fn is_listing(&self) -> bool {
        self.features.is_some()
    }

    /// Lists `value` under the name `feature`.
    pub(crate) fn list(&mut self, feature: &'static str, value: f64) {
        if let Some(features) = &mut self.features {
            features.push((feature, value));
        }
    }

    /// Fails with `reason` when `fails` holds; `detail` is made only then.
    pub(crate) fn fail_if(
        &mut self,
        fails: bool,
        reason: Reason,
        detail: impl FnOnce() -> String,
    ) -> Result<(), Rejection> {
        if !fails {
            return Ok(());
        }
        if self.features.is_some() {
            self.failed = true;
            return Ok(());
        }
        Err(Rejection {
            reason,
            detail: detail(),
        })
    }

    /// Fails with `reason` when `value` is above `limit`.
    pub(crate) fn at_most(
        &mut self,
        feature: &'static str,
        value: f64,
        limit: f64,
        reason: Reason,
    ) -> Result<(), Rejection> {
        self.list(feature, value);
        self.fail_if(value > limit, reason, || compared(value, '>', limit))
    }

    /// Fails with `reason` when `value` is below `limit`.
    pub(crate) fn at_least(
        &mut self,
        feature: &'static str,
        value: f64,
        limit: f64,
        reason: Reason,
    ) -> Result<(), Rejection> {
        self.list(feature, value);
        self.fail_if(value < limit, reason, || compared(value, '<', limit))
    }

    /// Fails with the first reason when `value` is below the first limit, with the second when it
    /// is above the second.
    pub(crate) fn within(
        &mut self,
        feature: &'static str,
        value: f64,
        (least, most): (f64, f64),
        (below, above): (Reason, Reason),
    ) -> Result<(), Rejection> {
        self.at_least(feature, value, least, below)?;
        self.fail_if(value > most, above, || compared(value, '>', most))
    }
}

/// `part / whole`; zero where the whole is empty.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// `0.3123 > 0.3`: four decimals, or all where four would hide the difference.
fn compared(value: f64, sign: char, limit: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    let shown = if rounded == limit { value } else { rounded };
    format!("{shown} {sign} {limit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_show_the_difference() {
        assert_eq!(compared(0.312_345, '>', 0.3), "0.3123 > 0.3");
        assert_eq!(compared(0.300_001, '>', 0.3), "0.300001 > 0.3");
        assert_eq!(compared(49.0, '<', 50.0), "49 < 50");
    }

    #[test]
    fn no_check_fails_while_numbers_are_listed() {
        let mut thresholds = Thresholds::listing();
        assert_eq!(
            thresholds.within("a", 3.0, (1.0, 2.0), ("below", "above")),
            Ok(())
        );
        assert!(thresholds.take_failed() && !thresholds.take_failed());
        assert_eq!(thresholds.into_features(), [("a", 3.0)]);
    }
}
