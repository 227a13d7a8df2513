//! *Who could come in now*: lists of accounts of directories, gateways and hosts are taken in, every account is held
//! against the people known, and somebody says whose one is, that it may stay, or that it shall go. Blames nobody: an
//! account that is nobody's is a question to our own side.

mod rows;

use axum::{
    extract::{DefaultBodyLimit, Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use plantgate_app::{
    Stop,
    power::{could, roles},
    read::{Memory, Order, Query},
    witness::{
        account_list::{SayOfAccount, TakeAccountList},
        listed,
        who::{Held, WhoCould, may_look, who_could},
    },
};
use plantgate_domain::{
    base::{AccountListId, Day, Kind, Refusal, Why},
    event::witness::{AccountSays, ListKind},
    expect::site::Site,
    witness::{account_list::AccountList, who::Comes},
};

use super::{access::shown::item, filters};
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded, things},
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::accounts::{AccountLists, ListRow, WhoCouldPage},
    render,
    view::{Chip, Choice, Form, List},
};

/// Names on the list before that are shown.
const GONE: usize = 50;
/// What is a question until somebody looked.
const DOUBT: [Comes; 4] = [Comes::Contradicting, Comes::Unowned, Comes::Shared, Comes::Dormant];

/// Routes; only a list may be large.
pub fn routes(limit: usize) -> Routes {
    let take = post(take).layer(DefaultBodyLimit::max(limit));
    Routes::new()
        .page("/accounts", lists)
        .route(RouteKind::Act, "POST", "/accounts", take)
        .page("/accounts/{name}", show)
        .act("/accounts/{name}/say", say)
}

/// Whether somebody is offered these pages at all.
pub fn offered(visit: &Visit) -> bool {
    visit.provider().is_none() && may_look(&visit.who.person, &[], &visit.look.rules())
}

fn mine(visit: Visit) -> Result<Visit, Trouble> {
    if offered(&visit) { Ok(visit.at("systems")) } else { Err(Stop::NotFound.into()) }
}

async fn lists(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let page = page(mine(visit)?, &asked, Form::of([("kind", "directory")])).await?;
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
    let sites = keeps(&mut visit).await?;
    let kinds = ListKind::ALL.iter().map(|k| k.as_str()).collect();
    let list = asked.list(&q, &page, page.total);
    Ok(AccountLists { list, rows, sites, kinds, form, ui: visit.ui })
}

/// Sites where this person may take a list.
async fn keeps(visit: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let (mut all, rules) = (Vec::new(), visit.look.rules());
    for kept in visit.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        if could(&visit.who.person, "keep-accounts", &[site.id], &rules) {
            all.push(Choice::new(site.facts.reference, site.facts.name));
        }
    }
    Ok(all)
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
        source: match &of.facts.source {
            Some(name) => visit.look.open_private(name).await?,
            None => None,
        },
        accounts: of.facts.accounts,
        age: visit.ui.r.zone.day_of(visit.now()).days_since(of.facts.exported),
        taken: of.facts.exported,
        recorded: of.at,
    })
}

async fn take(visit: Visit, form: Multipart) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let mut fields = Fields::default();
    match taken(&visit, form, &mut fields).await {
        Ok(to) => Ok(to.into_response()),
        Err(stop) => {
            let form = super::import::wrong(&fields, stop, &visit.ui.r)?;
            let page = page(visit, &Asked::at("/accounts"), form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Reads the file before any turn begins and takes its rows as the newest of the list; the file itself is not kept.
async fn taken(visit: &Visit, mut form: Multipart, fields: &mut Fields) -> Result<axum::response::Redirect, Stop> {
    let broke = |_| Stop::field("file", Why::of("invalid-import-broke"));
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(broke)? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            name = field.file_name().unwrap_or("file.csv").to_owned();
            bytes = field.bytes().await.map_err(broke)?.to_vec();
        } else {
            fields.0.push((key, field.text().await.map_err(broke)?));
        }
    }
    if bytes.is_empty() {
        return Err(Stop::field("file", Why::of("invalid-import-empty")));
    }
    if !could(&visit.who.person, "keep-accounts", &[], &visit.look.rules()) {
        return Err(Refusal::new("R-13", "stop-no-power").into());
    }
    let limits = *visit.state.app.store().limits();
    // Beside the threads that answer others: a long list takes its time.
    let list = tokio::task::spawn_blocking(move || listed::read(&name, &bytes, &limits));
    let list = list.await.map_err(Stop::fault)??;
    let act = TakeAccountList {
        site: fields.text("site"),
        kind: fields.read("kind")?,
        system: fields.maybe("system"),
        source: fields.maybe("source"),
        exported: day(fields, "exported")?,
        accounts: list.accounts,
    };
    let answer = visit.state.app.act(visit.caller(), fields.request()?, act).await?;
    let what = if answer.entries == 0 { "accounts-same" } else { "accounts-taken" };
    Ok(done(&format!("/accounts/{}", answer.done.reference), what, answer.entry))
}

fn day(fields: &Fields, name: &str) -> Result<Option<Day>, Stop> {
    fields.maybe(name).map(|_| fields.read(name)).transpose()
}

async fn show(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = mine(visit)?;
    let who = read(&mut visit, &name).await?;
    if let Some(form) = asked.export() {
        let accounts: Vec<Held> = who.accounts.iter().filter(|a| wanted(&asked, who.list.id, a)).cloned().collect();
        return rows::file(&mut visit, form, &who, &accounts).await;
    }
    let page = one(visit, &asked, who, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn read(visit: &mut Visit, name: &str) -> Result<WhoCould, Trouble> {
    let id: AccountListId = visit.seen(Kind::AccountList, name).await?;
    let list: AccountList = visit.look.get(id).await?;
    if !may_look(&visit.who.person, &[list.facts.site], &visit.look.rules()) {
        return Err(Stop::NotFound.into());
    }
    let site: Site = visit.look.get(list.facts.site).await?;
    visit.zone_of(&site);
    Ok(who_could(&mut visit.look, list).await?)
}

/// Whether the URL asks for an account.
fn wanted(asked: &Asked, list: AccountListId, a: &Held) -> bool {
    if let Some(mark) = asked.get("account") {
        return a.mark(list) == mark;
    }
    let text = asked.get("q").map(|t| t.trim().to_lowercase());
    let has = |of: &str, t: &str| of.to_lowercase().contains(t);
    let called = text.is_none_or(|t| has(&a.listed.account, &t) || a.listed.name.as_ref().is_some_and(|n| has(n, &t)));
    let state = asked.get("state").is_none_or(|word| a.comes.as_str() == word);
    called && state && (!asked.is("new", "yes") || a.fresh)
}

/// The words of accounts as chips, and what is new since the list before.
fn chips(visit: &Visit, asked: &Asked, who: &WhoCould, fresh: u64) -> Vec<Vec<Chip>> {
    let chip = |c: &Comes| asked.chip("state", Some(c.as_str()), visit.ui.word("comes", c.as_str()), who.count(*c));
    let new = asked.chip("new", Some("yes"), visit.ui.t("accounts-new"), fresh);
    let mut chips = vec![Comes::ALL.iter().map(chip).collect::<Vec<_>>()];
    chips.extend(who.gone.is_some().then(|| vec![new]));
    chips
}

/// Who can help, by function, and where an account is recorded at its host.
fn help(visit: &Visit, head: &ListRow) -> (String, Option<String>) {
    let roles = roles("keep-accounts", &visit.look.rules());
    let helps: Vec<String> = roles.iter().map(|r| visit.ui.word("power", r).to_string()).collect();
    let host = head.system.as_ref().map(|on| format!("?instance={}", encoded(&on.text))).unwrap_or_default();
    (helps.join(", "), deeds::can(visit, "record-account").then(|| format!("/do/record-account{host}")))
}

async fn one(mut visit: Visit, asked: &Asked, who: WhoCould, form: Form) -> Result<WhoCouldPage, Trouble> {
    let limit = visit.state.app.store().limits().page;
    let (id, site, rules) = (who.list.id, who.list.facts.site, visit.look.rules());
    let fresh = who.accounts.iter().filter(|a| a.fresh).count();
    let chips = chips(&visit, asked, &who, fresh as u64);
    let doubt = DOUBT.iter().filter(|c| who.count(**c) > 0).map(|c| c.as_str()).collect();
    let all = who.accounts.len();
    let typed = form.value("account").to_owned();
    let asks = |a: &Held| wanted(asked, id, a) && (typed.is_empty() || a.listed.account == typed);
    let accounts: Vec<Held> = who.accounts.into_iter().filter(asks).collect();
    let chosen = asked.get("account").and_then(|_| accounts.first()).map(|a| a.listed.account.clone());
    let (list, page) = asked.cut(accounts, limit, all, |a| a.mark(id));
    let rows = rows::rows(&mut visit, &page, (id, who.dormant_days)).await?;
    let may = could(&visit.who.person, "keep-accounts", &[site], &rules);
    let head = head(&mut visit, &who.list).await?;
    let (helps, record) = help(&visit, &head);
    let (compared, gone) = (who.gone.is_some(), who.gone.unwrap_or_default());
    Ok(WhoCouldPage {
        reference: who.list.facts.reference.clone(),
        aged: head.age >= who.dormant_days,
        head,
        list: List { chips, find: Some(asked.find()), ..list },
        rows,
        doubt,
        helps,
        record,
        gone_all: gone.len(),
        gone: gone.into_iter().take(GONE).collect(),
        compared,
        erased: who.erased,
        fresh,
        may,
        chosen: Some(typed).filter(|t| !t.is_empty()).or(chosen).filter(|_| may),
        form,
        ui: visit.ui,
    })
}

async fn say(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = mine(visit)?;
    let act = || -> Result<SayOfAccount, Stop> {
        let says: AccountSays = fields.read("says")?;
        Ok(SayOfAccount {
            list: name.clone(),
            account: fields.text("account"),
            says,
            person: fields.maybe("person"),
            until: day(&fields, "until")?,
            reason: fields.text("reason"),
        })
    };
    let answer = match act() {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => Ok(done(&format!("/accounts/{name}"), "account-said", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let who = read(&mut visit, &name).await?;
            let page = one(visit, &Asked::at(format!("/accounts/{name}")), who, form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
