//! The OpenAPI document: what is said about all calls, around what each says about itself.

use axum::Extension;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::refusals::refusals;
use super::schemas::{FieldError, Problem};

#[derive(OpenApi)]
#[openapi(
    info(title = "ChatHub API", description = include_str!("introduction.md")),
    servers((url = "/", description = "This server")),
    components(schemas(Problem, FieldError)),
    modifiers(&SecuritySchemes),
    tags(
        (name = "Tokens", description = "Where tokens come from, and whether they are still good."),
        (name = "Organizations", description = "A company's departments or brands."),
        (name = "Operators", description = "The people, or programs, who answer."),
        (name = "Chats", description = "Conversations with customers: found, read, answered, moved on, erased."),
        (name = "Reference", description = "This document."),
    ),
)]
struct Frame;

/// The ways to say who is asking.
struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = |about: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
            SecurityScheme::Http(scheme.description(Some(about)).build())
        };
        let key = |about: &str| {
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-Authorization-Key",
                about,
            )))
        };
        let company = "A **company token**, from `POST /api/company/get-token`.";
        let operator = "An **operator token**, from `POST /api/operator/get-token`.";
        let session = "The console's session: an HttpOnly cookie, set when a company signs in at `/console`. \
                       Where the public address is https, its name is `__Host-chathub_session`.";
        let components = document.components.get_or_insert_default();
        for (name, scheme) in [
            ("companyToken", bearer(company)),
            ("companyKey", key(&format!("{company} The same in another header."))),
            ("operatorToken", bearer(operator)),
            ("operatorKey", key(&format!("{operator} The same in another header."))),
            (
                "consoleSession",
                SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                    chathub_edge::cookies::SESSION_COOKIE,
                    session,
                ))),
            ),
        ] {
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The whole document as it is sent.
#[derive(Clone)]
pub(crate) struct Document(Bytes);

/// The calls under `path`, and what is said about them all.
pub(crate) fn of(path: &str, calls: utoipa::openapi::OpenApi) -> Document {
    let document = Frame::openapi().nest(path, calls);
    Document(Bytes::from(document.to_json().expect("it holds nothing but JSON's own types")))
}

refusals!(AnswerRefusals);

/// Get this document
///
/// OpenAPI 3.1, made out of the code that answers.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Reference",
    operation_id = "getOpenApi",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object), AnswerRefusals),
    security(()),
)]
pub(crate) async fn answer(Extension(Document(bytes)): Extension<Document>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], bytes)
}
