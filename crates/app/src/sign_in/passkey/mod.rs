//! Passkeys (WebAuthn Level 3): what a browser is asked, and whether what came back is an answer to it. The library
//! checks origin, relying party, type, challenge, signature, that the user was present and *verified*, and the counter;
//! this house adds whose the passkey is by the record, that a ceremony is good once, for one thing, in one browser, and
//! that a person who may not come in now does not.
//!
//! A ceremony is kept by nobody: its state travels sealed with the browser (a ticket), so that whoever asks for a
//! million challenges fills no table. Only a right answer leaves a row: that its ceremony is used up.

mod add;
mod come;
mod site;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use plantgate_domain::{
    base::PersonId,
    event::qualify::{KeyKind, PasskeyDoubted},
    qualify::person::Person,
};
use plantgate_store::{
    Stop,
    clock::Wall,
    keyring::hex,
    look::Look,
    memory::Memory,
    ops::passkey::{self, Kept, Use},
    writer::new_request,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions,
    bin::{Decode as _, Encode as _},
    request::{auth::AuthenticationVerificationOptions, register::UserHandle16},
    response::{
        CredentialId,
        auth::error::AuthCeremonyErr,
        register::{CompressedPubKey, DynamicState, StaticState},
    },
};

use crate::{
    act::{App, Caller},
    qualify::passkey::NotePasskeyDoubted,
};

pub use add::Shown;
pub use come::Beside;
pub use site::Site;

/// What a ceremony is for. A ticket for one thing is none for another.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// `sign-in`, `add`, `prove`, or `sign:` with what is signed ([`App::subject`]).
    pub what: &'a str,
    /// The session in which it is wished; empty at the sign-in page.
    pub session: &'a str,
}

/// What a ceremony for a new proof is for.
const PROVE: &str = "prove";

impl<'a> Wish<'a> {
    /// To prove oneself anew in a session, named by [`super::session_name`].
    pub const fn prove(session: &'a str) -> Wish<'a> {
        Wish { what: PROVE, session }
    }
    /// To come in.
    pub const SIGN_IN: Wish<'static> = Wish { what: "sign-in", session: "" };
}

/// What a browser is asked, and the ticket that comes back with its answer.
#[derive(Clone, Debug)]
pub struct Challenge {
    pub ticket: String,
    /// `PublicKeyCredentialRequestOptionsJSON` or `PublicKeyCredentialCreationOptionsJSON`.
    pub options: Value,
}

/// What came back: a ticket, and the credential in the browser's JSON.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Empty where it travelled in a cookie.
    #[serde(default)]
    pub ticket: String,
    pub credential: Value,
}

impl Given {
    /// Reads what a form carried.
    pub fn read(text: &str) -> Option<Given> {
        serde_json::from_str(text).ok()
    }
}

/// A public key as it is kept: Ed25519, P-256, P-384 or RSA.
type PublicKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// A ceremony on its way, sealed. The first word keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
struct Ticket {
    passkey_for: String,
    session: String,
    /// The library's own state: challenge, what was asked, until when.
    state: String,
    until: i64,
}

/// A ticket that was opened.
struct Ceremony {
    state: Vec<u8>,
    until: i64,
}

impl Ceremony {
    /// One use by a request.
    fn once(&self, request: Uuid) -> Use {
        use sha2::{Digest as _, Sha256};
        Use { ceremony: Sha256::digest(&self.state).to_vec(), request, until: self.until }
    }
}

/// Why an answer was none. Nobody is told which; the log is.
struct No {
    why: String,
    /// Whose passkey it was, where the record knows it.
    whose: Option<PersonId>,
}

impl No {
    fn because(why: impl std::fmt::Display) -> No {
        No { why: why.to_string(), whose: None }
    }
}

/// A passkey that gave a right answer, once.
pub(crate) struct Holder {
    pub person: Person,
    /// By which the record knows the passkey.
    pub fingerprint: String,
}

impl App {
    /// What a browser is asked for to show a passkey: one that names its owner, with the owner verified.
    pub fn passkey_challenge(&self, site: &Site, wish: &Wish<'_>) -> Result<Challenge, Stop> {
        let rp = site.rp()?;
        let options = DiscoverableCredentialRequestOptions::passkey(&rp);
        let (server, client) = options.start_ceremony().map_err(Stop::fault)?;
        let state = server.encode().map_err(Stop::fault)?;
        self.challenge(wish, &state, serde_json::to_value(&client).map_err(Stop::fault)?)
    }

    /// What a signature is about, for the ticket of its ceremony: who signs which request, and all that was shown.
    pub fn subject(
        &self,
        person: PersonId,
        request: Uuid,
        wanted: &plantgate_store::stop::Unsigned,
    ) -> Result<String, Stop> {
        let about = serde_json::json!({ "person": person, "request": request, "signs": crate::sign::told(wanted) });
        Ok(format!("sign:{}", hex(&self.store().keyring().digest(format!("passkey signs {about}").as_bytes())?)))
    }

    fn challenge(&self, wish: &Wish<'_>, state: &[u8], options: Value) -> Result<Challenge, Stop> {
        let ticket = Ticket {
            passkey_for: wish.what.to_owned(),
            session: wish.session.to_owned(),
            state: BASE64.encode(state),
            until: Wall::now().0 + self.store().limits().passkey_secs,
        };
        let ticket = self.store().keyring().seal(&serde_json::to_vec(&ticket).map_err(Stop::fault)?)?;
        Ok(Challenge { ticket, options })
    }

    /// Opens a ticket, if it is for this wish and not too old.
    fn ceremony(&self, wish: &Wish<'_>, sealed: &str) -> Result<Ceremony, No> {
        let opened = self.store().keyring().unseal_brought(sealed).ok_or_else(|| No::because("no ticket"))?;
        let ticket: Ticket = serde_json::from_slice(&opened).map_err(|_| No::because("another ticket"))?;
        if ticket.passkey_for != wish.what || ticket.session != wish.session {
            return Err(No::because("a ticket for something else, or of another session"));
        }
        if ticket.until <= Wall::now().0 {
            return Err(No::because("the ticket is too old"));
        }
        let state = BASE64.decode(&ticket.state).map_err(No::because)?;
        Ok(Ceremony { state, until: ticket.until })
    }

    /// Whether the row is the one the record knows.
    fn knows(&self, row: &Kept, person: &Person) -> Result<bool, Stop> {
        let stands = row.passkey.fingerprint(self.store().keyring())?;
        let known = person.keys.iter().any(|k| k.kind == KeyKind::Passkey && k.fingerprint == stands);
        if stands != row.fingerprint {
            tracing::error!(person = %person.id, "a passkey's row is not the one the record knows");
        }
        Ok(known && stands == row.fingerprint)
    }

    /// Who gave a right answer to a ceremony, which is used up by it.
    pub(crate) async fn holder(
        &self,
        site: &Site,
        wish: &Wish<'_>,
        given: &Given,
    ) -> Result<Result<Holder, Option<PersonId>>, Stop> {
        let no = match self.judged(site, wish, given).await? {
            Ok(holder) => return Ok(Ok(holder)),
            Err(no) => no,
        };
        let whose = no.whose.map(|p| p.to_string());
        tracing::warn!(person = whose, wish = wish.what.split(':').next(), why = no.why, "a passkey was refused");
        Ok(Err(no.whose))
    }

    async fn judged(&self, site: &Site, wish: &Wish<'_>, given: &Given) -> Result<Result<Holder, No>, Stop> {
        let ceremony = match self.ceremony(wish, &given.ticket) {
            Ok(ceremony) => ceremony,
            Err(no) => return Ok(Err(no)),
        };
        let json = serde_json::to_vec(&given.credential).map_err(Stop::fault)?;
        let answer = match DiscoverableAuthentication16::from_json_relaxed(&json) {
            Ok(answer) => answer,
            Err(why) => return Ok(Err(No::because(why))),
        };
        let (mut look, once) = (self.store().look().await?, ceremony.once(new_request()?));
        // Asked before the counter is: a form sent twice is no copy of a device.
        if passkey::is_spent(look.tx(), &once).await? {
            return Ok(Err(No::because("the ceremony was used up")));
        }
        let Some((row, person)) = self.row(&mut look, answer.raw_id().as_ref()).await? else {
            return Ok(Err(No::because("nobody's passkey")));
        };
        let now = look.now().0;
        drop(look);
        let no = |why: String| Ok(Err(No { why, whose: Some(person.id) }));
        if !person.seated(now) {
            return no("its owner has no seat".to_owned());
        }
        let state = match checked(site, &ceremony, &answer, &row)? {
            Ok(state) => state,
            Err(AuthCeremonyErr::SignatureCounter) => {
                self.doubt(&person, &row).await?;
                return no("its counter did not go on".to_owned());
            }
            Err(why) => return no(why.to_string()),
        };
        if !passkey::used(self.store().db(), &row, &state, &once).await? {
            return no("the ceremony was just used up, or another answer was faster".to_owned());
        }
        Ok(Ok(Holder { fingerprint: row.fingerprint, person }))
    }

    /// The passkey of an id with its owner, if the record knows it.
    async fn row(&self, look: &mut Look, id: &[u8]) -> Result<Option<(Kept, Person)>, Stop> {
        let Some(row) = passkey::of(look.tx(), id).await? else { return Ok(None) };
        let Some(person) = look.find::<Person>(PersonId(row.passkey.person)).await? else { return Ok(None) };
        Ok(self.knows(&row, &person)?.then_some((row, person)))
    }

    /// A counter that did not go on is told to its owner and stands in the record: whoever has a copy of a passkey
    /// comes in by it until it is taken away.
    async fn doubt(&self, person: &Person, row: &Kept) -> Result<(), Stop> {
        passkey::doubt(self.store().db(), &row.passkey.id).await?;
        let note = NotePasskeyDoubted { doubted: PasskeyDoubted { fingerprint: row.fingerprint.clone() } };
        let owner = Caller::person(person.id, plantgate_domain::base::auth::PASSKEY);
        self.act(&owner, new_request()?, note).await.map(|_| ())
    }
}

/// The library's judgement; the passkey's new state where the answer is right.
fn checked(
    site: &Site,
    ceremony: &Ceremony,
    answer: &DiscoverableAuthentication16,
    row: &Kept,
) -> Result<Result<Vec<u8>, AuthCeremonyErr>, Stop> {
    let server = DiscoverableAuthenticationServerState::decode(&ceremony.state).map_err(Stop::fault)?;
    let Ok(user) = UserHandle16::decode(row.passkey.person.into_bytes());
    let id = CredentialId::decode(row.passkey.id.as_slice()).map_err(Stop::fault)?;
    let fixed = StaticState::<PublicKey>::decode(&row.passkey.public).map_err(Stop::fault)?;
    let state = row.state.as_slice().try_into().map_err(Stop::fault)?;
    let state = DynamicState::decode(state).map_err(Stop::fault)?;
    let mut known = AuthenticatedCredential::new(id, &user, fixed, state).map_err(Stop::fault)?;
    let origins = [site.origin()];
    let options = AuthenticationVerificationOptions::<'_, '_, &str, &str> {
        allowed_origins: &origins,
        // An authenticator may say more than it was asked; nothing of it is used (WebAuthn Level 3 §7.2 step 23).
        error_on_unsolicited_extensions: false,
        ..AuthenticationVerificationOptions::default()
    };
    if let Err(why) = server.verify(&site.rp()?, answer, &mut known, &options) {
        return Ok(Err(why));
    }
    let Ok(state) = known.dynamic_state().encode();
    Ok(Ok(state.to_vec()))
}
