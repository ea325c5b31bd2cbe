//! Versions as conda orders them.

mod parse;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version of a conda package, or of a virtual package such as `__cuda`.
///
/// Equality and order go by value: `12` is `12.0`. What was written is kept. The rules are those of
/// rattler, and so of pixi: more texts are versions than one would think (`none`, `v12.9`).
#[derive(Clone)]
pub struct Version {
    text: Box<str>,
    epoch: u64,
    components: Vec<Component>,
    /// Where each segment ends in `components`.
    ends: Vec<u32>,
    /// How many segments come before the local part.
    common: usize,
}

/// A part of a segment. The order of the variants is their order in conda.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Component {
    /// `dev` comes before everything.
    Dev,
    /// A dash or underscore at the end.
    Mark,
    /// Letters, lower case.
    Letters(Box<str>),
    /// Digits.
    Number(u64),
    /// `post` comes after everything.
    Post,
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed version string '{text}': {reason}")]
pub struct MalformedVersion {
    /// The text.
    pub text: String,
    /// What is wrong with it, in pixi's words.
    pub reason: &'static str,
}

static ZERO: Component = Component::Number(0);

impl Component {
    fn is_zero(&self) -> bool {
        *self == ZERO
    }
}

impl Version {
    /// What was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number before `!`, 0 without one.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The segments before `+`.
    fn segments(&self) -> impl Iterator<Item = &[Component]> {
        self.ranges().take(self.common)
    }

    /// The segments behind `+`.
    fn local_segments(&self) -> impl Iterator<Item = &[Component]> {
        self.ranges().skip(self.common)
    }

    fn ranges(&self) -> impl Iterator<Item = &[Component]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let end = *end as usize;
            let segment = self.components.get(start..end).unwrap_or_default();
            start = end;
            segment
        })
    }

    /// Whether it begins with all segments of another: what `1.2.*` asks.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.epoch == prefix.epoch
            && segments_start_with(self.segments(), prefix.segments())
            && segments_start_with(self.local_segments(), prefix.local_segments())
    }

    /// What `~=` asks: at least the other, and like it in all segments but the last.
    pub fn is_compatible_with(&self, other: &Self) -> bool {
        let kept = other.common.saturating_sub(1);
        *self >= *other
            && self.epoch == other.epoch
            && segments_start_with(self.segments(), other.segments().take(kept))
            && segments_start_with(self.local_segments(), other.local_segments())
    }

    /// The first number of the version, the major one.
    pub fn major(&self) -> Option<u64> {
        match self.components.first() {
            Some(Component::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The least version that no longer begins with the first `kept` segments of this one: `1.3`
    /// for `1.2` and two segments. `None` where the last of them is not a number.
    pub(crate) fn bumped(&self, kept: usize) -> Option<Self> {
        let mut text = String::new();
        if self.epoch > 0 {
            text = format!("{}!", self.epoch);
        }
        let kept = kept.min(self.common);
        for (position, segment) in self.segments().take(kept).enumerate() {
            let [Component::Number(number)] = segment else { return None };
            let is_last = position + 1 == kept;
            let number = if is_last { number.checked_add(1)? } else { *number };
            if position > 0 {
                text.push('.');
            }
            text.push_str(&number.to_string());
        }
        text.parse().ok()
    }

    /// How many segments stand before `+`.
    pub(crate) fn segment_count(&self) -> usize {
        self.common
    }
}

/// Whether segments begin with others, missing ones being zero.
fn segments_start_with<'a>(
    mut version: impl Iterator<Item = &'a [Component]>,
    prefix: impl Iterator<Item = &'a [Component]>,
) -> bool {
    let mut has_rest = false;
    for wanted in prefix {
        let Some(segment) = version.next() else {
            // `1.0` begins with `1.0.0`.
            if wanted.iter().all(Component::is_zero) {
                continue;
            }
            return false;
        };
        // `1.1c.1` does not begin with `1.1.1`, though `1.1c` begins with `1.1`.
        if has_rest {
            return false;
        }
        let mut parts = segment.iter();
        for part in wanted {
            if parts.next().unwrap_or(&ZERO) != part {
                return false;
            }
        }
        has_rest = parts.next().is_some();
    }
    true
}

fn compare_segments<'a>(
    mut left: impl Iterator<Item = &'a [Component]>,
    mut right: impl Iterator<Item = &'a [Component]>,
) -> Ordering {
    loop {
        let (a, b) = (left.next(), right.next());
        if a.is_none() && b.is_none() {
            return Ordering::Equal;
        }
        let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
        for position in 0..a.len().max(b.len()) {
            let ordering = a.get(position).unwrap_or(&ZERO).cmp(b.get(position).unwrap_or(&ZERO));
            if ordering.is_ne() {
                return ordering;
            }
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_segments(self.segments(), other.segments()))
            .then_with(|| compare_segments(self.local_segments(), other.local_segments()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({})", self.text)
    }
}

impl FromStr for Version {
    type Err = MalformedVersion;

    fn from_str(text: &str) -> Result<Self, MalformedVersion> {
        let malformed = |reason| MalformedVersion { text: text.to_owned(), reason };
        let (version, rest) = Self::parse_start(text).map_err(malformed)?;
        if rest.is_empty() {
            Ok(version)
        } else {
            Err(malformed("encountered more characters but expected none"))
        }
    }
}

#[cfg(test)]
mod tests;
