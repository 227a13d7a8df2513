//! The kinds of rows: which columns each has, and which acts a row of it is. An empty cell is *not said*: it never
//! becomes a value somebody did not choose, and never erases one that stands.

mod parties;
mod seen;

use plantgate_domain::{
    base::{Day, Invalid, Why},
    event::{
        expect::{Capabilities, Known},
        qualify::OwnerRole,
    },
};
use plantgate_interchange::csv::{Column, Record};
use plantgate_store::Stop;
use serde::{Deserialize, Serialize};

use super::plan::Planned;
use crate::{
    expect::{
        conduit::RegisterConduit, instance::RegisterInstance, provider::RegisterProvider, site::RegisterSite,
        system::RegisterSystem, zone::RegisterZone,
    },
    qualify::{
        invite::{InvitePerson, RoleNamed},
        paper::{RecordTraining, SetMfa, VerifyIdentity},
        seat::ActivatePerson,
    },
};

/// A kind of row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    Sites,
    Zones,
    Conduits,
    Systems,
    Providers,
    People,
    Agreements,
    Engagements,
    Scope,
    /// What machines saw of devices; inventories are read into these.
    Sightings,
}

/// A rejected row carries its reason; a file that comes back corrected may still have that column.
const REASON: Column = Column::may(super::file::REASON);

const SITES: &[Column] =
    &[Column::must("reference"), Column::must("name"), Column::must("zone"), Column::must("country"), REASON];
const ZONES: &[Column] = &[
    Column::must("site"),
    Column::must("reference"),
    Column::must("name"),
    Column::must("kind"),
    Column::may("patterns"),
    REASON,
];
const CONDUITS: &[Column] = &[
    Column::must("site"),
    Column::must("a"),
    Column::must("b"),
    Column::must("state"),
    Column::may("review due"),
    REASON,
];
const SYSTEMS: &[Column] = &[
    Column::must("site"),
    Column::must("reference"),
    Column::must("name"),
    Column::may("system"),
    Column::may("system name"),
    Column::may("kind"),
    Column::may("owner"),
    Column::may("requalification"),
    Column::may("support ends"),
    Column::may("zone"),
    Column::may("environment"),
    Column::may("validated"),
    Column::may("flags"),
    Column::may("gxp"),
    Column::may("named users"),
    Column::may("mfa"),
    Column::may("logs"),
    Column::may("recording"),
    Column::may("file control"),
    Column::may("limitations"),
    Column::may("roles"),
    REASON,
];
const PROVIDERS: &[Column] = &[
    Column::must("reference"),
    Column::must("name"),
    Column::must("country"),
    Column::may("kinds"),
    Column::may("languages"),
    REASON,
];
const PEOPLE: &[Column] = &[
    Column::must("reference"),
    Column::must("handle"),
    Column::must("name"),
    Column::may("provider"),
    Column::may("provider roles"),
    Column::may("roles"),
    Column::may("key person"),
    Column::may("active"),
    Column::may("identity until"),
    Column::may("mfa on path"),
    Column::may("mfa on person"),
    Column::may("site rules until"),
    REASON,
];

/// The columns a file of that kind may have.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Sites => SITES,
        ImportKind::Zones => ZONES,
        ImportKind::Conduits => CONDUITS,
        ImportKind::Systems => SYSTEMS,
        ImportKind::Providers => PROVIDERS,
        ImportKind::People => PEOPLE,
        ImportKind::Agreements => parties::AGREEMENTS,
        ImportKind::Engagements => parties::ENGAGEMENTS,
        ImportKind::Scope => parties::SCOPE,
        ImportKind::Sightings => seen::SIGHTINGS,
    }
}

/// The columns that say which object a row is about; two rows of a file about one object contradict each other.
pub(super) fn about(kind: ImportKind) -> &'static [&'static str] {
    match kind {
        ImportKind::Sites
        | ImportKind::Zones
        | ImportKind::Systems
        | ImportKind::Providers
        | ImportKind::People
        | ImportKind::Agreements
        | ImportKind::Engagements => &["reference"],
        ImportKind::Conduits => &["a", "b"],
        ImportKind::Scope => &["engagement", "instance"],
        ImportKind::Sightings => &["site", "source", "key", "system"],
    }
}

/// Whether rows that follow each other may be about one object: an agreement has a row for each clause.
pub(super) fn gathers(kind: ImportKind) -> bool {
    kind == ImportKind::Agreements
}

/// The acts that the rows about one object ask for, in order.
pub(super) fn acts(kind: ImportKind, rows: &[Record]) -> Result<Vec<Planned>, Stop> {
    let Some(r) = rows.first() else { return Ok(Vec::new()) };
    let acts = match kind {
        ImportKind::Sites => site(r),
        ImportKind::Zones => zone(r),
        ImportKind::Conduits => conduit(r),
        ImportKind::Systems => system(r),
        ImportKind::Providers => provider(r),
        ImportKind::People => person(r),
        ImportKind::Agreements => parties::agreement(rows),
        ImportKind::Engagements => parties::engagement(r),
        ImportKind::Scope => parties::scope(r),
        ImportKind::Sightings => seen::sighting(r),
    };
    Ok(acts?)
}

type Acts = Result<Vec<Planned>, Invalid>;

fn site(r: &Record) -> Acts {
    let site = RegisterSite {
        reference: r.must("reference")?,
        name: r.must("name")?,
        zone: r.must_be("zone")?,
        country: r.must("country")?,
    };
    Ok(vec![site.into()])
}

fn zone(r: &Record) -> Acts {
    let zone = RegisterZone {
        site: r.must("site")?,
        reference: r.must("reference")?,
        name: r.must("name")?,
        kind: r.must_be("kind")?,
        patterns: r.list("patterns")?,
    };
    Ok(vec![zone.into()])
}

fn conduit(r: &Record) -> Acts {
    let conduit = RegisterConduit {
        site: r.must("site")?,
        a: r.must("a")?,
        b: r.must("b")?,
        state: r.must_be("state")?,
        review_due: r.may("review due")?,
    };
    Ok(vec![conduit.into()])
}

/// An instance, and the system it belongs to where the row says something of it.
fn system(r: &Record) -> Acts {
    let site = r.must("site")?;
    let name = r.must("name")?;
    let mut acts: Vec<Planned> = Vec::new();
    let system = r.get("system").map(str::to_owned);
    if let Some(reference) = &system {
        let system = RegisterSystem {
            site: site.clone(),
            reference: reference.clone(),
            name: r.get("system name").map_or_else(|| name.clone(), str::to_owned),
            kind: r.must_be("kind")?,
            owner: r.get("owner").map(str::to_owned),
            requalification: r.may("requalification")?,
            support_ends: r.may("support ends")?,
        };
        acts.push(system.into());
    } else if let Some(column) =
        ["system name", "owner", "requalification", "support ends"].into_iter().find(|c| r.get(c).is_some())
    {
        return Err(r.wrong(column, Why::of("invalid-row-system")));
    }
    let instance = RegisterInstance {
        site,
        reference: r.must("reference")?,
        name,
        system,
        kind: r.may("kind")?,
        zone: r.get("zone").map(str::to_owned),
        environment: r.may("environment")?,
        validated: r.may("validated")?,
        flags: r.list("flags")?,
        gxp: r.may("gxp")?,
        capabilities: capabilities(r)?,
        limitations: r.names("limitations"),
        roles: r.list("roles")?,
    };
    acts.push(instance.into());
    Ok(acts)
}

/// `None` when the row says nothing of any.
fn capabilities(r: &Record) -> Result<Option<Capabilities>, Invalid> {
    let known = |column: &str| r.may::<Known>(column).map(|k| k.unwrap_or(Known::Unknown));
    let said = Capabilities {
        named_users: known("named users")?,
        mfa: known("mfa")?,
        logs: known("logs")?,
        recording: known("recording")?,
        file_control: known("file control")?,
    };
    Ok((said != Capabilities::UNKNOWN).then_some(said))
}

fn provider(r: &Record) -> Acts {
    let provider = RegisterProvider {
        reference: r.must("reference")?,
        name: r.must("name")?,
        country: r.must("country")?,
        kinds: r.list("kinds")?.unwrap_or_default(),
        languages: r.names("languages").unwrap_or_default(),
    };
    Ok(vec![provider.into()])
}

/// A person, and what somebody of ours vouches for.
fn person(r: &Record) -> Acts {
    let reference = r.must("reference")?;
    let invite = InvitePerson {
        reference: Some(reference.clone()),
        handle: r.must("handle")?,
        name: r.must("name")?,
        provider: r.get("provider").map(str::to_owned),
        roles: roles(r)?,
        provider_roles: r.list("provider roles")?.unwrap_or_default(),
        key_person: r.yes("key person")?.unwrap_or(false),
    };
    let mut acts: Vec<Planned> = vec![invite.into()];
    let person = || reference.clone();
    if r.yes("active")? == Some(true) {
        acts.push(ActivatePerson { person: person() }.into());
    }
    if let Some(until) = r.may::<Day>("identity until")? {
        acts.push(VerifyIdentity { person: person(), until }.into());
    }
    let (on_path, on_person) = (r.may::<Known>("mfa on path")?, r.may::<Known>("mfa on person")?);
    if on_path.is_some() || on_person.is_some() {
        let or_unknown = |k: Option<Known>| k.unwrap_or(Known::Unknown);
        let (on_path, on_person) = (or_unknown(on_path), or_unknown(on_person));
        acts.push(SetMfa { person: person(), on_path, on_person }.into());
    }
    if let Some(valid_until) = r.may::<Day>("site rules until")? {
        let key = "site-rules".to_owned();
        acts.push(RecordTraining { person: person(), key, site: None, valid_until }.into());
    }
    Ok(acts)
}

/// Roles of ours: `qa` at every site, `qa@BRU` at one.
fn roles(r: &Record) -> Result<Vec<RoleNamed>, Invalid> {
    let names = r.names("roles").unwrap_or_default();
    let one = |name: &String| {
        let (role, site) = name.split_once('@').map_or((name.as_str(), None), |(role, site)| (role, Some(site)));
        let role: OwnerRole = role.trim().parse().map_err(|why: Why| r.wrong("roles", why))?;
        Ok(RoleNamed { role, site: site.map(|s| s.trim().to_owned()) })
    };
    names.iter().map(one).collect()
}
