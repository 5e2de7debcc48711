//! What every page says while the directory of companies and operators can't be asked.

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
