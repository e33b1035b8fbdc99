//! Sizes ("25 MiB") and times ("30s") as people write them.

use std::time::Duration;

use thiserror::Error;

const SIZES: [(&str, u64); 5] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// In milliseconds.
const TIMES: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Why a size or a time cannot be read. The text says what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnitError {
    #[error("must be a whole number of B, KiB, MiB, GiB or TiB, for example \"25 MiB\"")]
    NotASize,
    #[error("must be a whole number of ms, s, m, h or d, for example \"30s\"")]
    NotATime,
    #[error("is too large")]
    TooLarge,
}

/// Reads a size in bytes; a number without a unit counts bytes.
pub fn size(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = split(text);
    let bytes = if unit.is_empty() {
        1
    } else {
        let known = SIZES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit));
        known.ok_or(UnitError::NotASize)?.1
    };
    multiply(number, bytes, UnitError::NotASize)
}

/// Reads a time; the unit is not optional.
pub fn time(text: &str) -> Result<Duration, UnitError> {
    let (number, unit) = split(text);
    let known = TIMES.iter().find(|(name, _)| *name == unit);
    let milliseconds = known.ok_or(UnitError::NotATime)?.1;
    multiply(number, milliseconds, UnitError::NotATime).map(Duration::from_millis)
}

/// A size in the largest unit that needs no fraction.
#[must_use]
pub fn write_size(bytes: u64) -> String {
    let (number, unit) = largest(bytes, &SIZES);
    format!("{number} {unit}")
}

/// A size as people take it in, with one digit behind the point where it helps: `1.4 MiB`.
#[must_use]
pub fn about(bytes: u64) -> String {
    let unit = SIZES.iter().rev().find(|(_, factor)| bytes >= *factor);
    let (name, factor) = unit.copied().unwrap_or(SIZES[0]);
    let tenths = u128::from(bytes) * 10 / u128::from(factor);
    match (tenths / 10, tenths % 10) {
        (whole, tenth) if factor > 1 && tenth > 0 && whole < 100 => {
            format!("{whole}.{tenth} {name}")
        }
        (whole, _) => format!("{whole} {name}"),
    }
}

/// A time, to the millisecond, in the largest unit that needs no fraction.
#[must_use]
pub fn write_time(time: Duration) -> String {
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let (number, unit) = largest(milliseconds, &TIMES);
    format!("{number}{unit}")
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn multiply(number: &str, factor: u64, unreadable: UnitError) -> Result<u64, UnitError> {
    if number.is_empty() {
        return Err(unreadable);
    }
    // Digits only: the one way left to fail is to be too many.
    let number: u64 = number.parse().map_err(|_| UnitError::TooLarge)?;
    number.checked_mul(factor).ok_or(UnitError::TooLarge)
}

fn largest(amount: u64, units: &[(&'static str, u64)]) -> (u64, &'static str) {
    let fits =
        |factor: u64| amount == 0 && factor == 1 || amount != 0 && amount.is_multiple_of(factor);
    let unit = units.iter().rev().find(|(_, factor)| fits(*factor));
    unit.map_or((amount, ""), |(name, factor)| (amount / factor, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_carry_binary_units_or_count_bytes() {
        assert_eq!(size("25 MiB"), Ok(25 << 20));
        assert_eq!(size("64KiB"), Ok(64 << 10));
        assert_eq!(size(" 1 gib "), Ok(1 << 30));
        assert_eq!(size("2 TiB"), Ok(2 << 40));
        assert_eq!(size("512 B"), Ok(512));
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("0"), Ok(0));
    }

    #[test]
    fn what_is_not_a_size_is_refused() {
        for text in [
            "", "MiB", "-1", "+1", "1.5 MiB", "25 MB", "25 M", "1 KiB 2", "1_000", "٣",
        ] {
            assert_eq!(size(text), Err(UnitError::NotASize), "{text}");
        }
        assert_eq!(size("16777216 TiB"), Err(UnitError::TooLarge));
        assert_eq!(size("99999999999999999999"), Err(UnitError::TooLarge));
    }

    #[test]
    fn a_size_is_told_in_few_digits() {
        for (bytes, told) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1 << 10, "1 KiB"),
            ((1 << 20) - 1, "1023 KiB"),
            (1_468_006, "1.3 MiB"),
            (99 << 20, "99 MiB"),
            (5 << 29, "2.5 GiB"),
            (u64::MAX, "16777215 TiB"),
        ] {
            assert_eq!(about(bytes), told);
        }
    }

    #[test]
    fn times_carry_a_unit() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(time("5 m"), Ok(Duration::from_secs(300)));
        assert_eq!(time("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(time("7d"), Ok(Duration::from_secs(604_800)));
        assert_eq!(time("0s"), Ok(Duration::ZERO));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "", "s", "30", "-1s", "1.5s", "30 sec", "5M", "1h30m", "1 week",
        ] {
            assert_eq!(time(text), Err(UnitError::NotATime), "{text}");
        }
        assert_eq!(time("999999999999999999d"), Err(UnitError::TooLarge));
    }

    #[test]
    fn amounts_are_written_in_their_largest_whole_unit() {
        assert_eq!(write_size(0), "0 B");
        assert_eq!(write_size(1 << 30), "1 GiB");
        assert_eq!(write_size(1025), "1025 B");
        assert_eq!(write_time(Duration::ZERO), "0ms");
        assert_eq!(write_time(Duration::from_secs(90)), "90s");
        assert_eq!(write_time(Duration::from_secs(86_400)), "1d");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(amount in 0..u64::MAX) {
            prop_assert_eq!(size(&write_size(amount)), Ok(amount));
            let span = Duration::from_millis(amount);
            prop_assert_eq!(time(&write_time(span)), Ok(span));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,40}") {
            let _ = (size(&text), time(&text));
        }
    }
}
