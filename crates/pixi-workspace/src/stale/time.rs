//! Moments, as `exclude-newer` and the timestamps of packages give them.

use std::fmt;

/// Milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(i64);

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The day of a civil date, counted from 1970.
fn day(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that a leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day counted from 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn pair(text: &str) -> Option<(i64, i64)> {
    let (left, right) = text.split_once(':')?;
    Some((number(left, 2)?, number(right, 2)?))
}

impl Time {
    /// The moment from which packages are excluded: a date counts to the end of its day, a
    /// timestamp with its zone to itself. `None` for a span of time and what is neither.
    pub(super) fn cutoff(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.splitn(3, '-');
        let year = number(parts.next()?, 4)?;
        let month = number(parts.next()?, 2).filter(|month| (1..=12).contains(month))?;
        let in_month = number(parts.next()?, 2).filter(|day| (1..=31).contains(day))?;
        let start = day(year, month, in_month) * DAY;
        let Some(time) = time else { return Some(Self(start + DAY)) };
        let zone = time.find(['Z', 'z', '+', '-', ' '])?;
        let (clock, zone) = time.split_at_checked(zone)?;
        let offset = match zone.trim_start() {
            "Z" | "z" | "UTC" => 0,
            zone => {
                let (hours, minutes) = pair(zone.get(1..)?)?;
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                sign * (hours * 60 + minutes)
            }
        };
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut clock = clock.splitn(3, ':');
        let hours = number(clock.next()?, 2)?;
        let minutes = number(clock.next()?, 2)?;
        let seconds = clock.next().map_or(Some(0), |seconds| number(seconds, 2))?;
        let milliseconds: String = fraction.chars().chain("000".chars()).take(3).collect();
        let milliseconds = number(&milliseconds, 3)?;
        let minutes = hours * 60 + minutes - offset;
        Some(Self(start + (minutes * 60 + seconds) * 1000 + milliseconds))
    }

    pub(super) fn of_milliseconds(milliseconds: u64) -> Option<Self> {
        i64::try_from(milliseconds).ok().map(Self)
    }

    /// As older versions of pixi write it: `2026-06-02 00:00:00 UTC`.
    pub(super) fn spaced(self) -> String {
        self.to_string().replace('T', " ").replace('Z', " UTC")
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let milliseconds = self.0.rem_euclid(DAY);
        let seconds = milliseconds / 1000;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{:02}", seconds % 60)?;
        match milliseconds % 1000 {
            0 => f.write_str("Z"),
            rest => {
                let digits = format!("{rest:03}");
                write!(f, ".{}Z", digits.trim_end_matches('0'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn moments_are_read_as_pixi_reads_them() {
        let table = [
            ("2026-06-01", "2026-06-02T00:00:00Z"),
            ("2024-02-29", "2024-03-01T00:00:00Z"),
            ("2026-06-01T12:30:05Z", "2026-06-01T12:30:05Z"),
            ("2026-06-01T12:30:05.25Z", "2026-06-01T12:30:05.25Z"),
            ("2026-06-01T00:30:00+02:00", "2026-05-31T22:30:00Z"),
            ("2026-06-02 00:00:00 UTC", "2026-06-02T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ];
        for (text, shown) in table {
            assert_eq!(
                Time::cutoff(text).map(|time| time.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for text in
            ["", "7d", "1 week", "2026-13-01", "2026-6-1", "2026-06-01T", "2026-06-01T1Z", "é"]
        {
            assert_eq!(Time::cutoff(text), None, "{text}");
        }
        let time = Time::of_milliseconds(1_763_000_000_123).expect("time");
        assert_eq!(time.to_string(), "2025-11-13T02:13:20.123Z");
        assert_eq!(time.spaced(), "2025-11-13 02:13:20.123 UTC");
    }
}
