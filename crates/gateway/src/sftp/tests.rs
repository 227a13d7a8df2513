//! SFTP as it goes by: rights, the log of files, and that no bytes of anybody stop it.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

const BOUNDS: Bounds = Bounds { packet: 300_000, flight: 64, open: 8, room: 65_536 };
const BOTH: Rights = Rights { into: true, out: true };
const INTO: Rights = Rights { into: true, out: false };
const OUT: Rights = Rights { into: false, out: true };

fn says() -> Says {
    let say = |text: &str| text.to_owned();
    Says {
        no_in: say("no in"),
        no_out: say("no out"),
        closing: say("closing"),
        unknown: say("unknown"),
        many: say("many"),
    }
}

/// A packet of parts.
fn packet(of: u8, id: u32, parts: &[&[u8]]) -> Vec<u8> {
    let mut body = vec![of];
    body.extend_from_slice(&id.to_be_bytes());
    parts.iter().for_each(|part| body.extend_from_slice(part));
    framed(&body)
}

fn text(of: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    put(&mut all, of);
    all
}

fn open(id: u32, path: &str, flags: u32) -> Vec<u8> {
    packet(kind::OPEN, id, &[&text(path.as_bytes()), &flags.to_be_bytes(), &0_u32.to_be_bytes()])
}

fn write(id: u32, handle: &str, offset: u64, data: &[u8]) -> Vec<u8> {
    packet(kind::WRITE, id, &[&text(handle.as_bytes()), &offset.to_be_bytes(), &text(data)])
}

fn read(id: u32, handle: &str, offset: u64) -> Vec<u8> {
    packet(kind::READ, id, &[&text(handle.as_bytes()), &offset.to_be_bytes(), &32_768_u32.to_be_bytes()])
}

fn close(id: u32, handle: &str) -> Vec<u8> {
    packet(kind::CLOSE, id, &[&text(handle.as_bytes())])
}

fn handle(id: u32, handle: &str) -> Vec<u8> {
    packet(kind::HANDLE, id, &[&text(handle.as_bytes())])
}

fn data(id: u32, data: &[u8]) -> Vec<u8> {
    packet(kind::DATA, id, &[&text(data)])
}

/// A channel on which both said their versions.
fn greeted(rights: Rights) -> Filter {
    let mut f = Filter::new(rights, BOUNDS, says());
    let hello = f.up(&packet(kind::INIT, 6, &[]), true);
    assert_eq!(hello.on, packet(kind::INIT, 3, &[]), "no later version is offered");
    let parts = [text(b"posix-rename@openssh.com"), text(b"1"), text(b"sudo@example.com"), text(b"1")];
    let version = f.down(&packet(kind::VERSION, 3, &[&parts[0], &parts[1], &parts[2], &parts[3]]));
    assert_eq!(version.on, packet(kind::VERSION, 3, &[&parts[0], &parts[1]]), "what is not known is not announced");
    f
}

/// An open file behind the handle `h`.
fn opened(rights: Rights, flags: u32) -> Filter {
    let mut f = greeted(rights);
    assert!(f.up(&open(1, "/a", flags), true).back.is_empty());
    f.down(&handle(1, "h"));
    f
}

fn sha(of: &[u8]) -> String {
    Sha256::digest(of).iter().map(|b| format!("{b:02x}")).collect()
}

/// Its only line, when the file was closed.
fn closed(f: &mut Filter) -> Value {
    assert!(f.up(&close(99, "h"), false).back.is_empty());
    let out = f.down(&status(99, code::OK, ""));
    assert_eq!(out.log.len(), 1, "{:?}", out.log);
    out.log[0].clone()
}

#[test]
fn a_file_that_comes_in_has_its_size_and_digest() {
    let mut f = opened(INTO, 2 | 8 | 16);
    for (id, at, piece) in [(2, 0, "hello "), (3, 6, "world")] {
        assert!(f.up(&write(id, "h", at, piece.as_bytes()), true).back.is_empty());
        f.down(&status(id, code::OK, ""));
    }
    assert_eq!(f.transfers()[0].bytes, 11);
    let line = closed(&mut f);
    assert_eq!(line["sha256"], sha(b"hello world"), "{line}");
    assert_eq!((&line["direction"], &line["in"], &line["ended"]), (&json!("in"), &json!(11), &json!("closed")));
}

#[test]
fn answers_in_another_order_have_a_digest_and_holes_have_none() {
    for (last, whole) in [(6_u64, true), (7, false)] {
        let mut f = opened(OUT, 1);
        f.up(&[read(2, "h", 0), read(3, "h", last), read(4, "h", 11)].concat(), true);
        f.down(&[data(3, b"world"), data(2, b"hello "), status(4, code::EOF, "")].concat());
        let line = closed(&mut f);
        assert_eq!(line["sha256"] == json!(sha(b"hello world")), whole, "{line}");
        assert_eq!(line["why"], if whole { json!(null) } else { json!("with-holes") });
        assert_eq!((&line["out"], &line["whole"]), (&json!(11), &json!(true)));
    }
}

#[test]
fn a_copy_over_what_was_there_has_a_digest_when_it_ends_where_the_file_ends() {
    for (size, why) in [(Some(5_u64), None), (Some(4), Some("size-set")), (None, Some("written-over"))] {
        let mut f = opened(INTO, 2 | 8);
        f.up(&write(2, "h", 0, b"hello"), true);
        f.down(&status(2, code::OK, ""));
        if let Some(size) = size {
            let set = packet(kind::FSETSTAT, 3, &[&text(b"h"), &1_u32.to_be_bytes(), &size.to_be_bytes()]);
            assert!(f.up(&set, false).back.is_empty(), "the end of a transfer may come late");
            f.down(&status(3, code::OK, ""));
        }
        let line = closed(&mut f);
        match why {
            None => assert_eq!(line["sha256"], sha(b"hello"), "{line}"),
            Some(why) => assert!(line["why"].as_str().unwrap().starts_with(why), "{line}"),
        }
    }
}

#[test]
fn what_was_not_taken_or_came_twice_has_no_digest() {
    let mut f = opened(INTO, 2 | 16);
    f.up(&write(2, "h", 0, b"hello"), true);
    f.down(&status(2, code::FAILURE, "disk full"));
    let line = closed(&mut f);
    assert_eq!((&line["sha256"], &line["in"]), (&json!(null), &json!(0)), "{line}");
    let mut f = opened(INTO, 2 | 16);
    f.up(&[write(2, "h", 0, b"hello"), write(3, "h", 0, b"j")].concat(), true);
    f.down(&[status(2, code::OK, ""), status(3, code::OK, "")].concat());
    assert_eq!(closed(&mut f)["why"], "piece-twice");
}

#[test]
fn directions_are_kept_and_a_refused_try_is_said() {
    let changes: [(u8, Vec<&[u8]>); 6] = [
        (kind::REMOVE, vec![b"\0\0\0\x02/x"]),
        (kind::MKDIR, vec![b"\0\0\0\x02/x", b"\0\0\0\0"]),
        (kind::RMDIR, vec![b"\0\0\0\x02/x"]),
        (kind::SETSTAT, vec![b"\0\0\0\x02/x", b"\0\0\0\x04", b"\0\0\x01\xff"]),
        (kind::RENAME, vec![b"\0\0\0\x02/x", b"\0\0\0\x02/y"]),
        (kind::SYMLINK, vec![b"\0\0\0\x02/x", b"\0\0\0\x02/y"]),
    ];
    for (of, parts) in &changes {
        // given the right, it goes on and stands in the log with what the target said; without it, it goes nowhere
        let mut f = greeted(INTO);
        assert_eq!(f.up(&packet(*of, 7, parts), true).on, packet(*of, 7, parts));
        let line = f.down(&status(7, code::OK, "")).log;
        assert_eq!((&line[0]["path"], &line[0]["status"]), (&json!("/x"), &json!(0)), "{line:?}");
        let mut f = greeted(OUT);
        let no = f.up(&packet(*of, 7, parts), true);
        assert_eq!((no.on.len(), &no.back), (0, &status(7, code::PERMISSION_DENIED, "no in")), "{of}");
        assert_eq!((&no.log[0]["what"], &no.log[0]["path"]), (&json!("refused"), &json!("/x")));
    }
    // opening without a flag for writing is opening for reading; everything beside reading changes
    for (flags, reads, writes) in [(0, true, false), (1, true, false), (2, false, true), (3, true, true)] {
        for (rights, may) in [(INTO, !reads), (OUT, !writes), (BOTH, true)] {
            let out = greeted(rights).up(&open(1, "/x", flags), true);
            assert_eq!(out.on.is_empty(), !may, "{flags} {rights:?}");
        }
    }
    for flags in [8, 16, 4, 32, 1 | 8, 1 | 16, 1 | 64] {
        assert!(greeted(OUT).up(&open(1, "/x", flags), true).on.is_empty(), "{flags}");
    }
}

#[test]
fn a_handle_is_good_for_what_it_was_opened_for() {
    let mut f = opened(BOTH, 1);
    assert!(f.up(&write(5, "h", 0, b"x"), true).on.is_empty());
    assert!(f.up(&read(6, "other", 0), true).on.is_empty());
    f.up(&close(7, "h"), true);
    assert!(f.up(&read(8, "h", 0), true).on.is_empty(), "closed is closed");
}

#[test]
fn nothing_new_begins_when_it_closes_and_what_runs_goes_on() {
    let mut f = opened(BOTH, 2 | 16);
    let no = f.up(&open(2, "/b", 1), false);
    assert_eq!((no.on.len(), no.words), (0, vec!["closing".to_owned()]));
    assert!(f.up(&open(3, "/c", 1), false).words.is_empty(), "said once");
    assert!(!f.up(&write(4, "h", 0, b"more"), false).on.is_empty());
    let ends = packet(kind::RENAME, 5, &[&text(b"/a"), &text(b"/final")]);
    assert!(!f.up(&ends, false).on.is_empty());
    // but nothing that is no end of it
    assert!(f.up(&packet(kind::REMOVE, 6, &[&text(b"/a")]), false).on.is_empty());
    assert!(f.up(&packet(kind::RENAME, 6, &[&text(b"/logic"), &text(b"/x")]), false).on.is_empty());
    let sizes: [&[u8]; 3] = [&text(b"/a"), &1_u32.to_be_bytes(), &0_u64.to_be_bytes()];
    assert!(f.up(&packet(kind::SETSTAT, 6, &sizes), false).on.is_empty());
    let times: [&[u8]; 3] = [&text(b"/a"), &4_u32.to_be_bytes(), &0o644_u32.to_be_bytes()];
    assert!(!f.up(&packet(kind::SETSTAT, 7, &times), false).on.is_empty());
    // and what is still open when the line goes is said to be cut
    f.down(&status(4, code::OK, ""));
    let lines = f.ends();
    let cut = lines.iter().find(|l| l["what"] == "file").unwrap();
    assert_eq!((&cut["ended"], &cut["why"], &cut["in"]), (&json!("cut"), &json!("cut"), &json!(4)));
    assert!(lines.iter().any(|l| l["did"] == "rename" && l["status"].is_null()), "{lines:?}");
}

#[test]
fn what_is_not_known_is_not_supported() {
    let mut f = greeted(BOTH);
    let no = f.up(&packet(kind::EXTENDED, 1, &[&text(b"sudo@example.com"), &text(b"id")]), true);
    assert_eq!((no.on.len(), no.back), (0, status(1, code::OP_UNSUPPORTED, "unknown")));
    assert!(f.up(&packet(kind::EXTENDED, 2, &[&text(b"limits@openssh.com")]), true).back.is_empty());
    assert!(!f.up(&packet(21, 3, &[&text(b"/x")]), true).back.is_empty());
}

#[test]
fn liars_end_the_channel() {
    let mut f = greeted(BOTH);
    assert_eq!(f.down(&status(1, code::OK, "")).broken, Some("an answer to nothing"));
    assert_eq!(f.up(&open(1, "/a", 1), true), Out::default(), "nothing goes by any more");
    let mut f = greeted(BOTH);
    f.up(&packet(kind::STAT, 1, &[&text(b"/a")]), true);
    assert_eq!(f.down(&handle(1, "h")).broken, Some("another answer"));
    let mut f = opened(BOTH, 1);
    f.up(&open(2, "/b", 1), true);
    assert_eq!(f.down(&handle(2, "h")).broken, Some("a handle twice"));
    assert_eq!(greeted(BOTH).up(&[0xff; 4], true).broken, Some("no packet"));
    assert_eq!(Filter::new(BOTH, BOUNDS, says()).up(&open(1, "/a", 1), true).broken, Some("no greeting"));
    let mut f = greeted(BOTH);
    f.up(&open(1, "/a", 1), true);
    assert_eq!(f.up(&open(1, "/b", 1), true).broken, Some("a number twice"));
}

#[test]
fn what_is_open_is_bounded_and_what_waits_for_order_too() {
    let mut f = greeted(BOTH);
    for id in 0..8 {
        assert!(f.up(&open(id, "/a", 1), true).back.is_empty());
        f.down(&handle(id, &format!("h{id}")));
    }
    assert!(f.up(&open(8, "/a", 1), true).on.is_empty());
    let mut f = opened(OUT, 1);
    for id in 2..10 {
        f.up(&read(id, "h", u64::from(id) * 10_000), true);
        f.down(&data(id, &[0; 10_000]));
    }
    assert_eq!(f.bounds.room, BOUNDS.room, "given up, nothing is held");
    assert_eq!(closed(&mut f)["why"], "out-of-order");
}

#[test]
fn how_far_a_transfer_is_can_be_said() {
    let mut f = greeted(OUT);
    f.up(&packet(kind::STAT, 1, &[&text(b"/a")]), true);
    f.down(&packet(kind::ATTRS, 1, &[&1_u32.to_be_bytes(), &200_u64.to_be_bytes()]));
    f.up(&open(2, "/a", 1), true);
    f.down(&handle(2, "h"));
    f.up(&read(3, "h", 0), true);
    f.down(&data(3, &[0; 122]));
    let all = f.transfers();
    assert_eq!((all[0].percent(), all[0].direction), (Some(61), "out"));
}

/// Something that a client or a target may send: whole packets of every kind, and noise.
fn any_packets() -> impl Strategy<Value = Vec<u8>> {
    let body = proptest::collection::vec(any::<u8>(), 0..40);
    let noise = (any::<u8>(), any::<u8>(), body).prop_map(|(of, id, body)| packet(of, id.into(), &[&body]));
    let sane = (0_u32..4, 0_u32..4, 0_u64..8).prop_map(|(what, id, at)| match what {
        0 => open(id, "/a", 3),
        1 => write(id, "h", at, b"abc"),
        2 => read(id, "h", at),
        _ => close(id, "h"),
    });
    let said = (0_u32..3, 0_u32..4).prop_map(|(what, id)| match what {
        0 => handle(id, "h"),
        1 => data(id, b"abc"),
        _ => status(id, code::OK, ""),
    });
    let raw = proptest::collection::vec(any::<u8>(), 0..40);
    prop_oneof![1 => noise, 8 => sane, 8 => said, 1 => raw]
}

/// Both sides together, in cuts of this size; everything that came of it.
fn goes(up: &[u8], down: &[u8], cut: usize) -> (Out, Out, Vec<Value>) {
    let mut f = greeted(BOTH);
    let whole = |all: &mut Out, one: Out| {
        all.on.extend(one.on);
        all.back.extend(one.back);
        all.log.extend(one.log);
        all.words.extend(one.words);
        all.broken = all.broken.or(one.broken);
    };
    let (mut there, mut here) = (Out::default(), Out::default());
    up.chunks(cut).for_each(|piece| whole(&mut there, f.up(piece, true)));
    down.chunks(cut).for_each(|piece| whole(&mut here, f.down(piece)));
    (there, here, f.ends())
}

proptest! {
    #[test]
    fn no_bytes_stop_it_and_how_they_are_cut_changes_nothing(
        up in proptest::collection::vec(any_packets(), 0..30),
        down in proptest::collection::vec(any_packets(), 0..30),
        cut in 1_usize..50,
    ) {
        let (up, down) = (up.concat(), down.concat());
        prop_assert_eq!(goes(&up, &down, usize::MAX), goes(&up, &down, cut));
    }

    #[test]
    fn pieces_in_any_order_have_the_digest_of_the_whole(
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..60), 1..20),
        seed in any::<u64>(),
    ) {
        let mut f = opened(OUT, 1);
        let mut at = 0;
        let mut answers = Vec::new();
        for (piece, id) in pieces.iter().zip(10_u32..) {
            prop_assert!(f.up(&read(id, "h", at), true).back.is_empty());
            at += piece.len() as u64;
            answers.push(data(id, piece));
        }
        answers.sort_by_key(|a| Sha256::digest([a.as_slice(), &seed.to_be_bytes()].concat()).to_vec());
        f.down(&answers.concat());
        f.up(&read(98, "h", at), true);
        f.down(&status(98, code::EOF, ""));
        prop_assert_eq!(&closed(&mut f)["sha256"], &json!(sha(&pieces.concat())));
    }
}

#[test]
fn what_nobody_waited_for_stands_in_the_log_all_the_same() {
    // given a client that empties a file and goes at once
    let mut f = greeted(INTO);
    assert!(f.up(&open(1, "/a", 2 | 8 | 16), true).back.is_empty());
    assert!(!f.settled());
    let lines = f.ends();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["did"], &lines[0]["path"]), (&json!("open-to-write"), &json!("/a")));
    assert_eq!(lines[0]["status"], Value::Null);
    // and one that writes and goes
    let mut f = opened(INTO, 2 | 8 | 16);
    f.up(&write(2, "h", 0, b"hello"), true);
    let lines = f.ends();
    let line = &lines[0];
    assert_eq!((&line["in"], &line["sent"], &line["why"]), (&json!(0), &json!(5), &json!("cut")), "{lines:?}");
}

#[test]
fn a_digest_is_said_of_what_lies_there_and_of_nothing_else() {
    let write_all = |flags, pieces: &[(u64, &[u8])]| {
        let mut f = opened(INTO, flags);
        for (id, (offset, data)) in (2..).zip(pieces) {
            f.up(&write(id, "h", *offset, data), true);
            f.down(&status(id, code::OK, ""));
        }
        closed(&mut f)
    };
    // pieces that are appended lie in the order in which they came
    let line = write_all(2 | 4 | 8 | 16, &[(5, b"world"), (0, b"hello")]);
    assert_eq!((&line["sha256"], &line["why"]), (&Value::Null, &json!("appended-out-of-order")), "{line}");
    let line = write_all(2 | 4 | 8 | 16, &[(0, b"hello"), (5, b"world")]);
    assert_eq!(line["sha256"], sha(b"helloworld"), "{line}");
    // a flag that asks for a new file counts only where one is made
    assert_eq!(write_all(2 | 32, &[(0, b"ten bytes!")])["why"], "written-over");
    assert_eq!(write_all(2 | 8 | 32, &[(0, b"ten bytes!")])["sha256"], sha(b"ten bytes!"));
    // a part of a file is not the file
    let mut f = opened(OUT, 1);
    f.up(&read(2, "h", 0), true);
    f.down(&data(2, b"some of it"));
    let line = closed(&mut f);
    assert_eq!((&line["sha256"], &line["why"]), (&Value::Null, &json!("not-all-read")), "{line}");
}

#[test]
fn who_sends_many_small_pieces_holds_no_more_than_who_sends_few() {
    let mut f = opened(INTO, 2 | 8 | 16);
    for n in 1..2_000_u32 {
        f.up(&write(n + 1, "h", u64::from(n), b"x"), true);
        f.down(&status(n + 1, code::OK, ""));
        assert!(f.bounds.room <= BOUNDS.room);
    }
    // then there is no digest, and all of the room is back
    assert_eq!(closed(&mut f)["why"], "out-of-order");
    assert_eq!(f.bounds.room, BOUNDS.room);
}

#[test]
fn more_requests_than_may_be_on_their_way_wait_and_none_is_refused() {
    let mut f = opened(OUT, 1);
    let one = read(10, "h", 0).len();
    let all: Vec<u8> = (0..100).flat_map(|n| read(10 + n, "h", 0)).collect();
    let first = f.up(&all, true);
    assert_eq!((first.on.len() / one, first.back.len(), f.full()), (BOUNDS.flight, 0, true));
    // when the target answers some, then as many go on
    for n in 0..40 {
        f.down(&status(10 + n, code::EOF, ""));
    }
    let more = f.up(&[], true);
    assert_eq!((more.on.len() / one, more.back.len(), f.full()), (36, 0, false));
}

#[test]
fn refusals_without_end_leave_room_in_the_log() {
    let mut f = greeted(OUT);
    let mut said = 0;
    for id in 1..1_500 {
        said += f.up(&open(id, "/a", 2), true).log.len();
    }
    assert_eq!(said, 1_000);
    let rest = f.ends();
    assert_eq!(rest.last().unwrap()["count"], 499, "{rest:?}");
}

#[test]
fn what_was_only_read_gets_no_other_rights_when_nothing_new_may_begin() {
    let set = |f: &mut Filter| {
        let attrs = [4_u32.to_be_bytes(), 0o777_u32.to_be_bytes()].concat();
        f.up(&packet(kind::FSETSTAT, 7, &[&text(b"h"), &attrs]), false)
    };
    assert!(!set(&mut opened(BOTH, 1)).back.is_empty());
    assert!(set(&mut opened(BOTH, 2 | 8 | 16)).back.is_empty());
}
