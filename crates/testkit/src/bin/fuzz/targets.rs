//! The parsers, each with inputs to begin from. What a target answers is its kind: a new kind is a new way through.

use std::{collections::BTreeMap, sync::LazyLock};

use plantgate_domain::{
    base::{Day, Instant, Invalid, ZoneName},
    rules::{BUILTIN, BadRules, Rules},
};
use plantgate_interchange::{
    Bounds, accounts, cast,
    csv::{self, Column},
    inventory, netbox,
};
use plantgate_ledger::{
    Checkpoint, Edge, Envelope, Hash, Note, SecretKey, Tree, VerifierKey, canon,
    pack::{self, Draft, Manifest, Proof, Stretch, container, names},
    rotation::Rotation,
    tile::Tile,
    tree::leaf_hash,
    witness::Request,
};

use plantgate_store::keyring::Keyring;

use crate::{doors, files, saved, sheets, tapes};

/// A parser under test.
pub struct Target {
    pub name: &'static str,
    pub seeds: Vec<Vec<u8>>,
    /// Reads an input and says in short what came of it.
    pub reads: fn(&[u8]) -> String,
}

/// Every parser of what a stranger sent.
pub fn targets() -> Vec<Target> {
    let (pack, entry, note) = (sealed(), body(3), head().sign(&[&key()]).unwrap().to_string().into_bytes());
    let files: Vec<Vec<u8>> = container::read(&pack).unwrap().values().map(|b| b.to_vec()).collect();
    let table = include_bytes!("../../../../../demo/systems.csv").to_vec();
    let rules: Vec<Vec<u8>> = BUILTIN.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    let inventory = br#"[{"model":"dcim.site","pk":1,"fields":{"name":"A","slug":"a","status":"active","time_zone":
        "Europe/Berlin"}},{"model":"dcim.device","pk":2,"fields":{"name":null,"site":1,"device_type":3,
        "status":"active"}}]"#;
    let times = ["2026-11-16T07:30:00.000000Z", "2026-11-16", "Europe/Berlin", "2026-10-25 02:30"];
    let ssh =
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa somebody@laptop".to_vec();
    let site_form = b"request_id=6f1f0d2e&reference=NEU&name=Neu%C3%A9&zone=Europe%2FBerlin&country=DE".to_vec();
    let modes_form = b"request_id=6f1f0d2e&site=BRU&checks=window-agreed&checks=reference&mode=warn".to_vec();
    let site_json = br#"{"reference":"NEU","name":"Neuwerk","zone":"Europe/Berlin","country":"DE"}"#.to_vec();
    let wish_json = br#"{"engagement":"E-025","person":"P09-02","target":{"is":"instance","instance":"BMS-B61"},
        "environment":"prod","roles":["configure"],"purpose":"maintain","pattern":"gateway-unattended","window":
        {"is":"fixed","window":{"from":"2026-11-16T13:00:00.000000Z","until":"2026-11-16T15:00:00.000000Z"}}}"#;
    let (wish_json, cookies) = (wish_json.to_vec(), b"plantgate=00; lang=de; theme=dark; site=7; keys=off".to_vec());
    vec![
        Target { name: "csv", seeds: vec![table, b"site;reference\r\n\"A\";\"B\"\r\n".to_vec()], reads: table_of },
        Target { name: "sheet", seeds: vec![sheets::text()], reads: sheets::text_of },
        Target { name: "workbook", seeds: vec![sheets::workbook()], reads: sheets::workbook_of },
        Target { name: "worksheet", seeds: sheets::insides(), reads: sheets::inside_of },
        Target { name: "netbox", seeds: vec![inventory.to_vec()], reads: inventory_of },
        Target { name: "accounts", seeds: ACCOUNTS.iter().map(|s| s.to_vec()).collect(), reads: accounts_of },
        Target { name: "cast", seeds: CASTS.iter().map(|s| s.to_vec()).collect(), reads: cast_of },
        Target { name: "nmap", seeds: vec![SCAN.to_vec()], reads: scan_of },
        Target { name: "zeek", seeds: vec![CONN.to_vec(), BACNET.to_vec()], reads: log_of },
        Target { name: "roles", seeds: vec![ROLES.to_vec()], reads: roles_of },
        Target { name: "bill-json", seeds: vec![BILL_JSON.to_vec()], reads: bill_json_of },
        Target { name: "bill-xml", seeds: vec![BILL_XML.to_vec(), ENTITY.to_vec()], reads: bill_xml_of },
        Target { name: "rules", seeds: rules, reads: rules_of },
        Target { name: "times", seeds: times.map(|t| t.as_bytes().to_vec()).to_vec(), reads: times_of },
        Target { name: "ssh-key", seeds: vec![ssh], reads: ssh_of },
        Target { name: "sftp", seeds: files::transfers(), reads: files::sftp_of },
        Target { name: "recording", seeds: tapes::recordings(), reads: tapes::recording_of },
        Target { name: "entry", seeds: vec![entry.clone()], reads: entry_of },
        Target { name: "canon", seeds: vec![entry, b"{\"a\":[1,\"x\",null,true]}".to_vec()], reads: canon_of },
        Target { name: "note", seeds: vec![note, key().verifier().to_string().into_bytes()], reads: note_of },
        Target { name: "witness", seeds: vec![asked()], reads: witness_of },
        Target { name: "handover", seeds: vec![handover()], reads: handover_of },
        Target { name: "backup", seeds: saved::parts(), reads: saved::saved_of },
        Target { name: "tree", seeds: vec![tree().edge().to_bytes(), vec![7; 64], vec![7; 8192]], reads: tree_of },
        Target { name: "event", seeds: doors::entries(), reads: event_of },
        Target { name: "sealed", seeds: vec![sealed_text(), b"00".to_vec()], reads: sealed_of },
        Target { name: "multipart", seeds: doors::parts(), reads: doors::multipart_of },
        Target { name: "form", seeds: vec![site_form, modes_form], reads: doors::form_of },
        Target { name: "json", seeds: vec![site_json, wish_json], reads: doors::json_of },
        Target { name: "query", seeds: vec![b"sort=name&after=%7B%7D&site=BRU&q=a".to_vec()], reads: doors::query_of },
        Target { name: "cookies", seeds: vec![cookies], reads: doors::cookies_of },
        Target { name: "pack", seeds: vec![pack], reads: pack_of },
        Target { name: "pack-files", seeds: files, reads: files_of },
    ]
}

fn key() -> SecretKey {
    SecretKey::from_seed("fuzz.example/log", &[9; 32]).unwrap()
}
fn body(n: u64) -> Vec<u8> {
    let text = format!(
        "{{\"at\":\"2026-01-31T12:00:0{n}.000000Z\",\"by\":{{\"roles\":[],\"system\":\"test\"}},\"data\":{{\"n\":{n}}},\
         \"on\":{{\"id\":\"i-{n}\",\"kind\":\"item\"}},\
         \"request\":\"6f1f0d2e-7a52-4c3b-9d8e-112233445566\",\"rules\":1,\
         \"sw\":\"0.1.0\",\"type\":\"qualify.item.delivered@1\",\"v\":1,\"ver\":1}}"
    );
    Envelope::from_leaf_bytes(text.as_bytes()).unwrap().to_leaf_bytes().unwrap()
}
fn tree() -> Tree {
    (0..9).map(|n| leaf_hash(&body(n))).collect()
}
fn head() -> Checkpoint {
    Checkpoint { origin: "fuzz.example/log".to_owned(), size: 9, root: tree().root() }
}
fn sealed() -> Vec<u8> {
    let draft = Draft {
        entries: BTreeMap::from([(2, body(2)), (5, body(5))]),
        views: [(names::README, b"What.\n".to_vec()), (names::VERIFIER, b"#\n".to_vec())].into(),
        rules: 1,
        checkpoint: head().sign(&[&key()]).unwrap().to_string(),
        at: "2026-01-31T12:00:05.000000Z".to_owned(),
        ..Draft::default()
    };
    pack::seal(draft, &tree(), &key()).unwrap()
}

/// What a complaint comes to: ids, not what was quoted.
pub fn ids(all: &[Invalid]) -> String {
    let mut ids: Vec<&str> = all.iter().map(|i| i.why.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join(" ")
}
/// The beginning of an error, up to what was quoted in it.
fn short(error: impl std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(|c| !c.is_ascii_digit() && *c != '"').collect()
}

fn table_of(input: &[u8]) -> String {
    const COLUMNS: &[Column] = &[Column::must("site"), Column::must("reference"), Column::may("name")];
    match csv::read("fuzz.csv", input, COLUMNS, &Bounds::SMALL) {
        Ok(t) => format!("{:?} {} {}", t.encoding, t.delimiter, t.columns.len()),
        Err(all) => ids(&all),
    }
}
fn inventory_of(input: &[u8]) -> String {
    match netbox::read("fuzz.json", input, &Bounds::SMALL) {
        Ok(found) => format!("{} {}", found.sites.len(), found.devices.len()),
        Err(all) => ids(&all),
    }
}
const ACCOUNTS: &[&[u8]] = &[
    b"sAMAccountName;displayName;lastLogon;enabled;type\nm.m;\"M, M\";134076384000000000;ja;shared\n\
    b;;03.11.2026 08:15;0;\nc;;never;;\n",
    b"#TYPE Selected.ADUser\r\n\"UserPrincipalName\",\"userAccountControl\"\r\n\"a@b.example\",\"514\"\r\n",
    b"Benutzer\tAnzeigename\tZuletzt benutzt\nm\xfcller\tM\xfcller\t1793700000\n",
];
fn accounts_of(input: &[u8]) -> String {
    match accounts::read("fuzz.csv", input, &Bounds::SMALL) {
        Ok(list) => format!("{:?} {} {}", list.encoding, list.delimiter, list.accounts.len().min(4)),
        Err(all) => ids(&all),
    }
}
const CASTS: &[&[u8]] = &[
    br#"{"version":1,"width":80,"height":24,"stdout":[[1.5,"a\u001b[31mb"],[0.5,"\u001b[2J"]]}"#,
    b"{\"version\":2,\"width\":20,\"height\":4,\"timestamp\":1}\n[1.5, \"o\", \"one\\r\\n\"]\n[2, \"r\", \"9x3\"]\n\
    [3, \"m\", \"over\"]\n",
    b"{\"version\":3,\"term\":{\"cols\":20,\"rows\":4}}\n# said\n\
    [0.5, \"o\", \"\\u001b]0;t\\u0007\\u001b[7mx\"]\n[1, \"x\", \"0\"]\n",
];
/// Read, played to its end, searched and written out; whatever it is, nothing of it steers a page.
fn cast_of(input: &[u8]) -> String {
    let most = cast::Most { events: 2_000, wrong: 10, keep: true };
    let read = match cast::read(input, &most) {
        Ok(read) => read,
        Err(no) => return short(no),
    };
    // An input is small, and a hundred pieces of the dearest kind are seconds all the same.
    let left = std::cell::Cell::new(100_u32);
    let may = || left.replace(left.get().saturating_sub(1)) > 0;
    let text = cast::play::at(&read, u64::MAX, &may).screen.text();
    let lines = cast::find::transcript(&read, 1_000, &may);
    let found = cast::find::search(&read, "a", 10, &may);
    let shown = lines.hits.iter().chain(&found.hits).flat_map(|h| h.line.chars()).chain(text.chars());
    assert!(shown.filter(|c| *c != '\n').all(|c| cast::screen::plain(c) == c), "text and nothing else");
    format!("{} {} {}", read.version, read.events.len().min(4), cast::play::moments(&read).len().min(4))
}
const SCAN: &[u8] = b"<?xml version=\"1.0\"?><!DOCTYPE nmaprun><nmaprun>\
    <host endtime=\"1362459046\"><status state=\"up\"/>\
    <address addr=\"10.0.0.1\" addrtype=\"ipv4\"/>\
    <address addr=\"00:1a:2b:3c:4d:5e\" addrtype=\"mac\" vendor=\"A &amp; B\"/>\
    <hostnames><hostname name=\"plc\"/></hostnames><ports><port protocol=\"tcp\" portid=\"102\"><state state=\"open\"/>\
    <service name=\"s7\"/><script/></port></ports><os><osmatch name=\"x\"/></os></host></nmaprun>";
const CONN: &[u8] =
    b"#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tresp_l2_addr\n\
    1362459045.5\t10.0.0.1\t10.0.0.2\t502\ttcp\t00:1a:2b:00:00:02\n";
const BACNET: &[u8] =
    b"#path\tbacnet_discovery\n#fields\tts\tsource_h\tpdu_service\tobject_type\tinstance_number\tvendor\n\
    -\t10.0.0.8\ti-am\tdevice\t721\tScada Engine\n";
const ROLES: &[u8] = b"- name: PLC\n  slug: plc\n  description: Controls\n- &a\n  name: 'x'\n  slug: !t y\n- *a\n";
const BILL_JSON: &[u8] =
    br#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"component":{"type":"application",
    "name":"H"}},"components":[{"type":"library","name":"z","bom-ref":"z","components":[{"type":"file","name":"i"}]}],
    "dependencies":[{"ref":"h"}]}"#;
const BILL_XML: &[u8] = br#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"
    bom-ref="z"><name>z</name><version><![CDATA[1]]></version></component></components></bom>"#;
const ENTITY: &[u8] = b"<!DOCTYPE bom [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><bom>&e;</bom>";

/// Reads as a file of that name; what a name says of a format must not be what keeps a reader safe.
fn foreign(file: &str, input: &[u8]) -> String {
    match inventory::read(file, input, &Bounds::SMALL) {
        Ok((format, inventory::Found::Devices(d))) => format!("{} {} devices", format.as_str(), d.devices.len().min(4)),
        Ok((format, inventory::Found::Roles(r))) => format!("{} {} roles", format.as_str(), r.len().min(4)),
        Ok((format, inventory::Found::Bill(b))) => format!("{} {} parts", format.as_str(), b.components.len().min(4)),
        Ok((format, inventory::Found::Netbox)) => format.as_str().to_owned(),
        Err(all) => ids(&all),
    }
}
fn scan_of(input: &[u8]) -> String {
    foreign("fuzz.xml", input)
}
fn log_of(input: &[u8]) -> String {
    foreign("fuzz_cip_identity.log", input)
}
fn roles_of(input: &[u8]) -> String {
    foreign("fuzz.yml", input)
}
fn bill_json_of(input: &[u8]) -> String {
    foreign("bom.json", input)
}
fn bill_xml_of(input: &[u8]) -> String {
    foreign("bom.xml", input)
}
fn rules_of(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    // Each file in turn is the spoilt one; the others stand.
    let said: Vec<String> = BUILTIN
        .iter()
        .map(|(spoilt, _)| {
            let files = BUILTIN.map(|(name, whole)| (name, if name == *spoilt { text.as_ref() } else { whole }));
            said(Rules::parse(&files))
        })
        .collect();
    said.join(" ")
}
fn times_of(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let zone = text.parse::<ZoneName>().map_err(|why| why.id);
    let local = ZoneName::utc().parse_local(&text).map_err(|why| why.id);
    let (instant, day) = (text.parse::<Instant>().map_err(|why| why.id), text.parse::<Day>().map_err(|why| why.id));
    format!("{:?} {:?} {:?} {:?}", instant.err(), day.err(), zone.err(), local.err())
}
fn said(read: Result<Rules, BadRules>) -> String {
    read.map_or_else(|bad| bad.why.id.to_owned(), |_| "rules".to_owned())
}
fn ssh_of(input: &[u8]) -> String {
    plantgate_app::qualify::ssh::read(&String::from_utf8_lossy(input)).map_or_else(short, |_| "key".to_owned())
}
fn entry_of(input: &[u8]) -> String {
    match Envelope::from_leaf_bytes(input) {
        Ok(entry) => {
            assert_eq!(entry.to_leaf_bytes().as_deref(), Ok(input), "one spelling");
            "entry".to_owned()
        }
        Err(e) => short(e),
    }
}
/// An entry as a release reads what an older one wrote, or somebody who can write to the database.
fn event_of(input: &[u8]) -> String {
    match plantgate_store::book::read(0, input) {
        Ok(read) => read.event.to_wire().map_or_else(short, |(name, _)| name.to_owned()),
        Err(_) => "no event".to_owned(),
    }
}
/// What a browser keeps for us and brings back.
static RING: LazyLock<Keyring> = LazyLock::new(|| Keyring::new("fuzz.example/log").unwrap());
fn sealed_text() -> Vec<u8> {
    RING.seal(b"a small secret").unwrap().into_bytes()
}
fn sealed_of(input: &[u8]) -> String {
    match RING.unseal(&String::from_utf8_lossy(input)) {
        Ok(plain) => {
            assert_eq!(*plain, b"a small secret", "nothing else was sealed");
            "opened".to_owned()
        }
        Err(_) => "closed".to_owned(),
    }
}
fn canon_of(input: &[u8]) -> String {
    match canon::parse_strict(input) {
        Ok(value) => {
            assert_eq!(canon::to_bytes(&value).as_deref(), Ok(input), "one spelling");
            "canonical".to_owned()
        }
        Err(e) => short(e),
    }
}
fn note_of(input: &[u8]) -> String {
    let vkey = String::from_utf8_lossy(input).parse::<VerifierKey>().map(|_| ());
    let opened = Checkpoint::open(input, key().verifier(), &[]).map(|_| ());
    if opened.is_ok() {
        let note = Note::parse(input).unwrap();
        assert_eq!(Checkpoint::parse(note.text()).unwrap(), head(), "signed is what was signed");
    }
    format!("{} {}", short(opened), short(vkey))
}
/// What a log asks a cosigner: that nine entries continue four.
fn asked() -> Vec<u8> {
    let checkpoint = head().sign(&[&key()]).unwrap().to_string();
    Request { old: 4, proof: tree().consistency(4, 9).unwrap(), checkpoint }.text().into_bytes()
}
fn witness_of(input: &[u8]) -> String {
    let request = match Request::parse(input) {
        Ok(request) => request,
        Err(no) => return short(no),
    };
    let four: Tree = (0..4).map(|n| leaf_hash(&body(n))).collect();
    match request.head(&[key().verifier().clone()]) {
        Ok((_, found)) => {
            assert_eq!(found, head(), "one head was signed, and no other is taken for one");
            let continues = request.continues(&found, Some((4, four.root())));
            format!("head, {}", short(continues))
        }
        Err(no) => short(no),
    }
}
/// The statement by which one key of a log hands over to the next.
fn handover() -> Vec<u8> {
    let next = SecretKey::from_seed("fuzz.example/log", &[10; 32]).unwrap();
    Rotation::sign(&key(), &next, &head()).unwrap().to_string().into_bytes()
}
fn handover_of(input: &[u8]) -> String {
    match Rotation::open(input) {
        Ok(found) => {
            assert_eq!(found.size, 9, "signed is what was signed");
            "handover".to_owned()
        }
        Err(bad) => short(bad),
    }
}
fn tree_of(input: &[u8]) -> String {
    let hash = Hash::from_slice(input).map(|_| ());
    format!(
        "{} {} {}",
        short(Edge::from_bytes(input).map(|_| ())),
        short(Tile::from_bytes(input).map(|_| ())),
        short(hash)
    )
}
fn pack_of(input: &[u8]) -> String {
    match pack::check(input, &[key().verifier().clone()], &[]) {
        Ok(found) => {
            assert_eq!(input, sealed(), "one pack was sealed, and no other proves itself");
            format!("{} entries", found.entries.len())
        }
        Err(e) => short(e),
    }
}
fn files_of(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (manifest, proof, stretch) = (Manifest::from_bytes(input), Proof::parse(&text), Stretch::parse(&text));
    let (manifest, proof, stretch) = (manifest.map(|_| ()), proof.map(|_| ()), stretch.map(|_| ()));
    format!("{} {} {}", short(manifest), short(proof), short(stretch))
}
