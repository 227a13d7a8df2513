//! Single sign-on: who an identity provider says it is becomes a person of the record, and nobody else. A door has
//! verified what was said (signature, audience, nonce, times) before it comes here; here it is asked whose account the
//! subject is bound to, whether the provider may speak for that person at all, and whether they have a seat. An
//! e-mail address or a name is never looked at. Why somebody was not let in is told to nobody: the log has it.

use plantgate_domain::{
    base::{Actor, Instant, Kind, PersonId, ProviderId, SiteId, Why, auth},
    event::qualify::{Employer, KeyAdded, KeyKind, OwnerRole, RoleAt},
    qualify::{
        groups::{Followed, follow, lapsing, may_follow},
        person::{Person, Seat},
    },
};
use plantgate_store::{
    Stop,
    clock::Wall,
    keyring::{Keyring, hex},
    look::Look,
    memory::Memory,
    ops::{recovery as recovery_codes, session, sign_on, sign_on::Bound, tries},
    writer::new_request,
};

use super::Proved;
use crate::{
    act::{App, Caller},
    names,
    qualify::{
        credential::INVITATION,
        groups::{GiveByGroups, LapseGroups, TakeByGroups},
        sign_on::{BindSignOn, issuer as issuer_of, taken},
    },
};

/// Hexadecimal digits by which a binding names its issuer.
const ISSUER: usize = 16;

/// Whose people an identity provider may sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Side {
    Owner,
    /// One provider's, by its reference.
    Provider(String),
}

/// A role that a group asks for, with the site by its reference; `None`: at every site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapped {
    pub role: OwnerRole,
    pub site: Option<String>,
}

/// What an identity provider said of somebody, verified by the door that asked it.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// Name of the provider in the configuration.
    pub provider: String,
    pub side: Side,
    pub issuer: String,
    pub subject: String,
    /// Class and methods of how they proved themselves there, where it says so.
    pub acr: Option<String>,
    pub amr: Vec<String>,
    /// When they did, wall seconds; unknown counts as long ago.
    pub auth_time: Option<i64>,
    /// Whether roles follow the groups that this provider tells. Of all of the owner's one does at most, so that none
    /// takes what another gave.
    pub follows: bool,
    /// Roles that their groups ask for; `None` when it said nothing of groups, which changes nothing.
    pub roles: Option<Vec<Mapped>>,
}

impl Vouched {
    fn auth(&self) -> String {
        auth::by_sign_on(&self.provider, self.acr.as_deref(), &self.amr)
    }
}

/// Somebody signed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedOn {
    /// Of the session.
    pub secret: String,
    /// Wrong tries and used recovery codes since the last sign-in, which the person is told.
    pub failed: i64,
    pub used_since: u64,
    /// Roles that their groups gave and took just now.
    pub given: usize,
    pub taken: usize,
}

/// By which a binding to an issuer is known from one to another: keyed, so that the record names no issuer.
fn of_issuer(keyring: &Keyring, issuer: &str) -> Result<String, Stop> {
    let digest = hex(&keyring.digest(format!("sign-on issuer\n{issuer}").as_bytes())?);
    Ok(digest.chars().take(ISSUER).collect())
}

fn of_subject(keyring: &Keyring, v: &Vouched) -> Result<Vec<u8>, Stop> {
    keyring.digest(format!("sign-on subject\n{}\n{}", v.issuer, v.subject).as_bytes())
}

/// What the record knows a binding by: without the row's salt it leads to no account elsewhere.
fn fingerprint(keyring: &Keyring, v: &Vouched, bound: &Bound) -> Result<String, Stop> {
    let all = format!("sign-on\n{}\n{}\n{}\n{}", bound.person, hex(&bound.salt), v.issuer, v.subject);
    Ok(format!("{}.{}", of_issuer(keyring, &v.issuer)?, hex(&keyring.digest(all.as_bytes())?)))
}

fn not_in(v: &Vouched, why: &'static str) -> Option<SignedOn> {
    tracing::warn!(provider = v.provider, why, "a sign-on was refused");
    None
}

impl App {
    /// Begins a session for whoever an identity provider vouches for; `None` when no account opens by it now.
    pub async fn sign_on(&self, v: &Vouched, seen_as: &str) -> Result<Option<SignedOn>, Stop> {
        let store = self.store();
        let mut look = store.look().await?;
        let (now, wall) = (look.now().0, store.wall(&look));
        let (person, account) = match self.whose(&mut look, v, now).await? {
            Ok(found) => found,
            Err(why) => return Ok(not_in(v, why)),
        };
        let asked = match &v.roles {
            Some(mapped) if v.follows && person.facts.employer == Employer::Owner => {
                Some(roles(&mut look, mapped).await?)
            }
            Some(_) | None => None,
        };
        drop(look);
        let digest = of_subject(store.keyring(), v)?;
        let (given, taken) = match asked {
            Some(asked) => {
                sign_on::told(store.db(), &digest, wall).await?;
                self.follow_groups((&person, account), v, asked).await?
            }
            None => (0, 0),
        };
        let (id, by) = (person.id, v.auth());
        let used_since = recovery_codes::told(store.db(), id.0).await?;
        let failed = tries::told(store.db(), id.0).await?;
        let new = session::New { person: id.0, auth: &by, machine: seen_as };
        let at = (wall, Wall(v.auth_time.unwrap_or_default()));
        let begun = session::begin_elsewhere(store.db(), new, store.limits(), at, &digest).await?;
        let Some(secret) = begun else { return Ok(not_in(v, "the binding went meanwhile")) };
        tracing::info!(person = %id, auth = by, "signed on");
        Ok(Some(SignedOn { secret, failed, used_since, given, taken }))
    }

    /// The person a subject is bound to and the binding's fingerprint, if the provider may speak for them and they have
    /// a seat; else why not, for the log alone.
    async fn whose(
        &self,
        look: &mut Look,
        v: &Vouched,
        now: Instant,
    ) -> Result<Result<(Person, String), &'static str>, Stop> {
        let keyring = self.store().keyring();
        let Some(bound) = sign_on::of(look.tx(), &of_subject(keyring, v)?).await? else {
            return Ok(Err("the subject is bound to nobody"));
        };
        let Some(person) = look.find::<Person>(PersonId(bound.person)).await? else {
            return Ok(Err("the person is gone"));
        };
        let account = fingerprint(keyring, v, &bound)?;
        if !knows(&person, &account) {
            return Ok(Err("the record does not know the binding"));
        }
        if !speaks_for(look, &v.side, &person).await? {
            return Ok(Err("the provider may not speak for them"));
        }
        Ok(if person.seated(now) { Ok((person, account)) } else { Err("they have no seat") })
    }

    /// How many roles the groups gave and took. A role that cannot be given now is given next time; what is taken is
    /// taken before anybody comes in.
    async fn follow_groups(
        &self,
        (person, account): (&Person, String),
        v: &Vouched,
        asked: Vec<RoleAt>,
    ) -> Result<(usize, usize), Stop> {
        let Followed { given, taken } = follow(person, &asked);
        let id = person.id;
        let auth = Some(auth::by_sign_on(&v.provider, None, &[]));
        let caller = Caller { actor: Actor::IdentityProvider, auth, stale: false };
        let mut done = (0, 0);
        if !taken.is_empty() {
            let act = TakeByGroups { person: id, account: account.clone(), asked: asked.clone() };
            done.1 = match self.act(&caller, new_request()?, act).await {
                Ok(answer) => answer.done,
                // It was bound no more, or left: they do not come in either.
                Err(Stop::NotFound) => return Ok(done),
                Err(stop) => return Err(stop),
            };
        }
        if !given.is_empty() {
            match self.act(&caller, new_request()?, GiveByGroups { person: id, account, asked }).await {
                Ok(answer) => done.0 = answer.done,
                Err(Stop::NotFound) => {}
                Err(Stop::Refused(r)) => tracing::warn!(person = %id, rule = r.rule, "groups gave no role"),
                Err(stop) => return Err(stop),
            }
        }
        Ok(done)
    }

    /// Binds an account to the very person who proved just now that it is theirs: by the link in, or at a session.
    /// One subject leads to one person; of one issuer a person has one subject, and a new one replaces it.
    pub async fn bind_sign_on(&self, caller: &Caller, v: &Vouched) -> Result<(), Stop> {
        caller.fresh()?;
        let (store, keyring) = (self.store(), self.store().keyring());
        let id = caller.actor.person().ok_or(Stop::NotFound)?;
        let mut look = store.look().await?;
        let person: Person = look.get(id).await?;
        let may = match caller.auth.as_deref() {
            Some(INVITATION) => !person.has_way_in() && person.seat != Seat::Suspended,
            by => auth::sign_on(by).is_none() && person.seated(look.now().0),
        };
        if !may {
            return Err(Stop::NotFound);
        }
        if !speaks_for(&mut look, &v.side, &person).await? {
            return Err(Stop::field("provider", Why::of("invalid-sign-on-side")));
        }
        let digest = of_subject(keyring, v)?;
        let stands = sign_on::of(look.tx(), &digest).await?;
        let stale = match &stands {
            None => None,
            Some(bound) => match look.find::<Person>(PersonId(bound.person)).await? {
                Some(of) if !knows(&of, &fingerprint(keyring, v, bound)?) => Some(bound),
                None => Some(bound),
                Some(of) if of.id == id => return Ok(()),
                Some(_) => return Err(taken()),
            },
        };
        drop(look);
        let of = of_issuer(keyring, &v.issuer)?;
        let new = sign_on::New { digest: &digest, person: id.0, issuer: &of };
        let leads = sign_on::bind(store.db(), new, stale).await?;
        let bound = leads.filter(|bound| bound.person == id.0).ok_or_else(taken)?;
        let act = BindSignOn { person: id, fingerprint: fingerprint(keyring, v, &bound)? };
        let done = self.act(caller, new_request()?, act).await;
        // Where nobody knows the outcome the record may have it; a row that it does not have opens nothing.
        if matches!(&done, Err(stop) if !matches!(stop, Stop::OutcomeUnknown)) {
            sign_on::drop_row(store.db(), &digest, &bound).await?;
        }
        done.map(|_| ())
    }

    /// Takes roles of groups from whom no identity provider has spoken of for `Limits::group_days`, also where they
    /// come in by another way or their programs do; how many it were. What protects people and equipment stays
    /// (`lapsing`): a control room that a directory does not reach goes on.
    pub async fn lapse_groups(&self) -> Result<usize, Stop> {
        let store = self.store();
        let mut look = store.look().await?;
        let (since, rules) = (store.wall(&look).0 - store.limits().group_days * 86_400, look.rules());
        let told = sign_on::last_told(look.tx()).await?;
        let mut late = Vec::new();
        for kept in look.every(Kind::Person).await? {
            let person = Person::try_from(kept.thing)?;
            let silent = told.get(&person.id.0).is_none_or(|at| *at < since);
            if silent && !lapsing(&person, &rules).is_empty() {
                late.push(person.id);
            }
        }
        drop(look);
        let auth = Some(auth::SILENCE.to_owned());
        let (caller, mut taken) = (Caller { actor: Actor::IdentityProvider, auth, stale: false }, 0);
        for person in late {
            taken += self.act(&caller, new_request()?, LapseGroups { person }).await?.done;
        }
        Ok(taken)
    }

    /// Proves a session anew by an identity provider that was asked to let its person sign in once more.
    pub async fn prove_by_sign_on(&self, secret: &str, v: &Vouched) -> Result<Proved, Stop> {
        let store = self.store();
        let Some((mut entered, _)) = self.look_up(secret).await? else { return Ok(Proved::Ended) };
        let (now, wall) = (entered.look.now().0, store.wall(&entered.look));
        let whose = self.whose(&mut entered.look, v, now).await?;
        let me = entered.person.id;
        // Nobody holds one connection while waiting for another.
        drop(entered.look);
        match whose {
            Ok((person, _)) if person.id == me => {
                let renewed = session::renew(store.db(), secret, &v.auth(), wall).await?;
                Ok(renewed.map_or(Proved::Ended, |secret| Proved::Yes(secret, None)))
            }
            Ok(_) | Err(_) => {
                tries::note(store.db(), me.0).await?;
                Ok(Proved::Wrong)
            }
        }
    }

    /// Uses up an answer of an identity provider; `false` when it was used before.
    pub async fn use_up_answer(&self, state: &str, until: i64, now: i64) -> Result<bool, Stop> {
        let digest = self.store().keyring().digest(format!("sign-on state\n{state}").as_bytes())?;
        sign_on::use_up(self.store().db(), &digest, until, Wall(now)).await
    }

    /// Whether a person is bound to an issuer.
    pub fn is_bound(&self, person: &Person, issuer: &str) -> Result<bool, Stop> {
        for key in &person.keys {
            if self.is_of_issuer(key, issuer)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a credential is an account at an issuer.
    pub fn is_of_issuer(&self, key: &KeyAdded, issuer: &str) -> Result<bool, Stop> {
        let of = of_issuer(self.store().keyring(), issuer)?;
        Ok(key.kind == KeyKind::SignOn && issuer_of(&key.fingerprint) == of)
    }
}

fn knows(person: &Person, fingerprint: &str) -> bool {
    person.keys.iter().any(|k| k.kind == KeyKind::SignOn && k.fingerprint == fingerprint)
}

/// ours for our people, a provider's for its own people; a machine signs on nowhere.
pub async fn speaks_for(look: &mut Look, side: &Side, person: &Person) -> Result<bool, Stop> {
    if person.service.is_some() {
        return Ok(false);
    }
    Ok(match (side, person.facts.employer) {
        (Side::Owner, Employer::Owner) => true,
        (Side::Provider(reference), Employer::Provider(id)) => {
            let on = names::find(look, Kind::Provider, reference).await?;
            on.is_some_and(|on| ProviderId(on.id) == id)
        }
        (Side::Owner, Employer::Provider(_)) | (Side::Provider(_), Employer::Owner) => false,
    })
}

/// The roles that groups ask for; one at a site that nobody knows is none.
async fn roles(look: &mut Look, mapped: &[Mapped]) -> Result<Vec<RoleAt>, Stop> {
    let mut roles = Vec::new();
    for one in mapped.iter().filter(|m| may_follow(m.role)) {
        let site = match &one.site {
            None => None,
            Some(reference) => match names::find(look, Kind::Site, reference).await? {
                Some(on) => Some(SiteId(on.id)),
                None => {
                    tracing::warn!(site = reference, "a group's role is for a site that is not registered");
                    continue;
                }
            },
        };
        let role = RoleAt { role: one.role, site };
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(roles)
}
