//! Recordings by how long they stay: what goes next, what somebody holds, what is due, what is deleted. Whoever
//! may not play one sees the same row; its page says who may.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, Ref},
    expect::site::Site,
    witness::{retention::Retention, session::Session},
};

use super::size;
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, Export, export, things},
        pages::{engagement_parts::item, filters},
        visit::Visit,
    },
    page::recording::{RecordingRow, RecordingsList},
    render,
    view::{Chip, Item},
};

/// The line of a session, and the words of what was recorded; the first is shown where none is asked for.
const LINE: &str = "recording";
const WORDS: &[Retention] = &[Retention::Kept, Retention::Held, Retention::Due, Retention::Deleted];

/// `GET /recordings`
pub async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("access");
    let mut q = Query::new(Kind::Session, v.me(), v.state.app.store().limits().page);
    // Of those that are kept the oldest go next; of those that are gone one looks for the last.
    let word = WORDS.iter().find(|w| asked.is(LINE, w.as_str())).unwrap_or(&Retention::Kept);
    asked.fill(&mut q, if *word == Retention::Deleted { Order::Newest } else { Order::Oldest })?;
    filters::place(&mut v, &asked, &mut q).await?;
    let chips = chips(&mut v, &asked, &q, *word).await?;
    q.line = Some((LINE, word.as_str().to_owned()));
    let all = v.look.count(&Query { after: None, ..q.clone() }).await?;
    let page = v.look.page(&q).await?;
    let rows = rows(&mut v, &things::<Session>(&page)?).await?;
    if let Some(form) = asked.export() {
        return exported(form, &rows);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = vec![chips];
    list.chips.extend(filters::chips(&mut v, &asked, &q).await?);
    Ok(render::page(StatusCode::OK, &RecordingsList { list, rows, word: word.as_str(), ui: v.ui }))
}

/// One of the words is always chosen.
async fn chips(v: &mut Visit, asked: &Asked, q: &Query, chosen: Retention) -> Result<Vec<Chip>, Stop> {
    let mut chips = Vec::new();
    for word in WORDS {
        let one = Query { after: None, line: Some((LINE, word.as_str().to_owned())), ..q.clone() };
        let count = v.look.count(&one).await?;
        let chip = asked.chip(LINE, Some(word.as_str()), v.ui.word("retention", word.as_str()), count);
        let href = asked.link(&[(LINE, Some(word.as_str()))]);
        chips.push(Chip { on: *word == chosen, href, ..chip });
    }
    Ok(chips)
}

async fn rows(v: &mut Visit, all: &[Session]) -> Result<Vec<RecordingRow>, Stop> {
    let mut named: Vec<Ref> = Vec::new();
    for s in all {
        named.extend([Ref::from(s.id), s.facts.instance.into()]);
        named.extend(s.facts.person.map(Ref::from));
        named.extend(s.facts.provider.map(Ref::from));
    }
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &named).await?;
    let mut rows = Vec::with_capacity(all.len());
    for s in all {
        rows.push(row(v, s).await?);
    }
    Ok(rows)
}

async fn row(v: &mut Visit, s: &Session) -> Result<RecordingRow, Stop> {
    let (rules, now) = (v.look.rules(), v.now());
    let site: Site = v.look.get(s.facts.site).await?;
    let session = item(v, s.id.into()).await?;
    let name = |on: Ref| v.names.of(on);
    let of = |on: Option<Ref>| on.map(name).map_or_else(Item::default, |n| Item { text: n.text, href: n.href });
    let held = s.holds(now).map(|kept| {
        let ground = v.ui.word("keeping", kept.ground.as_str()).to_string();
        kept.until.map_or(ground.clone(), |until| format!("{ground}, {}", v.ui.moment_in(until, &site.facts.zone)))
    });
    Ok(RecordingRow {
        session,
        person: of(s.facts.person.map(Ref::from)),
        provider: of(s.facts.provider.map(Ref::from)),
        system: of(Some(s.facts.instance.into())),
        held: held.collect(),
        site: site.facts.name,
        ended: s.ended.map(|(at, _)| at),
        size: size(&v.ui, s.parts.iter().map(|part| part.bytes).sum()),
        days: s.keep_days(&rules),
        until: s.time_over(&rules),
        deleted: s.deleted,
        brought: !s.brought.is_empty(),
        zone: site.facts.zone,
    })
}

fn exported(form: Export, rows: &[RecordingRow]) -> Result<Response, Trouble> {
    let at = |t: Option<plantgate_domain::base::Instant>| t.map(|t| t.to_string()).unwrap_or_default();
    let line = |r: &RecordingRow| {
        vec![
            r.session.text.clone(),
            r.person.text.clone(),
            r.provider.text.clone(),
            r.system.text.clone(),
            r.site.clone(),
            at(r.ended),
            r.size.clone(),
            r.days.to_string(),
            at(r.until),
            r.held.join("; "),
            at(r.deleted),
            if r.brought { "brought".to_owned() } else { String::new() },
        ]
    };
    let head = [
        "session",
        "person",
        "provider",
        "system",
        "site",
        "ended",
        "size",
        "days",
        "time_over",
        "held",
        "deleted",
        "from",
    ];
    export(form, "recordings", &head, &rows.iter().map(line).collect::<Vec<_>>())
}
