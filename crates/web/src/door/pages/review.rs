//! One piece of evidence beside its criteria. Keys 1 to 4 choose, Enter records, and the next one opens.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    power::could,
    qualify::{
        evidence::{CriterionJudged, ReviewEvidence},
        review::{Reviewing, Then, reviewing},
        shown::{self, shown},
    },
    read::Memory,
};
use plantgate_domain::{
    base::{Grade, ItemId, Kind, Ref, Why},
    event::qualify::{Outcome, Weighs},
    qualify::item::Item as Evidence,
};
use plantgate_wire::words::Rich;

use super::{engagement_parts::item, evidence};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing,
        routes::Routes,
        visit::Visit,
    },
    page::evidence::{Criterion, Offer, Review, Shown},
    render,
    view::{Choice, Form, LogLine},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/evidence/items/{name}", show)
        .page("/evidence/items/{name}/review", show)
        .act("/evidence/items/{name}/review", judge)
        .page("/evidence/items/{name}/file", file)
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("evidence");
    let page = page(visit, &name, None).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// The next item in this person's queue, and the one before; place and number.
async fn around(visit: &mut Visit, id: ItemId) -> Result<(u32, u32, Option<Ref>, Option<Ref>), Stop> {
    let mut q = evidence::waiting(visit);
    q.limit = 500;
    let page = visit.look.page(&q).await?;
    let all: Vec<Ref> = page.rows.iter().map(|r| r.on).collect();
    let total = u32::try_from(page.total).unwrap_or(u32::MAX);
    let Some(at) = all.iter().position(|on| *on == Ref::from(id)) else {
        return Ok((0, total, None, all.first().copied()));
    };
    let before = at.checked_sub(1).and_then(|i| all.get(i)).copied();
    Ok((u32::try_from(at + 1).unwrap_or(0), total, before, all.get(at + 1).copied()))
}

/// Place and number in the queue, and the addresses of the one before and the next.
async fn queue(visit: &mut Visit, id: ItemId) -> Result<((u32, u32), Option<String>, Option<String>), Stop> {
    let (n, total, before, next) = around(visit, id).await?;
    Ok(((n, total), link(visit, before).await?, link(visit, next).await?))
}

async fn link(visit: &mut Visit, on: Option<Ref>) -> Result<Option<String>, Stop> {
    Ok(match on {
        Some(on) => item(visit, on).await?.href,
        None => None,
    })
}

async fn judge(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("evidence");
    let of = named(&mut visit, &name).await?;
    let next = around(&mut visit, of.item.id).await?.3;
    let then = link(&mut visit, next).await?.unwrap_or_else(|| "/evidence".to_owned());
    let act = match read(&of, &name, &fields) {
        Ok(act) => act,
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            return Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, &name, Some(form)).await?));
        }
    };
    let what = if act.grade.is_some() { "judged" } else { "returned" };
    let why = match visit.state.app.act(visit.caller(), fields.request()?, act).await {
        Ok(answer) => return Ok(done(&then, what, answer.entry).into_response()),
        // What the rule says against this grade is said at the grade: the person chooses again.
        Err(Stop::Refused(no)) if no.rule == "R-22" => {
            fields.form().wrong("grade", visit.names.say(&visit.ui.r, &no.say).to_string())
        }
        Err(stop) => fields.wrong(stop, &visit.ui.r)?,
    };
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, &name, Some(why)).await?))
}

/// The act of a form.
fn read(of: &Reviewing, name: &str, fields: &Fields) -> Result<ReviewEvidence, Stop> {
    let grade: Option<Grade> = match fields.text("grade").as_str() {
        "return" => None,
        "" => return Err(Stop::field("grade", Why::of("invalid-review-grade"))),
        word => Some(word.parse().map_err(|why: Why| Stop::field("grade", why))?),
    };
    let mut judged = Vec::new();
    for c in &of.criteria {
        let field = format!("met-{}", c.key);
        let outcome: Outcome = match fields.maybe(&field) {
            Some(_) => fields.read(&field)?,
            None if grade.is_none() => continue,
            None => return Err(Stop::field(field, Why::of("invalid-review-criterion"))),
        };
        let chosen = fields.maybe(&format!("proof-{}", c.key));
        let proof = of.proofs.iter().map(|p| p.source).find(|s| chosen.as_deref() == Some(s.id.to_string().as_str()));
        judged.push(CriterionJudged { criterion: c.key.clone(), outcome, proof });
    }
    let valid_until = fields.maybe("valid_until").map(|_| fields.read("valid_until")).transpose()?;
    Ok(ReviewEvidence {
        item: name.to_owned(),
        version: fields.version(),
        judged,
        grade,
        note: fields.maybe("note"),
        note_shared: true,
        valid_until,
    })
}

async fn page(mut visit: Visit, name: &str, form: Option<Form>) -> Result<Review, Trouble> {
    let of = named(&mut visit, name).await?;
    if let Some(r) = &of.request {
        visit.ui.r.zone = r.facts.zone.clone();
    }
    let f = of.item.facts.clone();
    let may_judge = may_judge(&visit, &of);
    let (place, before, skip) = queue(&mut visit, of.item.id).await?;
    let file_name = visit.look.open_private(&f.file_name).await?.unwrap_or_default();
    let (shown, rows) = sent(&visit, &of.item).await;
    let best = of.best(&visit.look.rules());
    Ok(Review {
        reference: f.reference.clone(),
        title: of.request.as_ref().map_or_else(|| file_name.clone(), |r| evidence::title(&visit, r)),
        provider: item(&mut visit, f.provider.into()).await?,
        requirement: f.requirements.join(", "),
        requirement_title: visit.ui.word("facet", f.facet.as_str()).to_string(),
        asked: asked(&mut visit, &of).await?,
        came: of.item.delivered_at,
        by: item(&mut visit, f.delivered_by.into()).await?.text,
        now: of.now,
        place,
        before,
        skip,
        file: [Some(file_name), rows].into_iter().flatten().collect::<Vec<_>>().join(", "),
        file_href: format!("/evidence/items/{}/file", f.reference),
        hash: f.sha256.clone(),
        shown,
        proofs: proofs(&mut visit, &of).await?,
        criteria: criteria(&of),
        outcomes: Outcome::ALL.iter().map(|o| o.as_str()).collect(),
        offers: offers(&visit, &of, best),
        cap: may_judge.then(|| cap(&visit, best)).flatten(),
        log: log(&mut visit, &of.item).await?,
        may_judge,
        version: of.version,
        form: form.unwrap_or_default(),
        ui: visit.ui,
    })
}

/// What is reviewed under that name, if this person may see it.
async fn named(visit: &mut Visit, name: &str) -> Result<Reviewing, Trouble> {
    let id: ItemId = visit.seen(Kind::Item, name).await?;
    let now = visit.look.now();
    Ok(reviewing(&mut visit.look, id, now).await?)
}

/// Whether this person may judge it: somebody asked for it, and it is not quarantined.
fn may_judge(visit: &Visit, of: &Reviewing) -> bool {
    let may = could(&visit.who.person, "judge-evidence", &[of.item.facts.site], &visit.look.rules());
    may && of.request.is_some() && !of.item.quarantined
}

/// The file as the page shows it, and how many rows it has.
async fn sent(visit: &Visit, of: &Evidence) -> (Shown, Option<String>) {
    // Put aside by two people, because it holds what nobody here may read.
    if of.quarantined {
        return (Shown::Aside, None);
    }
    // A large file is not even read: whoever sends one must not cost us its size to look at.
    if of.facts.bytes > shown::SHOWN_BYTES as u64 {
        return (Shown::FileOnly, None);
    }
    let bytes = visit.state.app.store().blobs().read(&of.facts.sha256).await;
    let (shown, rows) = match bytes.as_deref().map(|b| shown(&of.facts.media, b)) {
        Ok(shown::Shown::Table { head, rows, all }) => (Shown::Table { head, rows }, Some(all)),
        Ok(shown::Shown::Text(text)) => (Shown::Text(text), None),
        Ok(shown::Shown::FileOnly) => (Shown::FileOnly, None),
        // Whoever judges must know that it is not the file which shows nothing.
        Err(Stop::Away(away)) => return (Shown::FileOnly, Some(visit.ui.t(away.id()).to_string())),
        Err(_) => (Shown::FileOnly, None),
    };
    (shown, rows.map(|n| visit.ui.t("review-row-count").n("count", n).to_string()))
}

/// Our own records that could confirm a need.
async fn proofs(visit: &mut Visit, of: &Reviewing) -> Result<Vec<Choice>, Stop> {
    let mut proofs = Vec::with_capacity(of.proofs.len());
    for p in &of.proofs {
        let named = item(visit, p.source).await?;
        proofs.push(Choice::new(p.source.id.to_string(), format!("{}, {}", named.text, visit.ui.day_of(p.at))));
    }
    Ok(proofs)
}

fn criteria(of: &Reviewing) -> Vec<Criterion> {
    let of = of.criteria.iter();
    of.map(|c| Criterion { key: c.key.clone(), needed: c.weighs == Weighs::Need }).collect()
}

/// Why the grades above the best one are not on offer.
fn cap(visit: &Visit, best: Grade) -> Option<(Rich, String)> {
    let why = || visit.ui.t("review-cap").s("grade", visit.ui.word("grade", best.as_str()));
    (best < Grade::Strong).then(|| (Rich::from(why()), "R-22".to_owned()))
}

async fn asked(visit: &mut Visit, of: &Reviewing) -> Result<Rich, Stop> {
    let Some(r) = &of.request else { return Ok(visit.ui.t("review-nobody-asked").into()) };
    let named = item(visit, r.id.into()).await?;
    let basis = evidence::basis(visit, r).await?.to_string();
    Ok(Rich::default().object(named.text, named.href.as_deref()).text(format!(", {basis}")))
}

fn offers(visit: &Visit, of: &Reviewing, best: Grade) -> Vec<Offer> {
    let keys = ['1', '2', '3', '4'];
    let offer = |(then, key): (&Then, char)| Offer {
        word: then.grade.map_or("return", Grade::as_str),
        key,
        capped: then.grade.is_some_and(|g| g > best),
        consequence: consequence(visit, of, then),
    };
    of.then.iter().zip(keys).map(offer).collect()
}

/// What a grade would do, from the request's own fold and the standing's own rule.
fn consequence(visit: &Visit, of: &Reviewing, then: &Then) -> Rich {
    let id = match (then.grade, then.accepts) {
        (None, _) => "review-then-return",
        (Some(_), true) => "review-then-accepts",
        (Some(_), false) => "review-then-not",
    };
    let level = |l: plantgate_domain::base::Level| visit.ui.word("standing", l.as_str()).to_string();
    let moves = if then.level == of.level { "review-standing-stays" } else { "review-standing-moves" };
    let standing = visit.ui.t(moves).s("before", level(of.level)).s("after", level(then.level)).to_string();
    Rich::from(visit.ui.t(id)).text(format!(" {standing}"))
}

/// Reviews before, the newest first.
async fn log(visit: &mut Visit, of: &Evidence) -> Result<Vec<LogLine>, Stop> {
    let mut lines = Vec::new();
    for r in of.reviews.iter().rev() {
        let who = match r.by.person() {
            Some(id) => item(visit, id.into()).await?.text,
            None => "–".to_owned(),
        };
        let word = r.review.grade.map_or("return", Grade::as_str);
        let mut text = format!("{who}: {}", visit.ui.word("grade", word));
        if let Some(note) = &r.review.note {
            let note = visit.look.open_private(note).await?.unwrap_or_default();
            text.push_str(&format!(". {note}"));
        }
        lines.push(LogLine { at: r.at, text: Rich::from(text) });
    }
    Ok(lines)
}

/// The file as it was sent, for whoever may see the item; never shown in place.
async fn file(mut visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let id: ItemId = visit.seen(Kind::Item, &name).await?;
    let of: Evidence = visit.look.get(id).await?;
    if of.quarantined {
        return Err(Stop::NotFound.into());
    }
    let bytes = visit.state.app.store().blobs().read(&of.facts.sha256).await?;
    let name = visit.look.open_private(&of.facts.file_name).await?;
    let name = name.unwrap_or_else(|| of.facts.reference.clone());
    Ok(listing::file(&name, &of.facts.media, bytes))
}
