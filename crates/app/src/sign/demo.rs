//! The demo plant's history tells of signatures that nobody typed anything for. They are marked as what they are, in
//! the record, for ever; the writer's turn takes them on data whose first entry says *demo*, and on no other.

use plantgate_domain::base::Factor;
use plantgate_store::Stop;
use uuid::Uuid;

use super::Proven;
use crate::act::{Act, Answer, App, Caller};

impl App {
    /// Does an act of the demo's history, signed with the mark of the demo where it wants a signature.
    pub(crate) async fn told<A: Act>(&self, caller: &Caller, request: Uuid, act: A) -> Result<Answer<A::Done>, Stop> {
        let wanted = match self.act(caller, request, act.clone()).await {
            Err(Stop::Unsigned(wanted)) => *wanted,
            other => return other,
        };
        let person = caller.actor.person().ok_or(Stop::NotFound)?;
        let proven = Proven { person, request, wanted, factors: vec![Factor::Demo], first: true, key: None };
        self.act_proven(caller, request, act, Some(proven)).await
    }
}
