//! What a feed holds: the queue of one person as Atom, the windows and due dates they may see as a calendar. Made anew
//! at each asking, by the rights of that moment; it reads and never acts.

use askama::Template;
use plantgate_app::{
    Stop,
    read::{Look, Order, Query},
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId, Ref},
    permit::grant::Grant,
    qualify::person::Person,
    witness::visit::Visit,
};
use uuid::Uuid;

use super::{
    day::{Tasks, ours, owed},
    ics::{Event, When, calendar},
};
use crate::{
    door::names::Names,
    view::{Task, Ui},
};

/// Windows of one kind in a calendar.
const MOST: usize = 500;

/// What a feed is made with.
pub struct Source {
    pub look: Look,
    pub person: Person,
    pub ui: Ui,
    pub names: Names,
    /// `https://plantgate.example`, as the asker reached us.
    pub base: String,
}

/// One entry of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub id: String,
    pub title: String,
    pub text: String,
    pub href: String,
    pub updated: String,
}

/// The queue as Atom (RFC 4287).
#[derive(Template)]
#[template(path = "mail/queue.xml")]
pub struct Queue {
    pub lang: &'static str,
    pub id: String,
    pub title: String,
    pub updated: String,
    pub href: String,
    pub entries: Vec<Entry>,
}

/// Everything to do: late, theirs alone, theirs or a colleague's.
async fn tasks(source: &mut Source) -> Result<Vec<Task>, Stop> {
    let Source { look, person, ui, names, .. } = source;
    let (late, mine, shared): Tasks = match person.provider() {
        Some(provider) => owed(look, person.id, ui, provider).await?,
        None => ours(look, person, ui, names).await?,
    };
    Ok(late.into_iter().chain(mine).chain(shared).collect())
}

/// A name that stays the same for the same task.
fn uid(task: &Task) -> String {
    let path: String = task.href.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}@plantgate", path.trim_matches('-'))
}

/// XML has no place for control characters, however they are written.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The queue. An entry is as new as its due day says; what has none is as new as the feed.
pub async fn queue(mut source: Source) -> Result<String, Stop> {
    let now = source.ui.iso(source.ui.now);
    let mut entries = Vec::new();
    for task in tasks(&mut source).await? {
        let due = task.due.map(|day| source.ui.t("mail-due").s("day", source.ui.day(day)).to_string());
        let text = [Some(task.text.to_string()), due].into_iter().flatten().filter(|t| !t.is_empty());
        entries.push(Entry {
            id: format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, task.href.as_bytes())),
            text: plain(&text.collect::<Vec<_>>().join(" · ")),
            href: format!("{}{}", source.base, task.href),
            updated: task.due.map_or_else(|| now.clone(), |day| format!("{day}T00:00:00Z")),
            title: plain(&task.title),
        });
    }
    let feed = Queue {
        lang: source.ui.r.lang.tag(),
        id: format!("urn:uuid:{}", source.person.id.0),
        title: source.ui.t("feeds-queue-title").s("org", &source.ui.org).to_string(),
        updated: now,
        href: format!("{}/today", source.base),
        entries,
    };
    feed.render().map_err(Stop::fault)
}

/// Windows of grants and expected visits, and what is due.
pub async fn windows(mut source: Source) -> Result<String, Stop> {
    let mut events = grants(&mut source).await?;
    events.extend(visits(&mut source).await?);
    for task in tasks(&mut source).await? {
        let Some(day) = task.due else { continue };
        events.push(Event {
            uid: uid(&task),
            when: When::On(day),
            title: task.title,
            text: task.text.to_string(),
            href: format!("{}{}", source.base, task.href),
        });
    }
    let name = source.ui.t("feeds-calendar-title").s("org", &source.ui.org).to_string();
    Ok(calendar(&name, source.ui.now, &events))
}

async fn grants(source: &mut Source) -> Result<Vec<Event>, Stop> {
    let mut events = Vec::new();
    for word in ["scheduled", "active"] {
        let line = Some(("state", word.to_owned()));
        let q = Query { line, order: Order::Newest, ..Query::new(Kind::Grant, source.person.id, MOST) };
        for row in source.look.page(&q).await?.rows {
            let g = Grant::try_from(row.kept.thing)?;
            let about = [g.facts.instance.into(), g.facts.person.into(), g.facts.provider.into()];
            let window = g.window_at(source.ui.now);
            let href = format!("/access/grants/{}", g.facts.reference);
            events.push(event(source, row.on, &g.facts.reference, &about, (window.from, window.until), &href).await?);
        }
    }
    Ok(events)
}

async fn visits(source: &mut Source) -> Result<Vec<Event>, Stop> {
    let state = Some("announced".to_owned());
    let q = Query { state, order: Order::Newest, ..Query::new(Kind::Visit, source.person.id, MOST) };
    let room = if source.person.provider().is_some() { "/our-visits" } else { "/visits" };
    let mut events = Vec::new();
    for row in source.look.page(&q).await?.rows {
        let v = Visit::try_from(row.kept.thing)?;
        let Some(planned) = v.facts.planned else { continue };
        let href = format!("{room}/{}", v.facts.reference);
        let about = [v.facts.provider.into()];
        events.push(event(source, row.on, &v.facts.reference, &about, (planned.from, planned.until), &href).await?);
    }
    Ok(events)
}

async fn event(
    source: &mut Source,
    on: Ref,
    reference: &str,
    about: &[Ref],
    window: (Instant, Instant),
    href: &str,
) -> Result<Event, Stop> {
    let me: PersonId = source.person.id;
    source.names.learn_all(&mut source.look, me, about).await?;
    let named: Vec<String> = about.iter().map(|on| source.names.of(*on).text).collect();
    Ok(Event {
        uid: format!("{}@plantgate", on.id),
        when: When::From(window.0, window.1),
        title: format!("{reference} {}", named.join(", ")),
        text: source.ui.t("feeds-window-text").s("zone", source.ui.zone_now()).to_string(),
        href: format!("{}{href}", source.base),
    })
}
