//! What a file hashes to: as browsers check it, and as we name it for good.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// Hex digits in a version: enough to tell every loader of a server's life apart. What must not be forged is checked
/// by [`integrity`].
const VERSION_DIGITS: usize = 12;

/// For an `integrity` attribute or a `fetch` with one (Subresource Integrity).
#[must_use]
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// The name of exactly these bytes in an address.
#[must_use]
pub fn version(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes)[..VERSION_DIGITS / 2])
}

/// Whether a text could be the answer of [`version`].
#[must_use]
pub fn is_version(text: &str) -> bool {
    text.len() == VERSION_DIGITS && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_other_tools_compute() {
        // printf 'alert(1)' | openssl dgst -sha384 -binary | base64; printf 'alert(1)' | sha256sum
        assert_eq!(
            integrity(b"alert(1)"),
            "sha384-HT2E9NfWiuQ/w1PRai+hTyqW16NIoCGA/m8VQDUopfAtcz6YQjtsMmQd5uRbVDpW"
        );
        assert_eq!(version(b"alert(1)"), "6e11c72f7cf6");
        assert!(is_version(&version(b"")));
        for other in ["", "e3b0c44298f", "E3B0C44298FC", "e3b0c44298fc1", "../../etc/pa"] {
            assert!(!is_version(other), "{other}");
        }
    }
}
