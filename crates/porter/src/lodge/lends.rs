//! What a gateway is lent for when it cannot ask, and what it tells afterwards of sessions that began so. The
//! key with which it would go on to systems leaves this house only locked under codes that lie on paper at a site.

use std::net::IpAddr;

use hyper::StatusCode;
use plantgate_app::{
    Stop,
    witness::cutoff::{self, LENT_SECS, Lent, Served},
};
use plantgate_domain::base::Instant;
use plantgate_gateway::{
    keys,
    remote::{
        copies::{self, Copies, Locked, Sheet, Signed},
        says::{self, BeganAlone, Copied, Source, Told},
    },
    russh::keys::PublicKey,
};
use plantgate_wire::words::{Lang, Reader};

use super::{Lodge, answers::By};
use crate::SKEW;

/// What a gateway may serve while it cannot ask.
pub(super) async fn lend(lodge: &Lodge, by: By<'_>, ask: says::Copies) -> Result<Copied, StatusCode> {
    let said = |stop: &Stop| lodge.said(by.gateway, stop);
    let lent = lodge.app.gate_lends(by.gateway, lodge.bounds.copies, ask.emergencies);
    let (now, served) = lent.await.map_err(|stop| said(&stop))?;
    if served.is_empty() {
        return Ok(Copied { signed: None });
    }
    let check_in = lodge.app.gate_check_in().await.map_err(|stop| said(&stop))?;
    // A plant's own time may not be the machines' (a demo's is moved): what gateways and systems go by is the wall's.
    let (wall, plant) = (plantgate_app::wall_now(), secs(now));
    let lending = Lending {
        lodge,
        now: wall,
        ahead: wall.saturating_sub(plant),
        lang: Lang::of(&ask.language).unwrap_or_default(),
        ask: &ask,
    };
    let mut copies = Copies {
        gateway: by.gateway.to_owned(),
        made: lending.now,
        until: lending.now.saturating_add(LENT_SECS),
        check_in,
        grants: Vec::new(),
    };
    let mut sheets = Vec::with_capacity(served.len());
    for one in &served {
        sheets.push(lending.sheet(one).map_err(|stop| said(&stop))?);
        lending.add(&mut copies, one).map_err(|stop| said(&stop))?;
    }
    let signed = Signed::by(&lodge.signs, &copies, sheets);
    let signed = signed.map_err(|said| lodge.said(by.gateway, &Stop::fault(said)))?;
    tracing::debug!(gateway = by.gateway, grants = copies.grants.len(), "copies of grants were made");
    Ok(Copied { signed: Some(signed) })
}

/// A session began while its gateway could not ask.
pub(super) async fn began(lodge: &Lodge, by: By<'_>, ask: BeganAlone) -> Result<Told, StatusCode> {
    let session = ask.session;
    let began = cutoff::BeganAlone {
        session,
        grant: ask.grant,
        key: ask.fingerprint,
        language: Lang::of(&ask.language).unwrap_or_default().tag().to_owned(),
        days: ask.days,
        from: ask.from.to_string(),
        gateway: by.gateway.to_owned(),
        sheet: ask.sheet,
        number: ask.number,
        locked: ask.seal,
        sequence: ask.sequence,
        recorded_ago: plantgate_app::wall_now().saturating_sub(ask.recorded),
        ago: ask.ago_secs,
        emergency: ask.emergency,
    };
    lodge.app.gate_began_alone(&began).await.map_err(|stop| lodge.said(by.gateway, &stop))?;
    tracing::warn!(gateway = by.gateway, %session, code = began.number, "a session began there while it was cut off");
    Ok(Told { stands: true })
}

/// What is the same for all copies of one answer.
struct Lending<'l> {
    lodge: &'l Lodge,
    /// Seconds since 1970 by the wall's clock, and how far that is ahead of the plant's.
    now: i64,
    ahead: i64,
    lang: Lang,
    ask: &'l says::Copies,
}

/// Seconds since 1970.
fn secs(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

impl Lending<'_> {
    /// What each code of a sheet opens that was not used.
    fn sheet(&self, served: &Served) -> Result<Sheet, Stop> {
        let (app, sheet) = (&self.lodge.app, served.sheet.id);
        let unused = (1..=served.sheet.codes).filter(|number| !served.sheet.used.contains_key(number));
        let locked = |number| Ok(Locked { number, way: app.sheet_way_locked(sheet, number, self.now)? });
        Ok(Sheet { sheet, codes: unused.map(locked).collect::<Result<_, Stop>>()? })
    }

    /// Its grants; one of which no copy can be made keeps no other out.
    fn add(&self, copies: &mut Copies, served: &Served) -> Result<(), Stop> {
        let seed = self.lodge.app.sheet_way(served.sheet.id, self.now)?;
        let key = keys::of_seed(&seed).map_err(Stop::fault)?;
        for lent in &served.grants {
            match self.grant(served, lent, key.public_key()) {
                Ok(grant) => copies.grants.push(grant),
                Err(stop) => tracing::error!(%stop, grant = lent.reference, "a grant cannot be lent"),
            }
        }
        Ok(())
    }

    fn grant(&self, served: &Served, lent: &Lent, key: &PublicKey) -> Result<copies::Lent, Stop> {
        let endpoint = lent.endpoint.clone();
        let window = lent.window;
        let reader = Reader { lang: self.lang, zone: served.site.facts.zone.clone() };
        let notice = match &lent.emergency {
            None => {
                let until = reader.until(window.until);
                reader.t("gateway-notice").s("grant", &lent.reference).s("until", until)
            }
            Some(called) => {
                let minutes = called.secs.div_euclid(60);
                reader.t("gateway-notice-emergency").s("system", &lent.system).n("minutes", minutes)
            }
        };
        let (notice, days) = (notice.n("days", lent.days).to_string(), lent.days);
        let source =
            self.ask.sources.iter().find(|source| source.host == endpoint.host).map(|Source { from, .. }| *from);
        let certificate = source.map(|from| self.certificate(lent, &endpoint.login, key, from)).transpose()?;
        Ok(copies::Lent {
            grant: lent.grant,
            reference: lent.reference.clone(),
            person: lent.person,
            keys: lent.keys.clone(),
            sheet: served.sheet.id,
            from: self.wall(window.from),
            until: self.wall(window.until),
            starts_until: self.wall(lent.lapses.unwrap_or(window.until)),
            language: self.lang.tag().to_owned(),
            zone: served.site.facts.zone.clone(),
            notice,
            days,
            host: endpoint.host,
            port: endpoint.port,
            login: endpoint.login,
            host_key: endpoint.host_key,
            name: lent.system.clone(),
            hard: lent.hard,
            files_in: lent.files.0,
            files_out: lent.files.1,
            forwards: lent.forwards.clone(),
            certificate,
            emergency: lent.emergency.clone(),
        })
    }

    /// An instant of the plant by the wall's clock.
    fn wall(&self, at: Instant) -> i64 {
        secs(at).saturating_add(self.ahead)
    }

    /// Good for the login of one system, from the gateway alone, and as long as the window and the copies are.
    fn certificate(&self, lent: &Lent, login: &str, key: &PublicKey, source: IpAddr) -> Result<String, Stop> {
        let secs = |at: i64| u64::try_from(at).unwrap_or_default();
        let until = self.wall(lent.window.until).min(self.now.saturating_add(LENT_SECS));
        let says = keys::Says {
            id: format!("plantgate {} cut off", lent.reference),
            principal: login,
            from: secs(self.wall(lent.window.from).max(self.now)).saturating_sub(SKEW),
            until: secs(until),
            source,
            serial: u64::try_from(lent.grant.0.as_u128() >> 64).unwrap_or_default(),
            terminal: true,
            command: None,
        };
        let certificate = keys::certify(&self.lodge.signs, key, &says).map_err(Stop::fault)?;
        certificate.to_openssh().map_err(Stop::fault)
    }
}
