//! The least and greatest version a spec leaves.

use super::{Operator, VersionSpec};
use crate::Version;

/// An end of what a spec leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The version.
    pub version: Version,
    /// Whether it fits itself.
    pub is_inclusive: bool,
}

impl VersionSpec {
    /// The lower end; `None` where there is none. `!=` draws no bound; that `2.*` takes `2.0a1` too
    /// is left aside.
    pub fn lower_bound(&self) -> Option<Bound> {
        match self {
            Self::Any => None,
            Self::Compare(operator, version) => {
                let is_inclusive = match operator {
                    Operator::Equal
                    | Operator::GreaterEqual
                    | Operator::StartsWith
                    | Operator::Compatible => true,
                    Operator::Greater => false,
                    _ => return None,
                };
                Some(Bound { version: version.clone(), is_inclusive })
            }
            Self::All(specs) => specs.iter().filter_map(Self::lower_bound).reduce(Bound::higher),
            Self::Either(specs) => {
                let bounds: Option<Vec<_>> = specs.iter().map(Self::lower_bound).collect();
                bounds?.into_iter().reduce(Bound::lower)
            }
        }
    }

    /// The upper end; `None` where there is none.
    pub fn upper_bound(&self) -> Option<Bound> {
        match self {
            Self::Any => None,
            Self::Compare(operator, version) => {
                let kept = version.segment_count();
                let (version, is_inclusive) = match operator {
                    Operator::Equal | Operator::LessEqual => (version.clone(), true),
                    Operator::Less => (version.clone(), false),
                    Operator::StartsWith => (version.bumped(kept)?, false),
                    Operator::Compatible if kept > 1 => (version.bumped(kept - 1)?, false),
                    _ => return None,
                };
                Some(Bound { version, is_inclusive })
            }
            Self::All(specs) => specs.iter().filter_map(Self::upper_bound).reduce(Bound::tighter),
            Self::Either(specs) => {
                let bounds: Option<Vec<_>> = specs.iter().map(Self::upper_bound).collect();
                bounds?.into_iter().reduce(Bound::looser)
            }
        }
    }
}

impl Bound {
    /// The stricter of two lower bounds.
    fn higher(self, other: Self) -> Self {
        let is_other = match self.version.cmp(&other.version) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => !other.is_inclusive,
            std::cmp::Ordering::Greater => false,
        };
        if is_other { other } else { self }
    }

    /// The laxer of two lower bounds.
    fn lower(self, other: Self) -> Self {
        let is_other = match self.version.cmp(&other.version) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => other.is_inclusive,
            std::cmp::Ordering::Less => false,
        };
        if is_other { other } else { self }
    }

    /// The stricter of two upper bounds.
    fn tighter(self, other: Self) -> Self {
        let is_other = match self.version.cmp(&other.version) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => !other.is_inclusive,
            std::cmp::Ordering::Less => false,
        };
        if is_other { other } else { self }
    }

    /// The laxer of two upper bounds.
    fn looser(self, other: Self) -> Self {
        let is_other = match self.version.cmp(&other.version) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => other.is_inclusive,
            std::cmp::Ordering::Greater => false,
        };
        if is_other { other } else { self }
    }
}
