//! Proving anew who one is, in the middle of a session: the second factor once more, and the session goes on under
//! another secret. The password is not asked again; what a session on an unlocked console lacks is the telephone.

use plantgate_domain::base::auth;
use plantgate_store::{
    Stop,
    ops::{credential, session, tries},
};

use super::{Factor, UsedCode};
use crate::act::App;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proved {
    /// The session's secret from now on, and the recovery code that was used up for it.
    Yes(String, Option<UsedCode>),
    /// The code is not right, was used before, or there were too many wrong ones.
    Wrong,
    /// The session ended.
    Ended,
}

impl App {
    /// Proves a session anew by a code of the second factor. Wrong ones are counted for this session alone: whoever
    /// sits at an unlocked console makes nobody wait elsewhere.
    pub async fn prove(&self, secret: &str, code: &str) -> Result<Proved, Stop> {
        let store = self.store();
        let Some((mut entered, _)) = self.look_up(secret).await? else { return Ok(Proved::Ended) };
        let (now, person) = (store.wall(&entered.look), entered.person);
        // A code makes no session of a password out of one that began elsewhere: nobody typed the password.
        if auth::sign_on(entered.caller.auth.as_deref()).is_some() {
            tries::note(store.db(), person.id.0).await?;
            return Ok(Proved::Wrong);
        }
        let found = credential::of(entered.look.tx(), person.id.0).await?;
        // Nobody holds one connection while waiting for another.
        drop(entered.look);
        let basket = store.keyring().digest(format!("session {}", session::name(secret)).as_bytes())?;
        let Some(factor) = self.known_factor(found, &person, code, &basket, now).await? else {
            tries::note(store.db(), person.id.0).await?;
            return Ok(Proved::Wrong);
        };
        let used = match factor {
            Factor::Code | Factor::Passkey => None,
            Factor::Recovery(used) => Some(used),
        };
        let renewed = session::renew(store.db(), secret, factor.auth(), now).await?;
        Ok(renewed.map_or(Proved::Ended, |secret| Proved::Yes(secret, used)))
    }
}
