//! Import: a file is uploaded, what every row would do is shown, then it is applied. Uploading saves no fact: the file
//! waits under its hash, and whoever applies it needs the power again.

use std::collections::HashMap;

use super::sheet;
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use plantgate_app::{
    Limits, Outcome, Stop,
    import::{self, Defaults, ImportKind, Report, Upload, Wanted, file::rejected, read_inventory},
    power::could,
    read::{By, Memory},
};
use plantgate_domain::base::Why;
use plantgate_wire::words::Reader;
use serde_json::Value;

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded, file},
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::admin::{Effect, ImportPreview, ImportUpload},
    render,
    view::{Chip, Choice, Form, List, Pager},
};

/// What can be imported, as words of `import-…`.
const WHATS: &[&str] = &[
    "sheet",
    "sites",
    "zones",
    "conduits",
    "systems",
    "providers",
    "people",
    "agreements",
    "engagements",
    "scope",
    "inventory",
    "netbox",
];
/// How a value that says how to read a file is asked for.
type Asking<'a> = dyn Fn(&str) -> Option<String> + Send + Sync + 'a;
/// Rows a preview shows; the counts are of all.
const SHOWN: usize = 500;

/// Routes; only the upload may be large.
pub fn routes(limit: usize) -> Routes {
    let upload = post(upload).layer(DefaultBodyLimit::max(limit));
    Routes::new()
        .page("/admin/import", show)
        // The file is kept as bytes that no act names until it is applied.
        .route(RouteKind::WorkingState, "POST", "/admin/import", upload)
        .page("/admin/import/{sha}", preview)
        .act("/admin/import/{sha}/apply", apply)
        .page("/admin/import/{sha}/rejected.csv", left)
        .merge(sheet::routes())
}

/// Only for who may import; for everybody else there is nothing here.
pub(super) fn mine(visit: Visit) -> Result<Visit, Trouble> {
    let visit = visit.ours()?.at("admin");
    if could(&visit.who.person, "import", &[], &visit.look.rules()) { Ok(visit) } else { Err(Stop::NotFound.into()) }
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let page = uploading(mine(visit)?, Form::of([("what", "sheet")])).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// The first page once more, with what is wrong.
pub(super) async fn again_with(visit: Visit, form: Form) -> Result<Response, Trouble> {
    let page = uploading(visit, form).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn uploading(mut visit: Visit, form: Form) -> Result<ImportUpload, Trouble> {
    let mut sites = vec![Choice::new("", "–")];
    sites.extend(super::filters::sites(&mut visit).await?.into_iter().skip(1));
    let earlier = sheet::earlier(&mut visit).await?;
    Ok(ImportUpload { form, whats: WHATS.to_vec(), sites, earlier, ui: visit.ui })
}

async fn upload(visit: Visit, form: Multipart) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let mut fields = Fields::default();
    match take(&visit, form, &mut fields).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(stop) => {
            let form = wrong(&fields, stop, &visit.ui.r)?;
            again_with(visit, form).await
        }
    }
}

/// What is wrong, beside its field; what is wrong inside the file is said at the file, with line and place.
pub fn wrong(fields: &Fields, stop: Stop, reader: &Reader) -> Result<Form, Trouble> {
    let Stop::Invalid(many) = stop else { return Err(stop.into()) };
    Ok(many.into_iter().fold(fields.form(), |form, one| {
        let why = reader.why(&one.why);
        match one.place.file {
            Some(file) => {
                let line = one.place.line.map(|n| format!(":{n}")).unwrap_or_default();
                let field = one.place.field.map(|f| format!(" {f}")).unwrap_or_default();
                form.wrong("file", format!("{file}{line}{field}: {why}"))
            }
            None => form.wrong(one.place.field.unwrap_or_else(|| "file".to_owned()), why),
        }
    }))
}

/// Stores the file and reads it once, so that a file that is none is told at once; answers where its preview is.
async fn take(visit: &Visit, mut form: Multipart, fields: &mut Fields) -> Result<String, Stop> {
    let store = visit.state.app.store();
    let broke = |_| Stop::field("file", Why::of("invalid-import-broke"));
    let (mut name, mut bytes) = (String::new(), Bytes::new());
    while let Some(field) = form.next_field().await.map_err(broke)? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            name = field.file_name().unwrap_or("file.csv").to_owned();
            bytes = field.bytes().await.map_err(broke)?;
        } else {
            fields.0.push((key, field.text().await.map_err(broke)?));
        }
    }
    let asked = |n: &str| fields.maybe(n);
    if bytes.is_empty() {
        return Err(Stop::field("file", Why::of("invalid-import-empty")));
    }
    let flat = asked("what").as_deref() == Some("sheet");
    if flat {
        sheet::looked_at(visit, &name, bytes.clone()).await?;
    } else {
        read(visit, &name, bytes.clone(), &asked).await?;
    }
    let stored = store.take_file(bytes.as_ref(), store.limits().import_bytes, By::Import(visit.me())).await?;
    if flat {
        return Ok(format!("/admin/sheets/{}?name={}", stored.sha256, encoded(&name)));
    }
    let query: Vec<String> = ["what", "site", "system", "zone", "country"]
        .iter()
        .filter_map(|n| asked(n).map(|v| format!("{n}={}", encoded(&v))))
        .collect();
    Ok(format!("/admin/import/{}?name={}&{}", stored.sha256, encoded(&name), query.join("&")))
}

/// The rows of a file as it was said to be.
/// Read beside the threads that answer others: a large file takes seconds.
async fn read(
    visit: &Visit,
    name: &str,
    bytes: impl AsRef<[u8]> + Send + 'static,
    asked: &Asking<'_>,
) -> Result<Upload, Stop> {
    let limits = *visit.state.app.store().limits();
    let said: HashMap<&str, String> =
        ["what", "zone", "country", "site", "system"].into_iter().filter_map(|n| Some((n, asked(n)?))).collect();
    let name = name.to_owned();
    let read = tokio::task::spawn_blocking(move || read_here(&limits, &name, bytes.as_ref(), &said));
    read.await.map_err(Stop::fault)?
}

fn read_here(limits: &Limits, name: &str, bytes: &[u8], said: &HashMap<&str, String>) -> Result<Upload, Stop> {
    let asked = |n: &str| said.get(n).cloned();
    let what = asked("what").unwrap_or_default();
    if what == "netbox" {
        let zone = asked("zone").map(|z| z.parse().map_err(|why| Stop::field("zone", why))).transpose()?;
        return import::file::read_netbox(name, bytes, &Defaults { zone, country: asked("country") }, limits);
    }
    if what == "inventory" {
        let zone = asked("zone").map(|z| z.parse().map_err(|why| Stop::field("zone", why))).transpose()?;
        let defaults = Defaults { zone, country: asked("country") };
        return read_inventory(name, bytes, &Wanted { site: asked("site"), system: asked("system"), defaults }, limits);
    }
    let kind: ImportKind =
        serde_json::from_value(Value::String(what)).map_err(|_| Stop::field("what", Why::of("invalid-import-what")))?;
    import::read(kind, name, bytes, limits)
}

/// The stored file, read again, and what it would do now.
async fn again(visit: &Visit, sha: &str, asked: &Asking<'_>) -> Result<(Upload, Report), Stop> {
    let bytes = visit.state.app.store().import_file(sha, visit.me()).await?;
    let name = asked("name").unwrap_or_else(|| "file.csv".to_owned());
    let upload = read(visit, &name, bytes, asked).await?;
    let report = import::check(&visit.state.app, visit.caller(), &upload.import).await?;
    Ok((upload, report))
}

async fn preview(visit: Visit, Path(sha): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let get = |n: &str| asked.get(n).map(str::to_owned);
    let (upload, report) = again(&visit, &sha, &get).await?;
    let all = effects(&upload, &report, &visit.ui.r);
    let of = |word: &str| all.iter().filter(|e| e.effect == word).count() as u64;
    let words = ["rejected", "changed", "new", "unchanged"];
    let chips = words.iter().map(|w| asked.chip("effect", Some(w), visit.ui.word("effect", w), of(w))).collect();
    let chosen = asked.get("effect").map(str::to_owned);
    let matching = |e: &&Effect| chosen.as_deref().is_none_or(|w| e.effect == w);
    let mut rows: Vec<Effect> = all.iter().filter(matching).cloned().collect();
    rows.sort_by_key(|e| (words.iter().position(|w| *w == e.effect), e.line));
    let list = first_rows(&mut rows, &sha, chips);
    let notes = &upload.notes;
    let hidden = ["name", "what", "site", "system", "zone", "country"];
    let page = ImportPreview {
        seen: report.taken.digest(),
        reference: sha,
        file: get("name").unwrap_or_default(),
        read_as: read_as(&visit, &upload, all.len()),
        counts: (
            small(report.taken.new),
            small(report.taken.changed),
            small(report.taken.unchanged),
            small(of("rejected") as usize),
        ),
        list,
        rows,
        consequences: Vec::new(),
        left_out: notes.not_imported.iter().map(|(what, n)| left_out(&visit, what, *n)).collect(),
        counted: notes.counted.iter().map(|(what, n)| format!("{n} {}", visit.ui.word("counted", what))).collect(),
        listed: notes.listed.iter().take(SHOWN).cloned().collect(),
        listed_all: notes.listed.len(),
        hidden: hidden.iter().filter_map(|n| get(n).map(|v| ((*n).to_owned(), v))).collect(),
        ui: visit.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// What stands around as many rows as are shown.
fn first_rows(rows: &mut Vec<Effect>, sha: &str, chips: Vec<Chip>) -> List {
    let total = rows.len();
    rows.truncate(SHOWN);
    let pager = Pager { first: u32::from(total > 0), last: small(rows.len()), total: small(total), ..Pager::default() };
    List { path: format!("/admin/import/{sha}"), chips: vec![chips], pager, ..List::default() }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What was counted and left out; what a scan or log leaves out has words of its own.
fn left_out(visit: &Visit, what: &str, count: usize) -> String {
    match what {
        "left-out-down" | "left-out-outside" => visit.ui.t(what).n("count", count).to_string(),
        what => format!("{count} {what}"),
    }
}

/// How the file was read: its encoding, its delimiter, its rows.
fn read_as(visit: &Visit, upload: &Upload, rows: usize) -> String {
    let notes = &upload.notes;
    let mark = notes.delimiter.map(|c| if c == '\t' { "TAB".to_owned() } else { c.to_string() });
    let count = visit.ui.t("review-row-count").n("count", rows).to_string();
    let format = notes.format.as_ref().map(|f| visit.ui.word("format", f).to_string());
    let parts: Vec<String> = [format, notes.encoding.clone(), mark, Some(count)].into_iter().flatten().collect();
    parts.join(" · ")
}

/// Every row with what it would do.
fn effects(upload: &Upload, report: &Report, reader: &Reader) -> Vec<Effect> {
    let rows = upload.import.parts.iter().flat_map(|p| &p.rows);
    rows.enumerate()
        .map(|(n, row)| {
            let place = |line: Option<u64>, source: &Option<String>| (line, source.clone());
            let its = place(row.line, &row.source);
            let taken = report.taken.rows.iter().find(|d| place(d.line, &d.source) == its);
            let wrong: Vec<String> = report
                .rejected
                .iter()
                .filter(|i| row.line.is_some() && i.place.line == row.line)
                .chain(report.rejected.iter().filter(|i| {
                    row.source.is_some()
                        && i.place
                            .field
                            .as_deref()
                            .is_some_and(|f| row.source.as_deref().is_some_and(|s| f.starts_with(s)))
                }))
                .map(|i| match &i.place.field {
                    Some(field) => format!("{field}: {}", reader.why(&i.why)),
                    None => reader.why(&i.why),
                })
                .collect();
            let effect = match taken.map(|d| d.outcome) {
                Some(Outcome::New) => "new",
                Some(Outcome::Changed) => "changed",
                Some(Outcome::Unchanged) => "unchanged",
                None => "rejected",
            };
            let cell = |c: &str| row.cells.get(c).cloned();
            let reference = cell("reference");
            let moved = if effect == "changed" { moved(report, reference.as_deref()) } else { Vec::new() };
            let key = cell("key").map(|key| cell("system").map_or(key.clone(), |system| format!("{system} {key}")));
            let parts = [reference.or(cell("engagement")).or(key), cell("name").or(cell("instance")), cell("b")];
            Effect {
                line: row.line.unwrap_or(n as u64 + 1),
                effect,
                object: parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
                moved,
                reason: if effect == "rejected" { wrong.join(" ") } else { String::new() },
            }
        })
        .collect()
}

/// Fields of the object of that reference that would change; what is private is not shown here.
fn moved(report: &Report, reference: Option<&str>) -> Vec<(String, String, String)> {
    let changed = report.effects.iter().filter(|e| e.reference.as_deref() == reference && !e.before.is_null());
    let mut out = Vec::new();
    for e in changed {
        let (before, after) = (e.before.get("facts"), e.after.get("facts"));
        let Some(fields) = after.and_then(Value::as_object) else { continue };
        for (name, value) in fields {
            let old = before.and_then(|b| b.get(name)).unwrap_or(&Value::Null);
            let private = value.get("slot").is_some() || old.get("slot").is_some();
            if old != value && !private {
                out.push((name.clone(), plain(old), plain(value)));
            }
        }
    }
    out
}

fn plain(v: &Value) -> String {
    match v {
        Value::Null => "–".to_owned(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

async fn apply(visit: Visit, Path(sha): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let get = |n: &str| fields.maybe(n);
    let bytes = visit.state.app.store().import_file(&sha, visit.me()).await?;
    let upload = read(&visit, &get("name").unwrap_or_default(), bytes, &get).await?;
    let seen = fields.maybe("seen");
    let answer = import::run_as_seen(&visit.state.app, visit.caller(), fields.request()?, &upload.import, seen).await?;
    Ok(done("/admin/import", "imported", answer.entry).into_response())
}

async fn left(visit: Visit, Path(sha): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let get = |n: &str| asked.get(n).map(str::to_owned);
    let (upload, report) = again(&visit, &sha, &get).await?;
    let part = upload.import.parts.first().ok_or(Stop::NotFound)?;
    let name = format!("rejected-{}", get("name").unwrap_or_default());
    Ok(file(&name, "text/csv; charset=utf-8", rejected(part, &report.rejected, &|why| visit.ui.r.why(why))))
}
