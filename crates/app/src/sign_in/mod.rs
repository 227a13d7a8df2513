//! Who is it? Password and second factor make a sign-in session; the session makes a caller; what the caller may is
//! asked again at every act. The session is looked up and the person held against the record at every request, so a
//! suspension works on the next one.

mod change;
mod machine;
pub mod passkey;
pub(crate) mod password;
mod prove;
pub(crate) mod recovery;
mod sessions;
pub mod sign_on;
mod token;
pub(crate) mod totp;

use plantgate_domain::{
    base::{PersonId, Why, auth},
    event::qualify::KeyKind,
    qualify::{person::Person, token::Token},
};
use plantgate_store::{
    Stop,
    clock::Wall,
    keyring::hex,
    look::Look,
    memory::Memory,
    ops::{credential, credential::Credential, recovery as recovery_codes, session, tries},
};

use crate::{
    act::{App, Caller},
    qualify::credential::SetCredential,
};

pub use change::Change;
pub use machine::KNOWN_DAYS as MACHINE_DAYS;
pub use password::strong_enough;
pub use prove::Proved;
pub use recovery::{MadeCodes, UsedCode};
pub use sessions::{Sitting, session_name};
pub use sign_on::{Mapped, Side, SignedOn, Vouched};
pub use token::{Came, Listed, is_token};
pub use totp::Enrolment;

/// Why somebody was not signed in. Which part was wrong is told to nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Name, password or code are not right.
    Wrong,
    /// Too many wrong tries from this place; wait so many seconds.
    Wait(i64),
}

/// Somebody who came in by a session secret.
pub struct Entered {
    /// The snapshot in which the session stands and the person has a seat.
    pub look: Look,
    pub caller: Caller,
    /// As they stand for what comes behind: with the roles that a token leaves them.
    pub person: Person,
    /// The token a program came by; `None` for a session.
    pub token: Option<Token>,
}

/// What somebody typed to sign in.
#[derive(Clone, Debug)]
pub struct Proof {
    pub handle: String,
    pub password: String,
    pub code: String,
    /// Where it came from, so that nobody can lock somebody else out.
    pub place: String,
    /// What this machine was given when somebody signed in here before.
    pub machine: Option<String>,
    /// Browser and system in two closed words, by which the person knows the session again.
    pub seen_as: String,
}

/// Somebody signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// Of the session.
    pub secret: String,
    /// Wrong tries since the last sign-in, which the person is told.
    pub failed: i64,
    /// The recovery code they came in by.
    pub recovery: Option<UsedCode>,
    /// Recovery codes that were used since they came in by the second factor itself; told then, and once.
    pub used_since: u64,
    /// By which this machine is known for theirs next time.
    pub machine: String,
}

/// What stood beside a right password, or in place of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Factor {
    /// A code of the app.
    Code,
    Recovery(UsedCode),
    /// In place of both.
    Passkey,
}

impl Factor {
    /// How it stands in the session and in entries.
    const fn auth(self) -> &'static str {
        match self {
            Factor::Code => auth::SIGNED_IN,
            Factor::Passkey => auth::PASSKEY,
            Factor::Recovery(_) => recovery::RECOVERY,
        }
    }
}

impl App {
    fn handle_digest(&self, handle: &str) -> Result<Vec<u8>, Stop> {
        let handle = handle.trim().to_lowercase();
        self.store().keyring().digest(format!("handle {handle}").as_bytes())
    }

    /// Sets a person's password and second factor. The caller is the person, an administrator at invitation, or whoever
    /// administers the machine; the record keeps a fingerprint, the archive the hash and the sealed seed.
    pub async fn set_credential(
        &self,
        caller: &Caller,
        person: PersonId,
        handle: &str,
        password: &str,
        seed: &Enrolment,
    ) -> Result<(), Stop> {
        password::strong_enough(password, handle)?;
        // The name comes first: with a name that is somebody else's no password is set.
        if !credential::name(self.store().db(), self.handle_digest(handle)?, person.0).await? {
            let why = Why::of("invalid-handle-taken");
            return Err(Stop::field("handle", why));
        }
        let hash = password::hash(password.to_owned()).await?;
        let totp = self.store().keyring().seal(seed.bytes())?;
        let credential = Credential { person: person.0, password: hash, totp };
        let fingerprint = hex(&self.store().keyring().digest(&credential.fingerprinted())?);
        let act =
            SetCredential { person: person.to_string(), kind: KeyKind::Password, fingerprint, public: String::new() };
        self.act(caller, plantgate_store::writer::new_request()?, act).await?;
        credential::store(self.store().db(), &credential).await?;
        session::end_all(self.store().db(), person.0).await?;
        Ok(())
    }

    /// Checks what somebody typed; a secret for the session when all of it is right.
    pub async fn sign_in(&self, proof: &Proof) -> Result<Result<Begun, Refused>, Stop> {
        let limits = *self.store().limits();
        let digest = self.handle_digest(&proof.handle)?;
        let key = self.store().keyring().digest(format!("{}\n{}", hex(&digest), proof.place).as_bytes())?;
        let mut look = self.store().look().await?;
        let wait = credential::must_wait(look.tx(), key.clone(), limits.sign_in_tries, limits.sign_in_wait).await?;
        let found = match credential::named(look.tx(), digest).await? {
            Some(person) => credential::of(look.tx(), person).await?,
            None => None,
        };
        let person = match &found {
            Some(c) => look.find::<Person>(PersonId(c.person)).await?,
            None => None,
        };
        let now = look.now().0;
        let wall = self.store().wall(&look);
        drop(look);
        let seated = person.as_ref().is_some_and(|p| p.seated(now));
        let entered = match (&found, &person) {
            (Some(c), Some(p)) => self.opens(proof, c, p, wall).await?.filter(|_| seated),
            // A name nobody has costs as much time as a wrong password.
            _ => password::verify(proof.password.clone(), None).await.map(|_| None)?,
        };
        match person.as_ref().zip(entered) {
            Some((person, factor)) => {
                credential::succeeded(self.store().db(), key).await?;
                let beside = (proof.machine.as_deref(), proof.seen_as.as_str());
                Ok(Ok(self.begun(person.id, beside, factor, wall).await?))
            }
            None => {
                // The log names nobody by what was typed: it may be a password in the wrong field.
                let whose = person.as_ref().map(|p| p.id.to_string());
                tracing::warn!(person = whose, place = proof.place, waits = wait, "a sign-in was refused");
                if let Some(person) = &person {
                    tries::note(self.store().db(), person.id.0).await?;
                }
                // Waiting is for those who guess. Whoever brings the right password and code comes in, or anybody
                // could keep the shift lead out by typing wrong passwords.
                if wait > 0 {
                    return Ok(Err(Refused::Wait(wait)));
                }
                credential::failed(self.store().db(), key, limits.sign_in_wait * 10).await?;
                Ok(Err(Refused::Wrong))
            }
        }
    }

    async fn begun(
        &self,
        person: PersonId,
        (machine, seen_as): (Option<&str>, &str),
        by: Factor,
        now: Wall,
    ) -> Result<Begun, Stop> {
        // Whoever has only a code on paper is not told in the person's place that codes were used.
        let (recovery, used_since) = match by {
            Factor::Code | Factor::Passkey => (None, recovery_codes::told(self.store().db(), person.0).await?),
            Factor::Recovery(used) => (Some(used), 0),
        };
        let failed = tries::told(self.store().db(), person.0).await?;
        let by_auth = by.auth();
        let new = session::New { person: person.0, auth: by_auth, machine: seen_as };
        let secret = session::begin(self.store().db(), new, self.store().limits(), now).await?;
        let machine = machine::known(self.store().keyring(), person, machine)?;
        tracing::info!(%person, auth = by_auth, "signed in");
        Ok(Begun { secret, failed, recovery, used_since, machine })
    }

    /// What stands beside the password, if password, code and the record's fingerprint are all right. A code is looked
    /// at behind a right password only, and only while the basket it comes from does not wait: then even a right one is
    /// not, and nobody is told, because that would tell that the password is right.
    async fn opens(&self, p: &Proof, c: &Credential, person: &Person, now: Wall) -> Result<Option<Factor>, Stop> {
        let store = self.store();
        let right = password::verify(p.password.clone(), Some(c.password.clone())).await?;
        if !(right && self.is_known(c, person)?) {
            let _waits = tries::take(store.db(), person.id.0, tries::PASSWORDS, store.limits()).await?;
            return Ok(None);
        }
        let basket = machine::basket(store.keyring(), person.id, p.machine.as_deref())?;
        self.factor(c, person, &p.code, &basket, now).await
    }

    /// What a code is, if it is right and was not used before; the tries of its basket bound the guesses.
    async fn factor(
        &self,
        c: &Credential,
        person: &Person,
        code: &str,
        basket: &[u8],
        now: Wall,
    ) -> Result<Option<Factor>, Stop> {
        let store = self.store();
        if !tries::take(store.db(), person.id.0, basket, store.limits()).await? {
            return Ok(None);
        }
        let factor = match recovery::read(code) {
            Some(code) => self.use_recovery_code(person, &code).await?.map(Factor::Recovery),
            None => self.use_code(c, person, code, now).await?.then_some(Factor::Code),
        };
        if factor.is_some() {
            tries::right(store.db(), person.id.0, basket).await?;
        }
        Ok(factor)
    }

    /// The same where somebody has a row that is the one the record knows.
    pub(crate) async fn known_factor(
        &self,
        found: Option<Credential>,
        person: &Person,
        code: &str,
        basket: &[u8],
        now: Wall,
    ) -> Result<Option<Factor>, Stop> {
        match found {
            Some(c) if self.is_known(&c, person)? => self.factor(&c, person, code, basket, now).await,
            Some(_) | None => Ok(None),
        }
    }

    /// Whether a code of the app is right; its step is used up.
    async fn use_code(&self, c: &Credential, person: &Person, code: &str, now: Wall) -> Result<bool, Stop> {
        let seed = self.store().keyring().unseal(&c.totp)?;
        let Some(step) = totp::step_at(&seed, code, now)? else { return Ok(false) };
        credential::use_step(self.store().db(), person.id.0, step).await
    }

    /// Whether the row is the one the record knows.
    fn is_known(&self, c: &Credential, person: &Person) -> Result<bool, Stop> {
        let fingerprint = hex(&self.store().keyring().digest(&c.fingerprinted())?);
        let known = person.keys.iter().any(|k| k.kind == KeyKind::Password && k.fingerprint == fingerprint);
        if !known {
            tracing::error!(person = %person.id, "a credential row is not the one the record knows");
        }
        Ok(known)
    }

    /// The caller of a session secret; `None` when the session ended or the person has no seat.
    pub async fn caller(&self, secret: &str) -> Result<Option<(Caller, Person)>, Stop> {
        Ok(self.enter(secret).await?.map(|entered| (entered.caller, entered.person)))
    }

    /// The caller of a session secret with the snapshot that said so: what they ask next is answered from the same.
    pub async fn enter(&self, secret: &str) -> Result<Option<Entered>, Stop> {
        let Some((entered, untouched)) = self.look_up(secret).await? else { return Ok(None) };
        if !untouched {
            return Ok(Some(entered));
        }
        // Nobody holds one connection while waiting for another.
        let now = self.store().wall(&entered.look);
        drop(entered);
        // Reading goes on when nothing can be written, on a full disk for instance: the session ends a little earlier.
        match session::touch(self.store().db(), secret, now).await {
            Err(stop) if stop.is_passing() => tracing::warn!(%stop, "that a session was used could not be noted"),
            touched => touched?,
        }
        Ok(self.look_up(secret).await?.map(|(entered, _)| entered))
    }

    /// The same without noting that the session was used: for a page that looks by itself while nobody does.
    pub async fn still_in(&self, secret: &str) -> Result<Option<Entered>, Stop> {
        Ok(self.look_up(secret).await?.map(|(entered, _)| entered))
    }

    async fn look_up(&self, secret: &str) -> Result<Option<(Entered, bool)>, Stop> {
        let mut look = self.store().look().await?;
        let wall = self.store().wall(&look);
        let found = session::of(look.tx(), secret, self.store().limits(), wall).await?;
        let Some(signed_in) = found else { return Ok(None) };
        let id = PersonId(signed_in.person);
        let person = look.find::<Person>(id).await?;
        let now = look.now().0;
        let seated = person.filter(|p| p.seated(now));
        let stale = wall.0 - signed_in.stepped_at > self.store().limits().step_up;
        let caller = Caller { stale, ..Caller::person(id, &signed_in.auth) };
        Ok(seated.map(|person| (Entered { look, caller, person, token: None }, signed_in.untouched)))
    }

    /// Ends a session.
    pub async fn sign_out(&self, secret: &str) -> Result<(), Stop> {
        session::end(self.store().db(), secret).await
    }
}
