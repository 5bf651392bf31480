//! Which rules keep or drop a document, and their thresholds: one settings file per rule.

mod c4;
mod classifier;
mod dclm_addresses;
mod dclm_lines;
mod dclm_quality;
mod dclm_repetition;
mod expression;
mod fineweb;
mod gopher_quality;
mod gopher_repetition;
mod language;
mod length;
mod lines;
mod paragraphs;
mod pii;
mod preset;
mod prose;
mod ratios;
mod read;
mod url_list;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SchemaError;
use crate::check::Check;

pub use c4::C4;
pub use classifier::Classifier;
pub use dclm_addresses::DclmAddresses;
pub use dclm_lines::DclmLines;
pub use dclm_quality::DclmQuality;
pub use dclm_repetition::DclmRepetition;
pub use expression::Expression;
pub use fineweb::FineWeb;
pub use gopher_quality::GopherQuality;
pub use gopher_repetition::GopherRepetition;
pub use language::Language;
pub use length::Length;
pub use lines::{Lines, TextPart};
pub use paragraphs::Paragraphs;
pub use pii::Pii;
pub use preset::{Preset, PresetName, WordRule};
pub use prose::ProseLimits;
pub use ratios::Ratios;
pub(crate) use read::{FilterForm, read_filters};
pub use url_list::{UrlList, UrlMode};

/// The settings of a rule can be checked.
pub(crate) trait Settings {
    /// Checks the thresholds; `key` names the rule in errors.
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError>;

    /// The paths of the files that the rule reads.
    fn files_mut(&mut self) -> Vec<&mut String> {
        Vec::new()
    }
}

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
        enum Table {
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
