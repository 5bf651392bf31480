//! What a rule is, and the list that makes each from its settings.

use assay_schema::FilterSpec;

use crate::probe::{Probe, Rejection};
use crate::view::View;
use crate::{
    FilterError, c4, classifier, dclm_addresses, dclm_lines, dclm_quality, dclm_repetition,
    expression, fineweb, gopher_quality, gopher_repetition, language, length, lines, paragraphs,
    pii, ratios, url_list,
};

/// Looks at a document, compares numbers through the probe, and may change the text.
pub(crate) trait Rule: Send + Sync {
    /// Examines the document: `Ok(None)` leaves the text as it is, `Ok(Some(text))` changes it.
    ///
    /// # Errors
    /// The reason of the first check that fails.
    fn examine(&self, view: &View<'_>, probe: &mut Probe) -> Result<Option<String>, Rejection>;
}

/// The rule with the settings of `spec`.
pub(crate) fn build(spec: &FilterSpec) -> Result<Box<dyn Rule>, FilterError> {
    Ok(match spec {
        FilterSpec::GopherQuality(settings) => Box::new(gopher_quality::Rule::new(settings)),
        FilterSpec::GopherRepetition(settings) => Box::new(gopher_repetition::Rule::new(settings)),
        FilterSpec::C4(settings) => Box::new(c4::Rule::new(settings)?),
        FilterSpec::FineWeb(settings) => Box::new(fineweb::Rule::new(settings)),
        FilterSpec::Length(settings) => Box::new(length::Rule::new(settings)),
        FilterSpec::Ratios(settings) => Box::new(ratios::Rule::new(settings)),
        FilterSpec::Lines(settings) => Box::new(lines::Rule::new(settings)?),
        FilterSpec::Paragraphs(settings) => Box::new(paragraphs::Rule::new(settings)),
        FilterSpec::UrlList(settings) => Box::new(url_list::Rule::new(settings)?),
        FilterSpec::Language(settings) => Box::new(language::Rule::new(settings)?),
        FilterSpec::Classifier(settings) => Box::new(classifier::Rule::new(settings)?),
        FilterSpec::Expression(settings) => Box::new(expression::Rule::new(settings)?),
        FilterSpec::DclmAddresses(settings) => Box::new(dclm_addresses::Rule::new(settings)),
        FilterSpec::DclmQuality(settings) => Box::new(dclm_quality::Rule::new(settings)),
        FilterSpec::DclmRepetition(settings) => Box::new(dclm_repetition::Rule::new(settings)),
        FilterSpec::DclmLines(settings) => Box::new(dclm_lines::Rule::new(settings)),
        FilterSpec::Pii(settings) => Box::new(pii::Rule::new(settings)),
    })
}
