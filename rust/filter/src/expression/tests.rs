//! Tests of the expression language.

use proptest::prelude::*;

use super::evaluate::{Expression, Lookup, Undefined};
use super::syntax::{Arithmetic, Comparison, Condition, Number};

const NAMES: &[&str] = &["words", "lines"];

/// A document of 60 words and 0 lines, with the fields score = 3.5, lang = "en".
struct Sample;

impl Lookup for Sample {
    fn feature(&self, place: usize) -> f64 {
        [60.0, 0.0][place]
    }

    fn number(&self, path: &str) -> Option<f64> {
        (path == "meta.score").then_some(3.5)
    }

    fn equals(&self, path: &str, value: &str) -> Option<bool> {
        (path == "lang").then_some(value == "en")
    }
}

fn holds(source: &str) -> Result<bool, Undefined> {
    Expression::parse(source, NAMES).unwrap().holds(&Sample)
}

fn error(source: &str) -> String {
    Expression::parse(source, NAMES).unwrap_err().to_string()
}

#[test]
fn expressions_that_hold() {
    for source in [
        "words > 50",
        "words>50 and fields.meta.score>=3.5",
        "not words < 50 and fields.lang == 'en'",
        "words < 50 or not fields.lang != \"en\"",
        "words == 2 + 3 * 20 - 2 and words / 2 / 3 == 10",
        "(words + 1) * 2 == 122 and ((words) > -(1 - 2))",
        "words - 10 - 10 == 40 and - -words == 60 and words > .5",
        // Division by zero is a number larger than all others; that is no matter here either.
        "words / lines > 1000 and (lines / lines > 1 or words > 1)",
        // What cannot change the answer need not be there.
        "fields.missing > 1 or words > 50",
        "words > 50 or fields.missing > 1",
        "not (fields.missing == 'x' and words < 50)",
    ] {
        assert_eq!(holds(source), Ok(true), "{source}");
        assert_eq!(holds(&format!("not ({source})")), Ok(false), "{source}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let missing = |path: &str| Err(Undefined::MissingField(path.to_owned()));
    assert_eq!(holds("fields.a > 1"), missing("a"));
    assert_eq!(holds("not fields.a.b > 1"), missing("a.b"));
    assert_eq!(holds("words > 50 and fields.a == 'x'"), missing("a"));
    // A string is not a number.
    assert_eq!(holds("fields.lang > 1"), missing("lang"));
    assert_eq!(holds("lines / lines > 1"), Err(Undefined::NotANumber));
    assert_eq!(holds("lines / lines != 1"), Err(Undefined::NotANumber));
}

#[test]
fn mistakes_are_shown_with_their_place() {
    assert_eq!(
        error("words >"),
        "at column 8: found the end, expected a number, a feature or a field"
    );
    assert_eq!(
        error(""),
        "at column 1: found the end, expected a number, a feature or a field"
    );
    assert_eq!(
        error("words"),
        "at column 6: found the end, expected a comparison: ==, !=, <, <=, > or >="
    );
    assert_eq!(
        error("words > 5 5"),
        "at column 11: found 5, expected and, or, or the end"
    );
    assert_eq!(
        error("(words > 5"),
        "at column 11: found the end, expected a closing parenthesis"
    );
    assert_eq!(
        error("1 < words < 5"),
        "at column 11: found <, expected and, or, or the end"
    );
    assert_eq!(
        error("é > 1 & 2"),
        "at column 7: found & 2, expected a name, a number, a string, a parenthesis or an operator"
    );
    assert_eq!(
        error("fields.a > 'x'"),
        "at column 10: found >, expected == or != before a string"
    );
    assert_eq!(
        error("words == 'x'"),
        "at column 10: found \"x\", expected a number: only a field of the record can be a string"
    );
    assert_eq!(
        error("fields.a == 'x"),
        "at column 13: found 'x, expected a closing quotation mark"
    );
    assert_eq!(
        error("words > 1e999"),
        "at column 9: found 1e999, expected a number such as 0.7"
    );
    assert_eq!(
        error("fields..a > 1"),
        "at column 1: found fields..a, expected a path such as fields.meta.score"
    );
    assert_eq!(
        error("word > 1"),
        "at column 1: no feature is named \"word\", expected one of words, lines, or a field of \
         the record written as fields.word"
    );
}

#[test]
fn hostile_expressions_are_refused_or_small() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")")] {
        let nested = |depth| format!("{}words > 1{}", open.repeat(depth), close.repeat(depth));
        assert!(Expression::parse(&nested(30), NAMES).is_ok());
        assert!(error(&nested(70)).contains("less deeply nested"));
    }
    assert!(error(&format!("{}1 > 1", "-".repeat(70))).contains("less deeply nested"));
    let chain = |count| format!("{} > 1", vec!["1"; count].join("+"));
    assert!(
        Expression::parse(&chain(2000), NAMES)
            .unwrap()
            .holds(&Sample)
            .is_ok()
    );
    assert!(error(&chain(3000)).contains("at most 4096"));
}

#[test]
fn the_rule_names_what_it_saw() {
    let chain = |keep: &str| {
        let keep = keep.to_owned();
        crate::Chain::new(&[assay_schema::FilterSpec::Expression(
            assay_schema::Expression { keep },
        )])
    };
    let dropped = |keep: &str| match chain(keep)
        .unwrap()
        .judge(&crate::Document::of_text("one two"))
    {
        crate::Judgement::Drop { reason, detail, .. } => (reason, detail),
        kept => panic!("{kept:?}"),
    };
    assert_eq!(
        dropped("words > 50 and fields.score > 3"),
        (
            "expression-false",
            "words = 2.0000: (words > 50) and (fields.score > 3)".to_owned()
        )
    );
    assert_eq!(
        dropped("fields.score > 3"),
        ("missing-field", "fields.score".to_owned())
    );
    assert_eq!(dropped("digit_ratio / digit_ratio > 1").0, "not-a-number");
    let error = chain("word > 50").err().unwrap().to_string();
    assert!(
        error.starts_with("expression \"word > 50\": at column 1: no feature"),
        "{error}"
    );
    let features = chain("words > 50 or lines > 5").unwrap();
    let features = features.features(&crate::Document::of_text("one two"));
    assert_eq!(features, [("lines", 1.0), ("words", 2.0)]);
}

fn number() -> impl Strategy<Value = Number> {
    let leaf = prop_oneof![
        (0.0..1e9).prop_map(Number::Literal),
        (0_usize..2).prop_map(Number::Feature),
        "[a-z_]{1,5}(\\.[a-z0-9]{1,3})?".prop_map(Number::Field),
    ];
    let operation = prop_oneof![
        Just(Arithmetic::Add),
        Just(Arithmetic::Subtract),
        Just(Arithmetic::Multiply),
        Just(Arithmetic::Divide),
    ];
    leaf.prop_recursive(3, 12, 2, move |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|inner| Number::Negative(inner.into())),
            (inner.clone(), operation.clone(), inner)
                .prop_map(|(left, sign, right)| Number::Binary(left.into(), sign, right.into())),
        ]
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let comparison = prop_oneof![
        Just(Comparison::Equal),
        Just(Comparison::NotEqual),
        Just(Comparison::Less),
        Just(Comparison::LessOrEqual),
        Just(Comparison::Greater),
        Just(Comparison::GreaterOrEqual),
    ];
    let leaf = prop_oneof![
        (number(), comparison, number()).prop_map(|(l, sign, r)| Condition::Numbers(l, sign, r)),
        ("[a-z]{1,4}", any::<bool>(), "[ -!#-~é]{0,6}|[ -&(-~]{0,6}").prop_map(
            |(field, equal, value)| {
                Condition::Text {
                    field,
                    equal,
                    value,
                }
            }
        ),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|inner| Condition::Not(inner.into())),
            pair.clone()
                .prop_map(|(l, r)| Condition::And(l.into(), r.into())),
            pair.prop_map(|(l, r)| Condition::Or(l.into(), r.into())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(condition in condition()) {
        let expression = Expression { condition, names: NAMES };
        let again = Expression::parse(&expression.to_string(), NAMES);
        prop_assert_eq!(again, Ok(expression));
    }

    #[test]
    fn any_text_is_an_expression_or_an_error(source in "[ -~é]{0,40}|([(]|[)]|words|fields\\.a|[<>=+*/-]|and|or|not|[0-9.]| ){0,20}") {
        if let Ok(expression) = Expression::parse(&source, NAMES) {
            let _ = expression.holds(&Sample);
        }
    }
}
