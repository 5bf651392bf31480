//! The schema files of the Python package are those of the types.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

use std::fs;
use std::path::Path;

use assay_schema::FilterSpec;

#[test]
fn the_schema_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python/assay/schema");
    for (name, text) in assay_schema::json_schemas() {
        let path = folder.join(format!("{name}.json"));
        let file = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            file == text,
            "python/assay/schema/{name}.json differs from the types: run `cargo x schema`"
        );
    }
}

#[test]
fn a_schema_lists_the_short_forms() {
    let schemas = assay_schema::json_schemas();
    let (_, recipe) = schemas.iter().find(|(name, _)| *name == "recipe").unwrap();
    let recipe: serde_json::Value = serde_json::from_str(recipe).unwrap();
    assert_eq!(recipe["additionalProperties"], false);
    let definitions = &recipe["$defs"];
    let filter = &definitions["FilterForm"]["anyOf"];
    assert_eq!(filter.as_array().map(Vec::len), Some(3), "{definitions:#}");
    assert_eq!(
        definitions["RuleName"]["enum"].as_array().map(Vec::len),
        Some(FilterSpec::RULES.len())
    );
    assert_eq!(
        definitions["OneOrMany"]["anyOf"].as_array().map(Vec::len),
        Some(2)
    );
}
