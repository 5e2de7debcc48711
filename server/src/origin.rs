//! Where a request's page comes from.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use chathub_hub::Origin;

use crate::routes::AppState;

/// Puts the [`Origin`] beside every request.
pub(crate) async fn note(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let origin = of(request.headers(), state.public_url.as_deref());
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// Own is the public address where one is configured, else the address that the request was sent to.
fn of(headers: &HeaderMap, public_url: Option<&str>) -> Origin {
    let Some(origin) = headers.get(header::ORIGIN) else { return Origin::Absent };
    let Ok(origin) = origin.to_str() else { return Origin::Foreign("null".into()) };
    let own = match public_url {
        Some(public) => origin.eq_ignore_ascii_case(public),
        None => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            host.is_some() && host == authority
        }
    };
    if own { Origin::Own } else { Origin::Foreign(origin.to_ascii_lowercase()) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn own_is_the_public_address_or_else_the_host() {
        let foreign = |text: &str| Origin::Foreign(text.into());
        for (origin, host, public, expected) in [
            (None, "a.test", None, Origin::Absent),
            (Some("http://a.test"), "a.test", None, Origin::Own),
            (Some("http://a.test:81"), "a.test", None, foreign("http://a.test:81")),
            (Some("https://B.test"), "a.test", None, foreign("https://b.test")),
            (Some("https://a.test"), "127.0.0.1:3000", Some("https://a.test"), Origin::Own),
            (
                Some("http://127.0.0.1:3000"),
                "127.0.0.1:3000",
                Some("https://a.test"),
                foreign("http://127.0.0.1:3000"),
            ),
            (Some("null"), "a.test", None, foreign("null")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(of(&headers, public), expected, "{origin:?}");
        }
    }
}
