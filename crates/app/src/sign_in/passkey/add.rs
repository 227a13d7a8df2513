//! A new passkey: its owner has just proven who they are, names it, and their device makes it with them verified.
//! Kept first, then said: a row that the record does not know opens nothing, one that it knows is there.

use plantgate_domain::{
    base::{Instant, PersonId, Why},
    event::qualify::KeyKind,
    qualify::person::Person,
};
use plantgate_store::{
    Stop,
    look::Look,
    memory::Memory,
    ops::passkey::{self, Kept, Passkey},
};
use uuid::Uuid;
use webauthn_rp::{
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
    bin::{Decode as _, Encode as _},
    request::{
        ExtensionInfo, PublicKeyCredentialDescriptor,
        register::{
            CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16,
            Username,
        },
    },
    response::{AuthTransports, CredentialId, register::error::RegCeremonyErr},
};

use super::{Ceremony, Challenge, Given, Site, Wish};
use crate::{
    act::{Answer, App, Caller},
    names,
    qualify::passkey::AddPasskey,
};

/// Longest name of a passkey, in characters.
const NAME: usize = 60;
/// What a ceremony for a new passkey is for.
const ADD: &str = "add";

/// A passkey as its owner and administrators are shown it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub fingerprint: String,
    pub name: String,
    pub made: Instant,
    pub used: Option<Instant>,
    /// When its counter last did not go on: there may be a copy of it.
    pub doubted: Option<Instant>,
}

/// What the library made of an answer.
struct Made {
    passkey: Passkey,
    state: Vec<u8>,
}

impl App {
    /// A person's passkeys that the record knows, oldest first.
    pub async fn passkeys(&self, look: &mut Look, of: &Person) -> Result<Vec<Shown>, Stop> {
        let at = |secs: i64| Instant::from_micros(secs.saturating_mul(1_000_000));
        let shown = |k: Kept| Shown {
            fingerprint: k.fingerprint,
            name: k.passkey.name,
            made: at(k.made_at),
            used: k.used_at.map(at),
            doubted: k.doubted_at.map(at),
        };
        Ok(self.known(look, of).await?.into_iter().map(shown).collect())
    }

    async fn known(&self, look: &mut Look, of: &Person) -> Result<Vec<Kept>, Stop> {
        let mut known = passkey::all(look.tx(), of.id.0).await?;
        known.retain(|k| of.keys.iter().any(|key| key.kind == KeyKind::Passkey && key.fingerprint == k.fingerprint));
        Ok(known)
    }

    /// What the caller's browser is asked for to make them a passkey; none that they have is made again.
    pub async fn passkey_offer(&self, site: &Site, caller: &Caller, session: &str) -> Result<Challenge, Stop> {
        caller.fresh()?;
        let mut look = self.store().look().await?;
        let who: Person = look.get(caller.actor.person().ok_or(Stop::NotFound)?).await?;
        let handle = look.open_private(&who.facts.handle).await?.unwrap_or_default();
        let name = look.open_private(&who.facts.name).await?.unwrap_or_default();
        let known = self.known(&mut look, &who).await?;
        drop(look);
        let mut exclude = Vec::new();
        for k in known {
            let id = CredentialId::decode(k.passkey.id).map_err(Stop::fault)?;
            let transports = AuthTransports::decode(k.passkey.transports).map_err(Stop::fault)?;
            exclude.push(PublicKeyCredentialDescriptor { id, transports });
        }
        // The handle is the id that stands in every entry of theirs: it says nothing of who they are.
        let Ok(id) = UserHandle16::decode(who.id.0.into_bytes());
        // Names are for the device's own list; one that its rules do not take (RFC 8265, RFC 8266) is replaced.
        let fallback = who.id.to_string();
        let login = Username::try_from(handle.as_str()).or_else(|_| Username::try_from(fallback.as_str()));
        let user = PublicKeyCredentialUserEntity {
            name: login.map_err(Stop::fault)?,
            id: &id,
            display_name: Nickname::try_from(name.as_str()).ok(),
        };
        let rp = site.rp()?;
        let mut options = PublicKeyCredentialCreationOptions::passkey(&rp, user, exclude);
        // A device that can keep the passkey from whoever it did not check shall; one that has no such thing, as most
        // that are built into a machine, is taken all the same: no answer without the check is taken here.
        options.extensions.cred_protect = CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
        let (server, client) = options.start_ceremony().map_err(Stop::fault)?;
        let state = server.encode().map_err(Stop::fault)?;
        let options = serde_json::to_value(&client).map_err(Stop::fault)?;
        self.challenge(&Wish { what: ADD, session }, &state, options)
    }

    /// Adds the passkey that the caller's device made.
    pub async fn add_passkey(
        &self,
        site: &Site,
        caller: &Caller,
        (session, request): (&str, Uuid),
        name: &str,
        given: Option<&Given>,
    ) -> Result<Answer<PersonId>, Stop> {
        caller.fresh()?;
        let owner = caller.actor.person().ok_or(Stop::NotFound)?;
        let name = names::text(NAME, "name", name)?;
        // Whoever proved themselves on the way here came without one: the button is pressed once more.
        let given = given.ok_or_else(|| Stop::field("passkey", Why::of("invalid-passkey-again")))?;
        let not = || Stop::field("passkey", Why::of("invalid-passkey-answer"));
        let ceremony = self.ceremony(&Wish { what: ADD, session }, &given.ticket).map_err(|_| not())?;
        let made = match made(site, &ceremony, given, owner, &name)? {
            Ok(made) => made,
            Err(why) => {
                tracing::warn!(person = %owner, why, "a new passkey was refused");
                return Err(not());
            }
        };
        if !passkey::use_up(self.store().db(), &ceremony.once(request)).await? {
            return Err(not());
        }
        let fingerprint = made.passkey.fingerprint(self.store().keyring())?;
        if !passkey::keep(self.store().db(), &made.passkey, &fingerprint, &made.state).await? {
            return Err(not());
        }
        let act = AddPasskey { person: owner, fingerprint: fingerprint.clone() };
        let answer = self.act(caller, request, act).await;
        // Where nobody knows the outcome the record may have it; a row that it does not have opens nothing.
        if matches!(&answer, Err(stop) if !matches!(stop, Stop::OutcomeUnknown)) {
            passkey::drop_row(self.store().db(), owner.0, &fingerprint).await?;
        }
        answer
    }
}

fn made(
    site: &Site,
    ceremony: &Ceremony,
    given: &Given,
    owner: PersonId,
    name: &str,
) -> Result<Result<Made, String>, Stop> {
    let server = RegistrationServerState::<16>::decode(&ceremony.state).map_err(Stop::fault)?;
    let json = serde_json::to_vec(&given.credential).map_err(Stop::fault)?;
    let answer = match Registration::from_json_relaxed(&json) {
        Ok(answer) => answer,
        Err(why) => return Ok(Err(why.to_string())),
    };
    let origins = [site.origin()];
    let options = RegistrationVerificationOptions::<'_, '_, &str, &str> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let verified: Result<_, RegCeremonyErr> = server.verify(&site.rp()?, &answer, &options);
    let new = match verified {
        Ok(new) => new,
        Err(why) => return Ok(Err(why.to_string())),
    };
    if new.user_id().as_ref() != owner.0.as_bytes() {
        return Ok(Err("asked by somebody else".to_owned()));
    }
    let Ok(public) = new.static_state().encode();
    let Ok(state) = new.dynamic_state().encode();
    let Ok(transports) = new.transports().encode();
    let id = new.id().as_ref().to_vec();
    let passkey = Passkey { id, person: owner.0, public, transports, name: name.to_owned() };
    Ok(Ok(Made { passkey, state: state.to_vec() }))
}
