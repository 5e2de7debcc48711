//! Who calls a server function: the token that the panel puts into a header, the cookie that the console has.

use axum::http::header;
use axum::http::request::Parts;
use chathub_domain::error::ErrorCode;
use chathub_edge::cookies::Cookies;
use chathub_hub::door::RefusedOrigin;
use chathub_hub::door::access::{CompanyAccess, OperatorAccess};
use chathub_hub::pace::Peer;
use chathub_hub::{Error, Hub, Origin};
use leptos::prelude::{expect_context, use_context};

use crate::fns::AppError;
use crate::texts::{Language, accepted, chosen};

pub(crate) fn hub() -> Hub {
    expect_context::<Hub>()
}

/// The signed-in company, if a page of this server asks.
pub(crate) async fn company() -> Result<CompanyAccess, AppError> {
    require_own_page()?;
    Ok(hub().company_by_session(&session()).await?)
}

/// Pages that were refused lately to the signed-in company's organizations; none where nobody can tell.
pub(crate) async fn refused_origins() -> Vec<RefusedOrigin> {
    match company().await {
        Ok(company) => hub().refused_origins(&company).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// The operator whose token is in the header, if their organization allows the page that asks.
pub(crate) async fn operator() -> Result<OperatorAccess, AppError> {
    let operator = hub().operator_by_token(&token()).await?;
    hub().check_operator_origin(&operator, &origin()).await?;
    Ok(operator)
}

pub(crate) fn token() -> String {
    chathub_edge::token::sent(&expect_context::<Parts>().headers)
}

/// Where the request comes from.
pub(crate) fn peer() -> Peer {
    expect_context::<Parts>().extensions.get().copied().unwrap_or(Peer::UNKNOWN)
}

pub(crate) fn origin() -> Origin {
    expect_context::<Parts>().extensions.get::<Origin>().cloned().unwrap_or(Origin::Absent)
}

/// A cookie is sent whoever's page asks, so pages of others are refused.
pub(crate) fn require_own_page() -> Result<(), AppError> {
    match origin() {
        Origin::Foreign(origin) => Err(Error::new(
            ErrorCode::OriginNotAllowed,
            format!(
                "The console may not be used by pages of {origin}. If that is this server's own address, \
                 start it with --public-url {origin}"
            ),
        )
        .into()),
        Origin::Own | Origin::Absent => Ok(()),
    }
}

/// The console's session, or nothing.
pub(crate) fn session() -> String {
    cookies().session(&expect_context::<Parts>().headers).unwrap_or_default()
}

/// The language of the page: the one that was chosen here, else one that the browser asks for, else English.
pub(crate) fn language() -> &'static Language {
    // The list of routes is made of the pages without a request.
    let (Some(Parts { headers, .. }), Some(cookies)) = (use_context::<Parts>(), use_context::<Cookies>())
    else {
        return chosen([]);
    };
    let own = cookies.language(&headers);
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
    chosen(own.iter().map(String::as_str).chain(wishes.map(accepted).unwrap_or_default()))
}

/// What an earlier sign-in left with this browser, if there was one.
pub(crate) fn device() -> Option<String> {
    cookies().device(&expect_context::<Parts>().headers)
}

/// How this server's cookies are named and set.
pub(crate) fn cookies() -> Cookies {
    expect_context::<Cookies>()
}
