//! What a sheet would open, from its rows and what stands. A row is taken whole or not at all; what stands is never
//! revised, and where the sheet says something else that is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plantgate_domain::{
    base::{AgreementId, Day, Invalid, Kind, Pattern, Told, Why},
    event::expect::SheetField as F,
};
use plantgate_store::{Stop, keyring::hex, limits::Limits};
use sha2::{Digest, Sha256};

use super::{
    ImportSheet, Opens, Taken,
    firms::{self, Ask, Firm, Firms},
    reach::{self, Days, Reach, Under, Want},
    row::{self, Said, Way},
    stands::{Person, Reader, Stands},
    wrong,
};

/// What becomes of one row.
#[derive(Clone, PartialEq, Debug)]
pub struct RowPlan {
    pub line: u64,
    pub taken: Taken,
    /// Its firm among those of the plan, where that is known.
    pub(super) firm: Option<usize>,
    /// What it is the first to name, by kind and name.
    pub opens: Vec<(Kind, String)>,
    /// Where it says something else than stands, and what stays unknown.
    pub notes: Vec<Why>,
}

/// What a sheet would do.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    pub rows: Vec<RowPlan>,
    pub rejected: Vec<Invalid>,
    /// Spellings that a person must decide about; their rows are rejected until then.
    pub asks: Vec<Ask>,
    pub settled: Vec<Ask>,
    pub firms: Vec<Firm>,
    pub(super) people: Vec<(u64, usize, Person)>,
    pub(super) systems: Vec<(u64, row::System)>,
    pub(super) agreements: BTreeMap<String, AgreementPlan>,
    pub(super) reach: Reach,
}

impl Plan {
    /// What becomes of each row, as one word to hold another look against.
    pub fn digest(&self) -> String {
        let rows = self.rows.iter().map(|r| format!("{}\t{:?}\t{:?}\n", r.line, r.taken, r.opens));
        hex(&Sha256::digest(rows.collect::<String>()))
    }
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct AgreementPlan {
    pub line: u64,
    pub firm: usize,
    pub name: String,
    pub from: Day,
    pub until: Option<Day>,
}

/// Plans a sheet, as far as its reader may know what stands.
pub(super) async fn plan(
    memory: &mut impl Opens,
    sheet: &ImportSheet,
    limits: &Limits,
    reader: Option<Reader>,
) -> Result<Plan, Stop> {
    if sheet.rows.len() > limits.import_rows {
        let why = Why::of("invalid-csv-rows").with("most", limits.import_rows);
        return Err(Stop::field("rows", why));
    }
    let (mut said, mut rejected, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for r in &sheet.rows {
        match row::read(sheet, r) {
            Ok(row) => said.push(row),
            Err(wrong) => {
                rejected.extend(wrong);
                rows.push(RowPlan::rejected(r.line.unwrap_or(0)));
            }
        }
    }
    let names: BTreeSet<&str> = said.iter().map(|s| s.provider.as_str()).collect();
    if names.len() > limits.import_firms {
        let why = Why::of("invalid-sheet-firms").with("has", names.len()).with("most", limits.import_firms);
        return Err(Stop::field("file", why));
    }
    let found = firms::find(memory, sheet, &said).await?;
    with_handles(&found, &mut said);
    with_names(&mut said);
    let begun = Plan { rows, rejected, ..Plan::default() };
    let mut planner = Planner::new(sheet, found, begun.clone(), Stands::of(reader), &said);
    planner.rows(memory, &said, &BTreeMap::new()).await?;
    let apart = planner.plan.reach.apart();
    if !apart.is_empty() {
        // Once more without the rows that contradict each other. What was rejected stays so: then rows only go, and
        // none of those left comes to contradict another.
        let mut out = std::mem::take(&mut planner.out);
        out.extend(apart.into_iter().map(|(line, why)| (line, (Some(F::Until), why))));
        planner = Planner::new(sheet, planner.found, begun, planner.stands, &said);
        planner.rows(memory, &said, &out).await?;
    }
    Ok(planner.done())
}

/// Somebody who is named without a handle in one row and with one in another is one person.
fn with_handles(found: &Firms, said: &mut [Said]) {
    let key = |row: &Said, name: &str| Some((*found.by_name.get(&row.provider)?, name.to_lowercase()));
    let mut handles: HashMap<(usize, String), String> = HashMap::new();
    for row in said.iter() {
        if let Some((handle, name)) = row.person.as_ref().filter(|(handle, name)| handle != name)
            && let Some(key) = key(row, name)
        {
            handles.entry(key).or_insert_with(|| handle.clone());
        }
    }
    for row in said.iter_mut() {
        let known = row.person.as_ref().filter(|(handle, name)| handle == name).and_then(|(_, name)| key(row, name));
        if let (Some(handle), Some((own, _))) = (known.and_then(|k| handles.get(&k)), row.person.as_mut()) {
            own.clone_from(handle);
        }
    }
}

/// A contract that is named by its number alone in one row and in words in another has one name; of several the first
/// in order of letters, whatever the order of rows.
fn with_names(said: &mut [Said]) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for contract in said.iter().filter_map(|row| row.contract.as_ref()).filter(|c| c.name != c.reference) {
        let name = names.entry(contract.reference.clone()).or_insert_with(|| contract.name.clone());
        if contract.name < *name {
            name.clone_from(&contract.name);
        }
    }
    for contract in said.iter_mut().filter_map(|row| row.contract.as_mut()) {
        if let Some(name) = names.get(&contract.reference) {
            contract.name.clone_from(name);
        }
    }
}

fn countries(found: &Firms, said: &[Said]) -> BTreeMap<usize, String> {
    let mut countries = BTreeMap::new();
    for row in said {
        if let (Some(at), Some(country)) = (found.by_name.get(&row.provider), &row.country) {
            countries.entry(*at).or_insert_with(|| country.clone());
        }
    }
    countries
}

impl RowPlan {
    fn rejected(line: u64) -> RowPlan {
        RowPlan { line, taken: Taken::Rejected, firm: None, opens: Vec::new(), notes: Vec::new() }
    }
}

struct Planner<'a> {
    sheet: &'a ImportSheet,
    found: Firms,
    plan: Plan,
    stands: Stands,
    /// People planned so far: firm and handle, with name and line.
    handles: BTreeMap<(usize, String), (String, u64)>,
    /// New firms that a taken row names.
    named: BTreeSet<usize>,
    /// Rows that were rejected here, and why.
    out: BTreeMap<u64, No>,
}

/// What a row would add, before it is known that all of it can stand.
#[derive(Default)]
struct Wants {
    person: Option<Person>,
    system: Option<row::System>,
    agreement: Option<(String, AgreementPlan)>,
    reach: Option<Want>,
    notes: Vec<Why>,
}

type No = (Option<F>, Why);
type Checked<T> = Result<T, No>;

impl<'a> Planner<'a> {
    fn new(sheet: &'a ImportSheet, found: Firms, begun: Plan, stands: Stands, said: &[Said]) -> Planner<'a> {
        let (asks, settled) = (found.asks.clone(), found.settled.clone());
        let mut plan = Plan { asks, settled, firms: found.all.clone(), ..begun };
        let countries = countries(&found, said);
        for (at, firm) in plan.firms.iter_mut().enumerate().filter(|(_, f)| f.stands.is_none()) {
            firm.country = countries.get(&at).cloned().or_else(|| sheet.defaults.country.clone());
        }
        let (handles, named, out) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Planner { sheet, found, plan, stands, handles, named, out }
    }

    /// All rows but those that are out already.
    async fn rows(&mut self, memory: &mut impl Opens, said: &[Said], out: &BTreeMap<u64, No>) -> Result<(), Stop> {
        for row in said {
            match out.get(&row.line) {
                Some(no) => self.reject(row.line, no.clone()),
                None => self.row(memory, row).await?,
            }
        }
        Ok(())
    }

    fn done(self) -> Plan {
        let mut plan = self.plan;
        let mut notes: BTreeMap<u64, Vec<Why>> = BTreeMap::new();
        for (line, why) in plan.reach.notes() {
            notes.entry(line).or_default().push(why);
        }
        for row in plan.rows.iter_mut().filter(|r| r.taken != Taken::Rejected) {
            row.notes.extend(notes.get(&row.line).into_iter().flatten().cloned());
        }
        plan.rows.sort_by_key(|r| r.line);
        plan.rejected.sort_by_key(|i| i.place.line);
        plan
    }

    async fn row(&mut self, memory: &mut impl Opens, row: &Said) -> Result<(), Stop> {
        let firm = match self.firm(row) {
            Ok(firm) => firm,
            Err(no) => {
                self.reject(row.line, no);
                return Ok(());
            }
        };
        match self.wants(memory, row, firm).await? {
            Ok(wants) => self.add(row.line, firm, wants),
            Err(no) => self.reject(row.line, no),
        }
        Ok(())
    }

    fn reject(&mut self, line: u64, (field, why): No) {
        self.out.insert(line, (field, why.clone()));
        self.plan.rejected.push(wrong(self.sheet, line, field, why));
        self.plan.rows.push(RowPlan::rejected(line));
    }

    fn firm(&self, row: &Said) -> Checked<usize> {
        if let Some(ask) = self.found.asks.iter().find(|a| a.name == row.provider) {
            let like: Vec<&str> = ask.like.iter().map(|(_, name)| name.as_str()).collect();
            let why = Why::of("invalid-sheet-spelling").with("name", &row.provider).with("like", like.join(", "));
            return Err((Some(F::Provider), why));
        }
        let lost =
            |is: &str| Why::of("invalid-unknown").with("kind", Told::word("kind", Kind::Provider)).with("name", is);
        let Some(at) = self.found.by_name.get(&row.provider).copied() else {
            let is = self.found.lost.get(&row.provider).map_or(row.provider.as_str(), String::as_str);
            return Err((Some(F::Provider), lost(is)));
        };
        match self.plan.firms.get(at) {
            Some(firm) if firm.stands.is_none() && firm.country.is_none() => {
                Err((Some(F::Country), Why::of("invalid-sheet-no-country")))
            }
            Some(_) => Ok(at),
            None => Err((Some(F::Provider), lost(&row.provider))),
        }
    }

    async fn wants(&mut self, memory: &mut impl Opens, row: &Said, firm: usize) -> Result<Checked<Wants>, Stop> {
        let mut wants = Wants::default();
        self.differs(row, firm, &mut wants);
        if let Some(no) = self.person(memory, row, firm, &mut wants).await? {
            return Ok(Err(no));
        }
        if let Some(no) = self.system(memory, row, &mut wants).await? {
            return Ok(Err(no));
        }
        let agreement = match self.agreement(memory, row, firm, &mut wants).await? {
            Ok(agreement) => agreement,
            Err(no) => return Ok(Err(no)),
        };
        if let Some(no) = self.engagement(memory, row, firm, agreement, &mut wants).await? {
            return Ok(Err(no));
        }
        Ok(Ok(wants))
    }

    fn differs(&self, row: &Said, firm: usize, wants: &mut Wants) {
        let stands = self.plan.firms.get(firm).and_then(|f| f.stands.as_ref());
        if let (Some(stands), Some(country)) = (stands, &row.country)
            && stands.country != *country
        {
            wants.notes.push(differs(F::Country, &stands.country, country));
        }
    }

    async fn person(
        &mut self,
        memory: &mut impl Opens,
        row: &Said,
        firm: usize,
        wants: &mut Wants,
    ) -> Result<Option<No>, Stop> {
        let Some((handle, name)) = &row.person else { return Ok(None) };
        if let Some(id) = self.plan.firms.get(firm).and_then(|f| f.stands.as_ref()).map(|s| s.id)
            && let Some(stands) = self.stands.person(memory, id, handle, name).await?
        {
            if !stands.name.eq_ignore_ascii_case(name) {
                wants.notes.push(differs(F::Person, &stands.name, name));
            }
            return Ok(None);
        }
        match self.handles.get(&(firm, handle.to_lowercase())) {
            Some((planned, _)) if planned.eq_ignore_ascii_case(name) => Ok(None),
            Some((planned, line)) => {
                let why = Why::of("invalid-sheet-handle-twice").with("line", line.to_string()).with("name", planned);
                Ok(Some((Some(F::Handle), why)))
            }
            None => {
                wants.person = Some(Person { handle: handle.clone(), name: name.clone() });
                Ok(None)
            }
        }
    }

    async fn system(&mut self, memory: &mut impl Opens, row: &Said, wants: &mut Wants) -> Result<Option<No>, Stop> {
        let Some(system) = &row.system else { return Ok(None) };
        let Some(site) = self.stands.site(memory, &system.site).await? else {
            let kind = Told::word("kind", Kind::Site);
            return Ok(Some((Some(F::Site), Why::of("invalid-unknown").with("kind", kind).with("name", &system.site))));
        };
        let elsewhere = || {
            let kind = Told::word("kind", Kind::System);
            let why = Why::of("invalid-elsewhere").with("reference", &system.reference).with("kind", kind);
            Some((Some(F::System), why))
        };
        if let Some(stands) = self.stands.instance(memory, &system.reference).await? {
            if stands.facts.site != site {
                return Ok(elsewhere());
            }
            if system.name != system.reference && stands.facts.name != system.name {
                wants.notes.push(differs(F::SystemName, &stands.facts.name, &system.name));
            }
            return Ok(None);
        }
        match self.plan.systems.iter().find(|(_, s)| s.reference == system.reference) {
            Some((_, planned)) if planned.site != system.site => Ok(elsewhere()),
            Some(_) => Ok(None),
            None => {
                wants.system = Some(system.clone());
                Ok(None)
            }
        }
    }

    /// The agreement of a row: none, one that stands, or a new one without an id yet.
    async fn agreement(
        &mut self,
        memory: &mut impl Opens,
        row: &Said,
        firm: usize,
        wants: &mut Wants,
    ) -> Result<Checked<Option<AgreementId>>, Stop> {
        let Some(contract) = &row.contract else { return Ok(Ok(None)) };
        let others = || {
            let why = Why::of("invalid-agreement-others").with("reference", &contract.reference);
            Ok(Err((Some(F::Contract), why)))
        };
        if let Some(stands) = self.stands.agreement(memory, &contract.reference).await? {
            let id = self.plan.firms.get(firm).and_then(|f| f.stands.as_ref()).map(|s| s.id);
            if Some(stands.facts.provider) != id {
                return others();
            }
            if row.until.is_some() && stands.facts.until != row.until {
                wants.notes.push(differs(F::Until, &text(stands.facts.until), &text(row.until)));
            }
            return Ok(Ok(Some(stands.id)));
        }
        let Some(from) = row.from else { return Ok(Err((Some(F::From), Why::of("invalid-sheet-no-from")))) };
        let name = contract.name.clone();
        let new = AgreementPlan { line: row.line, firm, name, from, until: row.until };
        match self.plan.agreements.get(&contract.reference) {
            Some(planned) if planned.firm != firm => others(),
            Some(planned) if (planned.from, planned.until) != (new.from, new.until) => {
                let why = Why::of("invalid-row-agreement-differs").with("line", planned.line.to_string());
                Ok(Err((Some(F::Until), why)))
            }
            Some(_) => Ok(Ok(None)),
            None => {
                wants.agreement = Some((contract.reference.clone(), new));
                Ok(Ok(None))
            }
        }
    }

    /// The engagement that a row's system is reached under; where there is no access there is none.
    async fn engagement(
        &mut self,
        memory: &mut impl Opens,
        row: &Said,
        firm: usize,
        agreement: Option<AgreementId>,
        wants: &mut Wants,
    ) -> Result<Option<No>, Stop> {
        let Some(system) = &row.system else { return Ok(None) };
        if row.way == Way::Said(Pattern::None) {
            wants.notes.push(Why::of("sheet-note-no-access"));
            return Ok(None);
        }
        if row.way == Way::Unclear {
            wants.notes.push(Why::of("sheet-note-way"));
        }
        let Some(from) = row.from else { return Ok(Some((Some(F::From), Why::of("invalid-sheet-no-from")))) };
        let Some(until) = row.until.or(self.sheet.defaults.until) else {
            return Ok(Some((Some(F::Until), Why::of("invalid-sheet-no-until"))));
        };
        if until < from {
            return Ok(Some((Some(F::Until), Why::of("invalid-days-order"))));
        }
        let standing = self.plan.firms.get(firm).and_then(|f| f.stands.as_ref()).map(|s| s.id);
        let fits = match standing {
            Some(id) if row.contract.is_none() || agreement.is_some() => {
                self.stands.engagements(memory, id, agreement, until).await?
            }
            Some(_) | None => Vec::new(),
        };
        if let Some((e, scoped)) = reach::reached(&fits, self.stands.known_instance(&system.reference)) {
            wants.notes.extend(reach::differs(e, Some(scoped), None, row.until, row.way));
            return Ok(None);
        }
        let stands = fits.first();
        wants.notes.extend(stands.map(|e| reach::differs(e, None, Some(from), None, row.way)).unwrap_or_default());
        let own = || self.plan.firms.get(firm).map_or_else(|| row.provider.clone(), |f| f.name.clone());
        wants.reach = Some(Want {
            line: row.line,
            under: Under {
                firm,
                contract: row.contract.as_ref().map(|c| c.reference.clone()),
                stands: stands.map(|e| e.id),
            },
            name: row.contract.as_ref().map_or_else(own, |c| c.name.clone()),
            instance: system.reference.clone(),
            days: Days { from, until },
            way: row.way,
        });
        Ok(None)
    }

    fn add(&mut self, line: u64, firm: usize, wants: Wants) {
        let mut opens: Vec<(Kind, String)> = Vec::new();
        let mut is_first = |kind: Kind, name: &str| opens.push((kind, name.to_owned()));
        if let Some(f) = self.plan.firms.get(firm).filter(|f| f.stands.is_none())
            && self.named.insert(firm)
        {
            is_first(Kind::Provider, &f.name);
        }
        if let Some(person) = wants.person {
            is_first(Kind::Person, &person.name);
            self.handles.insert((firm, person.handle.to_lowercase()), (person.name.clone(), line));
            self.plan.people.push((line, firm, person));
        }
        if let Some(system) = wants.system {
            is_first(Kind::Instance, &system.reference);
            self.plan.systems.push((line, system));
        }
        if let Some((reference, agreement)) = wants.agreement {
            is_first(Kind::Agreement, &reference);
            self.plan.agreements.insert(reference, agreement);
        }
        let mut scoped = false;
        if let Some(want) = wants.reach {
            let name = want.name.clone();
            let first = self.plan.reach.add(want);
            if first.engagement {
                is_first(Kind::Engagement, &name);
            }
            scoped = first.scope;
        }
        let taken = if opens.is_empty() && !scoped { Taken::Unchanged } else { Taken::New };
        self.plan.rows.push(RowPlan { line, taken, firm: Some(firm), opens, notes: wants.notes });
    }
}

fn differs(field: F, stands: &str, given: &str) -> Why {
    Why::of("sheet-note-differs")
        .with("field", Told::word("sheetfield", field))
        .with("stands", stands)
        .with("given", given)
}

fn text(day: Option<Day>) -> String {
    day.map_or_else(|| "–".to_owned(), |d| d.to_string())
}
