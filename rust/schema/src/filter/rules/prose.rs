//! The thresholds that `gopher-quality` and `dclm-quality` share.

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::rules::dclm_quality::DclmQuality;
use crate::filter::rules::gopher_quality::GopherQuality;

/// Thresholds on words and on the shapes of lines.
///
/// Both rules list them as their own, since a table with another one flattened into it could not
/// refuse an unknown key; their checks and their meaning have this one home.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProseLimits {
    /// Fewest and most words.
    pub words: (u64, u64),
    /// Smallest and largest mean word length, in characters.
    pub mean_word_length: (f64, f64),
    /// Most `#` signs and ellipses per word.
    pub max_symbols_per_word: f64,
    /// Largest share of lines that begin with a bullet point.
    pub max_bullet_lines: f64,
    /// Largest share of lines that end with an ellipsis.
    pub max_ellipsis_lines: f64,
}

impl ProseLimits {
    pub(super) fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        check.ordered(key, self.words.0 as f64, self.words.1 as f64)?;
        check.ordered(key, self.mean_word_length.0, self.mean_word_length.1)?;
        let symbols = format!("{key}.max_symbols_per_word");
        check.not_negative(&symbols, self.max_symbols_per_word)?;
        check.fraction(&format!("{key}.max_bullet_lines"), self.max_bullet_lines)?;
        check.fraction(
            &format!("{key}.max_ellipsis_lines"),
            self.max_ellipsis_lines,
        )
    }
}

/// Takes the shared thresholds out of the settings of a rule.
macro_rules! has_prose_limits {
    ($settings:ident) => {
        impl $settings {
            /// The thresholds that two rules share.
            #[must_use]
            pub fn prose(&self) -> ProseLimits {
                ProseLimits {
                    words: (self.min_words, self.max_words),
                    mean_word_length: (self.min_mean_word_length, self.max_mean_word_length),
                    max_symbols_per_word: self.max_symbols_per_word,
                    max_bullet_lines: self.max_bullet_lines,
                    max_ellipsis_lines: self.max_ellipsis_lines,
                }
            }
        }
    };
}

has_prose_limits!(GopherQuality);
has_prose_limits!(DclmQuality);
