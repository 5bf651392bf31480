//! The parts of a web address that lists are compared with.

use std::borrow::Cow;

/// A web address in parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// In lower case, without a final dot.
    pub(super) host: Cow<'a, str>,
    /// With its colon, unless it is the one that http or https have anyway.
    port: &'a str,
    /// Path and query, without what follows `#` and without a final slash.
    path: &'a str,
}

impl<'a> Address<'a> {
    /// The parts of `url`, with or without `https://`.
    pub(super) fn of(url: &'a str) -> Self {
        let written = url.trim();
        let ends_host = |c: char| matches!(c, '/' | '?' | '#' | '\\');
        let schemeless = match written.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(ends_host) => rest,
            _ => written.strip_prefix("//").unwrap_or(written),
        };
        let end_of_host = schemeless.find(ends_host).unwrap_or(schemeless.len());
        let (authority, path) = schemeless.split_at(end_of_host);
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = match host.rfind(':') {
            Some(colon) if is_port(&host[colon + 1..]) => host.split_at(colon),
            _ => (host, ""),
        };
        let path = path.split('#').next().unwrap_or_default();
        Self {
            host: lower_case(host.trim_end_matches('.')),
            port: if matches!(port, ":" | ":80" | ":443") {
                ""
            } else {
                port
            },
            path: path.trim_end_matches('/'),
        }
    }

    /// The form in which whole addresses are compared: without scheme, user and fragment.
    pub(super) fn whole(&self) -> String {
        [&*self.host, self.port, self.path].concat()
    }

    /// The entries of a list of hosts that would list this one, the most special first: the host
    /// and the domains above it, whole labels at a time.
    pub(super) fn domains(&self) -> impl Iterator<Item = Domain<'_>> {
        // A host that ends in a number is an IPv4 address, and nothing is above it.
        let last = self.host.rsplit('.').next().unwrap_or_default();
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
        let mut next = (!self.host.is_empty()).then_some(&*self.host);
        std::iter::from_fn(move || {
            let name = next?;
            next = name
                .split_once('.')
                .map(|(_, above)| above)
                .filter(|_| !is_number);
            let is_host = name.len() == self.host.len();
            // An entry of one label, such as `com` or `xxx`, is no more than that one host: to
            // list all that end so, it is written with a dot before it.
            let plain = is_host || name.contains('.');
            Some(Domain { name, plain })
        })
    }
}

/// A host or one of the domains above it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Domain<'a> {
    pub(super) name: &'a str,
    /// Whether the entry may be written without a dot before it.
    pub(super) plain: bool,
}

fn lower_case(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii())
    {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The letters and digits of an address or an entry, in lower case.
pub(super) fn letters_and_digits(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    kept.to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn domains(url: &str) -> Vec<(String, bool)> {
        let address = Address::of(url);
        address
            .domains()
            .map(|domain| (domain.name.to_owned(), domain.plain))
            .collect()
    }

    #[test]
    fn parts_of_addresses() {
        for (url, host, whole) in [
            (
                "https://Example.COM/A/b/?q=1#top",
                "example.com",
                "example.com/A/b/?q=1",
            ),
            ("example.com", "example.com", "example.com"),
            ("//example.com./", "example.com", "example.com"),
            (
                "http://user:pw@example.com:8080/x/",
                "example.com",
                "example.com:8080/x",
            ),
            (
                "http://example.com:443?u=http://other.org",
                "example.com",
                "example.com?u=http://other.org",
            ),
            (
                "example.com/go?u=http://other.org",
                "example.com",
                "example.com/go?u=http://other.org",
            ),
            ("http://[2001:db8::1]:80/", "[2001:db8::1]", "[2001:db8::1]"),
            (
                "http://evil.org\\@example.com",
                "evil.org",
                "evil.org\\@example.com",
            ),
            ("http://BÜCHER.example", "bücher.example", "bücher.example"),
            ("", "", ""),
            ("://", "", ""),
        ] {
            let address = Address::of(url);
            assert_eq!((&*address.host, &*address.whole()), (host, whole), "{url}");
        }
    }

    #[test]
    fn domains_go_up_by_labels() {
        let found = [
            ("a.b.com".to_owned(), true),
            ("b.com".to_owned(), true),
            ("com".to_owned(), false),
        ];
        assert_eq!(domains("http://a.b.com/x.y"), found);
        assert_eq!(domains("http://1.2.3.4/"), [("1.2.3.4".to_owned(), true)]);
        assert_eq!(
            domains("http://localhost"),
            [("localhost".to_owned(), true)]
        );
        assert_eq!(domains(""), []);
    }

    proptest! {
        #[test]
        fn any_text_has_parts(url in "\\PC*|[a-z.:/@?#\\[\\]]*") {
            let address = Address::of(&url);
            prop_assert!(address.whole().starts_with(&*address.host));
            for domain in address.domains() {
                prop_assert!(address.host.ends_with(domain.name));
            }
        }
    }
}
