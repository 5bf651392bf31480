//! Words as DCLM counts them, for the rules that reproduce it.

/// How DCLM counts words: what stands between ASCII white space and begins with a letter or digit.
pub(crate) fn count_words(text: &str) -> usize {
    let mut after_space = true;
    let mut words = 0;
    for (place, byte) in text.bytes().enumerate() {
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r' | 0);
        if after_space && !is_space {
            words += usize::from(match byte.is_ascii() {
                true => byte.is_ascii_alphanumeric(),
                false => text[place..].starts_with(char::is_alphanumeric),
            });
        }
        after_space = is_space;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_agree_with_the_slow_twin(text in "([a-zA-Z1_.é中½“]|[ \\t\n\r\x0b\x0c\0\u{a0}]){0,40}") {
            let words = text.split([' ', '\n', '\r', '\t', '\x0b', '\x0c', '\0']);
            let slow = words.filter(|word| word.starts_with(char::is_alphanumeric)).count();
            prop_assert_eq!(count_words(&text), slow);
        }
    }
}
