//! The exit codes every action shares.

/// How a run ends, in every action and mode (design, shared conventions).
///
/// The order of the variants is the order of precedence when several modes ran: the last one
/// wins, except [`Exit::Cancelled`], which is never combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: done, also when there was nothing to do.
    #[default]
    Done,
    /// 1: the check failed, a finding at or above `fail-on`.
    CheckFailed,
    /// 2: bad input or configuration, or something that had to be judged could not be.
    BadInput,
    /// 3: the outside world failed.
    Outside,
    /// 70: a bug in the action.
    Bug,
    /// 130: cancelled by SIGINT or SIGTERM.
    Cancelled,
}

impl Exit {
    /// Every class, in order of precedence.
    pub const ALL: [Self; 6] =
        [Self::Done, Self::CheckFailed, Self::BadInput, Self::Outside, Self::Bug, Self::Cancelled];

    /// The process exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::CheckFailed => 1,
            Self::BadInput => 2,
            Self::Outside => 3,
            Self::Bug => 70,
            Self::Cancelled => 130,
        }
    }

    /// What the code means, as the table of every README says it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::CheckFailed => "the check failed: a finding at or above `fail-on`",
            Self::BadInput => {
                "bad input or configuration, or something that had to be judged could not be"
            }
            Self::Outside => "the outside world failed",
            Self::Bug => "a bug, please report it",
            Self::Cancelled => "cancelled",
        }
    }

    /// The class that wins when two modes of one run ended differently.
    #[must_use]
    pub fn combine(self, other: Self) -> Self {
        self.max(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_class_wins() {
        assert_eq!(Exit::Done.combine(Exit::CheckFailed), Exit::CheckFailed);
        assert_eq!(Exit::Outside.combine(Exit::BadInput), Exit::Outside);
        assert_eq!(Exit::Bug.combine(Exit::Outside), Exit::Bug);
    }

    #[test]
    fn codes_are_the_documented_ones() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 70, 130]);
    }
}
