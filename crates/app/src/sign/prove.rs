//! Proving it: password and code again at the moment of signing. The first signing of a series takes both; those that
//! follow in the same session, each within some minutes of the one before, take one of them at least (21 CFR 11.200).

use plantgate_domain::{
    base::{Actor, Factor, PersonId, SignFailure, Why},
    event::{
        Event,
        qualify::{KeyKind, PersonEvent, SignatureFailed},
    },
    qualify::person::Person,
};
use plantgate_store::{
    Stop,
    clock::Wall,
    keyring::hex,
    look::Look,
    memory::Memory,
    ops::{
        credential::{self, Credential},
        signing, tries,
    },
    stop::Unsigned,
    writer::new_request,
};
use uuid::Uuid;

use super::{NoteFailedSignature, Proven, Typed};
use crate::{
    act::{App, Caller},
    sign_in::{
        passkey::{Given, Site, Wish},
        password, session_name, totp,
    },
};

/// The basket of failed signatures: whoever sits at somebody's session guesses a few times, and then waits. It makes
/// nobody wait who signs in.
const BASKET: &[u8] = b"signature";
/// Where the machine's operator set a password.
const TERMINAL: &str = "command-line";

/// What the check needs to know of the signer.
struct Signer {
    person: Person,
    credential: Option<Credential>,
    /// Fingerprint that the record has of the credential's row.
    key: String,
    /// Whether the person set it, and where: their own doing, the machine's operator's in their name, somebody else's.
    own: bool,
    operator: bool,
    /// When the series in this session goes on.
    series: Option<Wall>,
    wall: Wall,
}

impl App {
    /// Checks what was typed. A wrong proof is an entry and changes nothing else; a missing one is no attempt.
    pub(super) async fn signing(
        &self,
        caller: &Caller,
        request: Uuid,
        wanted: &Unsigned,
        typed: &Typed,
    ) -> Result<(Proven, Wall), Stop> {
        if let Some((site, given)) = &typed.passkey {
            return self.signing_by_passkey(caller, request, wanted, (site, given), typed).await;
        }
        let person = caller.actor.person().ok_or(Stop::NotFound)?;
        let signer = self.signer(person, typed).await?;
        // Who comes by an identity provider alone has nothing here to sign with.
        if signer.credential.is_none() {
            return Err(Stop::field("password", Why::of("invalid-signature-no-password")));
        }
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        let enough = match signer.series {
            Some(_) => given(&typed.password) || given(&typed.code),
            None => given(&typed.password) && given(&typed.code),
        };
        if !enough {
            let one = signer.series.is_some();
            let why = if one { Why::of("invalid-signature-one") } else { Why::of("invalid-signature-both") };
            return Err(Stop::field("password", why));
        }
        let limits = self.store().limits();
        if !tries::take(self.store().db(), person.0, BASKET, limits).await? {
            return Err(Stop::field("password", Why::of("invalid-signature-wait")));
        }
        match self.factors(&signer, typed).await? {
            Ok(factors) => {
                tries::right(self.store().db(), person.0, BASKET).await?;
                let (first, wanted) = (signer.series.is_none(), wanted.clone());
                Ok((Proven { person, request, wanted, factors, first, key: Some(signer.key) }, signer.wall))
            }
            Err(why) => Err(self.failed(caller, wanted, why).await?),
        }
    }

    /// The same by a passkey, whose device checked the signer: it is both components in one. Its ceremony was begun for
    /// this very request and what it signs, so that an answer to anything else signs nothing.
    async fn signing_by_passkey(
        &self,
        caller: &Caller,
        request: Uuid,
        wanted: &Unsigned,
        (site, given): (&Site, &Given),
        typed: &Typed,
    ) -> Result<(Proven, Wall), Stop> {
        let person = caller.actor.person().ok_or(Stop::NotFound)?;
        let limits = self.store().limits();
        if !tries::take(self.store().db(), person.0, BASKET, limits).await? {
            return Err(Stop::field("password", Why::of("invalid-signature-wait")));
        }
        let signer = self.signer(person, typed).await?;
        let what = self.subject(person, request, wanted)?;
        let session = typed.session.as_deref().map(session_name).unwrap_or_default();
        let answer = self.holder(site, &Wish { what: &what, session: &session }, given).await?;
        let Some(holder) = answer.ok().filter(|holder| holder.person.id == person) else {
            return Err(self.failed(caller, wanted, SignFailure::Passkey).await?);
        };
        tries::right(self.store().db(), person.0, BASKET).await?;
        let (first, wanted, key) = (signer.series.is_none(), wanted.clone(), Some(holder.fingerprint));
        Ok((Proven { person, request, wanted, factors: vec![Factor::Passkey], first, key }, signer.wall))
    }

    /// The entry of a failed signature, and what whoever typed it is told: never which part was wrong.
    async fn failed(&self, caller: &Caller, wanted: &Unsigned, why: SignFailure) -> Result<Stop, Stop> {
        let (act, meaning, on) = (wanted.act.to_owned(), wanted.meaning, wanted.on);
        let note = NoteFailedSignature { failed: SignatureFailed { act, meaning, on, why } };
        let entry = self.act(caller, new_request()?, note).await?.entry;
        let entry = i64::try_from(entry).unwrap_or(i64::MAX);
        let told = match why {
            SignFailure::NotOwn => Why::of("invalid-signature-not-own").with("entry", entry),
            SignFailure::Password | SignFailure::Code => Why::of("invalid-signature").with("entry", entry),
            SignFailure::Passkey => Why::of("invalid-signature-passkey").with("entry", entry),
        };
        Ok(Stop::field("password", told))
    }

    async fn signer(&self, id: PersonId, typed: &Typed) -> Result<Signer, Stop> {
        let mut look = self.store().look().await?;
        let wall = self.store().wall(&look);
        let person: Person = look.get(id).await?;
        let credential = credential::of(look.tx(), id.0).await?;
        let key = match &credential {
            Some(c) => hex(&self.store().keyring().digest(&c.fingerprinted())?),
            None => String::new(),
        };
        let (own, operator) = set_by(&mut look, id, &key).await?;
        let series = match &typed.session {
            Some(secret) => signing::series(look.tx(), secret, id.0, self.store().limits(), wall).await?,
            None => None,
        };
        Ok(Signer { person, credential, key, own, operator, series, wall })
    }

    /// What of it is right. The code is looked at behind a right password only, so that it is not used up in vain.
    async fn factors(&self, signer: &Signer, typed: &Typed) -> Result<Result<Vec<Factor>, SignFailure>, Stop> {
        let mut factors = Vec::new();
        let known = |k: &&plantgate_domain::event::qualify::KeyAdded| {
            k.kind == KeyKind::Password && k.fingerprint == signer.key
        };
        // A row that was put there by hand signs nothing, as it signs nobody in.
        let credential = signer.credential.as_ref().filter(|_| signer.person.keys.iter().any(|k| known(&k)));
        if let Some(typed) = typed.password.as_ref().filter(|t| !t.is_empty()) {
            if !password::verify(typed.clone(), credential.map(|c| c.password.clone())).await? {
                return Ok(Err(SignFailure::Password));
            }
            factors.push(Factor::Password);
        }
        if let Some(code) = typed.code.as_ref().filter(|t| !t.trim().is_empty()) {
            let Some(credential) = credential else { return Ok(Err(SignFailure::Code)) };
            if !self.code(signer, credential, code).await? {
                return Ok(Err(SignFailure::Code));
            }
            factors.push(Factor::Totp);
        }
        if !signer.own {
            return Ok(Err(SignFailure::NotOwn));
        }
        if signer.operator {
            factors.push(Factor::OperatorSet);
        }
        Ok(Ok(factors))
    }

    async fn code(&self, signer: &Signer, credential: &Credential, code: &str) -> Result<bool, Stop> {
        let seed = self.store().keyring().unseal(&credential.totp)?;
        let Some(step) = totp::step_at(&seed, code, signer.wall)? else { return Ok(false) };
        credential::use_step(self.store().db(), signer.person.id.0, step).await
    }

    /// The series of this session goes on from here.
    pub(super) async fn goes_on(&self, caller: &Caller, typed: &Typed, now: Wall) -> Result<(), Stop> {
        let (Some(secret), Some(person)) = (&typed.session, caller.actor.person()) else { return Ok(()) };
        signing::note(self.store().db(), secret, person.0, now).await
    }

    /// Whether the next signing in this session needs one component only.
    pub async fn signing_series(&self, person: PersonId, session: &str) -> Result<bool, Stop> {
        let mut look = self.store().look().await?;
        let wall = self.store().wall(&look);
        let limits = self.store().limits();
        Ok(signing::series(look.tx(), session, person.0, limits, wall).await?.is_some())
    }
}

/// Who set the password with that fingerprint: whether the person did, and whether at the machine's command line. Who
/// set somebody's password does not sign with it (S5).
async fn set_by(look: &mut Look, id: PersonId, key: &str) -> Result<(bool, bool), Stop> {
    let entries = look.entries(id.into()).await?;
    let added = entries.iter().rev().find(|(read, _)| match &read.event {
        Event::Person(PersonEvent::KeyAdded(added)) => added.kind == KeyKind::Password && added.fingerprint == key,
        _ => false,
    });
    Ok(added.map_or((true, false), |(read, _)| {
        // Whoever administers the machine is nobody of the record: it stands beside the signature for ever (S5).
        let operator = read.at.by == Actor::Host || read.auth.as_deref() == Some(TERMINAL);
        (read.at.by == Actor::Person(id) || read.at.by == Actor::Host, operator)
    }))
}
