//! A signature is a property of an act: the act says what it wants signed and with which meaning (`Act::signs`), the
//! writer's turn refuses it without (`desk/signing.rs`), and here somebody proves that they sign. Doors only carry what
//! was typed. Nobody but this module makes a [`Proven`], and each is good for one request of one person.

mod demo;
mod failed;
mod prove;
mod shown;

use plantgate_domain::{
    base::{Actor, Factor, PersonId, SignMeaning},
    qualify::person::Person,
};
use plantgate_store::{
    Desk, Stop,
    desk::Under,
    memory::Memory,
    stop::{Stale, Unsigned},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    act::{Act, Answer, App, Caller},
    sign_in::passkey::{Given, Site},
};

pub use failed::NoteFailedSignature;
pub use shown::{Printed, printed, signers};

/// What an act wants signed.
#[derive(Clone, Debug)]
pub struct Wants {
    pub meaning: SignMeaning,
    pub under: Under,
}

/// What somebody typed to sign, or a passkey's answer in place of password and code.
#[derive(Clone, Default)]
pub struct Typed {
    pub password: Option<String>,
    pub code: Option<String>,
    /// Where passkeys are good, and what a device answered.
    pub passkey: Option<(Site, Given)>,
    /// Digest of the version that was shown; a signature is never under what nobody saw.
    pub digest: Option<String>,
    /// Secret of the sign-in session, for a series of signings; without one each is the first.
    pub session: Option<String>,
}

/// Proof that a person signs one request. It cannot be made elsewhere, kept, or handed on.
#[derive(Clone)]
pub(crate) struct Proven {
    person: PersonId,
    request: Uuid,
    /// What was shown.
    wanted: Unsigned,
    factors: Vec<Factor>,
    first: bool,
    /// The password or passkey the person had when it was checked; `None` on demo data.
    key: Option<String>,
}

/// In the writer's turn: what the act wants signed, and whether the proof is good for exactly that.
pub(crate) async fn open(
    desk: &mut Desk,
    act: &'static str,
    wants: Wants,
    proven: Option<&Proven>,
) -> Result<(), Stop> {
    let wanted = desk.wants(act, wants.meaning, wants.under).await?;
    let Some(proven) = proven else { return Ok(()) };
    let cause = desk.cause();
    if cause.actor != Actor::Person(proven.person) || cause.request != proven.request {
        return Err(Stop::Unsigned(Box::new(wanted)));
    }
    if proven.wanted != wanted {
        return Err(stale(&wanted));
    }
    // Taken away since it was checked: a leaver signs nothing with what they typed a second before.
    let good = match &proven.key {
        Some(key) => {
            let person: Person = desk.get(proven.person).await?;
            person.keys.iter().any(|k| k.fingerprint == *key)
        }
        None => desk.organisation().await?.is_some_and(|o| o.facts.demo),
    };
    if !good {
        return Err(Stop::Unsigned(Box::new(wanted)));
    }
    desk.sign(&wanted, proven.factors.clone(), proven.first);
    Ok(())
}

/// What was shown is no longer what stands.
fn stale(wanted: &Unsigned) -> Stop {
    match wanted.on {
        Some(on) => Stop::Stale(Box::new(Stale { on, by: None, at: None, version: wanted.version })),
        None => Stop::Unsigned(Box::new(wanted.clone())),
    }
}

/// What a program is told that a signature would be under.
pub fn told(wanted: &Unsigned) -> Value {
    json!({ "act": wanted.act, "meaning": wanted.meaning, "on": wanted.on, "version": wanted.version,
        "digest": wanted.digest })
}

impl App {
    /// Does an act and signs it, where it wants that. The act is tried without a signature first: whoever may not do
    /// it, typed something wrong or did it before is told so, and no code is used up for it.
    pub async fn signed<A: Act>(
        &self,
        caller: &Caller,
        request: Uuid,
        act: A,
        typed: &Typed,
    ) -> Result<Answer<A::Done>, Stop> {
        let wanted = match self.act(caller, request, act.clone()).await {
            Err(Stop::Unsigned(wanted)) => *wanted,
            other => return other,
        };
        match (&typed.digest, &wanted.digest) {
            (Some(shown), Some(stands)) if shown != stands => return Err(stale(&wanted)),
            (None, Some(_)) => return Err(Stop::Unsigned(Box::new(wanted))),
            (Some(_), Some(_)) | (_, None) => {}
        }
        let (proven, began) = self.signing(caller, request, &wanted, typed).await?;
        let answer = self.act_proven(caller, request, act, Some(proven)).await?;
        self.goes_on(caller, typed, began).await?;
        Ok(answer)
    }
}
