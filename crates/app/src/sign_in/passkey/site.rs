//! Where passkeys are good: the origin by which browsers reach this house. It comes from the configuration and never
//! from a request, because a passkey is bound to it for good.

use plantgate_domain::base::Why;
use plantgate_store::Stop;
use url::{Host, Url};
use webauthn_rp::request::{AsciiDomain, RpId};

/// An origin with a name that passkeys can be bound to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    host: String,
    origin: String,
}

impl Site {
    /// Reads `https://plantgate.example`: a name and no number, over TLS; `http` only where the name is this very
    /// machine's. Anything behind it (a path, a user) is refused, because browsers leave it away.
    pub fn at(origin: &str) -> Result<Site, Stop> {
        let wrong = || Stop::field("origin", Why::of("invalid-origin").with("origin", origin));
        let url = Url::parse(origin).map_err(|_| wrong())?;
        let Some(Host::Domain(host)) = url.host() else { return Err(wrong()) };
        let near = host == "localhost" || host.ends_with(".localhost");
        let safe = url.scheme() == "https" || url.scheme() == "http" && near;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let named = !url.username().is_empty() || url.password().is_some() || host.ends_with('.');
        if !safe || !bare || named {
            return Err(wrong());
        }
        let site = Site { host: host.to_owned(), origin: url.origin().ascii_serialization() };
        site.rp().map_err(|_| wrong())?;
        Ok(site)
    }

    /// As browsers write it, for instance `https://plantgate.example` or `http://localhost:8080`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The relying party: the host, without port and scheme.
    pub(super) fn rp(&self) -> Result<RpId, Stop> {
        AsciiDomain::try_from(self.host.clone()).map(RpId::Domain).map_err(Stop::fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_name_over_tls_or_this_very_machine() {
        for (given, origin) in [
            ("https://plantgate.example", "https://plantgate.example"),
            ("https://Plantgate.example:443/", "https://plantgate.example"),
            ("https://plantgate.example:8443", "https://plantgate.example:8443"),
            ("https://anlage-süd.example", "https://xn--anlage-sd-x9a.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://plant.localhost:8080", "http://plant.localhost:8080"),
        ] {
            assert_eq!(Site::at(given).unwrap().origin(), origin, "{given}");
        }
        for given in [
            "",
            "plantgate.example",
            "http://plantgate.example",
            "https://192.0.2.7",
            "https://[2001:db8::7]",
            "http://127.0.0.1:8080",
            "https://plantgate.example/plant",
            "https://plantgate.example/?a",
            "https://plantgate.example/#a",
            "https://me@plantgate.example",
            "https://plantgate.example.",
            "http://localhost.plantgate.example",
            "ftp://localhost",
            "javascript:alert(1)",
        ] {
            assert!(Site::at(given).is_err(), "{given}");
        }
    }
}
