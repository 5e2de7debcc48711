//! Where the console begins: signing in, then choosing whom to work as.

use chathub_domain::error::ErrorCode;
use chathub_domain::{Operator, OperatorStatus, Organization};
use chathub_hub::door::RefusedOrigin;
use leptos::prelude::*;
use leptos_meta::Title;

use super::notice::{DirectoryNotice, refused_notice};
use crate::fns::console::{SignIn, SignOut, operators, organizations};
use crate::fns::{AppError, refused, refused_origins};
use crate::parts::avatar;

/// The sign-in, or the company's organizations and operators.
#[component]
pub(super) fn Home() -> impl IntoView {
    let page = async {
        let organizations = organizations().await?;
        Ok::<_, AppError>((organizations, operators(None).await?, refused_origins().await))
    };
    view! {
        <Suspense>
            {Suspend::new(async move {
                match page.await {
                    Ok((organizations, operators, refused)) => {
                        choose(organizations, operators, &refused).into_any()
                    }
                    Err(error) => sign_in(&error).into_any(),
                }
            })}
        </Suspense>
    }
}

fn sign_in(error: &AppError) -> impl IntoView {
    let refused = refused();
    let login = refused.as_ref().and_then(|refused| refused.login.clone());
    let focus_password = login.is_some();
    let ended = match error.code {
        ErrorCode::TokenMissing => None,
        ErrorCode::TokenExpired | ErrorCode::TokenInvalid | ErrorCode::WrongTokenKind => {
            Some("Your session has ended. Sign in to go on.".to_owned())
        }
        _ => Some(error.detail.clone()),
    };
    let notice = refused.map(|refused| refused.sentence.to_owned()).or(ended);
    let action = ServerAction::<SignIn>::new();
    let described = notice.is_some().then_some("sign-in-notice");
    view! {
        <Title text="Sign in" />
        <main class="console-alone">
            <div class="console-card">
                <Mark />
                <h1>"Sign in to your console"</h1>
                <DirectoryNotice />
                {notice
                    .map(|text| {
                        view! {
                            <p class="ch-notice" id="sign-in-notice" role="alert">
                                {text}
                            </p>
                        }
                    })}
                <ActionForm action=action>
                    <label>
                        <span>"Login"</span>
                        <input
                            class="ch-field"
                            name="login"
                            autocomplete="username"
                            autocapitalize="none"
                            spellcheck="false"
                            required
                            value=login
                            autofocus=!focus_password
                            aria-describedby=described
                        />
                    </label>
                    <label>
                        <span>"Password"</span>
                        <input
                            class="ch-field"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                            autofocus=focus_password
                        />
                    </label>
                    <button class="ch-button" type="submit">
                        "Sign in"
                    </button>
                </ActionForm>
            </div>
        </main>
    }
}

fn choose(
    organizations: Vec<Organization>,
    operators: Vec<Operator>,
    refused: &[RefusedOrigin],
) -> impl IntoView {
    let empty = organizations.is_empty();
    let sections = organizations
        .into_iter()
        .map(|organization| {
            let own: Vec<_> = operators
                .iter()
                .filter(|operator| operator.organization.id == organization.id)
                .cloned()
                .collect();
            view! {
                <section class="console-card" aria-labelledby=format!("organization-{}", organization.id)>
                    <h2 id=format!("organization-{}", organization.id)>{organization.name}</h2>
                    {staff(own)}
                    {refused_notice(refused, organization.id)}
                </section>
            }
        })
        .collect_view();
    view! {
        <Title text="Choose an operator" />
        <Bar />
        <main class="console-main">
            <h1>"Who is answering today?"</h1>
            <p class="lead">"Choose an operator to open the chats of their organization."</p>
            <div class="console-grid">{sections}</div>
            {empty
                .then(|| {
                    view! {
                        <div class="console-card">
                            <h2>"No organization yet"</h2>
                            <p>"Add one, and somebody who answers, on the machine that runs ChatHub:"</p>
                            <pre>
                                "chathub organization add --company LOGIN --name Sales\nchathub operator add --company LOGIN --organization Sales --name Anna"
                            </pre>
                        </div>
                    }
                })}
        </main>
    }
}

fn staff(operators: Vec<Operator>) -> impl IntoView {
    if operators.is_empty() {
        return view! {
            <p class="ch-muted">
                "Nobody answers here yet. Add an operator with " <code>"chathub operator add"</code> "."
            </p>
        }
        .into_any();
    }
    let rows = operators
        .into_iter()
        .map(|operator| {
            let Operator { id, name, status, .. } = operator;
            if status == OperatorStatus::Active {
                view! {
                    <li>
                        <a class="operator" href=format!("/console/operators/{id}")>
                            {avatar(&name, id.0)} <span class="operator-name">{name}</span>
                            <span class="operator-go" aria-hidden="true">
                                "Open chats"
                            </span>
                        </a>
                    </li>
                }
                .into_any()
            } else {
                view! {
                    <li class="operator inactive">
                        {avatar(&name, id.0)} <span class="operator-name">{name}</span>
                        <span class="ch-muted">"Inactive"</span>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    view! { <ul class="operators">{rows}</ul> }.into_any()
}

/// The line at the top of a signed-in page.
#[component]
pub(super) fn Bar(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    let action = ServerAction::<SignOut>::new();
    view! {
        <header class="console-bar">
            <Mark />
            <div class="console-bar-middle">{children.map(|children| children())}</div>
            <ActionForm action=action>
                <button class="ch-quiet" type="submit">
                    "Sign out"
                </button>
            </ActionForm>
        </header>
        <DirectoryNotice />
    }
}

/// The logo and the name.
#[component]
pub(super) fn Mark() -> impl IntoView {
    view! {
        <a class="console-mark" href="/console" aria-label="ChatHub console">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            "ChatHub"
        </a>
    }
}
