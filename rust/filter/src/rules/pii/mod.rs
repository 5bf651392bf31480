//! `pii`: masks e-mail addresses, IP addresses and telephone numbers. It drops nothing.
//!
//! # Source
//! The default replacements of e-mail addresses, and public IP addresses only, are those of
//! datatrove 0.10.1's `PIIFormatter`. It differs from it in this:
//! * each kind's replacements are taken in turn from the start of every document, so a document's
//!   text does not depend on those before it;
//! * IP addresses are replaced by addresses kept for documentation (RFC 5737), which are nobody's;
//! * IPv6 addresses and telephone numbers are masked as well;
//! * a number inside a longer dotted number or a word (`1.2.3.4.5`, `v1.2.3.4`) is no IP address;
//!   multicast addresses are not public; a host that ends in a number (`lodash@4.17.21`) is none;
//! * what was put in is not searched again.
//!
//! # What is not found
//! Addresses spelt out ("ann at example dot com"), those with letters beyond ASCII, and telephone
//! numbers in national forms other than North America's. Version numbers of four parts look like
//! IPv4 addresses and are masked.
//!
//! # Features
//! `pii.emails`, `pii.ips`, `pii.phones`: how many of each kind were masked.

mod email;
mod ip;
mod phone;

use std::borrow::Cow;
use std::ops::Range;

use assay_schema::Pii;

use crate::analysis::view::View;
use crate::rule::Rule;
use crate::thresholds::{Rejection, Thresholds};

/// What was masked in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Masked {
    emails: usize,
    ips: usize,
    phones: usize,
}

/// Masks personal data in texts.
pub(crate) struct PiiRule {
    settings: Pii,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Email,
    Ip,
    Phone,
}

impl PiiRule {
    pub(crate) fn new(settings: &Pii) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    /// The text with everything masked, and how much of each kind that was.
    fn mask<'a>(&self, text: &'a str) -> (Cow<'a, str>, Masked) {
        let mut masked = Masked::default();
        let spans = self.spans(text);
        if spans.is_empty() {
            return (Cow::Borrowed(text), masked);
        }
        let mut output = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, kind) in spans {
            output.push_str(&text[copied..range.start]);
            output.push_str(self.replacement(kind, &mut masked));
            copied = range.end;
        }
        output.push_str(&text[copied..]);
        (Cow::Owned(output), masked)
    }

    /// What to mask, in the order of the text and without overlaps: of two kinds that overlap the
    /// earlier of e-mail, IP and telephone is taken.
    fn spans(&self, text: &str) -> Vec<(Range<usize>, Kind)> {
        let settings = &self.settings;
        let mut spans = Vec::new();
        let mut add = |kind, found: Vec<Range<usize>>| {
            spans.extend(found.into_iter().map(|range| (range, kind)));
        };
        if !settings.email_replacements.is_empty() {
            add(Kind::Email, email::emails(text));
        }
        if !settings.ip_replacements.is_empty() {
            let mut found = ip::addresses(text);
            found.retain(|(_, address)| !settings.public_ips_only || ip::is_public(address));
            add(
                Kind::Ip,
                found.into_iter().map(|(range, _)| range).collect(),
            );
        }
        if !settings.phone_replacements.is_empty() {
            add(Kind::Phone, phone::phones(text));
        }
        without_overlaps(spans)
    }

    /// The next replacement of this kind.
    fn replacement(&self, kind: Kind, masked: &mut Masked) -> &str {
        let (replacements, count) = match kind {
            Kind::Email => (&self.settings.email_replacements, &mut masked.emails),
            Kind::Ip => (&self.settings.ip_replacements, &mut masked.ips),
            Kind::Phone => (&self.settings.phone_replacements, &mut masked.phones),
        };
        let place = *count % replacements.len().max(1);
        *count += 1;
        replacements.get(place).map_or("", String::as_str)
    }
}

impl Rule for PiiRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let (text, masked) = self.mask(view.text());
        thresholds.list("pii.emails", masked.emails as f64);
        thresholds.list("pii.ips", masked.ips as f64);
        thresholds.list("pii.phones", masked.phones as f64);
        Ok(match text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        })
    }
}

fn without_overlaps(mut spans: Vec<(Range<usize>, Kind)>) -> Vec<(Range<usize>, Kind)> {
    // Stable: of spans that begin together, the kind that was looked for first stays.
    spans.sort_by_key(|(range, _)| range.start);
    let mut apart: Vec<(Range<usize>, Kind)> = Vec::with_capacity(spans.len());
    for (range, kind) in spans {
        if apart.last().is_none_or(|(last, _)| last.end <= range.start) {
            apart.push((range, kind));
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(settings: Pii, text: &str) -> (String, Masked) {
        let rule = PiiRule::new(&settings);
        let (masked, counts) = rule.mask(text);
        (masked.into_owned(), counts)
    }

    #[test]
    fn each_kind_has_its_replacements_in_turn() {
        let (masked, counts) = mask(
            Pii::default(),
            "a@b.org, c@d.org and e@f.org at 8.8.8.8 (not 10.0.0.1); (212) 555-0142",
        );
        assert_eq!(
            masked,
            "email@example.com, firstname.lastname@example.org and email@example.com \
             at 192.0.2.1 (not 10.0.0.1); +1 202-555-0100"
        );
        let expected = Masked {
            emails: 3,
            ips: 1,
            phones: 1,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_kind_without_replacements_stays() {
        let settings = Pii {
            email_replacements: Vec::new(),
            phone_replacements: vec![String::new()],
            public_ips_only: false,
            ..Default::default()
        };
        let (masked, _) = mask(settings, "a@b.org [212-555-0142] 10.0.0.1");
        assert_eq!(masked, "a@b.org [] 192.0.2.1");
    }

    #[test]
    fn overlapping_finds_are_masked_once() {
        let (masked, counts) = mask(Pii::default(), "x@8.8.8.8.example.com user@[8.8.8.8]");
        assert_eq!(masked, "email@example.com firstname.lastname@example.org");
        assert_eq!((counts.emails, counts.ips), (2, 0));
    }

    proptest! {
        #[test]
        fn masked_text_is_left_alone_and_the_rest_is_kept(text in r"[ab.@:12\-+( )é\n]{0,60}") {
            let (once, counts) = mask(Pii::default(), &text);
            if counts == Masked::default() {
                prop_assert_eq!(&once, &text);
            }
            let words = |text: &str| text.matches('é').count();
            prop_assert_eq!(words(&once), words(&text));
        }
    }
}
