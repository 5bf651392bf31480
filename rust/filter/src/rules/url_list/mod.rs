//! `url-list`: drops documents whose address is on a list, or keeps only those.
//!
//! # Source
//! The kinds of lists are those of datatrove 0.10.1's `URLFilter`, after RefinedWeb (Penedo et al.
//! 2023, arXiv:2306.01116, appendix G.1); the lists are the user's. It differs in this:
//! * hosts are compared by whole labels at every level: `example.com` lists `a.b.example.com` and
//!   not `notexample.com` (datatrove compares the registered domain and the whole host alone);
//! * an entry of one label (`com`, `xxx`) lists that host alone, and `.edu` all that end so; other
//!   public suffixes (`co.uk`) list everything below them;
//! * whole addresses are compared without scheme, user, fragment and final slash, hosts and words
//!   without regard to case; letters and digits are those of Unicode.
//!
//! Hosts are compared as they are written: `bücher.example` and `xn--bcher-kva.example` differ.
//!
//! # Checks, in this order
//! * `missing-field`: the record has no string in `field`, whatever the mode.
//! * `listed-domain`, `listed-url`, `listed-word`, `listed-soft-words`, `listed-substring`: what
//!   datatrove calls `domain` or `subdomain`, `url`, `hard_blacklisted`, `soft_blacklisted`,
//!   `blacklisted_subword`.
//! * `unlisted-url`: on no list, where `mode` is `keep`.

mod address;
mod list;

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use assay_schema::{UrlList, UrlMode};

use address::{Address, letters_and_digits};
use list::{Entries, read_list};

use crate::analysis::view::View;
use crate::error::FilterError;
use crate::rule::Rule;
use crate::thresholds::Reason;
use crate::thresholds::{Rejection, Thresholds};

/// Drops documents by their addresses.
pub(crate) struct UrlListRule {
    field: String,
    mode: UrlMode,
    lists: Lists,
}

struct Lists {
    /// Hosts and domains; those that were written with a dot before them have it.
    domains: Entries,
    urls: Entries,
    words: HashSet<String>,
    soft_words: HashSet<String>,
    min_soft_words: usize,
    substrings: Option<AhoCorasick>,
}

impl UrlListRule {
    /// Reads the lists.
    pub(crate) fn new(settings: &UrlList) -> Result<Self, FilterError> {
        Ok(Self {
            field: settings.field.clone(),
            mode: settings.mode,
            lists: Lists::read(settings)?,
        })
    }
}

impl Rule for UrlListRule {
    fn examine(
        &self,
        view: &View<'_>,
        thresholds: &mut Thresholds,
    ) -> Result<Option<String>, Rejection> {
        let Some(url) = view.fields().string(&self.field) else {
            thresholds.fail_if(true, "missing-field", || self.field.clone())?;
            return Ok(None);
        };
        match (self.lists.listing(&url), self.mode) {
            (Some((reason, entry)), UrlMode::Drop) => thresholds.fail_if(true, reason, || entry)?,
            (None, UrlMode::Keep) => {
                thresholds.fail_if(true, "unlisted-url", || url.into_owned())?
            }
            _ => {}
        }
        Ok(None)
    }
}

impl Lists {
    fn read(settings: &UrlList) -> Result<Self, FilterError> {
        let mut domains = Entries::default();
        for path in &settings.domains {
            read_list(path, |entry| {
                let entry = entry.strip_prefix('*').unwrap_or(entry).to_lowercase();
                domains.add(as_domain(&entry)?);
                Ok(())
            })?;
        }
        let mut urls = Entries::default();
        for path in &settings.urls {
            read_list(path, |entry| {
                urls.add(&Address::of(entry).whole());
                Ok(())
            })?;
        }
        domains.finish();
        urls.finish();
        let substrings: Vec<_> = words(&settings.substrings)?.into_iter().collect();
        Ok(Self {
            domains,
            urls,
            words: words(&settings.words)?,
            soft_words: words(&settings.soft_words)?,
            min_soft_words: settings.min_soft_words as usize,
            substrings: automaton(&substrings)?,
        })
    }

    /// The reason for which `url` is listed, and what of it is.
    fn listing(&self, url: &str) -> Option<(Reason, String)> {
        let address = Address::of(url);
        if let Some(domain) = self.listed_domain(&address) {
            return Some(("listed-domain", domain));
        }
        if self.urls.contains(&address.whole()) {
            return Some(("listed-url", address.whole()));
        }
        self.listed_words(&url.to_lowercase()).or_else(|| {
            let characters = letters_and_digits(url);
            let found = self.substrings.as_ref()?.find(&characters)?;
            Some(("listed-substring", characters[found.range()].to_owned()))
        })
    }

    fn listed_domain(&self, address: &Address<'_>) -> Option<String> {
        address.domains().find_map(|domain| {
            let dotted = format!(".{}", domain.name);
            let plain = domain.plain && self.domains.contains(domain.name);
            (plain || self.domains.contains(&dotted)).then(|| domain.name.to_owned())
        })
    }

    fn listed_words(&self, url: &str) -> Option<(Reason, String)> {
        let words = || url.split(|c: char| !c.is_alphanumeric());
        if let Some(word) = words().find(|word| self.words.contains(*word)) {
            return Some(("listed-word", word.to_owned()));
        }
        let mut soft: Vec<_> = words()
            .filter(|word| self.soft_words.contains(*word))
            .collect();
        soft.sort_unstable();
        soft.dedup();
        (soft.len() >= self.min_soft_words).then(|| ("listed-soft-words", soft.join(" ")))
    }
}

/// The entry of a list of hosts in the form in which it is looked up.
fn as_domain(entry: &str) -> Result<&str, &'static str> {
    let domain = entry.trim_end_matches('.');
    let is_bracketed = domain.starts_with('[');
    let is_part = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || (is_bracketed && "[:]".contains(c))
    };
    let labels = domain.strip_prefix('.').unwrap_or(domain);
    if labels.is_empty() || labels.starts_with('.') || !domain.chars().all(is_part) {
        return Err("a host such as example.com, without https:// and path");
    }
    Ok(domain)
}

/// Finds any of these; none where there are none, as nothing would be found.
fn automaton(substrings: &[String]) -> Result<Option<AhoCorasick>, FilterError> {
    if substrings.is_empty() {
        return Ok(None);
    }
    let automaton = AhoCorasick::new(substrings);
    automaton.map(Some).map_err(|error| FilterError::Phrases {
        rule: "url-list",
        error,
    })
}

/// Words by their letters and digits.
fn words(paths: &[String]) -> Result<HashSet<String>, FilterError> {
    let mut words = HashSet::new();
    for path in paths {
        read_list(path, |entry| {
            let word = letters_and_digits(entry);
            if word.is_empty() {
                return Err("a word of letters and digits");
            }
            words.insert(word);
            Ok(())
        })?;
    }
    Ok(words)
}

#[cfg(test)]
mod tests;
