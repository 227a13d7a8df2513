//! *Who could come in now*: lists of accounts of directories, gateways and hosts are taken in, every account is held
//! against the people known, and somebody says whose one is, that it may stay, or that it shall go. Blames nobody: an
//! account that is nobody's is a question to our own side.

use axum::{
    extract::{DefaultBodyLimit, Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use plantgate_app::{
    Stop,
    power::could,
    read::{By, Memory, Order, Query},
    witness::{
        account_list::{SayOfAccount, TakeAccountList},
        who::{Held, WhoCould, who_could},
    },
};
use plantgate_domain::{
    base::{AccountListId, Kind, Ref, Why},
    event::witness::{AccountSays, ListKind},
    expect::site::Site,
    witness::{account_list::AccountList, who::Comes},
};

use super::{access::shown::item, filters};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, Export, encoded, export, things},
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::accounts::{AccountLists, AccountRow, ListRow, WhoCouldPage},
    render,
    view::Form,
};

/// Names on the list before that are shown.
const GONE: usize = 50;

/// Routes; only a list may be large.
pub fn routes(limit: usize) -> Routes {
    let take = post(take).layer(DefaultBodyLimit::max(limit));
    Routes::new()
        .page("/accounts", lists)
        .route(RouteKind::Act, "POST", "/accounts", take)
        .page("/accounts/{name}", show)
        .act("/accounts/{name}/say", say)
}

async fn lists(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("systems"), &asked, Form::of([("kind", "directory")])).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(mut visit: Visit, asked: &Asked, form: Form) -> Result<AccountLists, Trouble> {
    let mut q = Query::new(Kind::AccountList, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Newest)?;
    filters::place(&mut visit, asked, &mut q).await?;
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for one in things::<AccountList>(&page)? {
        rows.push(head(&mut visit, &one).await?);
    }
    let may = could(&visit.who.person, "keep-accounts", &[], &visit.look.rules());
    let mut sites = filters::sites(&mut visit).await?;
    sites.remove(0);
    let kinds = ListKind::ALL.iter().map(|k| k.as_str()).collect();
    let list = asked.list(&q, &page, page.total);
    Ok(AccountLists { list, rows, may, sites, kinds, form, ui: visit.ui })
}

async fn head(visit: &mut Visit, of: &AccountList) -> Result<ListRow, Stop> {
    Ok(ListRow {
        item: item(visit, of.id).await?,
        site: item(visit, of.facts.site).await?.text,
        kind: of.facts.kind.as_str(),
        system: match of.facts.instance {
            Some(on) => Some(item(visit, on).await?),
            None => None,
        },
        taken: of.facts.taken,
        recorded: of.at,
    })
}

async fn take(visit: Visit, form: Multipart) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("systems");
    let mut fields = Fields::default();
    match taken(&visit, form, &mut fields).await {
        Ok(to) => Ok(to.into_response()),
        Err(stop) => {
            let form = super::import::wrong(&fields, stop, &visit.ui.r)?;
            let page = page(visit, &Asked::default(), form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Stores the file and takes it as the newest of its list.
async fn taken(visit: &Visit, mut form: Multipart, fields: &mut Fields) -> Result<axum::response::Redirect, Stop> {
    let broke = |_| Stop::field("file", Why::of("invalid-import-broke"));
    let mut bytes = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broke)? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            bytes = field.bytes().await.map_err(broke)?.to_vec();
        } else {
            fields.0.push((key, field.text().await.map_err(broke)?));
        }
    }
    if bytes.is_empty() {
        return Err(Stop::field("file", Why::of("invalid-import-empty")));
    }
    if !could(&visit.who.person, "keep-accounts", &[], &visit.look.rules()) {
        return Err(plantgate_domain::base::Refusal::new("R-13", "stop-no-power").into());
    }
    let store = visit.state.app.store();
    let stored = store.take_file(bytes.as_slice(), store.limits().import_bytes, By::Import).await?;
    let act = TakeAccountList {
        site: fields.text("site"),
        kind: fields.read("kind")?,
        system: fields.maybe("system"),
        sha256: stored.sha256,
        bytes: stored.size,
        taken: fields.maybe("taken").map(|_| fields.read("taken")).transpose()?,
    };
    let answer = visit.state.app.act(visit.caller(), fields.request()?, act).await?;
    let what = if answer.entries == 0 { "accounts-same" } else { "accounts-taken" };
    Ok(done(&format!("/accounts/{}", answer.done.reference), what, answer.entry))
}

async fn show(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let chosen = asked.get("account").map(str::to_owned);
    let mut visit = visit.ours()?.at("systems");
    let who = read(&mut visit, &name).await?;
    if let Some(form) = asked.export() {
        return file(&mut visit, form, &asked, who).await;
    }
    let page = one(visit, &asked, who, (chosen, Form::default())).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn read(visit: &mut Visit, name: &str) -> Result<WhoCould, Trouble> {
    let id: AccountListId = visit.seen(Kind::AccountList, name).await?;
    let list: AccountList = visit.look.get(id).await?;
    let site: Site = visit.look.get(list.facts.site).await?;
    visit.zone_of(&site);
    let store = visit.state.app.store().clone();
    Ok(who_could(&mut visit.look, store.blobs(), store.limits(), list).await?)
}

/// Whether the URL asks for an account.
fn wanted(asked: &Asked, a: &Held) -> bool {
    let text = asked.get("q").map(|t| t.trim().to_lowercase());
    let has = |of: &str, t: &str| of.to_lowercase().contains(t);
    let called = text.is_none_or(|t| has(&a.listed.account, &t) || a.listed.name.as_ref().is_some_and(|n| has(n, &t)));
    let state = asked.get("state").is_none_or(|word| a.comes.as_str() == word);
    called && state && (!asked.is("new", "yes") || a.fresh)
}

async fn one(
    mut visit: Visit,
    asked: &Asked,
    who: WhoCould,
    (chosen, form): (Option<String>, Form),
) -> Result<WhoCouldPage, Trouble> {
    let limit = visit.state.app.store().limits().page;
    let chip = |c: &Comes| asked.chip("state", Some(c.as_str()), visit.ui.word("comes", c.as_str()), who.count(*c));
    let mut chips = vec![Comes::ALL.iter().map(chip).collect::<Vec<_>>()];
    let fresh = who.accounts.iter().filter(|a| a.fresh).count();
    if who.list.before.is_some() {
        chips.push(vec![asked.chip("new", Some("yes"), visit.ui.t("accounts-new"), fresh as u64)]);
    }
    let all = who.accounts.len();
    let accounts: Vec<Held> = who.accounts.into_iter().filter(|a| wanted(asked, a)).collect();
    let (mut list, page) = asked.cut(accounts, limit, all, |a| a.listed.account.clone());
    list.chips = chips;
    list.find = Some(asked.find());
    learn(&mut visit, &page).await?;
    let mut rows = Vec::with_capacity(page.len());
    for held in &page {
        rows.push(row(&mut visit, held, who.dormant_days).await?);
    }
    let may = could(&visit.who.person, "keep-accounts", &[who.list.facts.site], &visit.look.rules());
    Ok(WhoCouldPage {
        reference: who.list.facts.reference.clone(),
        head: head(&mut visit, &who.list).await?,
        list,
        rows,
        gone_all: who.gone.len(),
        gone: who.gone.into_iter().take(GONE).collect(),
        compared: who.list.before.is_some(),
        fresh,
        may,
        form,
        chosen,
        ui: visit.ui,
    })
}

/// Names of everything on the page, in a few steps.
async fn learn(visit: &mut Visit, page: &[Held]) -> Result<(), Stop> {
    let people = page.iter().filter_map(|a| a.person).map(Ref::from);
    let tasks = page.iter().filter_map(|a| a.said.as_ref()?.task).map(Ref::from);
    let all: Vec<Ref> = people.chain(tasks).collect();
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &all).await
}

async fn row(visit: &mut Visit, a: &Held, days: i64) -> Result<AccountRow, Stop> {
    use plantgate_app::witness::who::LastUse;
    let (person, task) = (a.person, a.said.as_ref().and_then(|s| s.task));
    let last = match a.listed.last {
        LastUse::On(day) => visit.ui.day(day),
        LastUse::Never => visit.ui.t("accounts-never").to_string(),
        LastUse::Unsaid => visit.ui.t("accounts-unsaid").to_string(),
    };
    let said = a.said.as_ref().map(|said| {
        let until = said.until.map(|day| format!(", {}", visit.ui.day(day))).unwrap_or_default();
        let reason = said.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
        format!("{}{until}{reason}", visit.ui.word("accountsays", said.says.as_str()))
    });
    Ok(AccountRow {
        account: a.listed.account.clone(),
        name: a.listed.name.clone(),
        comes: a.comes.as_str(),
        why: visit.ui.t(a.why).n("days", days).to_string(),
        next: visit.ui.word("accounts-next", a.comes.as_str()).to_string(),
        person: match person {
            Some(id) => Some(item(visit, id).await?),
            None => None,
        },
        last,
        said,
        task: match task {
            Some(id) => Some(item(visit, id).await?),
            None => None,
        },
        fresh: a.fresh,
        href: encoded(&a.listed.account),
    })
}

async fn file(visit: &mut Visit, form: Export, asked: &Asked, who: WhoCould) -> Result<Response, Trouble> {
    let page: Vec<Held> = who.accounts.into_iter().filter(|a| wanted(asked, a)).collect();
    for part in page.chunks(500) {
        learn(visit, part).await?;
    }
    let mut lines = Vec::with_capacity(page.len());
    for held in &page {
        let r = row(visit, held, who.dormant_days).await?;
        let person = r.person.map(|p| p.text).unwrap_or_default();
        let [new, state] = [if r.fresh { "new" } else { "" }, r.comes].map(str::to_owned);
        lines.push(vec![
            r.account,
            r.name.unwrap_or_default(),
            state,
            r.why,
            person,
            r.last,
            r.said.unwrap_or_default(),
            new,
        ]);
    }
    let head = ["account", "name", "state", "why", "person", "last used", "said", "new"];
    export(form, &format!("accounts-{}", who.list.facts.reference), &head, &lines)
}

async fn say(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("systems");
    let says = fields.read("says").map(|says: AccountSays| says);
    let until = fields.maybe("until").map(|_| fields.read("until")).transpose();
    let act = says.and_then(|says| {
        Ok(SayOfAccount {
            list: name.clone(),
            account: fields.text("account"),
            says,
            person: fields.maybe("person"),
            until: until?,
            reason: fields.text("reason"),
        })
    });
    let answer = match act {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let at = format!("/accounts/{name}?q={}", encoded(&fields.text("account")));
            Ok(done(&at, "account-said", answer.entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let who = read(&mut visit, &name).await?;
            let chosen = Some(fields.text("account"));
            let page = one(visit, &Asked::default(), who, (chosen, form)).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
