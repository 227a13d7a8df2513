//! How somebody had proven who they are when they acted, as the word in each entry. Only a sign-in proves it: whoever
//! sits at the machine may name anybody, and whoever holds a link may be anybody.

use uuid::Uuid;

/// Password and second factor, at the sign-in page.
pub const SIGNED_IN: &str = "password+totp";
/// A passkey, with its own check of who holds it.
pub const PASSKEY: &str = "passkey";
/// What stands before what an identity provider said of how somebody proved themselves there.
const SIGN_ON: &str = "oidc";

/// What stands beside roles that go because no identity provider said anything for long.
pub const SILENCE: &str = "oidc-silence";
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

/// The word of single sign-on by an identity provider, by its name in the configuration, with what it said of how
/// somebody proved themselves there: `oidc:plant`, `oidc:plant;acr=…;amr=pwd+otp`. It fits into an entry, which takes
/// one word without spaces (`By::auth` of the ledger): what would not fit is left out.
pub fn by_sign_on(provider: &str, acr: Option<&str>, amr: &[String]) -> String {
    let mut word = format!("{SIGN_ON}:{provider}");
    let mut add = |more: String| {
        if word.len() + more.len() <= LONGEST {
            word += &more;
        }
    };
    if let Some(acr) = acr.filter(|acr| is_plain(acr)) {
        add(format!(";acr={acr}"));
    }
    let methods: Vec<&str> = amr.iter().map(String::as_str).filter(|m| is_plain(m)).take(METHODS).collect();
    if !methods.is_empty() {
        add(format!(";amr={}", methods.join("+")));
    }
    word
}

/// Bytes of the longest word of an entry.
const LONGEST: usize = 128;
/// Methods of one sign-on that are kept.
const METHODS: usize = 6;

/// What stands in an entry stands for ever: words of a protocol only, short.
fn is_plain(word: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b":/._-".contains(&b);
    (1..=80).contains(&word.len()) && word.bytes().all(letter)
}

/// What an identity provider said, if somebody came by one: behind the prefix.
pub fn sign_on(auth: Option<&str>) -> Option<&str> {
    auth?.strip_prefix(SIGN_ON)?.strip_prefix(':')
}

/// Whether the person themselves proved who they are, here or to an identity provider of theirs. A word nobody knows
/// proves nothing.
pub fn is_sign_in(auth: Option<&str>) -> bool {
    [SIGNED_IN, PASSKEY].map(Some).contains(&auth) || sign_on(auth).is_some()
}

/// Whether somebody acted in a person's name without any credential of theirs.
pub fn is_borrowed(auth: Option<&str>) -> bool {
    [COMMAND_LINE, INVITATION, MAILED_LINK].map(Some).contains(&auth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_identity_provider_said_is_kept_where_it_is_a_word() {
        let amr = |all: &[&str]| all.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>();
        let acr = "urn:mace:incommon:iap:silver";
        assert_eq!(by_sign_on("plant", None, &[]), "oidc:plant");
        assert_eq!(
            by_sign_on("plant", Some(acr), &amr(&["pwd", "otp"])),
            "oidc:plant;acr=urn:mace:incommon:iap:silver;amr=pwd+otp"
        );
        // a name, a line or a novel is no word of a protocol
        let long = "x".repeat(81);
        for odd in ["Anna Keller", "a\nb", "", "ä", long.as_str()] {
            assert_eq!(by_sign_on("plant", Some(odd), &amr(&[odd])), "oidc:plant", "{odd}");
        }
        // what an entry has no room for is left out whole
        let (wide, most) = ("x".repeat(80), "y".repeat(40));
        let word = by_sign_on(&most, Some(&wide), &amr(&["pwd"]));
        assert!(word.len() <= 128 && word.ends_with(";amr=pwd") && !word.contains("acr"), "{word}");
        assert!(word.bytes().all(|b| b.is_ascii_graphic()));
    }

    #[test]
    fn a_sign_on_is_a_sign_in_and_a_word_that_looks_like_one_is_not() {
        assert!(is_sign_in(Some(SIGNED_IN)) && is_sign_in(Some("oidc:plant;amr=pwd")));
        for other in [None, Some("oidc"), Some("oidcplant"), Some(COMMAND_LINE), Some(INVITATION), Some("token:x")] {
            assert!(!is_sign_in(other), "{other:?}");
        }
    }
}
