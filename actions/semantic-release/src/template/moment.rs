//! Dates, as Python's `datetime` has them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use history::Time;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use minijinja::value::{DynObject, Object, ObjectRepr, from_args};
use minijinja::{Error, State, Value};

use super::values::{no_method, wrong};

/// A point in time with its offset from UTC.
#[derive(Debug)]
pub(super) struct Moment {
    time: Time,
    /// Only the day counts.
    is_date: bool,
}

impl Moment {
    pub(super) fn value(time: Time) -> Value {
        Value::from_object(Self { time, is_date: false })
    }

    fn zoned(&self) -> jiff::Zoned {
        let offset = Offset::from_seconds(self.time.offset).unwrap_or(Offset::UTC);
        let time = Timestamp::from_second(self.time.seconds).unwrap_or_default();
        time.to_zoned(TimeZone::fixed(offset))
    }

    /// `+02:00`, with seconds where there are any.
    fn offset(&self) -> String {
        let (sign, seconds) = match self.time.offset {
            offset if offset < 0 => ('-', offset.unsigned_abs()),
            offset => ('+', offset.unsigned_abs()),
        };
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if rest == 0 {
            format!("{sign}{hours:02}:{minutes:02}")
        } else {
            format!("{sign}{hours:02}:{minutes:02}:{rest:02}")
        }
    }

    fn iso(&self, separator: &str) -> String {
        let day = self.zoned().strftime("%Y-%m-%d").to_string();
        if self.is_date {
            return day;
        }
        format!("{day}{separator}{}{}", self.zoned().strftime("%H:%M:%S"), self.offset())
    }

    /// `strftime` in the C locale.
    fn format(&self, format: &str) -> Result<String, Error> {
        let zone = match self.time.offset {
            0 => "UTC".to_owned(),
            _ => format!("UTC{}", self.offset()),
        };
        let mut plain = String::with_capacity(format.len());
        let mut characters = format.chars();
        while let Some(c) = characters.next() {
            if c != '%' {
                plain.push(c);
                continue;
            }
            match characters.next() {
                Some('Z' | 'z') if self.is_date => {}
                Some('Z') => plain.push_str(&zone),
                Some('f') => plain.push_str("000000"),
                Some('c') => plain.push_str("%a %b %e %H:%M:%S %Y"),
                Some('x') => plain.push_str("%m/%d/%y"),
                Some('X') => plain.push_str("%H:%M:%S"),
                Some(c) => plain.extend(['%', c]),
                None => plain.push_str("%%"),
            }
        }
        jiff::fmt::strtime::format(&plain, &self.zoned())
            .map_err(|error| wrong(format!("`{format}` is no format for a date: {error}")))
    }
}

impl Object for Moment {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let zoned = self.zoned();
        let key = key.as_str()?;
        Some(match key {
            "year" => Value::from(i64::from(zoned.year())),
            "month" => Value::from(i64::from(zoned.month())),
            "day" => Value::from(i64::from(zoned.day())),
            _ if self.is_date => return None,
            "hour" => Value::from(i64::from(zoned.hour())),
            "minute" => Value::from(i64::from(zoned.minute())),
            "second" => Value::from(i64::from(zoned.second())),
            "microsecond" => Value::from(0),
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if method == "strftime" {
            let (format,): (&str,) = from_args(args)?;
            return Ok(Value::from(self.format(format)?));
        }
        from_args::<()>(args)?;
        Ok(match method {
            "isoformat" => Value::from(self.iso("T")),
            "date" => Value::from_object(Self { time: self.time, is_date: true }),
            #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
            "timestamp" if !self.is_date => Value::from(self.time.seconds as f64),
            "weekday" => Value::from(i64::from(self.zoned().weekday().to_monday_zero_offset())),
            "isoweekday" => Value::from(i64::from(self.zoned().weekday().to_monday_one_offset())),
            _ => return Err(no_method()),
        })
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some(if self.is_date && other.is_date {
            self.iso("").cmp(&other.iso(""))
        } else {
            self.time.seconds.cmp(&other.time.seconds)
        })
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.iso(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let moment =
            Moment { time: Time { seconds: 1_700_000_000, offset: -12_600 }, is_date: false };
        for (format, expected) in [
            ("%Y-%m-%d", "2023-11-14"),
            ("%d.%m.%y %H:%M:%S %z %Z", "14.11.23 18:43:20 -0330 UTC-03:30"),
            ("%B %-d, %Y %% %j %A %a %b %I %p", "November 14, 2023 % 318 Tuesday Tue Nov 06 PM"),
            ("%c|%x|%X|%f", "Tue Nov 14 18:43:20 2023|11/14/23|18:43:20|000000"),
        ] {
            assert_eq!(moment.format(format).unwrap(), expected);
        }
        assert_eq!(moment.iso(" "), "2023-11-14 18:43:20-03:30");
        assert_eq!(Moment { is_date: true, ..moment }.iso("T"), "2023-11-14");
    }
}
