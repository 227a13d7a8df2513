//! What stands around every page: who reads, in which language and zone, on which side of the gate, and where they
//! are. Handlers fill it once per request.

use std::fmt;

use plantgate_domain::base::{Day, Instant, Window, ZoneName};
use plantgate_wire::words::{Lang, Msg, Reader};

use super::Item;
use crate::assets::assets;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}
impl Theme {
    /// Every choice.
    pub const ALL: &'static [Theme] = &[Theme::System, Theme::Light, Theme::Dark];
    /// The word in cookies and `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
    /// From a cookie or form; anything else means as the system says.
    pub fn of(word: &str) -> Theme {
        Theme::ALL.iter().copied().find(|t| t.as_str() == word).unwrap_or_default()
    }
}

/// How much room rows and controls take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Density {
    #[default]
    Regular,
    /// Two pixels less above and below each row; no column is hidden.
    Compact,
    /// A step larger, whatever is touched 48 px high.
    Shop,
}
impl Density {
    /// Every choice.
    pub const ALL: &'static [Density] = &[Density::Regular, Density::Compact, Density::Shop];
    /// The word in cookies and `data-density`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Density::Regular => "regular",
            Density::Compact => "compact",
            Density::Shop => "shop",
        }
    }
    /// From a cookie or form; anything else is regular.
    pub fn of(word: &str) -> Density {
        Density::ALL.iter().copied().find(|d| d.as_str() == word).unwrap_or_default()
    }
}

/// Which side of the gate the reader stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Side {
    /// Not signed in.
    Nobody,
    Owner,
    /// A person of this provider.
    Provider(String),
}

/// An entry of the rail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NavItem {
    /// Message `nav-…`, also what `current` names.
    pub key: &'static str,
    pub href: &'static str,
    /// What only this person can do.
    pub mine: Option<u32>,
    /// A plain number, such as who is inside.
    pub count: Option<u32>,
    /// Messages nobody has marked as read.
    pub unread: Option<u32>,
}

/// The rail in its groups.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Nav(pub Vec<Vec<NavItem>>);

impl NavItem {
    /// The letter that goes there after `g`; packs and admin have none, because `p` and `a` are taken.
    pub fn letter(&self) -> &'static str {
        match self.key {
            "today" => "t",
            "now" => "n",
            "providers" | "our-people" => "p",
            "systems" => "s",
            "access" | "my-access" => "a",
            "evidence" => "e",
            "findings" | "our-findings" => "f",
            "owe" => "o",
            "our-visits" => "v",
            _ => "",
        }
    }
}

impl Nav {
    /// The rail of the owner's side.
    pub fn owner() -> Self {
        Nav::of(&[
            &[("today", "/today"), ("messages", "/messages"), ("now", "/now")],
            &[("providers", "/providers"), ("systems", "/systems")],
            &[("access", "/access")],
            &[("evidence", "/evidence"), ("findings", "/findings"), ("packs", "/packs")],
            &[("admin", "/admin")],
        ])
    }
    /// The rail of a provider's people.
    pub fn portal() -> Self {
        Nav::of(&[
            &[("owe", "/owe"), ("our-findings", "/our-findings"), ("messages", "/messages")],
            &[("my-access", "/my-access"), ("our-visits", "/our-visits"), ("our-people", "/our-people")],
        ])
    }
    fn of(groups: &[&[(&'static str, &'static str)]]) -> Self {
        let item =
            |(key, href): &(&'static str, &'static str)| NavItem { key, href, mine: None, count: None, unread: None };
        Nav(groups.iter().map(|g| g.iter().map(item).collect()).collect())
    }
    /// Whether there is nothing to go to.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The groups, each with a thin line after it.
    pub fn groups(&self) -> &[Vec<NavItem>] {
        &self.0
    }
    /// With the number of things only this person can do.
    #[must_use]
    pub fn mine(mut self, key: &str, count: u32) -> Self {
        self.entry(key, |item| item.mine = (count > 0).then_some(count));
        self
    }
    /// With a plain number.
    #[must_use]
    pub fn count(mut self, key: &str, count: u32) -> Self {
        self.entry(key, |item| item.count = Some(count));
        self
    }
    /// With the number of messages that wait to be read.
    #[must_use]
    pub fn unread(mut self, count: u64) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.entry("messages", |item| item.unread = (count > 0).then_some(count));
        self
    }
    /// Without an entry this person may not use.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.0.iter_mut().for_each(|group| group.retain(|item| item.key != key));
        self.0.retain(|group| !group.is_empty());
        self
    }
    fn entry(&mut self, key: &str, change: impl Fn(&mut NavItem)) {
        self.0.iter_mut().flatten().filter(|item| item.key == key).for_each(change);
    }
}

/// What the last act did, said on the page it led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The sentence, for instance *Access granted.*
    pub text: String,
    /// Index of its entry in the record.
    pub entry: Option<u64>,
    /// Where the proof stands.
    pub href: Option<String>,
}

/// A small value by value or behind any number of references, as templates hand them over.
pub trait Plain<T>: Copy {
    /// The value.
    fn plain(self) -> T;
}
macro_rules! plain {
    ($($t:ty),+) => { $(impl Plain<$t> for $t { fn plain(self) -> $t { self } })+ };
}
plain!(Instant, Day, Window, i64);
impl<T, X: Plain<T>> Plain<T> for &X {
    fn plain(self) -> T {
        (*self).plain()
    }
}

/// Everything around a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ui {
    pub r: Reader,
    pub theme: Theme,
    pub density: Density,
    /// The zone in which this reader wants times once more, beside the site's.
    pub own_zone: Option<ZoneName>,
    /// The owner's name.
    pub org: String,
    pub side: Side,
    /// Who is signed in.
    pub person: Option<String>,
    /// What the machine's clock shows, when nobody believes it.
    pub doubted: Option<Instant>,
    /// Why this record is not the one somebody outside vouched for, while it is not.
    pub behind: Option<String>,
    /// The origin that passkeys are good for; `None` where they are not offered.
    pub passkeys: Option<String>,
    /// The site everything on this page is about, or its zone's.
    pub site: Option<String>,
    pub nav: Nav,
    /// Key of the current entry.
    pub current: &'static str,
    pub demo: bool,
    pub now: Instant,
    /// Path and query of this page, to come back to after a switch.
    pub path: String,
    pub receipt: Option<Receipt>,
    /// What else may be done to the object of this page, beside what the page itself offers.
    pub acts: Vec<Item>,
    /// Who vouched for the record from outside, and up to which entry; `None` is said in the footer.
    pub witness: Option<(String, u64)>,
    /// Name and number of who can help.
    pub help: Option<String>,
    /// Whether single keys are on for this person.
    pub keys: bool,
    /// Idempotency id of the forms on this page.
    pub request_id: String,
}

impl Ui {
    /// Words and times without a page around them, as a mail needs them.
    pub fn bare(r: Reader, org: String, now: Instant) -> Ui {
        Ui {
            r,
            theme: Theme::System,
            density: Density::Regular,
            own_zone: None,
            org,
            side: Side::Nobody,
            person: None,
            doubted: None,
            behind: None,
            passkeys: None,
            site: None,
            nav: Nav::default(),
            current: "",
            demo: false,
            now,
            path: String::new(),
            receipt: None,
            acts: Vec::new(),
            witness: None,
            help: None,
            keys: false,
            request_id: String::new(),
        }
    }
    /// A message of the catalogue.
    pub fn t<'a>(&self, id: &'a str) -> Msg<'a> {
        self.r.t(id)
    }
    /// A domain word of a family, for instance `word("role", "view")`.
    pub fn word(&self, family: &str, word: impl AsRef<str>) -> Msg<'static> {
        self.r.word(family, word.as_ref())
    }
    /// `Mon 16 Nov 2026 08:30 CET (UTC+1)`.
    pub fn full(&self, at: impl Plain<Instant>) -> String {
        self.both(&self.r, at.plain(), Reader::instant)
    }
    /// `Mon 16 Nov 08:30 CET`.
    pub fn moment(&self, at: impl Plain<Instant>) -> String {
        self.both(&self.r, at.plain(), Reader::moment)
    }
    /// The same in the zone of a site, for lists of several.
    pub fn moment_in(&self, at: impl Plain<Instant>, zone: &ZoneName) -> String {
        self.both(&self.reader(zone), at.plain(), Reader::moment)
    }
    /// A window in the zone of a site.
    pub fn window_in(&self, window: impl Plain<Window>, zone: &ZoneName) -> String {
        let (window, site) = (window.plain(), self.reader(zone));
        self.with_own(&site, window.from, site.window(&window), |own| own.window(&window))
    }
    /// `08:30 CET`.
    pub fn clock(&self, at: impl Plain<Instant>) -> String {
        self.both(&self.r, at.plain(), Reader::clock)
    }
    fn reader(&self, zone: &ZoneName) -> Reader {
        Reader { lang: self.r.lang, zone: zone.clone() }
    }
    fn both(&self, site: &Reader, at: Instant, say: fn(&Reader, Instant) -> String) -> String {
        self.with_own(site, at, say(site, at), |own| say(own, at))
    }
    /// A time of a site, and the same on the reader's own clock if they asked for it and it shows another one.
    fn with_own(&self, site: &Reader, at: Instant, said: String, own: impl Fn(&Reader) -> String) -> String {
        let mine = self.own_zone.as_ref().map(|zone| self.reader(zone));
        match mine.filter(|mine| mine.iso(at) != site.iso(at)) {
            Some(mine) => format!("{said} {}", self.t("time-own").s("at", own(&mine))),
            None => said,
        }
    }
    /// The local day of an instant.
    pub fn day_of(&self, at: impl Plain<Instant>) -> String {
        self.r.day_of(at.plain())
    }
    /// `Thu 1 Oct 2026`.
    pub fn day(&self, day: impl Plain<Day>) -> String {
        self.r.day(day.plain())
    }
    /// `1 Oct`.
    pub fn day_short(&self, day: impl Plain<Day>) -> String {
        self.r.day_short(day.plain())
    }
    /// A window with its zone.
    pub fn window(&self, window: impl Plain<Window>) -> String {
        self.window_in(window, &self.r.zone)
    }
    /// A length in words.
    pub fn length(&self, secs: impl Plain<i64>) -> String {
        self.r.length(secs.plain())
    }
    /// The length between two instants, in words.
    pub fn between(&self, from: impl Plain<Instant>, until: impl Plain<Instant>) -> String {
        self.r.length(until.plain().secs_since(from.plain()))
    }
    /// As form fields hold a time.
    pub fn input(&self, at: impl Plain<Instant>) -> String {
        self.r.input(at.plain())
    }
    /// How long until an instant, in words; *ended* when it is over.
    pub fn left(&self, until: impl Plain<Instant>) -> String {
        let secs = until.plain().secs_since(self.now);
        if secs <= 0 { self.t("time-over").to_string() } else { self.r.length(secs) }
    }
    /// For `datetime=`.
    pub fn iso(&self, at: impl Plain<Instant>) -> String {
        self.r.iso(at.plain())
    }
    /// The zone as it holds now.
    pub fn zone_now(&self) -> String {
        self.r.zone_at(self.now)
    }
    /// The languages of the switch.
    pub fn languages(&self) -> &'static [Lang] {
        Lang::ALL
    }
    /// The themes of the switch.
    pub fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }
    /// The densities of the switch.
    pub fn densities(&self) -> &'static [Density] {
        Density::ALL
    }
    /// URL of the style sheet.
    pub fn style(&self) -> String {
        assets().style.url()
    }
    /// URL of the script.
    pub fn script(&self) -> String {
        assets().script.url()
    }
    /// URL of the icon.
    pub fn icon(&self) -> String {
        assets().icon.url()
    }
    /// Whether the reader is of a provider.
    pub fn portal(&self) -> bool {
        matches!(self.side, Side::Provider(_))
    }
    /// Whether the sentence is the same; templates compare with it.
    pub fn is(&self, a: impl fmt::Display, b: &str) -> bool {
        a.to_string() == b
    }
}
