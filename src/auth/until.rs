//! The end date of a token.

use jiff::Timestamp;
use jiff::civil::time;
use jiff::tz::TimeZone;

use crate::draft::expiration;

/// The last millisecond of the day that `text` names, a date or a time from today such as `+90days`, in
/// milliseconds since 1970.
///
/// # Errors
/// Says what is wrong with it.
pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<i64, &'static str> {
    let today = now.to_zoned(zone.clone()).date();
    let day = expiration::parse(text, today)?;
    day.to_datetime(time(23, 59, 59, 999_000_000))
        .to_zoned(zone.clone())
        .map(|end| end.timestamp().as_millisecond())
        .map_err(|_| "it is too far away")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::time::rfc3339;

    #[test]
    fn a_token_lasts_to_the_end_of_its_day_where_the_server_is() {
        let now: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, zone, end) in [
            ("2026-12-24", &TimeZone::UTC, "2026-12-24T23:59:59.999Z"),
            ("2026-12-24", &berlin, "2026-12-24T22:59:59.999Z"),
            ("+90days", &TimeZone::UTC, "2027-02-20T23:59:59.999Z"),
            // In Berlin the 23rd has begun.
            ("+1day", &berlin, "2026-11-24T22:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(parse(text, now, zone).unwrap()), end, "{text}");
        }
    }

    #[test]
    fn the_past_is_refused() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let refusal = parse("2026-11-21", now, &TimeZone::UTC);
        assert_eq!(refusal, Err("it is in the past"));
    }
}
