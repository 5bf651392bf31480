//! The settings of every filter rule, one file for each.

pub(crate) mod c4;
pub(crate) mod classifier;
pub(crate) mod dclm_addresses;
pub(crate) mod dclm_lines;
pub(crate) mod dclm_quality;
pub(crate) mod dclm_repetition;
pub(crate) mod expression;
pub(crate) mod fineweb;
pub(crate) mod gopher_quality;
pub(crate) mod gopher_repetition;
pub(crate) mod language;
pub(crate) mod length;
pub(crate) mod lines;
pub(crate) mod paragraphs;
pub(crate) mod pii;
pub(crate) mod prose;
pub(crate) mod ratios;
pub(crate) mod url_list;
