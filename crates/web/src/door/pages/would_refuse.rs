//! What checks that only observe or warn would have refused: by check and site, with the requests behind every
//! number. Read from the decisions as the record froze them; the URL is the view.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    permit::observed::{DAYS, Let, Observed, observed},
    read::Memory,
};
use plantgate_domain::{
    base::{DAY, Kind, Mode, Ref, SiteId},
    expect::site::Site,
    rules::Rules,
};

use super::{access::shown::item, filters};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, Export, export},
        routes::Routes,
        visit::Visit,
    },
    page::observe::{WouldCount, WouldRefuse, WouldRow},
    render,
    view::Choice,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/admin/would-refuse", show)
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("admin");
    let limits = *visit.state.app.store().limits();
    let me = visit.me();
    let seen = observed(&mut visit.look, me, limits.frozen_decisions).await?;
    let sites = sites(&mut visit).await?;
    let counts = counts(&visit, &asked, &seen, &sites);
    let failed: Vec<Observed> = seen.requests.iter().filter(|o| !o.checks.is_empty()).cloned().collect();
    let unfiltered = failed.len();
    let wanted: Vec<Observed> = failed.into_iter().filter(|o| wanted(&asked, &sites, o)).collect();
    let (mut list, page) = asked.cut(wanted, limits.page, unfiltered, |o| o.seq.to_string());
    if let Some(form) = asked.export() {
        return file(&mut visit, form, seen.cut, &page).await;
    }
    let mut rows = Vec::with_capacity(page.len());
    learn(&mut visit, &page).await?;
    for one in &page {
        rows.push(row(&mut visit, one).await?);
    }
    let mut find = asked.find();
    find.select("site", visit.ui.t("col-site"), filters::sites(&mut visit).await?);
    find.select("check", visit.ui.t("modes-check"), checks(&visit));
    list.find = Some(find);
    list.chips = vec![modes(&visit, &asked, &seen.requests)];
    let since = visit.now().plus_secs(-DAYS * DAY);
    let cut = seen.cut.then_some(limits.frozen_decisions);
    Ok(render::page(StatusCode::OK, &WouldRefuse { since, counts, list, rows, cut, ui: visit.ui }))
}

async fn sites(visit: &mut Visit) -> Result<BTreeMap<SiteId, Site>, Stop> {
    let all = visit.look.every(Kind::Site).await?;
    all.into_iter().map(|kept| Site::try_from(kept.thing).map(|s| (s.id, s)).map_err(Stop::from)).collect()
}

/// Whether a check is one the URL asks for.
fn asked_for(asked: &Asked, c: &Let) -> bool {
    asked.get("check").is_none_or(|key| c.key == key) && asked.get("mode").is_none_or(|mode| c.mode.as_str() == mode)
}

fn at(asked: &Asked, sites: &BTreeMap<SiteId, Site>, site: SiteId) -> bool {
    asked.get("site").is_none_or(|named| sites.get(&site).is_some_and(|s| s.facts.reference == named))
}

/// Whether the URL asks for a request; text is looked for in its reference.
fn wanted(asked: &Asked, sites: &BTreeMap<SiteId, Site>, o: &Observed) -> bool {
    let text = asked.get("q").map(str::to_lowercase);
    let called = text.is_none_or(|t| o.request.asked.reference.to_lowercase().starts_with(t.trim()));
    called && at(asked, sites, o.request.asked.site) && o.checks.iter().any(|c| asked_for(asked, c))
}

/// Numbers by check and site; a check that would have refused nothing there has no line.
fn counts(
    visit: &Visit,
    asked: &Asked,
    seen: &plantgate_app::permit::observed::Seen,
    sites: &BTreeMap<SiteId, Site>,
) -> Vec<WouldCount> {
    let rules = visit.look.rules();
    let mut all = Vec::new();
    for site in sites.values().filter(|s| at(asked, sites, s.id)) {
        for check in rules.checks.check.iter().filter(|c| asked.get("check").is_none_or(|key| c.key == key)) {
            let (would, of) = seen.count(site.id, &check.key);
            if would > 0 {
                let named = [("site", Some(&*site.facts.reference)), ("check", Some(&*check.key))];
                all.push(WouldCount {
                    key: check.key.clone(),
                    rule: check.rule.clone(),
                    site: site.facts.name.clone(),
                    mode: mode(site, &check.key, visit, &rules).as_str(),
                    would,
                    of,
                    href: asked.link(&named),
                });
            }
        }
    }
    all.sort_by_key(|c| std::cmp::Reverse(c.would));
    all
}

fn mode(site: &Site, key: &str, visit: &Visit, rules: &Rules) -> Mode {
    site.mode(key, visit.now(), rules.checks.default_mode)
}

fn modes(visit: &Visit, asked: &Asked, all: &[Observed]) -> Vec<crate::view::Chip> {
    let of = |mode: Mode| all.iter().filter(|o| o.checks.iter().any(|c| c.mode == mode)).count() as u64;
    let chip = |m: Mode| asked.chip("mode", Some(m.as_str()), visit.ui.word("mode", m.as_str()), of(m));
    [Mode::Observe, Mode::Warn].map(chip).to_vec()
}

/// Every check that may be in observation, as a filter.
fn checks(visit: &Visit) -> Vec<Choice> {
    let rules = visit.look.rules();
    let named = rules.checks.check.iter().filter(|c| !c.floor);
    let named = named.map(|c| Choice::new(c.key.clone(), visit.ui.word("check", &c.key).to_string()));
    std::iter::once(Choice::new("", visit.ui.t("would-any-check").to_string())).chain(named).collect()
}

/// Names of everything on the page, in a few steps.
async fn learn(visit: &mut Visit, page: &[Observed]) -> Result<(), Stop> {
    let of = |o: &Observed| -> [Ref; 5] {
        let a = &o.request.asked;
        [o.request.id.into(), a.site.into(), a.provider.into(), a.person.into(), a.instance.into()]
    };
    let all: Vec<Ref> = page.iter().flat_map(of).collect();
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &all).await
}

async fn row(visit: &mut Visit, o: &Observed) -> Result<WouldRow, Stop> {
    let a = &o.request.asked;
    Ok(WouldRow {
        seq: o.seq,
        item: item(visit, o.request.id).await?,
        at: o.at,
        site: item(visit, a.site).await?.text,
        provider: item(visit, a.provider).await?,
        person: item(visit, a.person).await?,
        system: item(visit, a.instance).await?.text,
        state: o.request.word(visit.now()),
        checks: o.checks.iter().map(|c| (c.key.clone(), c.rule.clone(), c.mode.as_str())).collect(),
    })
}

/// A line for each request and check. What was cut off is refused: it would look whole.
async fn file(visit: &mut Visit, form: Export, cut: bool, page: &[Observed]) -> Result<Response, Trouble> {
    if cut {
        let most = visit.state.app.store().limits().frozen_decisions.to_string();
        return Err(Stop::field("as", plantgate_domain::base::Why::of("invalid-export-long").with("most", most)).into());
    }
    learn(visit, page).await?;
    let mut lines = Vec::new();
    for one in page {
        let r = row(visit, one).await?;
        for (key, rule, mode) in &r.checks {
            let (who, what) = ([r.provider.text.clone(), r.person.text.clone()], [r.system.clone(), key.clone()]);
            let start = [r.item.text.clone(), visit.ui.iso(r.at), r.site.clone()];
            let end = [rule.clone(), (*mode).to_owned(), r.state.to_owned()];
            lines.push(start.into_iter().chain(who).chain(what).chain(end).collect::<Vec<String>>());
        }
    }
    let head = ["request", "decided", "site", "provider", "person", "system", "check", "rule", "mode", "state"];
    export(form, "would-have-refused", &head, &lines)
}
