//! A new password by the person themselves: the old one and a code of the second factor stand behind it, so that a
//! session on an unlocked console is not enough. The second factor stays; recovery codes and sessions end with the old
//! password.

use plantgate_domain::base::Why;
use plantgate_store::{
    Stop,
    ops::{credential, session, tries},
};

use super::{Enrolment, password};
use crate::act::{App, Caller};

/// What somebody typed to change their password.
#[derive(Clone)]
pub struct Change {
    pub old: String,
    pub code: String,
    pub new: String,
}

impl App {
    /// Sets a new password for whoever has that session; the caller they are from then on, whose proof is new.
    ///
    /// # Errors
    /// The field: `old` when password or code are not right or there were too many wrong ones (which, nobody is told),
    /// `password` when the new one is too easy or the old one again; [`Stop::NotFound`] when the session ended.
    pub async fn change_password(&self, secret: &str, change: &Change) -> Result<Caller, Stop> {
        let store = self.store();
        let Some((mut entered, _)) = self.look_up(secret).await? else { return Err(Stop::NotFound) };
        let (now, person) = (store.wall(&entered.look), entered.person);
        let found = credential::of(entered.look.tx(), person.id.0).await?;
        let handle = entered.look.open_private(&person.facts.handle).await?.unwrap_or_default();
        // Nobody holds one connection while waiting for another.
        drop(entered.look);
        // What is wrong with the new one says nothing of the old one, and costs no try.
        password::strong_enough(&change.new, &handle)?;
        if change.new == change.old {
            return Err(Stop::field("password", Why::of("invalid-password-same")));
        }
        let wrong = || Stop::field("old", Why::of("invalid-password-old"));
        let Some(known) = found.filter(|c| self.is_known(c, &person).unwrap_or_default()) else { return Err(wrong()) };
        let basket = store.keyring().digest(format!("session {}", session::name(secret)).as_bytes())?;
        if !tries::take(store.db(), person.id.0, &basket, store.limits()).await?
            || !password::verify(change.old.clone(), Some(known.password.clone())).await?
        {
            tries::note(store.db(), person.id.0).await?;
            return Err(wrong());
        }
        let Some(factor) = self.factor(&known, &person, &change.code, &basket, now).await? else {
            tries::note(store.db(), person.id.0).await?;
            return Err(wrong());
        };
        let caller = Caller::person(person.id, factor.auth());
        let seed = Enrolment::from_bytes(store.keyring().unseal(&known.totp)?.to_vec());
        self.set_credential(&caller, person.id, &handle, &change.new, &seed).await?;
        Ok(caller)
    }
}
