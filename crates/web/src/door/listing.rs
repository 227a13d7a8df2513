//! Lists of pages: what a URL asks for, the links around the rows, and the same rows as CSV, workbook or JSON. The URL
//! is the view: filter, order and place stand in it and nowhere else.

use plantgate_domain::base::Why;
use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    read::{Cursor, Order, Page, Query},
};
use plantgate_domain::thing::{AnyThing, Broken};
use serde_json::{Map, Value};

use super::{error::Trouble, state::State};
use crate::view::{Chip, Find, List, Pager};

/// Rows of an export; more than that is a job for the API.
const MOST: usize = 10_000;

/// What the URL of a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    path: String,
    pairs: Vec<(String, String)>,
}

/// A form of the rows that is no page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    Csv,
    Xlsx,
    Json,
}

impl FromRequestParts<State> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &State) -> Result<Self, Infallible> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|q| q.0).unwrap_or_default();
        let path = parts.uri.path().to_owned();
        Ok(Asked { path, pairs: pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect() })
    }
}

impl Asked {
    /// A list of which nothing was asked: around a form that was sent and is shown again.
    pub fn at(path: impl Into<String>) -> Asked {
        Asked { path: path.into(), pairs: Vec::new() }
    }
    /// A value of the URL.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// Whether a value is chosen.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }
    /// In which other form the rows are asked for.
    pub fn export(&self) -> Option<Export> {
        match self.get("as").or(self.get("format")) {
            Some("csv") => Some(Export::Csv),
            Some("xlsx") => Some(Export::Xlsx),
            Some("json") => Some(Export::Json),
            _ => None,
        }
    }
    /// Sets order, place and length of a query from the URL.
    pub fn fill(&self, q: &mut Query, usual: Order) -> Result<(), Trouble> {
        q.order = match self.get("sort") {
            Some("reference") => Order::Reference,
            Some("name") => Order::Name,
            Some("newest" | "-oldest") => Order::Newest,
            Some("oldest" | "-newest") => Order::Oldest,
            _ => usual,
        };
        q.text = self.get("q").map(|text| text.trim().chars().take(100).collect());
        if self.export().is_some() {
            // One more than may be, so that a list that is cut off is told and not handed out.
            q.limit = MOST + 1;
            return Ok(());
        }
        let wrong = || Stop::field("after", Why::of("invalid-list-place"));
        q.after = self.get("after").map(|a| Cursor::from_text(a).ok_or_else(wrong)).transpose()?;
        Ok(())
    }
    /// A link to this list with some values set or taken away; the place in it begins anew.
    pub fn link(&self, changes: &[(&str, Option<&str>)]) -> String {
        let place = |n: &str| ["after", "trail", "as", "format", "done", "entry", "account"].contains(&n);
        let stays = self.pairs.iter().filter(|(n, _)| !place(n) && !changes.iter().any(|(c, _)| c == n));
        let mut pairs: Vec<(&str, &str)> = stays.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(changes.iter().filter_map(|(n, v)| v.map(|v| (*n, v))));
        let query: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={}", encoded(v))).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }
    /// A filter as a chip: the link sets it, or takes it away when it is set.
    pub fn chip(&self, name: &str, value: Option<&str>, text: impl ToString, count: u64) -> Chip {
        let on = self.get(name) == value;
        let target = if on { None } else { value };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Chip { text: text.to_string(), count, on, icon: None, href: self.link(&[(name, target)]) }
    }
    /// The form that looks for text in this list and keeps the other filters.
    pub fn find(&self) -> Find {
        let place = |n: &str| ["after", "trail", "as", "format", "done", "entry", "account", "q"].contains(&n);
        let kept = self.pairs.iter().filter(|(n, _)| !place(n)).cloned().collect();
        Find { q: self.get("q").unwrap_or_default().to_owned(), selects: Vec::new(), kept }
    }
    /// Where in a list this is: rows of a page, how many are shown and there in all, and where the next page begins.
    fn pager(&self, limit: usize, shown: u64, total: u64, next: Option<&str>) -> Pager {
        let trail: Vec<&str> = self.get("trail").map(|t| t.split('~').collect()).unwrap_or_default();
        let gone = trail.len() + usize::from(self.get("after").is_some());
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let first = gone.saturating_mul(limit) as u64;
        let here = self.get("after");
        let next = next.map(|next| {
            let trail: Vec<&str> = trail.iter().copied().chain(here).collect();
            let trail = (!trail.is_empty()).then(|| trail.join("~"));
            self.link(&[("after", Some(next)), ("trail", trail.as_deref())])
        });
        let before = here.map(|_| match trail.split_last() {
            Some((last, rest)) => {
                let rest = (!rest.is_empty()).then(|| rest.join("~"));
                self.link(&[("after", Some(last)), ("trail", rest.as_deref())])
            }
            None => self.link(&[]),
        });
        Pager {
            first: small(if shown == 0 { 0 } else { first + 1 }),
            last: small(first + shown),
            total: small(total),
            before,
            after: next,
        }
    }
    /// A page of rows that were worked out and not listed by the database, in their order; `key` says where a page
    /// ends, and a key that is gone begins anew. An export takes all of them.
    pub fn cut<T>(&self, rows: Vec<T>, limit: usize, unfiltered: usize, key: impl Fn(&T) -> String) -> (List, Vec<T>) {
        let total = rows.len() as u64;
        let from = self.get("after").and_then(|after| rows.iter().position(|r| key(r) == after)).map_or(0, |at| at + 1);
        let take = if self.export().is_some() { MOST + 1 } else { limit };
        let more = rows.len() > from.saturating_add(take);
        let rows: Vec<T> = rows.into_iter().skip(from).take(take).collect();
        let next = rows.last().filter(|_| more).map(key);
        let pager = self.pager(limit, rows.len() as u64, total, next.as_deref());
        let kept = self.link(&[]);
        let query = kept.split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default();
        let unfiltered = u32::try_from(unfiltered).unwrap_or(u32::MAX);
        (List { path: self.path.clone(), query, pager, unfiltered, ..List::default() }, rows)
    }
    /// Where a page of rows begins that a statement of its own lists, and how many it takes.
    pub fn place(&self, limit: usize) -> Result<(Option<Cursor>, usize), Trouble> {
        if self.export().is_some() {
            return Ok((None, MOST + 1));
        }
        let wrong = || Stop::field("after", Why::of("invalid-list-place"));
        let after = self.get("after").map(|a| Cursor::from_text(a).ok_or_else(wrong)).transpose()?;
        Ok((after, limit))
    }
    /// What stands around such a page.
    pub fn around(&self, limit: usize, shown: u64, total: u64, next: Option<&str>, unfiltered: u64) -> List {
        let kept = self.link(&[]);
        let query = kept.split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default();
        let unfiltered = u32::try_from(unfiltered).unwrap_or(u32::MAX);
        let pager = self.pager(limit, shown, total, next);
        List { path: self.path.clone(), query, pager, unfiltered, ..List::default() }
    }
    /// What stands around the rows of a page.
    pub fn list(&self, q: &Query, page: &Page, unfiltered: u64) -> List {
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let pager = self.pager(q.limit, page.rows.len() as u64, page.total, page.next.as_deref());
        let kept = self.link(&[("sort", None)]);
        let query = kept.split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default();
        let sort = match q.order {
            Order::Reference => "reference",
            Order::Name => "name",
            Order::Newest | Order::Oldest => "oldest",
        };
        let down = q.order == Order::Newest;
        List {
            path: self.path.clone(),
            query,
            sort: sort.to_owned(),
            down,
            find: Some(self.find()),
            chips: Vec::new(),
            pager,
            unfiltered: small(unfiltered),
            ..List::default()
        }
    }
}

/// The objects of a page's rows.
pub fn things<T: TryFrom<AnyThing, Error = Broken>>(page: &Page) -> Result<Vec<T>, Stop> {
    page.rows.iter().map(|row| Ok(T::try_from(row.kept.thing.clone())?)).collect()
}

/// The rows as a file. Cells that a spreadsheet would run are made harmless by the writer. More rows than a file holds
/// are refused: a file that was cut off looks whole.
pub fn export(form: Export, name: &str, head: &[&str], rows: &[Vec<String>]) -> Result<Response, Trouble> {
    export_within(form, name, head, rows, MOST)
}

/// The same for a list that has a bound of its own.
pub fn export_within(
    form: Export,
    name: &str,
    head: &[&str],
    rows: &[Vec<String>],
    most: usize,
) -> Result<Response, Trouble> {
    if rows.len() > most {
        return Err(Stop::field("as", Why::of("invalid-export-long").with("most", most.to_string())).into());
    }
    let (ending, media, bytes) = match form {
        Export::Csv => ("csv", "text/csv; charset=utf-8", plantgate_app::csv_file(head, rows)),
        Export::Xlsx => {
            let book = plantgate_app::xlsx_file(name, head, rows).map_err(|why| Stop::field("as", why))?;
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book)
        }
        Export::Json => ("json", "application/json", json(head, rows)),
    };
    Ok(file(&format!("{name}.{ending}"), media, bytes))
}

/// Bytes to keep, never to show: no browser guesses what they are.
pub fn file(name: &str, media: &str, bytes: Vec<u8>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn json(head: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let object = |row: &Vec<String>| {
        let pairs = head.iter().zip(row).map(|(h, v)| ((*h).to_owned(), Value::String(v.clone())));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let all = Value::Array(rows.iter().map(object).collect());
    all.to_string().into_bytes()
}

/// A value as it stands in a URL.
pub fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for b in value.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let pairs = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Asked { path: "/systems".to_owned(), pairs }
    }

    #[test]
    fn a_file_that_would_be_cut_off_is_refused() {
        let rows = |n: usize| vec![vec!["BMS-B61".to_owned()]; n];
        assert!(export(Export::Csv, "systems", &["reference"], &rows(MOST)).is_ok());
        assert!(export(Export::Csv, "systems", &["reference"], &rows(MOST + 1)).is_err());
    }

    #[test]
    fn links_keep_what_they_do_not_change() {
        let a = asked(&[("site", "BRU"), ("env", "prod"), ("after", "b1.2"), ("trail", "b0.1")]);
        assert_eq!(a.link(&[("env", None)]), "/systems?site=BRU");
        assert_eq!(a.chip("env", Some("test"), "Test", 3).href, "/systems?site=BRU&env=test");
        let on = a.chip("env", Some("prod"), "Prod", 4);
        assert_eq!((on.on, on.href.as_str()), (true, "/systems?site=BRU"));
        assert_eq!(encoded("a b/ü&"), "a%20b%2F%C3%BC%26");
    }

    #[test]
    fn a_file_is_kept_and_never_shown() {
        let response = file("Liste \"Q3\"\r\n.csv", "text/csv", vec![1]);
        let disposition = response.headers().get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\"Liste__Q3___.csv\""), "{disposition}");
        assert_eq!(response.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
    }
}
