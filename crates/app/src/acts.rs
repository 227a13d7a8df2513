//! Every act by name: API, command line, import and demo reach acts through this one list, so that no door can do
//! what another cannot.

use std::pin::Pin;

use plantgate_domain::base::Why;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    act::{Act, App, Caller},
    bearer, expect, import, permit,
    power::Power,
    qualify, review,
    sign::Typed,
    stop::Stop,
    witness,
};

macro_rules! acts {
    ($($act:ty),+ $(,)?) => {
        /// Names of all acts, in the order of the wings.
        pub const NAMES: &[&str] = &[$(<$act as Act>::NAME),+];

        /// The power an act asks for, for pages that offer it; the act asks again in its turn.
        pub fn power(name: &str) -> Option<&'static str> {
            match name {
                $(n if n == <$act as Act>::NAME => Some(<<$act as Act>::Power as Power>::KEY),)+
                _ => None,
            }
        }

        /// Whether an old proof of the second factor is not enough for the act of that name.
        pub fn steps_up(name: &str) -> bool {
            match name {
                $(n if n == <$act as Act>::NAME => <$act as Act>::STEP_UP,)+
                _ => false,
            }
        }

        /// Whether a program may do the act of that name by a token that names it.
        pub fn by_token(name: &str) -> bool {
            const fn proves<A: Act>() -> bool {
                A::STEP_UP || A::SIGNS
            }
            match name {
                $(n if n == <$act as Act>::NAME => bearer::may_ever(n, proves::<$act>()),)+
                _ => false,
            }
        }

        /// Does the act of that name with a JSON body.
        pub async fn act(app: &App, caller: &Caller, request: Uuid, name: &str, body: Value) -> Result<Value, Stop> {
            match name {
                $(n if n == <$act as Act>::NAME => does::<$act>(app, caller, request, body).await,)+
                _ => Err(Stop::NotFound),
            }
        }

        /// Whether the act of that name may want a signature.
        pub fn signs(name: &str) -> bool {
            match name {
                $(n if n == <$act as Act>::NAME => <$act as Act>::SIGNS,)+
                _ => false,
            }
        }

        /// Does the act of that name, signed by its caller where it wants that.
        pub async fn signed(
            app: &App,
            caller: &Caller,
            request: Uuid,
            (name, body): (&str, Value),
            typed: &Typed,
        ) -> Result<Value, Stop> {
            match name {
                $(n if n == <$act as Act>::NAME => signs_and_does::<$act>(app, caller, request, body, typed).await,)+
                _ => Err(Stop::NotFound),
            }
        }

        /// Tells the act of that name as the demo's history does, marked where it wants a signature.
        pub(crate) async fn told(
            app: &App,
            caller: &Caller,
            request: Uuid,
            name: &str,
            body: Value,
        ) -> Result<Value, Stop> {
            match name {
                $(n if n == <$act as Act>::NAME => tells::<$act>(app, caller, request, body).await,)+
                _ => Err(Stop::NotFound),
            }
        }

        /// The schema of the body that the act of that name reads; `None` for no act.
        pub fn schema(name: &str) -> Option<Value> {
            match name {
                $(n if n == <$act as Act>::NAME => crate::schema::of::<$act>(),)+
                _ => None,
            }
        }

        /// Shows what the act of that name would do.
        pub async fn preview(app: &App, caller: &Caller, name: &str, body: Value) -> Result<Value, Stop> {
            match name {
                $(n if n == <$act as Act>::NAME => shows::<$act>(app, caller, body).await,)+
                _ => Err(Stop::NotFound),
            }
        }
    };
}

acts! {
    expect::agreement::RecordAgreement,
    expect::agreement::SignTheAgreement,
    expect::clock::ConfirmClock,
    expect::conduit::RegisterConduit,
    expect::endpoint::PinEndpoint,
    expect::endpoint::UnpinEndpoint,
    expect::engagement::DraftTheEngagement,
    expect::engagement::ReviseEngagement,
    expect::found::FoundOrganisation,
    expect::instance::RegisterInstance,
    expect::measures::AgreeMeasures,
    expect::measures::BreakMeasure,
    expect::mode::ApproveTheMode,
    expect::provider::RegisterProvider,
    expect::questions::AnswerTierQuestions,
    expect::rules::AdoptTheRules,
    expect::scope::ApproveTheScope,
    expect::scope::EndScope,
    expect::scope::ProposeScope,
    expect::sighting::RecordSighting,
    expect::site::RegisterSite,
    expect::system::RegisterSystem,
    expect::tier::OverrideTheTier,
    expect::tier::StateTheTierFacts,
    expect::vault::PutLoginSecret,
    expect::vault::RemoveLoginSecret,
    expect::vault::ShowLoginSecret,
    expect::witnesses::NameCosigners,
    expect::zone::RegisterZone,
    qualify::certificate::RecordCertificate,
    qualify::certificate::VerifyCertificate,
    qualify::credential::EndSignIns,
    qualify::credential::RemoveCredential,
    qualify::credential::SetCredential,
    qualify::directory::KeepPerson,
    qualify::erase::ErasePerson,
    qualify::erase::EraseText,
    qualify::evidence::DeliverEvidence,
    qualify::evidence::QuarantineItem,
    qualify::evidence::ReviewEvidence,
    qualify::invite::InvitePerson,
    qualify::notice::ClearNotice,
    qualify::notice::NoticePerson,
    qualify::notice::WithdrawNotice,
    qualify::paper::RecordTraining,
    qualify::paper::SetMfa,
    qualify::paper::VerifyIdentity,
    qualify::people::AskPeople,
    qualify::people::AttestPeople,
    qualify::people::ClosePeopleAsk,
    qualify::qualification::AttachQualification,
    qualify::qualification::DecideQualification,
    qualify::qualification::ExplainLapse,
    qualify::qualification::MeetCondition,
    qualify::qualification::WithdrawQualification,
    qualify::request::MarkRequestSeen,
    qualify::request::SendRequest,
    qualify::role::GiveRole,
    qualify::role::TakeRole,
    qualify::seat::ActivatePerson,
    qualify::seat::ResumePerson,
    qualify::seat::SuspendPersonNow,
    qualify::service::HandOverService,
    qualify::service::MakeService,
    qualify::token::RevokeToken,
    permit::activation::ActivateEngagement,
    permit::activation::AgreeMethod,
    permit::activation::Attest,
    permit::activation::EndActivation,
    permit::activation::KeepInUse,
    permit::activation::ResumeActivation,
    permit::activation::SuspendActivation,
    permit::activation::WithdrawAttestation,
    permit::approve::ApproveAccess,
    permit::approve::DenyAccess,
    permit::approve::NameAttendant,
    permit::approve::WithdrawAccess,
    permit::ask::RequestAccess,
    permit::beforehand::AgreeBeforehand,
    permit::beforehand::ApproveBeforehand,
    permit::beforehand::WithdrawBeforehand,
    permit::calendar::AttestCalendar,
    permit::calendar::LiftFreeze,
    permit::calendar::SetFreeze,
    permit::change::RecordChange,
    permit::emergency::OpenEmergency,
    permit::emergency::ReviewEmergency,
    permit::grant::ExtendGrant,
    permit::grant::ResumeGrant,
    permit::grant::RevokeGrant,
    permit::grant::SuspendGrant,
    permit::hold::LiftHold,
    permit::hold::SetHold,
    permit::shift::ConfirmShift,
    permit::step::TakeStep,
    witness::account_list::SayOfAccount,
    witness::account_list::TakeAccountList,
    witness::account::AssignAccount,
    witness::account::RecordAccount,
    witness::account::RemoveAccount,
    witness::adjacent::NoteAdjacentLog,
    witness::bound::BindAccount,
    witness::bound::ConfirmAccount,
    witness::bound::UnbindAccount,
    witness::checkout::CheckInAccount,
    witness::checkout::CheckOutAccount,
    witness::bring::BringRecording,
    witness::device::BringDevice,
    witness::device::CheckDevice,
    witness::device::ConnectDevice,
    witness::disconnect::Disconnect,
    witness::jump::TakeSshCertificate,
    witness::logbook::LogSession,
    witness::noted::NoteState,
    witness::play::ViewRecording,
    witness::retention::KeepRecording,
    witness::retention::ReleaseRecording,
    witness::retention::SetRecordingDays,
    witness::session::AttendSession,
    witness::session::AttributeSession,
    witness::session::EndSession,
    witness::session::ConfirmSafeEnd,
    witness::session::CutSession,
    witness::session::ReviewSession,
    witness::sheets::IssueCodes,
    witness::sheets::NameCodeReader,
    witness::sheets::WithdrawCodes,
    witness::start::StartSession,
    witness::visit::AnnounceVisit,
    witness::visit::NameVisitSystems,
    witness::visit::NameVisitor,
    witness::visiting::AttendVisit,
    witness::visiting::CallOffVisit,
    witness::visiting::CloseVisit,
    witness::visiting::NameVisitAttendant,
    witness::visiting::RecordArrival,
    witness::visiting::RecordLeaving,
    review::action::ClaimAction,
    review::action::HoldJointReview,
    review::action::PlanAction,
    review::action::VerifyAction,
    review::finding::CloseFinding,
    review::finding::ConfirmFinding,
    review::finding::DismissFinding,
    review::finding::DisputeFinding,
    review::finding::ReopenFinding,
    review::finding::ShareFinding,
    review::propose::ProposeFinding,
    review::task::CloseTask,
    review::trail::ConcludeTrailReview,
    review::trail::LookAtExceptions,
    review::watch::Watch,
    import::ImportRows,
    import::sheet::ImportSheet,
    import::sheet::UndoImport,
}

/// Reads a body; the error names the field and why.
/// What an act comes to, on the heap: one function over all acts holds as many futures as there are acts in its frame,
/// and a thread's stack is no place for that.
type Coming<'a> = Pin<Box<dyn Future<Output = Result<Value, Stop>> + Send + 'a>>;

fn does<'a, A: Act>(app: &'a App, caller: &'a Caller, request: Uuid, body: Value) -> Coming<'a> {
    Box::pin(async move { json(app.act(caller, request, read::<A>(body)?).await?) })
}

fn signs_and_does<'a, A: Act>(
    app: &'a App,
    caller: &'a Caller,
    request: Uuid,
    body: Value,
    typed: &'a Typed,
) -> Coming<'a> {
    Box::pin(async move { json(app.signed(caller, request, read::<A>(body)?, typed).await?) })
}

fn tells<'a, A: Act>(app: &'a App, caller: &'a Caller, request: Uuid, body: Value) -> Coming<'a> {
    Box::pin(async move { json(app.told(caller, request, read::<A>(body)?).await?) })
}

fn shows<'a, A: Act>(app: &'a App, caller: &'a Caller, body: Value) -> Coming<'a> {
    Box::pin(async move { json(app.preview(caller, read::<A>(body)?).await?) })
}

fn json<T: Serialize>(done: T) -> Result<Value, Stop> {
    serde_json::to_value(done).map_err(Stop::fault)
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Stop> {
    serde_json::from_value(body).map_err(|e| Stop::field("body", Why::of("invalid-said").with("said", e.to_string())))
}

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn what_takes_a_new_proof_and_what_never_waits_for_one() {
        let asked: Vec<&str> = NAMES.iter().copied().filter(|name| super::steps_up(name)).collect();
        // a new act of this kind is added here, so that somebody looks at it; `record-pack`, `make-recovery-codes`
        // and `make-token` are done by their own doors only
        let wanted = [
            "adopt-rules",
            "approve-mode",
            "override-tier",
            "name-cosigners",
            "pin-endpoint",
            "put-login-secret",
            "remove-login-secret",
            "show-login-secret",
            "take-ssh-certificate",
            "remove-credential",
            "set-credential",
            "erase-person",
            "erase-text",
            "release-recording",
            "set-recording-days",
            "invite-person",
            "give-role",
            "take-role",
            "resume-person",
            "make-service",
            "hand-over-service",
            "revoke-token",
            "keep-in-use",
            "lift-hold",
            "agree-beforehand",
            "approve-beforehand",
            "agree-measures",
            "bind-account",
            "unbind-account",
            "issue-codes",
        ];
        for name in NAMES {
            assert_eq!(asked.contains(name), wanted.contains(name), "{name}");
        }
        let stops = ["disconnect", "revoke-grant", "cut-session", "confirm-safe-end", "unpin-endpoint"];
        let never =
            ["open-emergency", "suspend-person", "set-hold", "end-sign-ins", "withdraw-beforehand", "break-measure"];
        for never in stops.into_iter().chain(never) {
            assert!(NAMES.contains(&never) && !super::steps_up(never), "{never}");
        }
    }

    #[test]
    fn every_act_has_its_own_name() {
        for name in NAMES {
            assert_eq!(NAMES.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
            assert!(super::schema(name).is_some(), "{name} reads something no schema can say");
        }
    }
}
