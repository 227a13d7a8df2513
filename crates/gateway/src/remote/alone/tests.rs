//! Codes, copies and clocks of a gateway that cannot ask, without a line or a system.

use plantgate_domain::permit::called::Called;
use russh::keys::ssh_key::LineEnding;

use super::{
    super::copies::{
        Locked, Sheet,
        tests::{SHEET, lent},
    },
    *,
};

fn folder() -> PathBuf {
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    let folder = std::env::temp_dir().join(format!("plantgate-alone-{:016x}", u64::from_be_bytes(name)));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn core() -> PrivateKey {
    keys::of_seed(&[1; 32]).unwrap()
}

fn code(n: u8) -> Code {
    Code::of(&[n; 32])
}

/// Copies of one grant that was made now, with its window and when nothing begins any more, in seconds from now.
fn signed((from, until, starts_until): (i64, i64, i64)) -> Signed {
    let (now, way) = (clock::wall(), keys::of_seed(&[5; 32]).unwrap());
    let says = keys::Says {
        id: "test".to_owned(),
        principal: "maint",
        from: 0,
        until: u64::MAX,
        source: "127.0.0.1".parse().unwrap(),
        serial: 1,
        terminal: true,
        command: None,
    };
    let certificate = keys::certify(&core(), way.public_key(), &says).unwrap().to_openssh().unwrap();
    let (from, until, starts_until) = (now + from, now + until, now + starts_until);
    let lent = Lent { from, until, starts_until, certificate: Some(certificate), ..lent() };
    let copies =
        Copies { gateway: "hall-3".to_owned(), made: now, until: now + 3_600, check_in: 900, grants: vec![lent] };
    let locked = |n: u8| {
        let way = code(n).lock(SHEET.as_u128(), Opens::Way, [n; 24], &[5; 32]).unwrap();
        Locked { number: u32::from(n), way }
    };
    Signed::by(&core(), &copies, vec![Sheet { sheet: SHEET, codes: (1..=4).map(locked).collect() }]).unwrap()
}

fn open(folder: &Path) -> Alone {
    Alone::open(folder, Some(core().public_key().clone())).unwrap()
}

fn knocks(alone: &Alone) -> Option<Pass> {
    let from = "192.0.2.7".parse().unwrap();
    alone.knock(&Knock { fingerprint: "SHA256:theirs", grant: "GRA-0007", from })
}

fn begins(alone: &Alone, folder: &Path, n: u8) -> Result<SessionId, Not> {
    let pass = knocks(alone).unwrap();
    assert!(alone.prove(&pass, &code(n).printed()), "code {n}");
    alone.begin(&pass, SessionId(Uuid::from_u128(u128::from(n))), folder).map(|plan| plan.session)
}

#[test]
fn a_code_that_was_read_out_is_used_up_whatever_comes_of_it() {
    let folder = folder();
    let alone = open(&folder);
    // given a window that opens in an hour
    alone.takes(Some(signed((3_000, 6_000, 6_000)))).unwrap();
    assert_eq!(begins(&alone, &folder, 1), Err(Not::Window));
    // then the code is good no more, in this process and in the next one; and another cannot be made of it
    let pass = knocks(&alone).unwrap();
    assert!(!alone.prove(&pass, &code(1).printed()) && !alone.prove(&pass, "AAAA-AAAA-AAAA-AAAA-AAAA"));
    let again = open(&folder);
    assert!(!again.prove(&pass, &code(1).printed()) && again.prove(&pass, &code(2).printed()));
    // nor by copies that are fetched before the core heard of it
    again.takes(Some(signed((-10, 600, 600)))).unwrap();
    assert!(!again.prove(&pass, &code(1).printed()) && !again.prove(&pass, &code(2).printed()));
    assert!(begins(&again, &folder, 3).is_ok());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nothing_begins_once_the_yes_is_known_to_have_ended_and_what_began_has_its_window() {
    let folder = folder();
    let alone = open(&folder);
    alone.takes(Some(signed((-10, 600, 0)))).unwrap();
    assert_eq!(begins(&alone, &folder, 1), Err(Not::Window));
    alone.takes(Some(signed((-10, 600, 30)))).unwrap();
    let session = begins(&alone, &folder, 2).unwrap();
    let standing = alone.standing(session).unwrap();
    assert!((590..=600).contains(&standing.left) && standing.may_begin(), "{standing:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn who_judges_a_session_changes_once_and_one_that_is_not_taken_closes() {
    let folder = folder();
    let alone = open(&folder);
    alone.takes(Some(signed((-10, 600, 600)))).unwrap();
    let (one, two) = (begins(&alone, &folder, 1).unwrap(), begins(&alone, &folder, 2).unwrap());
    let waiting = alone.begins.all().unwrap();
    assert_eq!(waiting.iter().map(|b| (b.session, b.number)).collect::<Vec<_>>(), [(one, 1), (two, 2)]);
    // the key of the recording is the core's to open, and lies there in no other way
    let opened = code(1).unlock(SHEET.as_u128(), Opens::Recording, &waiting[0].seal);
    assert!(opened.is_some() && code(2).unlock(SHEET.as_u128(), Opens::Recording, &waiting[0].seal).is_none());
    // when the core takes the first, then it judges it; when it does not take the second, then nothing new begins
    alone.told(&waiting[0]).unwrap();
    alone.refused(&waiting[1]);
    assert_eq!(alone.standing(one), None);
    assert_eq!(alone.standing(two).unwrap().course, Course::Closing(Closing::Core));
    assert!(alone.way(one).is_some());
    alone.over(one);
    assert!(alone.way(one).is_none());
    assert_eq!(alone.begins.all().unwrap().len(), 1);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_clock_that_was_set_back_serves_no_copies_of_an_earlier_process() {
    let folder = folder();
    let alone = open(&folder);
    alone.takes(Some(signed((-10, 600, 600)))).unwrap();
    alone.ticks().unwrap();
    assert!(knocks(&open(&folder)).is_some());
    // given a machine that was seen an hour later than its clock says now
    fs::write(folder.join("clock"), (clock::wall() + 3_600).to_string()).unwrap();
    let again = open(&folder);
    assert!(knocks(&again).is_none());
    // it forgets that not by being asked again; what is fetched anew counts by itself, and says what time it is
    again.ticks().unwrap();
    assert!(knocks(&open(&folder)).is_none());
    again.takes(Some(signed((-10, 600, 600)))).unwrap();
    assert!(knocks(&again).is_some() && knocks(&alone).is_some());
    again.ticks().unwrap();
    assert!(knocks(&open(&folder)).is_some());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn copies_go_where_the_core_says_so_or_where_another_key_signed_them() {
    let folder = folder();
    let alone = open(&folder);
    let file = folder.join("copies.json");
    alone.takes(Some(signed((-10, 600, 600)))).unwrap();
    assert!(knocks(&alone).is_some() && file.exists());
    alone.takes(None).unwrap();
    assert!(knocks(&alone).is_none() && !file.exists());
    let other = keys::of_seed(&[2; 32]).unwrap();
    let whole = signed((-10, 600, 600));
    let theirs = other.sign("copies@plantgate", russh::keys::HashAlg::Sha256, whole.text.as_bytes()).unwrap();
    alone.takes(Some(Signed { signature: theirs.to_pem(LineEnding::LF).unwrap(), ..whole.clone() })).unwrap();
    assert!(knocks(&alone).is_none() && !file.exists());
    // and a gateway that was told of nobody's signature holds none
    let none = Alone::open(&folder, None).unwrap();
    none.takes(Some(whole)).unwrap();
    assert!(knocks(&none).is_none() && !none.serves());
    fs::remove_dir_all(folder).unwrap();
}

/// A sheet for emergencies of its own, with the codes 11 and 12.
const EMERGENCIES: Uuid = Uuid::from_u128(8);

/// The same copies with what an emergency on that system would be.
fn with_emergency() -> Signed {
    let mut whole = signed((-10, 600, 600));
    let mut copies = whole.opened(core().public_key()).unwrap();
    let called = Called {
        engagement: plantgate_domain::base::EngagementId(Uuid::from_u128(3)),
        instance: plantgate_domain::base::InstanceId(Uuid::from_u128(4)),
        person: plantgate_domain::base::PersonId(Uuid::from_u128(2)),
        roles: vec![plantgate_domain::base::Role::Operate],
        secs: 7_200,
    };
    let approved = copies.grants[0].clone();
    copies.grants.push(Lent {
        grant: GrantId(Uuid::from_u128(99)),
        reference: "PLC".to_owned(),
        sheet: EMERGENCIES,
        emergency: Some(called),
        ..approved
    });
    let locked = |n: u8| {
        let way = code(n).lock(EMERGENCIES.as_u128(), Opens::Way, [n; 24], &[5; 32]).unwrap();
        Locked { number: u32::from(n), way }
    };
    whole.sheets.push(Sheet { sheet: EMERGENCIES, codes: [11, 12].map(locked).to_vec() });
    Signed::by(&core(), &copies, whole.sheets).unwrap()
}

#[test]
fn an_emergency_is_named_by_its_system_opened_by_its_own_sheet_and_lasts_as_long_as_emergencies_do() {
    let folder = folder();
    let alone = open(&folder);
    alone.takes(Some(with_emergency())).unwrap();
    let from = "192.0.2.7".parse().unwrap();
    let knocks = |name, fingerprint| alone.knock(&Knock { fingerprint, grant: name, from });
    // whoever names the system and holds the key is told that this is for emergencies; a stranger is told nothing
    let pass = knocks("plc", "SHA256:theirs").unwrap();
    assert_eq!(pass.factor, Factor::Emergency);
    assert!(pass.notice.contains("In an emergency"), "{}", pass.notice);
    assert_eq!(knocks("GRA-0007", "SHA256:theirs").unwrap().factor, Factor::Sheet);
    assert_eq!(knocks("PLC", "SHA256:others"), None);
    // a code of the sheet for approved work opens no emergency, nor the other way round, and neither is used up by that
    assert!(!alone.prove(&pass, &code(1).printed()));
    assert!(!alone.prove(&knocks("GRA-0007", "SHA256:theirs").unwrap(), &code(11).printed()));
    assert!(marks(&folder.join("used")).next().is_none());
    // when one of its own is read out, then it lasts two hours, whatever is left of the copies; each has its own grant
    let begins = |n: u8| {
        let pass = knocks("PLC", "SHA256:theirs").unwrap();
        assert!(alone.prove(&pass, &code(n).printed()), "code {n}");
        alone.begin(&pass, SessionId(Uuid::from_u128(u128::from(n))), &folder).unwrap().session
    };
    let (one, two) = (begins(11), begins(12));
    assert!((7_190..=7_200).contains(&alone.standing(one).unwrap().left));
    let told = alone.begins.all().unwrap().iter().map(|b| alone.telling(b)).collect::<Vec<_>>();
    assert_eq!(told.iter().map(|b| b.session).collect::<Vec<_>>(), [one, two]);
    assert!(told.iter().all(|b| b.emergency.as_ref().is_some_and(|called| called.secs == 7_200)));
    assert!(told[0].grant != told[1].grant && told.iter().all(|b| b.grant.0 != Uuid::from_u128(99)), "{told:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn two_sheets_of_one_system_open_each_its_own_emergency() {
    let folder = folder();
    let alone = open(&folder);
    let whole = with_emergency();
    let mut copies = whole.opened(core().public_key()).unwrap();
    let third = Uuid::from_u128(9);
    let other = Lent { sheet: third, grant: GrantId(Uuid::from_u128(98)), ..copies.grants[1].clone() };
    copies.grants.push(other);
    let way = code(21).lock(third.as_u128(), Opens::Way, [21; 24], &[5; 32]).unwrap();
    let mut sheets = whole.sheets.clone();
    sheets.push(Sheet { sheet: third, codes: vec![Locked { number: 1, way }] });
    alone.takes(Some(Signed::by(&core(), &copies, sheets).unwrap())).unwrap();
    let from = "192.0.2.7".parse().unwrap();
    for (n, sheet) in [(21, third), (12, EMERGENCIES)] {
        let pass = alone.knock(&Knock { fingerprint: "SHA256:theirs", grant: "PLC", from }).unwrap();
        assert!(alone.prove(&pass, &code(n).printed()), "code {n}");
        let session = SessionId(Uuid::from_u128(n.into()));
        alone.begin(&pass, session, &folder).unwrap();
        assert_eq!(alone.begins.all().unwrap().last().map(|b| (b.session, b.sheet)), Some((session, sheet)));
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nobody_is_asked_for_a_code_that_is_known_to_open_nothing() {
    let folder = folder();
    let alone = open(&folder);
    let unable = |alone: &Alone| knocks(alone).unwrap().unable;
    alone.takes(Some(signed((-10, 600, 600)))).unwrap();
    assert_eq!(unable(&alone), None);
    for window in [(3_000, 6_000, 6_000), (-10, 600, 0)] {
        alone.takes(Some(signed(window))).unwrap();
        assert!(unable(&alone).is_some_and(|said| said.contains("nothing can begin for you")), "{window:?}");
    }
    let whole = signed((-10, 600, 600));
    let mut copies = whole.opened(core().public_key()).unwrap();
    copies.grants[0].certificate = None;
    alone.takes(Some(Signed::by(&core(), &copies, whole.sheets).unwrap())).unwrap();
    assert!(unable(&alone).is_some_and(|said| said.contains("no way to the system")));
    fs::remove_dir_all(folder).unwrap();
}
