//! One case in which everything passes, for tests, benches and the reader: what a good request looks like. Story A-25
//! with standing Good (`defaults.md` §2.8): L. Ortega, configure on BMS-B61 through the gateway, 14:00–16:00 CET.

use uuid::Uuid;

use super::{
    decide::decide,
    facts::{
        CalendarFacts, Caps, ChangeFacts, CompensationFacts, EngagementFacts, Facts, Fit, InstanceFacts, Modes, Paper,
        PathFacts, PersonFacts, PersonState, Question, Running, ScopeFacts,
    },
};
use crate::{
    base::{
        ChangeId, EndMode, EngagementId, Environment, InstanceId, Instant, Level, Line, Mode, Now, Pattern, PersonId,
        ProviderId, Purpose, Role, SiteId, Tier, Window, ZoneId,
    },
    event::{
        expect::Known,
        permit::{AccessRequested, AskedWindow, Emergency, GrantOpened, Moment},
    },
    rules::Rules,
};

/// 2026-11-16T07:30:00Z, the demo's first instant.
pub const D0: Instant = Instant::from_micros(1_794_814_200_000_000);

/// An id that is easy to recognise in a failing test.
pub const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// The present of the sample.
pub const fn now() -> Now {
    Now(D0)
}

/// The question: unattended, at request.
pub fn question() -> Question {
    let from = D0.plus_secs(5 * 3_600 + 1_800);
    Question {
        moment: Moment::Request,
        engagement: EngagementId(id(25)),
        provider: ProviderId(id(9)),
        person: Some(PersonId(id(901))),
        requester: PersonId(id(901)),
        credential: None,
        instance: InstanceId(id(61)),
        site: SiteId(id(1)),
        environment: Environment::Prod,
        roles: vec![Role::Configure],
        purpose: Some(Purpose::Maintain),
        pattern: Pattern::GatewayUnattended,
        attended: false,
        attendant: None,
        window: Window { from, until: from.plus_secs(7_200) },
        shifts: None,
        change: Some(ChangeId(id(713))),
        ticket: false,
        approvals: Vec::new(),
        grant: None,
    }
}

/// What was asked: the question as a request has it, by L. Ortega for herself.
pub fn asked() -> AccessRequested {
    let q = question();
    AccessRequested {
        reference: "AR-1190".into(),
        engagement: q.engagement,
        provider: q.provider,
        person: q.requester,
        requested_by: q.requester,
        instance: q.instance,
        site: q.site,
        zone: None,
        environment: q.environment,
        roles: q.roles,
        purpose: Purpose::Maintain,
        pattern: q.pattern,
        attended: q.attended,
        conduits: Vec::new(),
        window: AskedWindow::Fixed(q.window),
        campaign: None,
        change: q.change,
        ticket: None,
        text: None,
        attendant: None,
        repeats: None,
        rules_version: 1,
    }
}

/// What was granted on it, by nobody in particular.
pub fn granted() -> GrantOpened {
    let q = question();
    GrantOpened {
        reference: "GRA-2301".into(),
        request: None,
        engagement: q.engagement,
        provider: q.provider,
        person: q.requester,
        requested_by: q.requester,
        instance: q.instance,
        site: q.site,
        environment: q.environment,
        roles: q.roles,
        purpose: Purpose::Maintain,
        pattern: q.pattern,
        window: q.window,
        campaign: None,
        end_mode: EndMode::SafeEnd,
        attended: q.attended,
        attendant: None,
        change: None,
        ticket: false,
        approvals: Vec::new(),
        beforehand: None,
        emergency: None,
        rules_version: 1,
    }
}

/// What stands with the grant of an emergency that somebody opened at night.
pub fn emergency() -> Emergency {
    let f = facts();
    Emergency {
        opened_by: Some(PersonId(id(8))),
        issued_by: None,
        agreed_by: None,
        review_due: D0.plus_secs(86_400),
        called_back: false,
        recent: 0,
        decision: decide(&f, &question(), now()).freeze(&f),
    }
}

/// The facts: everything in order, every check enforced.
pub fn facts() -> Facts {
    let q = question();
    let later = D0.plus_secs(45 * 86_400);
    Facts {
        log_size: 4_711,
        rules_version: 1,
        engagement: EngagementFacts {
            running: Running::Active,
            window: Some(Window { from: D0.plus_secs(-76 * 86_400), until: D0.plus_secs(653 * 86_400) }),
            extended_by_owner: false,
            provider: q.provider,
        },
        scope: ScopeFacts {
            system: Fit::Inside,
            dates: Fit::Inside,
            environment: Fit::Inside,
            roles: Fit::Inside,
            outside_role: None,
            conduits: Fit::Inside,
            test_instead: None,
        },
        instance: InstanceFacts { environment: Some(Environment::Prod), safety: Known::No, validated: Known::No },
        tier: Some(Tier::T2),
        standing: Line::flat(Level::Good),
        reasons: Vec::new(),
        holds: Vec::new(),
        person: PersonFacts {
            state: PersonState::Active,
            natural: Known::Yes,
            of_provider: Known::Yes,
            identity: Paper::Valid(Some(later)),
            mfa: Known::Yes,
            called_back: false,
            papers: vec![(None, Paper::Valid(Some(later)))],
            papers_known: true,
        },
        path: PathFacts {
            zone_allows: Some(vec![Pattern::GatewayUnattended, Pattern::GatewayAttended, Pattern::OnSite]),
            agreed: Some(vec![Pattern::GatewayUnattended, Pattern::GatewayAttended]),
            mfa: Known::Yes,
            link: Some(ZoneId(id(7)).into()),
        },
        change: Some(ChangeFacts {
            id: ChangeId(id(713)),
            approved: Known::Yes,
            window: Some(Window { from: q.window.from.plus_secs(-3_600), until: q.window.until.plus_secs(3_600) }),
            targets: Known::Yes,
        }),
        calendar: CalendarFacts { vouched: true, freezes: Vec::new(), link: None },
        responsibilities: Paper::Valid(None),
        compensation: CompensationFacts { limited: Known::No, set: Paper::Missing, ..CompensationFacts::UNKNOWN },
        grant_alive: Known::Yes,
        recent_emergencies: 0,
        caps: Caps::from(&Rules::default()),
        modes: Modes::all(Mode::Enforce),
    }
}
