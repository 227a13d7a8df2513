//! The rules as files, and how a change of them is adopted: chosen, looked at, adopted by a second person. What
//! was looked at travels in the form, so that exactly this is adopted.

use axum::{
    extract::{DefaultBodyLimit, Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use plantgate_app::{
    Act, Stop,
    expect::{
        moves::Move,
        rules::{AdoptTheRules, Adopted, RulesFile},
    },
    permit::engaged::seconds,
    power::could,
    read::Memory,
};
use plantgate_domain::{
    base::{Kind, Ref, SiteId, Why},
    expect::{rulebook::Rulebook, site::Site},
};

use super::engagement_parts::{item, person};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::file,
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::admin::{MoveRow, RulesLook, RulesPage},
    render,
    view::Form,
};

/// Most bytes of the whole form: every file at its largest and some words.
const FORM: usize = 512 * 1_024;

/// Routes.
pub fn routes() -> Routes {
    let look = post(look).layer(DefaultBodyLimit::max(FORM));
    Routes::new()
        .page("/admin/rules", show)
        .act("/admin/rules", adopt)
        .route(RouteKind::Question, "POST", "/admin/rules/preview", look)
        .page("/admin/rules/{file}", text)
}

async fn rulebook(visit: &mut Visit) -> Result<Rulebook, Stop> {
    let kept = visit.look.every(Kind::Rulebook).await?.into_iter().next_back().ok_or(Stop::NotFound)?;
    Ok(Rulebook::try_from(kept.thing)?)
}

async fn sites(visit: &mut Visit) -> Result<Vec<SiteId>, Stop> {
    let all = visit.look.every(Kind::Site).await?;
    all.into_iter().map(|kept| Ok(Site::try_from(kept.thing)?.id)).collect()
}

async fn may(visit: &mut Visit) -> Result<bool, Stop> {
    let sites = sites(visit).await?;
    Ok(could(&visit.who.person, AdoptTheRules::NAME, &sites, &visit.look.rules()))
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("admin"), Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(mut visit: Visit, form: Form) -> Result<RulesPage, Trouble> {
    let book = rulebook(&mut visit).await?;
    let by = match &book.approved {
        Some(yes) => {
            let (proposed, approved) = (yes.proposed_by, yes.approved_by);
            let proposer = item(&mut visit, proposed.into()).await?.text;
            Some((proposer, item(&mut visit, approved.into()).await?.text))
        }
        None => None,
    };
    let (sites, me) = (sites(&mut visit).await?, visit.me());
    let mut proposers = Vec::new();
    let may = may(&mut visit).await?;
    if may {
        for p in seconds(&mut visit.look, "propose-rules", &sites, me).await? {
            proposers.push(person(&mut visit, &p).await?);
        }
    }
    let files = book.files.iter().map(|f| (f.file.clone(), f.version)).collect();
    Ok(RulesPage { files, since: book.since, by, may, proposers, form, ui: visit.ui })
}

async fn text(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?;
    let book = rulebook(&mut visit).await?;
    let found = book.files.into_iter().find(|f| f.file == name).ok_or(Stop::NotFound)?;
    Ok(file(&found.file, "application/toml", found.text.into_bytes()))
}

/// The form as it streams: files become pairs of `file` and `text`. Browsers turn line ends about; the rules have one.
async fn read(mut form: Multipart) -> Result<Fields, Stop> {
    let wrong = |why: Why| Stop::field("files", why);
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(|_| wrong(Why::of("upload-broken")))? {
        let key = field.name().unwrap_or_default().to_owned();
        let called = field.file_name().map(str::to_owned);
        let text = field.text().await.map_err(|_| wrong(Why::of("upload-broken")))?;
        match called {
            Some(name) if name.is_empty() => {}
            Some(_) if text.contains('\u{fffd}') => return Err(wrong(Why::of("rules-not-text"))),
            Some(name) => {
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                fields.0.extend([("file".to_owned(), name), ("text".to_owned(), text)]);
            }
            None => fields.0.push((key, text)),
        }
    }
    Ok(fields)
}

/// The act that a form holds.
fn act(fields: &Fields) -> AdoptTheRules {
    let of = |name: &'static str| fields.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v);
    let file = |(file, text): (&String, &String)| RulesFile { file: file.clone(), text: text.replace("\r\n", "\n") };
    AdoptTheRules {
        files: of("file").zip(of("text")).map(file).collect(),
        proposed_by: fields.text("proposed_by"),
        reason: fields.text("reason"),
    }
}

async fn look(visit: Visit, form: Multipart) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("admin");
    let fields = match read(form).await {
        Ok(fields) => fields,
        Err(stop) => return again(visit, &Fields::default(), stop).await,
    };
    let act = act(&fields);
    if act.files.is_empty() {
        let none = Stop::field("files", Why::of("rules-none"));
        return again(visit, &fields, none).await;
    }
    match visit.state.app.preview(visit.caller(), act.clone()).await {
        Ok(seen) => {
            let page = looked(visit, act, seen.done).await?;
            Ok(render::page(StatusCode::OK, &page))
        }
        Err(stop) => again(visit, &fields, stop).await,
    }
}

async fn looked(mut visit: Visit, act: AdoptTheRules, seen: Adopted) -> Result<RulesLook, Trouble> {
    let mut rows = Vec::new();
    for moved in &seen.moves {
        rows.push(row(&mut visit, moved).await?);
    }
    Ok(RulesLook {
        version: seen.version,
        moved: seen.moved,
        rows,
        files: act.files.into_iter().map(|f| (f.file, f.text)).collect(),
        proposed_by: act.proposed_by,
        reason: act.reason,
        ui: visit.ui,
    })
}

async fn row(visit: &mut Visit, moved: &Move) -> Result<MoveRow, Stop> {
    let site = match moved.site {
        Some(site) => item(visit, Ref::from(site)).await?.text,
        None => String::new(),
    };
    let ui = &visit.ui;
    let said = |word: &str| match moved.what.as_str() {
        "standing" | "grade" => ui.word(&moved.what, word).to_string(),
        "decision" => ui.word("answer", word).to_string(),
        "tier" => match word.strip_suffix("-provisional") {
            Some(tier) => format!("{}, {}", ui.word("tier", tier), ui.word("tier", "provisional")),
            None => ui.word("tier", word).to_string(),
        },
        _ => word.to_owned(),
    };
    let checks: Vec<String> = moved.checks.iter().map(|key| ui.word("check", key).to_string()).collect();
    let (before, mut after) = (said(&moved.before), said(&moved.after));
    if !checks.is_empty() {
        after = format!("{after}: {}", checks.join(", "));
    }
    let what = match moved.what.as_str() {
        "standing" => ui.t("col-standing"),
        "grade" => ui.t("col-grade"),
        "tier" => ui.t("col-tier"),
        "decision" => ui.t("rules-answer"),
        _ => ui.t("col-state"),
    };
    let about = moved.requirement.as_ref().map_or(String::new(), |id| format!(" · {id}"));
    let what = format!("{what}{about}");
    Ok(MoveRow { on: item(visit, moved.on).await?, site, what, before, after })
}

async fn adopt(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("admin");
    match visit.state.app.act(visit.caller(), fields.request()?, act(&fields)).await {
        Ok(answer) => Ok(done("/admin/rules", "rules-adopted", answer.entry).into_response()),
        Err(stop) => again(visit, &fields, stop).await,
    }
}

/// The form once more; a file is chosen again, because a browser keeps none.
async fn again(visit: Visit, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let Stop::Invalid(many) = stop else { return Err(stop.into()) };
    let mut form = many.into_iter().fold(fields.form(), |form, one| {
        let why = visit.ui.r.why(&one.why);
        // What is wrong inside a file is said at the field of the files, with its place.
        match one.place.file {
            Some(file) => {
                let line = one.place.line.map(|n| format!(":{n}")).unwrap_or_default();
                form.wrong("files", format!("{file}{line}: {why}"))
            }
            None => form.wrong(one.place.field.unwrap_or_else(|| "files".to_owned()), why),
        }
    });
    form.forget("text");
    form.forget("file");
    let page = page(visit, form).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
