//! What the core lends a gateway for when it cannot ask, and how what began meanwhile comes into the record:
//! marked, with when it occurred, was written down there and was received here apart, neither lost nor doubled.

use plantgate_domain::{
    base::{DAY, EndMode, GrantId, Instant, Kind, PersonId, Private, SessionId, SiteId, Text, Window},
    event::{
        expect::{CodeUsed, Endpoint, SiteEvent},
        witness::{SessionCutOff, SessionEvent, SessionNoticed, SessionStarted},
    },
    expect::{
        codes::DAYS,
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::{called::Called, grant::Grant},
    qualify::person::Person,
    witness::{gate::may_enter, session::Session},
};
use plantgate_interchange::codes::{Code, Opens};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory, writer::new_request};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    called,
    checkout::hand_to,
    gate::{NOTICE, started, teller, ways},
    lapse::{Begins, lapses},
};
use crate::{
    act::{Act, App},
    power::{May, Place, TellSession},
};

/// Seconds for which copies of grants are good: a shift and its handing over. It is the bound for what somebody takes
/// back while the line is dead, together with a code that somebody of the site has to read out.
pub const LENT_SECS: i64 = 12 * 3_600;
/// Grants that are looked at for it.
const LOOKED_AT: u64 = 5_000;

/// A sheet that is good for a gateway, with what its codes open.
#[derive(Clone, PartialEq, Debug)]
pub struct Served {
    pub site: Site,
    pub sheet: Sheet,
    pub grants: Vec<Lent>,
    /// Emergencies that were not looked at, or that did not fit.
    pub left_out: usize,
    /// Whoever agreed to emergencies has no such function any more: nobody is called.
    pub lapsed: bool,
}

/// An approved grant for which the decision is yes, now or when its window opens; or what an emergency would be.
#[derive(Clone, PartialEq, Debug)]
pub struct Lent {
    /// Of an emergency a name for it alone: its grant is opened when it is told.
    pub grant: GrantId,
    /// What its person types.
    pub reference: String,
    pub person: PersonId,
    /// Whether the window's end ends what runs.
    pub hard: bool,
    pub emergency: Option<Called>,
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
    pub emergency: Option<Called>,
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

    /// By which name copies know an emergency, the same each time.
    pub(super) fn emergency_name(&self, called: &Called) -> Result<GrantId, Stop> {
        let Called { engagement, person, instance, .. } = called;
        let name = format!("emergency {} {} {}", engagement.0, person.0, instance.0);
        let bytes = self.store().keyring().digest(name.as_bytes())?;
        let bytes = bytes.first_chunk::<16>().ok_or_else(|| Stop::fault("a digest of another size"))?;
        Ok(GrantId(Uuid::from_bytes(*bytes)))
    }

    fn of_sheet(&self, sheet: Uuid, what: &str) -> Result<Zeroizing<[u8; 32]>, Stop> {
        let bytes = Zeroizing::new(self.store().keyring().digest(format!("sheet {sheet} {what}").as_bytes())?);
        <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| Stop::fault("a digest of another size"))
    }

    /// What a gateway may serve while it cannot ask: at most so many grants, those that begin first, and emergencies if
    /// it knows what those are.
    pub async fn gate_lends(
        &self,
        gateway: &str,
        most: usize,
        emergencies: bool,
    ) -> Result<(Instant, Vec<Served>), Stop> {
        let mut look = self.store().look().await?;
        let now = look.now().0;
        let mut all = Vec::new();
        for site in sites(&mut look).await? {
            let known = |sheet: &&Sheet| emergencies || sheet.called().is_none();
            let sheets = site.sheets_of(gateway, now).filter(known).cloned();
            all.extend(sheets.map(|sheet| Served {
                site: site.clone(),
                sheet,
                grants: Vec::new(),
                left_out: 0,
                lapsed: false,
            }));
        }
        if all.is_empty() {
            return Ok((now, all));
        }
        if most > 0 {
            approved(&mut look, &mut all, (gateway, most)).await?;
        }
        self.gate_calls(&mut look, &mut all).await?;
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
            emergency: b.emergency.clone(),
        };
        self.act(&teller(), new_request()?, act).await.map(|_| ())
    }
}

/// Puts approved grants with the sheets that open them.
async fn approved(look: &mut Look, all: &mut [Served], (gateway, most): (&str, usize)) -> Result<(), Stop> {
    let of = |all: &[Served], site| all.iter().position(|s| s.site.id == site && s.sheet.called().is_none());
    let mut lent = Vec::new();
    for word in ["active", "scheduled"] {
        for on in look.with_word(Kind::Grant, "state", word, LOOKED_AT).await? {
            let grant: Grant = look.get(on).await?;
            let Some(at) = of(all, grant.facts.site) else { continue };
            let Some(served) = all.get(at) else { continue };
            let reference = grant.facts.reference.clone();
            // One that cannot be judged keeps no other out.
            match lends(look, &served.site, &grant).await {
                Ok(one) => lent.extend(one.map(|lent| (at, grant.facts.emergency.is_none(), lent))),
                Err(stop @ (Stop::Busy | Stop::Away(_))) => return Err(stop),
                Err(stop) => tracing::error!(%stop, reference, "whether a grant may be lent could not be judged"),
            }
        }
    }
    // An emergency is what a line must not die before; then what begins first.
    lent.sort_by_key(|(_, planned, l)| (*planned, l.window.from, l.grant));
    if lent.len() > most {
        tracing::warn!(gateway, lent = most, of = lent.len(), "not every grant fits into what a gateway is lent");
    }
    for (at, _, one) in lent.into_iter().take(most) {
        all.get_mut(at).into_iter().for_each(|served| served.grants.push(one.clone()));
    }
    Ok(())
}

async fn sites(memory: &mut impl Memory) -> Result<Vec<Site>, Stop> {
    let all = memory.every(Kind::Site).await?;
    all.into_iter().map(|kept| kept.thing.try_into().map_err(Stop::fault)).collect()
}

/// A grant as it is lent, where it lets its person in by a gateway now or within the time for which copies are good.
async fn lends(look: &mut Look, site: &Site, grant: &Grant) -> Result<Option<Lent>, Stop> {
    let now = look.now().0;
    let window = grant.window_at(now);
    let begins = window.from.max(now);
    let soon = begins < now.plus_secs(LENT_SECS) && now < window.until && grant.usable(begins);
    // What lies in the vault leaves this house only once the system showed its key.
    let instance: Instance = look.get(grant.facts.instance).await?;
    let soon = soon && instance.vaulted.is_none();
    if !soon || may_enter(grant, &[]).is_err() {
        return Ok(None);
    }
    let person: Person = look.get(grant.facts.person).await?;
    let (keys, endpoint) = (keys(&person), instance.endpoint);
    let Some(endpoint) = endpoint.filter(|_| !keys.is_empty() && person.seated(now)) else { return Ok(None) };
    // As it would be decided when it begins: a hold that ends before is none, and evidence that lapses before is.
    let (yes, facts) = Begins::Grant(grant).at(look, begins).await?;
    if !yes {
        return Ok(None);
    }
    let end = window.until.min(now.plus_secs(LENT_SECS));
    let lapses = lapses(look, Begins::Grant(grant), &person, &facts, (begins, end)).await?;
    let f = &grant.facts;
    let (files, forwards) = ways(&f.roles, &endpoint);
    Ok(Some(Lent {
        grant: grant.id,
        reference: f.reference.clone(),
        person: f.person,
        hard: f.end_mode == EndMode::Hard,
        emergency: None,
        keys,
        system: instance.facts.reference,
        endpoint,
        files,
        forwards,
        window,
        lapses,
        days: site.days(&look.rules()),
    }))
}

/// Fingerprints of the keys with which somebody comes to a gateway.
pub(super) fn keys(person: &Person) -> Vec<String> {
    person.ssh_keys().map(|k| k.fingerprint.clone()).collect()
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
    emergency: Option<Called>,
}

impl Act for OpenCutOff {
    const NAME: &'static str = "open-cut-off-session";
    const IN_DOUBT: bool = true;
    type Power = TellSession;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.site(desk).await?))
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        if let Some(known) = desk.find::<Session>(self.session).await? {
            return self.is(&known).then_some(()).ok_or(Stop::NotFound);
        }
        let site = self.site(desk).await?;
        let site: Site = desk.get(site).await?;
        let sheet = sheet_of(desk, &site, self.sheet).await?;
        let called = self.emergency.as_ref().map(|called| called.engagement);
        if !sheet.as_ref().is_none_or(|s| s.has(&self.gateway, self.number, called)) {
            return Err(Stop::NotFound);
        }
        // Whether the key still is theirs is asked from now on: one that was taken away since closes the session.
        let now = desk.now().0;
        let ago = i64::try_from(self.ago).unwrap_or(i64::MAX);
        let least = match &sheet {
            Some(sheet) => sheet.issued,
            // As old as a sheet can be.
            None if called.is_some() => now.plus_secs(-i64::from(DAYS.1) * DAY),
            None => desk.get::<Grant>(self.grant).await?.facts.window.from,
        };
        let began = now.plus_secs(ago.saturating_neg()).clamp(least, now.max(least));
        // Recorded whatever is known of the code now; what it should not have opened lets nothing more begin.
        let number = self.number;
        let mut doubt = !sheet.as_ref().is_some_and(|s| s.opened(number, began));
        if let Some(called) = &self.emergency {
            doubt = called::open(called, desk, self.grant, (sheet.as_ref(), doubt), began).await?;
        }
        let grant: Grant = desk.get(self.grant).await?;
        let reference = desk.next_reference(Kind::Session).await?;
        let id = self.session;
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let account = hand_to(desk, &instance, &grant, (id, true)).await?.map(|(account, _)| account);
        let started = SessionStarted { account, ..started(&grant, instance.id, reference, began) };
        desk.append(id, SessionEvent::Started(started)).await?;
        let (from, seal): (Private<Text>, _) = (desk.seal(&self.from)?, desk.seal(&self.seal)?);
        let (language, key, gateway) = (self.language, self.key, self.gateway);
        let noticed = SessionNoticed { notice: NOTICE, language, key, from, seal, gateway, days: Some(self.days) };
        desk.append(id, SessionEvent::Noticed(noticed)).await?;
        let sequence = self.sequence;
        let recorded = now.plus_secs(self.recorded_ago.saturating_neg());
        let due = grant.facts.emergency.as_ref().map(|mark| mark.review_due);
        let cut_off = SessionCutOff { doubt, sheet: self.sheet, number, sequence, recorded, due };
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
    /// Where it took place.
    async fn site(&self, desk: &mut Desk) -> Result<SiteId, Stop> {
        Ok(match &self.emergency {
            Some(called) => desk.get::<Instance>(called.instance).await?.facts.site,
            None => desk.get::<Grant>(self.grant).await?.facts.site,
        })
    }

    /// Whether a session is the one that is told.
    fn is(&self, known: &Session) -> bool {
        let ours = known.noticed.as_ref().is_some_and(|n| n.gateway == self.gateway);
        let code = known.cut_off.as_ref().is_some_and(|c| (c.sheet, c.number) == (self.sheet, self.number));
        ours && code && known.facts.grant == Some(self.grant)
    }
}
