//! Codes on paper for when a gateway is cut off from the core: which sheets of them there may be, and which may
//! be withdrawn. A sheet is small and does not stay good for ever, because an envelope that is never looked at is one
//! that nobody knows to be closed.

use uuid::Uuid;

use crate::{
    base::{EngagementId, Instant, Invalid, Refusal, Why},
    expect::site::{Sheet, Site},
};

/// Sheets for emergencies that are good for one gateway at once: each is lent to it with the ways to its systems.
pub const CALLED: usize = 8;
/// Codes on one sheet: as many as a page has lines for.
pub const MOST: u32 = 40;
/// Fewest and most days for which a sheet is good.
pub const DAYS: (u32, u32) = (1, 365);
/// Seconds for which who issued a sheet can see its codes, to print them. Behind that only the envelope has them.
pub const SHOWN: i64 = 15 * 60;
/// Letters of a gateway's name.
const NAME: usize = 64;
/// Letters of the names that gateways inside of a server make for themselves: hexadecimal digits, and theirs alone.
const OWN: usize = 16;

/// Whether the list of gateways can have this name: small letters, digits, `-` and `.`.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let own = name.len() == OWN && name.bytes().all(|b| b.is_ascii_hexdigit());
    (1..=NAME).contains(&name.len()) && name.bytes().all(plain) && !own
}

/// Whether a sheet may be issued for a gateway of this name.
pub fn may_issue(gateway: &str, codes: u32, days: u32) -> Result<(), Invalid> {
    if !is_name(gateway) {
        return Err(Invalid::field("gateway", Why::of("invalid-gateway-name").with("most", NAME)));
    }
    if !(1..=MOST).contains(&codes) {
        return Err(Invalid::field("codes", Why::of("invalid-sheet-codes").with("most", MOST)));
    }
    let (least, most) = DAYS;
    if !(least..=most).contains(&days) {
        return Err(Invalid::field("days", Why::of("invalid-sheet-days").with("least", least).with("most", most)));
    }
    Ok(())
}

/// Whether one more sheet for emergencies may be issued for a gateway; one for the same engagement takes its place.
pub fn may_call(site: &Site, gateway: &str, engagement: EngagementId, t: Instant) -> Result<(), Refusal> {
    let others = site.sheets_of(gateway, t).filter_map(Sheet::called).filter(|other| *other != engagement);
    if others.count() < CALLED { Ok(()) } else { Err(Refusal::new("R-49", "refuse-sheet-many")) }
}

/// Whether a sheet of the site may be withdrawn: one that is there, and once. One that is over says the same already.
pub fn may_withdraw(site: &Site, sheet: Uuid, t: Instant) -> Result<(), Refusal> {
    match site.sheets.iter().find(|s| s.id == sheet) {
        None => Err(Refusal::new("R-49", "refuse-sheet-unknown")),
        Some(s) if s.withdrawn.is_some() => Err(Refusal::new("R-49", "refuse-sheet-withdrawn")),
        Some(s) if !s.good(t) => Err(Refusal::new("R-49", "refuse-sheet-over")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Actor, At, Commit, PersonId, Private, Role, SessionId, Slot, ZoneName},
        event::{
            expect::{CodeUsed, CodesIssued, CodesWithdrawn, ForEmergencies, SiteEvent, SiteFacts},
            qualify::OwnerRole,
        },
        expect::site::Sheet,
        thing::Thing,
    };

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn s(secs: i64) -> Instant {
        Instant::from_micros(0).plus_secs(secs)
    }
    fn at(secs: i64) -> At {
        At { at: s(secs), by: Actor::Person(PersonId(id(7))), seq: 1 }
    }
    fn why() -> Private<crate::base::Text> {
        Private::sealed(Commit("ab".into()), Slot(id(99)))
    }
    fn site() -> Site {
        let zone = ZoneName::utc();
        let facts = SiteFacts { reference: "BRU".into(), name: "Plant".into(), zone, country: "BE".into() };
        Site::born(id(1), &SiteEvent::Registered(facts), at(0)).unwrap()
    }
    fn issue(x: &mut Site, sheet: u128, gateway: &str, secs: i64) {
        let (sheet, gateway, until) = (id(sheet), gateway.to_owned(), s(secs + 100));
        let issued = CodesIssued { sheet, gateway, codes: 3, until, reason: why(), emergencies: None };
        x.apply(&SiteEvent::CodesIssued(issued), at(secs));
    }
    fn withdraw(x: &mut Site, sheet: u128, secs: i64) {
        x.apply(&SiteEvent::CodesWithdrawn(CodesWithdrawn { sheet: id(sheet), reason: why() }), at(secs));
    }
    fn good(x: &Site, gateway: &str, secs: i64) -> Option<Uuid> {
        let all: Vec<Uuid> = x.sheets_of(gateway, s(secs)).map(|sheet| sheet.id).collect();
        assert!(all.len() < 2, "{all:?}");
        all.first().copied()
    }
    fn no(said: Result<(), Refusal>) -> Option<&'static str> {
        said.err().map(|r| r.say.id)
    }

    #[test]
    fn a_sheet_names_a_gateway_of_the_list_and_is_neither_long_nor_good_for_ever() {
        let field = |said: Result<(), Invalid>| said.err().and_then(|i| i.place.field);
        for name in ["hall-3", "hall-4.plant.example", "0", &"a".repeat(64), "0123456789abcdeg"] {
            assert_eq!(field(may_issue(name, 10, 90)), None, "{name}");
        }
        let own = "0123456789abcdef";
        for odd in ["", "Hall-3", "hall 3", "hall_3", "hall-3\n", "hälle", own, &"a".repeat(65)] {
            assert_eq!(field(may_issue(odd, 10, 90)).as_deref(), Some("gateway"), "{odd:?}");
        }
        for (codes, yes) in [(0, false), (1, true), (MOST, true), (MOST + 1, false), (u32::MAX, false)] {
            assert_eq!(may_issue("hall-3", codes, 90).is_ok(), yes, "{codes}");
        }
        for (days, yes) in [(0, false), (1, true), (365, true), (366, false), (u32::MAX, false)] {
            assert_eq!(may_issue("hall-3", 10, days).is_ok(), yes, "{days}");
        }
    }

    #[test]
    fn a_sheet_is_good_until_it_is_over_withdrawn_or_replaced() {
        // given a sheet for each of two gateways
        let mut x = site();
        issue(&mut x, 10, "hall-3", 1_000);
        issue(&mut x, 20, "hall-4", 1_010);
        assert_eq!((good(&x, "hall-3", 1_050), good(&x, "hall-4", 1_050)), (Some(id(10)), Some(id(20))));
        assert_eq!((good(&x, "hall-3", 1_099), good(&x, "hall-3", 1_100)), (Some(id(10)), None));
        assert_eq!(good(&x, "hall-5", 1_050), None);
        // when one of them has a new one, then the earlier one of the same gateway is withdrawn, and no other
        issue(&mut x, 11, "hall-3", 1_060);
        assert_eq!((good(&x, "hall-3", 1_070), good(&x, "hall-4", 1_070)), (Some(id(11)), Some(id(20))));
        let withdrawn = |x: &Site| x.sheets.iter().map(|s| s.withdrawn).collect::<Vec<_>>();
        assert_eq!(withdrawn(&x), [Some(s(1_060)), None, None]);
        // when somebody withdraws it, then there is none, and what was withdrawn before keeps its instant
        withdraw(&mut x, 11, 1_080);
        issue(&mut x, 12, "hall-3", 1_090);
        assert_eq!(withdrawn(&x), [Some(s(1_060)), None, Some(s(1_080)), None]);
        assert_eq!(x.sheets.iter().map(|s| s.issued_by).collect::<Vec<_>>(), [at(0).by; 4]);
    }

    #[test]
    fn the_sheet_for_emergencies_of_an_engagement_takes_the_place_of_its_own_kind_alone() {
        // given a sheet for what was approved, and two for emergencies of two engagements
        let mut x = site();
        issue(&mut x, 10, "hall-3", 1_000);
        let call = |x: &mut Site, sheet: u128, engagement: u128, secs: i64| {
            let (second, function) = (PersonId(id(8)), OwnerRole::ShiftLead);
            let engagement = EngagementId(id(engagement));
            let emergencies = Some(ForEmergencies { engagement, roles: vec![Role::Operate], second, function });
            let (gateway, until) = ("hall-3".to_owned(), s(secs + 100));
            let issued = CodesIssued { sheet: id(sheet), gateway, codes: 3, until, reason: why(), emergencies };
            x.apply(&SiteEvent::CodesIssued(issued), at(secs));
        };
        call(&mut x, 20, 900, 1_001);
        call(&mut x, 30, 901, 1_002);
        let good = |x: &Site, secs| x.sheets_of("hall-3", s(secs)).map(|s| s.id).collect::<Vec<_>>();
        assert_eq!(good(&x, 1_050), [id(10), id(20), id(30)]);
        // when one of them is issued anew, then the others stay
        call(&mut x, 21, 900, 1_060);
        assert_eq!(good(&x, 1_070), [id(10), id(30), id(21)]);
        issue(&mut x, 11, "hall-3", 1_071);
        assert_eq!(good(&x, 1_072), [id(30), id(21), id(11)]);
        // and there are so many of them at once, of this gateway, and one issued anew is not one more
        for n in 2..8 {
            call(&mut x, 40 + n, 900 + n, 1_072);
        }
        let one_more =
            |gateway: &str, engagement, secs| no(may_call(&x, gateway, EngagementId(id(engagement)), s(secs)));
        assert_eq!(one_more("hall-3", 950, 1_073), Some("refuse-sheet-many"));
        assert_eq!(one_more("hall-3", 900, 1_073), None);
        assert_eq!(one_more("hall-4", 950, 1_073), None);
        assert_eq!(one_more("hall-3", 950, 1_102), None, "one is over");
        // as a thing is stored and read
        let text = serde_json::to_string(&x).unwrap();
        assert_eq!(serde_json::from_str::<Site>(&text).unwrap(), x);
    }

    #[test]
    fn a_code_is_used_once_and_what_is_told_late_is_kept() {
        let mut x = site();
        issue(&mut x, 10, "hall-3", 1_000);
        let used =
            |number, session| SiteEvent::CodeUsed(CodeUsed { sheet: id(10), number, session: SessionId(id(session)) });
        x.apply(&used(2, 500), at(1_050));
        x.apply(&used(2, 501), at(1_051));
        // the sheet was withdrawn before the gateway could tell of it
        withdraw(&mut x, 10, 1_060);
        x.apply(&used(1, 502), at(1_070));
        let all = |sheet: &Sheet| sheet.used.iter().map(|(n, on)| (*n, on.0)).collect::<Vec<_>>();
        assert_eq!(all(&x.sheets[0]), [(1, id(502)), (2, id(500))]);
        // as a thing is stored and read
        let text = serde_json::to_string(&x).unwrap();
        assert_eq!(serde_json::from_str::<Site>(&text).unwrap(), x);
    }

    #[test]
    fn a_code_stands_for_what_began_while_its_sheet_was_good_and_once() {
        let mut x = site();
        issue(&mut x, 10, "hall-3", 1_000);
        let opened = |x: &Site, number, secs| x.sheets[0].opened(number, s(secs));
        assert_eq!([1_050, 1_099, 1_100].map(|t| opened(&x, 1, t)), [true, true, false]);
        // withdrawn since: what began before it was is none of its matter
        withdraw(&mut x, 10, 1_060);
        assert_eq!([1_059, 1_060].map(|t| opened(&x, 1, t)), [true, false]);
        let used = CodeUsed { sheet: id(10), number: 1, session: SessionId(id(500)) };
        x.apply(&SiteEvent::CodeUsed(used), at(1_070));
        assert_eq!([1, 2].map(|number| opened(&x, number, 1_050)), [false, true]);
        // it has three codes, of its gateway, for what was approved
        let other = Some(EngagementId(id(25)));
        for (gateway, number, called, yes) in [
            ("hall-3", 1, None, true),
            ("hall-3", 3, None, true),
            ("hall-3", 0, None, false),
            ("hall-3", 4, None, false),
            ("hall-4", 1, None, false),
            ("hall-3", 1, other, false),
        ] {
            assert_eq!(x.sheets[0].has(gateway, number, called), yes, "{gateway} {number} {called:?}");
        }
    }

    #[test]
    fn codes_are_shown_to_who_issued_them_for_some_minutes() {
        let mut x = site();
        let until = s(100_000);
        let issued = |n| CodesIssued {
            sheet: id(n),
            gateway: "hall-3".into(),
            codes: 3,
            until,
            reason: why(),
            emergencies: None,
        };
        x.apply(&SiteEvent::CodesIssued(issued(10)), at(1_000));
        let shown = |x: &Site, by, secs| x.sheets[0].shown_to(PersonId(id(by)), s(secs));
        assert_eq!([999, 1_000, 1_899, 1_900].map(|t| shown(&x, 7, t)), [false, true, true, false]);
        assert!(!shown(&x, 8, 1_000));
        // a new sheet took its place
        x.apply(&SiteEvent::CodesIssued(issued(11)), at(1_100));
        assert!(!shown(&x, 7, 1_100));
    }

    #[test]
    fn a_sheet_is_withdrawn_once_and_while_it_is_good() {
        let mut x = site();
        issue(&mut x, 10, "hall-3", 1_000);
        assert_eq!(no(may_withdraw(&x, id(11), s(1_050))), Some("refuse-sheet-unknown"));
        assert_eq!(no(may_withdraw(&x, id(10), s(1_050))), None);
        assert_eq!(no(may_withdraw(&x, id(10), s(1_100))), Some("refuse-sheet-over"));
        withdraw(&mut x, 10, 1_060);
        assert_eq!(no(may_withdraw(&x, id(10), s(1_070))), Some("refuse-sheet-withdrawn"));
    }
}
