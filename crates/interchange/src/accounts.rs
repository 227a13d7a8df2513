//! Lists of accounts as directories, gateways and hosts export them: CSV with whatever titles their makers chose,
//! comma, semicolon or tab, in the letters of their country. Known titles are found by many names, other columns are
//! left alone. One row that cannot be read refuses the list, because a list that was taken in part would call the
//! accounts that are missing gone.

mod cells;

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Invalid, Why},
    witness::account_list::{Last, Listed},
};

use crate::{
    Bounds, complaint,
    csv::{self, Encoding, TOLD},
    mib, shown,
};

/// A list that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accounts {
    pub encoding: Encoding,
    pub delimiter: char,
    pub accounts: Vec<Listed>,
    /// Columns that were left alone, by their titles.
    pub left_alone: Vec<String>,
}

/// What a column is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum What {
    Account,
    Name,
    Last,
    Enabled,
    /// A number in which a directory keeps *disabled* as one bit.
    Control,
    Kind,
}

/// What a column is, by the titles it goes by; letters and digits only, in small letters.
const TITLES: &[(What, &str)] = &[
    (
        What::Account,
        "account accountname login loginname user username userid uid samaccountname userprincipalname konto kontoname \
         benutzer benutzername anmeldename kennung",
    ),
    (What::Name, "name displayname fullname commonname cn person anzeigename vollständigername"),
    (
        What::Last,
        "last lastlogin lastlogon lastlogondate lastlogontimestamp lastsignin lastused lastuse letzteanmeldung \
         letztenutzung letztebenutzung zuletztbenutzt zuletztgenutzt",
    ),
    (What::Enabled, "enabled active status state aktiv aktiviert"),
    (What::Control, "useraccountcontrol"),
    (What::Kind, "kind type accounttype art typ kontotyp"),
];

/// Reads a list. `Err` holds every row that cannot be read with its line and column, at most a hundred, and then how
/// many more there are.
pub fn read(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<Accounts, Vec<Invalid>> {
    let whole = |line: Option<u64>, why: Why| vec![complaint(file, line, None, why)];
    if bytes.len() > bounds.bytes {
        return Err(whole(None, Why::of("invalid-csv-large").with("size", mib(bounds.bytes))));
    }
    let (text, encoding) = csv::decode(bytes).map_err(|(line, why)| whole(line, why))?;
    let (text, first) = behind_type(&text);
    let delimiter = csv::delimiter(text);
    if let Some(line) = csv::open_quote(text, delimiter) {
        return Err(whole(Some(line + first - 1), Why::of("invalid-csv-quote")));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let Some(Ok(head)) = rows.next() else { return Err(whole(None, Why::of("invalid-csv-empty"))) };
    let titles = Titles::of(file, first, &head, bounds).map_err(|w| vec![w])?;
    let lines = csv::Lines { text: text.as_bytes(), at: 0, line: first };
    let mut list =
        List { file, titles: &titles, bounds, lines, rows: 0, seen: BTreeMap::new(), read: vec![], wrong: vec![] };
    for row in rows {
        list.row(&row.map_err(|e| whole(None, Why::of("invalid-csv-broken").with("said", e.to_string())))?);
        if list.rows > bounds.rows {
            return Err(whole(None, Why::of("invalid-csv-rows").with("most", bounds.rows)));
        }
    }
    let accounts = list.done()?;
    Ok(Accounts { encoding, delimiter, accounts, left_alone: titles.left_alone })
}

/// Windows PowerShell writes the type of what it exports above the titles; the text behind, and its first line.
fn behind_type(text: &str) -> (&str, u64) {
    let head = |t: &str| t.trim_start_matches('"').get(..5).is_some_and(|t| t.eq_ignore_ascii_case("#type"));
    match text.split_once('\n') {
        Some((first, rest)) if head(first) => (rest, 2),
        Some(_) | None => (text, 1),
    }
}

/// Where which column stands.
struct Titles {
    /// Column and its title in this file.
    at: BTreeMap<What, (usize, String)>,
    width: usize,
    left_alone: Vec<String>,
}

impl Titles {
    fn of(file: &str, line: u64, head: &::csv::StringRecord, bounds: &Bounds) -> Result<Titles, Invalid> {
        if head.len() > bounds.columns {
            let known = "account, name, last, enabled, kind";
            let (has, most) = (head.len(), bounds.columns);
            let why = Why::of("invalid-csv-columns").with("has", has).with("most", most).with("known", known);
            return Err(complaint(file, Some(line), None, why));
        }
        let mut titles = Titles { at: BTreeMap::new(), width: head.len(), left_alone: Vec::new() };
        for (at, title) in head.iter().enumerate() {
            let key = csv::key(title);
            let what = TITLES.iter().find(|(_, all)| all.split(' ').any(|t| t == key)).map(|(what, _)| *what);
            match what {
                // Directories have several names for one thing; the first one counts.
                Some(what) if !titles.at.contains_key(&what) => {
                    titles.at.insert(what, (at, shown(title.trim())));
                }
                Some(_) | None => titles.left_alone.push(shown(title.trim())),
            }
        }
        if titles.at.contains_key(&What::Account) {
            return Ok(titles);
        }
        Err(complaint(file, Some(line), None, Why::of("invalid-accounts-column")))
    }

    fn cell<'r>(&self, row: &'r ::csv::StringRecord, what: What) -> &'r str {
        let cell = self.at.get(&what).and_then(|(at, _)| row.get(*at)).unwrap_or_default();
        csv::front(cell.trim()).trim()
    }
}

/// A list on its way.
struct List<'a> {
    file: &'a str,
    titles: &'a Titles,
    bounds: &'a Bounds,
    lines: csv::Lines<'a>,
    /// Rows that are not empty.
    rows: usize,
    /// The line of each account.
    seen: BTreeMap<String, u64>,
    read: Vec<Listed>,
    wrong: Vec<Invalid>,
}

type Wrong = (Option<What>, Why);

impl List<'_> {
    fn row(&mut self, row: &::csv::StringRecord) {
        let line = self.lines.of(row.position().map_or(0, ::csv::Position::byte));
        if row.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        self.rows += 1;
        let one = self.listed(row).and_then(|one| match self.seen.insert(one.key(), line) {
            None => Ok(one),
            Some(first) => Err((Some(What::Account), Why::of("invalid-accounts-twice").with("line", first))),
        });
        match one {
            Ok(one) => self.read.push(one),
            Err((what, why)) => {
                let title = what.and_then(|w| self.titles.at.get(&w)).map(|(_, title)| title.as_str());
                self.wrong.push(complaint(self.file, Some(line), title, why));
            }
        }
    }

    fn listed(&self, row: &::csv::StringRecord) -> Result<Listed, Wrong> {
        if row.len() != self.titles.width {
            return Err((None, Why::of("invalid-csv-cells").with("has", row.len()).with("wants", self.titles.width)));
        }
        let wrong = |what: What, why: Why| (Some(what), why);
        let text = |what: What| self.text(row, what);
        let account = text(What::Account)?;
        if account.is_empty() {
            return Err(wrong(What::Account, Why::of("invalid-csv-cell-empty")));
        }
        let cell = |what: What| self.titles.cell(row, what);
        let (last, enabled, control) = (cell(What::Last), cell(What::Enabled), cell(What::Control));
        let last = cells::last(last)
            .ok_or_else(|| wrong(What::Last, Why::of("invalid-accounts-day").with("given", shown(last))))?;
        let said = cells::enabled(enabled)
            .ok_or_else(|| wrong(What::Enabled, Why::of("invalid-accounts-enabled").with("given", shown(enabled))))?;
        let bits = cells::control(control)
            .ok_or_else(|| wrong(What::Control, Why::of("invalid-accounts-enabled").with("given", shown(control))))?;
        Ok(Listed {
            account: account.to_owned(),
            name: Some(text(What::Name)?.to_owned()).filter(|n| !n.is_empty()),
            last: match last {
                Last::On(day) => Some(day),
                Last::Never | Last::Unknown => None,
            },
            never: last == Last::Never,
            enabled: said.or(bits),
            shared: cells::shared(cell(What::Kind)),
        })
    }

    /// A text of somebody else: not long, on one line, and nothing in it that makes it look like another.
    fn text<'r>(&self, row: &'r ::csv::StringRecord, what: What) -> Result<&'r str, Wrong> {
        let text = self.titles.cell(row, what);
        if text.chars().count() > self.bounds.cell {
            return Err((Some(what), Why::of("invalid-csv-cell-long").with("most", self.bounds.cell)));
        }
        match text.chars().find(|c| cells::hidden(*c)) {
            Some(c) => {
                let code = format!("U+{:04X}", u32::from(c));
                Err((Some(what), Why::of("invalid-csv-cell-control").with("code", code)))
            }
            None => Ok(text),
        }
    }

    fn done(mut self) -> Result<Vec<Listed>, Vec<Invalid>> {
        if self.wrong.len() > TOLD {
            let more = self.wrong.len() - TOLD;
            self.wrong.truncate(TOLD);
            self.wrong.push(complaint(self.file, None, None, Why::of("invalid-accounts-more").with("count", more)));
        }
        match (self.wrong.is_empty(), self.read.is_empty()) {
            (false, _) => Err(self.wrong),
            (true, true) => Err(vec![complaint(self.file, None, None, Why::of("invalid-csv-empty"))]),
            (true, false) => Ok(self.read),
        }
    }
}
