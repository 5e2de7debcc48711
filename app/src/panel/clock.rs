//! Points in time as the operator's browser writes them: its time zone, its language. The server knows neither,
//! so there is nothing here without a browser.

use chathub_domain::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

#[cfg(feature = "hydrate")]
mod local {
    use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
    use wasm_bindgen::JsValue;

    use super::{DAY_MS, Timestamp};

    thread_local! {
        // Making one costs a thousand times what using it does.
        static TIME: DateTimeFormat = format(&[("hour", "numeric"), ("minute", "2-digit")]);
        static WEEKDAY: DateTimeFormat = format(&[("weekday", "short")]);
        static DATE: DateTimeFormat = format(&[("day", "numeric"), ("month", "short")]);
        static DAY: DateTimeFormat = format(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]);
        static YEAR: DateTimeFormat = format(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]);
    }

    fn format(options: &[(&str, &str)]) -> DateTimeFormat {
        let object = Object::new();
        for (name, value) in options {
            // Setting a member of a plain object can't fail.
            drop(Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)));
        }
        DateTimeFormat::new(&Array::new(), &object)
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    fn date(at: Timestamp) -> Date {
        Date::new(&JsValue::from_f64(at.0 as f64))
    }

    fn written(format: &'static std::thread::LocalKey<DateTimeFormat>, at: Timestamp) -> String {
        format.with(|format| {
            let text = format.format().call1(&JsValue::UNDEFINED, &date(at));
            text.ok().and_then(|text| text.as_string()).unwrap_or_default()
        })
    }

    /// Days since 1970 on the operator's calendar.
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a time zone")]
    pub(in crate::panel) fn day(at: Timestamp) -> i64 {
        let offset = date(at).get_timezone_offset() as i64 * 60_000;
        (at.0 - offset).div_euclid(DAY_MS)
    }

    pub(in crate::panel) fn today() -> i64 {
        day(crate::panel::driver::now())
    }

    pub(in crate::panel) fn time(at: Timestamp) -> String {
        written(&TIME, at)
    }

    /// For a list: the time today, the weekday this week, else the date.
    pub(in crate::panel) fn short(at: Timestamp) -> String {
        match today() - day(at) {
            ..=0 => written(&TIME, at),
            1..=6 => written(&WEEKDAY, at),
            _ => written(&DATE, at),
        }
    }

    /// For a separator between days.
    pub(in crate::panel) fn day_name(at: Timestamp) -> String {
        match today() - day(at) {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            ..=300 => written(&DAY, at),
            _ => written(&YEAR, at),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod local {
    use super::{DAY_MS, Timestamp};

    pub(in crate::panel) fn day(at: Timestamp) -> i64 {
        at.0.div_euclid(DAY_MS)
    }

    pub(in crate::panel) fn time(_: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn short(_: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn day_name(_: Timestamp) -> String {
        String::new()
    }
}

pub(super) use local::{day, day_name, short, time};
