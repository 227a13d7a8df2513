//! Accounts of a list as rows: of its page, and of its file.

use axum::response::Response;
use plantgate_app::{
    Stop,
    witness::who::{Held, WhoCould},
};
use plantgate_domain::{
    base::{AccountListId, Ref},
    witness::account_list::Last,
};

use super::item;
use crate::{
    door::{
        error::Trouble,
        listing::{Export, export_within},
        visit::Visit,
    },
    page::accounts::AccountRow,
};

/// Rows whose names are looked up in one step.
const STEP: usize = 500;

/// The list, and after how many days an account is dormant.
type Of = (AccountListId, i64);

/// The rows of accounts.
pub async fn rows(visit: &mut Visit, all: &[Held], of: Of) -> Result<Vec<AccountRow>, Stop> {
    let mut rows = Vec::with_capacity(all.len());
    for some in all.chunks(STEP) {
        learn(visit, some).await?;
        for held in some {
            rows.push(row(visit, held, of).await?);
        }
    }
    Ok(rows)
}

/// Names of everything in some rows, in a few steps.
async fn learn(visit: &mut Visit, some: &[Held]) -> Result<(), Stop> {
    let people = some.iter().filter_map(|a| a.person).map(Ref::from);
    let tasks = some.iter().filter_map(|a| a.said.as_ref()?.task).map(Ref::from);
    let all: Vec<Ref> = people.chain(tasks).collect();
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &all).await
}

async fn row(visit: &mut Visit, a: &Held, (list, days): Of) -> Result<AccountRow, Stop> {
    let last = match a.listed.used() {
        Last::On(day) => visit.ui.day(day),
        Last::Never => visit.ui.t("accounts-never").to_string(),
        Last::Unknown => visit.ui.t("accounts-unsaid").to_string(),
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
        person: match a.person {
            Some(id) => Some(item(visit, id).await?),
            None => None,
        },
        basis: a.basis.map(|b| b.as_str()),
        last,
        said,
        task: match a.said.as_ref().and_then(|s| s.task) {
            Some(id) => Some(item(visit, id).await?),
            None => None,
        },
        fresh: a.fresh,
        mark: a.mark(list),
    })
}

/// The accounts as a file, all of them: a list holds no more than a file may.
pub async fn file(visit: &mut Visit, form: Export, who: &WhoCould, some: &[Held]) -> Result<Response, Trouble> {
    let mut lines = Vec::with_capacity(some.len());
    for r in rows(visit, some, (who.list.id, who.dormant_days)).await? {
        let basis = r.basis.map(|b| visit.ui.word("basis", b).to_string()).unwrap_or_default();
        let [new, state] = [if r.fresh { "new" } else { "" }, r.comes].map(str::to_owned);
        let (name, person) = (r.name.unwrap_or_default(), r.person.map(|p| p.text).unwrap_or_default());
        lines.push(vec![r.account, name, state, r.why, person, basis, r.last, r.said.unwrap_or_default(), new]);
    }
    let head = ["account", "name", "state", "why", "person", "found", "last used", "said", "new"];
    let most = visit.state.app.store().limits().listed_accounts;
    export_within(form, &format!("accounts-{}", who.list.facts.reference), &head, &lines, most)
}
