//! Points in time, and the only place that reads the system clock.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil;
use jiff::fmt::StdFmtWrite;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

const MICROS_PER_MILLI: i64 = 1_000;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
///
/// Times that [`Clock::now`] makes are whole milliseconds: what a client is shown is what is
/// stored, so that filtering by a time copied from an answer finds the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Writes milliseconds, also when they are zero.
const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as in the `expires` of a token.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The time to note for a change of something that last changed at `self`: `now`, or a
    /// millisecond later than the last one where clocks stand still or disagree. So whoever asks for
    /// what has changed since then misses nothing.
    #[must_use]
    pub fn next(self, now: Self) -> Self {
        now.max(Self(self.0.saturating_add(MICROS_PER_MILLI)))
    }

    /// This time moved by `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(
            self.0
                .saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)),
        )
    }
}

impl fmt::Display for Timestamp {
    /// `2018-05-10T18:04:26.623Z`, as `contract/conventions.md` §1 asks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => PRINTER
                .print_timestamp(&time, StdFmtWrite(f))
                .map_err(|_| fmt::Error),
            // Out of the calendar's range (year 9999): only a broken clock gets here.
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where "now" comes from. Cheap to clone; clones share the same time.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is [advanced](Self::advance), for tests.
    #[must_use]
    pub fn standing(at: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.0))))
    }

    /// The present time, cut to whole milliseconds.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "every other place takes this clock"
    )]
    pub fn now(&self) -> Timestamp {
        let micros = match &self.0 {
            Some(micros) => micros.load(Ordering::Relaxed),
            None => jiff::Timestamp::now().as_microsecond(),
        };
        Timestamp(micros - micros.rem_euclid(MICROS_PER_MILLI))
    }

    /// Moves a standing clock forward; the system's clock moves by itself.
    pub fn advance(&self, seconds: i64) {
        if let Some(micros) = &self.0 {
            micros.fetch_add(seconds * MICROS_PER_SECOND, Ordering::Relaxed);
        }
    }
}

/// The value of a `date` field, or the date operand of a filter: a day, or a point in time.
///
/// Spellings (`contract/flows.md` §7): `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` (UTC) and RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateValue {
    /// A day without a time; as an instant, its first moment in UTC.
    Day(Timestamp),
    /// A point in time.
    Instant(Timestamp),
}

impl DateValue {
    /// The point in time that comparisons use.
    #[must_use]
    pub fn instant(self) -> Timestamp {
        match self {
            Self::Day(time) | Self::Instant(time) => time,
        }
    }
}

/// The text is none of the accepted spellings of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateError;

impl FromStr for DateValue {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let utc = |time| {
            TimeZone::UTC
                .to_timestamp(time)
                .map(|time| Timestamp(time.as_microsecond()))
                .map_err(|_| DateError)
        };
        if text.len() == 10 {
            let day = civil::Date::strptime("%Y-%m-%d", text).map_err(|_| DateError)?;
            // The parser is lenient about signs and padding; the contract is not.
            return if day.strftime("%Y-%m-%d").to_string() == text {
                utc(day.at(0, 0, 0, 0)).map(Self::Day)
            } else {
                Err(DateError)
            };
        }
        if text.len() == 19 && text.as_bytes()[10] == b' ' {
            let time =
                civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).map_err(|_| DateError)?;
            return if time.strftime("%Y-%m-%d %H:%M:%S").to_string() == text {
                utc(time).map(Self::Instant)
            } else {
                Err(DateError)
            };
        }
        // The parser knows more of ISO 8601 than RFC 3339 allows.
        let time = text
            .parse::<jiff::Timestamp>()
            .ok()
            .filter(|_| looks_like_rfc_3339(text))
            .ok_or(DateError)?;
        Ok(Self::Instant(Timestamp(time.as_microsecond())))
    }
}

/// Whether a text is put together as RFC 3339 §5.6 says: `2018-04-16T10:11:59.715Z`, with any
/// number of digits behind the point and `Z` or `+01:00` at the end.
fn looks_like_rfc_3339(text: &str) -> bool {
    const START: &str = "0000-00-00T00:00:00";
    let matches = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .bytes()
                .zip(shape.bytes())
                .all(|(byte, wanted)| match wanted {
                    b'0' => byte.is_ascii_digit(),
                    b'T' => matches!(byte, b'T' | b't' | b' '),
                    b'+' => matches!(byte, b'+' | b'-'),
                    wanted => byte == wanted,
                })
    };
    let Some((start, rest)) = text.split_at_checked(START.len()) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let has_digits = !rest.starts_with('.') || rest.len() - zone.len() > 1;
    matches(start, START) && has_digits && (matches!(zone, "Z" | "z") || matches(zone, "+00:00"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(text: &str) -> Option<i64> {
        text.parse::<DateValue>()
            .ok()
            .map(|date| date.instant().seconds())
    }

    #[test]
    fn reads_the_three_spellings_of_a_date() {
        assert_eq!(instant("2017-12-26"), Some(1_514_246_400));
        assert_eq!(instant("2017-12-26 10:00:00"), Some(1_514_282_400));
        assert_eq!(instant("2017-12-26T10:00:00Z"), Some(1_514_282_400));
        assert_eq!(instant("2017-12-26T11:00:00.5+01:00"), Some(1_514_282_400));
        assert!(matches!("2017-12-26".parse(), Ok(DateValue::Day(_))));
    }

    #[test]
    fn refuses_other_spellings() {
        for text in [
            "",
            "8.24.2018",
            "2017-2-30",
            "2017-02-30",
            "2017-12-26 25:00:00",
            "+017-12-26",
            "tomorrow",
            "2017-12-26T10:00:00",
            "2017-12-26T10:00:00Z[UTC]",
            "2017-12-26 1:00:000",
            "-02017-12-26T10:00:00Z",
            "20180416T101112Z",
            "2018-04-16T10Z",
            "2018-04-16T10:11Z",
            "2018-04-16T10:11:59,715Z",
            "2018-04-16T10:11:59.Z",
            "2018-04-16T10:11:59+02",
        ] {
            assert_eq!(text.parse::<DateValue>(), Err(DateError), "{text}");
        }
    }

    #[test]
    fn shows_milliseconds_and_stores_no_more() {
        let clock = Clock::standing(Timestamp::from_micros(1_525_975_466_623_999));
        assert_eq!(clock.now().to_string(), "2018-05-10T18:04:26.623Z");
        assert_eq!(clock.now().micros(), 1_525_975_466_623_000);
    }

    proptest! {
        #[test]
        fn parsing_any_text_is_safe(text in ".*") {
            let _ = text.parse::<DateValue>();
        }
    }
}
