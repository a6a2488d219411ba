//! The time zones of the calendar, as a browser has them too.

use chrono::{DateTime, Offset as _};
use chrono_tz::Tz;

/// Seconds east of UTC at a second since 1970; `None` for a zone that nobody knows.
pub fn offset(zone: &str, second: i64) -> Option<i32> {
    let zone: Tz = zone.parse().ok()?;
    let moment = DateTime::from_timestamp(second, 0)?.with_timezone(&zone);
    Some(moment.offset().fix().local_minus_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: &str, second: i64, expected: Option<i32>) {
        assert_eq!(offset(zone, second), expected, "{zone} at {second}");
    }

    #[test]
    fn summer_time_is_an_hour_ahead() {
        check("Europe/Paris", 1_704_067_200, Some(3600));
        check("Europe/Paris", 1_717_200_000, Some(7200));
        check("Asia/Kolkata", 0, Some(19_800));
        check("Nowhere/Land", 0, None);
    }
}
