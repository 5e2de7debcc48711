//! Points in time as the operator's browser writes them: its time zone, its language. The server knows neither,
//! so there is nothing here without a browser.

use chathub_domain::Timestamp;

use crate::texts::Held;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the writing of a point in time depends on besides that point: what day it is, and where.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Calendar {
    /// Days since 1970 on the operator's calendar.
    today: i64,
    /// Minutes of the time zone.
    zone: i32,
}

#[cfg(feature = "hydrate")]
mod local {
    use std::cell::RefCell;

    use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
    use wasm_bindgen::JsValue;

    use super::{Calendar, DAY_MS, Held, Timestamp};
    use crate::texts::{PanelTexts, Speaker};

    /// The browser's time.
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and small")]
    pub(in crate::panel) fn now() -> Timestamp {
        Timestamp(Date::now() as i64)
    }

    /// Making one costs a thousand times what using it does. Each keeps the zone it was made in.
    struct Formats {
        locale: String,
        zone: i32,
        time: DateTimeFormat,
        weekday: DateTimeFormat,
        date: DateTimeFormat,
        day: DateTimeFormat,
        year: DateTimeFormat,
        whole: DateTimeFormat,
    }

    impl Formats {
        fn new(locale: String, zone: i32) -> Self {
            let locales = Array::of1(&JsValue::from_str(&regional(&locale)));
            let format = |options: &[(&str, &str)]| format(&locales, options);
            Self {
                locale,
                zone,
                time: format(&[("hour", "numeric"), ("minute", "2-digit")]),
                weekday: format(&[("weekday", "short")]),
                date: format(&[("day", "numeric"), ("month", "short")]),
                day: format(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
                year: format(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]),
                whole: format(&[("dateStyle", "full"), ("timeStyle", "short")]),
            }
        }
    }

    thread_local! {
        static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
    }

    /// As the language is written where the browser is at home (`en-GB`), if it is at home in this one.
    fn regional(locale: &str) -> String {
        let (language, more) = locale.split_at(locale.find('-').unwrap_or(locale.len()));
        let wishes = web_sys::window().map(|window| window.navigator().languages()).unwrap_or_default();
        let mut wishes = wishes.iter().filter_map(|wish| wish.as_string());
        let own = wishes.find(|wish| wish.split('-').next() == Some(language));
        own.map_or_else(|| locale.to_owned(), |own| own + more)
    }

    fn format(locales: &Array, options: &[(&str, &str)]) -> DateTimeFormat {
        let object = Object::new();
        for (name, value) in options {
            // Setting a member of a plain object can't fail.
            drop(Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)));
        }
        DateTimeFormat::new(locales, &object)
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    fn date(at: Timestamp) -> Date {
        Date::new(&JsValue::from_f64(at.0 as f64))
    }

    fn written(texts: Held, pick: fn(&Formats) -> &DateTimeFormat, at: Timestamp) -> String {
        let (locale, zone) = (texts.locale(), zone(now()));
        FORMATS.with_borrow_mut(|formats| {
            if formats.as_ref().is_none_or(|own| own.zone != zone || own.locale != locale) {
                *formats = Some(Formats::new(locale, zone));
            }
            let format = formats.as_ref().map(|formats| pick(formats).format());
            let text = format.and_then(|format| format.call1(&JsValue::UNDEFINED, &date(at)).ok());
            text.and_then(|text| text.as_string()).unwrap_or_default()
        })
    }

    /// Minutes.
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a time zone")]
    fn zone(at: Timestamp) -> i32 {
        date(at).get_timezone_offset() as i32
    }

    /// Days since 1970 on the operator's calendar.
    pub(in crate::panel) fn day(at: Timestamp) -> i64 {
        (at.0 - i64::from(zone(at)) * 60_000).div_euclid(DAY_MS)
    }

    impl Calendar {
        pub(in crate::panel) fn of(now: Timestamp) -> Self {
            Self { today: day(now), zone: zone(now) }
        }
    }

    fn today() -> i64 {
        day(now())
    }

    pub(in crate::panel) fn time(texts: Held, at: Timestamp) -> String {
        written(texts, |formats| &formats.time, at)
    }

    /// Day and time in full, to be read on demand.
    pub(in crate::panel) fn whole(texts: Held, at: Timestamp) -> String {
        written(texts, |formats| &formats.whole, at)
    }

    /// For machines.
    pub(in crate::panel) fn machine(at: Timestamp) -> String {
        date(at).to_iso_string().into()
    }

    /// For a list: the time today, the weekday this week, else the date.
    pub(in crate::panel) fn short(texts: Held, at: Timestamp) -> String {
        match today() - day(at) {
            ..=0 => written(texts, |formats| &formats.time, at),
            1..=6 => written(texts, |formats| &formats.weekday, at),
            _ => written(texts, |formats| &formats.date, at),
        }
    }

    /// For a separator between days.
    pub(in crate::panel) fn day_name(texts: Held, at: Timestamp) -> String {
        match today() - day(at) {
            0 => texts.today(),
            1 => texts.yesterday(),
            ..=300 => written(texts, |formats| &formats.day, at),
            _ => written(texts, |formats| &formats.year, at),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod local {
    use super::{DAY_MS, Held, Timestamp};

    pub(in crate::panel) fn day(at: Timestamp) -> i64 {
        at.0.div_euclid(DAY_MS)
    }

    pub(in crate::panel) fn time(_: Held, _: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn whole(_: Held, _: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn machine(_: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn short(_: Held, _: Timestamp) -> String {
        String::new()
    }

    pub(in crate::panel) fn day_name(_: Held, _: Timestamp) -> String {
        String::new()
    }
}

#[cfg(feature = "hydrate")]
pub(super) use local::now;
pub(super) use local::{day, day_name, machine, short, time, whole};
