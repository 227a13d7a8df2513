//! How somebody had proven who they are when they acted, as the word in each entry. Only a sign-in proves it: whoever
//! sits at the machine may name anybody, and whoever holds a link may be anybody.

use uuid::Uuid;

/// Password and second factor, at the sign-in page.
pub const SIGNED_IN: &str = "password+totp";
/// A passkey, with its own check of who holds it.
pub const PASSKEY: &str = "passkey";
/// `plantgate act … --as PERSON`: whoever may read the keyring names whom they speak for.
pub const COMMAND_LINE: &str = "command-line";
/// The link by which somebody who was invited begins.
pub const INVITATION: &str = "invitation";
/// The link a provider's contact was mailed.
pub const MAILED_LINK: &str = "mailed-link";

/// What stands before the id of a token whose program acted.
const TOKEN: &str = "token:";

/// The word of a token.
pub fn by_token(token: Uuid) -> String {
    format!("{TOKEN}{token}")
}

/// The token a program came by.
pub fn token(auth: Option<&str>) -> Option<Uuid> {
    auth?.strip_prefix(TOKEN)?.parse().ok()
}

/// Whether the person themselves proved who they are. A word nobody knows proves nothing.
pub fn is_sign_in(auth: Option<&str>) -> bool {
    [SIGNED_IN, PASSKEY].map(Some).contains(&auth)
}

/// Whether somebody acted in a person's name without any credential of theirs.
pub fn is_borrowed(auth: Option<&str>) -> bool {
    [COMMAND_LINE, INVITATION, MAILED_LINK].map(Some).contains(&auth)
}
