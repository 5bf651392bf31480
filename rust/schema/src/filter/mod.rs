//! The filter rules that a recipe may name, and their settings.

pub(crate) mod counting;
pub(crate) mod presets;
pub(crate) mod read;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod spec;

pub use counting::{Preset, WordRule};
pub use presets::PresetName;
pub use rules::c4::C4;
pub use rules::classifier::Classifier;
pub use rules::dclm_addresses::DclmAddresses;
pub use rules::dclm_lines::DclmLines;
pub use rules::dclm_quality::DclmQuality;
pub use rules::dclm_repetition::DclmRepetition;
pub use rules::expression::Expression;
pub use rules::fineweb::FineWeb;
pub use rules::gopher_quality::GopherQuality;
pub use rules::gopher_repetition::GopherRepetition;
pub use rules::language::Language;
pub use rules::length::Length;
pub use rules::lines::{Lines, TextPart};
pub use rules::paragraphs::Paragraphs;
pub use rules::pii::Pii;
pub use rules::prose::ProseLimits;
pub use rules::ratios::Ratios;
pub use rules::url_list::{UrlList, UrlMode};
pub use spec::FilterSpec;
