//! The published calls: what is sent, and what is read from answers of every version that clients have met.

use std::net::IpAddr;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::NAME_CHARS;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, OrganizationId, OrganizationRef, Timestamp, text, token,
};
use chathub_hub::ports::NewOperator;
use chathub_hub::unreadable;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::client::Call;
use crate::settings::Credentials;

/// Bytes of a token, far above any that was seen.
const TOKEN_BYTES: usize = 8 * 1024;

/// `from` whoever signs in: a remote that trusts this server counts their attempts, and not all of ours as one's.
pub(crate) fn company_token(credentials: &Credentials, from: Option<IpAddr>) -> Call {
    let Credentials { login, password } = credentials;
    Call {
        operation: "signing in",
        method: Method::POST,
        path: "/api/company/get-token",
        query: None,
        body: Some(json!({ "login": login, "password": password.expose_secret() })),
        repeatable: true,
        forwarded_for: from,
    }
}

pub(crate) fn organizations() -> Call {
    Call {
        operation: "listing organizations",
        method: Method::GET,
        path: "/api/company/organization",
        query: None,
        body: None,
        repeatable: true,
        forwarded_for: None,
    }
}

pub(crate) fn operators(organization: OrganizationId) -> Call {
    Call {
        operation: "listing operators",
        method: Method::GET,
        path: "/api/operator",
        query: Some(("organizationId", organization.to_string())),
        body: None,
        repeatable: true,
        forwarded_for: None,
    }
}

/// Twice would be two people of the same name.
pub(crate) fn synchronize(operators: &[NewOperator]) -> Call {
    let body = operators.iter().map(
        |NewOperator { organization_id, name }| json!({ "organizationId": organization_id, "name": name }),
    );
    Call {
        operation: "adding operators",
        method: Method::POST,
        path: "/api/operator/synchronize",
        query: None,
        body: Some(body.collect()),
        repeatable: false,
        forwarded_for: None,
    }
}

/// A late repetition would undo what somebody did meanwhile.
pub(crate) fn set_status(id: OperatorId, status: OperatorStatus) -> Call {
    Call {
        operation: "setting an operator's status",
        method: Method::POST,
        path: "/api/operator/status",
        query: None,
        body: Some(json!({ "id": id, "status": status })),
        repeatable: false,
        forwarded_for: None,
    }
}

pub(crate) fn operator_token(id: OperatorId, expires_at: Timestamp) -> Call {
    let expires_at = jiff::Timestamp::from_millisecond(expires_at.0).unwrap_or(jiff::Timestamp::MAX);
    Call {
        operation: "asking for an operator token",
        method: Method::POST,
        path: "/api/operator/get-token",
        query: None,
        body: Some(json!({ "id": id, "expiresAt": expires_at.to_string() })),
        repeatable: true,
        forwarded_for: None,
    }
}

pub(crate) fn validate(token: &str) -> Call {
    Call {
        operation: "validating an operator token",
        method: Method::POST,
        path: "/api/operator/validate-token",
        query: None,
        body: Some(json!({ "token": token })),
        repeatable: true,
        forwarded_for: None,
    }
}

/// What the remote says of an operator token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good { operator: OperatorId, company: Option<CompanyId>, expires_at: Option<Timestamp> },
    Bad(ErrorCode),
}

// What readers complain of is a constant of theirs: a part of an answer might be a token, and has no place in a log.

/// A token as a JSON string, as bare text, or in an object's `token`.
pub(crate) fn read_token(body: &[u8]) -> Result<SecretString, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "a token that is no text")?;
    let token = token::tidy(text);
    let looks_like_one = !token.is_empty()
        && token.len() <= TOKEN_BYTES
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    looks_like_one.then(|| SecretString::from(token)).ok_or("no token where one belongs")
}

pub(crate) fn read_organizations(body: &[u8]) -> Result<Vec<OrganizationRef>, &'static str> {
    let all: Vec<OrganizationRef> = read_json(body, "no list of organizations")?;
    let tidy = |own: OrganizationRef| OrganizationRef { name: name(&own.name, own.id.0), ..own };
    let all: Vec<_> = all.into_iter().map(tidy).collect();
    distinct(all, |own| own.id.0, "two organizations with one id")
}

/// A name as one of ours may be. What has none that can be seen goes by its number.
fn name(said: &str, id: i64) -> String {
    let name = text::tidy_name(said, NAME_CHARS);
    if name.is_empty() { id.to_string() } else { name }
}

#[derive(Deserialize)]
struct Listed {
    id: OperatorId,
    name: String,
    /// Not said by all: who was just added is active.
    #[serde(default)]
    status: i64,
}

impl Listed {
    /// A status that is not known here is none to work with.
    fn operator(self, organization: OrganizationRef) -> Operator {
        let status = OperatorStatus::from_number(self.status).unwrap_or(OperatorStatus::Inactive);
        Operator { id: self.id, name: name(&self.name, self.id.0), status, organization }
    }
}

/// Operators without their organization: the list is one organization's, and an addition has the order of its request.
pub(crate) struct ListedOperators(Vec<Listed>);

impl ListedOperators {
    pub(crate) fn all_in(self, organization: &OrganizationRef) -> Vec<Operator> {
        self.0.into_iter().map(|listed| listed.operator(organization.clone())).collect()
    }

    /// In these, one each.
    pub(crate) fn each_in(self, organizations: &[OrganizationRef]) -> Option<Vec<Operator>> {
        let Self(all) = self;
        (all.len() == organizations.len()).then(|| {
            all.into_iter().zip(organizations).map(|(listed, own)| listed.operator(own.clone())).collect()
        })
    }
}

pub(crate) fn read_operators(body: &[u8]) -> Result<ListedOperators, &'static str> {
    let all: Vec<Listed> = read_json(body, "no list of operators")?;
    distinct(all, |own| own.id.0, "two operators with one id").map(ListedOperators)
}

pub(crate) fn read_verdict(body: &[u8]) -> Result<Verdict, &'static str> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Validation {
        valid: Option<bool>,
        is_valid: Option<bool>,
        operator_id: Option<OperatorId>,
        client_id: Option<CompanyId>,
        expires_at: Option<String>,
        error: Option<String>,
    }
    let found: Validation = read_json(body, "no verdict on a token")?;
    let valid = match (found.valid, found.is_valid) {
        (Some(one), Some(other)) if one != other => return Err("two verdicts on one token"),
        (one, other) => one.or(other).ok_or("no verdict on a token")?,
    };
    if !valid {
        let error = found.error.unwrap_or_default().to_lowercase();
        return Ok(Verdict::Bad(if error.contains("expired") {
            ErrorCode::TokenExpired
        } else if error.contains("active") {
            ErrorCode::OperatorInactive
        } else {
            ErrorCode::TokenInvalid
        }));
    }
    let expires_at = match found.expires_at {
        Some(text) => Some(read_time(&text).ok_or("a token's end that is no time")?),
        None => None,
    };
    let operator = found.operator_id.ok_or("a good token of nobody")?;
    Ok(Verdict::Good { operator, company: found.client_id, expires_at })
}

/// Nothing is expected.
pub(crate) fn read_nothing(_: &[u8]) -> Result<(), &'static str> {
    Ok(())
}

fn read_json<T: DeserializeOwned>(body: &[u8], complaint: &'static str) -> Result<T, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| complaint)?;
    // Nobody there could mend a name that was cut in the middle of an emoji, and the others are not to wait for it.
    serde_json::from_str(&unreadable::whole(text)).map_err(|_| complaint)
}

fn distinct<T>(all: Vec<T>, id: fn(&T) -> i64, complaint: &'static str) -> Result<Vec<T>, &'static str> {
    let mut ids: Vec<_> = all.iter().map(id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == all.len() { Ok(all) } else { Err(complaint) }
}

/// RFC 3339, with or without fractions; without an offset it is UTC.
fn read_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_in_every_published_form() {
        for body in ["\"eyJ.a-b_.c\"", "eyJ.a-b_.c\n", r#"{"token": "eyJ.a-b_.c", "more": 1}"#] {
            assert_eq!(read_token(body.as_bytes()).unwrap().expose_secret(), "eyJ.a-b_.c", "{body}");
        }
        for body in ["", "\"\"", "{}", "<html>", "a b", "[1]", &"x".repeat(TOKEN_BYTES + 1)] {
            assert!(read_token(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read_token(&[0xff]).is_err());
    }

    #[test]
    fn verdicts_are_read_by_either_name() {
        let good = |at: Option<i64>| Verdict::Good {
            operator: OperatorId(7),
            company: Some(CompanyId(3)),
            expires_at: at.map(Timestamp),
        };
        for (body, expected) in [
            (r#"{"valid":true,"operatorId":7,"clientId":3}"#, good(None)),
            (
                r#"{"isValid":true,"operatorId":7,"clientId":3,"expiresAt":"2030-01-31T12:00:00","x":[]}"#,
                good(Some(1_896_091_200_000)),
            ),
            (
                r#"{"isValid":true,"operatorId":7,"clientId":3,"expiresAt":"2030-01-31T14:00:00.5+02:00"}"#,
                good(Some(1_896_091_200_500)),
            ),
            (r#"{"valid":false,"error":"Token expired"}"#, Verdict::Bad(ErrorCode::TokenExpired)),
            (
                r#"{"isValid":false,"error":"Operator is not active"}"#,
                Verdict::Bad(ErrorCode::OperatorInactive),
            ),
            (r#"{"valid":false,"isValid":false}"#, Verdict::Bad(ErrorCode::TokenInvalid)),
        ] {
            assert_eq!(read_verdict(body.as_bytes()).unwrap(), expected, "{body}");
        }
        for body in [
            "{}",
            "true",
            r#"{"valid":true}"#,
            r#"{"valid":true,"isValid":false,"operatorId":7}"#,
            r#"{"valid":true,"operatorId":7,"expiresAt":"soon"}"#,
        ] {
            assert!(read_verdict(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn lists_are_read_with_what_they_may_add_and_never_with_an_id_twice() {
        let list = r#"[{"id":1,"name":"Anna","status":9,"organization":{"id":5,"name":"x"},"photo":null}]"#;
        let sales = OrganizationRef { id: OrganizationId(2), name: "Sales".into() };
        let all = read_operators(list.as_bytes()).unwrap().all_in(&sales);
        assert_eq!((all[0].status, &all[0].organization), (OperatorStatus::Inactive, &sales));
        let unseen = "[{\"id\":1,\"name\":\"\u{202e}annA\u{200b}\"},{\"id\":2,\"name\":\"\u{3164}\"}]";
        let names = |all: Vec<Operator>| all.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(read_operators(unseen.as_bytes()).unwrap().all_in(&sales)), ["annA", "2"]);
        let cut = r#"[{"id":1,"name":"Anna \ud83d"},{"id":2,"name":"Ben \ud83d\ude00"}]"#;
        assert_eq!(
            names(read_operators(cut.as_bytes()).unwrap().all_in(&sales)),
            ["Anna \u{fffd}", "Ben 😀"]
        );
        let names: Vec<_> =
            read_organizations(unseen.as_bytes()).unwrap().into_iter().map(|own| own.name).collect();
        assert_eq!(names, ["annA", "2"]);
        assert!(read_operators(br#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#).is_err());
        assert!(read_organizations(br#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#).is_err());
        assert!(read_organizations(br#"{"items":[]}"#).is_err());
    }
}
