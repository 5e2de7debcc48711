//! How a call's refusals are described: out of the codes that it can be refused with.
//!
//! A code knows its status and its title, so a call names its codes and nothing else.

use std::collections::BTreeMap;

use chathub_domain::error::{ErrorCode, FieldError, Problem};
use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Header, Ref, RefOr, Response, ResponseBuilder};

/// Names the codes of a call's refusals, beside those that any call may meet.
macro_rules! refusals {
    ($name:ident $(: $($code:ident),+ $(,)?)?) => {
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                $crate::api::refusals::responses(&[$($(chathub_domain::error::ErrorCode::$code),+)?])
            }
        }
    };
}
pub(crate) use refusals;

/// What any call may meet, whatever it is about.
const ANYWHERE: [ErrorCode; 3] = [ErrorCode::TooManyRequests, ErrorCode::Internal, ErrorCode::Unavailable];

/// The answers to these codes, one for each status.
pub(crate) fn responses(codes: &[ErrorCode]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<u16, Vec<ErrorCode>>::new();
    for code in codes.iter().chain(&ANYWHERE) {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), response(status, &codes).into()))
        .collect()
}

fn response(status: u16, codes: &[ErrorCode]) -> Response {
    let description: Vec<String> =
        codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
    let narrowed = ObjectBuilder::new()
        .property("status", ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([status])))
        .property(
            "code",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(codes.iter().map(|code| code.as_str()))),
        );
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed).build();
    let examples = codes.iter().map(|code| {
        let example = ExampleBuilder::new().summary(code.title()).value(Some(example(*code)));
        (code.as_str(), example.build())
    });
    let content =
        ContentBuilder::new().schema(Some(Schema::from(schema))).examples_from_iter(examples).build();
    let mut response = ResponseBuilder::new()
        .description(description.join("\n\n"))
        .content("application/problem+json", content);
    if status == 401 {
        response = response.header("WWW-Authenticate", text("The scheme to use.", json!("Bearer")));
    }
    if status == 429 {
        let policy = "The limit that was met: so many requests (`q`) in so many seconds (`w`).";
        response = response
            .header("Retry-After", seconds("Seconds until another request is taken.", 1))
            .header(
                "RateLimit",
                text(
                    "What is left of it (`r`), and seconds until there is more (`t`).",
                    json!("\"requests\";r=0;t=1"),
                ),
            )
            .header("RateLimit-Policy", text(policy, json!("\"requests\";q=100;w=1")));
    }
    if status == 503 {
        response = response.header("Retry-After", seconds("Seconds until it may be worth another try.", 2));
    }
    response.build()
}

fn text(description: &str, example: Value) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).example(Some(example)).build()
}

fn seconds(description: &str, example: u32) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(description))
        .example(Some(json!(example)))
        .build()
}

/// A problem document of this code, in the server's own words.
fn example(code: ErrorCode) -> Value {
    let detail = match code {
        ErrorCode::Malformed => "The body is not JSON: expected `,` or `}` at line 1 column 18.",
        ErrorCode::InvalidField => "/id: is missing.",
        ErrorCode::TokenMissing => {
            "Send the company token as 'Authorization: Bearer …' or 'X-Authorization-Key: …'."
        }
        ErrorCode::TokenInvalid => "This is not a valid company token of this server: get a new one.",
        ErrorCode::TokenExpired => "The company token has expired: get a new one.",
        ErrorCode::LoginRefused => "The login is unknown or the password is wrong.",
        ErrorCode::WrongTokenKind => "This call needs a company token; the token is of another kind.",
        ErrorCode::OperatorInactive => "Operator is not active: set the status to 0 first.",
        ErrorCode::OriginNotAllowed => "Only pages of this server may ask here.",
        ErrorCode::NotFound => "There is no such operator.",
        ErrorCode::TooLarge => "The body is larger than this call takes.",
        ErrorCode::Silent => "The body did not arrive in time. Send it again, without a pause.",
        ErrorCode::TooManyRequests => "Too many requests: try again in a second.",
        ErrorCode::Unavailable => "Not available at the moment. Try again shortly.",
        ErrorCode::Internal => "Something went wrong on the server; its log says what. Nothing was changed.",
        _ => code.title(),
    };
    let mut problem = Problem::new(code, detail);
    if code == ErrorCode::InvalidField {
        problem.errors = vec![FieldError { pointer: "/id".into(), detail: "is missing.".into() }];
    }
    serde_json::to_value(problem).unwrap_or_default()
}
