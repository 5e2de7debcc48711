//! What pages say without being asked: that the directory of companies and operators can't be asked, and which pages of
//! others were refused.

use chathub_domain::OrganizationId;
use chathub_hub::origin::RefusedOrigin;
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
            <p class="notice" id="directory-notice" role="status">
                {text}
            </p>
        }
    })
}

/// The pages that were lately refused to an organization, with what lets them in; nothing, when none were.
pub(super) fn refused_notice(
    refused: &[RefusedOrigin],
    organization: OrganizationId,
) -> Option<impl IntoView> {
    let own: Vec<_> = refused.iter().filter(|refused| refused.organization == organization).collect();
    let origins = own.iter().map(|refused| refused.origin.as_str()).collect::<Vec<_>>().join(", ");
    let commands = own.iter().filter_map(|refused| refused.command.as_deref()).collect::<Vec<_>>().join("\n");
    let how = if commands.is_empty() {
        "If they are yours, whoever runs ChatHub can allow them."
    } else {
        "If they are yours, allow them on the machine that runs ChatHub:"
    };
    (!own.is_empty()).then(|| {
        view! {
            <div class="notice console-refused" role="status">
                <p>"Pages of " {origins} " asked for this chat or panel and were refused. " {how}</p>
                {(!commands.is_empty()).then(|| view! { <pre tabindex="0">{commands}</pre> })}
            </div>
        }
    })
}
