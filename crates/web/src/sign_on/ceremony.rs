//! A sign-on on its way: what was asked of an identity provider, sealed in a cookie of the browser that asked, for some
//! minutes. Whoever only starts one costs no row; an answer is used up by its state (`App::use_up_answer`).

use openidconnect::{Nonce, PkceCodeChallenge, PkceCodeVerifier};
use plantgate_app::Stop;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::door::State;

/// Seconds somebody may take at the identity provider.
pub const LASTS: i64 = 600;

/// What it is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To come in.
    SignIn,
    /// To bind the account there to the person whom a link invites.
    Bind { token: String },
    /// To bind the account there to who sits at the session of this name.
    Own { session: String },
    /// To prove anew who sits at the session of this name.
    Prove { session: String },
}

impl Purpose {
    /// Whether whoever sits there signs in once more: to come in, a session of the provider's is enough.
    pub fn wants_anew(&self) -> bool {
        *self != Purpose::SignIn
    }
}

/// What the cookie holds. The first field's name keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
pub struct Ceremony {
    sign_on_with: String,
    pub purpose: Purpose,
    pub state: String,
    pub nonce: Nonce,
    verifier: String,
    /// Wall seconds.
    pub began: i64,
}

impl Ceremony {
    /// A new one, and the challenge that goes with it.
    pub fn begin(provider: &str, purpose: Purpose, now: i64) -> (Ceremony, PkceCodeChallenge) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let ceremony = Ceremony {
            sign_on_with: provider.to_owned(),
            purpose,
            state: openidconnect::CsrfToken::new_random_len(32).into_secret(),
            nonce: Nonce::new_random_len(32),
            verifier: verifier.into_secret(),
            began: now,
        };
        (ceremony, challenge)
    }

    /// As the cookie carries it.
    pub fn sealed(&self, state: &State) -> Result<String, Stop> {
        state.app.store().keyring().seal(&serde_json::to_vec(self).map_err(Stop::fault)?)
    }

    /// What a cookie carries, if it is of this provider, of this answer and not too old.
    pub fn open(state: &State, sealed: &str, provider: &str, answered: &str, now: i64) -> Option<Ceremony> {
        let bytes = state.app.store().keyring().unseal_brought(sealed)?;
        let ceremony: Ceremony = serde_json::from_slice(&bytes).ok()?;
        let same = Sha256::digest(answered) == Sha256::digest(&ceremony.state);
        let fresh = (0..LASTS).contains(&(now - ceremony.began));
        (ceremony.sign_on_with == provider && same && fresh).then_some(ceremony)
    }

    /// What proves to the identity provider that who began it ends it (RFC 7636).
    pub fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }
}
