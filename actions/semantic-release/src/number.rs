//! Whole numbers without a limit: versions made of dates or build numbers do not overflow.

use std::cmp::Ordering;
use std::fmt;

/// A non-negative whole number of any size.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// Zero.
    pub fn zero() -> Self {
        Self("0".to_owned())
    }

    /// One.
    pub fn one() -> Self {
        Self("1".to_owned())
    }

    /// Reads ASCII digits; leading zeros do not count. `None` for anything else.
    pub fn parse(digits: &str) -> Option<Self> {
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        Some(Self(if significant.is_empty() { "0" } else { significant }.to_owned()))
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.0 == "0"
    }

    /// The number after this one.
    #[must_use]
    pub fn next(&self) -> Self {
        let kept = self.0.trim_end_matches('9');
        let nines = self.0.len() - kept.len();
        let mut digits = kept.to_owned();
        let last = digits.pop().map_or(1, |digit| digit.to_digit(10).unwrap_or(0) + 1);
        digits.push_str(&last.to_string());
        digits.extend(std::iter::repeat_n('0', nines));
        Self(digits)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn counts_and_compares_as_integers_do(a in 0u64..u64::MAX, b in 0u64..u64::MAX) {
            let (x, y) = (Number::parse(&a.to_string()).unwrap(), Number::parse(&b.to_string()).unwrap());
            assert_eq!(x.cmp(&y), a.cmp(&b));
            assert_eq!(x.next().to_string(), (a + 1).to_string());
        }
    }

    #[test]
    fn edges() {
        assert_eq!(Number::parse("99").unwrap().next().to_string(), "100");
        assert_eq!(Number::parse("0007").unwrap().to_string(), "7");
        assert_eq!(Number::parse("000").unwrap(), Number::zero());
        assert_eq!(
            (Number::parse(""), Number::parse("1a"), Number::parse("٣")),
            (None, None, None)
        );
        let huge = "9".repeat(40);
        assert_eq!(
            Number::parse(&huge).unwrap().next().to_string(),
            format!("1{}", "0".repeat(40))
        );
    }
}
