//! The list of filter rules: their names in a recipe, and the settings of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::rules::c4::C4;
use crate::filter::rules::classifier::Classifier;
use crate::filter::rules::dclm_addresses::DclmAddresses;
use crate::filter::rules::dclm_lines::DclmLines;
use crate::filter::rules::dclm_quality::DclmQuality;
use crate::filter::rules::dclm_repetition::DclmRepetition;
use crate::filter::rules::expression::Expression;
use crate::filter::rules::fineweb::FineWeb;
use crate::filter::rules::gopher_quality::GopherQuality;
use crate::filter::rules::gopher_repetition::GopherRepetition;
use crate::filter::rules::language::Language;
use crate::filter::rules::length::Length;
use crate::filter::rules::lines::Lines;
use crate::filter::rules::paragraphs::Paragraphs;
use crate::filter::rules::pii::Pii;
use crate::filter::rules::ratios::Ratios;
use crate::filter::rules::url_list::UrlList;
use crate::filter::settings::Settings;

/// Declares the rules: their names in a recipe and their settings.
macro_rules! filter_rules {
    ($($(#[$doc:meta])* $name:literal => $rule:ident,)*) => {
        /// One rule with its thresholds. A recipe may also name the rule alone
        /// (`"gopher-quality"`) to take every default.
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[serde(tag = "rule")]
        pub enum FilterSpec {
            $($(#[$doc])* #[serde(rename = $name)] $rule($rule),)*
        }

        impl FilterSpec {
            /// The names of all rules, as a recipe writes them.
            pub const RULES: &'static [&'static str] = &[$($name),*];

            /// The rule's name, as a recipe writes it.
            pub fn rule(&self) -> &'static str {
                match self {
                    $(Self::$rule(_) => $name,)*
                }
            }

            /// The paths of the files that the rule reads, for the caller who knows what they are
            /// relative to.
            pub fn files_mut(&mut self) -> Vec<&mut String> {
                match self {
                    $(Self::$rule(settings) => settings.files_mut(),)*
                }
            }

            /// Checks the thresholds; `key` names the rule in errors.
            pub(crate) fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
                match self {
                    $(Self::$rule(settings) => settings.validate(check, key),)*
                }
            }
        }

        /// The name of a rule.
        #[derive(JsonSchema)]
        #[allow(dead_code, reason = "describes the accepted names to schemars only")]
        pub(crate) enum RuleName {
            $(#[serde(rename = $name)] $rule,)*
        }

        /// The table form alone; `FilterSpec` adds the bare name.
        #[derive(Deserialize)]
        #[serde(tag = "rule")]
        pub(crate) enum Table {
            $(#[serde(rename = $name)] $rule($rule),)*
        }

        impl From<Table> for FilterSpec {
            fn from(table: Table) -> Self {
                match table {
                    $(Table::$rule(settings) => Self::$rule(settings),)*
                }
            }
        }
    };
}

filter_rules! {
    /// Gopher's document quality rules (Rae et al. 2021, arXiv:2112.11446, appendix A.1.1).
    "gopher-quality" => GopherQuality,
    /// Gopher's repetition rules (the same paper, table A1).
    "gopher-repetition" => GopherRepetition,
    /// C4's rules on lines and documents (Raffel et al. 2020, arXiv:1910.10683, section 2.2).
    "c4" => C4,
    /// FineWeb's rules on lines (Penedo et al. 2024, arXiv:2406.17557, section 3.6).
    "fineweb" => FineWeb,
    /// Bounds on the number of words.
    "length" => Length,
    /// Bounds on the shares of letters, digits, symbols, white space and capitals.
    "ratios" => Ratios,
    /// mC4's rule on long paragraphs (Xue et al. 2021, arXiv:2010.11934, section 3.1).
    "paragraphs" => Paragraphs,
    /// Removes lines or paragraphs by what they are like, and drops documents that lose much.
    "lines" => Lines,
    /// Takes web and IP addresses out of the text, as DCLM-Baseline does (Li et al. 2024,
    /// arXiv:2406.11794).
    "dclm-addresses" => DclmAddresses,
    /// The page rules of DCLM-Baseline.
    "dclm-quality" => DclmQuality,
    /// The repetition rules of DCLM-Baseline.
    "dclm-repetition" => DclmRepetition,
    /// The line rules of DCLM-Baseline.
    "dclm-lines" => DclmLines,
    /// Masks e-mail addresses, IP addresses and telephone numbers.
    "pii" => Pii,
    /// Drops or keeps documents by lists of web addresses.
    "url-list" => UrlList,
    /// Keeps documents in some languages, by a fastText model.
    "language" => Language,
    /// Keeps documents by the score that a fastText classifier gives them.
    "classifier" => Classifier,
    /// Keeps documents for which an expression over features and fields holds.
    "expression" => Expression,
}
