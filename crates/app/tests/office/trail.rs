//! The audit trail is reviewed by exception: everything is looked at by somebody whose doing it was not, ranges touch,
//! and what was signed names first entry, size, root and list.

use std::collections::{BTreeMap, HashMap};

use plantgate_app::{
    Caller, Stop,
    review::trail::{Range, done, open, range},
    today::{Deed, today},
};
use plantgate_domain::{
    base::Ref,
    event::{Event, expect::TrailKind, witness::SessionEvent},
    expect::{instance::Instance, organisation::Organisation, trail::Trail},
    permit::grant::Grant,
    qualify::person::Person,
    review::trail::{EXCEPTIONS, Recorded, Stood, exception, independent},
    thing::AnyThing,
    witness::session::Session,
};
use plantgate_store::{
    memory::Memory,
    verify::{entry_bytes, read_entry},
};
use plantgate_testkit::spoil::Dice;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ground::{self, Ground, granted};

pub fn wrong(stop: &Stop) -> &'static str {
    match stop {
        Stop::Invalid(many) => many[0].why.id,
        Stop::Refused(r) => r.say.id,
        other => panic!("{other:?}"),
    }
}

/// A ground on which whoever reviews has what they sign with before anything is reviewed, so that no password becomes
/// an exception in the middle.
pub async fn ground() -> Vec<Ground> {
    let all = ground::ground().await;
    for g in &all {
        for who in [&g.lindqvist, &g.okafor, &g.okafor2] {
            g.w.pocket_by_host(who.actor.person().unwrap()).await;
        }
    }
    all
}

async fn organisation(g: &Ground) -> Organisation {
    g.w.app.store().look().await.unwrap().organisation().await.unwrap().unwrap()
}

pub async fn trail(g: &Ground) -> Trail {
    organisation(g).await.trail
}

/// What the page shows now.
pub async fn waits(g: &Ground) -> Range {
    open(&mut g.w.app.store().look().await.unwrap()).await.unwrap()
}

/// What waits up to a size.
async fn until(g: &Ground, until: u64) -> Range {
    range(&mut g.w.app.store().look().await.unwrap(), trail(g).await.from(), until).await.unwrap()
}

/// Kinds ticked by somebody who read the whole list as a file.
pub fn kinds(kinds: &[TrailKind], shown: &Range) -> Value {
    json!({ "until": shown.until, "list": shown.list, "kinds": kinds, "note": "Explained by the shift book." })
}

/// Looks at everything up to a size, as the page does it; whether anything was left to look at for this person.
pub async fn looks(g: &Ground, by: &Caller, size: u64) -> bool {
    let shown = until(g, size).await;
    g.w.named(by, "look-at-exceptions", kinds(TrailKind::ALL, &shown)).await.is_ok()
}

pub fn sign(range: &Range) -> Value {
    json!({ "from": range.from, "until": range.until, "root": range.root, "list": range.list, "note": "Explained." })
}

/// Every exception there is up to a size, found by folding every single entry, with its line of a signed list.
async fn every_exception(g: &Ground, until: u64) -> BTreeMap<u64, String> {
    let mut tx = g.w.app.store().db().read().await.unwrap();
    let mut all = BTreeMap::new();
    let mut things: HashMap<Ref, AnyThing> = HashMap::new();
    let mut entries = Vec::new();
    for entry in 0..until {
        let body = entry_bytes(&mut tx, entry).await.unwrap().unwrap();
        entries.push((read_entry(entry, &body).unwrap(), body));
    }
    for (n, (read, body)) in entries.iter().enumerate() {
        let said: Value = serde_json::from_slice(body).unwrap();
        let session = things.get(&read.on).and_then(|t| Session::try_from(t.clone()).ok());
        let claims = match &read.event {
            Event::Session(SessionEvent::Started(started)) => started.grant,
            _ => session.as_ref().and_then(|s| s.facts.grant),
        };
        let grant = claims.and_then(|id| things.get(&id.into())).and_then(|t| Grant::try_from(t.clone()).ok());
        let instance = things.get(&read.on).and_then(|t| Instance::try_from(t.clone()).ok());
        let what = Recorded {
            name: said["type"].as_str().unwrap(),
            event: &read.event,
            at: read.at.at,
            auth: said["by"]["auth"].as_str(),
            last: entries.get(n + 1).is_none_or(|(next, _)| next.request != read.request),
        };
        if let Some(kind) = exception(what, &Stood { session, grant, instance }) {
            let leaf = Sha256::digest([&[0_u8][..], body].concat());
            let leaf: String = leaf.iter().map(|b| format!("{b:02x}")).collect();
            let entry = read.at.seq;
            all.insert(entry, format!("{entry} {kind} {leaf}\n"));
        }
        let thing = AnyThing::fold(things.remove(&read.on), read.on.id, &read.event, read.at).unwrap();
        things.insert(read.on, thing);
    }
    all
}

#[tokio::test]
async fn a_review_goes_by_exception_and_is_signed_with_its_range_root_and_list() {
    for g in ground().await {
        // given a grant that was revoked, and rights that were given when the plant was set up
        let grant = granted(&g).await;
        g.ok(&g.vogt, "revoke-grant", json!({ "grant": grant.to_string(), "reason": "Alarm." })).await;
        let shown = waits(&g).await;
        let found: Vec<TrailKind> = shown.all.iter().map(|x| x.kind).collect();
        assert!(found.contains(&TrailKind::Stopped) && found.contains(&TrailKind::Rights), "{found:?}");
        // when somebody signs before all were looked at, then it is refused
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", sign(&shown)).await), "invalid-trail-open");
        // an entry that is no exception is not looked at, and nobody without the power looks
        let plain = (0..).find(|n| shown.all.iter().all(|x| x.entry() != *n)).unwrap();
        let body = json!({ "until": shown.until, "entries": [plain], "note": "Seen." });
        assert_eq!(wrong(&g.no(&g.lindqvist, "look-at-exceptions", body).await), "invalid-trail-entry");
        let all = kinds(TrailKind::ALL, &shown);
        assert_eq!(wrong(&g.no(&g.admin, "look-at-exceptions", all.clone()).await), "stop-no-power");
        // one by its number, the rest by kind
        let one = json!({ "until": shown.until, "entries": [shown.all[0].entry()], "note": "Seen." });
        assert_eq!(g.ok(&g.lindqvist, "look-at-exceptions", one).await["done"], json!(1));
        let rest = g.ok(&g.lindqvist, "look-at-exceptions", all.clone()).await;
        assert_eq!(rest["done"], json!(found.len() - 1));
        assert_eq!(wrong(&g.no(&g.lindqvist, "look-at-exceptions", all).await), "invalid-trail-nothing");
        // what was shown is signed, though the record has grown since
        let signed = g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        assert_eq!(signed["done"]["root"], json!(shown.root));
        // then the entry names first entry, size, root, list, counts and who
        let review = trail(&g).await.reviews.pop().unwrap();
        let lines: String = every_exception(&g, shown.until).await.into_values().collect();
        let digest: String = Sha256::digest(&lines).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!((review.facts.from, review.facts.until), (0, shown.until), "{}", g.w.engine);
        assert_eq!((review.facts.root, review.facts.list), (shown.root, digest), "{}", g.w.engine);
        assert_eq!(review.facts.counts.iter().map(|c| c.count).sum::<u64>(), found.len() as u64);
        assert_eq!((review.by, review.facts.exceptions), (g.lindqvist.actor.person(), EXCEPTIONS));
        // and the next range begins where this one ended: nothing lies between, and nothing waits in it
        let next = waits(&g).await;
        assert_eq!((next.from, next.all.len()), (shown.until, 0));
        g.ok(&g.okafor, "conclude-trail-review", sign(&next)).await;
        g.close().await;
    }
}

#[tokio::test]
async fn nobody_looks_at_their_own_doings() {
    for g in ground().await {
        // given a grant that OT security suspended, and a hold that a colleague set
        let grant = granted(&g).await;
        let (before, suspend) = (waits(&g).await.until, json!({ "grant": grant.to_string(), "cause": "incident" }));
        g.ok(&g.okafor, "suspend-grant", suspend).await;
        let shown = waits(&g).await;
        let own = shown.all.iter().map(plantgate_app::review::trail::Exception::entry).find(|n| *n >= before).unwrap();
        // when they look at it by number, then it is refused; by kind it stays for somebody else
        let one = json!({ "until": shown.until, "entries": [own], "note": "Fine." });
        assert_eq!(wrong(&g.no(&g.okafor, "look-at-exceptions", one).await), "refuse-trail-own");
        let stopped = kinds(&[TrailKind::Stopped], &shown);
        assert_eq!(wrong(&g.no(&g.okafor, "look-at-exceptions", stopped).await), "refuse-trail-own");
        assert!(looks(&g, &g.okafor, shown.until).await);
        assert!(!trail(&g).await.looked.contains_key(&own));
        assert_eq!(wrong(&g.no(&g.okafor, "conclude-trail-review", sign(&shown)).await), "invalid-trail-open");
        // when quality has looked at that one, then both may sign: each has looked at something, nobody at their own
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        assert_eq!(wrong(&g.no(&g.okafor2, "conclude-trail-review", sign(&shown)).await), "refuse-trail-not-looked");
        g.ok(&g.okafor, "conclude-trail-review", sign(&shown)).await;
        let done = done(&mut g.w.app.store().look().await.unwrap()).await.unwrap();
        let seen = &done.looked[&own];
        assert_eq!((seen.by, seen.auth.as_deref()), (g.lindqvist.actor.person(), Some("password+totp")));
        assert!(done.signed.values().all(|auth| auth.as_deref() == Some("password+totp")) && done.signed.len() == 1);
        // and a range in which all was their own doing is not theirs to sign
        let resume = json!({ "grant": grant.to_string(), "reason": "Explained." });
        g.ok(&g.okafor, "resume-grant", resume).await;
        let shown = waits(&g).await;
        assert_eq!(shown.all.len(), 1);
        assert!(!looks(&g, &g.okafor, shown.until).await);
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        assert_eq!(wrong(&g.no(&g.okafor, "conclude-trail-review", sign(&shown)).await), "refuse-trail-not-looked");
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_signature_is_refused_when_the_record_holds_something_else() {
    for g in ground().await {
        let shown = waits(&g).await;
        // an exception that came after the page was drawn was seen by nobody
        g.ok(&g.admin, "give-role", json!({ "person": "vogt", "role": "auditor", "site": "BRU" })).await;
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        assert!(trail(&g).await.looked.keys().all(|n| *n < shown.until));
        // a head that is not the record's, a list that is not, a size that the record has not
        let mut other = sign(&shown);
        other["root"] = json!(shown.root.replace(['0', '1', '2'], "f"));
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", other).await), "refuse-trail-root");
        let mut other = sign(&shown);
        other["until"] = json!(shown.until + 1);
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", other.clone()).await), "refuse-trail-root");
        other["until"] = json!(shown.until + 1_000);
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", other).await), "invalid-trail-until");
        let mut other = sign(&shown);
        other["list"] = json!("00".repeat(32));
        assert_eq!(wrong(&g.no(&g.lindqvist, "conclude-trail-review", other).await), "refuse-trail-list");
        // two with the same page: the second learns that the first has signed
        assert!(looks(&g, &g.okafor, waits(&g).await.until).await);
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        match g.no(&g.okafor, "conclude-trail-review", sign(&shown)).await {
            Stop::Stale(stale) => assert_eq!(stale.by.unwrap().person(), g.lindqvist.actor.person()),
            other => panic!("{other:?}"),
        }
        // and the role that was given meanwhile waits for the next review
        assert_eq!(waits(&g).await.all.iter().map(|x| x.kind).collect::<Vec<_>>(), vec![TrailKind::Rights]);
        g.close().await;
    }
}

#[tokio::test]
async fn a_review_opens_by_itself_when_its_interval_has_passed() {
    for g in ground().await {
        let listed = async |who: &Caller| {
            let mut look = g.w.app.store().look().await.unwrap();
            let me: Person = look.get(who.actor.person().unwrap()).await.unwrap();
            let all = today(&mut look, &me).await.unwrap();
            all.into_iter().find(|t| t.deed == Deed::Trail).map(|t| t.due.unwrap())
        };
        let size = async || g.w.app.store().look().await.unwrap().size();
        let days = g.w.app.store().look().await.unwrap().rules().access.trail_review_days;
        assert_eq!(days, 30);
        let later = async |entry: u64| {
            let mut tx = g.w.app.store().db().read().await.unwrap();
            let body = entry_bytes(&mut tx, entry).await.unwrap().unwrap();
            read_entry(entry, &body).unwrap().at.at.plus_secs(days * 86_400)
        };
        let due = later(0).await;
        assert_eq!(organisation(&g).await.founded.map(|at| at.plus_secs(days * 86_400)), Some(due));
        // given more than an interval since the programme began, then quality sees it and the shift lead does not
        assert_eq!(listed(&g.lindqvist).await, Some(due), "{}", g.w.engine);
        assert_eq!(listed(&g.vogt).await, None);
        // when a short range of it is signed today, then what that left out is due as it was: its first entry is old
        let short = until(&g, 3).await;
        looks(&g, &g.lindqvist, 3).await;
        looks(&g, &g.okafor, 3).await;
        let signer =
            if short.all.is_empty() || trail(&g).await.looked.values().any(|by| *by == g.lindqvist.actor.person()) {
                &g.lindqvist
            } else {
                &g.okafor
            };
        g.ok(signer, "conclude-trail-review", sign(&short)).await;
        assert_eq!(listed(&g.lindqvist).await, Some(later(3).await), "{}", g.w.engine);
        // when all of it is concluded, then it is gone
        let shown = waits(&g).await;
        assert!(looks(&g, &g.lindqvist, shown.until).await);
        g.ok(&g.lindqvist, "conclude-trail-review", sign(&shown)).await;
        let next = later(shown.until).await;
        let before = size().await;
        assert_eq!(listed(&g.lindqvist).await, None);
        // and opens at the second at which the interval has passed; nothing was written for it
        g.w.clock.set(next.plus_secs(-1));
        assert_eq!(listed(&g.lindqvist).await, None);
        g.w.clock.set(next);
        assert_eq!(listed(&g.lindqvist).await, Some(next), "{}", g.w.engine);
        assert_eq!(listed(&g.okafor).await, Some(next));
        assert_eq!(size().await, before);
        g.close().await;
    }
}

/// One of the things that make an exception, or one that makes none.
async fn something(g: &Ground, dice: &mut Dice, n: usize) {
    let role = ["give-role", "take-role"][n % 2];
    match dice.below(4) {
        0 => {
            let hold = json!({ "on": { "person": "ortega" }, "effect": "no-new-access", "cause": "security",
                "reason": "Key under question." });
            let hold = g.ok(&g.okafor, "set-hold", hold).await;
            let lift = json!({ "hold": Ground::reference(&hold), "reason": "Cleared." });
            g.ok(&g.okafor2, "lift-hold", lift).await;
        }
        1 | 2 => {
            // Whether there was something to give or to take depends on what came before.
            let body = json!({ "person": "vogt", "role": "auditor", "site": "BRU" });
            drop(g.w.named(&g.admin, role, body).await);
        }
        _ => {
            let zone = json!({ "site": "BRU", "reference": format!("BZ{}", 20 + n), "name": "Zone", "kind": "dmz" });
            g.ok(&g.admin, "register-zone", zone).await;
        }
    }
}

/// Reviews that end anywhere: together they list every exception of the record once, none from outside their range.
#[tokio::test]
async fn reviews_of_any_length_tile_the_record_and_list_each_exception_once() {
    for (seed, g) in (1_u64..).map(|n| n * 7_919).zip(ground().await) {
        let mut dice = Dice(seed);
        let mut listed: Vec<u64> = Vec::new();
        for n in 0..14 {
            something(&g, &mut dice, n).await;
            if dice.below(3) == 0 {
                continue;
            }
            let (from, head) = (trail(&g).await.from(), waits(&g).await.until);
            let until = from + 1 + dice.below(usize::try_from(head - from).unwrap()) as u64;
            let shown = range(&mut g.w.app.store().look().await.unwrap(), from, until).await.unwrap();
            let at = format!("{} seed {seed} step {n}: {from} to {until}", g.w.engine);
            let entries: Vec<u64> = shown.all.iter().map(plantgate_app::review::trail::Exception::entry).collect();
            assert!(entries.iter().all(|e| (from..until).contains(e)) && entries.is_sorted(), "{at}: {entries:?}");
            for by in [&g.lindqvist, &g.okafor, &g.okafor2] {
                looks(&g, by, until).await;
            }
            // nobody looked at what they did themselves, nor behind what was shown
            let seen = trail(&g).await.looked;
            assert!(seen.keys().all(|e| entries.contains(e)), "{at}: {seen:?}");
            for one in &shown.all {
                assert!(independent(seen[&one.entry()].unwrap(), &one.involved()).is_ok(), "{at}: {}", one.entry());
            }
            let mut signer = [&g.lindqvist, &g.okafor, &g.okafor2].into_iter();
            let has_looked = |by: &&Caller| entries.is_empty() || seen.values().any(|s| *s == by.actor.person());
            g.ok(signer.find(has_looked).unwrap(), "conclude-trail-review", sign(&shown)).await;
            listed.extend(entries);
        }
        let reviews = trail(&g).await.reviews;
        let covered: Vec<u64> = reviews.iter().flat_map(|r| r.facts.from..r.facts.until).collect();
        let end = reviews.last().unwrap().facts.until;
        assert_eq!(covered, (0..end).collect::<Vec<u64>>(), "{} seed {seed}", g.w.engine);
        let every = every_exception(&g, end).await;
        assert_eq!(listed, every.into_keys().collect::<Vec<u64>>(), "{} seed {seed}", g.w.engine);
        assert!(reviews.len() > 4 && listed.len() > 8, "{} seed {seed}: nothing was tried", g.w.engine);
        g.close().await;
    }
}
