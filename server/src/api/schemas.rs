//! How what is written the same way everywhere is described: numbers with a meaning, and problem documents.
//!
//! The types themselves belong to `domain`, which knows nothing of documents; `#[schema(value_type = …)]` names
//! these in their place.

use serde::Serialize;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// How an id of any kind is described.
pub(crate) struct Id;

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("An id that the server gave out."))
            .minimum(Some(1))
            // What every JSON reader takes for a whole number without rounding it.
            .maximum(Some((1_i64 << 53) - 1))
            .examples([json!(1)])
            .into()
    }
}

impl ToSchema for Id {}

/// How a message's own name is described.
pub(crate) struct ClientId;

impl PartialSchema for ClientId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".into())))
            .description(Some("A UUID, made by the sender."))
            .into()
    }
}

impl ToSchema for ClientId {}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $about:literal, $default:ident { $($variant:ident: $meaning:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                use chathub_domain::$name::*;
                numbers($about, $default as u8, &[$(($variant as u8, stringify!($variant), $meaning)),+])
            }
        }

        impl ToSchema for $name {}
    )+};
}

numbers! {
    /// The numbers of an operator's status.
    OperatorStatus: "Whether an operator may work.", Active {
        Active: "may work",
        Inactive: "keeps name and history, loses every token and every open panel at once",
        Deleted: "like inactive, and no longer listed",
    }
    /// The numbers of a chat's status.
    ChatStatus: "How far a chat has come.", Open {
        New: "nobody has answered yet",
        Open: "in conversation",
        Waiting: "waiting for the customer",
        Paused: "on pause",
        Closed: "done; the customer's next message begins a new chat",
    }
    /// The numbers of a message's status.
    MessageStatus: "What became of a message.", Delivered {
        New: "on its way",
        Delivered: "stored",
        Rejected: "not taken",
        Read: "read by somebody on the other side",
    }
    /// The numbers of the sources.
    Source: "How a chat came in.", Website {
        ViberBot: "a Viber bot",
        TelegramBot: "a Telegram bot",
        Viber: "Viber",
        WhatsApp: "WhatsApp",
        Website: "the chat on a website",
        Instagram: "Instagram",
        Facebook: "Facebook",
        Marketplace: "a marketplace",
    }
}

/// An integer with the meaning of each of its values, in words for people and as names for generators.
fn numbers(about: &str, example: u8, values: &[(u8, &str, &str)]) -> RefOr<Schema> {
    let lines: String =
        values.iter().map(|(number, name, meaning)| format!("\n- `{number}` {name}: {meaning}")).collect();
    let names: Vec<&str> = values.iter().map(|(_, name, _)| *name).collect();
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .description(Some(format!("{about}\n{lines}")))
        .enum_values(Some(values.iter().map(|(number, ..)| *number)))
        .examples([json!(example)])
        .extensions(Some(ExtensionsBuilder::new().add("x-enum-varnames", names).build()))
        .into()
}

/// What every refusal and failure is answered with: RFC 9457 problem details. Match on `code`; `detail` is for people.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes chathub_domain::error::Problem")]
pub(crate) struct Problem {
    /// Always `about:blank`: the meaning is in `code`.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: String,
    /// The same for every occurrence of this code.
    #[schema(example = "A field is missing or wrong")]
    title: String,
    /// The HTTP status once more.
    #[schema(minimum = 400, maximum = 599, example = 400)]
    status: u16,
    /// What happened this time and what to do about it.
    detail: String,
    /// A stable name for this kind of problem. More may be added: treat one that you do not know by its status.
    #[schema(example = "invalid_field")]
    code: String,
    /// Every field at fault; absent when the problem is not about fields.
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

/// One field at fault.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes chathub_domain::error::FieldError")]
pub(crate) struct FieldError {
    /// RFC 6901 JSON pointer into the body (`/0/name`; empty for the whole body), or `?name` for a query parameter.
    #[schema(example = "/expiresAt")]
    pointer: String,
    /// What is wrong with it.
    #[schema(example = "is in the past; name a time to come, at most 24 hours ahead.")]
    detail: String,
}
