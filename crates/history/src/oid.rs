//! Object names.

use std::fmt;
use std::str::FromStr;

use crate::HistoryError;

/// The name of a git object: 40 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(pub(crate) gix::ObjectId);

impl Oid {
    /// The first seven digits, as changelogs show them.
    pub fn short(&self) -> String {
        self.0.to_hex_with_len(7).to_string()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Oid {
    type Err = HistoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        gix::ObjectId::from_hex(text.as_bytes())
            .map(Self)
            .map_err(|_| HistoryError::BadObjectName { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_names_are_taken() {
        let hex = "63ec09b9e844e616dcaa7bae35a0b66671b59fbb";
        let oid: Oid = hex.parse().unwrap();
        assert_eq!((oid.to_string(), oid.short()), (hex.to_owned(), "63ec09b".to_owned()));
        assert!("63ec09b".parse::<Oid>().is_err());
        assert!("zzec09b9e844e616dcaa7bae35a0b66671b59fbb".parse::<Oid>().is_err());
    }
}
