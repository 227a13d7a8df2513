//! A gateway that cannot ask its core: approved grants are served by signed copies that expire, attended, by
//! codes of a sheet that lies sealed at the site. What began so comes into the record once, marked, and from then on
//! the core judges it.

use std::time::Duration;

use plantgate_domain::{
    base::{GrantId, Kind, SessionId},
    event::witness::{Closing, Ending},
    expect::{
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::grant::Grant,
    thing::{AnyThing, Broken, Thing},
    witness::{gate::Course, session::Session},
};
use plantgate_gateway::{Bounds, Remote, remote::says::BeganAlone};
use plantgate_interchange::codes::{Code, Opens};
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    afar::Afar,
    demo::Demo,
    gate::{self, Client, Gate},
    proxy::Mode,
    world::World,
};
use plantgate_wire::words::Lang;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use uuid::Uuid;

use super::{COUNTS, Running, attends, does, emergency};
use crate::messages::{about, told};

const BOUNDS: Bounds = Bounds { again: 1, failed: 1, pulse: 1, copy: 1, alone: 1, heard: 5, ..Bounds::standard() };

/// A gate that asks from afar, a grant of Lucía Ortega, and a sheet of three codes for the gateway.
pub struct Cut {
    pub afar: Afar,
    pub gate: Gate,
    pub grant: String,
    pub sheet: Uuid,
}

impl Cut {
    pub async fn from(demo: &Demo) -> Cut {
        let afar = Afar::open(demo, BOUNDS).await;
        let gate = Gate::open(demo).await.asking(demo, afar.remote("hall-3")).await;
        let grant = emergency(demo, 60).await;
        let sheet = sheet(demo, "hall-3").await;
        let cut = Cut { afar, gate, grant, sheet };
        cut.until_lent(true).await;
        // what is lent from now on has the ways to the systems, too
        passes(demo, 60).await;
        cut
    }

    /// Waits until the gateway holds copies with a way to each system, or none at all.
    async fn until_lent(&self, lent: bool) {
        self.until_copies(|text| text.contains("ssh-ed25519-cert") == lent && (lent || text.is_empty())).await;
    }

    /// Waits until somebody could be called by what it holds, or nobody any more.
    pub async fn until_called(&self, called: bool) {
        self.until_copies(|text| text.contains("\\\"emergency\\\":{") == called).await;
    }

    /// Waits until what it holds is as it should be; empty where it holds nothing.
    async fn until_copies(&self, are: impl Fn(&str) -> bool) {
        let file = self.afar.recordings("hall-3").join("copies.json");
        let held = || std::fs::read_to_string(&file).unwrap_or_default();
        for _ in 0..200 {
            if are(&held()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("copies: {}", held());
    }

    /// From now on the core cannot be asked, and the gateway knows it.
    pub async fn away(&self) {
        self.afar.line.set(Mode::Gone);
        self.says("can begin with a code").await;
    }

    /// Waits until whoever comes is told this.
    pub async fn says(&self, words: &str) -> String {
        let mut said = String::new();
        for _ in 0..40 {
            said = self.refused("000000").await;
            if said.contains(words) {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        panic!("never {words}: {said}");
    }

    /// The gateway's process begins anew, once the one before is gone.
    pub async fn again(mut self, demo: &Demo) -> Cut {
        for _ in 0..100 {
            let core = self.afar.core("hall-3");
            if let Ok(remote) = Remote::open(&core, &self.afar.recordings("hall-3"), Lang::En, BOUNDS) {
                self.gate = self.gate.asking(demo, remote).await;
                return self;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the process before is there still");
    }

    pub fn code(&self, demo: &Demo, number: usize) -> String {
        demo.world.app.sheet_codes(self.sheet, 3).unwrap()[number - 1].to_string()
    }

    pub fn client(&self, code: &str) -> Client<'_> {
        self.gate.typing("l.ortega", &self.grant, "yes", code)
    }

    /// Somebody begins by a code, and what they run counts to three.
    pub async fn begins(&self, code: &str) -> Running {
        self.begins_as(&self.grant, code).await
    }

    /// The same where the client names something else than the grant.
    pub async fn begins_as(&self, name: &str, code: &str) -> Running {
        let mut client = self.gate.typing("l.ortega", name, "yes", code).with(&["-tt"]).begins(&["bash", "-c", COUNTS]);
        let (into, from) = (client.stdin.take().unwrap(), client.stdout.take().unwrap());
        let mut running = Running { client, into, lines: BufReader::new(from).lines(), session: String::new() };
        running.to("3").await;
        running
    }

    /// What somebody is told who does not come in.
    pub async fn refused(&self, code: &str) -> String {
        let output = self.client(code).runs(&["echo", "inside"]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
        said
    }
}

/// Issues a sheet of three codes.
async fn sheet(demo: &Demo, gateway: &str) -> Uuid {
    let site = site(demo).await.facts.reference;
    let body =
        json!({ "site": site, "gateway": gateway, "codes": 3, "days": 90, "reason": "For when the line is dead." });
    does(demo, "m.okafor", "issue-codes", body).await["done"].as_str().unwrap().parse().unwrap()
}

/// Withdraws one.
async fn withdraws(demo: &Demo, sheet: Uuid) {
    let site = site(demo).await.facts.reference;
    let body = json!({ "site": site, "sheet": sheet.to_string(), "reason": "The envelope was open." });
    does(demo, "m.okafor", "withdraw-codes", body).await;
}

/// Something of this name.
pub async fn named<T>(demo: &Demo, kind: Kind, name: &str) -> T
where
    T: Thing + TryFrom<AnyThing, Error = Broken>,
{
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = plantgate_app::names::find(&mut look, kind, name).await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

/// The site of `BMS-B61`.
async fn site(demo: &Demo) -> Site {
    let instance: Instance = named(demo, Kind::Instance, "BMS-B61").await;
    demo.world.app.store().look().await.unwrap().get(instance.facts.site).await.unwrap()
}

/// Lets time go on in the plant.
pub async fn passes(demo: &Demo, secs: i64) {
    let now = demo.world.app.store().look().await.unwrap().now().0;
    demo.world.clock.set(now.plus_secs(secs));
}

pub async fn the_sheet(demo: &Demo, id: Uuid) -> Sheet {
    site(demo).await.sheets.into_iter().find(|s| s.id == id).unwrap()
}

pub async fn sessions(demo: &Demo) -> Vec<Session> {
    let all = demo.world.every::<Session>().await;
    all.into_iter().filter(|s| s.cut_off.is_some()).collect()
}

/// Waits until a session that began alone is as it should be.
pub async fn until(demo: &Demo, what: &str, is: impl Fn(&Session) -> bool) -> Session {
    for _ in 0..400 {
        if let Some(session) = sessions(demo).await.into_iter().find(&is) {
            return session;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}: never {what}: {:#?}", demo.world.engine, sessions(demo).await);
}

#[tokio::test]
async fn what_was_approved_begins_by_a_code_while_the_core_is_away_and_is_in_the_record_once_it_is_back() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let cut = Cut::from(&demo).await;
        let code = cut.code(&demo, 1);
        // while the core answers, a code of the sheet opens nothing
        let said = cut.refused(&code).await;
        assert!(!said.contains("sheet"), "{engine}: {said}");
        // when it is away, then neither a code that is none nor one of the app does, and it is said what would
        cut.away().await;
        for other in ["000000", "AAAA-BBBB-CCCC-DDDD-EEEE"] {
            let said = cut.refused(other).await;
            assert!(said.contains("none of the sheet") && said.contains("somebody of the site is beside"), "{said}");
        }
        let mut running = cut.begins(&code).await;
        assert_eq!(sessions(&demo).await, [], "{engine}: the record does not know it yet");
        // and the same code is good once, and what it opened lies there no more
        let said = cut.refused(&code).await;
        assert!(said.contains("was used before"), "{engine}: {said}");
        let lies = std::fs::read_to_string(cut.afar.recordings("hall-3").join("copies.json")).unwrap();
        assert!(!lies.contains("\"number\":1,") && lies.contains("\"number\":2,"), "{engine}: {lies}");
        // when the core is back, then the record has it, marked, with its times apart, and it goes on
        passes(&demo, 300).await;
        cut.afar.line.set(Mode::Through);
        let session = until(&demo, "told", |_| true).await;
        let seen = session.cut_off.clone().unwrap();
        assert_eq!((seen.sheet, seen.number), (cut.sheet, 1), "{engine}");
        let noticed = session.noticed.as_ref().unwrap();
        assert_eq!((noticed.gateway.as_str(), session.ended.is_some()), ("hall-3", false), "{engine}");
        assert!(session.facts.started < seen.received && seen.recorded < seen.received, "{engine}: {session:?}");
        assert_eq!(the_sheet(&demo, cut.sheet).await.used, [(1, session.id)].into(), "{engine}");
        running.next().await;
        let page = demo.sign_in("d.weber").await.get(&format!("/register/session/{}", session.facts.reference)).await;
        let words = page.words();
        assert!(words.contains("Begun while the gateway could not reach Plantgate, with code 1"), "{engine}: {words}");
        // and whoever has the sheet, and whoever can end it, are told that somebody is inside
        told(&demo).await;
        for who in ["m.okafor", "d.weber"] {
            assert_eq!(about(&demo, who, "cut-off").await, 1, "{engine}: {who}");
        }
        // and from now on the core judges it: a code stands for somebody beside them as a check-in does, and is renewed
        // by one
        let door = demo.sign_in("d.weber").await.get("/now").await.words();
        assert!(!door.contains("waits until somebody"), "{engine}: {door}");
        assert_eq!(about(&demo, "d.weber", "session-waits").await, 0, "{engine}");
        attends(&demo, &session.facts.reference).await;
        running.next().await;
        running.leaves().await;
        let ended = until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!((ended.id, ended.ended.unwrap().1, ended.parts.len()), (session.id, Ending::User, 2), "{engine}");
        let parts = gate::recorded(&demo, ended.id).await;
        assert!(parts.iter().any(|part| part.contains("\"version\":2")), "{engine}: {parts:?}");
        assert_eq!(sessions(&demo).await.len(), 1, "{engine}");
        // and the system's own log names the grant by which the gateway came
        assert!(cut.gate.target.log().contains(&format!("plantgate {} cut off", cut.grant)), "{engine}");
        // and while the core answers no code of the sheet opens anything again
        tokio::time::sleep(Duration::from_secs(2)).await;
        cut.refused(&cut.code(&demo, 2)).await;
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_gateway_that_is_killed_while_it_is_cut_off_loses_no_session_and_lets_no_code_in_twice() {
    let demo = Demo::on(World::sqlite().await).await;
    let mut cut = Cut::from(&demo).await;
    cut.gate.kill();
    let machine = tokio::runtime::Runtime::new().unwrap();
    let mut remote = None;
    while remote.is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let _there = machine.enter();
        remote = Remote::open(&cut.afar.core("hall-3"), &cut.afar.recordings("hall-3"), Lang::En, BOUNDS).ok();
    }
    cut.gate = cut.gate.asking_within(&demo, machine.handle(), remote.unwrap());
    cut.away().await;
    let first = cut.begins(&cut.code(&demo, 1)).await;
    // given a gateway that loses its power, and a core that is away still
    machine.shutdown_background();
    drop(first);
    let cut = cut.again(&demo).await;
    cut.says("can begin with a code").await;
    // then the used code is used, and another one opens what was approved: copies lie on the disk
    assert!(cut.refused(&cut.code(&demo, 1)).await.contains("was used before"));
    let second = cut.begins(&cut.code(&demo, 2)).await;
    // nothing on that disk opens a system by itself, nor a recording
    let lies = text(&cut.afar.recordings("hall-3"));
    assert!(lies.contains("ssh-ed25519-cert") && !lies.contains("PRIVATE KEY"), "{lies}");
    for number in 1..=3 {
        assert!(!lies.contains(&cut.code(&demo, number)));
    }
    // when the core is back, then both are in the record: the one that was lost with what was recorded of it
    passes(&demo, 300).await;
    cut.afar.line.set(Mode::Through);
    let lost = until(&demo, "lost", |s| s.ended.is_some()).await;
    assert_eq!((lost.cut_off.unwrap().number, lost.ended.unwrap().1), (1, Ending::Loss));
    let parts = gate::recorded(&demo, lost.id).await;
    assert!(parts.iter().any(|part| part.contains("\"version\":2")), "{parts:?}");
    let runs = until(&demo, "running", |s| s.ended.is_none()).await;
    assert_eq!(runs.cut_off.unwrap().number, 2);
    second.leaves().await;
    until(&demo, "ended", |s| s.id == runs.id && s.ended.is_some()).await;
    assert_eq!(sessions(&demo).await.len(), 2);
    let used = the_sheet(&demo, cut.sheet).await.used;
    assert_eq!(used.keys().copied().collect::<Vec<_>>(), [1, 2]);
    demo.world.close().await;
}

/// Everything that lies in a folder, as text.
fn text(folder: &std::path::Path) -> String {
    let mut all = String::new();
    for file in std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()) {
        if file.is_dir() {
            all.push_str(&text(&file));
        } else {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(file).unwrap()));
        }
    }
    all
}

#[tokio::test]
async fn what_is_taken_back_while_the_line_is_dead_ends_what_began_so_once_it_is_told() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    cut.away().await;
    let running = cut.begins(&cut.code(&demo, 1)).await;
    // given a person who disconnects the grant, not knowing that somebody is inside
    does(&demo, "d.weber", "disconnect", json!({ "grant": cut.grant })).await;
    // when the core can be asked again, then the session is in the record, and is cut by what they said
    cut.afar.line.set(Mode::Through);
    let told = running.over().await;
    assert!(told.contains("ended"), "{told}");
    let session = until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::Disconnect);
    demo.world.close().await;
}

#[tokio::test]
async fn copies_that_were_changed_and_sheets_that_were_withdrawn_open_nothing() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let file = cut.afar.recordings("hall-3").join("copies.json");
    // given copies in which somebody wrote another end, read by a gateway that starts
    cut.afar.line.set(Mode::Gone);
    let whole = std::fs::read_to_string(&file).unwrap();
    cut.gate.kill();
    let changed = whole.replace("\\\"check_in\\\":900", "\\\"check_in\\\":999");
    assert_ne!(changed, whole);
    std::fs::write(&file, changed).unwrap();
    let cut = cut.again(&demo).await;
    // then nobody comes in by a code, and it is said as where there are none
    cut.says("it lets nobody in").await;
    cut.refused(&cut.code(&demo, 1)).await;
    // when the core is back, then whole ones are fetched; when the sheet is withdrawn, or the gateway taken off the
    // list, then none are held any more
    cut.afar.line.set(Mode::Through);
    cut.until_lent(true).await;
    withdraws(&demo, cut.sheet).await;
    cut.until_lent(false).await;
    sheet(&demo, "hall-3").await;
    cut.until_lent(true).await;
    cut.afar.lists(&[("hall-4", "hall-4")]);
    cut.until_lent(false).await;
    demo.world.close().await;
}

/// The key of a recording, locked under a code.
pub fn seal(sheet: Uuid, code: &str) -> String {
    Code::read(code).unwrap().lock(sheet.as_u128(), Opens::Recording, [3; 24], &[4; 32]).unwrap()
}

/// What a gateway would tell of a session that began five seconds ago.
pub fn telling((n, grant): (u128, GrantId), (sheet, number): (Uuid, u32), seal: String) -> BeganAlone {
    BeganAlone {
        session: SessionId(Uuid::from_u128(n)),
        grant,
        fingerprint: "SHA256:theirs".to_owned(),
        language: "en".to_owned(),
        days: 90,
        from: "192.0.2.7".parse().unwrap(),
        sheet,
        number,
        seal,
        sequence: 1,
        recorded: 0,
        ago_secs: 5,
        emergency: None,
    }
}

#[tokio::test]
async fn a_gateway_tells_of_no_session_without_a_code_of_its_own_sheet() {
    use plantgate_gateway::remote::{
        call::No,
        says::{Asks, Copies, Enters},
    };
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let grant: Grant = named(&demo, Kind::Grant, &cut.grant).await;
    let right = cut.code(&demo, 3);
    let tells = |n: u128, number: u32, seal: String| telling((n, grant.id), (cut.sheet, number), seal);
    let (ours, other) = (cut.afar.asks("hall-3"), cut.afar.asks("hall-4"));
    // a seal under another code than it says, or none; a code that the sheet has not
    for (number, seal) in [(2, seal(cut.sheet, &right)), (3, "x".to_owned()), (4, seal(cut.sheet, &right))] {
        assert_eq!(ours.ask(&tells(1, number, seal), 10).await, Err(No::NotOurs), "{number}");
    }
    // another gateway, with the right one
    assert_eq!(other.ask(&tells(1, 3, seal(cut.sheet, &right)), 10).await, Err(No::NotOurs));
    assert_eq!(sessions(&demo).await, []);
    // the right one of the right gateway stands, and told twice it stands once
    for _ in 0..2 {
        assert!(ours.ask(&tells(1, 3, seal(cut.sheet, &right)), 10).await.unwrap().stands);
    }
    assert_eq!(sessions(&demo).await.len(), 1);
    // what says to be that session and is another is not
    assert_eq!(ours.ask(&tells(1, 2, seal(cut.sheet, &cut.code(&demo, 2))), 10).await, Err(No::NotOurs));
    // a code that opened two, as on a disk that was put back: nothing is lost, and the first stands at the sheet
    assert!(ours.ask(&tells(2, 3, seal(cut.sheet, &right)), 10).await.unwrap().stands);
    assert_eq!(sessions(&demo).await.len(), 2);
    assert_eq!(the_sheet(&demo, cut.sheet).await.used, [(3, SessionId(Uuid::from_u128(1)))].into());
    let of = async |n: u128| until(&demo, "there", |s| s.id == SessionId(Uuid::from_u128(n))).await.cut_off.unwrap();
    assert_eq!([of(1).await.doubt, of(2).await.doubt], [false, true]);
    // but lets nothing more begin, and neither has another certificate: what a gateway tells opens no system
    let standing = async |n: u128| {
        let asks = Asks { session: SessionId(Uuid::from_u128(n)), runs: None };
        ours.ask(&asks, 10).await.unwrap().standing.unwrap().course
    };
    assert_eq!(standing(2).await, Course::Closing(Closing::Hold));
    let key = plantgate_gateway::keys::fresh().unwrap();
    let key = plantgate_gateway::keys::line(key.public_key()).unwrap();
    for n in [1, 2] {
        let session = SessionId(Uuid::from_u128(n));
        let asks = Enters { session, key: key.clone(), source: "192.0.2.7".parse().unwrap() };
        assert_eq!(ours.ask(&asks, 10).await.unwrap().way, None, "{n}");
    }
    let page = demo.sign_in("d.weber").await;
    let second = until(&demo, "there", |s| s.id == SessionId(Uuid::from_u128(2))).await.facts.reference;
    let words = page.get(&format!("/register/session/{second}")).await.words();
    assert!(words.contains("The code was used before, or its sheet was unknown"), "{words}");
    // and the code that was used is lent no more
    let asks = Copies { language: "en".to_owned(), sources: Vec::new(), emergencies: false };
    let lent = ours.ask(&asks, 10).await.unwrap().signed.unwrap();
    let numbers: Vec<u32> = lent.sheets[0].codes.iter().map(|code| code.number).collect();
    assert_eq!(numbers, [1, 2]);
    // when the sheet was withdrawn before it began, then it is recorded and in doubt, too
    passes(&demo, 60).await;
    withdraws(&demo, cut.sheet).await;
    passes(&demo, 60).await;
    assert!(ours.ask(&tells(3, 1, seal(cut.sheet, &cut.code(&demo, 1))), 10).await.unwrap().stands);
    assert!(of(3).await.doubt);
    demo.world.close().await;
}

#[tokio::test]
async fn only_what_is_allowed_now_is_lent_and_to_the_gateway_of_the_sheet_alone() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let lent = async |gateway: &str, most: usize| {
        let (_, served) = demo.world.app.gate_lends(gateway, most, true).await.unwrap();
        served.into_iter().flat_map(|s| s.grants).map(|l| l.reference).collect::<Vec<_>>()
    };
    assert_eq!(lent("hall-3", 64).await, [cut.grant.as_str()]);
    assert!(lent("hall-4", 64).await.is_empty() && lent("hall-3", 0).await.is_empty());
    // each code and each moment has a lock of its own
    let key = |n| demo.world.app.sheet_way_locked(cut.sheet, n, 7).unwrap();
    assert!(key(1) != key(2) && key(1) != demo.world.app.sheet_way_locked(cut.sheet, 1, 8).unwrap());
    // when its window is over, then it is not lent
    passes(&demo, 3_600).await;
    assert!(lent("hall-3", 64).await.is_empty());
    let grant = emergency(&demo, 60).await;
    assert_eq!(lent("hall-3", 64).await, [grant.as_str()]);
    // when it is known that the person leaves before its end, then nothing begins behind that
    let (now, served) = demo.world.app.gate_lends("hall-3", 64, true).await.unwrap();
    let one = &served[0].grants[0];
    assert_eq!((one.lapses, one.window.until > now), (None, true));
    let person = demo.person("l.ortega").to_string();
    let body = json!({ "person": person, "kind": "leaver", "effective_at": now.plus_secs(1_200).to_string() });
    does(&demo, "i.campos", "notice-person", body).await;
    let (_, served) = demo.world.app.gate_lends("hall-3", 64, true).await.unwrap();
    let lapses = served[0].grants[0].lapses.unwrap().secs_since(now);
    assert!((1_100..=1_200).contains(&lapses), "{lapses}");
    // when it is taken back, then it is not either
    does(&demo, "d.weber", "disconnect", json!({ "grant": grant })).await;
    assert!(lent("hall-3", 64).await.is_empty());
    demo.world.close().await;
}
