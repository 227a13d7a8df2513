//! Coming in by a token: looked up and held against the record at every request. Whoever tries tokens that are none
//! waits, all of them together; whoever has one never does, so that nobody shuts others out by guessing.

use plantgate_domain::{
    base::{Instant, PersonId, auth},
    qualify::{person::Person, token::Token},
};
use plantgate_store::{
    Stop,
    look::Look,
    memory::Memory,
    ops::{credential, token},
};

use super::Entered;
use crate::{
    act::{App, Caller},
    bearer,
};

/// Characters of the longest secret that is looked up.
const LONGEST: usize = 128;

/// A token as whoever looks after it is shown it.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    pub token: Token,
    /// When it was used last, to the minute.
    pub used: Option<Instant>,
    /// Word of `token-…`: open, expired, revoked, or *lost*: made in a copy of this record that was put aside.
    pub word: &'static str,
}

/// What came of a token.
pub enum Came {
    In(Box<Entered>),
    /// Unknown, expired, taken back, or its holder may not come in now: which, is told to nobody.
    Nobody,
    /// Too many that were none; wait so many seconds.
    Wait(i64),
}

/// Whether a secret is one of a token, and not one of a sign-in session.
pub fn is_token(secret: &str) -> bool {
    secret.starts_with(token::PREFIX)
}

impl App {
    /// Somebody's tokens at this look, the newest first.
    pub async fn tokens(&self, look: &mut Look, of: &Person) -> Result<Vec<Listed>, Stop> {
        let now = look.now().0;
        let used = token::used(look.tx(), of.id).await?;
        let listed = |t: &Token| {
            let row = used.iter().find(|(id, _)| *id == t.made.token);
            let word = match (t.word(now), row) {
                ("open", None) => "lost",
                (word, _) => word,
            };
            let used = row.and_then(|(_, at)| *at).map(|secs| Instant::from_micros(secs.saturating_mul(1_000_000)));
            Listed { token: t.clone(), used, word }
        };
        Ok(of.tokens.iter().rev().map(listed).collect())
    }

    /// The caller of a token's secret, with the snapshot that said so.
    pub async fn enter_by_token(&self, secret: &str) -> Result<Came, Stop> {
        if secret.len() > LONGEST {
            return Ok(Came::Nobody);
        }
        let mut look = self.store().look().await?;
        let Some(kept) = token::of(look.tx(), secret).await? else { return self.unknown(look).await };
        let Some(entered) = self.by_token(look, &kept).await? else { return Ok(Came::Nobody) };
        let now = self.store().wall(&entered.look);
        if !kept.untouched(now) {
            return Ok(Came::In(Box::new(entered)));
        }
        // Nobody holds one connection while waiting for another.
        drop(entered);
        match token::touch(self.store().db(), &kept, now).await {
            Err(stop) if stop.is_passing() => tracing::warn!(%stop, "that a token was used could not be noted"),
            touched => touched?,
        }
        let look = self.store().look().await?;
        Ok(self.by_token(look, &kept).await?.map_or(Came::Nobody, |entered| Came::In(Box::new(entered))))
    }

    async fn by_token(&self, mut look: Look, kept: &token::Kept) -> Result<Option<Entered>, Stop> {
        let Some(person) = look.find::<Person>(PersonId(kept.person)).await? else { return Ok(None) };
        let now = look.now().0;
        let Some(token) = person.token(kept.token).filter(|t| t.stands(now).is_ok()).cloned() else { return Ok(None) };
        if token.made.fingerprint != kept.fingerprint(self.store().keyring())? {
            tracing::error!(person = %person.id, "a token's row is not the one the record knows");
            return Ok(None);
        }
        match bearer::alone(&mut look, &person, now).await {
            Err(Stop::Refused(_)) => return Ok(None),
            answered => answered?,
        }
        if !person.seated(now) {
            return Ok(None);
        }
        let caller = Caller::person(person.id, &auth::by_token(kept.token));
        let person = token.narrows(&person);
        look.narrow(person.clone());
        Ok(Some(Entered { look, caller, person, token: Some(token) }))
    }

    async fn unknown(&self, mut look: Look) -> Result<Came, Stop> {
        let limits = *self.store().limits();
        let key = self.store().keyring().digest(b"api tokens that are none")?;
        let wait = credential::must_wait(look.tx(), key.clone(), limits.token_tries, limits.sign_in_wait).await?;
        drop(look);
        if wait > 0 {
            return Ok(Came::Wait(wait));
        }
        // Reading goes on when nothing can be written.
        match credential::failed(self.store().db(), key, limits.sign_in_wait).await {
            Err(stop) if stop.is_passing() => tracing::warn!(%stop, "that a token was none could not be noted"),
            noted => drop(noted?),
        }
        Ok(Came::Nobody)
    }
}
