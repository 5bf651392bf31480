//! A chunk between white space cut into tokens: steps 1 and 2.

use super::exceptions::Exceptions;
use super::{address, affixes, infixes};

/// Appends the tokens of `chunk` to `tokens`; without `exceptions` as if there were none.
pub(super) fn split<'t>(
    chunk: &'t str,
    exceptions: Option<&Exceptions>,
    tokens: &mut Vec<&'t str>,
) {
    // No affix or infix is made of letters alone; most chunks are.
    let is_plain = chunk.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_plain && exceptions.is_none_or(|known| known.get(chunk).is_none()) {
        tokens.push(chunk);
        return;
    }
    let is_exception = |text: &str| exceptions.is_some_and(|known| known.get(text).is_some());
    let mut suffixes = Vec::new();
    let inner = affixes::split_off(chunk, is_exception, tokens, &mut suffixes);
    if let Some(parts) = exceptions.and_then(|known| known.get(inner)) {
        let mut rest = inner;
        for part in parts {
            let (first, others) = rest.split_at(part.len());
            tokens.push(first);
            rest = others;
        }
    } else if !inner.is_empty() {
        if address::is_address(inner) {
            tokens.push(inner);
        } else {
            infixes::split(inner, tokens);
        }
    }
    tokens.extend(suffixes.into_iter().rev());
}
