//! What every page has around it.

use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use super::bar::{BRAND, Mark};
use super::desk::Desk;
use super::home::Home;
use crate::fns::language;
use crate::texts::ConsoleTexts;

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    restrict();
    let language = language();
    view! {
        <!DOCTYPE html>
        <html lang=language.tag dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() id="chathub-css" />
                <link rel="stylesheet" href="/console.css" />
                <HydrationScripts options islands=true />
                <MetaTags />
            </head>
            <body class="ch-page">
                <App />
            </body>
        </html>
    }
}

/// The policy of our own pages: nothing but what this server sends, and the scripts that Leptos puts in by nonce.
fn restrict() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<leptos_axum::ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    );
    // A nonce is base64.
    if let Ok(policy) = axum::http::HeaderValue::from_str(&policy) {
        response.insert_header(axum::http::header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let texts = language().console();
    view! {
        <Title formatter=move |title: String| {
            if title.is_empty() { BRAND.to_owned() } else { texts.page_title(&title) }
        } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/console") view=Home ssr=SsrMode::Async />
                <Route path=path!("/console/operators/:id") view=Desk ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    let texts = language().console();
    view! {
        <Title text=texts.not_found_title() />
        <main class="console-alone">
            <div class="console-card">
                <Mark />
                <h1>{texts.not_found()}</h1>
                <p>{texts.not_found_why()}</p>
                <a class="ch-button" href="/console">
                    {texts.to_console()}
                </a>
            </div>
        </main>
    }
}
