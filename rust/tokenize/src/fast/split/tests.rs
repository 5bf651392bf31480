//! Every rule against its regular expression, run by the tokenizers crate.

use std::sync::LazyLock;

use proptest::prelude::*;
use tokenizers::utils::SysRegex;

use super::*;

/// Each rule and its slow twin.
static RULES: LazyLock<Vec<(Split, SysRegex)>> = LazyLock::new(|| {
    let rules = [Split::Gpt2, Split::Gpt2Digits].into_iter();
    let rules = rules.chain(Split::BY_EXPRESSION);
    rules
        .map(|rule| (rule, SysRegex::new(&rule.expression()).unwrap()))
        .collect()
});

/// The pre-tokens by the slow twin: the matches of the expression, which leave nothing out.
fn cut_slowly<'a>(rule: Split, expression: &SysRegex, text: &'a str) -> Vec<&'a str> {
    let parts: Vec<&str> = match rule {
        Split::Gpt2Digits => {
            let numeric = char::is_numeric;
            let parts = text.split_inclusive(numeric).flat_map(|part| {
                let last = part
                    .char_indices()
                    .next_back()
                    .filter(|last| numeric(last.1));
                let (before, digit) = part.split_at(last.map_or(part.len(), |last| last.0));
                [before, digit]
            });
            parts.collect()
        }
        _ => vec![text],
    };
    let matches = |part: &'a str| {
        let found = expression.find_iter(part);
        found.map(move |(start, end)| &part[start..end])
    };
    parts.into_iter().flat_map(matches).collect()
}

fn check(text: &str) -> Result<(), TestCaseError> {
    for (rule, expression) in RULES.iter() {
        let expected = cut_slowly(*rule, expression, text);
        let mut found = Vec::new();
        rule.each(text, |start, end| found.push(&text[start..end]));
        prop_assert_eq!(found.concat(), text);
        prop_assert_eq!(found, expected, "{:?} {:?}", rule, text);
    }
    Ok(())
}

/// Characters that the rules tell apart: cases, marks, digits and spaces of many scripts.
const NASTY: &str = "[ a-cA-C'sSſtTKrevVlLmMdD019\
    \\t\\n\\r\\x0b\\x0c\\x00\\x1f\\x7f/\\-_.\u{85}\u{a0}\u{ad}\u{1680}\u{2003}\u{2028}\u{2029}\u{202f}\u{3000}\u{200b}\u{200d}\u{feff}\
    éÉßǅʰªº漢字ひ가אश्с٣९①Ⅷ²½\u{300}\u{301}\u{345}\u{483}\u{903}\u{20e3}\u{fe0f}\u{e0100}\
    👩🏽\u{1f468}\u{e000}\u{378}\u{fffe}\u{10ffff}𝐀𝟘𐐀𐐨’]";

fn nasty() -> impl Strategy<Value = String> {
    prop::string::string_regex(&format!("{NASTY}{{0,40}}")).unwrap()
}

#[test]
fn chosen_texts_are_cut_as_by_the_expression() {
    for text in [
        "I'll say it's he's'S 'T'RE ’s 'ſ 'ſt 'ſs'x'",
        "a  b\n\n c \r\n\r\n  d\n ",
        "  \n \n  x",
        "   ",
        "12345 ½⅓ ٣٤٥٦ x1y22z333",
        "HTTPServer'S getURLFor iPhone McDonald's ABCdEF'll",
        "ªABC ʰA\u{301}B \u{301}ABC !\u{301}A x\u{301}\u{301}Y ǅungla \u{301}",
        "// a/b\n/ ///\n\n/ 'tis !!'s ...\n/",
        "\u{a0}\u{a0}x \u{3000}y\u{2028}z\u{85}",
        "👩🏽‍💻 \u{200d}\u{fe0f}x\u{0}\u{0} \u{e000}",
        "don'T 'VE'vE 'lL 'M 'Dx",
        "K'K k'ſ \u{212a}'s",
    ] {
        check(text).unwrap();
    }
}

#[test]
fn characters_of_all_scripts_are_cut_as_by_the_expression() {
    let mut all = String::new();
    for character in ('\0'..'\u{600}').chain(('\u{600}'..=char::MAX).step_by(61)) {
        all.extend([
            character, 'a', character, 'A', ' ', character, '\n', character,
        ]);
    }
    check(&all).unwrap();
}

#[test]
fn known_expressions_are_recognised_and_others_are_not() {
    for rule in Split::BY_EXPRESSION {
        assert_eq!(Split::by_expression(&rule.expression()), Some(rule));
    }
    assert_eq!(Split::by_expression(r"\s+"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nasty_texts_are_cut_as_by_the_expression(text in nasty()) {
        check(&text)?;
    }

    #[test]
    fn all_texts_are_cut_as_by_the_expression(text in "(?s).{0,40}") {
        check(&text)?;
    }

    /// Longer than a block, of ASCII with little between.
    #[test]
    fn long_texts_are_cut_as_by_the_expression(
        text in "('(s|t|re|ve|m|ll|d|r|l|S)?|[a-cA-C]{1,9}|[ \\t\\n\\r\\x0b]{1,3}|[0-9]{1,4}|[.,=\\x00\\x1c\\x7f-]{1,3}){20,40}\
            (é|\u{3000}|’|٣|漢)?( |'s|a|1|=|\\n){0,80}"
    ) {
        check(&text)?;
    }
}
