//! The daily mail, at half past seven by the clock of the reader's site, on weekdays: what only they can do, what is
//! late, what changed since the last one. A day without any of it has no mail.

use plantgate_app::{
    App, Stop,
    messages::{Job, What, digest, message},
    read::{Look, Memory, Order, Query},
    today::today,
};
use plantgate_domain::{
    base::{DAY, Day, Instant, Kind, Party, PersonId, ProviderId, Ref, ZoneName},
    qualify::{person::Person, request::Request},
};
use uuid::Uuid;

use super::{
    deliver::{Desk, home},
    letter::{Letter, Line, Section},
    words,
};
use crate::{
    door::{
        names::Names,
        pages::{portal::owe::pending, today},
    },
    view::{Task, TaskState, Ui},
};

/// From when to when it begins: a node that was down in the morning makes up for it until noon.
const BEGINS: &str = "07:30";
const ENDS: &str = "12:00";
/// Lines of one section.
const LINES: usize = 20;
/// People one round looks at.
const PEOPLE: u64 = 10_000;
const OPEN: usize = 500;
/// What is older is no news, however long nobody was mailed.
const BACK: i64 = 7 * DAY;

/// The weekday on which a daily mail may begin now, counted from 1970.
fn morning(zone: &ZoneName, now: Instant) -> Option<i64> {
    let (day, clock) = (zone.day_of(now), zone.format(now, "%H:%M"));
    let weekday = day.date().weekday().to_monday_one_offset() <= 5;
    let epoch = Day::new(1970, 1, 1)?;
    (weekday && (BEGINS..ENDS).contains(&clock.as_str())).then(|| day.days_since(epoch))
}

/// Puts the mails of the morning into the outbox, each once a day.
pub(super) async fn begin(app: &App) -> Result<(), Stop> {
    let mut look = app.store().look().await?;
    let now = look.now().0;
    let mut any = false;
    for kept in look.every(Kind::Site).await? {
        let site = plantgate_domain::expect::site::Site::try_from(kept.thing)?;
        any |= morning(&site.facts.zone, now).is_some();
    }
    if !any {
        return Ok(());
    }
    let had = digest::had(look.tx()).await?;
    let mut new: Vec<(PersonId, i64)> = Vec::new();
    for on in look.in_state(Kind::Person, "active", PEOPLE).await? {
        let person: Person = look.get(on).await?;
        if person.word(now) != "active" {
            continue;
        }
        let Some(site) = home(&mut look, &person).await? else { continue };
        if let Some(day) = morning(&site.facts.zone, now).filter(|day| had.get(&person.id).is_none_or(|h| h < day)) {
            new.push((person.id, day));
        }
    }
    drop(look);
    for (person, day) in new {
        digest::begin(app.store().db(), person, day, now).await?;
    }
    Ok(())
}

/// The letter; none on a day without anything.
pub(super) async fn letter(mut desk: Desk<'_>, job: &Job) -> Result<Option<(Letter, Vec<Uuid>)>, Stop> {
    let (mut late, mut mine, mut shared) = match desk.person.provider() {
        Some(provider) => owed(&mut desk.look, desk.person.id, &desk.ui, provider).await?,
        None => ours(&mut desk.look, &desk.person, &desk.ui, &mut desk.names).await?,
    };
    let (news, told) = news(&mut desk, job.made.plus_secs(-BACK)).await?;
    if late.is_empty() && mine.is_empty() && news.is_empty() {
        return Ok(None);
    }
    // What changed is said once, not a second time as something that a colleague could do too.
    shared.retain(|t| !news.iter().any(|n| n.href == desk.mailer.link(&t.href)));
    let (n_late, n_mine) = (late.len(), mine.len());
    late.sort_by_key(|t| -t.late);
    let ui = &desk.ui;
    let subject = ui.t("mail-digest-subject").s("house", &desk.house).n("mine", n_mine).n("late", n_late).to_string();
    let tasks = |title: String, tasks: &mut Vec<Task>| {
        section(&desk, title, tasks.drain(..).map(|t| line(&desk, &t)).collect())
    };
    let info = ui.t("mail-info").n("count", shared.len()).to_string();
    let sections = [
        tasks(ui.t("mail-only-you").to_string(), &mut mine),
        tasks(ui.t("mail-overdue").to_string(), &mut late),
        section(&desk, ui.t("mail-changed").to_string(), news),
        tasks(info, &mut shared),
    ];
    let why = ui.t("mail-digest-why").s("clock", BEGINS).to_string();
    let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
    Ok(Some((Letter { lang: ui.r.lang.tag(), subject, sections, foot: desk.foot(why) }, told)))
}

fn section(desk: &Desk<'_>, title: String, mut lines: Vec<Line>) -> Section {
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let more = if more > 0 { desk.ui.t("mail-more").n("count", more).to_string() } else { String::new() };
    Section { title, lines, more }
}

fn line(desk: &Desk<'_>, task: &Task) -> Line {
    let due = match task.due {
        _ if task.late > 0 => desk.ui.t("due-late").n("days", task.late).to_string(),
        Some(day) => desk.ui.t("mail-due").s("day", desk.ui.day(day)).to_string(),
        None => String::new(),
    };
    Line { title: task.title.clone(), text: task.text.to_string(), due, href: desk.mailer.link(&task.href) }
}

pub(super) type Tasks = (Vec<Task>, Vec<Task>, Vec<Task>);

/// What stands on *Today* of one of ours: late, theirs alone, theirs or a colleague's.
pub(super) async fn ours(look: &mut Look, me: &Person, ui: &Ui, names: &mut Names) -> Result<Tasks, Stop> {
    let todo = today(look, me).await?;
    let about: Vec<Ref> = todo.iter().flat_map(|t| today::concerned(&t.thing)).collect();
    names.learn_all(look, me.id, &about).await?;
    let (mut late, mut mine, mut shared) = (Vec::new(), Vec::new(), Vec::new());
    for one in &todo {
        let task = today::task(ui, names, one);
        match (task.late > 0, one.alone) {
            (true, _) => late.push(task),
            (false, true) => mine.push(task),
            (false, false) => shared.push(task),
        }
    }
    Ok((late, mine, shared))
}

/// What a firm owes and has not sent: late, and to come.
pub(super) async fn owed(look: &mut Look, me: PersonId, ui: &Ui, provider: ProviderId) -> Result<Tasks, Stop> {
    let q = Query { provider: Some(provider.0), order: Order::Newest, ..Query::new(Kind::Request, me, OPEN) };
    let rules = look.rules();
    let (mut late, mut mine) = (Vec::new(), Vec::new());
    for row in look.page(&q).await?.rows {
        let r = Request::try_from(row.kept.thing)?;
        let over = r.cancelled_at.is_some() || r.accepted_at(&rules).is_some() || pending(&r);
        if over || r.facts.party == Party::Owner {
            continue;
        }
        let days = r.facts.zone.day_of(ui.now).days_since(r.due);
        let task = Task {
            title: format!("{}, {}", ui.word("obligation", &r.facts.key), r.facts.period),
            href: format!("/owe/{}/upload", r.facts.reference),
            text: r.facts.reference.clone().into(),
            state: TaskState::NotStarted,
            note: String::new(),
            due: Some(r.due),
            late: days.max(0),
            left: (-days).max(0),
            act: "upload",
        };
        if task.late > 0 { late.push(task) } else { mine.push(task) }
    }
    Ok((late, mine, Vec::new()))
}

/// Messages that nobody has read and no mail told; what went at once is not told again.
async fn news(desk: &mut Desk<'_>, since: Instant) -> Result<(Vec<Line>, Vec<Uuid>), Stop> {
    let me = desk.person.id;
    let stranger = desk.person.provider().is_some();
    let found = message::unmailed(desk.look.tx(), me, since, OPEN as u64).await?;
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for m in found {
        told.push(m.id);
        let (Some(what), Some(kept)) = (What::of(&m.what), desk.look.kept(m.on).await?) else { continue };
        desk.names.learn_all(&mut desk.look, me, &words::concerned(&kept.thing)).await?;
        let said = words::say(&desk.ui.r, &desk.names, what, &kept.thing, stranger);
        let due = desk.ui.moment(m.at);
        lines.push(Line { title: said.title, text: said.names, due, href: desk.mailer.link(&said.href) });
    }
    Ok((lines, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(zone: &str, at: &str) -> bool {
        morning(&zone.parse().unwrap(), at.parse().unwrap()).is_some()
    }

    #[test]
    fn half_past_seven_is_the_sites_own_in_summer_and_in_winter_and_never_on_a_weekend() {
        // given the Friday before and the Monday behind the night in which the clock goes back
        assert!(!begins("Europe/Berlin", "2026-10-23T05:29:59Z"));
        assert!(begins("Europe/Berlin", "2026-10-23T05:30:00Z"));
        assert!(!begins("Europe/Berlin", "2026-10-26T05:30:00Z"));
        assert!(begins("Europe/Berlin", "2026-10-26T06:30:00Z"));
        // a node that comes back makes up for it until noon
        assert!(begins("Europe/Berlin", "2026-10-26T10:59:59Z"));
        assert!(!begins("Europe/Berlin", "2026-10-26T11:00:00Z"));
        // the same instant is morning at one site and night at another
        assert!(!begins("America/Chicago", "2026-10-26T06:30:00Z"));
        assert!(begins("America/Chicago", "2026-10-26T12:30:00Z"));
        assert!(!begins("Europe/Berlin", "2026-10-24T06:00:00Z") && !begins("Europe/Berlin", "2026-10-25T07:00:00Z"));
    }
}
