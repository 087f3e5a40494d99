//! Client ids and secrets: made here, kept as hashes.

use customary_model::secret::Secret;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The length of a generated client id and secret, in characters (`contract/auth.md` §6).
const CHARS: usize = 42;

/// Client id and secret of an application key.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
}

impl ClientCredentials {
    /// New credentials, which nobody can guess.
    pub(crate) fn generate() -> Result<Self, Error> {
        Ok(Self {
            client_id: random_text(CHARS)?,
            client_secret: Secret::new(random_text(CHARS)?),
        })
    }
}

/// The form in which a client's secret is stored. It is long and random, so that one round of a
/// fast hash is enough.
pub(crate) fn hash_secret(secret: &Secret) -> String {
    hex::encode(Sha256::digest(secret.reveal().as_bytes()))
}

/// Random bytes in hexadecimal.
pub(crate) fn random_hex<const BYTES: usize>() -> Result<Secret, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(no_randomness)?;
    Ok(Secret::new(hex::encode(bytes)))
}

/// Letters and digits, each as likely as any other.
fn random_text(chars: usize) -> Result<String, Error> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(chars);
    while text.len() < chars {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).map_err(no_randomness)?;
        // 248 is the largest multiple of 62 in a byte: what lies beyond would favour some letters.
        let even = bytes
            .iter()
            .filter(|byte| **byte < 248)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        text.extend(even.take(chars - text.len()));
    }
    Ok(text)
}

fn no_randomness(error: getrandom::Error) -> Error {
    Error::Internal(format!("the system gives no random numbers: {error}"))
}
