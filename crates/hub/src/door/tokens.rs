//! Signed tokens: JWTs with one algorithm (HS256), and a type and an audience for each kind, so that none can be
//! taken for another (RFC 8725).

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, OperatorId, OrganizationId, Timestamp, VisitorId, token};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

const ISSUER: &str = "chathub";

/// Bytes that a key must have at the least: HS256's own output size (RFC 7518 §3.2).
pub const KEY_BYTES: usize = 32;

/// The keys: the first signs, all verify, so that a rotation keeps what was issued before.
pub struct TokenKeys {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
    /// These verify visitors' tokens alone.
    visitors: Vec<DecodingKey>,
}

/// What a kind of token says.
pub trait Claims: Serialize + DeserializeOwned {
    /// The audience, and with `+jwt` the type in the header.
    const KIND: &'static str;
    /// For people.
    const NAME: &'static str;
    /// Whether it opens nothing but what the same browser has said before, so that a former key of the server is good
    /// enough for it.
    const IS_VISITORS: bool = false;

    /// When it ends, if it does.
    fn expires_at(&self) -> Option<Timestamp>;
}

/// A company's: it administers, and never reaches a browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompanyClaims {
    #[serde(with = "subject")]
    pub sub: CompanyId,
    /// Must be the company's generation still.
    pub generation: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

/// A company's sign-in to the console: the same right, in a cookie, for hours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionClaims {
    #[serde(with = "subject")]
    pub sub: CompanyId,
    pub generation: i64,
    pub exp: i64,
    /// What the server knows the session by, hashed. A session of a version without it has ended.
    #[serde(default)]
    pub jti: String,
}

/// A browser on which a company has signed in. It opens nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceClaims {
    #[serde(with = "subject")]
    pub sub: Uuid,
    /// As it is counted at the door.
    pub login: String,
    pub exp: i64,
}

/// An operator's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OperatorClaims {
    #[serde(with = "subject")]
    pub sub: OperatorId,
    pub company: CompanyId,
    pub generation: i64,
    pub exp: i64,
    /// The console session that it came of, and ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
}

/// A visitor's: says only that this browser is the one it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VisitorClaims {
    #[serde(with = "subject")]
    pub sub: VisitorId,
    pub organization: OrganizationId,
}

impl Claims for CompanyClaims {
    const KIND: &'static str = "chathub-company";
    const NAME: &'static str = "company token";

    fn expires_at(&self) -> Option<Timestamp> {
        self.exp.map(seconds)
    }
}

impl Claims for SessionClaims {
    const KIND: &'static str = "chathub-session";
    const NAME: &'static str = "console session";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(seconds(self.exp))
    }
}

impl Claims for DeviceClaims {
    const KIND: &'static str = "chathub-device";
    const NAME: &'static str = "device's token";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(seconds(self.exp))
    }
}

impl Claims for OperatorClaims {
    const KIND: &'static str = "chathub-operator";
    const NAME: &'static str = "operator token";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(seconds(self.exp))
    }
}

impl Claims for VisitorClaims {
    const KIND: &'static str = "chathub-visitor";
    const NAME: &'static str = "visitor token";
    const IS_VISITORS: bool = true;

    fn expires_at(&self) -> Option<Timestamp> {
        None
    }
}

#[derive(Serialize)]
struct Envelope<C> {
    iss: String,
    aud: String,
    iat: i64,
    #[serde(flatten)]
    claims: C,
}

/// A JWT's subject is a string (RFC 7519 §4.1.2).
mod subject {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(id: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl TokenKeys {
    /// # Errors
    /// When there is no key, or one is too short.
    pub fn new(keys: &[Vec<u8>]) -> Result<Self> {
        if let Some(short) = keys.iter().find(|key| key.len() < KEY_BYTES) {
            return Err(Error::new(
                ErrorCode::Internal,
                format!("A token key has {} bytes; it needs at least {KEY_BYTES}.", short.len()),
            ));
        }
        let first = keys.first().ok_or_else(|| Error::new(ErrorCode::Internal, "There is no token key."))?;
        Ok(Self {
            signing: EncodingKey::from_secret(first),
            verifying: keys.iter().map(|key| DecodingKey::from_secret(key)).collect(),
            visitors: Vec::new(),
        })
    }

    /// With former keys, which are good for visitors' tokens alone.
    #[must_use]
    pub fn with_visitors(self, keys: &[Vec<u8>]) -> Self {
        Self { visitors: keys.iter().map(|key| DecodingKey::from_secret(key)).collect(), ..self }
    }

    /// Signs.
    ///
    /// # Errors
    /// Only on a failure of the library.
    pub fn sign<C: Claims>(&self, claims: C, now: Timestamp) -> Result<String> {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(format!("{}+jwt", C::KIND));
        let envelope =
            Envelope { iss: ISSUER.into(), aud: C::KIND.into(), iat: now.0.div_euclid(1_000), claims };
        jsonwebtoken::encode(&header, &envelope, &self.signing)
            .map_err(|error| Error::internal("signing a token", error))
    }

    /// What stands for `text` where it must not be read: a keyed hash, another one for each purpose. It is not the same
    /// any more after the first key was changed.
    ///
    /// # Errors
    /// Only on a failure of the library.
    pub fn tag(&self, purpose: &str, text: &str) -> Result<String> {
        // No token begins like this: theirs is base64.
        let message = format!("chathub\0{purpose}\0{text}");
        jsonwebtoken::crypto::sign(message.as_bytes(), &self.signing, Algorithm::HS256)
            .map_err(|error| Error::internal("hashing with a token key", error))
    }

    /// Whether a token says of itself that it is of the kind `C`. Anybody can write that: it tells what to verify first.
    #[must_use]
    pub fn claims_to_be<C: Claims>(raw: &str) -> bool {
        let header = jsonwebtoken::decode_header(token::tidy(raw));
        header.is_ok_and(|header| is_typed::<C>(&header))
    }

    /// Reads a token of the kind `C`, however it was pasted.
    ///
    /// # Errors
    /// `token_missing`, `token_invalid`, `token_expired`, or `wrong_token_kind` for a good token of another kind.
    pub fn verify<C: Claims>(&self, raw: &str, now: Timestamp) -> Result<C> {
        let text = token::tidy(raw);
        if text.is_empty() {
            return Err(Error::new(ErrorCode::TokenMissing, format!("Send the {}.", C::NAME)));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[C::KIND]);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        // Judged below by the clock that everything else goes by; some kinds have none.
        validation.validate_exp = false;
        let mut wrong_kind = false;
        let former = if C::IS_VISITORS { self.visitors.as_slice() } else { &[] };
        for key in self.verifying.iter().chain(former) {
            // The kind first: another kind's claims need not look like this one's.
            match jsonwebtoken::decode::<serde_json::Value>(&text, key, &validation) {
                Ok(data) if is_typed::<C>(&data.header) => {
                    let claims: C = serde_json::from_value(data.claims)
                        .map_err(|error| Error::internal("reading a token that was signed here", error))?;
                    if claims.expires_at().is_some_and(|end| end <= now) {
                        return Err(Error::new(
                            ErrorCode::TokenExpired,
                            format!("The {} has expired: get a new one.", C::NAME),
                        ));
                    }
                    return Ok(claims);
                }
                Ok(_) => {}
                Err(error) => {
                    use jsonwebtoken::errors::ErrorKind;
                    wrong_kind |= matches!(error.kind(), ErrorKind::InvalidAudience);
                }
            }
        }
        if wrong_kind {
            return Err(Error::new(
                ErrorCode::WrongTokenKind,
                format!("This call takes the {} alone; the token is of another kind.", C::NAME),
            ));
        }
        Err(Error::new(
            ErrorCode::TokenInvalid,
            format!("This is not a valid {} of this server: get a new one.", C::NAME),
        ))
    }
}

fn is_typed<C: Claims>(header: &Header) -> bool {
    header.typ.as_deref().and_then(|typ| typ.strip_suffix("+jwt")) == Some(C::KIND)
}

fn seconds(value: i64) -> Timestamp {
    Timestamp(value.saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn keys(seeds: &[u8]) -> TokenKeys {
        with_former(seeds, &[])
    }

    fn with_former(seeds: &[u8], former: &[u8]) -> TokenKeys {
        let keys = |seeds: &[u8]| seeds.iter().map(|seed| vec![*seed; KEY_BYTES]).collect::<Vec<_>>();
        TokenKeys::new(&keys(seeds)).unwrap().with_visitors(&keys(former))
    }

    fn operator(exp: i64) -> OperatorClaims {
        OperatorClaims { sub: OperatorId(7), company: CompanyId(1), generation: 3, exp, sid: None }
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_expires() {
        let keys = keys(&[1]);
        let token = keys.sign(operator(1_795_000_060), NOW).unwrap();
        let claims: OperatorClaims = keys.verify(&format!(" \"{token}\"\n"), NOW).unwrap();
        assert_eq!((claims.sub, claims.generation), (OperatorId(7), 3));
        let late = keys.verify::<OperatorClaims>(&token, NOW.plus(60_000)).unwrap_err();
        assert_eq!(late.code, ErrorCode::TokenExpired);
    }

    #[test]
    fn kinds_are_not_taken_for_each_other() {
        let keys = keys(&[1]);
        let visitor = VisitorClaims { sub: VisitorId(Uuid::nil()), organization: OrganizationId(1) };
        let token = keys.sign(visitor, NOW).unwrap();
        assert_eq!(keys.verify::<CompanyClaims>(&token, NOW).unwrap_err().code, ErrorCode::WrongTokenKind);
        let session = SessionClaims { sub: CompanyId(1), generation: 0, exp: 1_795_000_060, jti: "x".into() };
        let token = keys.sign(session, NOW).unwrap();
        assert_eq!(keys.verify::<CompanyClaims>(&token, NOW).unwrap_err().code, ErrorCode::WrongTokenKind);
    }

    #[test]
    fn what_a_token_says_of_itself_is_only_what_it_says() {
        let token = keys(&[1]).sign(operator(1_795_000_060), NOW).unwrap();
        assert!(TokenKeys::claims_to_be::<OperatorClaims>(&format!("\"{token}\"")));
        assert!(!TokenKeys::claims_to_be::<CompanyClaims>(&token));
        assert!(!TokenKeys::claims_to_be::<OperatorClaims>("abc"));
        // Its header, before claims of another kind: the signature does not cover both.
        let visitor = VisitorClaims { sub: VisitorId(Uuid::nil()), organization: OrganizationId(1) };
        let visitor = keys(&[1]).sign(visitor, NOW).unwrap();
        let forged = format!("{}.{}", token.split_once('.').unwrap().0, visitor.split_once('.').unwrap().1);
        assert!(TokenKeys::claims_to_be::<OperatorClaims>(&forged));
        let refused = keys(&[1]).verify::<OperatorClaims>(&forged, NOW).unwrap_err();
        assert_eq!(refused.code, ErrorCode::TokenInvalid);
    }

    #[test]
    fn a_tag_is_one_purposes_and_one_keys() {
        let keys_1 = keys(&[1]);
        assert_eq!(keys_1.tag("a", "b").unwrap(), keys(&[1, 2]).tag("a", "b").unwrap());
        assert_ne!(keys_1.tag("a", "b").unwrap(), keys(&[2]).tag("a", "b").unwrap());
        assert_ne!(keys_1.tag("a", "b").unwrap(), keys_1.tag("ab", "").unwrap());
    }

    #[test]
    fn a_former_key_still_verifies_and_a_strange_one_never() {
        let token = keys(&[1]).sign(operator(1_795_000_060), NOW).unwrap();
        assert!(keys(&[2, 1]).verify::<OperatorClaims>(&token, NOW).is_ok());
        assert_eq!(
            keys(&[2]).verify::<OperatorClaims>(&token, NOW).unwrap_err().code,
            ErrorCode::TokenInvalid
        );
    }

    #[test]
    fn a_key_from_before_a_restore_is_good_for_visitors_alone() {
        let restored = with_former(&[2], &[1]);
        let visitor = VisitorClaims { sub: VisitorId(Uuid::nil()), organization: OrganizationId(1) };
        let token = keys(&[1]).sign(visitor, NOW).unwrap();
        assert!(restored.verify::<VisitorClaims>(&token, NOW).is_ok());
        for refused in [
            restored.verify::<OperatorClaims>(&token, NOW).map(drop),
            restored
                .verify::<OperatorClaims>(&keys(&[1]).sign(operator(1_795_000_060), NOW).unwrap(), NOW)
                .map(drop),
        ] {
            assert_eq!(refused.unwrap_err().code, ErrorCode::TokenInvalid);
        }
    }

    #[test]
    fn nonsense_is_invalid_and_nothing_is_missing() {
        let keys = keys(&[1]);
        for (raw, code) in [
            ("", ErrorCode::TokenMissing),
            ("  \"\" ", ErrorCode::TokenMissing),
            ("abc", ErrorCode::TokenInvalid),
            ("eyJhbGciOiJub25lIn0.e30.", ErrorCode::TokenInvalid),
            ("null", ErrorCode::TokenInvalid),
        ] {
            assert_eq!(keys.verify::<OperatorClaims>(raw, NOW).unwrap_err().code, code, "{raw}");
        }
    }
}
