//! Answers others published, so that our tree, notes and bytes are the ones every other tool means. Sources are
//! named at each case; nothing here was computed by this crate.

use plantgate_ledger::{
    Checkpoint, Edge, Hash, Note, SecretKey, Tree, VerifierKey, canon,
    tree::{leaf_hash, verify_consistency, verify_inclusion},
};

/// The eight leaves and the root after each, from the test data of Certificate Transparency (RFC 6962 code base).
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_empty_tree_has_the_root_of_rfc_6962() {
    let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Tree::new().root().to_string(), expected);
    assert_eq!(Edge::new().root().to_string(), expected);
    assert_eq!(Hash::of_content(b"").to_string(), expected);
}

#[test]
fn the_eight_classic_leaves_give_the_eight_classic_roots() {
    let (mut edge, mut tree) = (Edge::new(), Tree::new());
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        edge.push(leaf_hash(leaf));
        tree.push(leaf_hash(leaf));
        assert_eq!(edge.root().to_string(), root);
        assert_eq!(tree.root().to_string(), root);
    }
}

/// From the same test data: audit paths and consistency proofs, written out.
#[test]
fn the_classic_proofs_are_the_published_ones() {
    let tree: Tree = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    let root: Hash = ROOTS[7].parse().unwrap();
    let h = |text: &str| text.parse::<Hash>().unwrap();

    let path = tree.inclusion(5, 8).unwrap();
    assert_eq!(
        path,
        [
            h("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
            h("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
            h("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ]
    );
    verify_inclusion(&leaf_hash(LEAVES[5]), 5, 8, &path, &root).unwrap();

    let path = tree.consistency(6, 8).unwrap();
    assert_eq!(
        path,
        [
            h("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
            h("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
            h("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ]
    );
    verify_consistency((6, &h(ROOTS[5])), (8, &root), &path).unwrap();
}

/// The key pair, vkey and signed text from the documentation of Go's sumdb/note, where the format comes from.
#[test]
fn the_note_of_the_go_documentation_verifies() {
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUg\
                YN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key: VerifierKey = vkey.parse().unwrap();
    assert_eq!(key.to_string(), vkey);
    let read = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(read.verify(std::slice::from_ref(&key)).unwrap(), [&key]);
    assert_eq!(read.to_string(), note);
}

/// RFC 8032 7.1, test 1: seed and public key.
#[test]
fn a_seed_gives_the_public_key_of_rfc_8032() {
    let seed: Hash = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60".parse().unwrap();
    let key = SecretKey::from_seed("example.com/log", seed.as_bytes()).unwrap();
    let public = Hash(*key.verifier().public()).to_string();
    assert_eq!(public, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

/// The example of C2SP tlog-checkpoint.
#[test]
fn the_checkpoint_of_the_specification_reads_and_writes() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let read = Checkpoint::parse(text).unwrap();
    assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(read.text(), text);
}

/// RFC 8785 3.2.2 and 3.2.3, the parts within our rules: literals, escapes, order of keys.
#[test]
fn canonical_bytes_follow_the_examples_of_rfc_8785() {
    let given: serde_json::Value = serde_json::from_str(
        r#"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false],"1":1,"":"","a":-0}"#,
    )
    .unwrap_or_default();
    // The last key holds a float (minus zero) and is refused; without it the bytes are these.
    assert_eq!(canon::to_bytes(&given), Err(canon::NotCanonical::Float));
    let mut given = given;
    given.as_object_mut().unwrap().remove("a");
    let expected = r#"{"":"","1":1,"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(String::from_utf8(canon::to_bytes(&given).unwrap()).unwrap(), expected);
}
