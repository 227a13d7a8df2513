//! Inventories that nobody here wrote, through the pages on both engines: seen before it is saved, saved once, the
//! second time nothing; what a person said stays said; devices are told apart; hostile files are refused with line and
//! reason.

use axum::http::StatusCode;
use plantgate_app::import::{Wanted, check, read_inventory};
use plantgate_domain::{base::Kind, expect::instance::Instance};
use plantgate_store::{Limits, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};

/// Two hosts of one name, one without, and one that is called as a system of ours is.
const SCAN: &str = r#"<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun start="1763270000">
<host endtime="1763270000"><status state="up"/><address addr="10.1.0.1" addrtype="ipv4"/>
<address addr="00:1a:2b:00:00:01" addrtype="mac" vendor="Siemens"/><hostnames><hostname name="plc-l01"/></hostnames>
<ports><port protocol="tcp" portid="102"><state state="open"/><service name="iso-tsap"/></port></ports></host>
<host><status state="up"/><address addr="10.1.0.2" addrtype="ipv4"/><hostnames><hostname name="hmi"/></hostnames></host>
<host><status state="up"/><address addr="10.1.0.3" addrtype="ipv4"/><hostnames><hostname name="hmi"/></hostnames></host>
<host><status state="up"/><address addr="10.1.0.4" addrtype="ipv4"/></host>
<host><status state="down"/><address addr="10.1.0.5" addrtype="ipv4"/></host></nmaprun>"#;

const S7: &str = "#path\ts7comm_known_devices\n\
    #fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tautomation_system_name\tmodule_name\tmodule_serial\n\
    1763280000.0\t10.1.0.9\t10.1.0.1\t102\tSNAP7-SERVER\tCPU 315-2\tS C-1\n";

async fn uploads(door: &Door, file: (&str, &str), more: &[(&str, &str)]) -> Reply {
    let fields: Vec<(&str, &str)> = [("what", "inventory")].into_iter().chain(more.iter().copied()).collect();
    door.upload("/admin/import", &fields, file).await
}

/// The page of what a file would do.
async fn seen(door: &Door, file: (&str, &str), more: &[(&str, &str)]) -> (String, Reply) {
    let at = uploads(door, file, more).await;
    assert_eq!(at.status, StatusCode::SEE_OTHER, "{}: {}", file.0, at.words());
    let path = at.location().to_owned();
    let page = door.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}: {}", file.0, page.words());
    (path, page)
}

async fn applies(door: &Door, path: &str) {
    let (at, query) = path.split_once('?').unwrap();
    let id = request().to_string();
    let mut fields = vec![("request_id", id.as_str())];
    fields.extend(query.split('&').filter_map(|p| p.split_once('=')));
    let done = door.form(&format!("{at}/apply"), &fields).await;
    assert!(done.location().contains("done=imported"), "{}", done.words());
}

async fn system(demo: &Demo, reference: &str) -> Option<Instance> {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Instance, reference).await.unwrap()?;
    Some(Instance::try_from(look.kept(on).await.unwrap().unwrap().thing).unwrap())
}

#[tokio::test]
async fn a_scan_is_shown_saved_once_and_overwrites_nobody() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let admin = demo.sign_in("k.brandt").await;
        let said = system(&demo, "PLC-L01").await.unwrap();
        let size = demo.size().await;
        // when it is uploaded, then its effects are shown and nothing is saved
        let (path, page) = seen(&admin, ("scan.xml", SCAN), &[("site", "LIN")]).await;
        let words = page.words();
        assert!(words.contains("3 new 1 changed 0 unchanged 0 rejected"), "{at}: {words}");
        assert!(words.contains("nmap scan") && words.contains("5 hosts · 4 answered · 1 open ports"), "{words}");
        assert!(words.contains("1 host that did not answer"), "{words}");
        assert_eq!(demo.size().await, size, "{at}");
        // when it is applied, then what people said stands as it stood, with what was seen beside it
        applies(&admin, &path).await;
        let now = system(&demo, "PLC-L01").await.unwrap();
        assert_eq!(now.facts, said.facts, "{at}");
        assert_eq!(now.sightings.len(), 1);
        let page = demo.sign_in("li.na").await.get("/systems/PLC-L01").await;
        assert!(page.words().contains("What machines saw") && page.words().contains("00:1A:2B:00:00:01"));
        assert!(page.words().contains("seen Sun 16 Nov 2025 13:13 CST"), "{}", page.words());
        // and two of one name are two, and the one without a name has its address
        for made in ["hmi", "hmi address 10.1.0.3", "LIN address 10.1.0.4"] {
            let one = system(&demo, made).await.unwrap_or_else(|| panic!("{at}: no {made}"));
            assert!(one.facts.environment.is_none() && one.facts.zone.is_none(), "what nobody said is unknown: {made}");
        }
        // and the second time nothing changes, whatever the file is called
        let size = demo.size().await;
        let (path, page) = seen(&admin, ("again.xml", SCAN), &[("site", "LIN")]).await;
        assert!(page.words().contains("0 new 0 changed 4 unchanged 0 rejected"), "{at}: {}", page.words());
        assert!(!page.body.contains("data-kind=\"main\""), "nothing to apply");
        applies(&admin, &path).await;
        assert_eq!(demo.size().await, size, "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn other_sources_join_a_device_and_a_stronger_mark_tells_it_apart() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let admin = demo.sign_in("k.brandt").await;
        let (path, _) = seen(&admin, ("scan.xml", SCAN), &[("site", "LIN")]).await;
        applies(&admin, &path).await;
        // given a log in which the device at that address calls itself otherwise
        let (path, page) = seen(&admin, ("s7.log", S7), &[("site", "LIN")]).await;
        assert!(page.words().contains("0 new 1 changed"), "{at}: {}", page.words());
        applies(&admin, &path).await;
        // then it is the same device, and the other name is shown as seen
        let page = demo.sign_in("li.na").await.get("/systems/PLC-L01").await;
        assert!(page.words().contains("SNAP7-SERVER differs from what is said: PLC-L01"), "{at}: {}", page.words());
        // when another piece of hardware answers at that address, then it is another device
        let other = SCAN.replace("00:1a:2b:00:00:01", "00:1a:2b:00:00:ff").replace("plc-l01", "spare");
        let (path, page) = seen(&admin, ("later.xml", &other), &[("site", "LIN")]).await;
        assert!(page.words().contains("1 new 3 changed"), "{at}: {}", page.words());
        applies(&admin, &path).await;
        assert!(system(&demo, "spare").await.is_some(), "{at}");
        assert_eq!(system(&demo, "PLC-L01").await.unwrap().sightings.len(), 2, "{at}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_line_and_nothing_is_kept() {
    for demo in Demo::both().await {
        let at = demo.world.engine;
        let (admin, size) = (demo.sign_in("k.brandt").await, demo.size().await);
        let blobs = demo.world.folder.join("blobs");
        let count = || walk(&blobs);
        let before = count();
        let entity = "<?xml version=\"1.0\"?>\n<!DOCTYPE e [\n<!ENTITY ee SYSTEM \"file:///etc/hostname\">\n\
            ]>\n<root>&ee;</root>";
        let no = uploads(&admin, ("entity.xml", entity), &[("site", "LIN")]).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
        assert!(no.words().contains("entity.xml:2: The document declares entities"), "{at}: {}", no.words());
        // somebody must say where it was seen, and what a bill is about
        let no = uploads(&admin, ("scan.xml", SCAN), &[]).await;
        assert!(no.words().contains("Say at which site it was seen"), "{at}: {}", no.words());
        let bill = r#"{"bomFormat":"CycloneDX","specVersion":"1.4","components":[{"type":"library","name":"zlib"}]}"#;
        let no = uploads(&admin, ("bom.json", bill), &[("site", "LIN")]).await;
        assert!(no.words().contains("Say which system the bill is about"), "{at}: {}", no.words());
        assert_eq!((count(), demo.size().await), (before, size), "{at}");
        // a bill stands at its system; a list is shown and nothing follows from it
        let (path, page) = seen(&admin, ("bom.json", bill), &[("site", "LIN"), ("system", "PLC-L01")]).await;
        assert!(page.words().contains("zlib (library)") && page.words().contains("1 changed"), "{}", page.words());
        applies(&admin, &path).await;
        assert_eq!(system(&demo, "PLC-L01").await.unwrap().sightings[0].saw.parts, Some(1), "{at}");
        let list = "- name: PLC\n  slug: plc\n";
        let (_, page) = seen(&admin, ("roles.yml", list), &[]).await;
        assert!(page.words().contains("PLC (plc)") && page.words().contains("nothing is saved"), "{}", page.words());
        assert!(!page.body.contains("data-kind=\"main\""), "{at}: nothing to apply");
        demo.world.close().await;
    }
}

fn walk(dir: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 }).sum()
}

/// The public files, each twice at one site.
#[tokio::test]
async fn real_files_are_taken_once() {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/inventory");
    if !folder.join("expected.json").exists() {
        plantgate_testkit::left_out::left_out("not run: the public inventories are not beside the repository");
        return;
    }
    for demo in Demo::both().await {
        let caller = demo.caller("k.brandt");
        let wanted = Wanted { site: Some("LIN".to_owned()), system: Some("PLC-L01".to_owned()), ..Wanted::default() };
        let mut taken = 0;
        for kind in ["nmap", "zeek-ics", "sbom"] {
            let mut files: Vec<_> = std::fs::read_dir(folder.join(kind)).unwrap().map(|e| e.unwrap().path()).collect();
            files.sort();
            for path in files {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                let bytes = std::fs::read(&path).unwrap();
                let Ok(upload) = read_inventory(&file, &bytes, &wanted, &Limits::standard()) else {
                    assert!(file.starts_with("defused"), "{file}");
                    continue;
                };
                let report = check(&demo.world.app, &caller, &upload.import).await.unwrap();
                assert_eq!(report.rejected, vec![], "{} {file}", demo.world.engine);
                demo.world.act(&caller, upload.import.clone()).await.unwrap();
                let size = demo.size().await;
                let again = demo.world.act(&caller, upload.import).await.unwrap().done;
                assert_eq!((again.new, again.changed), (0, 0), "{} {file}", demo.world.engine);
                assert_eq!(demo.size().await, size, "{} {file}", demo.world.engine);
                taken += again.unchanged;
            }
        }
        assert!(taken > 40, "{taken}");
        demo.world.close().await;
    }
}
