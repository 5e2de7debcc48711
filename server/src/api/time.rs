//! Times as clients write them and as we do.

use chathub_domain::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::{Span, tz::TimeZone};

/// RFC 3339 in UTC.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// RFC 3339, with or without fractions; without an offset it is UTC.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at = text.parse::<jiff::Timestamp>().or_else(|_| utc(text.parse()?));
    at.ok().map(|at| Timestamp(at.as_millisecond()))
}

/// A time, or the moment that a day begins in UTC; with `end`, the moment that it is over.
pub(crate) fn parse_day(text: &str, end: bool) -> Option<Timestamp> {
    let text = text.trim();
    // A day alone has no `:`; a time's own day would be read as well.
    if text.contains(':') {
        return parse_time(text);
    }
    let day: Date = text.parse().ok()?;
    let day = if end { day.checked_add(Span::new().days(1)).ok()? } else { day };
    utc(day.into()).ok().map(|at| Timestamp(at.as_millisecond()))
}

fn utc(civil: DateTime) -> Result<jiff::Timestamp, jiff::Error> {
    civil.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_clients_write_them() {
        for (text, expected) in [
            ("2030-01-31T12:00:00Z", Some(1_896_091_200_000)),
            ("2030-01-31T12:00:00.250Z", Some(1_896_091_200_250)),
            ("2030-01-31T14:00:00+02:00", Some(1_896_091_200_000)),
            ("2030-01-31T12:00:00", Some(1_896_091_200_000)),
            ("2030-01-31T12:00:00.000000", Some(1_896_091_200_000)),
            (" 2030-01-31 12:00:00 ", Some(1_896_091_200_000)),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(parse_time(text).map(|at| at.0), expected, "{text}");
        }
    }

    #[test]
    fn a_day_has_a_beginning_and_an_end() {
        let day = 24 * 60 * 60 * 1_000;
        let noon = 1_896_091_200_000;
        for (text, end, expected) in [
            ("2030-01-31", false, Some(noon - day / 2)),
            ("2030-01-31", true, Some(noon + day / 2)),
            ("2030-01-31T12:00:00Z", false, Some(noon)),
            ("2030-01-31T12:00:00Z", true, Some(noon)),
            ("31.01.2030", false, None),
            ("9999-12-31", true, None),
        ] {
            assert_eq!(parse_day(text, end).map(|at| at.0), expected, "{text}");
        }
    }
}
