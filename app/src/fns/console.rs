//! The console: signing in, and what a signed-in company may choose from.

use chathub_domain::{Operator, OperatorId, Organization, OrganizationId, Timestamp};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::AppError;

/// A fresh operator token and its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshToken {
    pub token: String,
    pub expires_at: Timestamp,
}

/// What a validation found: `error` says why a token is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenValidity {
    pub valid: bool,
    pub operator_id: Option<OperatorId>,
    pub expires_at: Option<Timestamp>,
    pub error: Option<String>,
}

/// Signs a company in: a session cookie, one for the device, and on to the console.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(login: String, password: String) -> Result<(), AppError> {
    use super::access::{cookies, device, hub, peer, require_own_page};
    use chathub_hub::door::{DEVICE_LIVES, SESSION_LIVES};

    require_own_page()?;
    let signed_in = hub().open_session(&login, password, peer(), device().as_deref()).await;
    let signed_in = signed_in.map_err(|error| AppError { typed: Some(login), ..error.into() })?;
    send(cookies().set_session(&signed_in.session, SESSION_LIVES.as_secs()));
    send(cookies().set_device(&signed_in.device, DEVICE_LIVES.as_secs()));
    leptos_axum::redirect("/console");
    Ok(())
}

/// Ends the session, here and in the browser. The device stays known.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use super::access::{cookies, hub, require_own_page, session};

    require_own_page()?;
    hub().close_session(&session()).await?;
    send(cookies().set_session("", 0));
    leptos_axum::redirect("/console");
    Ok(())
}

/// Chooses the language of the console's pages, for this browser, and leads back to where it was chosen.
#[server(prefix = "/fn", endpoint = "choose_language")]
pub async fn choose_language(language: String) -> Result<(), AppError> {
    use super::access::{cookies, require_own_page};
    use axum::http::{header, request::Parts};

    require_own_page()?;
    send(cookies().set_language(crate::texts::chosen([language.as_str()]).tag));
    // Leptos leads back by itself where the browser says from where.
    if !expect_context::<Parts>().headers.contains_key(header::REFERER) {
        leptos_axum::redirect("/console");
    }
    Ok(())
}

/// The signed-in company's organizations.
#[server(prefix = "/fn", endpoint = "organizations")]
pub async fn organizations() -> Result<Vec<Organization>, AppError> {
    use super::access::{company, hub};

    Ok(hub().organizations(&company().await?).await?)
}

/// An organization's operators, or all of the company's.
#[server(prefix = "/fn", endpoint = "operators")]
pub async fn operators(organization: Option<OrganizationId>) -> Result<Vec<Operator>, AppError> {
    use super::access::{company, hub};
    use chathub_hub::door::access::Caller;

    let company = company().await?;
    match organization {
        None => Ok(hub().all_operators(&company).await?),
        some => Ok(hub().operators(&Caller::Company(company), some).await?),
    }
}

/// A token for one of the company's operators, for the longest time that is given.
#[server(prefix = "/fn", endpoint = "operator_token")]
pub async fn operator_token(operator: OperatorId) -> Result<FreshToken, AppError> {
    use super::access::{company, hub};

    let (token, expires_at) = hub().operator_token(&company().await?, operator, Timestamp(i64::MAX)).await?;
    Ok(FreshToken { token, expires_at })
}

/// Whether a token is a good operator token of the company.
#[server(prefix = "/fn", endpoint = "validate_token")]
pub async fn validate_token(token: String) -> Result<TokenValidity, AppError> {
    use super::access::{company, hub};
    use chathub_hub::people::operators::Validity;

    Ok(match hub().validate_token(&company().await?, &token).await? {
        Validity::Valid { operator_id, expires_at, .. } => TokenValidity {
            valid: true,
            operator_id: Some(operator_id),
            expires_at: Some(expires_at),
            error: None,
        },
        Validity::Invalid { reason } => {
            TokenValidity { valid: false, operator_id: None, expires_at: None, error: Some(reason) }
        }
    })
}

/// Adds a cookie to the answer.
#[cfg(feature = "ssr")]
fn send(cookie: Option<axum::http::HeaderValue>) {
    if let Some(cookie) = cookie {
        let response = expect_context::<leptos_axum::ResponseOptions>();
        response.append_header(axum::http::header::SET_COOKIE, cookie);
    }
}
