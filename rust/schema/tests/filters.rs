//! The settings of filters, as a recipe gives them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

use assay_schema::{FilterSpec, Recipe};

/// The one filter of a recipe.
fn filter(filter: &str) -> Result<FilterSpec, String> {
    let text = format!(
        "schema_version = 1\noutput = \"o\"\ntokenizer = \"t\"\n[[source]]\nname = \"web\"\n\
         path = \"a\"\nfilters = [{filter}]\n"
    );
    let recipe = Recipe::from_toml(&text, "recipe.toml").map_err(|error| error.to_string())?;
    let again = Recipe::from_json(&recipe.to_json(), "recipe").unwrap();
    assert_eq!(again, recipe);
    Ok(recipe.sources[0].filters[0].clone())
}

#[test]
fn names_and_tables_are_read() {
    for text in [
        "'pii'",
        "'paragraphs'",
        "'dclm-addresses'",
        "{ rule = 'dclm-addresses', every_text = true }",
        "'dclm-quality'",
        "'dclm-repetition'",
        "'dclm-lines'",
        "{ rule = 'pii', ip_replacements = [], email_replacements = ['<mail>'] }",
        "{ rule = 'length', max_characters = 9, min_lines = 2 }",
        "{ rule = 'lines', min_words = 3, must_end_in = ['.', '!'], max_removed_words = 0.5 }",
        "{ rule = 'lines', part = 'paragraph', phrases = ['read more'], repeated = true }",
        "{ rule = 'ratios', min_letters = 0.6, max_capitals = 0.5 }",
        "{ rule = 'url-list', mode = 'keep', domains = 'keep.txt' }",
        "{ rule = 'language', model = 'lid.176.bin', languages = ['en'] }",
        "{ rule = 'classifier', model = 'hq.bin', labels = ['hq'], min_score = 0.2 }",
        "{ rule = 'classifier', model = 'bad.bin', labels = ['a', 'b'], max_score = 0.5 }",
        "{ rule = 'expression', keep = 'words > 50' }",
    ] {
        filter(text).expect(text);
    }
}

#[test]
fn what_means_nothing_is_refused() {
    for (text, message) in [
        ("'ratios'", "ratios is without bounds"),
        ("'lines'", "lines is without criteria"),
        (
            "{ rule = 'lines', min_words_left = 5 }",
            "lines is without criteria",
        ),
        (
            "{ rule = 'lines', max_digits = 1.5 }",
            "lines.max_digits is 1.5",
        ),
        (
            "{ rule = 'lines', must_end_in = ['.', ''] }",
            "lines.must_end_in is empty",
        ),
        ("'url-list'", "url-list is without lists"),
        ("'language'", "missing field `model`"),
        ("'expression'", "missing field `keep`"),
        (
            "{ rule = 'expression', keep = ' ' }",
            "expression.keep is empty",
        ),
        (
            "{ rule = 'pii', ip_replacements = [], email_replacements = [], phone_replacements = [] }",
            "pii is without replacements",
        ),
        (
            "{ rule = 'ratios', min_digits = 2 }",
            "ratios is 2, expected a number from 0 to 1",
        ),
        (
            "{ rule = 'ratios', min_digits = 0.5, max_digits = 0.4 }",
            "a minimum of 0.5 and a maximum of 0.4",
        ),
        ("{ rule = 'url-list', domains = [''] }", "url-list is empty"),
        (
            "{ rule = 'url-list', soft_words = 'w', min_soft_words = 0 }",
            "url-list.min_soft_words is 0",
        ),
        (
            "{ rule = 'language', model = 'm', languages = [] }",
            "language.languages is an empty list",
        ),
        (
            "{ rule = 'classifier', model = 'm', labels = ['a'] }",
            "classifier is without bounds",
        ),
        (
            "{ rule = 'classifier', model = '', labels = ['a'], min_score = 0.5 }",
            "classifier.model is empty",
        ),
        (
            "{ rule = 'paragraphs', min_paragraphs = 0 }",
            "paragraphs.min_paragraphs is 0",
        ),
        (
            "{ rule = 'dclm-lines', max_digits = nan }",
            "dclm-lines.max_digits is NaN",
        ),
        ("{ rule = 'pii', emails = 'x' }", "unknown field `emails`"),
    ] {
        let error = filter(text).expect_err(text);
        assert!(error.contains(message), "{error}\nexpected: {message}");
    }
}

#[test]
fn the_files_of_a_rule_can_be_made_relative_to_another_folder() {
    let mut lists = filter("{ rule = 'url-list', domains = ['a', 'b'], words = 'c' }").unwrap();
    for path in lists.files_mut() {
        path.insert_str(0, "folder/");
    }
    assert_eq!(lists.files_mut(), ["folder/a", "folder/b", "folder/c"]);
    assert!(filter("'pii'").unwrap().files_mut().is_empty());
}
