//! Lists of accounts as directories, gateways and hosts export them: CSV with whatever titles their makers chose,
//! comma, semicolon or tab, in the letters of their country. Known titles are found by many names, other columns are
//! left alone.

use std::collections::BTreeMap;

use plantgate_domain::base::{Day, Invalid, Why};

use crate::{
    Bounds, complaint,
    csv::{self, Encoding},
    mib, shown,
};

/// When an account was last used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LastUse {
    /// The list does not say.
    Unsaid,
    Never,
    On(Day),
}

/// One account of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub line: u64,
    pub account: String,
    pub name: Option<String>,
    pub last: LastUse,
    pub enabled: Option<bool>,
    /// The list says that it is nobody's alone.
    pub shared: bool,
}

/// A list that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accounts {
    pub encoding: Encoding,
    pub delimiter: char,
    pub accounts: Vec<Listed>,
    /// Columns that were left alone.
    pub left_alone: Vec<String>,
}

/// What a column is, by the titles it goes by; letters and digits only, in small letters.
const TITLES: &[(&str, &[&str])] = &[
    (
        "account",
        &[
            "account",
            "accountname",
            "login",
            "loginname",
            "user",
            "username",
            "userid",
            "uid",
            "samaccountname",
            "userprincipalname",
            "konto",
            "benutzer",
            "benutzername",
            "anmeldename",
            "kennung",
        ],
    ),
    ("name", &["name", "displayname", "fullname", "commonname", "cn", "person", "anzeigename", "vollstandigername"]),
    (
        "last",
        &[
            "last",
            "lastlogin",
            "lastlogon",
            "lastlogondate",
            "lastlogontimestamp",
            "lastsignin",
            "lastused",
            "lastuse",
            "letzteanmeldung",
            "letzternutzung",
            "zuletztbenutzt",
        ],
    ),
    ("enabled", &["enabled", "active", "status", "state", "aktiv", "aktiviert"]),
    ("kind", &["kind", "type", "accounttype", "art", "typ"]),
];

/// Complaints beyond these are not told.
const TOLD: usize = 100;

/// Reads a list.
pub fn read(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<Accounts, Vec<Invalid>> {
    let whole = |why: Why| vec![complaint(file, None, None, why)];
    if bytes.len() > bounds.bytes {
        return Err(whole(Why::of("invalid-csv-large").with("size", mib(bounds.bytes))));
    }
    let (text, encoding) = csv::text::decode(bytes).map_err(|(line, why)| vec![complaint(file, line, None, why)])?;
    let delimiter = csv::delimiter(&text);
    if let Some(line) = csv::open_quote(&text, delimiter) {
        return Err(vec![complaint(file, Some(line), None, Why::of("invalid-csv-quote"))]);
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let Some(Ok(head)) = rows.next() else { return Err(whole(Why::of("invalid-csv-empty"))) };
    let (columns, left_alone) = header(file, &head, bounds).map_err(|w| vec![w])?;
    let mut lines = csv::Lines { text: text.as_bytes(), at: 0, line: 1 };
    let (mut accounts, mut wrong) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        let row = row.map_err(|e| whole(Why::of("invalid-csv-broken").with("said", e.to_string())))?;
        let line = lines.of(row.position().map_or(0, ::csv::Position::byte));
        if row.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        match listed(file, line, &row, head.len(), &columns, bounds) {
            Ok(one) => match seen.insert(one.account.to_lowercase(), line) {
                None => accounts.push(one),
                Some(first) => {
                    let why = Why::of("invalid-accounts-twice").with("line", first);
                    wrong.push(complaint(file, Some(line), Some("account"), why));
                }
            },
            Err(one) => wrong.push(one),
        }
        if accounts.len() > bounds.rows {
            return Err(whole(Why::of("invalid-csv-rows").with("most", bounds.rows)));
        }
        if wrong.len() >= TOLD {
            break;
        }
    }
    match (wrong.is_empty(), accounts.is_empty()) {
        (false, _) => Err(wrong),
        (true, true) => Err(whole(Why::of("invalid-csv-empty"))),
        (true, false) => Ok(Accounts { encoding, delimiter, accounts, left_alone }),
    }
}

type Columns = BTreeMap<&'static str, usize>;

/// Which column is what.
fn header(file: &str, head: &::csv::StringRecord, bounds: &Bounds) -> Result<(Columns, Vec<String>), Invalid> {
    if head.len() > bounds.columns {
        let why = Why::of("invalid-zeek-columns").with("most", bounds.columns);
        return Err(complaint(file, Some(1), None, why));
    }
    let (mut columns, mut left_alone) = (Columns::new(), Vec::new());
    for (at, title) in head.iter().enumerate() {
        let key = csv::key(title).replace('ä', "a");
        match TITLES.iter().find(|(_, titles)| titles.contains(&key.as_str())) {
            // Directories have several names for one thing; the first one counts.
            Some((what, _)) if !columns.contains_key(what) => drop(columns.insert(what, at)),
            Some(_) | None => left_alone.push(shown(title.trim())),
        }
    }
    if columns.contains_key("account") {
        return Ok((columns, left_alone));
    }
    Err(complaint(file, Some(1), Some("account"), Why::of("invalid-accounts-column")))
}

fn listed(
    file: &str,
    line: u64,
    row: &::csv::StringRecord,
    wants: usize,
    columns: &Columns,
    bounds: &Bounds,
) -> Result<Listed, Invalid> {
    if row.len() != wants {
        let why = Why::of("invalid-csv-cells").with("has", row.len()).with("wants", wants);
        return Err(complaint(file, Some(line), None, why));
    }
    let cell = |what: &'static str| columns.get(what).and_then(|at| row.get(*at)).map_or("", str::trim);
    let wrong = |field: &'static str, why: Why| complaint(file, Some(line), Some(field), why);
    for field in ["account", "name"] {
        let text = cell(field);
        if text.chars().count() > bounds.cell.min(200) {
            return Err(wrong(field, Why::of("invalid-csv-cell-long").with("most", bounds.cell.min(200))));
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            let why = Why::of("invalid-csv-cell-control").with("code", format!("U+{:04X}", u32::from(c)));
            return Err(wrong(field, why));
        }
    }
    let account = cell("account").to_owned();
    if account.is_empty() {
        return Err(wrong("account", Why::of("invalid-csv-cell-empty")));
    }
    let given = |text: &str| shown(text);
    let last = last_use(cell("last"), columns.contains_key("last"));
    let enabled = enabled(cell("enabled"));
    Ok(Listed {
        line,
        account,
        name: Some(cell("name").to_owned()).filter(|n| !n.is_empty()),
        last: last.ok_or_else(|| wrong("last", Why::of("invalid-accounts-day").with("given", given(cell("last")))))?,
        enabled: enabled.ok_or_else(|| {
            wrong("enabled", Why::of("invalid-accounts-enabled").with("given", given(cell("enabled"))))
        })?,
        shared: ["shared", "service", "group", "geteilt", "dienst", "gruppe"].contains(&&*cell("kind").to_lowercase()),
    })
}

/// A yes or no in many words; an empty cell does not say.
fn enabled(text: &str) -> Option<Option<bool>> {
    match text.to_lowercase().as_str() {
        "" => Some(None),
        "true" | "yes" | "1" | "enabled" | "active" | "ja" | "wahr" | "aktiv" => Some(Some(true)),
        "false" | "no" | "0" | "disabled" | "inactive" | "locked" | "nein" | "falsch" | "inaktiv" | "gesperrt" => {
            Some(Some(false))
        }
        _ => None,
    }
}

/// A day, in the ways directories write one; the time behind it is left alone, days are enough for *dormant*.
fn last_use(text: &str, said: bool) -> Option<LastUse> {
    match text.to_lowercase().as_str() {
        "" if said => return Some(LastUse::Unsaid),
        "" | "-" | "unknown" | "unbekannt" => return Some(LastUse::Unsaid),
        "never" | "nie" | "0" => return Some(LastUse::Never),
        _ => {}
    }
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    if let Ok(day) = day.parse::<Day>() {
        return Some(LastUse::On(day));
    }
    let parts: Vec<&str> = day.split('.').collect();
    if let [day, month, year] = parts.as_slice() {
        let (day, month, year) = (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
        return Day::new(year, month, day).filter(|_| year > 1970).map(LastUse::On);
    }
    // A directory counts tenths of microseconds since 1601.
    let ticks: i64 = text.parse().ok().filter(|t| *t > 100_000_000_000_000_000)?;
    let days = ticks / 864_000_000_000;
    Some(LastUse::On(Day::new(1601, 1, 1)?.plus_days(days)))
}
