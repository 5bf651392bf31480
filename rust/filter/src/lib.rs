//! Keep or drop a document, with a reason.
//!
//! One rule per file; [`registry`] lists them and [`build`] makes one from its settings. Words
//! are Unicode UAX #29 words: verdicts differ on some documents from implementations that split
//! otherwise.

mod gopher_quality;
mod gopher_repetition;
mod length;
mod lines;
mod share;

use assay_schema::FilterSpec;

pub use gopher_quality::GopherQuality;
pub use gopher_repetition::GopherRepetition;
pub use length::Length;

/// Why a document is dropped: a constant in kebab case, counted in the manifest.
pub type Reason = &'static str;

/// A rule that keeps or drops a document by its text alone.
pub trait Filter {
    /// The rule's name, as a recipe writes it.
    fn rule(&self) -> &'static str;

    /// Keeps the text, or says why it is dropped.
    ///
    /// # Errors
    /// The reason of the first check that fails.
    fn check(&self, text: &str) -> Result<(), Reason>;
}

/// The names of all rules.
#[must_use]
pub fn registry() -> &'static [&'static str] {
    &[gopher_quality::RULE, gopher_repetition::RULE, length::RULE]
}

/// The rule with the thresholds of `spec`.
#[must_use]
pub fn build(spec: &FilterSpec) -> Box<dyn Filter + Send + Sync> {
    match spec {
        FilterSpec::GopherQuality(settings) => Box::new(GopherQuality::new(settings.clone())),
        FilterSpec::GopherRepetition(settings) => Box::new(GopherRepetition::new(settings.clone())),
        FilterSpec::Length(settings) => Box::new(Length::new(settings.clone())),
    }
}

/// `Err(reason)` where `fails` holds.
fn drop_if(fails: bool, reason: Reason) -> Result<(), Reason> {
    if fails { Err(reason) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_names_what_build_makes() {
        let specs = [
            FilterSpec::GopherQuality(assay_schema::GopherQuality::default()),
            FilterSpec::GopherRepetition(assay_schema::GopherRepetition::default()),
            FilterSpec::Length(assay_schema::Length::default()),
        ];
        let built: Vec<_> = specs.iter().map(|spec| build(spec).rule()).collect();
        assert_eq!(built, registry());
        let named: Vec<_> = specs.iter().map(FilterSpec::rule).collect();
        assert_eq!(named, registry());
    }
}
