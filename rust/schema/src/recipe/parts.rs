//! Parts of a recipe that are read on their own, where there is no recipe around them: settings
//! typed on a command line.

use toml::Table;

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::read::Filters;
use crate::filter::spec::FilterSpec;
use crate::recipe::decontaminate::Decontaminate;
use crate::recipe::dedup::{Exact, Near, RepeatedParagraphs, Substring};
use crate::recipe::documents::Documents;
use crate::text::parse_value;

macro_rules! settings_of_a_stage {
    ($($settings:ty),*) => {$(
        impl $settings {
            /// Reads and checks the settings of this stage alone; `origin` says in errors where
            /// they come from. Settings that are left out have their defaults.
            ///
            /// # Errors
            /// [`SchemaError`] naming the key that is wrong.
            pub fn from_table(settings: Table, origin: &str) -> Result<Self, SchemaError> {
                let settings: Self = parse_value(settings, origin)?;
                settings.validate(&Check { origin })?;
                Ok(settings)
            }
        }
    )*};
}

settings_of_a_stage!(
    Decontaminate,
    Documents,
    Exact,
    Near,
    RepeatedParagraphs,
    Substring
);

impl FilterSpec {
    /// Reads and checks a list of filters as a recipe gives it: names of rules and presets, and
    /// tables of a rule with its settings; `origin` says in errors where they come from.
    ///
    /// # Errors
    /// [`SchemaError`] naming the rule and the key that is wrong.
    pub fn from_list(entries: Vec<toml::Value>, origin: &str) -> Result<Vec<Self>, SchemaError> {
        let Filters(filters) = parse_value(entries, origin)?;
        for filter in &filters {
            filter.validate(&Check { origin }, filter.rule())?;
        }
        Ok(filters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "command line";

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn settings_left_out_have_their_defaults() {
        let settings = Near::from_table(table("threshold = 0.8"), ORIGIN).unwrap();
        let expected = Near {
            threshold: 0.8,
            ..Near::default()
        };
        assert_eq!(settings, expected);
        assert_eq!(
            Exact::from_table(Table::new(), ORIGIN),
            Ok(Exact::default())
        );
    }

    #[test]
    fn settings_are_checked_without_a_recipe() {
        let refused = |text| {
            Near::from_table(table(text), ORIGIN)
                .unwrap_err()
                .to_string()
        };
        let message = refused("threshhold = 0.8");
        let expected = "command line: unknown field `threshhold`, expected one of `unit`";
        assert!(message.starts_with(expected), "{message}");
        let message = refused("bands = 20");
        assert!(
            message.ends_with("expected bands and rows, or neither"),
            "{message}"
        );
        let short = Substring::from_table(table("length = 5"), ORIGIN).unwrap_err();
        assert!(
            short
                .to_string()
                .contains("length is 5, expected at least 16")
        );
        let format = Documents::from_table(table("format = 'csv'"), ORIGIN).unwrap_err();
        assert!(
            format.to_string().contains("unknown variant `csv`"),
            "{format}"
        );
    }

    #[test]
    fn filters_are_read_without_a_source() {
        let filters = |entries: &[&str]| {
            let entries = entries
                .iter()
                .map(|entry| table(&format!("e = {entry}"))["e"].clone());
            FilterSpec::from_list(entries.collect(), ORIGIN)
        };
        let found = filters(&["'c4'", "{ rule = 'length', min_words = 5 }"]).unwrap();
        let rules: Vec<_> = found.iter().map(FilterSpec::rule).collect();
        assert_eq!(rules, ["c4", "length"]);
        assert_eq!(filters(&["'datatrove-0.10'"]).unwrap().len(), 4);
        let refused = |entry| filters(&[entry]).unwrap_err().to_string();
        let message = refused("'length'");
        let expected = "command line: length is without bounds";
        assert!(message.starts_with(expected), "{message}");
        let message = refused("'gopher'");
        assert!(message.contains("unknown variant `gopher`"), "{message}");
    }
}
