//! One row, understood: who, from which firm, on which system, by which way, under which contract, from when to when.
//! What cannot be understood is told with its field; *n/a* and its relatives say nothing.

use plantgate_domain::{
    base::{Day, Invalid, Pattern, Why},
    event::expect::SheetField as F,
};
use plantgate_interchange::sheet::{day, said};

use super::{ImportSheet, wrong};
use crate::{import::Row, names};

/// What a row says of the way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Said(Pattern),
    /// Something that tells none of our ways: it stays unknown, which gates as the strictest.
    Unclear,
    NotSaid,
}

/// A row as far as it can be understood alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub line: u64,
    pub provider: String,
    pub provider_reference: Option<String>,
    pub country: Option<String>,
    /// Handle and name of a person.
    pub person: Option<(String, String)>,
    pub system: Option<System>,
    pub way: Way,
    pub contract: Option<Contract>,
    pub from: Option<Day>,
    pub until: Option<Day>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct System {
    pub site: String,
    pub reference: String,
    pub name: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Contract {
    pub reference: String,
    pub name: String,
}

/// Longest texts, as the acts behind have them.
const MOST: &[(F, usize)] = &[
    (F::Provider, 200),
    (F::ProviderReference, 40),
    (F::Person, 120),
    (F::Handle, 120),
    (F::System, 60),
    (F::SystemName, 200),
    (F::Contract, 40),
    (F::ContractName, 200),
];

pub(super) fn read(sheet: &ImportSheet, row: &Row) -> Result<Said, Vec<Invalid>> {
    let line = row.line.unwrap_or(0);
    let mut all: Vec<Invalid> = Vec::new();
    let get = |f: F| row.cells.get(f.as_str()).and_then(|c| said(c)).map(one_line);
    for (field, most) in MOST {
        if get(*field).is_some_and(|text| text.chars().count() > *most) {
            all.push(wrong(sheet, line, Some(*field), Why::of("invalid-text-long").with("most", *most)));
        }
    }
    let mut date = |f: F| match day(row.cells.get(f.as_str()).map_or("", String::as_str)) {
        Ok(day) => day,
        Err(why) => {
            all.push(wrong(sheet, line, Some(f), why));
            None
        }
    };
    let (from, until) = (date(F::From), date(F::Until));
    let from = from.or(sheet.defaults.from);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        all.push(wrong(sheet, line, Some(F::Until), Why::of("invalid-days-order")));
    }
    let provider = get(F::Provider).unwrap_or_default();
    if provider.is_empty() {
        all.push(wrong(sheet, line, Some(F::Provider), Why::of("invalid-sheet-no-provider")));
    }
    let country = match get(F::Country).map(|c| country(&c)) {
        Some(None) => {
            all.push(wrong(sheet, line, Some(F::Country), Why::of("invalid-country")));
            None
        }
        other => other.flatten(),
    };
    let site = get(F::Site).or_else(|| sheet.defaults.site.clone());
    let system = match (get(F::System).or_else(|| get(F::SystemName)), site) {
        (None, _) => None,
        (Some(reference), Some(site)) => {
            let name = get(F::SystemName).unwrap_or_else(|| reference.clone());
            Some(System { site, reference, name })
        }
        (Some(_), None) => {
            all.push(wrong(sheet, line, Some(F::Site), Why::of("invalid-sheet-no-site")));
            None
        }
    };
    let contract = get(F::Contract)
        .map(|reference| Contract { name: get(F::ContractName).unwrap_or_else(|| reference.clone()), reference });
    let person = match (get(F::Handle), get(F::Person)) {
        (Some(handle), Some(name)) => Some((handle, name)),
        (Some(one), None) | (None, Some(one)) => Some((one.clone(), one)),
        (None, None) => None,
    };
    if !all.is_empty() {
        return Err(all);
    }
    let provider_reference = get(F::ProviderReference);
    let way = way(row.cells.get(F::Way.as_str()).map_or("", String::as_str));
    Ok(Said { line, provider, provider_reference, country, person, system, way, contract, from, until })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The way in, from the words people use for it, English and German.
fn way(cell: &str) -> Way {
    let plain = one_line(&cell.to_lowercase());
    if let Ok(pattern) = plain.parse::<Pattern>() {
        return Way::Said(pattern);
    }
    if matches!(plain.as_str(), "no access" | "no" | "kein" | "keiner" | "kein zugang" | "kein zugriff" | "nein") {
        return Way::Said(Pattern::None);
    }
    if said(cell).is_none() {
        return Way::NotSaid;
    }
    let has = |words: &[&str]| words.iter().any(|w| plain.contains(w));
    if has(&["vor ort", "on site", "onsite", "on-site"]) {
        let own = has(&["laptop", "notebook"]);
        return Way::Said(if own { Pattern::OnSiteOwnLaptop } else { Pattern::OnSite });
    }
    if has(&["unattended", "unbegleitet", "unbeaufsichtigt"]) {
        return Way::Said(Pattern::GatewayUnattended);
    }
    if has(&["attended", "begleitet", "beaufsichtigt", "supervised", "escorted"]) {
        return Way::Said(Pattern::GatewayAttended);
    }
    Way::Unclear
}

/// A country by its code or by a name people write.
fn country(text: &str) -> Option<String> {
    const NAMES: &[(&str, &[&str])] = &[
        ("DE", &["deutschland", "germany", "d", "brd"]),
        ("AT", &["österreich", "oesterreich", "austria", "a"]),
        ("CH", &["schweiz", "switzerland", "suisse"]),
        ("FR", &["frankreich", "france", "f"]),
        ("IT", &["italien", "italy", "italia", "i"]),
        ("NL", &["niederlande", "netherlands", "holland"]),
        ("BE", &["belgien", "belgium"]),
        ("LU", &["luxemburg", "luxembourg"]),
        ("GB", &["großbritannien", "united kingdom", "uk", "england"]),
        ("IE", &["irland", "ireland"]),
        ("US", &["usa", "united states", "u.s.a."]),
        ("DK", &["dänemark", "denmark"]),
        ("SE", &["schweden", "sweden"]),
        ("NO", &["norwegen", "norway"]),
        ("FI", &["finnland", "finland"]),
        ("PL", &["polen", "poland"]),
        ("CZ", &["tschechien", "czechia", "czech republic"]),
        ("HU", &["ungarn", "hungary"]),
        ("ES", &["spanien", "spain"]),
        ("PT", &["portugal"]),
        ("JP", &["japan"]),
        ("CN", &["china"]),
        ("IN", &["indien", "india"]),
    ];
    let plain = text.to_lowercase();
    let named = NAMES.iter().find(|(_, names)| names.contains(&plain.as_str()));
    named.map(|(code, _)| (*code).to_owned()).or_else(|| names::country("country", text).ok())
}
