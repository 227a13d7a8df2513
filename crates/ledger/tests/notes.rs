//! Notes and checkpoints: strangers' lines are ignored, a known key's bad line spoils all, one changed byte is caught.

use plantgate_ledger::{
    Checkpoint, CosignerKey, Note, SecretKey, VerifierKey, checkpoint::CheckpointError, key::BadKey, note::NoteError,
    tree::leaf_hash,
};
use proptest::prelude::*;

#[cfg(test)]
mod given {
    use super::*;

    pub fn key(name: &str, seed: u8) -> SecretKey {
        SecretKey::from_seed(name, &[seed; 32]).unwrap()
    }

    pub fn cosigner(name: &str, seed: u8) -> CosignerKey {
        CosignerKey::from_seed(name, &[seed; 32]).unwrap()
    }

    pub fn head() -> Checkpoint {
        Checkpoint { origin: "plant.example/log".to_owned(), size: 4711, root: leaf_hash(b"root") }
    }
}

#[test]
fn strangers_lines_are_ignored() {
    let (log, stranger) = (given::key("plant.example/log", 1), given::key("elsewhere.example", 2));
    let note = Note::sign("text\n\nmore\n", &[&stranger, &log]).unwrap();
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read, note);
    assert_eq!(read.verify(std::slice::from_ref(log.verifier())).unwrap(), [log.verifier()]);
    let nobody = given::key("nobody.example", 3);
    assert_eq!(read.verify(std::slice::from_ref(nobody.verifier())), Err(NoteError::Unsigned));
    // The same name with another key has another id, and is a stranger too.
    let namesake = given::key("plant.example/log", 4);
    assert_eq!(read.verify(std::slice::from_ref(namesake.verifier())), Err(NoteError::Unsigned));
}

#[test]
fn a_known_key_with_a_bad_line_spoils_the_note() {
    let (log, cosigner) = (given::key("log.example", 1), given::key("cosigner.example", 2));
    let mut note = Note::sign("text\n", &[&log, &cosigner]).unwrap();
    let mut forged = note.signatures()[1].clone();
    forged.signature[5] ^= 1;
    note.add_line(forged);
    let trusted = [log.verifier().clone(), cosigner.verifier().clone()];
    assert_eq!(note.verify(&trusted), Err(NoteError::BadSignature("cosigner.example".to_owned())));
    assert_eq!(note.verify(&trusted[..1]).unwrap(), [log.verifier()]);
}

#[test]
fn two_trusted_keys_that_cannot_be_told_apart_are_refused() {
    // Given two keys found by search whose 4-byte ids under this name are the same.
    let twin = |seed: u32| {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&seed.to_be_bytes());
        SecretKey::from_seed("twin.example", &bytes).unwrap()
    };
    let (one, other) = (twin(147_353), twin(68_723));
    assert_eq!(one.verifier().id(), other.verifier().id());
    let note = Note::sign("text\n", &[&one]).unwrap();
    let both = [one.verifier().clone(), other.verifier().clone()];
    assert_eq!(note.verify(&both), Err(NoteError::AmbiguousKey("twin.example".to_owned())));
    // The same key given twice is no ambiguity.
    assert_eq!(note.verify(&[both[0].clone(), both[0].clone()]).unwrap(), [&both[0]]);
}

#[test]
fn what_is_no_note_is_not_read() {
    let line = "\u{2014} a.example AAAAAAA=\n";
    let good = format!("text\n\n{line}");
    Note::parse(good.as_bytes()).unwrap();
    for bad in [
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        line.to_owned(),
        format!("text\n{line}"),
        format!("te\txt\n\n{line}"),
        format!("text\r\n\n{line}"),
        good.trim_end().to_owned(),
        format!("text\n\n{line}\n"),
        "text\n\n- a.example AAAAAAA=\n".to_owned(),
        "text\n\n\u{2014} a+b AAAAAAA=\n".to_owned(),
        "text\n\n\u{2014} a.example AAAA\n".to_owned(),
        "text\n\n\u{2014} a.example AAAAAAA\n".to_owned(),
        "text\n\n\u{2014}  AAAAAAA=\n".to_owned(),
        format!("text\n\n{}", line.repeat(65)),
    ] {
        assert!(Note::parse(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert_eq!(Note::sign("no newline", &[]), Err(NoteError::Form));
}

#[test]
fn a_vkey_is_read_only_if_all_its_parts_belong_together() {
    let vkey = given::key("log.example", 1).verifier().to_string();
    assert_eq!(vkey.parse::<VerifierKey>().unwrap().to_string(), vkey);
    assert_eq!(vkey.replace("log.", "lag.").parse::<VerifierKey>(), Err(BadKey::Id));
    assert_eq!(vkey.replace('+', "-").parse::<VerifierKey>(), Err(BadKey::Form));
    assert_eq!(VerifierKey::new("log.example", &[0; 32]), Err(BadKey::Point));
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb"] {
        assert_eq!(SecretKey::from_seed(name, &[1; 32]).unwrap_err(), BadKey::Name, "{name:?}");
    }
}

#[test]
fn a_secret_key_does_not_print_its_secret() {
    let shown = format!("{:?}", given::key("log.example", 0xab));
    assert!(!shown.to_lowercase().contains("abab") && !shown.contains("171, 171"), "{shown}");
}

#[test]
fn a_checkpoint_opens_for_its_log_and_names_its_cosigners() {
    let (log, cosigner) = (given::key("plant.example/log", 1), given::cosigner("cosigner.example", 2));
    let mut note = given::head().sign(&[&log]).unwrap();
    let line = note.cosigned(&cosigner, 1_769_860_800);
    note.add_line(line.clone());
    let bytes = note.to_string();
    let known = [given::cosigner("absent.example", 3).verifier().clone(), cosigner.verifier().clone()];
    let (head, signers) = Checkpoint::open(bytes.as_bytes(), log.verifier(), &known).unwrap();
    assert_eq!(head, given::head());
    assert_eq!(signers, [cosigner.verifier()]);

    // A cosigner alone makes no head, and a log cannot sign for another one.
    let mut alone =
        Note::parse(given::head().sign(&[&given::key("x.example", 7)]).unwrap().to_string().as_bytes()).unwrap();
    alone.add_line(line);
    let alone = alone.to_string();
    assert_eq!(Checkpoint::open(alone.as_bytes(), log.verifier(), &known), Err(CheckpointError::NotByLog));
    let other = given::key("other.example/log", 1);
    let theirs = given::head().sign(&[&other]).unwrap().to_string();
    let refused = Checkpoint::open(theirs.as_bytes(), other.verifier(), &[]);
    assert_eq!(refused, Err(CheckpointError::Origin("plant.example/log".to_owned())));
}

#[test]
fn a_cosignature_vouches_for_its_time_and_its_head_and_nothing_else() {
    // given a cosignature over a head at an instant
    let (log, cosigner) = (given::key("plant.example/log", 1), given::cosigner("cosigner.example", 2));
    let note = given::head().sign(&[&log]).unwrap();
    let line = note.cosigned(&cosigner, 1_769_860_800);
    let key = [cosigner.verifier().clone()];
    let with = |line| {
        let mut note = note.clone();
        note.add_line(line);
        note.verify(&key).map(|found| found.len())
    };
    assert_eq!(with(line.clone()), Ok(1));
    // then it verifies only with that time, whole, and over that head
    let bad = Err(NoteError::BadSignature("cosigner.example".to_owned()));
    for at in 0..line.signature.len() {
        let mut other = line.clone();
        other.signature[at] ^= 1;
        assert_eq!(with(other), bad, "byte {at}");
    }
    for cut in [0, 8, 64, 71] {
        let mut short = line.clone();
        short.signature.truncate(cut);
        assert_eq!(with(short), bad, "cut to {cut}");
    }
    let other = Checkpoint { size: 4712, ..given::head() }.sign(&[&log]).unwrap();
    assert_eq!(with(other.cosigned(&cosigner, 1_769_860_800)), bad);
    assert_eq!(with(note.cosigned(&cosigner, u64::MAX)), bad, "a time no clock shows");
    // and neither kind of key stands where the other belongs, though the seed were the same
    let same = given::key("cosigner.example", 2);
    assert_ne!(same.verifier().id(), cosigner.verifier().id());
    let bytes = note.to_string();
    for (log, cosigners) in [(cosigner.verifier(), vec![]), (log.verifier(), vec![same.verifier().clone()])] {
        assert_eq!(Checkpoint::open(bytes.as_bytes(), log, &cosigners), Err(CheckpointError::Kind));
    }
    // and its text form comes back as it went
    let text = cosigner.verifier().to_string();
    assert_eq!(text.parse::<VerifierKey>().as_ref(), Ok(cosigner.verifier()));
}

#[test]
fn the_example_of_the_specification_is_read_as_it_says() {
    // given the example of C2SP tlog-cosignature, whose key is not printed there: its time is what the text says
    let line =
        "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
    let head = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let note = Note::parse(format!("{head}\n\u{2014} witness.example.com/w1 {line}\n").as_bytes()).unwrap();
    let [read] = note.signatures() else { panic!("{note}") };
    assert_eq!((read.signature.len(), &read.signature[..8]), (72, &1_679_315_147_u64.to_be_bytes()[..]));
    assert_eq!(Checkpoint::parse(note.text()).unwrap().size, 20_852_163);
}

#[test]
fn only_the_three_lines_are_a_checkpoint() {
    let text = given::head().text();
    assert_eq!(Checkpoint::parse(&text), Ok(given::head()));
    for bad in [
        format!("{text}extension\n"),
        text.replace("4711", "04711"),
        text.replace("4711", "+4711"),
        text.replace("4711", ""),
        text.replace("plant.example/log", ""),
        text.trim_end().to_owned(),
        text.replace('=', ""),
    ] {
        assert_eq!(Checkpoint::parse(&bad), Err(CheckpointError::Form), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn one_flipped_bit_of_a_signed_head_is_refused(pick in any::<usize>(), bit in 0..8) {
        let log = given::key("plant.example/log", 1);
        let mut bytes = given::head().sign(&[&log]).unwrap().to_string().into_bytes();
        let at = pick % bytes.len();
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(Checkpoint::open(&bytes, log.verifier(), &[]).is_err());
    }

    #[test]
    fn any_text_survives_signing_and_reading(text in "[^\\x00-\\x09\\x0b-\\x1f]{0,200}") {
        let key = given::key("log.example", 1);
        let note = Note::sign(&format!("{text}\n"), &[&key]).unwrap();
        prop_assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC*") {
        let _ = Note::parse(&bytes);
        let _ = Checkpoint::parse(&text);
        let _ = text.parse::<VerifierKey>();
    }
}
