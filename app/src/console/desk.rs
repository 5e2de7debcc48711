//! The page with the panel.

use chathub_domain::OperatorId;
use chathub_domain::wire::Me;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::bar::Bar;
use super::refusal::worded;
use crate::fns::console::operator_token;
use crate::fns::{AppError, language};
use crate::panel::{CONSOLE_PANEL, Door, LateParts, PanelProps, render};
use crate::texts::ConsoleTexts;

/// Keeps what is pressed before the panel lives. In the page itself, because its own file would come later than that.
const EARLY: &str = include_str!("../../../frontend/modules/early.js");

/// Brings what the panel needs later. In the page too: a file of its own would be one more that could be missing.
const LATE: &str = include_str!("../../../frontend/modules/console/late.js");

/// The panel of the operator in the path, for a signed-in company.
#[component]
pub(super) fn Desk() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let parts = use_context::<LateParts>().map(LateParts::json);
    let texts = language().console();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match panel(id.as_deref()).await {
                    Ok(props) => {
                        let json = serde_json::to_string(&props).unwrap_or_default();
                        let Me { operator, organization } = props.me.clone();
                        view! {
                            // Isolated, because our own name follows it.
                            <Title text=format!("\u{2068}{}\u{2069}", organization.name) />
                            <Bar>
                                <span class="console-who">
                                    <strong>{organization.name}</strong>
                                    <span class="ch-muted">{operator.name}</span>
                                </span>
                            </Bar>
                            <p class="ch-notice" id="too-old" role="alert" hidden>
                                {texts.too_old()}
                            </p>
                            <script src="/console.js"></script>
                            <main class="console-desk">
                                <div
                                    id=CONSOLE_PANEL
                                    data-props=json
                                    data-parts=parts
                                    inner_html=render(props)
                                ></div>
                                <script type="module" async nonce=use_nonce() inner_html=early()></script>
                            </main>
                        }
                            .into_any()
                    }
                    Err(error) => refused(error).into_any(),
                }
            })}
        </Suspense>
    }
}

fn early() -> String {
    // There is none any more where the browser is too old for it.
    format!(
        "{EARLY}{LATE}const place = document.getElementById('{CONSOLE_PANEL}'); \
         if (place) {{ keepEarly(place); place.bringPart = (name) => bringPart(place, name); }}"
    )
}

async fn panel(id: Option<&str>) -> Result<PanelProps, AppError> {
    let hub = crate::fns::hub();
    let id = id.and_then(|id| id.parse().ok()).map(OperatorId);
    let id = id.ok_or_else(|| chathub_hub::Error::not_found("operator"))?;
    let fresh = operator_token(id).await?;
    let access = hub.operator_by_token(&fresh.token).await?;
    let (snapshot, cursor) = hub.snapshot(&access).await?;
    Ok(PanelProps {
        hub: String::new(),
        token: fresh.token,
        me: Me { operator: access.operator, organization: access.organization },
        expires_at: fresh.expires_at,
        cursor,
        snapshot,
        build: hub.build().to_owned(),
        door: Door::Console,
        texts: language().panel.clone(),
    })
}

fn refused(error: AppError) -> impl IntoView {
    if error.code.status() == 401 {
        leptos_axum::redirect("/console");
    } else if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(chathub_edge::status(error.code));
    }
    let texts = language().console();
    view! {
        <Title text=texts.not_opened_title() />
        <Bar />
        <main class="console-alone">
            <div class="console-card">
                <h1>{texts.not_opened()}</h1>
                <p role="alert">{worded(&error)}</p>
                <a class="ch-button" href="/console">
                    {texts.choose_operator()}
                </a>
            </div>
        </main>
    }
}
