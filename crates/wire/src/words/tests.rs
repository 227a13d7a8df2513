//! What a catalogue must keep: the two complete languages say the same things with the same arguments, no language
//! promises what only an auditor may say, and times leave nothing to guess.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::base::{Arg, Instant, Level, Ref, Say, SiteId, Tier, Window};
use uuid::Uuid;

use super::*;

/// Message ids with the variables they use, and the whole text.
pub(super) fn messages(lang: Lang) -> BTreeMap<String, (BTreeSet<String>, String)> {
    let mut all: BTreeMap<String, (BTreeSet<String>, String)> = BTreeMap::new();
    let mut id = String::new();
    for line in lang.sources().iter().flat_map(|s| s.lines()) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            id = line.split(" = ").next().unwrap().to_owned();
            let fresh = all.insert(id.clone(), Default::default()).is_none();
            assert!(fresh, "{id} stands twice in {}", lang.tag());
        }
        if let Some((vars, text)) = all.get_mut(&id) {
            text.push_str(line.split_once(" = ").map_or(line, |(_, t)| t));
            for part in line.split('$').skip(1) {
                vars.insert(part.chars().take_while(char::is_ascii_alphanumeric).collect());
            }
        }
    }
    all
}

#[test]
fn every_file_is_sound() {
    for lang in Lang::ALL {
        for source in lang.sources() {
            let faults = FluentResource::try_new((*source).to_owned()).err().map(|(_, e)| e);
            assert!(faults.is_none(), "{}: {faults:?}", lang.tag());
        }
    }
}

#[test]
fn english_and_german_say_the_same_things() {
    let (en, de) = (messages(Lang::En), messages(Lang::De));
    assert_eq!(en.keys().collect::<Vec<_>>(), de.keys().collect::<Vec<_>>());
    for (id, (vars, _)) in &en {
        assert_eq!(vars, &de[id].0, "variables of {id}");
    }
    for partial in [Lang::Es, Lang::Fr, Lang::Zh] {
        for (id, (vars, _)) in messages(partial) {
            let known = en.get(&id).unwrap_or_else(|| panic!("{id} of {} is in no English file", partial.tag()));
            assert!(vars.is_subset(&known.0) || id.starts_with("time-"), "variables of {id}");
        }
    }
}

#[test]
fn no_language_promises_what_only_an_auditor_may_say() {
    let forbidden = [
        "compliant",
        "complies with",
        "certified secure",
        "audit-ready",
        "will pass",
        "guarantees",
        "konform",
        "erfüllt die norm",
        "zertifiziert sicher",
        "auditsicher",
        "besteht das audit",
        "garantiert",
        "conforme a",
        "cumple con",
        "garantiza",
        "certificado seguro",
        "superará",
        "conforme à",
        "garantit",
        "certifié sûr",
        "prêt pour l’audit",
        "合规",
        "符合标准",
        "保证通过",
        "认证安全",
    ];
    for lang in Lang::ALL {
        for (id, (_, text)) in messages(*lang) {
            let text = text.to_lowercase();
            for word in forbidden {
                assert!(!text.contains(word), "{id} of {} says ‘{word}’", lang.tag());
            }
        }
    }
}

#[test]
fn what_is_missing_shows_itself() {
    assert_eq!(Msg::new(Lang::Fr, "nav-today").to_string(), "Today");
    assert_eq!(Msg::new(Lang::De, "no-such-message").to_string(), "⟦no-such-message⟧");
}

#[test]
fn counts_bend_and_group() {
    let of = |lang, n: u32| Msg::new(lang, "providers-count").n("count", n).to_string();
    assert_eq!((of(Lang::En, 1), of(Lang::En, 1310)), ("1 provider".into(), "1,310 providers".into()));
    assert_eq!((of(Lang::De, 1), of(Lang::De, 1310)), ("1 Dienstleister".into(), "1.310 Dienstleister".into()));
    let due = |n: i64| Msg::new(Lang::En, "due-in").n("days", n).to_string();
    assert_eq!((due(0), due(1), due(11)), ("today".into(), "tomorrow".into(), "in 11 days".into()));
}

/// Variables of a sentence as the domain writes it.
fn named(sentence: &str) -> BTreeSet<String> {
    let after = sentence.split('$').skip(1);
    after.map(|part| part.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

#[test]
fn what_the_rules_say_has_words() {
    use plantgate_domain::permit::says::{SAYS, TITLES};
    let en = messages(Lang::En);
    for (id, sentence) in SAYS.iter().chain(TITLES) {
        let (vars, _) = en.get(*id).unwrap_or_else(|| panic!("the rules say {id}, no language does"));
        assert_eq!(vars, &named(sentence), "variables of {id}");
    }
}

#[test]
fn what_the_rules_files_name_has_words() {
    let en = messages(Lang::En);
    let values = |text: &'static str, key: &'static str| {
        text.lines().filter_map(move |l| Some(l.strip_prefix(key)?.split('"').nth(1)?.to_owned()))
    };
    let standing = include_str!("../../../../rules/standing.toml");
    let tiers = include_str!("../../../../rules/tiers.toml");
    let ids = values(standing, "key = ").map(|k| format!("reason-{k}"));
    let ids = ids.chain(values(standing, "clears = ").map(|k| format!("clears-{k}")));
    let ids = ids.chain(values(tiers, "key = ").map(|k| format!("obligation-{k}")));
    let ids = ids.chain(values(tiers, "  { key = ").map(|k| format!("criterion-{k}")));
    for id in ids {
        assert!(en.contains_key(&id), "the rules files name {id}, no language does");
    }
}

fn reader(lang: Lang) -> Reader {
    Reader { lang, zone: "Europe/Berlin".parse().unwrap() }
}
fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn times_carry_zone_and_offset() {
    let d0 = at("2026-11-16T07:30:00Z");
    assert_eq!(reader(Lang::En).instant(d0), "Mon 16 Nov 2026 08:30 CET (UTC+1)");
    assert_eq!(reader(Lang::De).instant(d0), "Mo., 16. Nov. 2026, 08:30 MEZ (UTC+1)");
    assert_eq!(reader(Lang::Zh).instant(d0), "2026年11月16日 周一 08:30 CET (UTC+1)");
    assert_eq!(reader(Lang::En).day("2026-10-01".parse().unwrap()), "Thu 1 Oct 2026");
    let kolkata = Reader { lang: Lang::En, zone: "Asia/Kolkata".parse().unwrap() };
    assert_eq!(kolkata.zone_at(d0), "IST (UTC+5:30)");
    let texas = Reader { lang: Lang::En, zone: "America/Chicago".parse().unwrap() };
    assert_eq!(texas.instant(d0), "Mon 16 Nov 2026 01:30 CST (UTC−6)");
}

#[test]
fn windows_say_both_zones_when_the_clock_turns() {
    let window = |from, until| reader(Lang::En).window(&Window { from: at(from), until: at(until) });
    assert_eq!(window("2026-11-16T13:00:00Z", "2026-11-16T15:00:00Z"), "Mon 16 Nov 2026 14:00–16:00 CET (UTC+1)");
    assert_eq!(
        window("2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"),
        "Sun 25 Oct 2026 02:30 CEST (UTC+2) – Sun 25 Oct 2026 04:00 CET (UTC+1)"
    );
    assert_eq!(reader(Lang::En).length(5_400), "1 h 30 min");
    assert_eq!(reader(Lang::De).length(2 * 86_400 + 3_600), "2 Tage 1 h");
}

#[test]
fn a_rule_speaks_with_links_where_the_reader_may_look() {
    let site = Ref::from(SiteId(Uuid::nil()));
    let say = Say::plain("why-since").with("standing", Arg::Level(Level::Watch)).with("day", Arg::Ref(site));
    let shown = reader(Lang::En).say(&say, &|_| Named { text: "F-0231".into(), href: Some("/findings/F-0231".into()) });
    assert_eq!(shown, Rich::from("Why Watch, since ").object("F-0231", Some("/findings/F-0231")));
    assert_eq!(shown.to_string(), "Why Watch, since F-0231");
}

#[test]
fn lengths_in_seconds_are_read_as_hours() {
    let say = Say::plain("check-length-over").with("length", Arg::Int(34_200)).with("cap", Arg::Int(28_800));
    let say = say.with("tier", Arg::Tier(Tier::T1));
    let text = reader(Lang::En).say(&say, &|_| Named { text: String::new(), href: None }).to_string();
    assert_eq!(text, "9 h 30 min is longer than the 8 h that T1 high and purpose allow.");
}

#[test]
fn tags_and_headers_find_their_language() {
    assert_eq!(Lang::of("de-AT"), Some(Lang::De));
    assert_eq!(Lang::accept("nl, zh-CN;q=0.9, en"), Lang::Zh);
    assert_eq!(Lang::accept("*"), Lang::En);
}

#[test]
fn the_end_of_a_day_is_said_with_that_day() {
    // given an engagement that runs to the end of 31 August 2027 at Brunnfeld
    let reader = Reader { lang: Lang::En, zone: "Europe/Berlin".parse().unwrap() };
    let end = reader.zone.end_of("2027-08-31".parse().unwrap());
    // then its last day is named, not the midnight after it; a time within a day stays a time
    assert_eq!(reader.until(end), "Tue 31 Aug 2027");
    assert_eq!(reader.until(end.plus_secs(-3_600)), "Tue 31 Aug 23:00 CEST");
}
