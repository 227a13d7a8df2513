//! How a system was found before the work and left behind it: a text, with a file where there is one. What was written
//! stays; a later line stands for it.

use plantgate_domain::{
    base::{InstanceId, Instant, Kind, VisitId, Why},
    event::witness::{AsOf, NotedFile, StateNoted, VisitEvent},
    qualify::item::may_deliver,
    witness::{visit::Visit, visit_acts as rule},
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::visit::{at_the_visit, named};
use crate::{
    act::Act,
    names,
    power::{EnterSession, May},
    qualify::evidence::is_here,
};

/// Most lines about systems that one visit holds.
const MOST: usize = 400;

/// A file whose bytes the door has stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOf {
    pub file_name: String,
    /// Media type such as `image/jpeg`.
    pub media: String,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
}

/// Writes down how a system was found or left.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteState {
    pub visit: String,
    pub of: AsOf,
    /// One of the systems of the visit.
    pub instance: String,
    pub text: String,
    #[serde(default)]
    pub file: Option<FileOf>,
    /// When it was seen so, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for NoteState {
    at_the_visit!("note-state", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        let at = self.at.unwrap_or(desk.now().0);
        rule::may_note(&visit, at, desk.now())?;
        if visit.states.len() >= MOST {
            return Err(Stop::field("text", Why::of("invalid-visit-many").with("most", MOST)));
        }
        let instance: InstanceId = names::resolve(desk, Kind::Instance, &self.instance, "instance").await?;
        if !visit.facts.instances.contains(&instance) {
            return Err(Stop::field("instance", Why::of("invalid-visit-other-system")));
        }
        let text = desk.seal(&names::text(4_000, "text", &self.text)?)?;
        let file = match self.file {
            Some(file) => Some(kept(desk, &visit, file).await?),
            None => None,
        };
        let event = StateNoted { of: self.of, instance, text, file, at };
        desk.append(visit.id, VisitEvent::StateNoted(event)).await?;
        Ok(visit.id)
    }
}

async fn kept(desk: &mut Desk, visit: &Visit, file: FileOf) -> Result<NotedFile, Stop> {
    may_deliver(&file.sha256, file.bytes, &file.media)?;
    is_here(desk, &file.sha256, file.bytes, visit.facts.provider).await?;
    let file_name = desk.seal(&names::text(255, "file_name", &file.file_name)?)?;
    Ok(NotedFile { sha256: file.sha256, bytes: file.bytes, media: file.media, file_name })
}
