//! What pages say without being asked: that the directory of companies and operators can't be asked, and which pages of
//! others were refused.

use chathub_domain::OrganizationId;
use chathub_hub::door::RefusedOrigin;
use chathub_hub::ports::Health;
use leptos::prelude::*;

use crate::fns::{hub, language};
use crate::texts::ConsoleTexts;

/// Nothing, as long as all is well. To be rendered after what the page asks for, which finds it out.
#[component]
pub(super) fn DirectoryNotice() -> impl IntoView {
    let texts = language().console();
    let text = match hub().directory_health() {
        Health::Well => None,
        Health::Away => Some(texts.directory_away()),
        Health::Refuses => Some(texts.directory_refuses()),
    };
    text.map(|text| {
        view! {
            <p class="ch-notice" id="directory-notice" role="status">
                {text}
            </p>
        }
    })
}

/// The pages that were lately refused to an organization, each with what lets it in; nothing, when none were. Anybody can
/// be refused, so it is a line that opens, and no alarm.
pub(super) fn refused_notice(
    refused: &[RefusedOrigin],
    organization: OrganizationId,
) -> Option<impl IntoView> {
    let own: Vec<_> = refused.iter().filter(|refused| refused.organization == organization).collect();
    if own.is_empty() {
        return None;
    }
    let texts = language().console();
    let how = if own.iter().any(|refused| refused.command.is_some()) {
        texts.refused_command()
    } else {
        texts.refused_ask()
    };
    let summary = texts.refused_sites(own.len() as u64);
    let rows = own
        .into_iter()
        .map(|RefusedOrigin { origin, command, .. }| {
            let command = command.clone().map(|command| view! { <code>{command}</code> });
            view! { <li><span>{origin.clone()}</span> {command}</li> }
        })
        .collect_view();
    Some(view! {
        <details class="console-refused">
            <summary>{summary}</summary>
            <p>{texts.refused_what()} " " {how}</p>
            <ul>{rows}</ul>
        </details>
    })
}
