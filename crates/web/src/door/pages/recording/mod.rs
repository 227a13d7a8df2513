//! What was recorded of a session, for whoever may end it: first what they look for, which the record keeps (R-38,
//! R-47), then the screen at any instant, the log, and what is missing. What cannot be known is said to be so.

pub mod bring;
mod list;
mod log;
mod screen;

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{Look, Memory},
    witness::play::{Growing, Opened, cast::screen::plain, turn},
};
use plantgate_domain::{
    base::{Instant, Kind, Refusal, SessionId},
    event::witness::PartKind,
    expect::site::Site,
    thing::AnyThing,
    witness::session::Session,
};

use crate::{
    door::{
        error::Trouble,
        listing::{Asked, encoded},
        routes::Routes,
        visit::Visit,
    },
    page::recording::{AskPurpose, NoRecording, Over, Part, Recordings},
    render,
    view::{Form, Item, Ui, entry_of},
};

/// Routes.
pub fn routes() -> Routes {
    let own = Routes::new().page("/access/sessions/{name}/recording", show).page("/recordings", list::list);
    own.merge(bring::routes())
}

/// Where a part opens; without one, what runs now.
pub fn address(session: &str, part: Option<u32>) -> String {
    let path = format!("/access/sessions/{}/recording", encoded(session));
    part.map_or_else(|| path.clone(), |part| format!("{path}?part={part}"))
}

/// What there is of a session, for its page.
pub async fn listed(v: &mut Visit, thing: &AnyThing) -> Result<Option<Recordings>, Stop> {
    let AnyThing::Session(session) = thing else { return Ok(None) };
    let bring = bring::offered(v, session);
    let runs = session.gated() && session.ended.is_none();
    if session.parts.is_empty() && !runs && bring.is_none() {
        return Ok(None);
    }
    let may = may(v, session);
    let there = session.deleted.is_none();
    let mut parts = Vec::with_capacity(session.parts.len());
    for (number, part) in (1..).zip(&session.parts) {
        let name = v.ui.word("partkind", part.kind.as_str()).to_string();
        let href = (may && there).then(|| address(&session.facts.reference, Some(number)));
        parts.push(Part {
            number,
            item: Item { text: name, href },
            lines: part.lines,
            gaps: part.gaps,
            size: size(&v.ui, part.bytes),
            brought: elsewhere(&v.ui, &mut v.look, session, number).await?,
        });
    }
    let live = (may && runs).then(|| address(&session.facts.reference, None));
    Ok(Some(Recordings { parts, time: time(v, session), live, bring }))
}

/// That a part was brought, when, and which machine made it; nothing where a gateway of ours did.
async fn elsewhere(ui: &Ui, look: &mut Look, session: &Session, number: u32) -> Result<Option<String>, Stop> {
    let at = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    let Some(brought) = at.and_then(|at| session.brought.get(at)) else { return Ok(None) };
    let source = look.open_private(&brought.source).await?;
    let source: String = source.unwrap_or_else(|| ui.t("text-erased").to_string()).chars().map(plain).collect();
    let told = ui.t("bring-brought").s("at", ui.moment(brought.at)).s("source", source);
    Ok(Some(told.n("version", brought.format).to_string()))
}

/// How long what was recorded is kept, and why longer.
fn time(v: &Visit, session: &Session) -> Vec<String> {
    let (ui, rules) = (&v.ui, v.look.rules());
    if let Some(at) = session.deleted {
        let days = session.keep_days(&rules);
        return vec![ui.t("keep-deleted").s("at", ui.moment(at)).n("days", days).to_string()];
    }
    let over = session.time_over(&rules).map(|over| {
        let days = session.keep_days(&rules);
        let id = if session.gated() { "keep-until" } else { "keep-brought-until" };
        ui.t(id).s("at", ui.moment(over)).n("days", days).to_string()
    });
    let held = session.holds(v.now()).map(|kept| {
        let ground = ui.word("keeping", kept.ground.as_str());
        match kept.until {
            Some(until) => ui.t("keep-held-until").s("ground", ground).s("at", ui.moment(until)).to_string(),
            None => ui.t("keep-held").s("ground", ground).to_string(),
        }
    });
    over.into_iter().chain(held).collect()
}

/// Whether this person may look: whoever may end the session.
fn may(v: &Visit, session: &Session) -> bool {
    power::could(&v.who.person, power::Disconnect::KEY, &[session.facts.site], &v.look.rules())
}

fn size(ui: &Ui, bytes: u64) -> String {
    let kib = bytes.div_ceil(1_024);
    let (id, count) = if kib < 1_024 { ("play-kib", kib) } else { ("bytes-mib", kib.div_ceil(1_024)) };
    ui.t(id).n("count", count).to_string()
}

/// A part of a session, or what runs of it, that somebody wants to see.
struct Looked {
    session: Session,
    part: Option<u32>,
    /// Where the part is from, in words, if it was brought.
    brought: Option<String>,
}

impl Looked {
    fn page(&self) -> Item {
        let reference = &self.session.facts.reference;
        Item::link(reference.clone(), format!("/register/session/{}", encoded(reference)))
    }

    /// What it is, in words.
    fn title(&self, ui: &Ui) -> String {
        let reference = &self.session.facts.reference;
        let Some((number, part)) = self.part.and_then(|n| Some((n, self.session.part(n)?))) else {
            return ui.t("play-title-live").s("session", reference).to_string();
        };
        let kind = ui.word("partkind", part.kind.as_str());
        let all = self.session.parts.len();
        ui.t("play-title").s("session", reference).s("kind", kind).n("number", number).n("all", all).to_string()
    }

    fn over(&self, ui: &Ui, until: Instant, notes: Vec<String>) -> Over {
        Over { session: self.page(), title: self.title(ui), until, notes }
    }

    /// A page that says why nothing is shown.
    fn none(&self, ui: Ui, id: &str, unknown: bool) -> Response {
        let again = unknown.then(|| address(&self.session.facts.reference, self.part));
        let (session, title, said) = (self.page(), self.title(&ui), ui.t(id).to_string());
        render::page(StatusCode::OK, &NoRecording { session, title, said, unknown, again, ui })
    }

    fn ask(&self, ui: Ui) -> Response {
        let mut kept = vec![("session".to_owned(), self.session.facts.reference.clone())];
        kept.extend(self.part.map(|part| ("part".to_owned(), part.to_string())));
        let (session, title) = (self.page(), self.title(&ui));
        render::page(StatusCode::OK, &AskPurpose { session, title, kept, form: Form::default(), ui })
    }
}

async fn show(v: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at(entry_of("session"));
    let id: SessionId = v.seen(Kind::Session, &name).await?;
    let session: Session = v.look.get(id).await?;
    if !may(&v, &session) {
        return Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into()));
    }
    let site: Site = v.look.get(session.facts.site).await?;
    v.zone_of(&site);
    let part = asked.get("part").and_then(|n| n.parse().ok());
    let brought = elsewhere(&v.ui, &mut v.look, &session, part.unwrap_or_default()).await?;
    let looked = Looked { session, part, brought };
    match part {
        None if !looked.session.gated() => return Ok(looked.none(v.ui, "play-none", false)),
        Some(n) if looked.session.part(n).is_none() => return Ok(looked.none(v.ui, "play-none", false)),
        None if looked.session.ended.is_some() => return Ok(looked.none(v.ui, "play-ended", false)),
        Some(_) if looked.session.deleted.is_some() => return Ok(looked.none(v.ui, "play-deleted", false)),
        Some(_) | None => {}
    }
    match looked.session.open_to(v.me(), part, v.now()) {
        None => Ok(looked.ask(v.ui)),
        Some(until) => opened(v, looked, until, &asked).await,
    }
}

async fn opened(mut v: Visit, looked: Looked, until: Instant, asked: &Asked) -> Result<Response, Trouble> {
    let (app, id) = (v.state.app.clone(), looked.session.id);
    let key = app.recording_key(&mut v.look, &looked.session).await?;
    // What follows takes a while: the snapshot of the record is given back first.
    let ui = v.ui;
    drop(v.look);
    let _turn = turn().await?;
    let (kind, read, growing) = match looked.part.and_then(|n| looked.session.part(n)) {
        Some(part) => (part.kind, app.recording(key, id, part).await?, None),
        None => {
            let wanted = asked.get("terminal").and_then(|n| n.parse().ok());
            let Growing { opened, terminals, number } = app.growing(key, id, wanted).await?;
            (PartKind::Terminal, opened, Some((terminals, number)))
        }
    };
    match read {
        Opened::Erased => Ok(looked.none(ui, "play-erased", false)),
        Opened::Changed => Ok(looked.none(ui, "play-changed", false)),
        Opened::Away if growing.is_some() => Ok(looked.none(ui, "play-live-unknown", true)),
        Opened::Away => Ok(looked.none(ui, "play-away", true)),
        Opened::Read(text) => match kind {
            PartKind::Terminal => screen::show(ui, looked, (until, growing), text, asked).await,
            PartKind::Log => Ok(log::show(ui, &looked, until, &text, asked)),
        },
    }
}

/// What is missing of a part, and what is not shown of it.
fn missing(ui: &Ui, looked: &Looked, cut: bool, more: bool) -> Vec<String> {
    let gaps = looked.part.and_then(|n| looked.session.part(n)).map_or(0, |part| part.gaps);
    let mut notes: Vec<String> = looked.brought.iter().cloned().collect();
    if gaps > 0 {
        let id = if looked.brought.is_some() { "bring-gaps-here" } else { "play-gaps" };
        notes.push(ui.t(id).n("count", gaps).to_string());
    }
    let typed = looked.part.and_then(|n| looked.session.brought.get(usize::try_from(n).ok()?.checked_sub(1)?));
    if let Some(typed) = typed.map(|b| b.typed).filter(|typed| *typed > 0) {
        notes.push(ui.t("bring-typed-here").n("count", typed).to_string());
    }
    // What still grows always ends somewhere.
    if cut && looked.part.is_some() {
        notes.push(ui.t("play-cut").to_string());
    }
    if more {
        let most = plantgate_app::witness::play::PLAYED as u64;
        notes.push(ui.t("play-more").s("size", size(ui, most)).to_string());
    }
    notes
}
