//! How long a share stays open: a date, or a time from today on.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// The last day of a share: `yyyy-mm-dd`, `today`, `tomorrow`, or relative such as `+2days` and `+3 weeks`.
///
/// # Errors
/// Says what is wrong, for the message about the attribute.
pub fn parse(text: &str, today: Date) -> Result<Date, &'static str> {
    let unknown = "it is neither yyyy-mm-dd nor relative such as +2days";
    let text = text.trim().to_ascii_lowercase();
    let day = match text.as_str() {
        "today" => Ok(today),
        "tomorrow" => today.checked_add(1.day()),
        _ if text.starts_with(['+', '-']) => {
            let span = relative(&text).ok_or(unknown)?;
            today.checked_add(span)
        }
        _ if text.len() == 10 => text.parse(),
        _ => return Err(unknown),
    };
    match day {
        Err(_) => Err(unknown),
        Ok(day) if day < today => Err("it is in the past"),
        Ok(day) => Ok(day),
    }
}

fn relative(text: &str) -> Option<Span> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let unit = text[digits..].find(|c: char| !c.is_ascii_digit())? + digits;
    if !text[1..digits].trim().is_empty() {
        return None;
    }
    let count: i64 = text[digits..unit].parse().ok()?;
    let count = if text.starts_with('-') { -count } else { count };
    match text[unit..].trim() {
        "day" | "days" => Span::new().try_days(count).ok(),
        "week" | "weeks" => Span::new().try_weeks(count).ok(),
        "month" | "months" => Span::new().try_months(count).ok(),
        "year" | "years" => Span::new().try_years(count).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_and_times_from_today_are_understood() {
        let today = date(2026, 11, 22);
        for (text, day) in [
            ("2026-11-22", today),
            ("2027-02-01", date(2027, 2, 1)),
            ("+2days", date(2026, 11, 24)),
            ("+ 2 days", date(2026, 11, 24)),
            ("+3 weeks", date(2026, 12, 13)),
            ("+1month", date(2026, 12, 22)),
            ("+1 year", date(2027, 11, 22)),
            ("Tomorrow", date(2026, 11, 23)),
            ("today", today),
        ] {
            assert_eq!(parse(text, today), Ok(day), "{text}");
        }
    }

    #[test]
    fn the_past_and_the_rest_are_refused() {
        let today = date(2026, 11, 22);
        for text in ["2026-11-21", "-1day", "0001-01-01"] {
            assert_eq!(parse(text, today), Err("it is in the past"), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-30",
            "22.11.2026",
            "+",
            "+days",
            "+2",
            "+2 fortnights",
            "+99999999999days",
            "+9999years",
            "20261122",
            "+é1day",
        ] {
            assert!(parse(text, today).is_err(), "{text}");
        }
    }
}
