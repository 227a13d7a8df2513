//! Coming in by a passkey, and proving oneself anew by one. Both take what a password and a code take together: the
//! device that somebody has, and their finger, face or PIN, which the device checked.

use plantgate_store::{
    Stop,
    ops::{credential, session, tries},
};

use super::{Given, Site, Wish};
use crate::{
    act::App,
    sign_in::{Begun, Factor, Proved, Refused},
};

/// What a browser brings besides the answer.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What this machine was given when somebody signed in here before.
    pub machine: Option<String>,
    /// Browser and system in two closed words.
    pub seen_as: String,
}

impl App {
    /// Signs in whoever holds a passkey. Whose it would be is told to nobody, nor what was wrong. Wrong answers make
    /// those wait who give wrong ones, all together; a right one never waits, so that nobody keeps anybody out.
    pub async fn sign_in_by_passkey(
        &self,
        site: &Site,
        given: Option<&Given>,
        beside: &Beside,
    ) -> Result<Result<Begun, Refused>, Stop> {
        let answer = match given {
            Some(given) => self.holder(site, &Wish::SIGN_IN, given).await?,
            None => Err(None),
        };
        let whose = match answer {
            Ok(holder) => {
                let look = self.store().look().await?;
                let now = self.store().wall(&look);
                drop(look);
                let (machine, seen_as) = (beside.machine.as_deref(), beside.seen_as.as_str());
                return Ok(Ok(self.begun(holder.person.id, (machine, seen_as), Factor::Passkey, now).await?));
            }
            Err(whose) => whose,
        };
        if let Some(person) = whose {
            tries::note(self.store().db(), person.0).await?;
        }
        let limits = *self.store().limits();
        let key = self.store().keyring().digest(b"passkeys that are none")?;
        let mut look = self.store().look().await?;
        let wait = credential::must_wait(look.tx(), key.clone(), limits.token_tries, limits.sign_in_wait).await?;
        drop(look);
        if wait > 0 {
            return Ok(Err(Refused::Wait(wait)));
        }
        credential::failed(self.store().db(), key, limits.sign_in_wait).await?;
        Ok(Err(Refused::Wrong))
    }

    /// Proves a session anew by a passkey of its person. Wrong ones are counted for this session alone, as codes are.
    pub async fn prove_by_passkey(&self, site: &Site, secret: &str, given: &Given) -> Result<Proved, Stop> {
        let store = self.store();
        let Some((entered, _)) = self.look_up(secret).await? else { return Ok(Proved::Ended) };
        let (now, person) = (store.wall(&entered.look), entered.person.id);
        // Nobody holds one connection while waiting for another.
        drop(entered.look);
        let session = session::name(secret);
        let basket = store.keyring().digest(format!("session {session}").as_bytes())?;
        if !tries::take(store.db(), person.0, &basket, store.limits()).await? {
            return Ok(Proved::Wrong);
        }
        let wish = Wish { what: super::PROVE, session: &session };
        let right = self.holder(site, &wish, given).await?.is_ok_and(|holder| holder.person.id == person);
        if !right {
            tries::note(store.db(), person.0).await?;
            return Ok(Proved::Wrong);
        }
        tries::right(store.db(), person.0, &basket).await?;
        let renewed = session::renew(store.db(), secret, Factor::Passkey.auth(), now).await?;
        Ok(renewed.map_or(Proved::Ended, |secret| Proved::Yes(secret, None)))
    }
}
