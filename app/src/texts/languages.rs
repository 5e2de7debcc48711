//! The languages that the server has, and which of them is whose.

use std::sync::LazyLock;

use super::catalogue::Texts;

/// Tag, name, and the texts of the panel and the console.
type Made = (&'static str, &'static str, [&'static str; 2]);

static MADE: &[Made] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| MADE.iter().map(Language::of).collect());

/// A language of the catalogue.
pub struct Language {
    pub tag: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
    /// What the panel says in it.
    pub panel: Texts,
    console: Texts,
}

impl Language {
    fn of((tag, name, [panel, console]): &Made) -> Self {
        let texts = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap_or_default().into();
        Self { tag, name, panel: texts(panel), console: texts(console) }
    }

    /// What the console says in it.
    #[must_use]
    pub fn console(&'static self) -> &'static Texts {
        &self.console
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &str {
        self.console.head("direction")
    }
}

/// Those to choose from: all but the last, which nobody speaks.
pub fn languages() -> impl Iterator<Item = &'static Language> {
    ALL.iter().take(MADE.len() - 1)
}

/// The first language that one of the wishes (BCP 47 tags, the dearest first) names; English where none does. `pt-BR` is
/// content with `pt`. The one that nobody speaks must be asked for by its whole tag.
#[must_use]
pub fn chosen<'a>(wishes: impl IntoIterator<Item = &'a str>) -> &'static Language {
    let named = |tag: &str| ALL.iter().find(|language| language.tag.eq_ignore_ascii_case(tag));
    wishes
        .into_iter()
        .find_map(|wish| {
            let mut tag = wish;
            loop {
                match (named(tag), tag.rsplit_once('-')) {
                    (None, Some((shorter, _))) => tag = shorter,
                    (found, _) => return found,
                }
            }
        })
        .unwrap_or(&ALL[0])
}

/// The tags of an `Accept-Language` header (RFC 9110), the dearest first.
#[must_use]
pub fn accepted(header: &str) -> Vec<&str> {
    let mut wishes: Vec<_> = header
        .split(',')
        .filter_map(|wish| {
            let (tag, weight) = wish.split_once(';').unwrap_or((wish, ""));
            let weight =
                weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?;
            (weight > 0.0).then_some((tag.trim(), weight))
        })
        .collect();
    wishes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    wishes.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use chathub_domain::ErrorCode;

    use super::*;
    use crate::texts::{ConsoleTexts, told_as};

    #[test]
    fn the_dearest_wish_that_can_be_met_is() {
        for (wishes, tag) in [
            ("", "en"),
            ("*", "en"),
            ("lv", "lv"),
            ("LV-lv", "lv"),
            ("de-AT, de;q=0.9, uk;q=0.8, en;q=0.7", "uk"),
            ("en;q=0.1, ar-EG;q=0.5", "ar"),
            ("ko;q=0, es", "es"),
            ("en-GB, lv", "en"),
            ("en-XA", "en-XA"),
            ("nl;q=x, uk", "uk"),
        ] {
            assert_eq!(chosen(accepted(wishes)).tag, tag, "{wishes}");
        }
    }

    #[test]
    fn texts_are_said_in_their_language() {
        let console = |tag| chosen([tag]).console();
        assert_eq!(console("lv").sign_in(), "Pieteikties");
        assert_eq!(
            console("es").no_operators("{0}"),
            "Aquí todavía no atiende nadie. Añada un agente con {0}."
        );
        assert_eq!(console("en").refused_sites(1), "Pages of another web site were refused");
        assert_eq!(console("en").refused_sites(1_234), "Pages of 1,234 other web sites were refused");
        assert_eq!(console("lv").refused_sites(21), "Atteikts 21 citas vietnes lapām");
        assert_eq!(console("ar").refused_sites(3), "رُفضت صفحات 3 مواقع أخرى");
        assert_eq!(console("nl").refusals("not_found").as_deref(), Some("Het is er niet meer."));
        assert_eq!(console("nl").refusals("nothing_known"), None);
    }

    #[test]
    fn every_refusal_has_a_sentence() {
        for code in ErrorCode::ALL {
            assert!(chosen([]).console().refusals(told_as(*code).as_str()).is_some(), "{code:?}");
        }
    }

    #[test]
    fn the_language_that_nobody_speaks_is_not_to_choose_from() {
        let tags: Vec<_> = languages().map(|language| language.tag).collect();
        assert_eq!(tags[0], "en");
        assert!(tags.len() >= 7 && !tags.contains(&"en-XA"), "{tags:?}");
        assert!(chosen(["en-XA"]).console().sign_in().starts_with('⟦'));
    }
}
