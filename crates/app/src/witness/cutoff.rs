//! What the core lends a gateway for when it cannot ask, and how what began meanwhile comes into the record:
//! marked, with when it occurred, was written down there and was received here apart, neither lost nor doubled.

use plantgate_domain::{
    base::{GrantId, Instant, Kind, Now, Private, SessionId, Text, Window},
    event::{
        expect::{CodeUsed, Endpoint, SiteEvent},
        qualify::KeyKind,
        witness::{SessionCutOff, SessionEvent, SessionNoticed},
    },
    expect::{
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::grant::Grant,
    qualify::person::Person,
    witness::{gate::may_enter, session::Session},
};
use plantgate_interchange::codes::{Code, Opens};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory, writer::new_request};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    gate::{NOTICE, started, teller, ways},
    start::may_start,
};
use crate::{
    act::{Act, App},
    power::{May, Place, TellSession},
};

/// Seconds for which copies of grants are good: a shift and its handing over. It is the bound for what somebody takes
/// back while the line is dead, together with a code that somebody of the site has to read out.
pub const LENT_SECS: i64 = 12 * 3_600;
/// Seconds by which what is lent may lapse before the decision would.
const EXACT: i64 = 60;
/// Grants that are looked at for it.
const LOOKED_AT: u64 = 5_000;

/// A sheet that is good for a gateway, with what its codes open.
#[derive(Clone, PartialEq, Debug)]
pub struct Served {
    pub site: Site,
    pub sheet: Sheet,
    pub grants: Vec<Lent>,
}

/// An approved grant for which the decision is yes, now or when its window opens.
#[derive(Clone, PartialEq, Debug)]
pub struct Lent {
    pub grant: Grant,
    /// Fingerprints of its person's keys.
    pub keys: Vec<String>,
    /// What the system is called, and how it is reached.
    pub system: String,
    pub endpoint: Endpoint,
    /// Files may come in, and may go out.
    pub files: (bool, bool),
    /// Ports to which tools may be led.
    pub forwards: Vec<u16>,
    pub window: Window,
    /// When the yes is known to end before the window does: nothing begins behind it.
    pub lapses: Option<Instant>,
    /// Days for which what is recorded will be kept.
    pub days: u32,
}

/// What a gateway says of a session that began while it could not ask.
#[derive(Clone, PartialEq, Debug)]
pub struct BeganAlone {
    pub session: SessionId,
    pub grant: GrantId,
    /// Fingerprint of the key.
    pub key: String,
    pub language: String,
    pub days: u32,
    pub from: String,
    pub gateway: String,
    pub sheet: Uuid,
    pub number: u32,
    /// The key of the recording, locked under the code.
    pub locked: String,
    pub sequence: u64,
    /// Seconds since the gateway put it on its disk, by the clock of its machine; fewer than none where that is ahead.
    pub recorded_ago: i64,
    /// Seconds since it began, by a clock of the gateway that nobody sets.
    pub ago: u64,
}

impl App {
    /// A code of a sheet. It follows from the keyring, so that it stands nowhere.
    fn sheet_code(&self, sheet: Uuid, number: u32) -> Result<Code, Stop> {
        Ok(Code::of(&*self.of_sheet(sheet, &format!("code {number}"))?))
    }

    /// Codes of a sheet as they stand on paper, in their order.
    pub fn sheet_codes(&self, sheet: Uuid, count: u32) -> Result<Vec<Zeroizing<String>>, Stop> {
        (1..=count).map(|number| Ok(self.sheet_code(sheet, number)?.printed())).collect()
    }

    /// The seed of the key with which a gateway goes on by copies of a moment; each time another one, so that a code
    /// that was used opens nothing of what is lent later.
    pub fn sheet_way(&self, sheet: Uuid, made: i64) -> Result<Zeroizing<[u8; 32]>, Stop> {
        self.of_sheet(sheet, &format!("way {made}"))
    }

    /// The same seed as a gateway gets it: under one code of the sheet.
    pub fn sheet_way_locked(&self, sheet: Uuid, number: u32, made: i64) -> Result<String, Stop> {
        let (seed, other) = (self.sheet_way(sheet, made)?, self.of_sheet(sheet, &format!("nonce {number} {made}"))?);
        // Of each moment and code one: what is locked twice under it is the same.
        let nonce = *other.first_chunk::<24>().ok_or_else(|| Stop::fault("a digest of another size"))?;
        let locked = self.sheet_code(sheet, number)?.lock(sheet.as_u128(), Opens::Way, nonce, &seed);
        locked.ok_or_else(|| Stop::fault("a key could not be locked"))
    }

    fn of_sheet(&self, sheet: Uuid, what: &str) -> Result<Zeroizing<[u8; 32]>, Stop> {
        let bytes = Zeroizing::new(self.store().keyring().digest(format!("sheet {sheet} {what}").as_bytes())?);
        <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| Stop::fault("a digest of another size"))
    }

    /// What a gateway may serve while it cannot ask, `most` grants at most: those that begin first.
    pub async fn gate_lends(&self, gateway: &str, most: usize) -> Result<(Instant, Vec<Served>), Stop> {
        let mut look = self.store().look().await?;
        let now = look.now().0;
        let mut all = Vec::new();
        for site in sites(&mut look).await? {
            if let Some(sheet) = site.sheet(gateway, now).cloned() {
                all.push(Served { site, sheet, grants: Vec::new() });
            }
        }
        if all.is_empty() {
            return Ok((now, all));
        }
        let mut lent = Vec::new();
        for word in ["active", "scheduled"] {
            for on in look.with_word(Kind::Grant, "state", word, LOOKED_AT).await? {
                let grant: Grant = look.get(on).await?;
                let site = all.iter().find(|served| served.site.id == grant.facts.site).map(|served| &served.site);
                let Some(site) = site else { continue };
                let reference = grant.facts.reference.clone();
                // One that cannot be judged keeps no other out.
                match lends(&mut look, site, grant).await {
                    Ok(one) => lent.extend(one),
                    Err(stop @ (Stop::Busy | Stop::Away(_))) => return Err(stop),
                    Err(stop) => tracing::error!(%stop, reference, "whether a grant may be lent could not be judged"),
                }
            }
        }
        // An emergency is what a line must not die before; then what begins first.
        lent.sort_by_key(|l| (l.grant.facts.emergency.is_none(), l.window.from, l.grant.id));
        if lent.len() > most {
            tracing::warn!(gateway, lent = most, of = lent.len(), "not every grant fits into what a gateway is lent");
        }
        for one in lent.into_iter().take(most) {
            let of_site = all.iter_mut().find(|served| served.site.id == one.grant.facts.site);
            of_site.into_iter().for_each(|served| served.grants.push(one.clone()));
        }
        Ok((now, all))
    }

    /// Seconds for which a sign of somebody beside is good.
    pub async fn gate_check_in(&self) -> Result<u64, Stop> {
        let minutes = self.store().look().await?.rules().access.check_in_minutes;
        u64::try_from(minutes.saturating_mul(60)).map_err(Stop::fault)
    }

    /// Takes a session into the record that began while its gateway could not ask. That the code was read out there is
    /// proven by the lock of the key; told twice it stands once.
    pub async fn gate_began_alone(&self, b: &BeganAlone) -> Result<(), Stop> {
        let code = self.sheet_code(b.sheet, b.number)?;
        let key = code.unlock(b.sheet.as_u128(), Opens::Recording, &b.locked).ok_or(Stop::NotFound)?;
        let seal = self.store().keyring().seal(&*key)?;
        let act = OpenCutOff {
            session: b.session,
            grant: b.grant,
            key: b.key.clone(),
            language: b.language.clone(),
            days: b.days,
            from: b.from.clone(),
            seal,
            gateway: b.gateway.clone(),
            sheet: b.sheet,
            number: b.number,
            sequence: b.sequence,
            recorded_ago: b.recorded_ago,
            ago: b.ago,
        };
        self.act(&teller(), new_request()?, act).await.map(|_| ())
    }
}

async fn sites(memory: &mut impl Memory) -> Result<Vec<Site>, Stop> {
    let all = memory.every(Kind::Site).await?;
    all.into_iter().map(|kept| kept.thing.try_into().map_err(Stop::fault)).collect()
}

/// A grant as it is lent, where it lets its person in by a gateway now or within the time for which copies are good.
async fn lends(look: &mut Look, site: &Site, grant: Grant) -> Result<Option<Lent>, Stop> {
    let now = look.now().0;
    let window = grant.window_at(now);
    let begins = window.from.max(now);
    let soon = begins < now.plus_secs(LENT_SECS) && now < window.until && grant.usable(begins);
    if !soon || may_enter(&grant, &[]).is_err() {
        return Ok(None);
    }
    let person: Person = look.get(grant.facts.person).await?;
    let instance: Instance = look.get(grant.facts.instance).await?;
    let keys: Vec<String> =
        person.keys.iter().filter(|k| k.kind == KeyKind::Ssh).map(|k| k.fingerprint.clone()).collect();
    let Some(endpoint) = instance.endpoint.filter(|_| !keys.is_empty() && person.seated(now)) else {
        return Ok(None);
    };
    // As it would be decided when it begins: a hold that ends before is none, and evidence that lapses before is.
    let (decision, facts) = may_start(look, &grant, None, Now(begins)).await?;
    if !decision.yes() {
        return Ok(None);
    }
    let holds: Vec<Instant> = facts.holds.iter().map(|hold| hold.from).collect();
    let end = window.until.min(now.plus_secs(LENT_SECS));
    let lapses = lapses(look, &grant, &person, holds, (begins, end)).await?;
    let (files, forwards) = ways(&grant.facts, &endpoint);
    let system = instance.facts.reference;
    let days = site.recording_days.unwrap_or(look.rules().access.recording_days);
    Ok(Some(Lent { grant, keys, system, endpoint, files, forwards, window, lapses, days }))
}

/// When a yes of one instant is known to end before another: whoever leaves, a hold with a date, hours of a measure, a
/// paper. Nothing begins behind that, because nobody can be asked then. Nothing where the yes lasts.
async fn lapses(
    look: &mut Look,
    grant: &Grant,
    person: &Person,
    holds: Vec<Instant>,
    (yes, end): (Instant, Instant),
) -> Result<Option<Instant>, Stop> {
    let last = end.plus_secs(-1).max(yes);
    // A hold may end again before the window does, so its beginning is looked at by itself.
    let mut edges = holds;
    edges.retain(|at| yes < *at && *at < last);
    edges.push(last);
    edges.sort_unstable();
    edges.dedup();
    let mut before = yes;
    for edge in edges {
        if !begins_at(look, grant, person, edge).await? {
            return between(look, grant, person, (before, edge)).await.map(Some);
        }
        before = edge;
    }
    Ok(None)
}

/// The last yes before a no, as far as it is looked for.
async fn between(
    look: &mut Look,
    grant: &Grant,
    person: &Person,
    (mut yes, mut no): (Instant, Instant),
) -> Result<Instant, Stop> {
    while no.secs_since(yes) > EXACT {
        let middle = yes.plus_secs(no.secs_since(yes).div_euclid(2));
        if begins_at(look, grant, person, middle).await? {
            yes = middle;
        } else {
            no = middle;
        }
    }
    Ok(yes)
}

async fn begins_at(look: &mut Look, grant: &Grant, person: &Person, t: Instant) -> Result<bool, Stop> {
    Ok(person.seated(t) && may_start(look, grant, None, Now(t)).await?.0.yes())
}

/// A session began while its gateway could not ask. It is told, not asked: whatever is decided by now, it took place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct OpenCutOff {
    session: SessionId,
    grant: GrantId,
    key: String,
    language: String,
    days: u32,
    from: String,
    seal: String,
    gateway: String,
    sheet: Uuid,
    number: u32,
    sequence: u64,
    recorded_ago: i64,
    ago: u64,
}

impl Act for OpenCutOff {
    const NAME: &'static str = "open-cut-off-session";
    const IN_DOUBT: bool = true;
    type Power = TellSession;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(desk.get::<Grant>(self.grant).await?.facts.site))
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        if let Some(known) = desk.find::<Session>(self.session).await? {
            return self.is(&known).then_some(()).ok_or(Stop::NotFound);
        }
        let grant: Grant = desk.get(self.grant).await?;
        let site: Site = desk.get(grant.facts.site).await?;
        let sheet = sheet_of(desk, &site, self.sheet).await?;
        let ours = |s: &Sheet| s.gateway == self.gateway && (1..=s.codes).contains(&self.number);
        if !sheet.as_ref().is_none_or(ours) {
            return Err(Stop::NotFound);
        }
        // Whether the key still is theirs is asked from now on: one that was taken away since closes the session.
        let now = desk.now().0;
        let ago = i64::try_from(self.ago).unwrap_or(i64::MAX);
        let least = sheet.as_ref().map_or(grant.facts.window.from, |s| s.issued);
        let began = now.plus_secs(ago.saturating_neg()).clamp(least, now.max(least));
        let reference = desk.next_reference(Kind::Session).await?;
        let id = self.session;
        desk.append(id, SessionEvent::Started(started(&grant, grant.facts.instance, reference, began))).await?;
        let (from, seal): (Private<Text>, _) = (desk.seal(&self.from)?, desk.seal(&self.seal)?);
        let (language, key, gateway) = (self.language, self.key, self.gateway);
        let noticed = SessionNoticed { notice: NOTICE, language, key, from, seal, gateway, days: Some(self.days) };
        desk.append(id, SessionEvent::Noticed(noticed)).await?;
        let (number, sequence) = (self.number, self.sequence);
        let recorded = now.plus_secs(self.recorded_ago.saturating_neg());
        // Recorded whatever is known of the code now; what it should not have opened lets nothing more begin.
        let good = |s: &Sheet| began < s.until && s.withdrawn.is_none_or(|at| began < at);
        let doubt = !sheet.as_ref().is_some_and(|s| good(s) && !s.used.contains_key(&number));
        let cut_off = SessionCutOff { doubt, sheet: self.sheet, number, sequence, recorded };
        desk.append(id, SessionEvent::CutOff(cut_off)).await?;
        // A code that opened two sessions, as on a machine that was restored from an old disk, stands with the first;
        // the second is recorded all the same.
        match sheet.map(|s| s.used.get(&number).copied()) {
            Some(None) => {
                let used = CodeUsed { sheet: self.sheet, number, session: id };
                desk.append(site.id, SiteEvent::CodeUsed(used)).await
            }
            Some(Some(first)) => {
                tracing::error!(%id, %first, number, "a code of a sheet opened two sessions");
                Ok(())
            }
            None => {
                tracing::error!(%id, sheet = %self.sheet, "a session began by a code of a sheet that is unknown");
                Ok(())
            }
        }
    }
}

/// The sheet of a site; of another site it is nobody's here. One that no site has was lost with an old backup that was
/// put back: then the lock of the key is all there is.
async fn sheet_of(desk: &mut Desk, site: &Site, id: Uuid) -> Result<Option<Sheet>, Stop> {
    for of in sites(desk).await? {
        if let Some(sheet) = of.sheets.iter().find(|s| s.id == id) {
            return if of.id == site.id { Ok(Some(sheet.clone())) } else { Err(Stop::NotFound) };
        }
    }
    Ok(None)
}

impl OpenCutOff {
    /// Whether a session is the one that is told.
    fn is(&self, known: &Session) -> bool {
        let ours = known.noticed.as_ref().is_some_and(|n| n.gateway == self.gateway);
        let code = known.cut_off.as_ref().is_some_and(|c| (c.sheet, c.number) == (self.sheet, self.number));
        ours && code && known.facts.grant == Some(self.grant)
    }
}
