//! The filter rules, one per file or folder, each named as a recipe writes it.
//!
//! Every file says where its rule comes from and lists the checks, in the order in which they are
//! made. Code that several rules share is in `shared/`.

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
pub(crate) mod ratios;
mod shared;
pub(crate) mod url_list;
