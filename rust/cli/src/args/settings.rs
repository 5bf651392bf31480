//! Reads settings and filter rules from the command line: parts of a recipe without the recipe.

use assay_schema::FilterSpec;
use toml::{Table, Value};

use crate::failure::Failure;

/// Names the command line in errors about settings.
pub(crate) const ORIGIN: &str = "command line";

/// Makes a table of KEY=VALUE settings; a value that is not TOML is text.
pub(crate) fn table(settings: &[String]) -> Result<Table, Failure> {
    let mut table = Table::new();
    for setting in settings {
        let Some((key, value)) = setting.split_once('=') else {
            let message = format!("--set {setting}: expected KEY=VALUE");
            return Err(Failure::Usage(message));
        };
        let value = toml_value(value).unwrap_or_else(|_| value.into());
        table.insert(key.trim().into(), value);
    }
    Ok(table)
}

/// Rules by name, or as inline tables with their thresholds.
pub(crate) fn filters(rules: &[String]) -> Result<Vec<FilterSpec>, Failure> {
    let entries = rules.iter().map(|rule| entry(rule));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    Ok(FilterSpec::from_list(entries, ORIGIN)?)
}

fn entry(rule: &str) -> Result<Value, Failure> {
    let rule = rule.trim();
    if !rule.starts_with('{') {
        return Ok(rule.into());
    }
    toml_value(rule)
        .map_err(|error| Failure::Usage(format!("--filter {rule}: {}", error.message())))
}

/// One value as TOML would have it after a key.
fn toml_value(text: &str) -> Result<Value, toml::de::Error> {
    let mut table: Table = format!("value = {text}").parse()?;
    Ok(table.remove("value").unwrap_or_else(|| text.into()))
}
