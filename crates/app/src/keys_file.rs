//! The keyring in a file of its own, under a passphrase: for a safe, never for the place where backups lie. Whoever has
//! a backup and this file has everything; whoever has one of them has nothing to read.

use plantgate_domain::base::Why;
use plantgate_store::{
    Stop,
    keyring::{Keyring, hex, unhex_any},
    writer::new_request,
};

use crate::sign_in::password;

/// First line of the file.
const FORMAT: &str = "plantgate-keyring/1";

/// The text of the file.
pub async fn seal(keyring: &Keyring, passphrase: &str) -> Result<String, Stop> {
    password::strong_enough(passphrase, "").map_err(|_| Stop::field("stdin", Why::of("invalid-passphrase")))?;
    let salt = *new_request()?.as_bytes();
    let key = password::key(passphrase.to_owned(), salt).await?;
    Ok(format!("{FORMAT}\n{}\n{}\n", hex(&salt), hex(&keyring.sealed(&key)?)))
}

/// Opens the text of such a file: what was sealed, and the key it is sealed under.
pub async fn open(text: &str, passphrase: &str) -> Result<(Vec<u8>, [u8; 32]), Stop> {
    let bad = || Stop::field("file", Why::of("invalid-keys-file"));
    let mut lines = text.lines();
    let (format, salt, sealed) = (lines.next(), lines.next(), lines.next());
    let salt = salt.and_then(unhex_any).and_then(|s| <[u8; 16]>::try_from(s).ok()).ok_or_else(bad)?;
    let sealed = sealed.and_then(unhex_any).filter(|_| format == Some(FORMAT)).ok_or_else(bad)?;
    Ok((sealed, password::key(passphrase.to_owned(), salt).await?))
}
