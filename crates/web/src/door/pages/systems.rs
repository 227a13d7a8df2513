//! *Systems*: the list, and the page of an instance: who may come in, what is known of it, and what makes up for its
//! limits.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop, names,
    permit::engaged::reaching,
    power::could,
    qualify::ssh,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Environment, InstanceId, Kind, Ref},
    event::expect::{Endpoint, Flag, Known, Measure},
    expect::{
        instance::{Compensated, Instance, Sighted},
        system::System,
        vault::Vaulted,
        zone::Zone,
    },
    permit::grant::Grant,
    qualify::person::Person,
};
use plantgate_wire::words::Rich;

use super::{engagement_parts::item, vault};
use crate::{
    door::{
        deeds,
        error::Trouble,
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::systems::{SeenRow, SystemFact, SystemPage, SystemRow, Systems, Visitor},
    render,
    view::{Choice, Find, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/systems", list).page("/systems/{name}", show)
}

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("systems");
    let mut q = Query::new(Kind::Instance, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Reference)?;
    let all = visit.look.count(&q).await?;
    super::filters::place(&mut visit, &asked, &mut q).await?;
    narrow(&mut visit, &asked, &mut q).await?;
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for one in things::<Instance>(&page)? {
        rows.push(row_of(&mut visit, &one).await?);
    }
    if let Some(form) = asked.export() {
        let head = ["system", "name", "environment", "zone", "site", "kind", "providers", "unknown"];
        let line = |r: &SystemRow| {
            let env = r.env.map(|e| e.as_str().to_owned()).unwrap_or_default();
            let providers: Vec<String> = r.providers.iter().map(|p| p.text.clone()).collect();
            let first = [r.item.text.clone(), r.name.clone(), env, r.zone.clone(), r.site.clone(), r.kind.clone()];
            first.into_iter().chain([providers.join("; "), r.unknown.to_string()]).collect()
        };
        let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
        return export(form, "systems", &head, &lines);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = super::filters::chips(&mut visit, &asked, &q).await?;
    if let Some(find) = &mut list.find {
        filters(&mut visit, find).await?;
    }
    let begin = deeds::begin(&visit, Kind::Instance);
    let may_import = could(&visit.who.person, "import", &[], &visit.look.rules());
    let may_accounts = super::accounts::offered(&visit);
    let page = Systems { ui: visit.ui, list, rows, begin, may_import, may_accounts };
    Ok(render::page(StatusCode::OK, &page))
}

/// What a system can do for security, and how it may stand.
const ABLE: &[&str] = &["named-users", "mfa", "logs", "recording", "file-control"];

/// Zone, environment, what it touches and what it can do, as the URL says; words that mean nothing find nothing.
async fn narrow(visit: &mut Visit, asked: &Asked, q: &mut Query) -> Result<(), Stop> {
    if let Some(name) = asked.get("zone") {
        let zone = names::find(&mut visit.look, Kind::Zone, name).await?;
        q.pointing = Some(("zone", zone.unwrap_or(Ref { kind: Kind::Zone, id: uuid::Uuid::nil() })));
    }
    if let Some(word) = asked.get("env") {
        q.lines.push(("environment", word.to_owned()));
    }
    if let Some(flag) = asked.get("flag").and_then(|f| f.parse::<Flag>().ok()) {
        q.lines.push((flag.as_str(), Known::Yes.as_str().to_owned()));
    }
    if let Some((name, word)) = asked.get("can").and_then(|c| c.split_once('.'))
        && let Some(name) = ABLE.iter().find(|able| **able == name)
    {
        q.lines.push((name, word.to_owned()));
    }
    Ok(())
}

/// The filters with many words.
async fn filters(visit: &mut Visit, find: &mut Find) -> Result<(), Stop> {
    let any = |visit: &Visit, of: &str| Choice::new("", visit.ui.t(of).to_string());
    let mut zones = vec![any(visit, "systems-any-zone")];
    let q = Query { order: Order::Reference, ..Query::new(Kind::Zone, visit.me(), 500) };
    for row in visit.look.page(&q).await?.rows {
        let zone = Zone::try_from(row.kept.thing)?;
        zones.push(Choice::new(zone.facts.reference.clone(), format!("{} {}", zone.facts.reference, zone.facts.name)));
    }
    let ui = &visit.ui;
    let words = |family: &str, all: Vec<&'static str>| -> Vec<Choice> {
        all.into_iter().map(|w| Choice::new(w, ui.word(family, w).to_string())).collect()
    };
    let mut envs = vec![any(visit, "systems-any-env")];
    envs.extend(words("env", Environment::ALL.iter().map(|e| e.as_str()).collect()));
    let mut flags = vec![any(visit, "systems-any-flag")];
    flags.extend(words("flag", Flag::ALL.iter().map(|f| f.as_str()).collect()));
    let mut able = vec![any(visit, "systems-any-able")];
    for name in ABLE {
        for known in Known::ALL {
            let text = format!("{}: {}", ui.word("fact", name), ui.word("known", known.as_str()));
            able.push(Choice::new(format!("{name}.{known}"), text));
        }
    }
    find.select("zone", ui.t("col-zone"), zones);
    find.select("env", ui.t("fld-environment"), envs);
    find.select("flag", ui.t("fact-flags"), flags);
    find.select("can", ui.t("systems-able"), able);
    Ok(())
}

/// Facts nobody stated yet.
fn unknown(i: &Instance) -> u32 {
    let f = &i.facts;
    let c = &f.capabilities;
    let able = [c.named_users, c.mfa, c.logs, c.recording, c.file_control];
    let open = [f.zone.is_none(), f.environment.is_none(), f.flags.is_none(), i.gxp().is_none(), f.validated.is_none()];
    let open = open.iter().filter(|o| **o).count() + able.iter().filter(|k| **k == Known::Unknown).count();
    u32::try_from(open).unwrap_or(u32::MAX)
}

async fn row_of(visit: &mut Visit, i: &Instance) -> Result<SystemRow, Stop> {
    let system: System = visit.look.get(i.facts.system).await?;
    let mut providers: Vec<Item> = Vec::new();
    for e in reaching(&mut visit.look, i).await? {
        let provider = item(visit, e.facts.provider.into()).await?;
        if !providers.contains(&provider) {
            providers.push(provider);
        }
    }
    let zone = match i.facts.zone {
        Some(zone) => item(visit, zone.into()).await?.text,
        None => visit.ui.t("engagement-fact-unknown").to_string(),
    };
    Ok(SystemRow {
        item: item(visit, i.id.into()).await?,
        name: i.facts.name.clone(),
        env: i.facts.environment,
        zone,
        site: item(visit, i.facts.site.into()).await?.text,
        kind: visit.ui.word("kind", system.facts.kind.as_str()).to_string(),
        providers,
        inside: None,
        unknown: unknown(i),
    })
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("systems");
    let id: InstanceId = visit.seen(Kind::Instance, &name).await?;
    let i: Instance = visit.look.get(id).await?;
    let site = visit.look.get(i.facts.site).await?;
    visit.zone_of(&site);
    let row = row_of(&mut visit, &i).await?;
    let mut engagements = Vec::new();
    for e in reaching(&mut visit.look, &i).await? {
        let provider = item(&mut visit, e.facts.provider.into()).await?.text;
        engagements.push((item(&mut visit, e.id.into()).await?, provider));
    }
    let account = match i.endpoint.as_ref().and_then(|e| e.account) {
        Some(account) => Some(item(&mut visit, account.into()).await?.text),
        None => None,
    };
    let page = SystemPage {
        reference: i.facts.reference.clone(),
        name: i.facts.name.clone(),
        env: i.facts.environment,
        site: row.site.clone(),
        next: Rich::default(),
        facts: facts(&visit, &i, &row, account),
        visitors: visitors(&mut visit, &i).await?,
        engagements,
        seen: i.sightings.iter().rev().map(|s| seen(&i, s)).collect(),
        limits: limits(&mut visit, &i).await?,
        watched_by: i.endpoint.as_ref().map(|_| visit.ui.word("seen", "gateway").to_string()),
        acts: acts(&visit, &i),
        may_request: could(&visit.who.person, "request-access", &[i.facts.site], &visit.look.rules()),
        ui: visit.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// What may be done to it, and what lies in the vault for it, for whoever keeps that.
fn acts(visit: &Visit, i: &Instance) -> Vec<Item> {
    let mut acts = deeds::offered_for(visit, &i.clone().into(), &i.facts.reference, &[i.facts.site]);
    if i.vaulted.is_some() && vault::offered(visit, i) {
        acts.push(Item::link(visit.ui.t("vault-title").to_string(), vault::address(&i.facts.reference)));
    }
    acts
}

fn facts(visit: &Visit, i: &Instance, row: &SystemRow, account: Option<String>) -> Vec<SystemFact> {
    let c = &i.facts.capabilities;
    let known = |k: Known| match k {
        Known::Yes => Some(visit.ui.t("yes").to_string()),
        Known::No => Some(visit.ui.t("no").to_string()),
        Known::Unknown => None,
    };
    let flags = i.facts.flags.as_ref().map(|all| {
        let words: Vec<String> = all.iter().map(|f| visit.ui.word("flag", f.as_str()).to_string()).collect();
        if words.is_empty() { visit.ui.t("flag-none").to_string() } else { words.join(", ") }
    });
    let all = [
        ("zone", i.facts.zone.map(|_| row.zone.clone())),
        ("kind", Some(row.kind.clone())),
        ("validated", i.facts.validated.map(|v| visit.ui.word("validated", v.as_str()).to_string())),
        ("gxp", i.gxp().map(|g| visit.ui.word("gxp", g.as_str()).to_string())),
        ("flags", flags),
        ("named-users", known(c.named_users)),
        ("mfa", known(c.mfa)),
        ("logs", known(c.logs)),
        ("recording", known(c.recording)),
        ("file-control", known(c.file_control)),
    ];
    let e = i.endpoint.as_ref();
    let way = e.map(|e| ("gateway", Some(way(visit, e))));
    let tools = e.filter(|e| !e.forwards.is_empty()).map(|e| ("forwards", Some(tools(visit, e))));
    let secret = i.vaulted.as_ref().map(|v| ("login-secret", Some(in_vault(visit, v))));
    all.into_iter()
        .chain(way)
        .chain(tools)
        .chain(account.map(|account| ("shared-account", Some(account))))
        .chain(secret)
        .map(|(key, value)| SystemFact { key: key.to_owned(), value })
        .collect()
}

/// What lets the gateway in where a certificate does not, and whether the system takes it.
fn in_vault(visit: &Visit, vaulted: &Vaulted) -> String {
    let kind = visit.ui.word("secretkind", vaulted.kind.as_str()).to_string();
    let words = if vaulted.refused.is_some() { "system-vault-refused" } else { "system-vault" };
    visit.ui.t(words).s("kind", kind).s("at", visit.ui.moment(vaulted.put.0)).to_string()
}

/// Where the gateway leads, with the fingerprint that people compare at the system.
fn way(visit: &Visit, e: &Endpoint) -> String {
    let fingerprint = ssh::read(&e.host_key).map(|key| key.fingerprint).unwrap_or_default();
    let at = format!("{}:{}", e.host, e.port);
    visit.ui.t("system-gateway").s("at", at).s("login", &e.login).s("fingerprint", fingerprint).to_string()
}

/// Ports of it that people reach with their own tools.
fn tools(visit: &Visit, e: &Endpoint) -> String {
    let ports: Vec<String> = e.forwards.iter().map(u16::to_string).collect();
    visit.ui.t("system-forwards").s("ports", ports.join(", ")).to_string()
}

/// A sighting; its name beside the one that stands, where they are not the same.
fn seen(i: &Instance, of: &Sighted) -> SeenRow {
    let saw = &of.saw;
    let said = [&i.facts.reference, &i.facts.name];
    let other = |name: &String| !said.iter().any(|s| s.eq_ignore_ascii_case(name));
    let differs = saw.name.as_ref().filter(|n| other(n)).map(|_| i.facts.reference.clone());
    let many = |all: &[String]| (!all.is_empty()).then(|| all.join(", "));
    let facts = [
        ("name", saw.name.clone(), differs),
        ("mac", saw.mac.clone(), None),
        ("addresses", many(&saw.addresses), None),
        ("vendor", saw.vendor.clone(), None),
        ("product", saw.product.clone(), None),
        ("serial", saw.serial.clone(), None),
        ("os", saw.os.clone(), None),
        ("services", many(&saw.services), None),
        ("parts", saw.parts.map(|n| n.to_string()), None),
    ];
    let facts = facts.into_iter().filter_map(|(key, value, said)| value.map(|v| (key, v, said)));
    SeenRow {
        source: saw.source.as_str(),
        key: saw.key.clone(),
        seen: saw.seen,
        recorded: of.recorded,
        facts: facts.collect(),
    }
}

async fn limits(visit: &mut Visit, i: &Instance) -> Result<Vec<Rich>, Stop> {
    let mut lines = Vec::new();
    for limit in &i.facts.limitations {
        lines.push(Rich::from(visit.look.open_private(limit).await?.unwrap_or_default()));
    }
    if let Some(c) = &i.compensation {
        lines.extend(measures(visit, c).await?);
    }
    Ok(lines)
}

/// What makes up for them: each measure by name, until when, who agreed; and what is not in force any more.
async fn measures(visit: &mut Visit, c: &Compensated) -> Result<Vec<Rich>, Stop> {
    let name = |m: &Measure| visit.ui.word("measure", m.as_str()).to_string();
    let mut names: Vec<String> = c.set.measures.iter().map(name).collect();
    names.extend(
        c.set.hours.map(|h| visit.ui.t("system-hours").s("hours", format!("{}–{}", h.from, h.until)).to_string()),
    );
    if !c.set.sources.is_empty() {
        names.push(visit.ui.t("system-sources").s("sources", c.set.sources.join(", ")).to_string());
    }
    let id = match () {
        () if c.broken.is_some() => "system-compensation-broken",
        () if c.holds(&visit.ui.r.zone, visit.now()) => "system-compensated",
        () => "system-compensation-over",
    };
    let day = visit.ui.day(c.set.until);
    let mut lines = vec![visit.ui.t(id).s("measures", names.join(", ")).s("day", day).into()];
    let (by, with) = (item(visit, c.set.proposed_by.into()).await?, item(visit, c.set.approved_by.into()).await?);
    let reason = visit.look.open_private(&c.set.reason).await?.unwrap_or_default();
    let agreed = visit.ui.t("system-measures-agreed").s("by", by.text).s("with", with.text);
    lines.push(agreed.s("at", visit.ui.moment(c.agreed)).s("reason", reason).into());
    if let Some((at, how)) = &c.broken {
        let why = match (&how.reason, how.session) {
            (Some(reason), _) => visit.look.open_private(reason).await?.unwrap_or_default(),
            (None, Some(session)) => {
                let session = item(visit, session.into()).await?.text;
                visit.ui.t("system-measure-unlogged").s("session", session).to_string()
            }
            (None, None) => String::new(),
        };
        let measure = visit.ui.word("measure", how.measure.as_str()).to_string();
        let line = visit.ui.t("system-measure-broken").s("measure", measure).s("at", visit.ui.moment(*at));
        lines.push(line.s("why", why).into());
    }
    Ok(lines)
}

/// Grants on this instance that are open or still to come.
async fn visitors(visit: &mut Visit, i: &Instance) -> Result<Vec<Visitor>, Stop> {
    let grants: Vec<Grant> = visit.look.of("instance", i.id).await?;
    let now = visit.now();
    let mut out = Vec::new();
    for g in grants.into_iter().filter(|g| matches!(g.word(now), "scheduled" | "active" | "suspended")) {
        let person: Person = visit.look.get(g.facts.person).await?;
        let provider = match person.provider() {
            Some(id) => item(visit, id.into()).await?,
            None => Item::default(),
        };
        out.push(Visitor {
            person: item(visit, person.id.into()).await?.text,
            provider,
            item: item(visit, g.id.into()).await?,
            role: g.facts.roles.first().map(|r| r.as_str()).unwrap_or_default(),
            when: visit.ui.window(g.window_at(now)),
            inside: false,
        });
    }
    Ok(out)
}
