//! From the things somebody read to the facts a decision rests on. Written once and pure, so that the same things give
//! the same facts whether they come from rows, from this turn or from the past. What is missing becomes *unknown* here.

use super::{
    activation::Activation,
    beforehand::in_hours,
    calendar::Calendar,
    change::Change,
    facts::{
        CalendarFacts, Caps, ChangeFacts, CompensationFacts, EngagementFacts, Facts, Fit, InstanceFacts, Modes, Paper,
        PathFacts, PersonFacts, PersonState, Question, Running, ScopeFacts,
    },
    grant::Grant,
    scope::{Asked, scope_facts},
    steps,
    way::way,
};
use crate::{
    base::{ConduitId, Day, Hold, Instant, Mode, Now, Reason, Window, ZoneName},
    event::{
        expect::{Flag, Known, Measure, Validated, ZoneKind},
        permit::{Attestation, Hours, SuspensionCause, Weekday},
    },
    expect::{conduit::Conduit, engagement::Engagement, instance::Instance, scope::Target, site::Site, zone::Zone},
    qualify::{person::Person, standing::standing},
    rules::Rules,
};

/// Everything about a question that was read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Things {
    pub log_size: u64,
    pub engagement: Option<Engagement>,
    pub activation: Option<Activation>,
    pub instance: Option<Instance>,
    pub site: Option<Site>,
    /// The site's map.
    pub zones: Vec<Zone>,
    pub conduits: Vec<Conduit>,
    /// Instances the scope names, where the one asked for is not among them.
    pub scoped: Vec<Instance>,
    pub person: Option<Person>,
    pub change: Option<Change>,
    pub calendar: Option<Calendar>,
    /// The grant in use.
    pub grant: Option<Grant>,
    /// Other grants of the provider, for emergencies.
    pub grants: Vec<Grant>,
    pub reasons: Vec<Reason>,
    pub holds: Vec<Hold>,
}

/// Days in which emergencies are counted.
const RECENT_DAYS: i64 = 30;

/// The facts of a question.
pub fn facts(mut t: Things, q: &Question, rules: &Rules, now: Now) -> Facts {
    // Memories list by kind and id; their texts need not sort alike everywhere, so the order is made here.
    t.reasons.sort_by_key(|r| r.source);
    t.holds.sort_by_key(|h| (h.source, h.from));
    let zone = t.site.as_ref().map_or_else(ZoneName::utc, |s| s.facts.zone.clone());
    let modes = t.site.as_ref().map_or(Modes::all(Mode::Enforce), |s| {
        Modes::of_site(rules, |key| Some(s.mode(key, now.0, rules.checks.default_mode)))
    });
    Facts {
        log_size: t.log_size,
        rules_version: rules.version,
        engagement: engagement(&t, q, &zone, now),
        scope: scope(&t, q, &zone),
        instance: instance(&t),
        tier: t.engagement.as_ref().and_then(|e| e.tier(q.site)).map(|tier| tier.gate()),
        standing: standing(&t.reasons),
        person: person(&t, q, rules, &zone, now),
        path: path(&t),
        change: t.change.as_ref().map(|c| ChangeFacts {
            id: c.id,
            approved: known(c.approved()),
            window: c.facts.window,
            targets: known(c.facts.targets.contains(&q.instance)),
        }),
        calendar: CalendarFacts {
            vouched: t.calendar.as_ref().is_some_and(|c| c.vouched(now.0)),
            freezes: t.calendar.iter().flat_map(|c| &c.freezes).map(|f| f.window).collect(),
            link: t.calendar.as_ref().map(|c| c.id.into()),
        },
        responsibilities: match t.activation.as_ref().and_then(|a| a.attestation(Attestation::Responsibilities)) {
            Some(attested) => Paper::Valid(attested.valid_until),
            None => Paper::Missing,
        },
        compensation: compensation(&t, q, &zone, now),
        grant_alive: match (&t.grant, q.grant) {
            // Paused, not yet open and over are all no: nothing begins under it.
            // Whether a shift is open is asked apart, so that a page can say which one is next.
            (Some(grant), Some(id)) if grant.id == id && q.shifts.is_some() => known(grant.stands(now.0)),
            (Some(grant), Some(id)) if grant.id == id => known(grant.usable(now.0)),
            (_, _) => Known::Unknown,
        },
        recent_emergencies: recent(&t, q, now),
        caps: Caps::from(rules),
        modes,
        reasons: t.reasons,
        holds: t.holds,
    }
}

fn known(is: bool) -> Known {
    if is { Known::Yes } else { Known::No }
}

/// A paper with a last day: valid to its end in the site's zone.
fn paper(until: Option<Day>, zone: &ZoneName) -> Paper {
    until.map_or(Paper::Missing, |day| Paper::Valid(Some(zone.end_of(day))))
}

fn engagement(t: &Things, q: &Question, zone: &ZoneName, now: Now) -> EngagementFacts {
    let Some(e) = &t.engagement else {
        let running = Running::Unknown;
        return EngagementFacts { running, window: None, extended_by_owner: false, provider: q.provider };
    };
    let since_before = e.facts.in_use_before_programme_until.map(|day| zone.end_of(day));
    let kept = t.activation.as_ref().and_then(|a| a.in_use_until).or(since_before);
    let waiting = kept.map_or(Running::NotActivated, Running::InUse);
    let running = match t.activation.as_ref().map(|a| a.word(now.0)) {
        Some("active") => Running::Active,
        // The word without the cause is the gravest one.
        Some("suspended") => {
            let cause = t.activation.as_ref().and_then(|a| a.suspended);
            Running::Suspended(cause.unwrap_or(SuspensionCause::Incident))
        }
        Some("ended") => Running::Ended,
        Some(_) | None => waiting,
    };
    // a lapse that nobody laid at the provider's door; its reason is shown and never weighs.
    let lapse = |r: &Reason| {
        r.key == "qualification-lapsed" && !r.counts && r.announced_at <= now.0 && r.until.is_none_or(|end| now.0 < end)
    };
    EngagementFacts {
        running,
        window: Some(e.window(zone)),
        extended_by_owner: t.reasons.iter().any(lapse),
        provider: e.facts.provider,
    }
}

fn target(i: &Instance) -> Target {
    let f = &i.facts;
    Target { instance: i.id, system: f.system, site: f.site, zone: f.zone, environment: f.environment }
}

fn scope(t: &Things, q: &Question, zone: &ZoneName) -> ScopeFacts {
    let (Some(e), Some(i)) = (&t.engagement, &t.instance) else {
        let nothing = Fit::Unknown;
        return ScopeFacts {
            system: nothing,
            dates: nothing,
            environment: nothing,
            roles: nothing,
            outside_role: None,
            conduits: nothing,
            test_instead: None,
        };
    };
    let agreed: Vec<ConduitId> =
        e.approved().filter(|s| s.instance == i.id).flat_map(|s| s.conduits.iter().copied()).collect();
    let path = way(i.facts.zone, &t.zones, &t.conduits, &agreed);
    let known: Vec<Target> = t.scoped.iter().chain([i]).map(target).collect();
    let asked = Asked {
        target: target(i),
        environment: q.environment,
        roles: &q.roles,
        path: path.as_deref(),
        window: q.window,
    };
    scope_facts(e, &asked, &known, zone)
}

fn instance(t: &Things) -> InstanceFacts {
    let f = t.instance.as_ref().map(|i| &i.facts);
    let flags = f.and_then(|f| f.flags.as_ref());
    let zone = f.and_then(|f| f.zone).and_then(|id| t.zones.iter().find(|z| z.id == id));
    InstanceFacts {
        environment: f.and_then(|f| f.environment),
        safety: match (flags, zone.map(|z| z.facts.kind)) {
            (Some(flags), _) if flags.contains(&Flag::Safety) => Known::Yes,
            (_, Some(ZoneKind::Safety)) => Known::Yes,
            (Some(_), _) => Known::No,
            (None, _) => Known::Unknown,
        },
        validated: match f.and_then(|f| f.validated) {
            None => Known::Unknown,
            Some(Validated::NotGxp | Validated::GxpNotValidated) => Known::No,
            Some(Validated::Validated | Validated::UnderChange | Validated::Suspended) => Known::Yes,
        },
    }
}

fn person(t: &Things, q: &Question, rules: &Rules, zone: &ZoneName, now: Now) -> PersonFacts {
    let Some(p) = t.person.as_ref() else {
        return PersonFacts {
            state: PersonState::Unknown,
            natural: Known::Unknown,
            of_provider: Known::Unknown,
            identity: Paper::Unknown,
            mfa: Known::Unknown,
            called_back: false,
            papers: Vec::new(),
            papers_known: false,
        };
    };
    let need = rules.access.trainings.iter();
    PersonFacts {
        state: match p.word(now.0) {
            "active" => PersonState::Active,
            "invited" => PersonState::Invited,
            "suspended" => PersonState::Suspended,
            _ => PersonState::Left,
        },
        // Persons are recorded one by one; accounts of machines and groups are accounts.
        natural: Known::Yes,
        of_provider: known(p.provider() == Some(q.provider)),
        identity: paper(p.identity_until, zone),
        mfa: p.mfa.on_person,
        called_back: false,
        papers: need.map(|key| (Some(p.id.into()), paper(p.trained_until(key, q.site), zone))).collect(),
        papers_known: t.site.is_some(),
    }
}

fn path(t: &Things) -> PathFacts {
    let id = t.instance.as_ref().and_then(|i| i.facts.zone);
    let zone = id.and_then(|id| t.zones.iter().find(|z| z.id == id));
    let methods = t.activation.as_ref().map(|a| a.methods.clone()).filter(|m| !m.is_empty());
    PathFacts {
        zone_allows: zone.and_then(|z| z.facts.patterns.clone()),
        agreed: methods.or_else(|| t.engagement.as_ref().and_then(|e| e.facts.patterns.clone())),
        mfa: t.person.as_ref().map_or(Known::Unknown, |p| p.mfa.on_path),
        link: id.map(Into::into),
    }
}

fn compensation(t: &Things, q: &Question, zone: &ZoneName, now: Now) -> CompensationFacts {
    let Some(i) = t.instance.as_ref() else { return CompensationFacts::UNKNOWN };
    let stands = i.compensation.as_ref();
    let has = |measure: Measure| stands.is_some_and(|c| c.has(measure));
    let grant = t.grant.as_ref().filter(|g| q.grant == Some(g.id));
    CompensationFacts {
        limited: i.limited(),
        set: paper(stands.filter(|c| c.broken.is_none()).map(|c| c.set.until), zone),
        broken: stands.is_some_and(|c| c.broken.is_some()),
        step: steps::open(grant, i, now.0).next(),
        in_hours: stands.and_then(|c| c.set.hours).is_none_or(|hours| all_in(&hours, q, zone, now)),
        attended: has(Measure::Escort),
        covers_mfa: has(Measure::SecondFactor),
        link: stands.map(|_| i.id.into()),
    }
}

/// Whether the window lies in the hours; of repeated shifts, every one that is not over.
fn all_in(hours: &Hours, q: &Question, zone: &ZoneName, now: Now) -> bool {
    let inside = |w: &Window| in_hours(hours, Weekday::ALL, zone, w);
    match &q.shifts {
        Some(shifts) => shifts.campaign.shifts.iter().filter(|w| now.0 < w.until).all(inside),
        None => inside(&q.window),
    }
}

fn recent(t: &Things, q: &Question, now: Now) -> u32 {
    let since: Instant = now.0.plus_secs(-RECENT_DAYS * crate::base::DAY);
    let mine = |g: &&Grant| g.facts.emergency.is_some() && g.facts.site == q.site && g.at > since;
    u32::try_from(t.grants.iter().filter(mine).count()).unwrap_or(u32::MAX)
}
