//! Makes each rule from its settings in a recipe.
//!
//! A new rule is a file of settings and a variant of [`FilterSpec`] in `rust/schema`, a file in
//! `rules/`, and an arm here.

use assay_schema::FilterSpec;

use crate::error::FilterError;
use crate::rule::Rule;
use crate::rules::c4::C4Rule;
use crate::rules::classifier::ClassifierRule;
use crate::rules::dclm_addresses::DclmAddressesRule;
use crate::rules::dclm_lines::DclmLinesRule;
use crate::rules::dclm_quality::DclmQualityRule;
use crate::rules::dclm_repetition::DclmRepetitionRule;
use crate::rules::expression::ExpressionRule;
use crate::rules::fineweb::FineWebRule;
use crate::rules::gopher_quality::GopherQualityRule;
use crate::rules::gopher_repetition::GopherRepetitionRule;
use crate::rules::language::LanguageRule;
use crate::rules::length::LengthRule;
use crate::rules::lines::LinesRule;
use crate::rules::paragraphs::ParagraphsRule;
use crate::rules::pii::PiiRule;
use crate::rules::ratios::RatiosRule;
use crate::rules::url_list::UrlListRule;

/// The names of all rules, as a recipe writes them.
#[must_use]
pub fn registry() -> &'static [&'static str] {
    FilterSpec::RULES
}

/// Makes the rule that `spec` names, with its settings.
///
/// # Errors
/// [`FilterError`] when a setting cannot be used, such as a list that cannot be read.
pub(crate) fn build(spec: &FilterSpec) -> Result<Box<dyn Rule>, FilterError> {
    Ok(match spec {
        FilterSpec::GopherQuality(settings) => Box::new(GopherQualityRule::new(settings)),
        FilterSpec::GopherRepetition(settings) => Box::new(GopherRepetitionRule::new(settings)),
        FilterSpec::C4(settings) => Box::new(C4Rule::new(settings)?),
        FilterSpec::FineWeb(settings) => Box::new(FineWebRule::new(settings)),
        FilterSpec::Length(settings) => Box::new(LengthRule::new(settings)),
        FilterSpec::Ratios(settings) => Box::new(RatiosRule::new(settings)),
        FilterSpec::Lines(settings) => Box::new(LinesRule::new(settings)?),
        FilterSpec::Paragraphs(settings) => Box::new(ParagraphsRule::new(settings)),
        FilterSpec::UrlList(settings) => Box::new(UrlListRule::new(settings)?),
        FilterSpec::Language(settings) => Box::new(LanguageRule::new(settings)?),
        FilterSpec::Classifier(settings) => Box::new(ClassifierRule::new(settings)?),
        FilterSpec::Expression(settings) => Box::new(ExpressionRule::new(settings)?),
        FilterSpec::DclmAddresses(settings) => Box::new(DclmAddressesRule::new(settings)),
        FilterSpec::DclmQuality(settings) => Box::new(DclmQualityRule::new(settings)),
        FilterSpec::DclmRepetition(settings) => Box::new(DclmRepetitionRule::new(settings)),
        FilterSpec::DclmLines(settings) => Box::new(DclmLinesRule::new(settings)),
        FilterSpec::Pii(settings) => Box::new(PiiRule::new(settings)),
    })
}
