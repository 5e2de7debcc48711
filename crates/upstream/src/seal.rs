//! The remote's tokens at rest: encrypted, so that a copy of the database alone opens nothing.

use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chathub_domain::CompanyId;
use hkdf::Hkdf;
use secrecy::SecretString;
use sha2::Sha256;

use crate::address::Address;

/// What the key is for: another purpose derives another key from the same secret.
const PURPOSE: &[u8] = b"chathub upstream company token v1";

/// Bytes of a nonce, which comes first; long enough to be drawn at random for ever.
const NONCE: usize = 24;

/// Seals with the first key, opens with each: as tokens are signed and verified.
pub struct Seal(Vec<XChaCha20Poly1305>);

impl Seal {
    /// From the secrets that sign tokens.
    #[must_use]
    pub fn new(secrets: &[Vec<u8>]) -> Self {
        Self(
            secrets
                .iter()
                .map(|secret| {
                    let mut key = Key::default();
                    Hkdf::<Sha256>::new(None, secret)
                        .expand(PURPOSE, &mut key)
                        .expect("HKDF-SHA-256 gives 32 bytes");
                    XChaCha20Poly1305::new(&key)
                })
                .collect(),
        )
    }

    /// Bound to the company and the remote: a row that was moved does not open.
    pub(crate) fn close(&self, address: &Address, company: CompanyId, token: &str) -> Option<Vec<u8>> {
        let nonce = XNonce::try_generate().ok()?;
        let bound = bound(address, company);
        let payload = Payload { msg: token.as_bytes(), aad: bound.as_bytes() };
        let sealed = self.0.first()?.encrypt(&nonce, payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, address: &Address, company: CompanyId, sealed: &[u8]) -> Option<SecretString> {
        let (nonce, msg) = sealed.split_at_checked(NONCE)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let bound = bound(address, company);
        let payload = || Payload { msg, aad: bound.as_bytes() };
        let token = self.0.iter().find_map(|key| key.decrypt(&nonce, payload()).ok())?;
        String::from_utf8(token).ok().map(SecretString::from)
    }
}

fn bound(address: &Address, company: CompanyId) -> String {
    format!("{address}\n{company}")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn seal(seeds: &[u8]) -> Seal {
        Seal::new(&seeds.iter().map(|seed| vec![*seed; 32]).collect::<Vec<_>>())
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_key_for_the_same_company() {
        let here = Address::parse("https://chat.example.com", false).unwrap();
        let there = Address::parse("https://other.example.com", false).unwrap();
        let sealed = seal(&[1]).close(&here, CompanyId(7), "eyJ.a.b").unwrap();
        assert!(!sealed.windows(3).any(|part| part == b"eyJ"));
        assert_ne!(sealed, seal(&[1]).close(&here, CompanyId(7), "eyJ.a.b").unwrap(), "drawn anew each time");
        let opened = |seal: &Seal, address: &Address, company: i64, sealed: &[u8]| {
            seal.open(address, CompanyId(company), sealed).map(|token| token.expose_secret().to_owned())
        };
        assert_eq!(opened(&seal(&[1]), &here, 7, &sealed).as_deref(), Some("eyJ.a.b"));
        assert_eq!(opened(&seal(&[2, 1]), &here, 7, &sealed).as_deref(), Some("eyJ.a.b"), "a rotation");
        assert_eq!(opened(&seal(&[2]), &here, 7, &sealed), None);
        assert_eq!(opened(&seal(&[1]), &here, 8, &sealed), None);
        assert_eq!(opened(&seal(&[1]), &there, 7, &sealed), None);
        assert_eq!(opened(&seal(&[1]), &here, 7, &sealed[..20]), None);
        let mut broken = sealed.clone();
        broken[NONCE] ^= 1;
        assert_eq!(opened(&seal(&[1]), &here, 7, &broken), None);
    }
}
