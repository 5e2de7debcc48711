//! What stands around a page's own matter: the line at the top, the name, the choice of a language.

use leptos::prelude::*;

use super::notice::DirectoryNotice;
use crate::fns::console::{ChooseLanguage, SignOut};
use crate::fns::language;
use crate::texts::{ConsoleTexts, languages};

/// The same in every language.
pub(super) const BRAND: &str = "ChatHub";

/// The line at the top of a signed-in page.
#[component]
pub(super) fn Bar(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    let action = ServerAction::<SignOut>::new();
    let texts = language().console();
    view! {
        <header class="console-bar">
            <Mark />
            <div class="console-bar-middle">{children.map(|children| children())}</div>
            <LanguageSwitch />
            <ActionForm action=action>
                <button class="ch-quiet" type="submit">
                    {texts.sign_out()}
                </button>
            </ActionForm>
        </header>
        <DirectoryNotice />
    }
}

/// All languages, each by the name that its speakers give it. A choice comes back to the same page.
#[component]
pub(super) fn LanguageSwitch() -> impl IntoView {
    let action = ServerAction::<ChooseLanguage>::new();
    let own = language();
    let choices = languages()
        .map(|language| {
            view! {
                <button
                    type="submit"
                    name="language"
                    value=language.tag
                    lang=language.tag
                    dir=language.direction()
                    aria-current=(language.tag == own.tag).then_some("true")
                >
                    {language.name}
                </button>
            }
        })
        .collect_view();
    view! {
        <details class="console-language">
            <summary class="ch-quiet" aria-label=format!("{}: {}", own.console().language(), own.name)>
                {own.name}
            </summary>
            <ActionForm action=action>{choices}</ActionForm>
        </details>
    }
}

/// The logo and the name.
#[component]
pub(super) fn Mark() -> impl IntoView {
    view! {
        <a class="console-mark" href="/console" aria-label=language().console().name()>
            <img src="/favicon.svg" alt="" width="22" height="22" />
            {BRAND}
        </a>
    }
}
