//! What pages say without being asked: that the directory of companies and operators can't be asked, and which pages of
//! others were refused.

use chathub_domain::OrganizationId;
use chathub_hub::door::RefusedOrigin;
use chathub_hub::ports::Health;
use leptos::prelude::*;

/// Nothing, as long as all is well. To be rendered after what the page asks for, which finds it out.
#[component]
pub(super) fn DirectoryNotice() -> impl IntoView {
    let text = match crate::fns::hub().directory_health() {
        Health::Well => None,
        Health::Away => Some(
            "The directory of companies and operators does not answer at the moment. Open chats go on. Signing in, \
             and opening further chats, must wait until it is back.",
        ),
        Health::Refuses => Some(
            "The directory of companies and operators refuses this server's own sign-in. Whoever runs this server \
             should look at the upstream login and its password.",
        ),
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
    let how = if own.iter().any(|refused| refused.command.is_some()) {
        "If they are yours, let them in on the machine that runs ChatHub:"
    } else {
        "If they are yours, whoever runs ChatHub can let them in."
    };
    let summary = match own.len() {
        0 => return None,
        1 => "Pages of another web site were refused".to_owned(),
        count => format!("Pages of {count} other web sites were refused"),
    };
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
            <p>"They asked for this organization’s chat or panel. " {how}</p>
            <ul>{rows}</ul>
        </details>
    })
}
