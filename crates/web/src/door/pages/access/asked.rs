//! The form of a request, both ways: what may be chosen, what was typed, and the question it puts. A page of checks and
//! the request it becomes read the same fields here.

use plantgate_app::{
    Stop,
    permit::{
        ask::{RequestAccess, WishedWindow},
        reads::change_named,
    },
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Environment, InstanceId, Instant, Kind, Pattern, Purpose, Role, Window},
    event::{permit::OnApproval, qualify::OwnerRole},
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::access::AccessRequest,
    qualify::person::{Person, Seat},
};

use super::{
    again::{self, Lost},
    shifts, shown, times,
};
use crate::{
    door::{error::Trouble, fields::Fields, visit::Visit},
    view::{Choice, Form},
};

/// Most that a select offers; a longer list is a search.
const MOST: usize = 500;

/// The form as it stands, with what it means.
pub struct Asked {
    pub form: Form,
    /// `None` when something typed cannot be read; the form says what.
    pub wish: Option<RequestAccess>,
    pub engagements: Vec<Choice>,
    pub people: Vec<Choice>,
    pub systems: Vec<Choice>,
    pub roles: Vec<&'static str>,
    pub patterns: Vec<&'static str>,
    pub attendants: Vec<Choice>,
    pub understood: Option<String>,
    /// The request of their own that it repeats.
    pub repeats: Option<AccessRequest>,
    /// What of it cannot be chosen any more.
    pub lost: Lost,
}

impl Asked {
    /// Before anything is chosen: the engagements there are.
    fn under(engagements: &[Engagement], repeats: Option<AccessRequest>) -> Asked {
        Asked {
            form: Form::default(),
            wish: None,
            engagements: engagements.iter().map(|e| Choice::new(&e.facts.reference, title(e))).collect(),
            people: Vec::new(),
            systems: Vec::new(),
            roles: Vec::new(),
            patterns: Vec::new(),
            attendants: Vec::new(),
            understood: None,
            repeats,
            lost: Lost::default(),
        }
    }
}

/// Purposes of planned work; emergencies have a page of their own.
pub const PURPOSES: [Purpose; 5] =
    [Purpose::Troubleshoot, Purpose::Upgrade, Purpose::Collect, Purpose::Monitor, Purpose::Maintain];

/// Reads the form and finds what can be chosen. What a repeated request named and is not there is said, never replaced.
pub async fn read(v: &mut Visit, typed: Fields) -> Result<Asked, Trouble> {
    let mut typed = typed;
    let repeats = again::named(v, &typed).await?;
    let engagements = engagements(v, repeats.as_ref()).await?;
    let chosen = chosen(v, &engagements, &typed, repeats.as_ref()).await?;
    let mut out = Asked::under(&engagements, repeats);
    let Some(e) = chosen else {
        if let Some(a) = out.repeats.as_ref().map(|r| r.asked.engagement) {
            out.lost.engagement(v, a).await?;
        }
        out.form = typed.form();
        return Ok(out);
    };
    put(&mut typed, "engagement", &e.facts.reference);
    let Some(on) = system(v, &e, &typed, &mut out).await? else {
        out.form = typed.form();
        return Ok(out);
    };
    put(&mut typed, "system", &on.facts.reference);
    shown::on_it(v, &on);
    let site: Site = v.look.get(on.facts.site).await?;
    v.zone_of(&site);
    offer(v, &e, &on, &mut out, &mut typed).await?;
    suggest(v, &mut typed);
    let (form, wish) = question(v, &e, &on, &typed).await?;
    out.understood = wish.as_ref().map(|w| understood(v, w));
    (out.form, out.wish) = (form, wish);
    Ok(out)
}

/// The system named, else the first; of a request that is repeated only the one it was for.
async fn system(v: &mut Visit, e: &Engagement, typed: &Fields, out: &mut Asked) -> Result<Option<Instance>, Stop> {
    let repeated = out.repeats.as_ref().filter(|r| r.asked.engagement == e.id).map(|r| r.asked.instance);
    let systems = systems(v, e, repeated).await?;
    out.systems = systems.iter().map(|i| Choice::new(&i.facts.reference, label(i))).collect();
    let name = typed.text("system");
    if let Some(on) = named(&systems, &name) {
        return Ok(Some(on.clone()));
    }
    match repeated.filter(|id| id.to_string() == name) {
        Some(gone) => {
            out.lost.system(v, gone).await?;
            Ok(None)
        }
        None => Ok(systems.first().cloned()),
    }
}

async fn engagements(v: &mut Visit, repeats: Option<&AccessRequest>) -> Result<Vec<Engagement>, Stop> {
    let me = v.me();
    let q = Query { order: Order::Reference, ..Query::new(Kind::Engagement, me, MOST) };
    let rows = v.look.page(&q).await?.rows;
    let mut all: Vec<Engagement> = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(Engagement::try_from(row.kept.thing).map_err(Stop::from)?);
    }
    // What has nothing in scope cannot be asked for; of what is repeated the checks say that it is not.
    let again = |e: &Engagement| repeats.is_some_and(|r| r.asked.engagement == e.id);
    all.retain(|e| again(e) || e.approved().next().is_some());
    Ok(all)
}

/// The engagement named, else the one that has the system named, else the first.
async fn chosen(
    v: &mut Visit,
    all: &[Engagement],
    typed: &Fields,
    repeats: Option<&AccessRequest>,
) -> Result<Option<Engagement>, Stop> {
    let name = typed.text("engagement");
    let by_name = all.iter().find(|e| e.facts.reference == name || e.id.to_string() == name);
    if by_name.is_none() && repeats.is_some_and(|r| r.asked.engagement.to_string() == name) {
        return Ok(None);
    }
    let system = typed.text("system");
    let with_system = match plantgate_app::names::find(&mut v.look, Kind::Instance, &system).await {
        Ok(Some(on)) if by_name.is_none() && !system.is_empty() => {
            all.iter().find(|e| e.approved().any(|s| s.instance.0 == on.id))
        }
        _ => None,
    };
    Ok(by_name.or(with_system).or(all.first()).cloned())
}

async fn systems(v: &mut Visit, e: &Engagement, repeated: Option<InstanceId>) -> Result<Vec<Instance>, Stop> {
    let mut ids: Vec<_> = e.approved().map(|s| s.instance).collect();
    // One that left the scope stands in the list still, so that the checks can say so.
    ids.extend(repeated.filter(|id| !ids.contains(id)));
    v.look.ahead(&ids.iter().map(|i| (*i).into()).collect::<Vec<_>>()).await?;
    let mut found: Vec<Instance> = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(v.look.find::<Instance>(id).await?);
    }
    found.sort_by(|a, b| a.facts.reference.cmp(&b.facts.reference));
    Ok(found)
}

fn named<'a>(all: &'a [Instance], name: &str) -> Option<&'a Instance> {
    all.iter().find(|i| i.facts.reference == name || i.id.to_string() == name)
}

fn title(e: &Engagement) -> String {
    format!("{} {}", e.facts.reference, e.facts.name)
}

fn label(i: &Instance) -> String {
    format!("{} {}", i.facts.reference, i.facts.name)
}

/// Rights, ways in and people that fit the engagement and the system.
async fn offer(v: &mut Visit, e: &Engagement, on: &Instance, out: &mut Asked, typed: &mut Fields) -> Result<(), Stop> {
    let scope = e.approved().find(|s| s.instance == on.id);
    let typed_roles = typed.all("role");
    let fits = |r: &Role| scope.is_some_and(|s| s.roles.contains(r)) || typed_roles.iter().any(|t| t == r.as_str());
    out.roles = Role::ALL.iter().filter(|r| fits(r)).map(|r| r.as_str()).collect();
    let agreed = e.facts.patterns.clone().unwrap_or_default();
    let pattern = typed.text("pattern");
    let fits = |p: &Pattern| *p != Pattern::None && (agreed.is_empty() || agreed.contains(p) || pattern == p.as_str());
    out.patterns = Pattern::ALL.iter().filter(|p| fits(p)).map(|p| p.as_str()).collect();
    if let (true, Some(first)) = (pattern.is_empty(), out.patterns.first()) {
        put(typed, "pattern", first);
    }
    if !v.ui.portal() {
        out.people = people(v, e).await?;
        out.attendants = attendants(v, on).await?;
        if out.repeats.is_some() {
            kept(v, out, typed).await?;
        }
        if !out.people.iter().any(|p| p.value == typed.text("person")) {
            let first = out.people.first().map(|p| p.value.clone()).unwrap_or_default();
            put(typed, "person", &first);
        }
    }
    Ok(())
}

/// People of a repeated request who cannot be chosen any more: nobody takes their place unsaid.
async fn kept(v: &mut Visit, out: &mut Asked, typed: &mut Fields) -> Result<(), Stop> {
    if out.lost.person(v, &typed.text("person"), &out.people).await? {
        let nobody = Choice::new("", v.ui.t("ask-person-choose").to_string());
        out.people.insert(0, nobody);
        put(typed, "person", "");
    }
    if out.lost.person(v, &typed.text("attendant"), &out.attendants).await? {
        put(typed, "attendant", "");
    }
    Ok(())
}

async fn people(v: &mut Visit, e: &Engagement) -> Result<Vec<Choice>, Stop> {
    let q = Query { provider: Some(e.facts.provider.0), ..Query::new(Kind::Person, v.me(), MOST) };
    named_people(v, &q, |p| p.seat == Seat::Active).await
}

/// Our people who stand beside somebody: those who work where the system is.
pub async fn attendants(v: &mut Visit, on: &Instance) -> Result<Vec<Choice>, Stop> {
    let site = on.facts.site;
    let fit = |p: &Person| {
        let here = p.has(OwnerRole::ControlEngineer, site) || p.has(OwnerRole::ShiftLead, site);
        p.provider().is_none() && p.seat == Seat::Active && here
    };
    let q = Query::new(Kind::Person, v.me(), MOST);
    let nobody = Choice::new("", v.ui.t("ask-attendant-none").to_string());
    let mut choices = vec![nobody];
    choices.extend(named_people(v, &q, fit).await?);
    Ok(choices)
}

async fn named_people(v: &mut Visit, q: &Query, fit: impl Fn(&Person) -> bool) -> Result<Vec<Choice>, Stop> {
    let mut choices = Vec::new();
    for row in v.look.page(q).await?.rows {
        let person = Person::try_from(row.kept.thing)?;
        if fit(&person) {
            choices.push(Choice::new(person.id.to_string(), shown::called(v, person.id).await?));
        }
    }
    Ok(choices)
}

/// The next full hour.
pub fn next_hour(now: Instant) -> Instant {
    let hour = 3_600_000_000;
    Instant::from_micros((now.micros().div_euclid(hour) + 1) * hour)
}

/// What most requests want, where nothing was typed yet.
fn suggest(v: &Visit, typed: &mut Fields) {
    let next = next_hour(v.now());
    let text = |at: Instant| v.ui.input(at).replace('T', " ");
    // A form that was shown once always says its purpose; what it leaves out then, somebody took away.
    if typed.text("purpose").is_empty() {
        put(typed, "purpose", Purpose::Maintain.as_str());
        if typed.all("role").is_empty() {
            put(typed, "role", Role::View.as_str());
        }
    }
    if typed.text("window").is_empty() {
        put(typed, "window", "fixed");
    }
    let window = typed.text("window");
    if window == "fixed" && typed.text("from").is_empty() && typed.text("until").is_empty() {
        put(typed, "from", &text(next));
        put(typed, "until", &text(next.plus_secs(7_200)));
    }
    if window == "on-approval" && typed.text("length").is_empty() && typed.text("latest").is_empty() {
        put(typed, "length", "2 h");
        put(typed, "latest", &text(next.plus_secs(8 * 3_600)));
    }
    let suggested = shifts::suggested(v);
    if window == "shifts" && suggested.iter().all(|(name, _)| typed.text(name).is_empty()) {
        suggested.iter().for_each(|(name, value)| put(typed, name, value));
    }
}

fn put(typed: &mut Fields, name: &str, value: &str) {
    typed.0.retain(|(n, _)| n != name);
    typed.0.push((name.to_owned(), value.to_owned()));
}

/// The question the fields put, or what is wrong with them.
async fn question(
    v: &mut Visit,
    e: &Engagement,
    on: &Instance,
    typed: &Fields,
) -> Result<(Form, Option<RequestAccess>), Trouble> {
    let mut form = typed.form();
    let window = wished_window(v, typed, &mut form);
    let purpose = typed.read::<Purpose>("purpose").ok();
    let pattern = typed.read::<Pattern>("pattern").ok();
    let roles: Vec<Role> = typed.all("role").iter().filter_map(|r| r.parse().ok()).collect();
    if roles.is_empty() {
        form = form.wrong("role", v.ui.t("ask-role-none").to_string());
    }
    let (change, ticket) = referred(v, on, typed).await?;
    let (Some(window), Some(purpose), Some(pattern), false) = (window, purpose, pattern, roles.is_empty()) else {
        return Ok((form, None));
    };
    let wish = RequestAccess {
        engagement: e.id.to_string(),
        person: typed.maybe("person"),
        instance: on.id.to_string(),
        environment: on.facts.environment.unwrap_or(Environment::Prod),
        roles,
        purpose,
        pattern,
        attended: pattern.attended(),
        window,
        change,
        ticket,
        reason: typed.maybe("note"),
        attendant: typed.maybe("attendant").filter(|_| !v.ui.portal()),
        repeats: typed.maybe("repeats"),
        reference: None,
    };
    Ok((form, Some(wish)))
}

/// The change the reference names, or the reference as a ticket when it names none.
async fn referred(v: &mut Visit, on: &Instance, typed: &Fields) -> Result<(Option<String>, Option<String>), Stop> {
    let Some(text) = typed.maybe("reference") else { return Ok((None, None)) };
    let change = change_named(&mut v.look, on.id, &text).await?.map(|c| c.id.to_string());
    let ticket = if change.is_none() { Some(text) } else { None };
    Ok((change, ticket))
}

fn wished_window(v: &Visit, typed: &Fields, form: &mut Form) -> Option<WishedWindow> {
    if typed.text("window") == "shifts" {
        return shifts::typed(v, typed, form).map(WishedWindow::Shifts);
    }
    let zone = &v.ui.r.zone;
    let example = v.ui.input(v.now()).replace('T', " ");
    let mut time = |name: &str| {
        let at = times::moment(&typed.text(name), zone, v.now());
        if at.is_none() {
            *form = std::mem::take(form).wrong(name, v.ui.t("ask-wrong-time").s("example", &example).to_string());
        }
        at
    };
    if typed.text("window") == "on-approval" {
        let latest_start = time("latest");
        let length_secs = times::length(&typed.text("length"));
        if length_secs.is_none() {
            *form = std::mem::take(form).wrong("length", v.ui.t("ask-wrong-length").to_string());
        }
        return Some(WishedWindow::OnApproval(OnApproval { length_secs: length_secs?, latest_start: latest_start? }));
    }
    let from = time("from");
    // The end may be left out where the length is said.
    let length = Some(typed.text("length")).filter(|t| typed.text("until").is_empty() && !t.is_empty());
    let until = match length.map(|text| times::length(&text)) {
        None => time("until"),
        Some(Some(secs)) => from.map(|from| from.plus_secs(secs)),
        Some(None) => {
            *form = std::mem::take(form).wrong("length", v.ui.t("ask-wrong-length").to_string());
            None
        }
    };
    let (from, until) = (from?, until?);
    if until <= from {
        let start = v.ui.clock(from);
        *form = std::mem::take(form).wrong("until", v.ui.t("ask-wrong-end").s("start", start).to_string());
        return None;
    }
    Some(WishedWindow::Fixed(Window { from, until }))
}

fn understood(v: &Visit, wish: &RequestAccess) -> String {
    match &wish.window {
        WishedWindow::Fixed(w) => format!("{}, {}", v.ui.window(w), v.ui.length(w.secs())),
        WishedWindow::Shifts(of) => shifts::understood(v, of),
        WishedWindow::OnApproval(w) => {
            let latest = v.ui.moment(w.latest_start);
            v.ui.t("ask-on-approval").s("length", v.ui.length(w.length_secs)).s("latest", latest).to_string()
        }
    }
}
