//! A provider is registered and revised.

use plantgate_domain::{
    base::{Kind, ProviderId},
    event::expect::{Known, ProviderEvent, ProviderFacts, ProviderKind},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Registers a service provider, or revises the one with that reference; the same facts again change nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterProvider {
    /// Short reference such as `P-09`.
    pub reference: String,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    #[serde(default)]
    pub kinds: Vec<ProviderKind>,
    /// BCP 47, the first is the portal's.
    #[serde(default)]
    pub languages: Vec<String>,
}

impl Act for RegisterProvider {
    const NAME: &'static str = "register-provider";
    type Power = Import;
    type Done = Registered<ProviderId>;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let reference = names::text(40, "reference", &self.reference)?;
        let name = names::text(200, "name", &self.name)?;
        let old = desk.named(Kind::Provider, &reference).await?;
        let mut facts = ProviderFacts::new(&reference, &name, &self.country);
        facts.kinds = self.kinds;
        facts.languages = self.languages;
        facts.substitute = Known::Unknown;
        let Some(on) = old else {
            let id = ProviderId(desk.new_id());
            desk.append(id, ProviderEvent::Registered(facts)).await?;
            return Ok(Registered::new(id, reference));
        };
        let id = ProviderId(on.id);
        let stands: plantgate_domain::expect::provider::Provider = desk.get(id).await?;
        facts.contacts = stands.facts.contacts.clone();
        if stands.facts == facts {
            return Ok(Registered::unchanged(id, reference));
        }
        desk.append(id, ProviderEvent::Revised(facts)).await?;
        Ok(Registered::changed(id, reference))
    }
}
