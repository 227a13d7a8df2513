//! One flat sheet: its columns, its effects, its undoing. The file waits under its hash and everything a person says of
//! it stands in the address, so that looking saves nothing; whoever applies it needs the power again.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    import::sheet::{
        self as sheets, Ask, How, ImportSheet, Opened, RowPlan, SheetDefaults, SheetForm as Shape, SheetReport,
        Spelling, Taken, UndoImport, check, guessed, open_aside,
    },
    power::could,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Instant, Invalid, Kind, Why},
    event::expect::SheetField,
    expect::{import::Import, site::Site},
};
use plantgate_wire::words::Reader;

use super::{engagement_parts::item, import::mine};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded, file},
        routes::Routes,
        visit::Visit,
    },
    page::sheet::{ImportTaken, SheetAsk, SheetColumn, SheetEffects, SheetPage, SheetRow},
    render,
    view::{Choice, Form},
};

/// Rows a preview shows; the counts are of all.
const SHOWN: usize = 300;
/// Imports the first page lists.
const LISTED: usize = 20;
/// How a value that a person said of the file is asked for.
type Asking<'a> = dyn Fn(&str) -> Option<String> + Send + Sync + 'a;

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/admin/sheets/{sha}", show)
        .act("/admin/sheets/{sha}/apply", apply)
        .page("/admin/sheets/{sha}/rejected", left)
        .page("/admin/imports/{name}", taken)
        .act("/admin/imports/{name}/undo", undo)
}

/// Whether the bytes are a sheet at all; asked before they are kept.
pub async fn looked_at(visit: &Visit, name: &str, bytes: Bytes) -> Result<(), Stop> {
    open_aside(name.to_owned(), bytes, How::default(), *visit.state.app.store().limits()).await.map(|_| ())
}

/// What a person said of a file.
struct Wish {
    opened: Opened,
    columns: Vec<Option<SheetField>>,
    remembered: bool,
    act: Result<ImportSheet, Stop>,
}

async fn wish(visit: &mut Visit, sha: &str, get: &Asking<'_>) -> Result<Wish, Stop> {
    let store = visit.state.app.store().clone();
    let bytes = store.import_file(sha, visit.me()).await?;
    let name = get("name").unwrap_or_else(|| "sheet".to_owned());
    let header = get("header").map(|h| h.parse().map_err(|_| Stop::field("header", Why::of("invalid-sheet-header"))));
    let how = How { sheet: get("worksheet"), header: header.transpose()? };
    let opened = open_aside(name, bytes, how, *store.limits()).await?;
    let first = guessed(&mut visit.look, &opened).await?;
    let columns = if get("map").is_some() { chosen(&opened, get)? } else { first.columns };
    let act = defaults(get).and_then(|d| opened.act(columns.clone(), d, spellings(get), get("down").is_some()));
    Ok(Wish { opened, columns, remembered: first.remembered, act })
}

fn chosen(opened: &Opened, get: &Asking<'_>) -> Result<Vec<Option<SheetField>>, Stop> {
    let one =
        |n: usize| get(&column(n)).map(|word| word.parse().map_err(|why| Stop::field("columns", why))).transpose();
    (0..opened.sheet.titles.len()).map(one).collect()
}

fn column(n: usize) -> String {
    format!("c{n}")
}

fn defaults(get: &Asking<'_>) -> Result<SheetDefaults, Stop> {
    let day = |n: &str| get(n).map(|d| d.parse().map_err(|why| Stop::field(n, why))).transpose();
    Ok(SheetDefaults { site: get("site"), country: get("country"), from: day("from")?, until: day("until")? })
}

/// Decisions as the form has them: `n0` is a spelling, `i0` is `own`, or `is:` and whose it is.
fn spellings(get: &Asking<'_>) -> Vec<Spelling> {
    let mut all = Vec::new();
    for n in 0.. {
        let Some(name) = get(&format!("n{n}")) else { break };
        match get(&format!("i{n}")).as_deref() {
            Some("own") => all.push(Spelling { name, is: None }),
            Some(decided) => {
                all.extend(decided.strip_prefix("is:").map(|is| Spelling { name, is: Some(is.to_owned()) }));
            }
            None => {}
        }
    }
    all
}

/// Everything the next page must know of what was said.
fn said(wish: &Wish, get: &Asking<'_>) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = vec![("map".to_owned(), "1".to_owned())];
    let own = ["name", "worksheet", "header", "site", "country", "from", "until", "down"];
    pairs.extend(own.iter().filter_map(|n| get(n).map(|v| ((*n).to_owned(), v))));
    for (n, field) in wish.columns.iter().enumerate() {
        pairs.extend(field.map(|f| (column(n), f.as_str().to_owned())));
    }
    for (n, s) in spellings(get).into_iter().enumerate() {
        let is = s.is.map_or_else(|| "own".to_owned(), |is| format!("is:{is}"));
        pairs.extend([(format!("n{n}"), s.name), (format!("i{n}"), is)]);
    }
    pairs
}

async fn show(visit: Visit, Path(sha): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = mine(visit)?;
    let get = |n: &str| asked.get(n).map(str::to_owned);
    let wish = match wish(&mut visit, &sha, &get).await {
        Ok(wish) => wish,
        Err(stop @ Stop::Invalid(_)) => return unread(visit, stop).await,
        Err(other) => return Err(other.into()),
    };
    let mut form = Form::of(said(&wish, &get));
    let mapped = get("map").is_some();
    let report = match &wish.act {
        Ok(act) if mapped => match check(&visit.state.app, visit.caller(), act).await {
            Ok(report) => Some(report),
            Err(Stop::Invalid(all)) => {
                form = marked(form, all, &visit.ui.r);
                None
            }
            Err(other) => return Err(other.into()),
        },
        Err(Stop::Invalid(all)) if mapped => {
            form = marked(form, all.clone(), &visit.ui.r);
            None
        }
        Err(Stop::Invalid(_)) | Ok(_) => None,
        Err(other) => return Err(other.clone().into()),
    };
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = page(visit, sha, wish, form, report, &get).await?;
    Ok(render::page(status, &page))
}

/// The file cannot be read as somebody said: the first page says why.
async fn unread(visit: Visit, stop: Stop) -> Result<Response, Trouble> {
    let form = Fields(vec![("what".to_owned(), "sheet".to_owned())]).wrong(stop, &visit.ui.r)?;
    super::import::again_with(visit, form).await
}

fn marked(form: Form, all: Vec<Invalid>, reader: &Reader) -> Form {
    all.into_iter().fold(form, |form, i| {
        let field = i.place.field.clone().unwrap_or_else(|| "columns".to_owned());
        let line = i.place.line.map(|line| format!("{line}: ")).unwrap_or_default();
        form.wrong(field, format!("{line}{}", reader.why(&i.why)))
    })
}

async fn page(
    mut visit: Visit,
    sha: String,
    wish: Wish,
    form: Form,
    report: Option<SheetReport>,
    get: &Asking<'_>,
) -> Result<SheetPage, Stop> {
    let sites = sites(&mut visit).await?;
    let hidden = said(&wish, get);
    let asks = report.as_ref().map(|r| asks(&visit, &r.plan.asks, &r.plan.settled)).unwrap_or_default();
    let mut pairs: Vec<(String, String)> = form.pairs().to_vec();
    pairs.retain(|(n, _)| !asks.iter().any(|a| *n == a.name || *n == a.decision));
    pairs.extend(asks.iter().filter_map(|a| {
        let is = spellings(get).into_iter().find(|s| s.name == a.spelling)?;
        Some((a.decision.clone(), is.is.map_or_else(|| "own".to_owned(), |is| format!("is:{is}"))))
    }));
    if let (None, [_, only]) = (get("map"), sites.as_slice()) {
        pairs.push(("site".to_owned(), only.value.clone()));
    }
    let errors = form.errors;
    let mut form = Form::of(pairs);
    form.errors = errors;
    let reader = &visit.ui.r;
    Ok(SheetPage {
        file: wish.opened.file.clone(),
        read_as: read_as(&visit, &wish.opened),
        remembered: wish.remembered,
        columns: columns(&wish.opened),
        fields: fields(&visit),
        worksheets: wish.opened.sheet.sheets.iter().map(|s| Choice::new(s.clone(), s.clone())).collect(),
        sites,
        asks,
        effects: report.map(|report| effects(&visit, reader, &report, &hidden)),
        hidden,
        form,
        sha,
        ui: visit.ui,
    })
}

/// Where this person may import: other sites are nobody's to learn of by a form.
async fn sites(visit: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let (mut all, rules) = (vec![Choice::new("", "–")], visit.look.rules());
    for kept in visit.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        if !could(&visit.who.person, "import", &[site.id], &rules) {
            continue;
        }
        all.push(Choice::new(site.facts.reference, site.facts.name));
    }
    Ok(all)
}

fn fields(visit: &Visit) -> Vec<Choice> {
    let word = |f: &SheetField| Choice::new(f.as_str(), visit.ui.word("sheetfield", f.as_str()).to_string());
    let none = Choice::new("", visit.ui.t("sheet-not-read").to_string());
    std::iter::once(none).chain(SheetField::ALL.iter().map(word)).collect()
}

fn columns(opened: &Opened) -> Vec<SheetColumn> {
    let sample = |n: usize| {
        let cells = opened.sheet.rows.iter().map(|r| r.cell(n)).filter(|c| !c.is_empty()).take(3);
        cells.map(|c| c.chars().take(40).collect::<String>()).collect::<Vec<_>>().join(" · ")
    };
    let all = opened.sheet.titles.iter().enumerate();
    all.map(|(n, title)| SheetColumn { name: column(n), title: title.clone(), sample: sample(n) }).collect()
}

/// The form's questions about spellings: open ones first, then those that are decided and may be decided anew.
fn asks(visit: &Visit, open: &[Ask], settled: &[Ask]) -> Vec<SheetAsk> {
    let all = open.iter().chain(settled).enumerate().map(|(n, ask)| {
        let mut choices = vec![Choice::new("", visit.ui.t("sheet-spelling-open").to_string())];
        for (reference, name) in &ask.like {
            let value = format!("is:{}", reference.as_ref().unwrap_or(name));
            let shown = reference.as_ref().map_or_else(|| name.clone(), |r| format!("{r} {name}"));
            choices.push(Choice::new(value, visit.ui.t("sheet-spelling-same").s("name", shown).to_string()));
        }
        choices.push(Choice::new("own", visit.ui.t("sheet-spelling-own").to_string()));
        SheetAsk {
            name: format!("n{n}"),
            decision: format!("i{n}"),
            spelling: ask.name.clone(),
            rows: ask.rows,
            choices,
        }
    });
    all.collect()
}

/// How the file was read.
fn read_as(visit: &Visit, opened: &Opened) -> String {
    let count = visit.ui.t("review-row-count").n("count", opened.sheet.rows.len()).to_string();
    match &opened.sheet.form {
        Shape::Csv { encoding, delimiter } => {
            let mark = if *delimiter == '\t' { "TAB".to_owned() } else { delimiter.to_string() };
            format!("{} · {mark} · {count}", encoding.as_str())
        }
        Shape::Xlsx { sheet } => format!("XLSX · {sheet} · {count}"),
    }
}

fn effects(visit: &Visit, reader: &Reader, report: &SheetReport, hidden: &[(String, String)]) -> SheetEffects {
    let mut why: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for i in &report.plan.rejected {
        why.entry(i.place.line.unwrap_or(0)).or_default().push(complaint(visit, i));
    }
    let mut rows: Vec<&RowPlan> = report.plan.rows.iter().collect();
    rows.sort_by_key(|r| (r.taken != Taken::Rejected, r.taken == Taken::Unchanged, r.line));
    let row = |r: &&RowPlan| SheetRow {
        line: r.line,
        effect: match r.taken {
            Taken::New => "new",
            Taken::Unchanged => "unchanged",
            Taken::Rejected => "rejected",
        },
        opens: r.opens.iter().map(|(kind, name)| format!("{}: {name}", visit.ui.word("kind", kind.as_str()))).collect(),
        said: why
            .get(&r.line)
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .chain(r.notes.iter().map(|w| reader.why(w)))
            .collect(),
    };
    let done = &report.done;
    SheetEffects {
        seen: report.plan.digest(),
        counts: (done.new, done.unchanged, done.rejected),
        opened: done.opened.iter().map(|(kind, n)| (visit.ui.word("kind", kind.as_str()).to_string(), *n)).collect(),
        rows: rows.iter().take(SHOWN).map(row).collect(),
        more: rows.len().saturating_sub(SHOWN),
        query: hidden.iter().map(|(n, v)| format!("{n}={}", encoded(v))).collect::<Vec<_>>().join("&"),
    }
}

/// A complaint with the column it is about, in words.
fn complaint(visit: &Visit, i: &Invalid) -> String {
    let why = visit.ui.r.why(&i.why);
    match i.place.field.as_deref().and_then(|f| f.parse::<SheetField>().ok()) {
        Some(field) => format!("{}: {why}", visit.ui.word("sheetfield", field.as_str())),
        None => why,
    }
}

async fn apply(visit: Visit, Path(sha): Path<String>, form: Fields) -> Result<Response, Trouble> {
    let mut visit = mine(visit)?;
    let get = |n: &str| form.maybe(n);
    let act = wish(&mut visit, &sha, &get).await?.act?;
    let act = ImportSheet { without_rejected: true, seen: form.maybe("seen"), ..act };
    let answer = visit.state.app.act(visit.caller(), form.request()?, act).await?;
    let to = answer.done.reference.map_or_else(|| "/admin/import".to_owned(), |r| format!("/admin/imports/{r}"));
    Ok(done(&to, "imported", answer.entry).into_response())
}

async fn left(visit: Visit, Path(sha): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = mine(visit)?;
    let get = |n: &str| asked.get(n).map(str::to_owned);
    let wish = wish(&mut visit, &sha, &get).await?;
    let report = check(&visit.state.app, visit.caller(), &wish.act?).await?;
    let title = visit.ui.t("sheet-reason").to_string();
    let said = sheets::complaints(&report.plan.rejected, &|i| complaint(&visit, i));
    let Opened { file: name, sheet, .. } = wish.opened;
    let media = match sheet.form {
        Shape::Csv { .. } => "text/csv",
        Shape::Xlsx { .. } => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let bytes = sheets::rejected_aside(sheet, title, said).await?;
    Ok(file(&format!("rejected-{name}"), media, bytes))
}

/// The last imports, newest first: reference, what, when, result in words.
pub async fn earlier(visit: &mut Visit) -> Result<Vec<(String, &'static str, Instant, String)>, Stop> {
    let q = Query { order: Order::Newest, ..Query::new(Kind::Import, visit.me(), LISTED) };
    let mut all = Vec::new();
    for row in visit.look.page(&q).await?.rows {
        let import = Import::try_from(row.kept.thing)?;
        let state = if import.undone.is_some() { "undone" } else { "taken" };
        let count = visit.ui.t("sheet-of").n("count", import.facts.taken).to_string();
        let result = format!("{}, {count}", visit.ui.word("importstate", state));
        all.push((import.facts.reference, "sheet", import.at, result));
    }
    Ok(all)
}

async fn taken(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("admin");
    let id: plantgate_domain::base::ImportId = visit.seen(Kind::Import, &name).await?;
    let import: Import = visit.look.get(id).await?;
    let mut may_undo = could(&visit.who.person, "import", &[], &visit.look.rules());
    let open = import.may_undo(visit.now()).is_ok();
    let mut blocked = Vec::new();
    if open && may_undo {
        let undo = UndoImport { import: import.facts.reference.clone() };
        match visit.state.app.preview(visit.caller(), undo).await {
            Ok(_) => {}
            Err(Stop::Invalid(all)) => blocked = all.iter().map(|i| visit.ui.r.why(&i.why)).collect(),
            // It made something at a site where this person may not take it back.
            Err(Stop::Refused(_)) => may_undo = false,
            Err(other) => return Err(other.into()),
        }
    }
    let by = match import.by.person() {
        Some(person) => item(&mut visit, person.into()).await?.text,
        None => String::new(),
    };
    let page = ImportTaken {
        file: visit.look.open_private(&import.facts.file_name).await?.unwrap_or_default(),
        reference: import.facts.reference.clone(),
        by,
        at: import.at,
        taken: import.facts.taken,
        left_out: import.facts.left_out,
        entries: (import.facts.from, import.facts.from + import.facts.entries.saturating_sub(1)),
        undone: import.undone,
        until: open.then(|| import.undo_until()),
        may_undo,
        blocked,
        ui: visit.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

async fn undo(visit: Visit, Path(name): Path<String>, form: Fields) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let answer = visit.state.app.act(visit.caller(), form.request()?, UndoImport { import: name.clone() }).await?;
    Ok(done(&format!("/admin/imports/{name}"), "import-undone", answer.entry).into_response())
}
