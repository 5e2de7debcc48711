//! Where the console begins: signing in, then choosing whom to work as.

use chathub_domain::error::ErrorCode;
use chathub_domain::{Operator, OperatorStatus, Organization};
use chathub_hub::door::RefusedOrigin;
use leptos::prelude::*;
use leptos_meta::Title;

use super::bar::{Bar, LanguageSwitch, Mark};
use super::notice::{DirectoryNotice, refused_notice};
use super::refusal::{sentence, worded};
use crate::fns::console::{SignIn, operators, organizations};
use crate::fns::{AppError, language, refused, refused_origins};
use crate::parts::avatar;
use crate::texts::{ConsoleTexts, around};

/// What is typed where nobody answers yet, and where there is nothing at all yet.
const ADD_OPERATOR: &str = "chathub operator add";
const COMMANDS: &str = "chathub organization add --company LOGIN --name Sales\n\
    chathub operator add --company LOGIN --organization Sales --name Anna";

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
    let texts = language().console();
    let refused = refused();
    let login = refused.as_ref().and_then(|refused| refused.login.clone());
    let focus_password = login.is_some();
    let ended = match error.code {
        ErrorCode::TokenMissing => None,
        ErrorCode::TokenExpired | ErrorCode::TokenInvalid | ErrorCode::WrongTokenKind => {
            Some(texts.session_ended())
        }
        _ => Some(worded(error)),
    };
    let notice = refused.map(|refused| sentence(refused.code)).or(ended);
    let action = ServerAction::<SignIn>::new();
    let described = notice.is_some().then_some("sign-in-notice");
    view! {
        <Title text=texts.sign_in() />
        <main class="console-alone">
            <div class="console-card">
                <Mark />
                <h1>{texts.sign_in_heading()}</h1>
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
                        <span>{texts.login()}</span>
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
                        <span>{texts.password()}</span>
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
                        {texts.sign_in()}
                    </button>
                </ActionForm>
                <LanguageSwitch />
            </div>
        </main>
    }
}

fn choose(
    organizations: Vec<Organization>,
    operators: Vec<Operator>,
    refused: &[RefusedOrigin],
) -> impl IntoView {
    let texts = language().console();
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
        <Title text=texts.choose_operator() />
        <Bar />
        <main class="console-main">
            <h1>{texts.choose_heading()}</h1>
            <p class="lead">{texts.choose_lead()}</p>
            <div class="console-grid">{sections}</div>
            {empty
                .then(|| {
                    view! {
                        <div class="console-card">
                            <h2>{texts.no_organization()}</h2>
                            <p>{texts.no_organization_how()}</p>
                            <pre>{COMMANDS}</pre>
                        </div>
                    }
                })}
        </main>
    }
}

fn staff(operators: Vec<Operator>) -> impl IntoView {
    let texts = language().console();
    if operators.is_empty() {
        let (before, after) = around(|command| texts.no_operators(command));
        return view! {
            <p class="ch-muted">
                {before} <code>{ADD_OPERATOR}</code> {after}
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
                                {texts.open_chats()}
                            </span>
                        </a>
                    </li>
                }
                .into_any()
            } else {
                view! {
                    <li class="operator inactive">
                        {avatar(&name, id.0)} <span class="operator-name">{name}</span>
                        <span class="ch-muted">{texts.inactive()}</span>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    view! { <ul class="operators">{rows}</ul> }.into_any()
}
