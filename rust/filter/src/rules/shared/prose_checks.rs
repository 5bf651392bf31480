//! Checks that `gopher-quality` and `dclm-quality` share: on words, and on the shapes of lines.

use assay_schema::ProseLimits;

use crate::thresholds::{Rejection, Thresholds, share};

/// The names under which a rule lists the numbers that are checked here.
pub(crate) struct Names {
    pub(crate) words: &'static str,
    pub(crate) mean_word_length: &'static str,
    pub(crate) bullet_lines: &'static str,
    pub(crate) ellipsis_lines: &'static str,
}

/// Checks the number of words, and their mean length.
pub(crate) fn check_words(
    names: &Names,
    limits: &ProseLimits,
    (words, mean_length): (usize, f64),
    thresholds: &mut Thresholds,
) -> Result<(), Rejection> {
    let (least, most) = limits.words;
    thresholds.within(
        names.words,
        words as f64,
        (least as f64, most as f64),
        ("too-few-words", "too-many-words"),
    )?;
    let reasons = ("short-words", "long-words");
    let bounds = limits.mean_word_length;
    thresholds.within(names.mean_word_length, mean_length, bounds, reasons)
}

/// How many lines look like items of a list, or like teasers.
#[derive(Default)]
pub(crate) struct Shapes {
    lines: usize,
    /// Lines that begin with a bullet.
    bullets: usize,
    /// Lines that end with an ellipsis.
    ellipses: usize,
}

impl Shapes {
    /// Counts the shapes of `lines`, given what counts as a bullet and as an ellipsis.
    pub(crate) fn of<'a>(
        lines: impl Iterator<Item = &'a str>,
        bullets: &[char],
        ellipses: &[&str],
    ) -> Self {
        let mut shapes = Self::default();
        for line in lines {
            shapes.lines += 1;
            shapes.bullets += usize::from(line.starts_with(bullets));
            shapes.ellipses += usize::from(ellipses.iter().any(|e| line.ends_with(e)));
        }
        shapes
    }

    /// Checks the share of lines with bullets, then that of lines with an ellipsis.
    pub(crate) fn check(
        &self,
        names: &Names,
        limits: &ProseLimits,
        thresholds: &mut Thresholds,
    ) -> Result<(), Rejection> {
        let bullets = share(self.bullets, self.lines);
        let most = limits.max_bullet_lines;
        thresholds.at_most(names.bullet_lines, bullets, most, "bullet-lines")?;
        let ellipses = share(self.ellipses, self.lines);
        let most = limits.max_ellipsis_lines;
        thresholds.at_most(names.ellipsis_lines, ellipses, most, "ellipsis-lines")
    }
}
