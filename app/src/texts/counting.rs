//! How languages count: which form goes with a number, and how it is written. The browser knows its own; the server has a
//! library.

#[cfg(feature = "hydrate")]
mod own {
    use std::cell::RefCell;

    use js_sys::Intl::PluralRules;
    use js_sys::{Array, Number, Object};
    use wasm_bindgen::JsValue;

    thread_local! {
        /// The last ones that were asked for: making them costs a hundred times what using them does.
        static RULES: RefCell<Option<(String, PluralRules)>> = const { RefCell::new(None) };
    }

    /// `one`, `few`, `other`, ….
    #[expect(clippy::cast_precision_loss, reason = "nothing is counted as far as 2^53")]
    pub(in crate::texts) fn category(locale: &str, count: u64) -> String {
        RULES.with_borrow_mut(|rules| {
            if rules.as_ref().is_none_or(|(own, _)| own != locale) {
                let made = PluralRules::new(&Array::of1(&JsValue::from_str(locale)), &Object::new());
                *rules = Some((locale.to_owned(), made));
            }
            rules.as_ref().map_or_else(String::new, |(_, rules)| rules.select(count as f64).into())
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "nothing is counted as far as 2^53")]
    pub(in crate::texts) fn number(locale: &str, count: u64) -> String {
        Number::from(count as f64).to_locale_string(locale).into()
    }
}

#[cfg(all(feature = "ssr", not(feature = "hydrate")))]
mod own {
    use icu_decimal::DecimalFormatter;
    use icu_decimal::input::Decimal;
    use icu_locale_core::Locale;
    use icu_plurals::{PluralCategory, PluralRules};

    /// `one`, `few`, `other`, ….
    pub(in crate::texts) fn category(locale: &str, count: u64) -> &'static str {
        let rules = locale
            .parse::<Locale>()
            .ok()
            .and_then(|locale| PluralRules::try_new_cardinal((&locale).into()).ok());
        match rules.map_or(PluralCategory::Other, |rules| rules.category_for(count)) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    pub(in crate::texts) fn number(locale: &str, count: u64) -> String {
        let locale = locale.parse::<Locale>().ok();
        let format =
            locale.and_then(|locale| DecimalFormatter::try_new((&locale).into(), Default::default()).ok());
        format.map_or_else(|| count.to_string(), |format| format.format(&Decimal::from(count)).to_string())
    }
}

/// Where nothing is shown.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
mod own {
    pub(in crate::texts) fn category(_: &str, _: u64) -> &'static str {
        "other"
    }

    pub(in crate::texts) fn number(_: &str, count: u64) -> String {
        count.to_string()
    }
}

pub(super) use own::{category, number};
