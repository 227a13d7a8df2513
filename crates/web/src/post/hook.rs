//! Webhooks: an event as JSON, without any name, posted to an address that an administrator gave. Who receives it knows
//! by the signature that it is ours, by the time in it that it is not old, and by its id that it is not a second one.
//! Where an address leads is looked at when it is asked, and what was looked at is what is connected to: a name that
//! changes its mind between the two leads nowhere.

use std::{net::IpAddr, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use plantgate_app::{
    App, Stop,
    messages::{Job, What, hook, outbox, tell::HOOK},
    read::Memory,
};
use plantgate_domain::{
    base::{Instant, Why},
    thing::AnyThing,
};
use plantgate_wire::words::{Lang, Reader};
use reqwest::{Client, Url, redirect::Policy};
use serde_json::json;
use sha2::Sha256;

use super::{smtp::NotSent, words};
use crate::door::names::Names;

/// Where webhooks may lead, and how people reach us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HooksAt {
    /// Networks of the plant's own, as `10.20.0.0/16`; without one only public addresses are reached.
    pub inside: Vec<String>,
    pub link: String,
    pub patience: Duration,
}

/// Posts events.
pub struct Hooks {
    inside: Vec<Net>,
    link: String,
    patience: Duration,
}

/// A network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Net {
    base: IpAddr,
    bits: u32,
}

impl Net {
    fn read(text: &str) -> Option<Net> {
        let (base, bits) = text.split_once('/')?;
        let (base, bits): (IpAddr, u32) = (base.parse().ok()?, bits.parse().ok()?);
        let most = if base.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Net { base, bits })
    }
    fn holds(&self, ip: IpAddr) -> bool {
        let high = |bits: u128, width: u32, take: u32| if take == 0 { 0 } else { bits >> (width - take) };
        match (self.base, ip) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                high(u32::from(a).into(), 32, self.bits) == high(u32::from(b).into(), 32, self.bits)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => high(a.into(), 128, self.bits) == high(b.into(), 128, self.bits),
            _ => false,
        }
    }
}

/// Whether an address is one of the wide world: nothing of this machine, of a private network, of a cloud's inside.
pub(crate) fn public(ip: IpAddr) -> bool {
    const NONE: &[&str] = &[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    ];
    match ip.to_canonical() {
        v4 @ IpAddr::V4(_) => !NONE.iter().filter_map(|n| Net::read(n)).any(|net| net.holds(v4)),
        // Global unicast, without the addresses that wrap others (6to4, Teredo, NAT64 lies outside it).
        v6 @ IpAddr::V6(_) => {
            let inside = |text: &str| Net::read(text).is_some_and(|net| net.holds(v6));
            inside("2000::/3") && !["2001::/23", "2001:db8::/32", "2002::/16"].into_iter().any(inside)
        }
    }
}

impl Hooks {
    /// Ready to post.
    pub fn new(at: &HooksAt) -> Result<Hooks, Stop> {
        let wrong = || Stop::field("webhooks.inside", Why::of("invalid-webhook-network"));
        let inside = at.inside.iter().map(|n| Net::read(n).ok_or_else(wrong)).collect::<Result<_, _>>()?;
        plantgate_app::choose_tls();
        Ok(Hooks { inside, link: at.link.trim_end_matches('/').to_owned(), patience: at.patience })
    }

    /// What is wrong with an address before anybody asks it: its form. Where it leads is looked at when it is used.
    pub fn fits(text: &str) -> Result<(), Why> {
        let wrong = || Why::of("invalid-webhook-url");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let web = ["https", "http"].contains(&url.scheme()) && url.host().is_some();
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if web && bare && text.len() <= 500 { Ok(()) } else { Err(wrong()) }
    }

    /// Whether this address may be connected to: the plant's own networks by any line, the wide world by TLS alone.
    fn allows(&self, ip: IpAddr, plain: bool) -> bool {
        let ip = ip.to_canonical();
        self.inside.iter().any(|net| net.holds(ip)) || !plain && public(ip)
    }

    /// Posts a body; what came back becomes a word of ours.
    async fn post(&self, url: &str, headers: [(&str, String); 3], body: String) -> Result<(), NotSent> {
        let never = NotSent::Never("outbox-hook-target");
        let url = Url::parse(url).map_err(|_| never)?;
        let host = url.host_str().ok_or(never)?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().ok_or(never)?;
        let away = NotSent::Later("outbox-hook-unreachable");
        let asked = tokio::time::timeout(self.patience, tokio::net::lookup_host((host.as_str(), port)));
        let found = asked.await.map_err(|_late| away)?.map_err(|_unknown| away)?;
        let all: Vec<std::net::SocketAddr> = found.collect();
        let plain = url.scheme() == "http";
        if all.is_empty() || !all.iter().all(|a| self.allows(a.ip(), plain)) {
            return Err(never);
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(self.patience)
            .resolve_to_addrs(&host, &all)
            .build()
            .map_err(|_| NotSent::Later("outbox-fault"))?;
        let mut request = client.post(url).header("Content-Type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(reply) if reply.status().is_success() => Ok(()),
            Ok(reply) if reply.status() == 410 => Err(NotSent::Never("outbox-hook-gone")),
            Ok(reply) => {
                tracing::warn!(status = reply.status().as_u16(), "a webhook was not taken");
                Err(NotSent::Later("outbox-hook-refused"))
            }
            Err(_unsaid) => Err(away),
        }
    }
}

/// `t=1763278200,v1=…`: HMAC-SHA256 with the secret over the time, a dot and the body.
pub fn signature(secret: &[u8], at: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    Some(format!("t={at},v1={hex}"))
}

/// One round; how many were taken.
pub async fn round(app: &App, hooks: &Hooks) -> Result<u64, Stop> {
    if app.store().watermark().behind().is_some() {
        return Ok(0);
    }
    let mut taken = 0;
    loop {
        let now = now(app).await?;
        let jobs = outbox::claim(app.store().db(), HOOK, now, 10).await?;
        for job in &jobs {
            taken += u64::from(one(app, hooks, job).await?);
        }
        if jobs.is_empty() {
            return Ok(taken);
        }
    }
}

async fn now(app: &App) -> Result<Instant, Stop> {
    Ok(app.store().look().await?.now().0)
}

async fn one(app: &App, hooks: &Hooks, job: &Job) -> Result<bool, Stop> {
    let db = app.store().db();
    let said = match written(app, hooks, job).await {
        Ok(None) => Ok(false),
        Ok(Some((url, headers, body))) => hooks.post(&url, headers, body).await.map(|()| true),
        Err(stop) => {
            tracing::warn!(%stop, "a webhook could not be written");
            Err(NotSent::Later("outbox-fault"))
        }
    };
    match said {
        Ok(taken) => {
            let mut tx = db.write().await?;
            outbox::done(&mut tx, job).await?;
            tx.commit().await?;
            return Ok(taken);
        }
        Err(NotSent::Later(said)) => outbox::failed(db, job, now(app).await?, said).await?,
        Err(NotSent::Never(said)) => outbox::bury(db, job, now(app).await?, said).await?,
    }
    Ok(false)
}

type Written = (String, [(&'static str, String); 3], String);

/// What is posted: never a name, so that nothing personal leaves by this way.
async fn written(app: &App, hooks: &Hooks, job: &Job) -> Result<Option<Written>, Stop> {
    let mut look = app.store().look().await?;
    let all = hook::all(look.tx()).await?;
    let (Some(hook), Some(what)) = (all.into_iter().find(|h| Some(h.id) == job.target), What::of(&job.what)) else {
        return Ok(None);
    };
    let Some(kept) = look.kept(job.on).await? else { return Ok(None) };
    let organisation = look.organisation().await?;
    let lang = organisation.and_then(|o| Lang::of(&o.facts.language)).unwrap_or_default();
    let reader = Reader { lang, zone: plantgate_domain::base::ZoneName::utc() };
    let mut names = Names::default();
    if let AnyThing::Activation(a) = &kept.thing
        && let Some(name) = look.kept(a.engagement.into()).await?.and_then(|k| k.thing.card().reference)
    {
        names.call(a.engagement, &name);
    }
    let said = words::say(&reader, &names, what, &kept.thing, false);
    let id = job.id.to_string();
    let body = json!({
        "id": id,
        "at": job.made,
        "what": what.as_str(),
        "urgent": what.urgent(),
        "kind": job.on.kind.as_str(),
        "reference": kept.thing.card().reference,
        "text": said.title,
        "link": format!("{}{}", hooks.link, said.href),
    });
    let body = body.to_string();
    let secret = app.store().keyring().unseal(&hook.sealed)?;
    let secs = look.now().0.micros().div_euclid(1_000_000);
    let signature = signature(&secret, secs, &body).ok_or_else(|| Stop::fault("a webhook's secret is no key"))?;
    let headers = [("Plantgate-Id", id), ("Plantgate-Timestamp", secs.to_string()), ("Plantgate-Signature", signature)];
    Ok(Some((hook.url, headers, body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hooks(inside: &[&str]) -> Hooks {
        let inside = inside.iter().map(|n| (*n).to_owned()).collect();
        Hooks::new(&HooksAt { inside, link: "https://x.example".to_owned(), patience: Duration::from_secs(1) }).unwrap()
    }

    #[test]
    fn only_the_wide_world_by_tls_and_networks_that_are_named() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let bare = hooks(&[]);
        for bad in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(!bare.allows(ip(bad), false) && !bare.allows(ip(bad), true), "{bad}");
        }
        for good in ["93.184.216.34", "2606:4700::1111"] {
            assert!(bare.allows(ip(good), false) && !bare.allows(ip(good), true), "{good}");
        }
        let named = hooks(&["10.20.0.0/16", "fd00::/8"]);
        assert!(named.allows(ip("10.20.7.7"), true) && named.allows(ip("::ffff:10.20.7.7"), true));
        assert!(!named.allows(ip("10.21.0.1"), false) && named.allows(ip("fd12::1"), false));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "x/8", "::/129"] {
            assert!(Net::read(wrong).is_none(), "{wrong}");
        }
        assert!(hooks(&["0.0.0.0/0"]).allows(ip("127.0.0.1"), true));
    }

    #[test]
    fn a_signature_is_what_another_tool_makes_and_changes_with_each_part() {
        // HMAC-SHA256 of "1.{}" with the key "k", computed with openssl
        let one = signature(b"k", 1, "{}").unwrap();
        assert_eq!(one, "t=1,v1=3dd49b2593d0f9a349e9e71c4bde3e2b862c2be4003fe9b4ba81332029310158");
        for other in [signature(b"l", 1, "{}"), signature(b"k", 2, "{}"), signature(b"k", 1, "{ }")] {
            assert_ne!(other.unwrap().split("v1=").nth(1), one.split("v1=").nth(1));
        }
    }

    #[test]
    fn an_address_is_of_the_web_and_holds_no_password() {
        assert!(Hooks::fits("https://hooks.plant.example/a?b=c").is_ok());
        for wrong in
            ["", "ftp://a.example", "https://me:pw@a.example", "https://a.example/#x", "//a.example", "file:///etc"]
        {
            assert!(Hooks::fits(wrong).is_err(), "{wrong}");
        }
    }
}
