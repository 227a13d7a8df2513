//! What a signature is under, and when that is no longer what stands. An act asks for its signature itself
//! (`Act::signs`); what is said here of events holds whichever act made them.

use crate::{
    base::SignMeaning,
    event::{
        Event,
        expect::{AgreementEvent, OrganisationEvent},
        permit::{AccessEvent, GrantEvent},
        qualify::QualificationEvent,
    },
};

/// Whether an event is what somebody signs with this meaning: the one of an act's entries that bears its signature.
pub fn bears(event: &Event, meaning: SignMeaning) -> bool {
    match meaning {
        SignMeaning::Agreement => matches!(event, Event::Agreement(AgreementEvent::Signed(_))),
        SignMeaning::Approval | SignMeaning::CoApproval | SignMeaning::QualityRelease => {
            matches!(event, Event::AccessRequest(AccessEvent::Approved(_)))
        }
        SignMeaning::Extension => matches!(event, Event::Grant(GrantEvent::Extended(_))),
        SignMeaning::Qualification => matches!(event, Event::Qualification(QualificationEvent::Decided(_))),
        SignMeaning::Review => matches!(event, Event::Organisation(OrganisationEvent::TrailReviewed(_))),
    }
}

/// Whether an event is never recorded without a signature, whatever its object is like. An approval is not among them:
/// it is signed where the system is a qualified one, which only its act can tell.
pub fn always(event: &Event) -> bool {
    [SignMeaning::Agreement, SignMeaning::Qualification, SignMeaning::Review].iter().any(|m| bears(event, *m))
}

/// Whether an event writes what people signed anew, so that a signature made before it is under an older version. What
/// only follows from a signature (the next approval, the end of an agreement) leaves it standing.
pub fn rewrites(event: &Event) -> bool {
    if let Event::Agreement(on) = event {
        return match on {
            AgreementEvent::Drafted(_) | AgreementEvent::Revised(_) | AgreementEvent::Withdrawn(_) => true,
            AgreementEvent::Signed(_) | AgreementEvent::Ended(_) => false,
        };
    }
    if let Event::AccessRequest(on) = event {
        return match on {
            AccessEvent::Requested(_) | AccessEvent::AttendantNamed(_) => true,
            AccessEvent::Refused(_)
            | AccessEvent::Queued(_)
            | AccessEvent::Approved(_)
            | AccessEvent::Covered(_)
            | AccessEvent::Denied(_)
            | AccessEvent::Withdrawn(_) => false,
        };
    }
    // Each extension is signed by itself: the next one has another end.
    matches!(event, Event::Grant(GrantEvent::Extended(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Day, PersonId, ProviderId},
        event::{
            expect::{AgreementEnded, AgreementFacts, AgreementSigned},
            permit::AttendantNamed,
        },
    };

    fn facts() -> AgreementFacts {
        AgreementFacts {
            provider: ProviderId(uuid::Uuid::nil()),
            reference: "MSA-1".to_owned(),
            name: "A".to_owned(),
            from: day(),
            until: None,
            clauses: Vec::new(),
        }
    }
    fn day() -> Day {
        "2026-01-01".parse().unwrap()
    }

    #[test]
    fn new_words_make_a_signature_stale_and_their_end_does_not() {
        let says = |event: AgreementEvent| rewrites(&event.into());
        assert!(says(AgreementEvent::Revised(facts())));
        assert!(!says(AgreementEvent::Signed(AgreementSigned { day: day() })));
        assert!(!says(AgreementEvent::Ended(AgreementEnded { day: day() })));
        let named = AttendantNamed { attendant: PersonId(uuid::Uuid::nil()), by: PersonId(uuid::Uuid::nil()) };
        assert!(rewrites(&AccessEvent::AttendantNamed(named).into()));
    }

    #[test]
    fn an_agreement_is_never_signed_without_a_signature_and_its_draft_needs_none() {
        let signed: Event = AgreementEvent::Signed(AgreementSigned { day: day() }).into();
        assert!(always(&signed) && bears(&signed, SignMeaning::Agreement) && !bears(&signed, SignMeaning::Review));
        assert!(!always(&AgreementEvent::Drafted(facts()).into()));
    }
}
