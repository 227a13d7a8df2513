//! Where the gateway reaches a system, and by which key it knows it. The key is pinned by a person before anybody goes
//! there; another key is no question to whoever happens to come in.

use std::collections::BTreeSet;

use plantgate_domain::{
    base::{AccountId, InstanceId, Kind, Why},
    event::expect::{Endpoint, EndpointUnpinned, InstanceEvent},
    witness::{account::Account, acts::may_be_login},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{instance::named as instance, vault};
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
    qualify::ssh,
};

/// Most ports beside the one of SSH: a system that needs more is a network.
const FORWARDS: usize = 16;

async fn site(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    Ok(Place::site(instance(desk, name).await?.facts.site))
}

/// Pins it; replaces what was pinned.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinEndpoint {
    pub instance: String,
    /// Name or address of the system, as the gateway reaches it.
    pub host: String,
    /// Port; 22 when nobody says.
    #[serde(default)]
    pub port: Option<u64>,
    /// Whom the gateway logs in as.
    pub login: String,
    /// The line of `ssh-keyscan`, or the kind and the key of it alone.
    pub host_key: String,
    /// Further ports of this host for people's own tools, such as `3389, 443`.
    #[serde(default)]
    pub forwards: Option<String>,
    /// The shared account of the system that the login is, where one is recorded: it is handed to one person at a time.
    #[serde(default)]
    pub shared_account: Option<String>,
}

impl PinEndpoint {
    fn endpoint(&self) -> Result<Endpoint, Stop> {
        let host = names::text(253, "host", &self.host)?;
        if !host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:%".contains(&b)) || host.starts_with('-') {
            return Err(Stop::field("host", Why::of("invalid-endpoint-host")));
        }
        let port = u16::try_from(self.port.unwrap_or(22)).ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| Stop::field("port", Why::of("invalid-endpoint-port")))?;
        let login = names::text(64, "login", &self.login)?;
        if !login.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._@\\".contains(&b)) || login.starts_with('-') {
            return Err(Stop::field("login", Why::of("invalid-endpoint-login")));
        }
        let forwards = forwards(self.forwards.as_deref().unwrap_or_default(), port)?;
        Ok(Endpoint { host, port, login, host_key: host_key(&self.host_key)?, forwards, account: None })
    }

    /// The account that the login is said to be.
    async fn account(&self, desk: &mut Desk, on: InstanceId, login: &str) -> Result<Option<AccountId>, Stop> {
        let named = self.shared_account.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let id: Option<AccountId> = names::resolve_maybe(desk, Kind::Account, named, "shared_account").await?;
        let Some(id) = id else { return Ok(None) };
        let account: Account = desk.get(id).await?;
        let name = desk.open_private(&account.facts.name).await?;
        may_be_login(&account, on, name.as_deref(), login)?;
        Ok(Some(id))
    }
}

/// Ports of a list, in order and each once. Not the port of SSH: what is done there goes through the gateway itself,
/// where it is recorded.
fn forwards(list: &str, ssh: u16) -> Result<Vec<u16>, Stop> {
    let wrong = |why| Stop::field("forwards", why);
    let words = list.split([',', ';', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty());
    let mut ports = BTreeSet::new();
    for word in words {
        let port = word.parse::<u16>().ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| wrong(Why::of("invalid-endpoint-forwards")))?;
        if port == ssh {
            return Err(wrong(Why::of("invalid-endpoint-forwards-ssh")));
        }
        ports.insert(port);
        if ports.len() > FORWARDS {
            return Err(wrong(Why::of("invalid-endpoint-forwards-many")));
        }
    }
    Ok(ports.into_iter().collect())
}

/// The key of a line, with or without the host in front. One that a gateway cannot check is refused here, where
/// somebody reads why.
fn host_key(line: &str) -> Result<String, Stop> {
    let wrong = |why| Stop::field("host_key", why);
    let line = line.trim();
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|w| w.starts_with("ssh-") || w.starts_with("ecdsa-"));
    let bare = at.and_then(|at| words.get(at..)).unwrap_or_default().join(" ");
    let key = ssh::read(if bare.is_empty() { line } else { &bare }).map_err(|no| match no {
        ssh::NoKey::Private => wrong(Why::of("invalid-endpoint-key-private")),
        ssh::NoKey::Weak => wrong(Why::of("invalid-endpoint-key-kind")),
        ssh::NoKey::Unread => wrong(Why::of("invalid-endpoint-key")),
    })?;
    if key.public.starts_with("ssh-rsa") || key.public.starts_with("sk-") {
        return Err(wrong(Why::of("invalid-endpoint-key-kind")));
    }
    Ok(key.public)
}

impl Act for PinEndpoint {
    const NAME: &'static str = "pin-endpoint";
    const STEP_UP: bool = true;
    type Power = power::PinEndpoint;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        site(desk, &self.instance).await
    }

    async fn run(self, _may: May<power::PinEndpoint>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        let instance = instance(desk, &self.instance).await?;
        let mut endpoint = self.endpoint()?;
        endpoint.account = self.account(desk, instance.id, &endpoint.login).await?;
        if instance.endpoint.as_ref() != Some(&endpoint) {
            if !instance.endpoint.as_ref().is_some_and(|old| old.is_same_way(&endpoint)) {
                // What lay in the vault for another way is sent nowhere any more.
                vault::empty(desk, &instance).await?;
            }
            desk.append(instance.id, InstanceEvent::EndpointPinned(endpoint)).await?;
        }
        Ok(instance.id)
    }
}

/// The gateway leads there no more: nobody new, and whoever is inside stays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnpinEndpoint {
    pub instance: String,
}

impl Act for UnpinEndpoint {
    const NAME: &'static str = "unpin-endpoint";
    const IN_DOUBT: bool = true;
    type Power = power::PinEndpoint;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        site(desk, &self.instance).await
    }

    async fn run(self, _may: May<power::PinEndpoint>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        let instance = instance(desk, &self.instance).await?;
        let Some(endpoint) = instance.endpoint.clone() else {
            return Err(Stop::field("instance", Why::of("invalid-endpoint-none")));
        };
        vault::empty(desk, &instance).await?;
        let gone = EndpointUnpinned { host: endpoint.host, port: endpoint.port };
        desk.append(instance.id, InstanceEvent::EndpointUnpinned(gone)).await?;
        Ok(instance.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(list: &str) -> Result<Vec<u16>, String> {
        forwards(list, 22).map_err(|stop| match stop {
            Stop::Invalid(why) => format!("{:?} {:?}", why[0].place.field, why[0].why.id),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn ports_are_a_list_without_the_one_of_ssh() {
        assert_eq!(said(""), Ok(vec![]));
        assert_eq!(said(" 3389, 443;443 "), Ok(vec![443, 3_389]));
        assert_eq!(said("65535"), Ok(vec![65_535]));
        for (list, id) in [
            ("0", "invalid-endpoint-forwards"),
            ("65536", "invalid-endpoint-forwards"),
            ("rdp", "invalid-endpoint-forwards"),
            ("1-1024", "invalid-endpoint-forwards"),
            ("22", "invalid-endpoint-forwards-ssh"),
            ("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "invalid-endpoint-forwards-many"),
        ] {
            let no = said(list).unwrap_err();
            assert!(no.contains("forwards") && no.contains(&format!("{id:?}")), "{list}: {no}");
        }
    }
}
