//! What of an engagement is approved before anybody asks: each pattern with who said yes, whether it stands, and why
//! not.

use plantgate_app::{
    Stop,
    permit::{
        beforehand::{self, Shown},
        engaged::Engaged,
    },
    power::{self, Power},
    read::Memory,
};
use plantgate_domain::{
    base::{PersonId, SiteId},
    event::permit::Outcome,
};
use plantgate_wire::words::Rich;

use super::{access::shown, engagement_parts::item};
use crate::{door::visit::Visit, page::engagement::Beforehand};

/// Whether this person says yes to access at one of these sites.
pub fn may(v: &Visit, sites: &[SiteId]) -> bool {
    let could = |site: &SiteId| power::could(&v.who.person, power::ApproveAccess::KEY, &[*site], &v.look.rules());
    v.provider().is_none() && sites.iter().any(could)
}

/// The patterns, the newest first.
pub async fn rows(v: &mut Visit, of: &Engaged) -> Result<Vec<Beforehand>, Stop> {
    let now = v.look.now();
    let mut rows = Vec::new();
    for one in beforehand::shown(&mut v.look, &of.engagement, &of.activation, now).await? {
        rows.push(row(v, &one).await?);
    }
    Ok(rows)
}

async fn row(v: &mut Visit, one: &Shown) -> Result<Beforehand, Stop> {
    let w = &one.given.work;
    let agreed = one.approvals.result == Outcome::Passed;
    let state = match one.misfit {
        Some(why) => why.as_str(),
        None if agreed => "stands",
        None => "waits",
    };
    let waits = if state == "waits" { shown::said(v, &one.approvals.say.into()).await? } else { Rich::default() };
    let alive = one.given.alive(&one.zone, v.now());
    let may = may(v, &[w.site]);
    let mine: PersonId = v.me();
    let said_yes = one.given.approvals.iter().any(|y| y.person == mine);
    Ok(Beforehand {
        number: w.number,
        system: item(v, w.instance.into()).await?,
        what: what(v, one),
        when: when(v, one),
        state,
        waits,
        by: by(v, one).await?,
        may_agree: may && state == "waits" && !said_yes,
        may_withdraw: may && alive,
    })
}

fn what(v: &Visit, one: &Shown) -> String {
    let w = &one.given.work;
    let roles: Vec<String> = w.roles.iter().map(|r| v.ui.word("role", r.as_str()).to_string()).collect();
    let pattern = v.ui.word("pattern", w.pattern.as_str()).to_string();
    let way =
        if w.attended && !w.pattern.attended() { format!("{pattern}, {}", v.ui.t("repeat-attended")) } else { pattern };
    let length = v.ui.length(w.longest_secs);
    let what = v.ui.t("beforehand-what").s("roles", roles.join(", ")).s("pattern", way).s("length", length).to_string();
    // Those of before purposes were named say none: they are for any planned work.
    let purposes: Vec<String> = w.purposes.iter().map(|p| v.ui.word("purpose", p.as_str()).to_string()).collect();
    if purposes.is_empty() {
        return what;
    }
    v.ui.t("beforehand-for").s("what", what).s("purposes", purposes.join(", ")).to_string()
}

fn when(v: &Visit, one: &Shown) -> String {
    let w = &one.given.work;
    let days: Vec<String> = w.days.iter().map(|d| v.ui.word("weekday", d.as_str()).to_string()).collect();
    let hours = format!("{}–{}", w.hours.from, w.hours.until);
    let text = v.ui.t("beforehand-when").s("days", days.join(", ")).s("hours", hours);
    text.s("zone", &one.zone).s("until", v.ui.day(w.until)).to_string()
}

/// Who said yes, in which function and when.
async fn by(v: &mut Visit, one: &Shown) -> Result<Vec<String>, Stop> {
    let mut all = Vec::with_capacity(one.given.approvals.len());
    for yes in &one.given.approvals {
        let name = shown::called(v, yes.person).await?;
        let role = v.ui.word("power", yes.role.as_str()).to_string();
        let at = v.ui.moment_in(yes.at, &one.zone);
        all.push(v.ui.t("beforehand-by").s("name", name).s("role", role).s("at", at).to_string());
    }
    Ok(all)
}
