//! Versions of pixi, and the eras in which it behaves alike.

use std::fmt;
use std::str::FromStr;

/// A version of pixi: three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PixiVersion {
    /// 0 in 2026.
    pub major: u64,
    /// What changes behaviour.
    pub minor: u64,
    /// Repairs.
    pub patch: u64,
}

/// How pixi treats virtual packages on a machine without a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// Before 0.29: only `run` looks, and nothing can be overridden.
    Unaware,
    /// 0.29 to 0.41: only `run` looks; `CONDA_OVERRIDE_CUDA` counts.
    Overridable,
    /// 0.42 to 0.70: what the locked packages depend on must be met; what is declared plays no part.
    Packages,
    /// From 0.71: the platform rows of the environment are matched, then the packages.
    Rows,
}

/// The first version of [`Era::Rows`].
pub const ROWS: PixiVersion = PixiVersion::new(0, 71, 0);
/// The first version that writes lock format 7.
pub const LOCK_7: PixiVersion = PixiVersion::new(0, 68, 0);

impl PixiVersion {
    /// A version.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch }
    }

    /// The era it belongs to.
    pub fn era(self) -> Era {
        match self {
            version if version >= ROWS => Era::Rows,
            version if version >= Self::new(0, 42, 0) => Era::Packages,
            version if version >= Self::new(0, 29, 0) => Era::Overridable,
            _ => Era::Unaware,
        }
    }

    /// The newest lock format it reads and writes.
    pub fn lock_format(self) -> u8 {
        match self {
            version if version >= LOCK_7 => 7,
            version if version >= Self::new(0, 39, 0) => 6,
            version if version >= Self::new(0, 21, 0) => 5,
            version if version >= Self::new(0, 14, 0) => 4,
            _ => 3,
        }
    }
}

impl fmt::Display for PixiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text that is no version of pixi.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of pixi, such as `0.77.0` or `v0.77.0`")]
pub struct NotAVersion(pub String);

impl FromStr for PixiVersion {
    type Err = NotAVersion;

    /// `0.77.0`, `v0.77.0`; a part that is left out is 0.
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let wrong = || NotAVersion(text.to_owned());
        let bare = text.strip_prefix('v').unwrap_or(text);
        let mut parts = [0; 3];
        let mut given = bare.split('.');
        for part in &mut parts {
            let Some(digits) = given.next() else { break };
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            *part = digits.parse().map_err(|_| wrong())?;
        }
        if given.next().is_some() {
            return Err(wrong());
        }
        let [major, minor, patch] = parts;
        Ok(Self { major, minor, patch })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_begin_where_pixi_changed() {
        let eras = [
            ("0.20.1", Era::Unaware, 4),
            ("0.21.0", Era::Unaware, 5),
            ("0.28.2", Era::Unaware, 5),
            ("0.29.0", Era::Overridable, 5),
            ("0.38.0", Era::Overridable, 5),
            ("0.39.0", Era::Overridable, 6),
            ("0.41.4", Era::Overridable, 6),
            ("0.42.0", Era::Packages, 6),
            ("0.67.2", Era::Packages, 6),
            ("0.68.0", Era::Packages, 7),
            ("0.70.9", Era::Packages, 7),
            ("v0.71.0", Era::Rows, 7),
            ("1.0", Era::Rows, 7),
        ];
        for (text, era, format) in eras {
            let version: PixiVersion = text.parse().expect(text);
            assert_eq!((version.era(), version.lock_format()), (era, format), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in ["", "latest", "0.77.0.1", "0.77-rc1", "0..1", "+1.2", "99999999999999999999"] {
            assert_eq!(text.parse::<PixiVersion>(), Err(NotAVersion(text.to_owned())));
        }
    }
}
