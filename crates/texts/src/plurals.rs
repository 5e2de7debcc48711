//! The plural forms that a language has, by CLDR.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

/// All that there are.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Whole numbers that are looked at to tell for how many a form is: past the hundred where rules begin anew, and round ones.
const LOOKED_AT: std::ops::RangeInclusive<u32> = 0..=210;

/// The forms of a language that counts.
pub struct Plurals(PluralRules);

impl Plurals {
    /// `None` for a tag that is none.
    pub fn of(locale: &str) -> Option<Self> {
        let locale: Locale = locale.parse().ok()?;
        PluralRules::try_new_cardinal((&locale).into()).ok().map(Self)
    }

    /// Those that a text of this language must have.
    pub fn categories(&self) -> Vec<&'static str> {
        let own: Vec<_> = self.0.categories().map(name).collect();
        CATEGORIES.into_iter().filter(|category| own.contains(category)).collect()
    }

    /// Whether a form is for one number alone, which it may say in words.
    pub fn is_of_one_number(&self, category: &str) -> bool {
        LOOKED_AT.filter(|number| name(self.0.category_for(*number)) == category).count() == 1
    }
}

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
