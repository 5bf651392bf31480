//! Classes of common characters, by which UAX #29 tells where words begin and end.

/// The class of a character. No character of these classes sticks to the one before it, whatever that
/// is, as combining marks do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BreakClass {
    /// A boundary on both sides.
    Gap,
    Letter,
    Digit,
    /// `_`, which joins letters and digits on both sides.
    Underscore,
    /// Joins a letter and a letter: `:`.
    InLetters,
    /// Joins a digit and a digit: `,` and `;`.
    InDigits,
    /// Joins either two letters or two digits: `.`, `'` and `’`.
    InBoth,
    /// A word of its own: ideographs and hiragana.
    Alone,
    /// A word with its like, and with underscores.
    Katakana,
    /// Any other: only the tables of Unicode tell.
    Unknown,
}

impl BreakClass {
    /// The class of `c`.
    #[inline]
    pub(crate) fn of(c: char) -> Self {
        match c {
            '\0'..='\x7f' => Self::of_ascii(c as u8),
            '一'..='鿿' => Self::Alone,
            '가'..='힣' => Self::Letter,
            _ => Self::of_wide(c),
        }
    }

    /// The class of a byte; unknown where it is part of a longer character.
    #[inline]
    fn of_ascii(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
            b'0'..=b'9' => Self::Digit,
            b'_' => Self::Underscore,
            b':' => Self::InLetters,
            b',' | b';' => Self::InDigits,
            b'.' | b'\'' => Self::InBoth,
            0x80.. => Self::Unknown,
            _ => Self::Gap,
        }
    }

    fn of_wide(c: char) -> Self {
        match c {
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{17f}' => Self::Letter,
            'Ά' | 'Έ'..='Ί' | 'Ό' | 'Ύ'..='Ρ' | 'Σ'..='ώ' => Self::Letter,
            'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' => Self::Letter,
            'ء'..='غ' | 'ف'..='ي' | 'ٱ'..='ۓ' => Self::Letter,
            'ぁ'..='ゖ' => Self::Alone,
            'ァ'..='ヺ' | 'ー' => Self::Katakana,
            '‘' | '’' => Self::InBoth,
            '\u{a0}'..='©' | '«' | '¬' | '®'..='±' | '´' | '¶' | '»' | '¿' | '×' | '÷' => {
                Self::Gap
            }
            '‐'..='―' | '“'..='‟' | '†'..='•' | '…' | '‹' | '›' | '€' | '™' => {
                Self::Gap
            }
            '←'..='⋿' | '─'..='◿' | '\u{3000}'..='〃' | '〈'..='】' => Self::Gap,
            '！' | '（' | '）' | '？' => Self::Gap,
            _ => Self::Unknown,
        }
    }

    /// Whether it is part of a word with others of its like and underscores.
    #[inline]
    pub(crate) fn is_part(self) -> bool {
        matches!(self, Self::Letter | Self::Digit | Self::Underscore)
    }

    /// Whether a mark joins what stands before it, if its like stands behind it.
    #[inline]
    fn may_join(self, before: Self) -> bool {
        match self {
            Self::InLetters => before == Self::Letter,
            Self::InDigits => before == Self::Digit,
            Self::InBoth => before == Self::Letter || before == Self::Digit,
            _ => false,
        }
    }

    /// Whether a mark between two others joins them; none where only the tables tell.
    #[inline]
    pub(crate) fn joins(self, before: Self, behind: Self) -> Option<bool> {
        let may = self.may_join(before);
        (!may || behind != Self::Unknown).then_some(may && before == behind)
    }
}

/// The class of the byte at `place`; behind the end as at a boundary.
#[inline]
fn class_at(bytes: &[u8], place: usize) -> BreakClass {
    bytes
        .get(place)
        .map_or(BreakClass::Gap, |byte| BreakClass::of_ascii(*byte))
}

/// Whether the byte at `place`, which is not the first, joins its neighbours; none where one is
/// not ASCII.
#[inline]
pub(crate) fn joined(bytes: &[u8], place: usize) -> Option<bool> {
    let [before, mark, behind] = [place - 1, place, place + 1].map(|place| class_at(bytes, place));
    mark.joins(before, behind)
}

/// The end of the segment that begins at `start`; none when it touches a character that is not
/// ASCII.
pub(crate) fn end_of_segment(bytes: &[u8], start: usize) -> Option<usize> {
    let mut place = start;
    loop {
        match class_at(bytes, place) {
            BreakClass::Unknown => return None,
            kind if kind.is_part() => place += 1,
            _ if place > start && joined(bytes, place)? => place += 1,
            _ => return Some(place),
        }
    }
}
