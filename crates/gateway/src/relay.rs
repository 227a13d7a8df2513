//! One channel: what the client asks for, the wait for the attendant, and then bytes in both directions, each at its
//! own pace. A terminal is recorded as it is shown; of anything else the log has sizes and digests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use plantgate_domain::witness::{
    gate::Runs,
    logged::{LogDid, LogWhy},
};
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Pty, client, server::Msg};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};

use crate::{
    authority::{Authority, Course, Report},
    carries,
    files::Files,
    parting::{self, Hears, NO_STATUS},
    recording::{Line, Recorder},
    session::{Said, Seen, Session},
    target::NotReached,
};

/// Size of a terminal of which nobody says it, and the most of one.
const COLUMNS: u32 = 80;
const ROWS: u32 = 24;
const MOST: u32 = 1_000;
/// Characters of a command that are shown to whoever asks what runs.
const SHOWN: usize = 200;

/// A terminal that was asked for.
struct Terminal {
    name: String,
    columns: u32,
    rows: u32,
    pixels: (u32, u32),
    modes: Vec<(Pty, u32)>,
}

/// A size that was said. A client without a terminal of its own says nothing by zero (RFC 4254 §6.2): then it is what
/// terminals are.
fn size(said: u32, usual: u32) -> u32 {
    if said == 0 { usual } else { said.min(MOST) }
}

/// What runs on the channel.
enum Work {
    Shell,
    Command(Vec<u8>),
    Files,
}

/// Relays one channel until its end.
pub async fn run<A: Authority>(session: Arc<Session<A>>, mut channel: Channel<Msg>, place: OwnedSemaphorePermit) {
    let Some((terminal, work)) = asked(&session, &mut channel).await else { return };
    let (mut from, to) = channel.split();
    let status = match goes_on(&session, &mut from, &to, terminal, work).await {
        Ok(status) => status,
        Err(words) => {
            let _gone = to.extended_data_bytes(1, format!("{words}\r\n")).await;
            Some(NO_STATUS)
        }
    };
    if let Some(status) = status {
        let _gone = to.exit_status(status).await;
    }
    // Free before the client learns of the end: whoever has nothing open any more has left, and was not lost.
    drop(place);
    let _gone = to.eof().await;
    let _gone = to.close().await;
}

/// What the client asks for before anything runs. Environment, agent, X11 and other subsystems are refused. The
/// visitor gave the answers already, each before the next question was read: one that came later would be taken for
/// that one's.
async fn asked<A: Authority>(session: &Session<A>, channel: &mut Channel<Msg>) -> Option<(Option<Terminal>, Work)> {
    let mut terminal = None;
    loop {
        let work = match channel.wait().await? {
            ChannelMsg::RequestPty { term, col_width, row_height, pix_width, pix_height, terminal_modes, .. } => {
                let name = term.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.+".contains(*c)).take(64).collect();
                let (columns, rows) = (size(col_width, COLUMNS), size(row_height, ROWS));
                let pixels = (pix_width, pix_height);
                terminal = Some(Terminal { name, columns, rows, pixels, modes: terminal_modes });
                continue;
            }
            // Without one nothing would show what was done in it.
            ChannelMsg::RequestShell { .. } if terminal.is_some() => Work::Shell,
            ChannelMsg::RequestShell { .. } => {
                session.log(json!({ "what": "refused", "why": LogWhy::NoTerminal })).await;
                continue;
            }
            ChannelMsg::Exec { command, .. } if runs(session, &command) => Work::Command(command),
            ChannelMsg::Exec { command, .. } => {
                let shown: String = String::from_utf8_lossy(&command).chars().take(SHOWN).collect();
                session.log(json!({ "what": "refused", "command": shown })).await;
                continue;
            }
            ChannelMsg::RequestSubsystem { name, .. } if opens(session, &name) => Work::Files,
            ChannelMsg::RequestSubsystem { name, .. } => {
                let shown: String = name.chars().take(64).collect();
                session.log(json!({ "what": "refused", "subsystem": shown })).await;
                continue;
            }
            ChannelMsg::Close => return None,
            _ => continue,
        };
        return Some((terminal, work));
    }
}

/// Whether a command may run.
pub fn runs<A: Authority>(session: &Session<A>, command: &[u8]) -> bool {
    let has = session.plan.files;
    let needs = carries::needs(command);
    command.len() <= session.gate.limits.word
        && needs.is_some_and(|needs| (has.into || !needs.into) && (has.out || !needs.out))
}

/// Whether a subsystem is opened: the one in which each file is seen, where the grant lets files go at all.
pub fn opens<A: Authority>(session: &Session<A>, subsystem: &str) -> bool {
    subsystem == "sftp" && (session.plan.files.into || session.plan.files.out)
}

async fn goes_on<A: Authority>(
    session: &Session<A>,
    from: &mut ChannelReadHalf,
    to: &ChannelWriteHalf<Msg>,
    terminal: Option<Terminal>,
    work: Work,
) -> Result<Option<u32>, String> {
    let mut seen = session.seen();
    let Some(early) = held(session, from, to, &mut seen).await? else { return Ok(None) };
    let r = &session.reader;
    let recorder = match &terminal {
        Some(t) => {
            let opened = session.terminal(t.columns, t.rows, t.name.clone()).await;
            Some(opened.ok_or_else(|| r.t("gateway-not-recorded").to_string())?)
        }
        None => None,
    };
    let opened = tokio::select! {
        opened = opened(session, terminal.as_ref()) => opened,
        () = over(&mut seen) => return Err(r.t("gateway-closed-before").to_string()),
    };
    let target = match opened {
        Ok(target) => target,
        Err(why) => {
            let (reason, detail) = why.said();
            session.log(json!({ "what": "not-reached", "why": reason, "detail": detail })).await;
            tracing::warn!(session = %session.plan.session, ?why, "a target was not reached");
            if let NotReached::OtherKey(shown) = &why {
                // Words to the person wait for nobody's record.
                session.tell(Report::OtherKey(shown.clone()));
            }
            return Err(not_reached(session, &why));
        }
    };
    // Minutes may have passed since the door: asked once more, right before it begins.
    if !session.may_begin(false).await {
        return Err(r.t("gateway-closed-before").to_string());
    }
    session.started();
    let began = match &work {
        Work::Shell => target.request_shell(false).await,
        Work::Command(command) => target.exec(false, command.clone()).await,
        Work::Files => target.request_subsystem(true, "sftp").await,
    };
    if let Err(e) = began {
        return Err(not_reached(session, &NotReached::Closed(e.to_string())));
    }
    let command = match &work {
        Work::Shell => json!({ "what": "shell", "terminal": terminal.is_some() }),
        Work::Command(c) => json!({ "what": "exec", "terminal": terminal.is_some(),
            "command": String::from_utf8_lossy(c) }),
        Work::Files => json!({ "what": "sftp", "did": LogDid::Begun }),
    };
    session.log(command).await;
    let runs = match &work {
        Work::Shell => Runs::Shell,
        Work::Command(c) => Runs::Command(String::from_utf8_lossy(c).chars().take(SHOWN).collect()),
        Work::Files => Runs::Files,
    };
    let _until_it_ends = session.works.begins(runs);
    let (target_from, target_to) = target.split();
    if matches!(work, Work::Files) {
        let files = Files { session, early, seen, said: session.hears() };
        return Ok(files.run((from, to), (target_from, target_to)).await);
    }
    let both = Both { session, recorder: recorder.as_ref(), early, seen, said: session.hears() };
    Ok(both.run((from, to), (target_from, target_to)).await)
}

/// Waits until somebody of ours is beside them; what the client sent meanwhile, because a program that speaks first
/// would wait for ever for an answer to what was dropped. Nothing where the client does not wait.
async fn held<A: Authority>(
    session: &Session<A>,
    from: &mut ChannelReadHalf,
    to: &ChannelWriteHalf<Msg>,
    seen: &mut watch::Receiver<Seen>,
) -> Result<Option<Vec<ChannelMsg>>, String> {
    let (mut said, mut early, mut size) = (false, Vec::new(), 0);
    loop {
        let now = *seen.borrow_and_update();
        match now.course {
            Course::Open if !now.alone => return Ok(Some(early)),
            Course::Open if !now.over => {}
            Course::Open | Course::Closing(_) | Course::Safe | Course::Cut => {
                return Err(session.reader.t("gateway-closed-before").to_string());
            }
        }
        if !said {
            let words = format!("{}\r\n", session.reader.t("gateway-held"));
            to.extended_data_bytes(1, words).await.map_err(|e| e.to_string())?;
            said = true;
        }
        tokio::select! {
            changed = seen.changed() => if changed.is_err() { return Ok(None) },
            message = from.wait() => match message {
                None | Some(ChannelMsg::Close) => return Ok(None),
                // What is no part of the work is not kept, or somebody could fill the house with it.
                Some(message @ (ChannelMsg::Data { .. } | ChannelMsg::Eof | ChannelMsg::WindowChange { .. })) => {
                    size += 256 + if let ChannelMsg::Data { data } = &message { data.len() } else { 0 };
                    if size > session.gate.limits.early {
                        return Err(session.reader.t("gateway-early").to_string());
                    }
                    early.push(message);
                }
                Some(_) => {}
            },
        }
    }
}

/// Waits until the session is over.
pub async fn over(seen: &mut watch::Receiver<Seen>) {
    if seen.wait_for(|seen| seen.over).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The same channel at the target, in which nothing runs yet.
async fn opened<A: Authority>(
    session: &Session<A>,
    terminal: Option<&Terminal>,
) -> Result<Channel<client::Msg>, NotReached> {
    let way = session.way().await?;
    let closed = |e: russh::Error| NotReached::Closed(e.to_string());
    let target = way.channel_open_session().await.map_err(closed)?;
    if let Some(t) = terminal {
        let (w, h) = t.pixels;
        target.request_pty(false, &t.name, t.columns, t.rows, w, h, &t.modes).await.map_err(closed)?;
    }
    Ok(target)
}

fn not_reached<A: Authority>(session: &Session<A>, why: &NotReached) -> String {
    let (r, name) = (&session.reader, session.plan.target.name.clone());
    match why {
        NotReached::Away(_) => r.t("gateway-target-away").s("name", name).to_string(),
        NotReached::OtherKey(_) => r.t("gateway-target-other-key").s("name", name).to_string(),
        NotReached::Since => r.t("gateway-target-since").s("name", name).to_string(),
        NotReached::Refused(_) => r.t("gateway-target-refused").s("name", name).to_string(),
        NotReached::Closed(_) => r.t("gateway-target-closed").s("name", name).to_string(),
    }
}

/// Both directions of a channel.
struct Both<'s, A: Authority> {
    session: &'s Session<A>,
    recorder: Option<&'s Recorder>,
    /// What the client sent while it was held.
    early: Vec<ChannelMsg>,
    seen: watch::Receiver<Seen>,
    said: broadcast::Receiver<Said>,
}

impl<A: Authority> Both<'_, A> {
    /// Relays until the target closed, the client went or the session is over; the target's exit status.
    async fn run(
        mut self,
        (from, to): (&mut ChannelReadHalf, &ChannelWriteHalf<Msg>),
        (mut target, into): (ChannelReadHalf, ChannelWriteHalf<client::Msg>),
    ) -> Option<u32> {
        let (session, recorder) = (self.session, self.recorder);
        let mut counted = Counted::default();
        let mut status = None;
        let sent = AtomicU64::new(0);
        let mut hears = Hears { said: self.said, to, recorder };
        tokio::select! {
            () = down(session, &mut target, to, (recorder, &mut counted, &mut status)) => {}
            () = up((self.early, from), &into, (recorder, &sent)) => {}
            () = over(&mut self.seen) => {}
            () = hears.all() => {}
        }
        hears.part(&into, Duration::from_secs(session.gate.limits.parting)).await;
        let sent = sent.into_inner();
        session.log(counted.line(sent, status, recorder.is_some())).await;
        status
    }
}

/// What went by.
#[derive(Default)]
struct Counted {
    bytes: u64,
    digest: Sha256,
    /// What a command without a terminal said, as far as the log takes it.
    text: Vec<u8>,
}

impl Counted {
    fn line(self, sent: u64, status: Option<u32>, terminal: bool) -> serde_json::Value {
        let digest: String = self.digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
        let digest = (!terminal).then_some(digest);
        let text = (!terminal).then(|| String::from_utf8_lossy(&self.text).into_owned());
        json!({ "what": "closed", "out": self.bytes, "in": sent, "sha256": digest, "said": text, "status": status })
    }
}

/// From the client to the target; ends when the client goes.
async fn up(
    (early, from): (Vec<ChannelMsg>, &mut ChannelReadHalf),
    into: &ChannelWriteHalf<client::Msg>,
    (recorder, sent): (Option<&Recorder>, &AtomicU64),
) {
    let mut early = early.into_iter();
    loop {
        let message = match early.next() {
            Some(message) => message,
            None => match from.wait().await {
                Some(message) => message,
                None => break,
            },
        };
        let went = match message {
            ChannelMsg::Data { data } => {
                sent.fetch_add(data.len() as u64, Ordering::Relaxed);
                into.data_bytes(data).await
            }
            ChannelMsg::Eof => into.eof().await,
            ChannelMsg::Signal { signal } => into.signal(signal).await,
            ChannelMsg::WindowChange { col_width, row_height, pix_width, pix_height } => {
                if let Some(recorder) = recorder.filter(|_| col_width > 0 && row_height > 0) {
                    recorder.take(Line::Sized(col_width, row_height)).await;
                }
                into.window_change(col_width, row_height, pix_width, pix_height).await
            }
            ChannelMsg::Close => break,
            _ => Ok(()),
        };
        if went.is_err() {
            break;
        }
    }
}

/// From the target to the client, recorded on its way; ends when the target closes.
async fn down<A: Authority>(
    session: &Session<A>,
    target: &mut ChannelReadHalf,
    to: &ChannelWriteHalf<Msg>,
    (recorder, counted, status): (Option<&Recorder>, &mut Counted, &mut Option<u32>),
) {
    while let Some(message) = target.wait().await {
        let (data, error) = match message {
            ChannelMsg::Data { data } => (data, false),
            ChannelMsg::ExtendedData { data, .. } => (data, true),
            ChannelMsg::Close => break,
            other => {
                *status = parting::status(&other).or(*status);
                continue;
            }
        };
        counted.bytes += data.len() as u64;
        match recorder {
            // Recorded first: what the record cannot take is known before it is shown.
            Some(recorder) => {
                recorder.take(Line::Shown(data.to_vec())).await;
                if recorder.failed() {
                    session.broken();
                }
            }
            None => {
                counted.digest.update(&data);
                let room = session.gate.limits.told.saturating_sub(counted.text.len());
                counted.text.extend(data.iter().take(room));
            }
        }
        let went = if error { to.extended_data_bytes(1, data).await } else { to.data_bytes(data).await };
        if went.is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_of_nothing_is_the_usual_one_and_a_huge_one_is_bounded() {
        assert_eq!([0, 1, 132, 1_000, 70_000].map(|said| size(said, COLUMNS)), [80, 1, 132, 1_000, 1_000]);
    }
}
