//! *Evidence* of a provider: requirement by requirement, what they say, what they do, and what it rests on.

use std::cmp::Reverse;

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::qualify::proof::{Proven, proven};
use plantgate_domain::base::{Grade, Ref};

use super::{head, open};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export},
        pages::areas::{areas, requirement},
        visit::Visit,
    },
    page::provider::{Evidence, ProofRow},
    render,
    view::{Chip, Item, List, Pager},
};

pub(super) async fn show(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let now = v.look.now();
    let all = proven(&mut v.look, o.file.provider.id, now).await?;
    let (total, chips) = (all.len(), chips(&v, &asked, &all));
    let mut some: Vec<Proven> = all.into_iter().filter(|p| fits(p, &asked, true, true)).collect();
    let (sort, down) = sorted(&mut some, asked.get("sort").unwrap_or_default());
    let me = v.me();
    let items: Vec<Ref> = some.iter().filter_map(|p| p.item).map(Ref::from).collect();
    v.names.learn_all(&mut v.look, me, &items).await?;
    let rows: Vec<ProofRow> = some.into_iter().map(|p| row(&v, p)).collect();
    if let Some(form) = asked.export() {
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        return export(form, "evidence", &["requirement", "grade", "says", "does", "item", "due"], &cells);
    }
    let list = around(&asked, sort, down, chips, rows.len(), total);
    Ok(render::page(StatusCode::OK, &Evidence { ui: v.ui, head, list, rows }))
}

fn fits(p: &Proven, asked: &Asked, by_area: bool, by_grade: bool) -> bool {
    let area = asked.get("area").filter(|_| by_area);
    let grade = asked.get("grade").filter(|_| by_grade);
    area.is_none_or(|a| p.requirement.starts_with(a)) && grade.is_none_or(|g| p.grade.as_str() == g)
}

fn sorted(rows: &mut [Proven], wanted: &str) -> (&'static str, bool) {
    let (key, down) = wanted.strip_prefix('-').map_or((wanted, false), |k| (k, true));
    let due = |p: &Proven| p.request.as_ref().map(|r| r.due);
    let key = match key {
        "grade" => {
            rows.sort_by_key(|p| p.grade);
            "grade"
        }
        "due" => {
            rows.sort_by_key(|p| (due(p).is_none(), due(p), Reverse(p.grade)));
            "due"
        }
        _ => "requirement",
    };
    if down {
        rows.reverse();
    }
    (key, down)
}

fn chips(v: &Visit, asked: &Asked, all: &[Proven]) -> Vec<Vec<Chip>> {
    let count = |fits: &dyn Fn(&Proven) -> bool| all.iter().filter(|p| fits(p)).count() as u64;
    let of_area = |area: &str| count(&|p| p.requirement.starts_with(area) && fits(p, asked, false, true));
    let of_grade = |g: &Grade| count(&|p| p.grade == *g && fits(p, asked, true, false));
    let whole = count(&|p| fits(p, asked, true, false));
    let first = asked.chip("grade", None, v.ui.t("providers-all"), whole);
    let grades = Grade::ALL.iter().map(|g| (g, of_grade(g))).filter(|(_, n)| *n > 0);
    let grades = grades.map(|(g, n)| asked.chip("grade", Some(g.as_str()), v.ui.word("grade", g.as_str()), n));
    let places = areas(&v.ui).into_iter().map(|(area, title)| (of_area(&area), area, title));
    let places = places.filter(|(n, area, _)| *n > 0 || asked.is("area", area));
    let places = places.map(|(n, area, title)| asked.chip("area", Some(&area), title, n));
    vec![std::iter::once(first).chain(grades).collect(), places.collect()]
}

fn row(v: &Visit, p: Proven) -> ProofRow {
    let zone = &v.ui.r.zone;
    let item = p.item.map(|id| v.names.of(id.into())).map(|n| Item { text: n.text, href: n.href });
    let asked = p
        .request
        .as_ref()
        .map(|r| Item::link(r.facts.reference.clone(), format!("/evidence/requests/{}", r.facts.reference)));
    let due = p.request.as_ref().map(|r| r.due);
    let open = matches!(p.grade, Grade::Missing | Grade::Expired | Grade::Weak);
    ProofRow {
        title: requirement(&p.requirement),
        says: p.says,
        does: p.does,
        grade: p.grade,
        item: item.or(asked),
        due,
        until: p.until.map(|at| zone.day_of(at.plus_secs(-1))),
        late: due.filter(|_| open).map_or(0, |day| zone.day_of(v.now()).days_since(day).max(0)),
        voluntary: p.voluntary,
        requirement: p.requirement,
    }
}

fn cells(r: &ProofRow) -> Vec<String> {
    let side = |g: Option<Grade>| g.map_or_else(String::new, |g| g.as_str().to_owned());
    vec![
        r.requirement.clone(),
        r.grade.as_str().to_owned(),
        side(r.says),
        side(r.does),
        r.item.as_ref().map_or_else(String::new, |i| i.text.clone()),
        r.due.map_or_else(String::new, |d| d.to_string()),
    ]
}

fn around(asked: &Asked, sort: &str, down: bool, chips: Vec<Vec<Chip>>, rows: usize, total: usize) -> List {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let kept = asked.link(&[("sort", None)]);
    let (path, query) = kept.split_once('?').map_or((kept.as_str(), ""), |(p, q)| (p, q));
    List {
        path: path.to_owned(),
        query: query.to_owned(),
        sort: sort.to_owned(),
        down,
        find: None,
        chips,
        pager: Pager { first: small(rows.min(1)), last: small(rows), total: small(rows), before: None, after: None },
        unfiltered: small(total),
        ..List::default()
    }
}
