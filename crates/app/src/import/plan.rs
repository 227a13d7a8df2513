//! The acts a row may become: the same structs that pages, API and command line use, run in the turn of the import.

use plantgate_store::{Desk, Stop};
use serde_json::Value;

use crate::{act::Act, power::May, registered::Outcome};

macro_rules! planned {
    ($($name:ident($act:ty)),+ $(,)?) => {
        /// An act that a row asks for.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Planned { $($name(Box<$act>)),+ }

        impl Planned {
            /// Does it, with its own power.
            pub async fn run(self, desk: &mut Desk) -> Result<Outcome, Stop> {
                match self { $(Planned::$name(act) => one(desk, *act).await),+ }
            }
        }
        $(impl From<$act> for Planned { fn from(act: $act) -> Planned { Planned::$name(Box::new(act)) } })+
    };
}

planned! {
    Agreement(crate::expect::agreement::RecordAgreement),
    Activate(crate::qualify::seat::ActivatePerson),
    Conduit(crate::expect::conduit::RegisterConduit),
    Engagement(crate::expect::engagement::DraftTheEngagement),
    Identity(crate::qualify::paper::VerifyIdentity),
    Instance(crate::expect::instance::RegisterInstance),
    Mfa(crate::qualify::paper::SetMfa),
    Person(crate::qualify::invite::InvitePerson),
    Provider(crate::expect::provider::RegisterProvider),
    Scope(crate::expect::scope::ProposeScope),
    Sighting(crate::expect::sighting::RecordSighting),
    Site(crate::expect::site::RegisterSite),
    System(crate::expect::system::RegisterSystem),
    Training(crate::qualify::paper::RecordTraining),
    Zone(crate::expect::zone::RegisterZone),
}

/// Does an act in the turn of another, with its own power.
pub(super) async fn does<A: Act>(desk: &mut Desk, act: A) -> Result<A::Done, Stop> {
    let place = act.place(desk).await?;
    let may = May::<A::Power>::ask(desk, &place).await?;
    act.run(may, desk).await
}

/// What it says it came to; an act that does not say changed something if it left an entry.
async fn one<A: Act>(desk: &mut Desk, act: A) -> Result<Outcome, Stop> {
    let before = desk.entries();
    let done = does(desk, act).await?;
    let done = serde_json::to_value(done).map_err(Stop::fault)?;
    match done.get("outcome").and_then(Value::as_str) {
        Some(said) => serde_json::from_value(Value::from(said)).map_err(Stop::fault),
        None if desk.entries() == before => Ok(Outcome::Unchanged),
        None => Ok(Outcome::Changed),
    }
}
