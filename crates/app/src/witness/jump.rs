//! Certificates of people for a stock sshd that asks, and its question. A certificate is what the record says, signed:
//! the act writes down what it will say, and only what stands there is ever signed. So none exists that the record does
//! not know, and a preview gives none away.

use std::{collections::BTreeSet, net::IpAddr};

use plantgate_domain::{
    base::{AccountId, GrantId, Instant, Kind, Now, PersonId, Refusal, Why},
    event::{
        Event,
        permit::{GrantCertified, GrantEvent},
        qualify::KeyAdded,
    },
    expect::instance::Instance,
    permit::{
        acts::No,
        grant::{CERTIFIED, Certified, Grant},
    },
    qualify::person::Person,
    witness::{
        acts::may_log_in_as,
        jump::{self, Allows, Shown},
    },
};
use plantgate_interchange::krl::{self, Krl};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};

use super::start::may_start;
use crate::{
    act::{Act, App},
    names,
    permit::hand::stop,
    power::{self, EnterSession, May, Place, Power},
};

/// Clocks of systems may be behind ours, in seconds.
const SKEW: i64 = 60;
/// Bits of a serial number: programs that read JSON keep such numbers as they are.
const SERIAL: u128 = (1 << 53) - 1;
/// Kinds of keys that get certificates; RSA is not built in.
const KINDS: &[&str] = &["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];
/// Grants that are looked at for one list of revoked certificates; more than people can hold at once.
const GRANTS: u64 = 10_000;
/// Entries that are looked through for one answer about what was taken away, and how many of them it has at most.
const RANGE: u64 = 50_000;
const MANY: u64 = 200;

/// What a certificate says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Says {
    /// Reference of the grant: what the system writes in its own log.
    pub id: String,
    pub principal: String,
    pub serial: u64,
    /// Seconds since 1970, by the clock of this machine.
    pub from: u64,
    pub until: u64,
    pub source: IpAddr,
    pub allows: Allows,
}

/// Who signs certificates of people: SSH is known to the floor above alone.
pub trait Signs: Send + Sync {
    /// Signs a certificate for a public key; both as lines of `.pub` files.
    fn certify(&self, public: &str, says: &Says) -> Result<String, String>;
    /// Its public half, as a line of a `.pub` file.
    fn public(&self) -> &str;
}

/// Somebody gets a short certificate for a key of theirs, for one grant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeSshCertificate {
    pub grant: String,
    /// The address from which they come, as the system sees it.
    pub source: String,
    /// Fingerprint of the key; needed by whoever has several.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

/// What was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Taken {
    pub grant: String,
    pub serial: u64,
    pub fingerprint: String,
    /// Nothing begins by it after this instant.
    pub until: Instant,
}

impl TakeSshCertificate {
    async fn grant(&self, desk: &mut Desk) -> Result<Grant, Stop> {
        let id: GrantId = names::resolve(desk, Kind::Grant, &self.grant, "grant").await?;
        desk.get(id).await
    }

    /// One address of one machine: a group or *any* bounds nothing.
    fn source(&self) -> Result<IpAddr, Stop> {
        let address: Option<IpAddr> = self.source.trim().parse().ok();
        let address = address.map(|a| a.to_canonical()).filter(|a| !a.is_unspecified() && !a.is_multicast());
        let broadcast = |a: &IpAddr| matches!(a, IpAddr::V4(v4) if v4.is_broadcast());
        let address = address.filter(|a| !broadcast(a));
        address.ok_or_else(|| Stop::field("source", Why::of("invalid-certificate-source")))
    }

    /// The key that is certified: the one that is named, else the only one they have.
    fn key(&self, me: &Person) -> Result<KeyAdded, Stop> {
        let wrong = |why| Stop::field("fingerprint", why);
        let named = self.fingerprint.as_deref().map(str::trim).filter(|f| !f.is_empty());
        let theirs = me.ssh_keys();
        let mut fits = theirs.filter(|k| named.is_none_or(|f| k.fingerprint == f));
        match (fits.next(), fits.next(), named) {
            (Some(key), None, _) if KINDS.contains(&key.public.split(' ').next().unwrap_or_default()) => {
                Ok(key.clone())
            }
            (Some(_), None, _) => Err(wrong(Why::of("invalid-certificate-kind"))),
            (Some(_), Some(_), _) => Err(wrong(Why::of("invalid-certificate-which"))),
            (None, _, _) => Err(Refusal::new("R-17", "refuse-certificate-key").into()),
        }
    }
}

impl Act for TakeSshCertificate {
    const NAME: &'static str = "take-ssh-certificate";
    const STEP_UP: bool = true;
    type Power = power::RequestAccess;
    type Done = Taken;

    /// The grant's own person, who needs no role for it; whoever may ask for access there is told whose it is not.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let f = self.grant(desk).await?.facts;
        Ok(Place { own: Some(f.person), ..Place::shared(vec![f.site], f.provider) })
    }

    async fn run(self, may: May<power::RequestAccess>, desk: &mut Desk) -> Result<Taken, Stop> {
        let (me, grant, now) = (may.person()?.clone(), self.grant(desk).await?, desk.now());
        jump::own(&grant, &me)?;
        let (source, key) = (self.source()?, self.key(&me)?);
        if !me.seated(now.0) {
            return Err(Refusal::new("R-27", "stop-no-seat").into());
        }
        jump::may_certify(&grant, &me, &key.fingerprint, now.0)?;
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let Some(endpoint) = instance.endpoint else {
            return Err(Stop::field("grant", Why::of("invalid-endpoint-none")));
        };
        let (decision, f) = may_start(desk, &grant, None, now).await?;
        if !decision.yes() {
            return Err(stop(No::Decided(Box::new(decision)), &f));
        }
        own_account(desk, endpoint.account, me.id, now).await?;
        let serial = u64::try_from(desk.new_id().as_u128() & SERIAL).map_err(Stop::fault)?;
        let (until, source) = (jump::good_until(&grant, now.0), desk.seal(&source.to_string())?);
        let KeyAdded { fingerprint, .. } = key;
        let of = GrantCertified {
            person: me.id,
            fingerprint: fingerprint.clone(),
            serial,
            login: endpoint.login,
            until,
            source,
        };
        desk.append(grant.id, GrantEvent::Certified(of)).await?;
        Ok(Taken { grant: grant.facts.reference, serial, fingerprint, until })
    }
}

/// What a stock sshd asks about whoever comes: everything out of the certificate it was shown, and the system it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asks {
    /// Id of the certificate.
    pub grant: String,
    /// `SHA256:…` of the certified key.
    pub fingerprint: String,
    pub serial: u64,
    /// Whom they want to log in as.
    pub login: String,
    /// Reference of the system that sshd stands for.
    pub system: String,
}

/// Somebody may come in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Passes {
    /// The name in the certificate that opens this login at this system.
    pub principal: String,
    pub grant: String,
    /// End of the window.
    pub until: Instant,
}

/// Whether whoever asks reports for a site: machines do, and whoever enters sessions there.
fn reports(look: &Look, who: &Person, site: plantgate_domain::base::SiteId) -> bool {
    power::could(who, EnterSession::KEY, &[site], &look.rules())
}

/// Whether whoever asks reports for any site.
pub fn reports_somewhere(look: &Look, who: &Person) -> bool {
    power::could(who, EnterSession::KEY, &[], &look.rules())
}

/// Refuses a login that is a shared account, where it is not in the person's hands: nobody hands it out there.
async fn own_account(
    memory: &mut impl Memory,
    account: Option<AccountId>,
    person: PersonId,
    now: Now,
) -> Result<(), Stop> {
    let Some(account) = account else { return Ok(()) };
    Ok(may_log_in_as(&memory.get(account).await?, person, now)?)
}

/// Decides whether somebody comes in at a stock sshd. A question, never an entry: what it answers is good for this
/// moment, and sshd asks again each time.
pub async fn passes(look: &mut Look, who: &Person, asks: &Asks) -> Result<Passes, Stop> {
    let on = names::find(look, Kind::Instance, &asks.system).await?.ok_or(Stop::NotFound)?;
    let instance: Instance = look.get(on).await?;
    if !reports(look, who, instance.facts.site) {
        return Err(Stop::NotFound);
    }
    // Another site's grant is none here: whoever holds this site's token learns of no other.
    let unknown = || Stop::from(Refusal::new("R-17", "refuse-certificate-unknown"));
    let on = names::find(look, Kind::Grant, &asks.grant).await?.ok_or_else(unknown)?;
    let grant: Grant = look.get(on).await?;
    if grant.facts.site != instance.facts.site {
        return Err(unknown());
    }
    let person: Person = look.get(grant.facts.person).await?;
    let Asks { fingerprint, serial, login, .. } = asks;
    let now = look.now();
    let shown = Shown { instance: instance.id, fingerprint, serial: *serial, login };
    jump::may_pass(&grant, &person, shown, now.0)?;
    let (decision, f) = may_start(look, &grant, None, now).await?;
    if !decision.yes() {
        return Err(stop(No::Decided(Box::new(decision)), &f));
    }
    own_account(look, instance.endpoint.as_ref().and_then(|e| e.account), person.id, now).await?;
    let principal = jump::principal(instance.id, login);
    let until = grant.window_at(now.0).until;
    Ok(Passes { principal, grant: grant.facts.reference, until })
}

/// Serial numbers of certificates by which nothing may begin any more, in order, at the sites for which whoever asks
/// reports: until an hour behind their end, for systems whose clocks are behind. A hold that is lifted takes its
/// numbers out again, where their time is not over.
pub async fn revoked(look: &mut Look, who: &Person) -> Result<Vec<u64>, Stop> {
    let now = look.now();
    let mut serials = Vec::new();
    let listed = look.with_word(Kind::Grant, CERTIFIED.0, CERTIFIED.1, GRANTS + 1).await?;
    if u64::try_from(listed.len()).is_ok_and(|many| many > GRANTS) {
        // A list that leaves some out lets them in; whoever asks keeps the one they have, and is told.
        return Err(Stop::fault(format!("more than {GRANTS} grants have certificates: no list would be whole")));
    }
    for on in listed {
        let grant: Grant = look.get(on).await?;
        if !reports(look, who, grant.facts.site) {
            continue;
        }
        let person: Person = look.get(grant.facts.person).await?;
        let starts = may_start(look, &grant, None, now).await?.0.yes();
        let good = |c: &Certified| c.good(now.0) && jump::still_good(&grant, &person, c, now.0).is_ok();
        let gone = grant.certificates.iter().filter(|c| c.listed(now.0) && !(starts && good(c)));
        serials.extend(gone.map(|c| c.of.serial));
    }
    serials.sort_unstable();
    Ok(serials)
}

/// A grant was taken away, for gateways that people passed by a certificate of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct End {
    /// Number of the entry that says so.
    pub entry: u64,
    pub at: Instant,
    pub grant: String,
    /// Reference of its system.
    pub system: String,
    pub person: PersonId,
    /// Fingerprints and serial numbers of all certificates that were ever made of it.
    pub fingerprints: Vec<String>,
    pub serials: Vec<u64>,
    /// A person ended it at once. Otherwise nothing new begins, and what runs goes to its safe end: no program
    /// cuts anybody off then.
    pub cut: bool,
}

/// What was taken away from a position of the record on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ends {
    pub ends: Vec<End>,
    /// Where to go on: kept by whoever asks, once it did what stands here.
    pub next: u64,
    /// Hash of the entry before that position, as hexadecimal digits: kept and given back with it, so that a record
    /// that was put back and grew again is not taken for the one that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<String>,
}

impl Ends {
    async fn new(look: &mut Look, ends: Vec<End>, next: u64) -> Result<Ends, Stop> {
        Ok(Ends { ends, next, leaf: before(look, next).await? })
    }
}

/// Hash of the entry before a position.
async fn before(look: &mut Look, position: u64) -> Result<Option<String>, Stop> {
    match position.checked_sub(1) {
        Some(seq) => look.leaf(seq).await,
        None => Ok(None),
    }
}

/// The present position, and nothing else.
pub async fn present(look: &mut Look) -> Result<Ends, Stop> {
    let size = look.size();
    Ends::new(look, Vec::new(), size).await
}

/// What was taken away at the sites for which whoever asks reports, from a position of the record on. Asked again from
/// the same position it answers the same, so that a gateway that was away, or died over an answer, misses nothing.
/// With the hash that came with the position it is refused where the record is not the one that was read there.
pub async fn ends(look: &mut Look, who: &Person, (from, leaf): (u64, Option<&str>)) -> Result<Ends, Stop> {
    let size = look.size();
    let other = match leaf {
        Some(leaf) if from <= size => before(look, from).await?.is_some_and(|found| found != leaf),
        _ => false,
    };
    if from > size || other {
        // The record is an older copy that was put back: waiting for it to grow that far, or going on behind what it
        // says now, would miss what happens now.
        return Err(Stop::field("from", Why::of("invalid-ends-from").with("size", size)));
    }
    let until = size.min(from.saturating_add(RANGE));
    let found = look.entries_named("permit.grant.revoked@1", from..until, MANY).await?;
    let full = u64::try_from(found.len()).is_ok_and(|n| n == MANY);
    let next = found.last().filter(|_| full).map_or(until, |last| last.at.seq.saturating_add(1));
    let mut ends = Vec::new();
    for read in found {
        let Event::Grant(GrantEvent::Revoked(gone)) = &read.event else { continue };
        let grant: Grant = look.get(read.on).await?;
        if !reports(look, who, grant.facts.site) {
            continue;
        }
        let made = certified(look, &grant).await?;
        ends.push(End {
            entry: read.at.seq,
            at: read.at.at,
            system: look.get::<Instance>(grant.facts.instance).await?.facts.reference,
            person: grant.facts.person,
            fingerprints: made.iter().map(|c| c.fingerprint.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            serials: made.iter().map(|c| c.serial).collect(),
            cut: gone.disconnect,
            grant: grant.facts.reference,
        });
    }
    Ends::new(look, ends, next).await
}

/// Every certificate that was ever made of a grant: sessions outlive theirs.
async fn certified(look: &mut Look, grant: &Grant) -> Result<Vec<GrantCertified>, Stop> {
    let mut made = Vec::new();
    for (read, _) in look.entries(grant.id.into()).await? {
        if let Event::Grant(GrantEvent::Certified(of)) = read.event {
            made.push(of);
        }
    }
    Ok(made)
}

impl App {
    /// The list of certificates that are revoked, in the form OpenSSH reads; `None`: nobody in this process signs.
    pub async fn ssh_revoked(&self, look: &mut Look, who: &Person) -> Result<Option<Vec<u8>>, Stop> {
        let Some(signs) = self.signs().get() else { return Ok(None) };
        let serials = revoked(look, who).await?;
        let made = u64::try_from(crate::wall_now()).unwrap_or_default();
        let krl = Krl { version: look.size(), made, authority: signs.public() };
        krl::write(krl, &serials).map(Some).ok_or_else(|| Stop::fault("the key of certificates is no key"))
    }

    /// Who signs certificates of people; said once, for all copies of the office.
    pub fn let_sign(&self, signs: std::sync::Arc<dyn Signs>) {
        let _first = self.signs().set(signs);
    }

    /// Whether somebody in this process signs certificates of people.
    pub fn signs_certificates(&self) -> bool {
        self.signs().get().is_some()
    }

    /// Signs a certificate that the record knows, for its own person, while it is good and nothing speaks against grant
    /// or key. `None`: nobody in this process signs.
    pub async fn ssh_certificate(
        &self,
        look: &mut Look,
        (me, grant): (PersonId, &Grant),
        serial: u64,
    ) -> Result<Option<String>, Stop> {
        let now = look.now().0;
        let theirs = |c: &&Certified| c.of.serial == serial && c.of.person == me;
        let made = grant.certificates.iter().find(theirs).ok_or(Stop::NotFound)?;
        if !made.good(now) || !grant.usable(now) {
            return Err(Refusal::new("R-16", "refuse-certificate-over").into());
        }
        let person: Person = look.get(me).await?;
        jump::still_good(grant, &person, made, now)?;
        let key = person.ssh_keys().find(|k| k.fingerprint == made.of.fingerprint);
        let key = key.ok_or(Stop::NotFound)?;
        // Where somebody erased the address, nothing says from where it would be good.
        let source = look.open_private(&made.of.source).await?.ok_or(Stop::NotFound)?;
        let Some(signs) = self.signs().get() else { return Ok(None) };
        let wall = crate::wall_now();
        let secs = |at: i64| u64::try_from(at).unwrap_or_default();
        let says = Says {
            id: grant.facts.reference.clone(),
            principal: jump::principal(grant.facts.instance, &made.of.login),
            serial,
            from: secs(wall.saturating_sub(SKEW)),
            until: secs(wall.saturating_add(made.of.until.secs_since(now))),
            source: source.parse().map_err(Stop::fault)?,
            allows: Allows::of(&grant.facts.roles),
        };
        signs.certify(&key.public, &says).map(Some).map_err(Stop::fault)
    }
}
