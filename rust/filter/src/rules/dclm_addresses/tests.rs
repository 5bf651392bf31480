//! Which addresses go, and what stays of a text.

use assay_schema::FilterSpec;
use proptest::prelude::*;

use super::*;
use crate::testing::judge;
use crate::thresholds::Reason;

/// What is left of a text that loses its web addresses.
fn left(text: &str) -> Result<String, Reason> {
    let settings = DclmAddresses { every_text: true };
    judge(FilterSpec::DclmAddresses(settings), text)
}

#[test]
fn addresses_that_go() {
    for (text, expected) in [
        ("see https://www.example.com/a?b=c#d.", "see"),
        ("see ftp://example.co.uk now", "see now"),
        ("mail ann@example.org, please", "mail, please"),
        ("a  \n\t example.com b", "a b"),
        (&format!("a{}example.com b", " ".repeat(12)), "a   b"),
        ("at 10.0.0.1:80/x or http://192.168.1.1!", "at or!"),
        ("v 1.2.3.4.5 b", "v b"),
        ("xhttp://example.com/", "x"),
        ("javascript:http://example.com/", "javascript:"),
        ("한국.한국 x", "한국.한국 x"),
        ("a.한국 x", " x"),
        ("a.com.unknown-b", ""),
    ] {
        let expected = match expected {
            "" => Err("only-addresses"),
            left => Ok(left.to_owned()),
        };
        assert_eq!(left(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_address_stays() {
    for text in [
        "example.unknown",
        "example.common sense",
        "Example.COM",
        "the end.The beginning",
        ".com and . com",
        "é.com",
        "v1.2.3.4 and 1.2.3 and 1.345.6.7",
        "http:// and https://localhost/a",
    ] {
        let kept = left(text).unwrap();
        assert_eq!(kept, text);
    }
}

#[test]
fn the_point_may_be_256_characters_from_the_start() {
    let name = "a".repeat(256);
    assert_eq!(left(&format!("x {name}.com y")).unwrap(), "x y");
    assert_eq!(left(&format!("x b{name}.com y")).unwrap(), "x b y");
    // Of the points that are near enough to the start the last counts.
    assert_eq!(left("x.com.한국 y").unwrap(), " y");
    assert_eq!(left(&format!("x.com.{name}.한국 y")).unwrap(), "한국 y");
}

#[test]
fn only_some_texts_lose_web_addresses_by_default() {
    let default = |text: &str| judge(FilterSpec::DclmAddresses(DclmAddresses::default()), text);
    for text in ["The page a.com", "COMMON a.com", "ſe a.com", "한국 a.com"] {
        assert!(!default(text).unwrap().contains("a.com"), "{text}");
    }
    for text in ["Our page a.com", " The page a.com", "“The page” a.com"] {
        assert_eq!(default(text).unwrap(), text);
    }
    assert_eq!(default("Our host 10.0.0.1").unwrap(), "Our host");
}

#[test]
fn long_runs_take_little_time() {
    let text = format!("x{}", "1.1.1.1x".repeat(20_000));
    assert!(left(&text).is_ok_and(|left| !left.is_empty()));
    let text = "a.".repeat(50_000);
    assert_eq!(left(&text).unwrap(), text);
}

proptest! {
    #[test]
    fn all_that_is_left_was_there(text in r"(http://|ftp:/|[a.@ /1\n]|\.com|\.co\.uk|1\.2\.3\.4|é){0,40}") {
        let settings = DclmAddresses { every_text: true };
        let kept = DclmAddressesRule::new(&settings).clean(&text).into_owned();
        let mut rest = text.chars();
        prop_assert!(kept.chars().all(|kept| rest.any(|character| character == kept)));
        prop_assert_eq!(web_address(&text, 0).is_some(), domains_of(&text));
    }
}

/// Whether a name, a point and a top-level domain follow each other in `text`.
fn domains_of(text: &str) -> bool {
    let points = text.match_indices('.').map(|(point, _)| point);
    let named = |point: usize| {
        let before = text[..point].bytes().next_back();
        before.is_some_and(is_of_name) && domains::end(text, point + 1).is_some()
    };
    points.into_iter().any(named)
}
