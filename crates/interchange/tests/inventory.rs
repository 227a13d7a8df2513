//! Inventories that nobody here wrote: what they hold, how devices are told apart, and that hostile files are refused
//! in words, with their line, before anything is fetched. With the public files beside the repository their counts too.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    path::{Path, PathBuf},
};

use plantgate_interchange::{
    Bounds,
    inventory::{Bill, Device, Devices, Format, Found, Role, format, read},
};
use serde_json::Value;

#[cfg(test)]
mod given {
    use super::*;

    pub fn devices(file: &str, text: &str) -> Devices {
        match read(file, text.as_bytes(), &Bounds::SMALL).unwrap_or_else(|w| panic!("{file}: {w:?}")) {
            (_, Found::Devices(found)) => found,
            (_, other) => panic!("{file}: {other:?}"),
        }
    }
    pub fn bill(file: &str, text: &str) -> Bill {
        match read(file, text.as_bytes(), &Bounds::SMALL).unwrap_or_else(|w| panic!("{file}: {w:?}")) {
            (_, Found::Bill(bill)) => bill,
            (_, other) => panic!("{file}: {other:?}"),
        }
    }
    pub fn roles(file: &str, text: &str) -> Vec<Role> {
        match read(file, text.as_bytes(), &Bounds::SMALL).unwrap_or_else(|w| panic!("{file}: {w:?}")) {
            (_, Found::Roles(roles)) => roles,
            (_, other) => panic!("{file}: {other:?}"),
        }
    }
    /// Line, field and reason of the first complaint.
    pub fn why(file: &str, text: &str) -> String {
        why_within(file, text, &Bounds::SMALL)
    }
    pub fn why_within(file: &str, text: &str, bounds: &Bounds) -> String {
        let wrong = read(file, text.as_bytes(), bounds).expect_err("it is refused");
        let place = &wrong[0].place;
        assert_eq!(place.file.as_deref(), Some(file));
        format!("{} {}: {}", place.line.unwrap_or(0), place.field.clone().unwrap_or_default(), wrong[0].why)
    }
    pub fn keys(found: &Devices) -> Vec<&str> {
        found.devices.iter().map(|d| d.key.as_str()).collect()
    }
    pub fn named<'d>(found: &'d Devices, key: &str) -> &'d Device {
        found.devices.iter().find(|d| d.key == key).unwrap_or_else(|| panic!("no {key} in {:?}", keys(found)))
    }

    pub fn sources(dir: PathBuf) -> Vec<PathBuf> {
        let paths = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
        paths.flat_map(|p| if p.is_dir() { sources(p) } else { vec![p] }).collect()
    }

    /// Devices of the real files.
    pub fn told_apart(folder: &Path) {
        let open = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let s7 =
            devices("s7comm_known_devices.log", &open("zeek-ics/s7comm__analyzer.s7ident__s7comm_known_devices.log"));
        let one = named(&s7, "serial S C-C2UR28922012");
        assert_eq!((one.name.as_deref(), one.product.as_deref()), (Some("SNAP7-SERVER"), Some("CPU 315-2 PN/DP")));
        let cip = devices("x__cip_identity.log", &open("zeek-ics/enip__analyzer.basic__cip_identity.log"));
        assert_eq!(cip.devices[0].product.as_deref(), Some("1756-ENBT/A"));
        let bacnet = devices("bacnet_discovery.log", &open("zeek-ics/bacnet__analyzer.basic__bacnet_discovery.log"));
        assert!(bacnet.devices.iter().filter(|d| d.key.starts_with("bacnet ")).count() > 5, "{:?}", keys(&bacnet));
    }
}
use given::{bill, devices, keys, named, roles, sources, told_apart, why, why_within};

const SCAN: &str = r#"<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1362459045">
<host endtime="1362459046"><status state="up"/><address addr="192.168.7.10" addrtype="ipv4"/>
<address addr="00:1a:2b:3c:4d:5e" addrtype="mac" vendor="Siemens &amp; Co"/>
<hostnames><hostname name="plc-1" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="102"><state state="open"/><service name="iso-tsap" product="S7"/></port>
<port protocol="tcp" portid="80"><state state="closed"/><service name="http"/></port></ports>
<os><osmatch name="Siemens S7-300"/><osmatch name="other"/></os></host>
<host><status state="up"/><address addr="192.168.7.11" addrtype="ipv4"/>
<hostnames><hostname name="plc-1"/></hostnames></host>
<host><status state="up"/><address addr="192.168.7.12" addrtype="ipv4"/></host>
<host><status state="down"/><address addr="192.168.7.13" addrtype="ipv4"/></host>
</nmaprun>
"#;

#[test]
fn a_scan_is_devices_told_apart_by_their_strongest_mark() {
    let found = devices("scan.xml", SCAN);
    assert_eq!(format("scan.xml", SCAN.as_bytes(), &Bounds::SMALL), Ok(Format::Nmap));
    // the same name twice and no name at all are still three devices
    assert_eq!(keys(&found), ["mac 00:1A:2B:3C:4D:5E", "address 192.168.7.11", "address 192.168.7.12"]);
    let first = &found.devices[0];
    assert_eq!((first.line, first.name.as_deref(), first.vendor.as_deref()), (4, Some("plc-1"), Some("Siemens & Co")));
    assert_eq!(first.os.as_deref(), Some("Siemens S7-300"));
    assert_eq!(first.services, ["tcp/102 iso-tsap S7"]);
    assert_eq!(first.at.unwrap().to_string(), "2013-03-05T04:50:46.000000Z");
    assert_eq!(["hosts", "up", "open-ports", "with-mac", "os-matches"].map(|n| found.count(n)), [4, 3, 1, 1, 2]);
    assert_eq!(found.left_out, [("left-out-down", 1)]);
}

const HEAD: &str = "#separator \\x09\n#path\tconn\n\
    #fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tservice\torig_l2_addr\tresp_l2_addr\n";

#[test]
fn a_log_tells_two_devices_at_one_address_apart_by_their_hardware() {
    let log = format!(
        "{HEAD}1362459045.5\t10.0.0.1\t10.0.0.2\t502\ttcp\tmodbus\t00:1a:2b:00:00:01\t00:1a:2b:00:00:02\n\
         1362459046.5\t10.0.0.9\t10.0.0.2\t502\ttcp\tmodbus\t-\t00:1a:2b:00:00:03\n\
         -\t10.0.0.9\t8.8.8.8\t53\tudp\tdns\t-\t-\n\
         XXXX.XX\t10.0.0.9\t10.0.0.255\t47808\tudp\t-\t-\tff:ff:ff:ff:ff:ff\n"
    );
    let found = devices("conn.log", &log);
    let wants = ["mac 00:1A:2B:00:00:01", "mac 00:1A:2B:00:00:02", "mac 00:1A:2B:00:00:03", "address 10.0.0.9"];
    assert_eq!(keys(&found), wants);
    let served = named(&found, "mac 00:1A:2B:00:00:02");
    assert_eq!(
        (served.addresses.as_slice(), served.services.as_slice()),
        (&["10.0.0.2".to_owned()][..], &["tcp/502 modbus".to_owned()][..])
    );
    assert_eq!(served.at.unwrap().to_string(), "2013-03-05T04:50:45.500000Z");
    // a time that is none is not known, and neither everybody nor the internet is a device
    assert_eq!((found.count("rows"), found.left_out[0]), (4, ("left-out-outside", 2)));
}

#[test]
fn bacnet_devices_behind_one_router_are_many() {
    let head = "#path\tbacnet_discovery\n\
        #fields\tts\tsource_h\tpdu_service\tobject_type\tinstance_number\tvendor\tobject_name\n";
    let row = |n: u32, name: &str| format!("-\t172.20.1.8\ti-am\tdevice\t{n}\tScada Engine\t{name}\n");
    let found =
        devices("bacnet_discovery.log", &format!("{head}{}{}{}", row(721, "-"), row(722, "AHU"), row(721, "VAV")));
    assert_eq!(keys(&found), ["bacnet 721", "bacnet 722"]);
    assert_eq!(found.devices[0].name.as_deref(), Some("VAV"));
    assert!(found.devices.iter().all(|d| d.addresses == ["172.20.1.8"]));
}

#[test]
fn what_is_wrong_with_a_log_is_told_with_its_line_and_field() {
    assert!(why("a.log", "#path\tconn\n10.0.0.1\t2\n").starts_with("2 #fields: invalid-zeek-fields"));
    assert!(why("a.log", &format!("{HEAD}1\t2\n")).starts_with("4 #fields: invalid-zeek-cells has=2 wants=8"));
    let bad = format!("{HEAD}1\tten\t10.0.0.2\t5\ttcp\t-\t-\t-\n");
    assert!(why("a.log", &bad).starts_with("4 id.orig_h: invalid-inventory-address given=ten"));
    assert!(why("a.log", "#fields\tts\tts\n").starts_with("1 ts: invalid-zeek-field-twice"));
    assert!(why("a.log", "#separator \\x\n").starts_with("1 #separator: invalid-zeek-separator"));
    let few = Bounds { rows: 1, ..Bounds::SMALL };
    let row = "1\t10.0.0.1\t10.0.0.2\t5\ttcp\t-\t-\t-\n";
    assert!(why_within("a.log", &format!("{HEAD}{row}{row}"), &few).contains("invalid-inventory-rows most=1"));
}

#[test]
fn a_bill_reads_the_same_in_both_spellings() {
    let json = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"component":{"type":"application",
        "name":"Historian","version":"7","bom-ref":"h"}},"components":[{"type":"library","name":"zlib","version":"1.2",
        "bom-ref":"z","components":[{"type":"file","name":"inflate.c"}]},{"type":"library","name":"expat"}],
        "dependencies":[{"ref":"h","dependsOn":["z"]}]}"#;
    let xml = r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4"><metadata>
        <component type="application" bom-ref="h"><name>Historian</name><version>7</version></component></metadata>
        <components><component type="library" bom-ref="z"><licenses><license><name>Zlib</name></license></licenses>
        <name>zlib</name><version>1.2</version><components><component type="file"><name><![CDATA[inflate.c]]></name>
        </component></components></component><component type="library"><name>expat</name></component></components>
        <dependencies><dependency ref="h"><dependency ref="z"/></dependency></dependencies></bom>"#;
    let (a, b) = (bill("bom.json", json), bill("bom.xml", xml));
    assert_eq!(a, b);
    assert_eq!((a.top(), a.components.len(), a.marked(), a.dependencies), (2, 3, 2, 1));
    assert_eq!(a.about.unwrap().label(), "Historian 7");
    let nameless = r#"{"bomFormat":"CycloneDX","components":[{"type":"library"}]}"#;
    assert!(why("bom.json", nameless).starts_with("0 components/0, name: invalid-empty"));
    assert!(why("bom.json", "{\"a\":1}").contains("bomFormat: invalid-sbom-not"));
}

#[test]
fn a_list_of_roles_is_flat() {
    let list = roles("roles.yml", "- name: PLC\n  slug: plc\n  description: Controls\n- name: 'No'\n  slug: no-1\n");
    assert_eq!(list.iter().map(|r| (r.line, r.name.as_str())).collect::<Vec<_>>(), [(1, "PLC"), (4, "No")]);
    // anchors, aliases and tags, twice the same, something inside, nothing
    assert!(why("r.yml", "- &a\n  name: x\n  slug: x\n- *a\n").starts_with("1 : invalid-yaml-alias"));
    assert!(why("r.yml", "- name: &n x\n  slug: *n\n").starts_with("1 name: invalid-yaml-alias"));
    assert!(why("r.yml", "- name: !!python/object x\n").contains("invalid-yaml-alias"));
    assert!(why("r.yml", "- name: x\n  slug: x\n- name: y\n  slug: x\n").starts_with("3 slug: invalid-yaml-slug"));
    assert!(why("r.yml", "- name: x\n  name: y\n").starts_with("2 name: invalid-yaml-twice"));
    assert!(why("r.yml", "- name:\n    - x\n").starts_with("2 name: invalid-yaml-list"));
    assert!(why("r.yml", "- slug: x\n").starts_with("1 name: invalid-empty"));
    assert!(why("r.yml", "[]").contains("invalid-yaml-list") && why("r.yml", "{a: [").contains("invalid-yaml"));
}

#[test]
fn no_entity_is_ever_fetched() {
    // given a file that would be read and an address that would be called, if anything here read or called
    let folder = std::env::temp_dir().join(format!("plantgate-entity-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let planted = folder.join("planted.txt");
    std::fs::write(&planted, "THE PLANTED TEXT").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let called = format!("http://{}/x.dtd", listener.local_addr().unwrap());
    let file = format!("file://{}", planted.display());
    let scan = |doctype: &str, inside: &str| {
        format!("<?xml version=\"1.0\"?>\n{doctype}\n<nmaprun><host>{inside}</host></nmaprun>")
    };
    let entity = |of: &str| format!("<!DOCTYPE nmaprun [<!ENTITY e SYSTEM \"{of}\">]>");
    let texts = [
        (scan(&entity(&file), "&e;"), "2 : invalid-xml-doctype"),
        (scan(&entity(&called), "&e;"), "2 : invalid-xml-doctype"),
        (scan(&format!("<!DOCTYPE nmaprun SYSTEM \"{called}\">"), ""), "2 : invalid-xml-doctype"),
        (scan(&format!("<!DOCTYPE nmaprun [<!ENTITY % p SYSTEM \"{called}\"> %p;]>"), ""), "2 : invalid-xml-doctype"),
        // a million laughs begin with a first one
        (scan("<!DOCTYPE nmaprun [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>", "&b;"), "2 : invalid-xml-doctype"),
        (scan("<!DOCTYPE nmaprun>", "&e;"), "3 : invalid-xml-entity name=e"),
        (scan("", "<hostname name=\"&e;\"/>"), "3 hostname, name: invalid-xml-entity-in"),
    ];
    for (text, wanted) in texts {
        let said = why("scan.xml", &text);
        assert!(said.starts_with(wanted), "{said}\n{text}");
        assert!(!said.contains("PLANTED"), "{said}");
    }
    // then nobody called, and no complaint quotes what was planted
    assert!(listener.accept().is_err(), "somebody called");
    // nor is there a way: the crate opens no file and no connection
    for source in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&source).unwrap();
        for way in ["std::fs", "std::net::Tcp", "std::net::Udp", "std::process", "File::open", "reqwest", "tokio"] {
            assert!(!text.contains(way), "{} knows {way}", source.display());
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn hostile_documents_are_refused_in_words() {
    assert!(why("a.xml", "<nmaprun><host>").contains("invalid-xml-short"));
    assert!(why("a.xml", "<nmaprun></host>").contains("invalid-xml-broken"));
    assert!(why("a.xml", "<root/>").starts_with("1 root: invalid-xml-root name=root"));
    assert!(why("a.xml", "<!-- only words -->").contains("invalid-xml-empty"));
    assert!(why("a.xml", &"<nmaprun>".repeat(40)).contains("invalid-inventory-deep depth=32"));
    assert!(why("a.txt", "hello").contains("invalid-inventory-unknown"));
    let small = Bounds { bytes: 4, ..Bounds::SMALL };
    assert!(why_within("a.xml", "<nmaprun/>", &small).contains("invalid-inventory-large"));
    let latin = read("a.xml", b"<nmaprun>\n\xE4</nmaprun>", &Bounds::SMALL).unwrap_err();
    assert_eq!((latin[0].place.line, latin[0].why.id), (Some(2), "invalid-inventory-utf8"));
    let address = "<nmaprun>\n<host><address addr=\"ten\" addrtype=\"ipv4\"/></host></nmaprun>";
    assert!(why("a.xml", address).starts_with("2 address, addr: invalid-inventory-address given=ten"));
}

/// The public files with the counts that were taken from them by other means.
#[test]
fn the_real_files_have_their_counts() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/inventory");
    let Ok(expected) = std::fs::read(folder.join("expected.json")) else {
        eprintln!("not run: the public inventories are not beside the repository");
        return;
    };
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let mut seen = BTreeSet::new();
    for (name, wants) in expected.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("netbox/")) {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let file = name.rsplit('/').next().unwrap();
        if wants.get("PARSE-FAIL").is_some() {
            assert!(why(file, &text).starts_with("2 : invalid-xml-doctype"), "{name}: {}", why(file, &text));
            continue;
        }
        let n = |key: &str| wants[key].as_u64().map(|n| n as usize);
        match name.split('/').next().unwrap() {
            "nmap" if n("hosts") == Some(0) => assert!(why(file, &text).contains("invalid-xml-root"), "{name}"),
            "nmap" => {
                let found = devices(file, &text);
                for key in ["hosts", "up", "open-ports", "with-mac", "os-matches", "scripts"] {
                    assert_eq!(Some(found.count(key)), n(key), "{name} {key}");
                }
                assert_eq!(Some(found.devices.len()), n("up"), "{name}");
            }
            "zeek-ics" => assert_eq!(Some(devices(file, &text).count("rows")), n("rows"), "{name}"),
            "malcolm-netbox-preload" => assert_eq!(Some(roles(file, &text).len()), n("entries"), "{name}"),
            "sbom" if file.ends_with(".xml") => {
                let bill = bill(file, &text);
                assert_eq!(Some(bill.components.len() + 1), n("component"), "{name}");
                assert_eq!((bill.spec.as_str(), Some(bill.dependencies)), ("1.2", n("dependency")), "{name}");
            }
            "sbom" => {
                let bill = bill(file, &text);
                assert_eq!((Some(bill.top()), Some(bill.marked())), (n("components"), n("nested")), "{name}");
                assert_eq!((bill.spec.as_str(), Some(bill.dependencies)), (wants["spec"].as_str().unwrap(), n("deps")));
            }
            other => panic!("no reader for {other}"),
        }
        seen.insert(name);
    }
    assert!(seen.len() > 20, "{seen:?}");
    told_apart(&folder);
}
