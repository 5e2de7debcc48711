//! Tokens as they arrive: published clients paste them with quotes, white space or the JSON around them.

/// The bare token in what a client sent: surrounding white space and double quotes are dropped, and the JSON text
/// of an object with a `token` member yields that member, whose value may itself be quoted.
#[must_use]
pub fn tidy(raw: &str) -> String {
    let text = unquote(raw);
    if text.starts_with('{')
        && let Ok(value) = serde_json::from_str::<serde_json::Value>(text)
        && let Some(token) = value.get("token").and_then(serde_json::Value::as_str)
    {
        return unquote(token).to_owned();
    }
    text.to_owned()
}

fn unquote(text: &str) -> &str {
    text.trim_matches(|c: char| c == '"' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn tokens_are_found_in_what_published_clients_send() {
        for raw in [
            "eyJ.a.b",
            " eyJ.a.b\n",
            "\"eyJ.a.b\"",
            " \"eyJ.a.b\" \r\n",
            r#"{"token":"eyJ.a.b"}"#,
            r#" {"token": "\"eyJ.a.b\"", "expiresAt": "2026-01-01T00:00:00Z"} "#,
        ] {
            assert_eq!(tidy(raw), "eyJ.a.b", "{raw}");
        }
    }

    #[test]
    fn what_is_no_token_stays_what_it_is() {
        assert_eq!(tidy(""), "");
        assert_eq!(tidy(r#"{"error":"Unauthorized"}"#), r#"{"error":"Unauthorized"}"#);
        assert_eq!(tidy("{broken"), "{broken");
    }
}
