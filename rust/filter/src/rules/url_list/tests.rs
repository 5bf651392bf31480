//! Which addresses are dropped, and why.

use std::borrow::Cow;
use std::fs;

use assay_schema::FilterSpec;

use super::*;
use crate::chain::{Chain, Judgement};
use crate::document::{Document, Fields};

struct Url(&'static str);

impl Fields for Url {
    fn string(&self, path: &str) -> Option<Cow<'_, str>> {
        (path == "url").then_some(self.0.into())
    }

    fn number(&self, _path: &str) -> Option<f64> {
        None
    }
}

const DOMAINS: &str = "# hosts\nExample.com\n*.ac.uk\n.edu\nxxx\n1.2.3.4\nb\u{fc}cher.example.\n";

fn chain(change: impl FnOnce(&mut UrlList)) -> Chain {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        vec![path.to_str().unwrap().to_owned()]
    };
    let mut settings = UrlList {
        domains: file("domains", DOMAINS),
        urls: file("urls", "http://site.org/Bad/\nother.org:8080/x?y=1\n"),
        words: file("words", "casino\nhard-word\n"),
        soft_words: file("soft", "free\nwin\n"),
        substrings: file("substrings", "pills\n"),
        ..UrlList::default()
    };
    change(&mut settings);
    Chain::new(&[FilterSpec::UrlList(settings)]).unwrap()
}

fn decision(chain: &Chain, url: &'static str) -> Result<(), (Reason, String)> {
    let fields = &Url(url);
    let document = Document { text: "a", fields };
    match chain.judge(&document) {
        Judgement::Keep(_) => Ok(()),
        Judgement::Drop { reason, detail, .. } => Err((reason, detail)),
    }
}

#[test]
fn what_is_listed_is_dropped() {
    let chain = chain(|_| {});
    for (url, reason, detail) in [
        ("https://example.com/", "listed-domain", "example.com"),
        ("https://a.b.EXAMPLE.com./x", "listed-domain", "example.com"),
        ("http://cs.ox.ac.uk", "listed-domain", "ac.uk"),
        ("http://mit.edu", "listed-domain", "edu"),
        ("http://xxx/", "listed-domain", "xxx"),
        ("http://1.2.3.4:80/a", "listed-domain", "1.2.3.4"),
        (
            "http://www.B\u{dc}CHER.example",
            "listed-domain",
            "b\u{fc}cher.example",
        ),
        ("https://site.org/Bad#x", "listed-url", "site.org/Bad"),
        (
            "http://other.org:8080/x?y=1",
            "listed-url",
            "other.org:8080/x?y=1",
        ),
        ("http://a.org/Casino-royale", "listed-word", "casino"),
        (
            "http://a.org/win-a/FREE/win",
            "listed-soft-words",
            "free win",
        ),
        ("http://cheap-pi.lls.org", "listed-substring", "pills"),
    ] {
        assert_eq!(
            decision(&chain, url),
            Err((reason, detail.to_owned())),
            "{url}"
        );
    }
}

#[test]
fn what_only_looks_listed_is_kept() {
    let chain = chain(|_| {});
    for url in [
        "http://notexample.com",
        "http://example.com.evil.org",
        "http://a.xxx",
        "http://education",
        "http://9.1.2.3.4",
        "https://site.org/bad",
        "https://site.org/Bad/more",
        "http://other.org/x?y=1",
        "http://a.org/casinos",
        "http://a.org/hard-word",
        "http://a.org/free-free",
        "http://a.org/pill",
        "",
    ] {
        assert_eq!(decision(&chain, url), Ok(()), "{url}");
    }
}

#[test]
fn the_lists_may_be_of_what_to_keep() {
    let chain = chain(|settings| settings.mode = UrlMode::Keep);
    assert_eq!(decision(&chain, "http://example.com"), Ok(()));
    let unlisted = Err(("unlisted-url", "http://a.org".to_owned()));
    assert_eq!(decision(&chain, "http://a.org"), unlisted);
}

#[test]
fn a_record_without_address_is_named() {
    let chain = chain(|settings| settings.field = "meta.url".to_owned());
    let missing = Err(("missing-field", "meta.url".to_owned()));
    assert_eq!(decision(&chain, "http://a.org"), missing);
}

#[test]
fn entries_that_are_no_hosts_are_refused() {
    for entry in [
        "https://a.org",
        "a.org/x",
        "a b",
        ".",
        "..a",
        "*",
        "a.org:80",
    ] {
        let entry = entry.strip_prefix('*').unwrap_or(entry);
        assert!(as_domain(entry).is_err(), "{entry}");
    }
    assert_eq!(as_domain("[2001:db8::1]"), Ok("[2001:db8::1]"));
}
