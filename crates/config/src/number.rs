//! Numbers as text, to values.

/// The integer a number's text stands for, in any of the three formats: sign, `0x`, `0o`, `0b`,
/// underscores (which only the TOML reader lets through).
pub(crate) fn integer(raw: &str) -> Option<i64> {
    let text = raw.replace('_', "");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
    let found = radix.iter().find_map(|(mark, radix)| Some((digits.strip_prefix(mark)?, *radix)));
    let (digits, radix) = found.unwrap_or((digits, 10));
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    i64::try_from(if negative { -value } else { value }).ok()
}

/// The finite number a text stands for; infinities and NaN are not numbers anything can be
/// compared with.
pub(crate) fn finite(raw: &str) -> Option<f64> {
    if let Some(whole) = integer(raw)
        && !raw.starts_with("-0")
    {
        #[expect(clippy::cast_precision_loss, reason = "asked for as floating point")]
        return Some(whole as f64);
    }
    raw.replace('_', "").parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_all_formats() {
        for (raw, expected) in [
            ("42", Some(42)),
            ("+1_000", Some(1000)),
            ("-0x1F", Some(-31)),
            ("0o17", Some(15)),
            ("0b11", Some(3)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("1.0", None),
            ("1e3", None),
            ("--1", None),
            ("", None),
        ] {
            assert_eq!(integer(raw), expected, "{raw}");
        }
    }

    #[test]
    fn only_finite_numbers() {
        assert_eq!(finite("1.10"), Some(1.1));
        assert_eq!(finite("1e3"), Some(1000.0));
        assert!(finite("-0").is_some_and(f64::is_sign_negative));
        for raw in [".inf", "inf", "nan", "-.INF", "1e999", "x"] {
            assert_eq!(finite(raw), None, "{raw}");
        }
    }
}
