//! A NetBox export as it is, and as an attacker would send it. The real one is read where it is at hand.

use std::{io::Write, path::PathBuf};

use plantgate_interchange::{
    Bounds,
    netbox::{Inventory, read},
};
use serde_json::{Value, json};

#[cfg(test)]
mod given {
    use super::*;

    pub fn object(model: &str, pk: i64, fields: Value) -> Value {
        json!({ "model": model, "pk": pk, "fields": fields })
    }
    pub fn device(pk: i64, name: Option<&str>) -> Value {
        object("dcim.device", pk, json!({ "name": name, "site": 1, "device_type": 1, "device_role": 1, "rack": null }))
    }
    pub fn small(mut more: Vec<Value>) -> Vec<u8> {
        let mut all = vec![
            object("dcim.manufacturer", 1, json!({ "name": "Arista" })),
            object("dcim.devicetype", 1, json!({ "model": "X1", "manufacturer": 1 })),
            object("dcim.devicerole", 1, json!({ "name": "Router" })),
            object("dcim.site", 1, json!({ "name": "Akron", "status": "active", "time_zone": null })),
            object("tenancy.tenant", 1, json!({ "name": "T" })),
            json!({ "model": "contenttypes.contenttype", "fields": {} }),
        ];
        all.append(&mut more);
        serde_json::to_vec(&all).unwrap()
    }
    pub fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut w = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        w.write_all(bytes).unwrap();
        w.finish().unwrap()
    }
    pub fn why(bytes: &[u8], bounds: &Bounds) -> String {
        let wrong = read("n.json", bytes, bounds).unwrap_err();
        let place = &wrong[0].place;
        format!("{} {}: {}", place.line.unwrap_or(0), place.field.clone().unwrap_or_default(), wrong[0].why)
    }
}
use given::{device, gz, object, small, why};

#[test]
fn names_are_unique_whatever_netbox_has() {
    let bytes =
        small(vec![device(7, None), device(8, Some("PP:MDF")), device(9, Some("PP:MDF")), device(10, Some("r1"))]);
    let plain = read("n.json", &bytes, &Bounds::SMALL).unwrap();
    assert_eq!(read("n.json.gz", &gz(&bytes), &Bounds::SMALL).unwrap(), plain);
    let names: Vec<&str> = plain.devices.iter().map(|d| d.reference.as_str()).collect();
    assert_eq!(names, ["Akron device-7", "PP:MDF device-8", "PP:MDF device-9", "r1"]);
    assert_eq!((plain.objects, plain.not_imported[0]), (10, ("tenants", 1)));
    assert_eq!(plain.sites[0].zone, None);
}

#[test]
fn hostile_files_are_refused_in_words() {
    let b = Bounds { bytes: 100_000, unpacked: 100_000, rows: 8, ..Bounds::SMALL };
    // a gzip of ten megabytes of zeros is ten kilobytes
    assert!(why(&gz(&vec![0; 10_000_000]), &b).ends_with("netbox-large size=97 KiB"));
    assert!(why(&vec![b' '; 100_001], &b).ends_with("netbox-large size=97 KiB"));
    assert!(why(&gz(&small(vec![]))[..60], &b).ends_with("archive-short"));
    assert!(why(&"[".repeat(50_000).into_bytes(), &b).starts_with("1 : invalid-netbox-deep depth="));
    assert!(why(&small((7..12).map(|pk| device(pk, None)).collect()), &b).contains("more than 8 objects"));
    assert!(why(b"{}", &b).contains("netbox-not said="));
    assert!(why(b"[]", &b).ends_with("netbox-empty"));
    assert!(why(b"[]]", &b).contains("trailing characters"));
    assert!(why(b"\xFF\xFE", &b).ends_with("netbox-utf8 at=0"));
}

#[test]
fn what_does_not_fit_together_is_told_with_its_number() {
    let twice = small(vec![device(7, None), device(7, None)]);
    assert!(why(&twice, &Bounds::SMALL).contains("dcim.device 7 stands twice"));
    let lost = json!({ "name": "a", "site": 9, "device_type": 1, "device_role": 1 });
    let said = why(&small(vec![object("dcim.device", 7, lost)]), &Bounds::SMALL);
    assert!(said.contains("dcim.device 7, site: invalid-netbox-lost model=dcim.site to=9"), "{said}");
    let zone = json!({ "name": "B", "time_zone": "Mars/Olympus" });
    let said = why(&small(vec![object("dcim.site", 2, zone)]), &Bounds::SMALL);
    assert!(said.contains("dcim.site 2, time_zone: invalid-netbox-zone given=Mars/Olympus"), "{said}");
    assert!(why(&small(vec![device(7, Some("a\nb"))]), &Bounds::SMALL).ends_with("netbox-name-control"));
}

/// The public NetBox demo export with the counts that were taken from it by other means.
#[test]
fn the_real_export_has_its_counts() {
    let inventory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real/inventory");
    let Ok(bytes) = std::fs::read(inventory.join("netbox/netbox-demo-v2.11.json.gz")) else {
        eprintln!("not run: the public NetBox export is not beside the repository");
        return;
    };
    let expected: Value = serde_json::from_slice(&std::fs::read(inventory.join("expected.json")).unwrap()).unwrap();
    let n = |key: &str| expected["netbox/netbox-demo-v2.11.json.gz"][key].as_u64().unwrap() as usize;
    let i: Inventory = read("netbox-demo-v2.11.json.gz", &bytes, &Bounds::SMALL).unwrap();
    let counts = [i.objects, i.sites.len(), i.devices.len(), i.models.len(), i.manufacturers.len(), i.racks];
    let wants = ["objects", "dcim.site", "dcim.device", "dcim.devicetype", "dcim.manufacturer", "dcim.rack"].map(n);
    assert_eq!(counts, wants);
    assert_eq!(i.not_imported, [("tenants", n("tenancy.tenant")), ("virtual machines", 180)]);
    assert_eq!(i.devices.iter().filter(|d| d.name.is_none()).count(), 13);
    assert_eq!(i.devices.iter().filter(|d| d.name.as_deref() == Some("PP:MDF")).count(), 3);
    let unique: std::collections::BTreeSet<_> = i.devices.iter().map(|d| &d.reference).collect();
    assert_eq!(unique.len(), 63);
    assert!(i.sites.iter().all(|s| s.zone.is_none()));
}
