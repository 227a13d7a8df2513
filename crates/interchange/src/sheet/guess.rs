//! What a column is, from the words people put above it, English and German. A guess fills in a form; a person decides.

use plantgate_domain::event::expect::SheetField;

use SheetField as F;

/// Titles by what they mean, spelt as [`plain`] spells.
const TITLES: &[(F, &[&str])] = &[
    (
        F::Provider,
        &[
            "provider",
            "service provider",
            "provider name",
            "vendor",
            "vendor name",
            "supplier",
            "supplier name",
            "company",
            "company name",
            "firm",
            "contractor",
            "integrator",
            "dienstleister",
            "lieferant",
            "firma",
            "firmenname",
            "fremdfirma",
            "hersteller",
            "anbieter",
            "auftragnehmer",
            "unternehmen",
            "partnerfirma",
            "servicefirma",
            "name der firma",
        ],
    ),
    (
        F::ProviderReference,
        &[
            "provider no",
            "provider id",
            "vendor no",
            "vendor id",
            "supplier no",
            "supplier id",
            "supplier number",
            "vendor number",
            "kreditor",
            "kreditorennummer",
            "kreditor nr",
            "lieferantennummer",
            "lieferantennr",
            "lieferanten nr",
            "firmennr",
            "firmennummer",
            "firmen nr",
        ],
    ),
    (F::Country, &["country", "country code", "land", "staat", "laenderkennzeichen", "sitz"]),
    (
        F::Person,
        &[
            "person",
            "contact",
            "contact person",
            "name",
            "full name",
            "technician",
            "engineer",
            "employee",
            "user",
            "ansprechpartner",
            "ansprechperson",
            "mitarbeiter",
            "techniker",
            "kontakt",
            "kontaktperson",
            "benutzer",
            "vor und nachname",
            "servicetechniker",
            "person name",
        ],
    ),
    (
        F::Handle,
        &[
            "e mail",
            "email",
            "mail",
            "e mail address",
            "email address",
            "login",
            "user name",
            "username",
            "account",
            "user id",
            "konto",
            "benutzername",
            "kennung",
            "anmeldename",
            "e mail adresse",
            "mailadresse",
            "vpn user",
            "vpn account",
            "vpn benutzer",
            "benutzerkennung",
        ],
    ),
    (F::Site, &["site", "plant", "location", "werk", "standort", "betrieb", "fabrik"]),
    (
        F::System,
        &[
            "system",
            "system id",
            "tag",
            "asset",
            "asset id",
            "asset no",
            "equipment",
            "device",
            "host",
            "hostname",
            "machine",
            "anlage",
            "anlagennummer",
            "anlagennr",
            "anlagen nr",
            "anlagen id",
            "inventarnummer",
            "geraet",
            "maschine",
            "rechner",
            "systemkennung",
            "technischer platz",
        ],
    ),
    (
        F::SystemName,
        &[
            "system name",
            "description",
            "system description",
            "asset name",
            "anlagenbezeichnung",
            "bezeichnung",
            "systemname",
            "beschreibung",
            "anlagenname",
        ],
    ),
    (
        F::Way,
        &[
            "access",
            "access path",
            "access type",
            "access method",
            "remote access",
            "connection",
            "path",
            "way in",
            "vpn",
            "zugang",
            "zugangsweg",
            "zugangsart",
            "fernzugang",
            "fernwartung",
            "zugriff",
            "zugriffsart",
            "verbindung",
            "remotezugang",
        ],
    ),
    (
        F::Contract,
        &[
            "contract",
            "contract no",
            "contract number",
            "contract id",
            "agreement",
            "agreement no",
            "po",
            "po number",
            "purchase order",
            "vertrag",
            "vertragsnummer",
            "vertragsnr",
            "vertrags nr",
            "vertrag nr",
            "rahmenvertrag",
            "bestellnummer",
            "bestellung",
        ],
    ),
    (
        F::ContractName,
        &["contract name", "contract title", "subject", "vertragsname", "vertragsbezeichnung", "vertragsgegenstand"],
    ),
    (
        F::From,
        &[
            "from",
            "start",
            "start date",
            "valid from",
            "contract start",
            "contract from",
            "begin",
            "since",
            "von",
            "beginn",
            "gueltig ab",
            "gueltig von",
            "ab",
            "vertragsbeginn",
            "vertrag von",
            "laufzeit von",
            "seit",
        ],
    ),
    (
        F::Until,
        &[
            "until",
            "end",
            "end date",
            "valid until",
            "valid to",
            "expiry",
            "expires",
            "expiry date",
            "contract end",
            "contract until",
            "to",
            "bis",
            "ende",
            "gueltig bis",
            "vertragsende",
            "vertrag bis",
            "laufzeit bis",
            "ablauf",
            "ablaufdatum",
        ],
    ),
];

/// Words under a group that mean the thing of the group itself, its name, or its number.
const NAMES: &[&str] = &["name", "bezeichnung", "title", "titel", "beschreibung", "description"];
const NUMBERS: &[&str] = &["no", "nr", "number", "nummer", "id", "kennung", "ref", "reference", "tag"];

/// The title without what people vary.
pub(super) fn plain(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell is a title that we know.
pub(super) fn known(cell: &str) -> bool {
    whole(&plain(cell)).is_some()
}

/// Whether a column says why a row was left out: what we wrote ourselves into a file that comes back.
pub fn is_reason(title: &str) -> bool {
    matches!(plain(title).as_str(), "reason" | "grund")
}

fn whole(plain: &str) -> Option<F> {
    TITLES.iter().find(|(_, words)| words.contains(&plain)).map(|(field, _)| *field)
}

/// What each column is, by its title; no two columns are the same.
pub fn guess(titles: &[String]) -> Vec<Option<F>> {
    let mut taken = Vec::new();
    titles
        .iter()
        .map(|title| {
            let field = one(title).filter(|f| !taken.contains(f))?;
            taken.push(field);
            Some(field)
        })
        .collect()
}

fn one(title: &str) -> Option<F> {
    let Some((group, sub)) = title.split_once(" – ") else { return whole(&plain(title)) };
    let (group, sub) = (plain(group), plain(sub));
    if let Some(field) = whole(&format!("{group} {sub}")) {
        return Some(field);
    }
    let of = whole(&group);
    if NAMES.contains(&sub.as_str()) {
        return of.map(|f| match f {
            F::System => F::SystemName,
            F::Contract => F::ContractName,
            other => other,
        });
    }
    if NUMBERS.contains(&sub.as_str()) {
        return of.map(|f| if f == F::Provider { F::ProviderReference } else { f });
    }
    whole(&sub).or(of)
}
