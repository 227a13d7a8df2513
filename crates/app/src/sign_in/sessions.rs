//! The sign-in sessions of a person: where they are signed in, and ending it there. What one does to one's own sessions
//! is working state, like signing out; ending somebody else's is an act (`qualify::credential::EndSignIns`).

use plantgate_domain::base::{Instant, PersonId};
use plantgate_store::{Stop, look::Look, ops::session};

use crate::act::App;

/// A session that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sitting {
    /// Names it to who may end it; opens nothing.
    pub name: String,
    pub began: Instant,
    /// To the minute.
    pub used: Instant,
    /// Browser and system, in two closed words.
    pub machine: String,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// The name of the session of a secret: ceremonies are bound to it.
pub fn session_name(secret: &str) -> String {
    session::name(secret)
}

impl App {
    /// The sessions of a person that stand at this look, the one used last first; `mine` is the secret of who asks.
    pub async fn sessions(&self, look: &mut Look, of: PersonId, mine: &str) -> Result<Vec<Sitting>, Stop> {
        let (now, this) = (self.store().wall(look), session::name(mine));
        let at = |secs: i64| Instant::from_micros(secs.saturating_mul(1_000_000));
        let all = session::standing(look.tx(), of.0, self.store().limits(), now).await?;
        let sitting = |s: session::Shown| Sitting {
            this: s.name == this,
            began: at(s.began),
            used: at(s.used),
            machine: s.machine,
            name: s.name,
        };
        Ok(all.into_iter().map(sitting).collect())
    }

    /// Ends one of a person's own sessions by its name; whether there was one.
    pub async fn end_session(&self, own: PersonId, name: &str) -> Result<bool, Stop> {
        let mut tx = self.store().db().write().await?;
        let ended = session::end_named(&mut tx, own.0, name).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Ends all of a person's own sessions but the one that asks; how many.
    pub async fn end_other_sessions(&self, own: PersonId, mine: &str) -> Result<u64, Stop> {
        session::end_others(self.store().db(), own.0, mine).await
    }
}
