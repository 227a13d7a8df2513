//! Where an identity provider's own words may lead us: its discovery names addresses, and whoever rules it must not be
//! able to make this house ask what stands beside it. An issuer on this machine leads to this machine and nowhere else;
//! any other leads to no machine's inside, and over TLS alone. A service provider's leads beside its own host only into
//! the wide world, because what stands in the plant's networks is not theirs to name.

use std::{net::IpAddr, sync::Arc};

use openidconnect::url::{Host, Url};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::post::hook::public;

/// What one identity provider may lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The issuer's own host, as the configuration names it.
    host: String,
    /// Whether that is this machine.
    near: bool,
    /// Whether it is a service provider's.
    theirs: bool,
}

impl Target {
    pub fn of(issuer: &Url, theirs: bool) -> Target {
        Target { host: issuer.host_str().unwrap_or_default().to_owned(), near: is_near(issuer), theirs }
    }

    /// Whether an address may be asked, or a browser be sent there, as far as its text says.
    pub fn allows(&self, url: &Url) -> bool {
        if self.near {
            return is_near(url) && ["http", "https"].contains(&url.scheme());
        }
        let bare = url.username().is_empty() && url.password().is_none();
        bare && url.scheme() == "https"
            && match url.host() {
                Some(Host::Ipv4(ip)) => self.reaches(&ip.to_string(), IpAddr::V4(ip)),
                Some(Host::Ipv6(ip)) => self.reaches(&format!("[{ip}]"), IpAddr::V6(ip)),
                Some(Host::Domain(_)) => !is_near(url),
                None => false,
            }
    }

    /// Whether a name may lead to this machine's address.
    fn reaches(&self, host: &str, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        if self.near {
            return ip.is_loopback();
        }
        let link_local = match ip {
            IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        };
        let inside = ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || link_local;
        !inside && (!self.theirs || host == self.host || public(ip))
    }
}

/// Whether an address is this machine's, by its text.
pub fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Looks names up, and leads nowhere else.
pub struct Names(pub Arc<Target>);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let target = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let good: Vec<_> = found.filter(|at| target.reaches(name.as_str(), at.ip())).collect();
            if good.is_empty() {
                return Err(format!("{} leads to no address that may be asked", name.as_str()).into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(issuer: &str, theirs: bool) -> Target {
        Target::of(&Url::parse(issuer).unwrap(), theirs)
    }
    fn allows(target: &Target, url: &str) -> bool {
        target.allows(&Url::parse(url).unwrap())
    }

    #[test]
    fn no_provider_leads_into_a_machine_and_one_on_this_machine_nowhere_else() {
        for theirs in [false, true] {
            let far = target("https://id.plant.example/realms/plant", theirs);
            assert!(allows(&far, "https://keys.example/jwks"));
            for bad in [
                "http://id.plant.example/token",
                "https://127.0.0.1/",
                "https://127.9.9.9/",
                "https://localhost/",
                "https://x.localhost/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://169.254.169.254/latest",
                "https://[fe80::1]/",
                "https://0.0.0.0/",
                "https://a:b@id.plant.example/",
                "file:///etc/passwd",
            ] {
                assert!(!allows(&far, bad), "{bad}");
            }
        }
        let near = target("http://127.0.0.1:9000", false);
        assert!(allows(&near, "http://127.0.0.1:9001/token") && allows(&near, "http://localhost:1/"));
        assert!(!allows(&near, "https://id.plant.example/") && !allows(&near, "http://10.0.0.7/"));
    }

    #[test]
    fn a_service_providers_leads_into_no_network_of_the_plant_but_by_its_own_host() {
        let (ours, theirs) = (target("https://id.example", false), target("https://id.example", true));
        assert!(allows(&ours, "https://10.0.0.7/") && !allows(&theirs, "https://10.0.0.7/"));
        let private: IpAddr = "10.0.0.7".parse().unwrap();
        // by name the same, where the name leads
        assert!(theirs.reaches("id.example", private) && !theirs.reaches("other.example", private));
        assert!(!theirs.reaches("id.example", "127.0.0.1".parse().unwrap()));
        assert!(theirs.reaches("other.example", "9.9.9.9".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_asked() {
        // given a name of this machine (RFC 6761), and an issuer elsewhere
        let name = || "localhost".parse::<Name>().unwrap();
        let far = Names(Arc::new(target("https://id.example", false)));
        assert!(far.resolve(name()).await.is_err());
        let near = Names(Arc::new(target("http://localhost:1", false)));
        assert!(near.resolve(name()).await.unwrap().count() > 0);
    }
}
