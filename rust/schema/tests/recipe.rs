//! What a recipe may say, and what the error is when it says something else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

use assay_schema::{
    Across, Decontaminate, Dedup, FilterSpec, GopherQuality, Kind, Length, Near, OnBadLine, Preset,
    Recipe,
};

const HEAD: &str = "schema_version = 1\noutput = \"out\"\ntokenizer = \"tokenizer.json\"\n";
const SOURCE: &str = "[[source]]\nname = \"web\"\npath = \"web.jsonl\"\n";

fn parse(text: &str) -> Result<Recipe, String> {
    Recipe::from_toml(text, "recipe.toml").map_err(|error| error.to_string())
}

#[test]
fn a_short_recipe_takes_every_default() {
    let recipe = parse(&format!("{HEAD}{SOURCE}filters = [\"gopher-quality\"]\n")).unwrap();
    assert_eq!(recipe.separator, "<|endoftext|>");
    assert_eq!(
        (recipe.text_field.as_str(), recipe.id_field.as_str()),
        ("text", "id")
    );
    assert_eq!(recipe.max_line_bytes, 64 << 20);
    assert_eq!(recipe.on_bad_line, OnBadLine::Fail);
    assert!(recipe.dedup.exact.is_some());
    assert_eq!(recipe.dedup.across, Across::All);
    assert_eq!(recipe.dedup.near, Some(Near::default()));
    assert_eq!(recipe.decontaminate, Some(Decontaminate::default()));
    assert_eq!(recipe.sources[0].path, ["web.jsonl"]);
    let quality = FilterSpec::GopherQuality(GopherQuality::default());
    assert_eq!(recipe.sources[0].filters, [quality]);
}

#[test]
fn a_new_recipe_is_an_empty_one_with_every_default() {
    let mut recipe = Recipe::new("out".to_owned());
    recipe.tokenizer = Some("tokenizer.json".to_owned());
    let mut expected = parse(&format!("{HEAD}{SOURCE}")).unwrap();
    expected.sources.clear();
    assert_eq!(recipe, expected);
    assert_eq!(recipe.dedup, Dedup::default());
    let off = parse(&format!(
        "{HEAD}dedup = {{ exact = false, near = false }}\n{SOURCE}"
    ));
    assert_eq!(Dedup::off(), off.unwrap().dedup);
}

#[test]
fn stages_can_be_turned_off_and_set() {
    let text = format!(
        "{HEAD}decontaminate = false\ndedup = {{ exact = false, near = false }}\n{SOURCE}\
         filters = [{{ rule = \"length\", max_words = 9 }}]\n"
    );
    let recipe = parse(&text).unwrap();
    assert_eq!(recipe.decontaminate, None);
    assert_eq!(recipe.dedup.near, None);
    let length = Length {
        max_words: Some(9),
        ..Length::default()
    };
    assert_eq!(recipe.sources[0].filters, [FilterSpec::Length(length)]);
    let text = format!("{HEAD}dedup.near = {{ bands = 4, rows = 2 }}\n{SOURCE}");
    let near = parse(&text).unwrap().dedup.near.unwrap();
    assert_eq!((near.bands, near.rows), (Some(4), Some(2)));
    let text = format!("{HEAD}dedup.near = {{ bands = 4 }}\n{SOURCE}");
    let error = parse(&text).unwrap_err().to_string();
    assert!(error.contains("bands and rows, or neither"), "{error}");
    let text = format!("{HEAD}dedup.near = {{ bands = 65536, rows = 2 }}\n{SOURCE}");
    let error = parse(&text).unwrap_err().to_string();
    assert!(error.contains("at most 65536"), "{error}");
}

#[test]
fn the_old_key_of_near_is_read() {
    let recipe = |key: &str| {
        parse(&format!(
            "{HEAD}dedup.{key} = {{ threshold = 0.8 }}\n{SOURCE}"
        ))
    };
    assert_eq!(recipe("minhash"), recipe("near"));
    assert_eq!(recipe("near").unwrap().dedup.near.unwrap().threshold, 0.8);
    assert!(recipe("near").unwrap().to_json().contains("\"near\": {"));
    let both = parse(&format!(
        "{HEAD}dedup = {{ near = true, minhash = true }}\n{SOURCE}"
    ));
    assert!(both.unwrap_err().contains("duplicate field `near`"));
}

#[test]
fn a_preset_stands_for_its_rules() {
    let text = format!("{HEAD}{SOURCE}filters = [\"datatrove-0.10\", \"length\"]\n");
    let error = parse(&text).unwrap_err();
    assert!(error.contains("length is without bounds"), "{error}");
    let recipe = parse(&text.replace(", \"length\"", "")).unwrap();
    let filters = &recipe.sources[0].filters;
    let rules: Vec<_> = filters.iter().map(FilterSpec::rule).collect();
    let expected = ["gopher-quality", "gopher-repetition", "c4", "fineweb"];
    assert_eq!(rules, expected);
    assert_eq!(*filters, Preset::Datatrove010.filters());
    let json = recipe.to_json();
    assert_eq!(Recipe::from_json(&json, "recipe").unwrap(), recipe);
    let text =
        format!("{HEAD}{SOURCE}filters = [{{ rule = \"c4\", preset = \"datatrove-0.10\" }}]\n");
    assert_eq!(parse(&text).unwrap().sources[0].filters, filters[2..3]);
    let text = format!("{HEAD}{SOURCE}filters = [\"dclm-heuristics\"]\n");
    let filters = &parse(&text).unwrap().sources[0].filters;
    let rules: Vec<_> = filters.iter().map(FilterSpec::rule).collect();
    let expected = [
        "dclm-addresses",
        "dclm-quality",
        "dclm-repetition",
        "dclm-lines",
    ];
    assert_eq!(rules, expected);
}

#[test]
fn canonical_json_reads_back_as_itself() {
    for text in [
        format!("{HEAD}{SOURCE}filters = [\"gopher-quality\", \"gopher-repetition\"]\n"),
        format!("{HEAD}decontaminate = false\ndedup.near = false\n{SOURCE}"),
    ] {
        let recipe = parse(&text).unwrap();
        let json = recipe.to_json();
        assert_eq!(Recipe::from_json(&json, "recipe").unwrap(), recipe);
        assert_eq!(Kind::Recipe.canonical(&json).unwrap(), json);
    }
}

#[test]
fn each_error_names_file_and_line_or_key() {
    for (text, message) in [
        (
            format!("{HEAD}[[source]]\nname = \"a\"\npth = \"a\"\n"),
            "recipe.toml:6: unknown field `pth`, expected one of `name`, `path`, `filters`",
        ),
        (
            format!("{HEAD}separater = \"x\"\n{SOURCE}"),
            "recipe.toml:4: unknown field `separater`",
        ),
        (
            format!("{HEAD}{SOURCE}filters = [\"gopher\"]\n"),
            "recipe.toml:7: unknown variant `gopher`, expected one of `gopher-quality`",
        ),
        (
            format!("{HEAD}{SOURCE}filters = [{{ rule = \"length\", max = 3 }}]\n"),
            "recipe.toml:7: unknown field `max`, expected one of `min_words`, `max_words`",
        ),
        (
            format!("{HEAD}{SOURCE}filters = [\"length\"]\n"),
            "source \"web\": length is without bounds",
        ),
        (
            format!("output = \"o\"\n{SOURCE}"),
            "missing field `schema_version`",
        ),
        (
            format!("{HEAD}seed = \"1\"\n{SOURCE}"),
            "recipe.toml:4: invalid type: string",
        ),
        (format!("{HEAD}seed = \n{SOURCE}"), "recipe.toml:4: "),
        (
            format!("{}{SOURCE}", HEAD.replace('1', "2")),
            "recipe.toml: schema_version is 2, this assay reads 1",
        ),
        (
            HEAD.to_owned(),
            "source is missing, expected at least one [[source]] or [[eval]]",
        ),
        (
            format!("{HEAD}{SOURCE}{SOURCE}"),
            "source.name is \"web\" twice",
        ),
        (
            format!("{HEAD}{SOURCE}[[eval]]\nname = \"WEB\"\npath = \"a\"\n"),
            "eval.name is \"WEB\" twice",
        ),
        (
            format!("{HEAD}{}", SOURCE.replace("\"web\"", "\"../web\"")),
            "source.name is \"../web\", expected letters",
        ),
        (
            format!("{HEAD}{}", SOURCE.replace("\"web.jsonl\"", "[]")),
            "source \"web\": path is an empty list",
        ),
        (
            format!("{HEAD}dedup.near.threshold = 1.5\n{SOURCE}"),
            "dedup.near.threshold is 1.5, expected a number from 0 to 1",
        ),
        (
            format!("{HEAD}dedup.near.rows = 0\n{SOURCE}"),
            "dedup.near.rows is 0",
        ),
        (
            format!("{HEAD}decontaminate.threshold = nan\n{SOURCE}"),
            "decontaminate.threshold is NaN",
        ),
        (
            format!(
                "{HEAD}{SOURCE}filters = [{{ rule = \"gopher-quality\", min_words = 10, max_words = 9 }}]\n"
            ),
            "source \"web\": gopher-quality is a minimum of 10 and a maximum of 9",
        ),
    ] {
        let error = parse(&text).expect_err(&text);
        assert!(error.contains(message), "{error}\nexpected: {message}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_json_error_names_its_line() {
    let error = Kind::Recipe.canonical("{\n  \"schema_version\": 1,\n  \"outputs\": \"a\"\n}");
    let message = error.unwrap_err().to_string();
    assert!(
        message.starts_with("recipe:3: unknown field `outputs`"),
        "{message}"
    );
    assert!(Kind::from_name("recipes").is_err());
}
