//! A provider's contact is asked by a mailed link who still works for it and needs access. The link names
//! nobody: it carries the provider and a secret of which the record keeps the hash. Answers are the contact's by the
//! link, which proves that somebody had the mail and no more; who left goes the way of every leaver notice.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use plantgate_domain::{
    base::{DAY, Day, Instant, Invalid, Kind, Party, PersonId, ProviderId, Why, ZoneName, auth},
    event::{
        expect::{
            PeopleAnswered, PeopleAskClosed, PeopleAsked, PeopleConfirmed, PeopleSays, PersonSaid, ProviderEvent,
        },
        qualify::{NoticeKind, NoticeReceived, PersonEvent},
    },
    expect::{people_ask::PeopleAsk, provider::Provider},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{notice, seat};
use crate::{
    act::{Act, App},
    names,
    power::{GiveNotice, May, Place, SendRequests},
    reach,
};

/// How somebody proved who they are who came by such a link: they had the mail.
pub const BY_LINK: &str = auth::MAILED_LINK;
/// People in one entry; a longer list is several.
const PART: usize = 100;
/// Bytes of a link: the provider, and the secret.
const LINK: usize = 16 + 32;

/// Asks a contact of a provider. An earlier link that is still open is replaced.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskPeople {
    pub provider: String,
    /// One of the provider's people.
    pub contact: String,
    /// SHA-256 of the link's secret, 64 hexadecimal digits; the secret itself never comes here.
    pub secret_sha256: String,
    /// Days the link opens; absent: as the rules say.
    #[serde(default)]
    pub days: Option<i64>,
}

/// An ask, by its id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AskDone {
    pub provider: ProviderId,
    pub ask: Uuid,
}

impl Act for AskPeople {
    const NAME: &'static str = "ask-people";
    type Power = SendRequests;
    type Done = AskDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.provider).await
    }

    async fn run(self, _may: May<SendRequests>, desk: &mut Desk) -> Result<AskDone, Stop> {
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let contact = seat::named(desk, &self.contact).await?;
        let now = desk.now().0;
        if contact.provider() != Some(provider) || contact.leaves_at().is_some_and(|at| at <= now) {
            return Err(Stop::field("contact", Why::of("invalid-contact-not-theirs")));
        }
        if self.secret_sha256.len() != 64 || !self.secret_sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err(Stop::field("secret_sha256", Why::of("invalid-secret-hash")));
        }
        let rules = desk.rules();
        let days = self.days.unwrap_or(rules.tiers.people_link_days);
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Stop::field("days", Why::of("invalid-link-days").with("most", MOST_DAYS)));
        }
        let asked = PeopleAsked {
            ask: desk.new_id(),
            contact: contact.id,
            secret_sha256: self.secret_sha256,
            until: now.plus_secs(days * DAY),
            remind_at: now.plus_secs(rules.tiers.people_remind_days * DAY),
        };
        let ask = asked.ask;
        desk.append(provider, ProviderEvent::PeopleAsked(asked)).await?;
        Ok(AskDone { provider, ask })
    }
}

/// The longest that a link opens.
pub const MOST_DAYS: i64 = 60;

/// What a contact says of one person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaysOf {
    pub person: String,
    pub says: PeopleSays,
    /// Last day; for who left.
    #[serde(default)]
    pub left_on: Option<Day>,
}

/// Answers by the link, for everybody on the list at once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestPeople {
    pub provider: String,
    /// The secret of the link, as it stands in it.
    pub secret: String,
    pub people: Vec<SaysOf>,
    /// Who is missing on the list.
    #[serde(default)]
    pub missing: Option<String>,
}

impl AttestPeople {
    async fn ask(&self, desk: &mut Desk) -> Result<(ProviderId, PeopleAsk), Stop> {
        let id: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let provider: Provider = desk.get(id).await?;
        let ask = meant(&provider, &self.secret).ok_or(Stop::NotFound)?;
        Ok((id, ask.clone()))
    }
}

impl Act for AttestPeople {
    const NAME: &'static str = "attest-people";
    type Power = GiveNotice;
    type Done = AskDone;

    /// The contact's own affair: they need no account and no role, only a seat and the link.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let (_, ask) = self.ask(desk).await?;
        Ok(Place::own(ask.facts.contact))
    }

    async fn run(self, may: May<GiveNotice>, desk: &mut Desk) -> Result<AskDone, Stop> {
        let (provider, ask) = self.ask(desk).await?;
        ask.may_answer(may.id()?, desk.now().0)?;
        let now = desk.now().0;
        let listed = listed(desk, provider, now).await?;
        let said = self.checked(desk, &listed)?;
        let id = ask.facts.ask;
        for part in said.chunks(PART) {
            let answered = PeopleAnswered { ask: id, people: part.to_vec() };
            desk.append(provider, ProviderEvent::PeopleAnswered(answered)).await?;
        }
        let missing = match self.missing.as_deref().map(str::trim).filter(|m| !m.is_empty()) {
            Some(text) => Some(desk.seal(&names::text(2_000, "missing", text)?)?),
            None => None,
        };
        desk.append(provider, ProviderEvent::PeopleConfirmed(PeopleConfirmed { ask: id, missing })).await?;
        for one in said {
            if let Some(day) = one.left_on {
                left(desk, provider, one.person, day).await?;
            }
        }
        Ok(AskDone { provider, ask: id })
    }
}

impl AttestPeople {
    /// One answer for each on the list, and for nobody else; every complaint names its person's field.
    fn checked(&self, desk: &Desk, listed: &[Person]) -> Result<Vec<PersonSaid>, Stop> {
        let today = ZoneName::utc().day_of(desk.now().0);
        let (mut said, mut wrong) = (Vec::new(), Vec::new());
        let mut complain = |field: String, why: Why| {
            wrong.push(Invalid::field(field, why));
        };
        for person in listed {
            let id = person.id.to_string();
            let named = person.facts.reference.as_deref();
            let mut of = self.people.iter().filter(|s| s.person == id || Some(s.person.as_str()) == named);
            match (of.next(), of.next()) {
                (Some(one), None) => match (one.says, one.left_on) {
                    (PeopleSays::Left, None) => complain(format!("left_on-{id}"), Why::of("invalid-left-no-day")),
                    (PeopleSays::Left, Some(day)) if day > today.plus_days(366) || day < today.plus_days(-3_660) => {
                        complain(format!("left_on-{id}"), Why::of("invalid-left-day"));
                    }
                    (says, day) => {
                        let left_on = day.filter(|_| says == PeopleSays::Left);
                        said.push(PersonSaid { person: person.id, says, left_on });
                    }
                },
                (None, _) | (Some(_), Some(_)) => {
                    complain(format!("says-{id}"), Why::of("invalid-person-not-answered"));
                }
            }
        }
        if wrong.is_empty() { Ok(said) } else { Err(Stop::Invalid(wrong)) }
    }
}

/// A leaver notice as any other: access rests from the end of the last day, running work goes to its safe end. The link
/// is too weak a proof to hold a lateness against the provider: it is kept and does not count.
async fn left(desk: &mut Desk, provider: ProviderId, person: PersonId, day: Day) -> Result<(), Stop> {
    let person: Person = desk.get(person).await?;
    let now = desk.now().0;
    let touches = notice::touched(desk, provider, now).await?;
    // The last day ends where it ends last: nobody loses a day that is still theirs somewhere.
    let ends = touches.iter().map(|t| t.zone.end_of(day)).max();
    let effective_at = ends.unwrap_or_else(|| ZoneName::utc().end_of(day));
    let kind = NoticeKind::Leaver;
    let told = NoticeReceived { kind, effective_at, notified_at: now, party: Party::Unknown, touches };
    if !notice::same(&person, &told) {
        desk.append(person.id, PersonEvent::NoticeReceived(told)).await?;
    }
    Ok(())
}

/// Takes an open link back, or says that what answers left open is settled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosePeopleAsk {
    pub provider: String,
    pub ask: Uuid,
}

impl Act for ClosePeopleAsk {
    const NAME: &'static str = "close-people-ask";
    const IN_DOUBT: bool = true;
    type Power = SendRequests;
    type Done = AskDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.provider).await
    }

    async fn run(self, _may: May<SendRequests>, desk: &mut Desk) -> Result<AskDone, Stop> {
        let id: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let provider: Provider = desk.get(id).await?;
        let ask = provider.asks.iter().find(|a| a.facts.ask == self.ask).ok_or(Stop::NotFound)?;
        ask.may_close(desk.now().0)?;
        desk.append(id, ProviderEvent::PeopleAskClosed(PeopleAskClosed { ask: self.ask })).await?;
        Ok(AskDone { provider: id, ask: self.ask })
    }
}

async fn place(desk: &mut Desk, provider: &str) -> Result<Place, Stop> {
    let id: ProviderId = names::resolve(desk, Kind::Provider, provider, "provider").await?;
    Ok(Place::sites(reach::of_provider(desk, id).await?))
}

/// The provider's people who have not left: everybody who is asked about, and nobody else.
pub async fn listed(memory: &mut impl Memory, provider: ProviderId, now: Instant) -> Result<Vec<Person>, Stop> {
    let mut all: Vec<Person> = memory.of("employer", provider).await?;
    all.retain(|p| p.leaves_at().is_none_or(|at| now < at));
    all.sort_by_key(|p| p.id);
    Ok(all)
}

/// The hash of a secret, as the record keeps it.
pub fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// The ask that a secret belongs to. Every kept hash is compared to its end, whatever was typed and however long it is.
fn meant<'a>(provider: &'a Provider, secret: &str) -> Option<&'a PeopleAsk> {
    let given = hash(secret);
    let mut found = None;
    for ask in &provider.asks {
        if alike(given.as_bytes(), ask.facts.secret_sha256.as_bytes()) {
            found = Some(ask);
        }
    }
    found
}

/// Two hashes of one length, compared without stopping where they part.
fn alike(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

/// What a link opened.
#[derive(Clone, PartialEq, Debug)]
pub struct Opened {
    pub provider: Provider,
    pub ask: PeopleAsk,
    pub secret: String,
}

/// Why a link opened nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoLink {
    /// No such link, as far as anybody is told.
    Unknown,
    /// Too many that were none; wait so many seconds.
    Wait(i64),
}

impl App {
    /// A new link for a provider, made from the id of the request that asks: the same form sent twice makes one link.
    pub fn people_link(&self, provider: ProviderId, request: Uuid) -> Result<(String, String), Stop> {
        let secret = self.store().keyring().digest(format!("people link {request}").as_bytes())?;
        let secret = URL_SAFE_NO_PAD.encode(secret);
        let mut bytes = provider.0.as_bytes().to_vec();
        bytes.extend(URL_SAFE_NO_PAD.decode(&secret).map_err(Stop::fault)?);
        Ok((URL_SAFE_NO_PAD.encode(bytes), secret))
    }

    /// Opens a link. Whoever guesses waits, all of them together; who has a link never does, so that nobody can shut
    /// others out by guessing.
    pub async fn open_people_link(&self, token: &str) -> Result<Result<Opened, NoLink>, Stop> {
        let mut look = self.store().look().await?;
        let (provider, secret) = parts(token);
        let provider: Option<Provider> = look.find(provider).await?;
        let found = provider.as_ref().filter(|p| !p.withdrawn).and_then(|p| meant(p, &secret)).cloned();
        if let (Some(provider), Some(ask)) = (provider, found) {
            return Ok(Ok(Opened { provider, ask, secret }));
        }
        let limits = *self.store().limits();
        let key = self.store().keyring().digest(b"people links that are none")?;
        let wait = credential::must_wait(look.tx(), key.clone(), limits.sign_in_tries, limits.sign_in_wait).await?;
        drop(look);
        if wait > 0 {
            return Ok(Err(NoLink::Wait(wait)));
        }
        credential::failed(self.store().db(), key, limits.sign_in_wait * 10).await?;
        Ok(Err(NoLink::Unknown))
    }
}

/// Provider and secret of a link; what is no link names nobody and goes the same way.
fn parts(token: &str) -> (ProviderId, String) {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|b| b.len() == LINK).unwrap_or_else(|| vec![0; LINK]);
    let (id, secret) = bytes.split_at_checked(16).unwrap_or((&[], &[]));
    let id = Uuid::from_slice(id).unwrap_or_default();
    (ProviderId(id), URL_SAFE_NO_PAD.encode(secret))
}

/// Whether that refuses a link that was good once, which its page says in words.
pub fn was_good(said: &str) -> bool {
    ["stop-link-expired", "stop-link-replaced", "stop-link-revoked", "stop-link-used"].contains(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_link_names_nobody() {
        let nobody = parts("");
        assert_eq!(nobody.0, ProviderId(Uuid::nil()));
        let long = "A".repeat(4_000);
        for token in ["x", "not base64!", "AAAA", long.as_str(), "../../etc/passwd", "\u{1F511}"] {
            assert_eq!(parts(token), nobody, "{token}");
        }
        // two spellings of one link are not two links
        let link = URL_SAFE_NO_PAD.encode([7; LINK]);
        assert_ne!(parts(&link), nobody);
        assert_eq!(parts(&format!("{link}=")), nobody);
    }

    #[test]
    fn hashes_are_compared_to_their_end() {
        let (a, mut b) = (hash("a").into_bytes(), hash("a").into_bytes());
        assert!(alike(&a, &b));
        b[63] ^= 1;
        assert!(!alike(&a, &b) && !alike(&a, &a[..63]) && !alike(&a, b""));
    }
}
