//! With what a gateway goes on to the system of a session that takes no certificate: what lies in the vault for it
//! . Given to the gateway that let the person in, each time anew, once the system showed its key; a system that
//! does not take it is told once, and not tried again.

use plantgate_domain::{
    base::SessionId,
    event::expect::{InstanceEvent, SecretKind, SecretRefused},
    expect::{instance::Instance, vault::Goes},
    permit::grant::Grant,
    witness::session::Session,
};
use plantgate_store::{Desk, Stop, memory::Memory, writer::new_request};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::gate::teller;
use crate::{
    act::{Act, App},
    expect::vault::text,
    power::{May, Place, TellSession},
};

/// What lies in the vault for the system of a session.
pub enum Vaulted {
    Password(Zeroizing<String>),
    /// The seed of a key.
    Key(Zeroizing<[u8; 32]>),
    /// It is not tried: the system did not take it before.
    Refused,
    /// It was put there since the session began.
    Since,
}

impl App {
    /// What lies in the vault for the system of a session; nothing where the gateway goes there by a certificate.
    pub async fn gate_vaulted(&self, session: SessionId) -> Result<Option<Vaulted>, Stop> {
        let mut look = self.store().look().await?;
        let session: Session = look.get(session).await?;
        let instance: Instance = look.get(session.facts.instance).await?;
        let grant: Option<Grant> = match session.facts.grant {
            Some(grant) => look.find(grant).await?,
            None => None,
        };
        let emergency = grant.is_some_and(|grant| grant.facts.emergency.is_some());
        let began = Some((session.id, session.facts.started));
        match instance.vaulted.as_ref().map(|vaulted| vaulted.goes(began, emergency, look.now().0)) {
            None => return Ok(None),
            Some(Goes::Refused) => return Ok(Some(Vaulted::Refused)),
            Some(Goes::Since) => return Ok(Some(Vaulted::Since)),
            Some(Goes::Yes) => {}
        }
        let Some((kind, secret)) = self.in_vault(&mut look, &instance).await? else { return Ok(None) };
        Ok(Some(match kind {
            SecretKind::Password => Vaulted::Password(text(secret)?),
            SecretKind::Key => {
                let seed =
                    secret.first_chunk().ok_or_else(|| Stop::fault("a key of another size lies in the vault"))?;
                Vaulted::Key(Zeroizing::new(*seed))
            }
        }))
    }

    /// The system of a session did not take what lies in the vault for it.
    pub async fn gate_refused(&self, session: SessionId) -> Result<(), Stop> {
        self.act(&teller(), new_request()?, TellRefused { session }).await.map(|_| ())
    }
}

/// The system did not take what lies in the vault. What was put there since was not tried.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct TellRefused {
    session: SessionId,
}

impl Act for TellRefused {
    const NAME: &'static str = "tell-login-secret-refused";
    const IN_DOUBT: bool = true;
    type Power = TellSession;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(desk.get::<Session>(self.session).await?.facts.site))
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        let instance: Instance = desk.get(session.facts.instance).await?;
        let tried = instance.vaulted.as_ref().is_some_and(|v| v.was_tried(session.id, session.facts.started));
        if tried {
            let by = SecretRefused { session: session.id };
            desk.append(instance.id, InstanceEvent::SecretRefused(by)).await?;
        }
        Ok(())
    }
}
