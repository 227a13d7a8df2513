//! Machines on which a person signed in before. What such a machine keeps opens nothing: it only says that wrong codes
//! from elsewhere do not make this person wait here.

use plantgate_domain::base::PersonId;
use plantgate_store::{Stop, clock::Wall, keyring::Keyring, ops::tries::ANYWHERE, writer::new_request};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a machine is known, in days.
pub const KNOWN_DAYS: i64 = 180;

/// People a machine is known for at once: a console of a shift is everybody's.
const PEOPLE: usize = 20;

/// What a machine keeps, sealed. The first word keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
struct Machine {
    machine_of: Vec<PersonId>,
    number: Uuid,
    until: i64,
}

fn read(keyring: &Keyring, kept: Option<&str>) -> Option<Machine> {
    let bytes = keyring.unseal(kept?).ok()?;
    let machine: Machine = serde_json::from_slice(&bytes).ok()?;
    (Wall::now().0 < machine.until).then_some(machine)
}

/// What a machine is given to keep after a person signed in; it stays known for those before.
pub fn known(keyring: &Keyring, person: PersonId, kept: Option<&str>) -> Result<String, Stop> {
    let mut machine = match read(keyring, kept) {
        Some(machine) => machine,
        None => Machine { machine_of: Vec::new(), number: new_request()?, until: 0 },
    };
    machine.machine_of.retain(|p| *p != person);
    machine.machine_of.insert(0, person);
    machine.machine_of.truncate(PEOPLE);
    machine.until = Wall::now().0 + KNOWN_DAYS * 86_400;
    keyring.seal(&serde_json::to_vec(&machine).map_err(Stop::fault)?)
}

/// The basket that wrong codes from there fall into: its own for a machine of this person, else the one of all.
pub fn basket(keyring: &Keyring, person: PersonId, kept: Option<&str>) -> Result<Vec<u8>, Stop> {
    match read(keyring, kept).filter(|m| m.machine_of.contains(&person)) {
        Some(machine) => keyring.digest(format!("machine {}", machine.number).as_bytes()),
        None => Ok(ANYWHERE.to_vec()),
    }
}
