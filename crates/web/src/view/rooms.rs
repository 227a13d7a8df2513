//! The rooms of the house: which lists stand beside each other under one entry of the rail.

use super::Ui;

/// A tab of a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    pub text: String,
    pub href: &'static str,
    pub on: bool,
}

/// Rooms by the entry of the rail: the kind of object they list, and their path.
const ROOMS: &[(&str, &[(&str, &str)])] = &[
    (
        "providers",
        &[
            ("provider", "/providers"),
            ("engagement", "/register/engagement"),
            ("agreement", "/register/agreement"),
            ("qualification", "/register/qualification"),
            ("certificate", "/register/certificate"),
            ("person", "/register/person"),
        ],
    ),
    (
        "systems",
        &[
            ("instance", "/systems"),
            ("system", "/register/system"),
            ("site", "/register/site"),
            ("zone", "/register/zone"),
            ("conduit", "/register/conduit"),
            ("account", "/register/account"),
        ],
    ),
    (
        "access",
        &[
            ("access-request", "/access"),
            ("grant", "/access/grants"),
            ("emergency", "/access/emergencies"),
            ("visit", "/visits"),
            ("logbook", "/logbook"),
            ("session", "/register/session"),
            ("recording", "/recordings"),
            ("change", "/register/change"),
            ("hold", "/register/hold"),
            ("calendar", "/register/calendar"),
        ],
    ),
    ("findings", &[("finding", "/findings"), ("task", "/register/task"), ("trail", "/review/trail")]),
];

/// The entry of the rail under which a kind of object stands.
pub fn entry_of(kind: &str) -> &'static str {
    let found = ROOMS.iter().find(|(_, rooms)| rooms.iter().any(|(of, _)| *of == kind));
    found.map_or("providers", |(entry, _)| entry)
}

/// Every room: the kind of object it lists, and its path.
pub fn all() -> Vec<(&'static str, &'static str)> {
    ROOMS.iter().flat_map(|(_, rooms)| rooms.iter().copied()).collect()
}

impl Ui {
    /// The rooms beside the list of a kind.
    pub fn rooms(&self, kind: &str) -> Vec<Room> {
        let of = ROOMS.iter().find(|(_, rooms)| rooms.iter().any(|(of, _)| *of == kind));
        let rooms = of.map_or(&[] as &[_], |(_, rooms)| rooms);
        let room =
            |(of, href): &(&str, &'static str)| Room { text: self.word("room", of).to_string(), href, on: *of == kind };
        rooms.iter().map(room).collect()
    }
}
