//! The exit codes of the program: the only list of them, from which the help is written too.

use assay_pipeline::ErrorKind;

/// How a command ended, as the program that called it sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitCode {
    Done,
    Failed,
    Usage,
    BadData,
    Interrupted,
}

impl ExitCode {
    /// Every code, in the order of its number.
    pub(crate) const ALL: [Self; 5] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::BadData,
        Self::Interrupted,
    ];

    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::BadData => 3,
            // As shells report a process that Ctrl-C ended.
            Self::Interrupted => 130,
        }
    }

    /// What the help says about the code.
    fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::BadData => "bad data or failed verify",
            Self::Interrupted => "interrupted",
        }
    }

    /// All codes in one line of the help.
    pub(crate) fn help() -> String {
        let codes = Self::ALL.map(|code| format!("{} {}", code.number(), code.meaning()));
        format!("exit codes: {}", codes.join(", "))
    }
}

impl From<ErrorKind> for ExitCode {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::System => Self::Failed,
            ErrorKind::Recipe => Self::Usage,
            ErrorKind::Data => Self::BadData,
            ErrorKind::Cancelled => Self::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_a_code_that_the_help_lists() {
        for kind in ErrorKind::ALL {
            assert!(ExitCode::ALL.contains(&kind.into()), "{kind:?}");
        }
    }
}
