//! The stand-in's idea of now.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where times come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Starts at this second since 1970 and goes on by one second with every use: the same run
    /// gives the same bytes.
    Stepping(i64),
    /// The machine's clock.
    System,
}

impl Default for Clock {
    /// Stepping from 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::Stepping(1_767_225_600)
    }
}

impl Clock {
    /// Seconds since 1970.
    pub(crate) fn now(&mut self) -> i64 {
        match self {
            Self::Stepping(now) => {
                *now += 1;
                *now
            }
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_secs()).ok())
                .unwrap_or_default(),
        }
    }
}

/// A time as GitHub writes it: `2026-01-01T00:00:00Z`.
pub(crate) fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| "1970-01-01T00:00:00Z".to_owned(), |time| time.to_string())
}

/// Seconds since 1970 and offset in seconds of an ISO 8601 time.
pub(crate) fn parse(text: &str) -> Option<(i64, i32)> {
    let seconds = text.parse::<jiff::Timestamp>().ok()?.as_second();
    let zone = text.get(text.len().saturating_sub(6)..).unwrap_or_default();
    let offset = match zone.split_at_checked(1) {
        Some((sign @ ("+" | "-"), rest)) => {
            let (hours, minutes) = rest.split_once(':')?;
            let size = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            if sign == "-" { -size } else { size }
        }
        _ => 0,
    };
    Some((seconds, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_offset() {
        assert_eq!(parse("2008-07-09T16:13:30+12:00"), Some((1_215_576_810, 43_200)));
        assert_eq!(parse("2026-01-01T00:00:00Z"), Some((1_767_225_600, 0)));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(rfc3339(1_767_225_600), "2026-01-01T00:00:00Z");
    }
}
