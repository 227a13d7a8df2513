//! Passwords: argon2id with the library's (OWASP's) values, off the async threads, few at a time so that a storm of
//! sign-ins cannot take all memory.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use plantgate_domain::base::Why;
use plantgate_store::Stop;
use tokio::sync::Semaphore;

/// Hashes that may run at once; each takes 19 MiB.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// A hash of nothing anybody knows, so that an unknown name costs as much as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGxhbnRnYXRlLW5vYm9keQ$\
    4m1yfPJtcWeXHQpJuWlBGdzhlTXm4ZzbJbqiD/m1ZtA";

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stop> {
    let _permit = AT_ONCE.acquire().await.map_err(Stop::fault)?;
    tokio::task::spawn_blocking(work).await.map_err(Stop::fault)
}

/// The PHC string of a password.
pub async fn hash(password: String) -> Result<String, Stop> {
    let hashed = blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| e.to_string())
    });
    hashed.await?.map_err(Stop::fault)
}

/// Whether a password belongs to a PHC string; `None` takes the same time and is never right.
pub async fn verify(password: String, phc: Option<String>) -> Result<bool, Stop> {
    blocking(move || {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| NOBODY.to_owned());
        let right = PasswordHash::new(&phc)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        right && known
    })
    .await
}

/// A key out of a passphrase, for a file that leaves the machine.
pub async fn key(passphrase: String, salt: [u8; 16]) -> Result<[u8; 32], Stop> {
    let derived = blocking(move || {
        let mut key = [0; 32];
        let made = Argon2::default().hash_password_into(passphrase.as_bytes(), &salt, &mut key);
        made.map(|()| key).map_err(|e| e.to_string())
    });
    derived.await?.map_err(Stop::fault)
}

/// Length is what counts (NIST SP 800-63B): at least 12 characters, not the name, not one character over and over.
pub fn strong_enough(password: &str, handle: &str) -> Result<(), Stop> {
    let chars = password.chars().count();
    if chars < 12 {
        return Err(Stop::field("password", Why::of("invalid-password-short")));
    }
    if chars > 200 {
        return Err(Stop::field("password", Why::of("invalid-password-long")));
    }
    let distinct: std::collections::BTreeSet<char> = password.chars().collect();
    if distinct.len() < 5 || (handle.len() >= 4 && password.to_lowercase().contains(&handle.to_lowercase())) {
        return Err(Stop::field("password", Why::of("invalid-password-easy")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_hash_of_nobody_is_a_real_hash_that_nothing_opens() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("plantgate".to_owned(), None).await.unwrap());
        let phc = hash("long enough for a plant".to_owned()).await.unwrap();
        assert!(verify("long enough for a plant".to_owned(), Some(phc.clone())).await.unwrap());
        assert!(!verify("long enough for a planT".to_owned(), Some(phc)).await.unwrap());
    }

    #[test]
    fn easy_passwords_are_refused_with_words() {
        for easy in ["short", "aaaaaaaaaaaaaaaa", "anna.keller-2026"] {
            assert!(strong_enough(easy, "anna.keller").is_err(), "{easy}");
        }
        assert!(strong_enough("correct horse battery", "anna.keller").is_ok());
    }
}
