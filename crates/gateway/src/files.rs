//! A channel of SFTP between client and target: the filter sees every packet, the log every file. Whatever it answers
//! itself goes to the client between two answers of the target, never inside one.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, client, server::Msg};
use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast, mpsc, watch};

use crate::{
    authority::{Authority, Course},
    parting::{self, Hears, NO_STATUS, tell},
    relay::over,
    session::{Said, Seen, Session},
    sftp::{Bounds, Filter, Out, Says, Transfer},
};

/// Filters of the channels that run, for whoever wants to know how far transfers are.
#[derive(Default)]
pub struct Transfers(Mutex<Vec<Weak<Mutex<Filter>>>>);

impl Transfers {
    fn runs(&self, filter: &Arc<Mutex<Filter>>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.strong_count() > 0);
        all.push(Arc::downgrade(filter));
    }

    /// Every transfer that runs now.
    pub fn all(&self) -> Vec<Transfer> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let running: Vec<_> = all.iter().filter_map(Weak::upgrade).collect();
        drop(all);
        running.iter().flat_map(|one| locked(one).transfers()).collect()
    }
}

fn locked(filter: &Mutex<Filter>) -> std::sync::MutexGuard<'_, Filter> {
    filter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Both directions of a channel of SFTP.
pub struct Files<'s, A: Authority> {
    pub session: &'s Session<A>,
    /// What the client sent while it was held.
    pub early: Vec<ChannelMsg>,
    pub seen: watch::Receiver<Seen>,
    pub said: broadcast::Receiver<Said>,
}

impl<A: Authority> Files<'_, A> {
    /// Relays until the target closed, the client went or the session is over; the target's exit status.
    pub async fn run(
        mut self,
        (from, to): (&mut ChannelReadHalf, &ChannelWriteHalf<Msg>),
        (mut target, into): (ChannelReadHalf, ChannelWriteHalf<client::Msg>),
    ) -> Option<u32> {
        let session = self.session;
        let filter = Arc::new(Mutex::new(filter(session)));
        session.files.runs(&filter);
        let (answers, answered) = mpsc::channel(session.gate.limits.answers);
        let (mut sent, mut got, mut status) = (0, 0, None);
        let (lines, turn, answered_one) = (Mutex::default(), tokio::sync::Mutex::new(()), Notify::new());
        let ends = Ends { session, filter: &filter, to, lines: &lines, turn: &turn, moved: &answered_one };
        let seen = self.seen.clone();
        let mut hears = Hears { said: self.said, to, recorder: None };
        tokio::select! {
            () = ends.down((&mut target, answered), &mut got, &mut status) => {}
            () = ends.up((self.early, from), (&into, answers, seen), &mut sent) => {}
            () = over(&mut self.seen) => {}
            () = hears.all() => {}
        }
        hears.part(&into, Duration::from_secs(session.gate.limits.parting)).await;
        let rest = locked(&filter).ends();
        ends.log(rest).await;
        session.log(json!({ "what": "closed", "sftp": true, "in": sent, "out": got, "status": status })).await;
        status
    }
}

fn filter<A: Authority>(session: &Session<A>) -> Filter {
    let (l, r) = (session.gate.limits, &session.reader);
    let bounds = Bounds { packet: l.packet, flight: l.flight, open: l.open, room: l.room };
    let says = Says {
        no_in: r.t("gateway-files-no-in").to_string(),
        no_out: r.t("gateway-files-no-out").to_string(),
        closing: r.t("gateway-files-closing").to_string(),
        unknown: r.t("gateway-files-unknown").to_string(),
        many: r.t("gateway-files-many").to_string(),
    };
    Filter::new(session.plan.files, bounds, says)
}

/// What both directions share.
struct Ends<'s, A: Authority> {
    session: &'s Session<A>,
    filter: &'s Mutex<Filter>,
    to: &'s ChannelWriteHalf<Msg>,
    /// Lines of the log that are not in it yet: whatever ends a direction ends none of them.
    lines: &'s Mutex<VecDeque<Value>>,
    turn: &'s tokio::sync::Mutex<()>,
    /// The target answered something.
    moved: &'s Notify,
}

impl<A: Authority> Ends<'_, A> {
    /// Puts lines into the log, each once and in order.
    async fn log(&self, lines: Vec<Value>) {
        let queue = || self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        queue().extend(lines);
        let _turn = self.turn.lock().await;
        loop {
            let Some(line) = queue().front().cloned() else { return };
            self.session.log(line).await;
            queue().pop_front();
        }
    }

    /// Waits for what the target still owes, but not long: whoever goes without waiting for an answer did it all the
    /// same, and the log has it.
    async fn settles(&self) {
        let all = async {
            while !locked(self.filter).settled() {
                self.moved.notified().await;
            }
        };
        let parting = Duration::from_secs(self.session.gate.limits.parting);
        let _owes = tokio::time::timeout(parting, all).await;
    }

    /// Passes on what the client asked, and whatever waited for an answer of the target; whether it goes on.
    async fn asks(
        &self,
        data: &[u8],
        (into, answers, seen): (&ChannelWriteHalf<client::Msg>, &mpsc::Sender<Vec<u8>>, &watch::Receiver<Seen>),
    ) -> bool {
        let mut data = data;
        loop {
            let out = locked(self.filter).up(data, self.may_open(seen));
            data = &[];
            let Some((on, back)) = self.said(out).await else { return false };
            if !back.is_empty() && answers.send(back).await.is_err() {
                return false;
            }
            if !on.is_empty() && into.data_bytes(on).await.is_err() {
                return false;
            }
            if !locked(self.filter).full() {
                return true;
            }
            self.moved.notified().await;
        }
    }

    /// From the client to the target; ends when the client goes.
    async fn up(
        &self,
        (early, from): (Vec<ChannelMsg>, &mut ChannelReadHalf),
        (into, answers, seen): (&ChannelWriteHalf<client::Msg>, mpsc::Sender<Vec<u8>>, watch::Receiver<Seen>),
        sent: &mut u64,
    ) {
        let mut early = early.into_iter();
        loop {
            let message = match early.next() {
                Some(message) => message,
                None => match from.wait().await {
                    Some(message) => message,
                    None => return self.settles().await,
                },
            };
            let goes_on = match message {
                ChannelMsg::Data { data } => {
                    *sent = sent.saturating_add(data.len() as u64);
                    self.asks(&data, (into, &answers, &seen)).await
                }
                ChannelMsg::Eof => into.eof().await.is_ok(),
                ChannelMsg::Close => return self.settles().await,
                _ => true,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Whether a file may be opened: as the watch of the session saw it last, which asks every second. A copy of ten
    /// thousand small files asks the record no ten thousand times.
    fn may_open(&self, seen: &watch::Receiver<Seen>) -> bool {
        let seen = *seen.borrow();
        seen.course == Course::Open && !seen.over && !seen.alone && !self.session.is_broken()
    }

    /// From the target to the client, with what the gateway answers itself; ends when the target closes.
    async fn down(
        &self,
        (target, mut answered): (&mut ChannelReadHalf, mpsc::Receiver<Vec<u8>>),
        got: &mut u64,
        status: &mut Option<u32>,
    ) {
        loop {
            let message = tokio::select! {
                Some(answer) = answered.recv() => {
                    // A client that is gone takes nothing; what the target still says is heard all the same.
                    let _gone = self.to.data_bytes(answer).await;
                    continue;
                }
                message = target.wait() => message,
            };
            let went = match message {
                Some(ChannelMsg::Data { data }) => {
                    *got = got.saturating_add(data.len() as u64);
                    let out = locked(self.filter).down(&data);
                    let Some((on, _)) = self.said(out).await else { return };
                    self.moved.notify_one();
                    if on.is_empty() { Ok(()) } else { self.to.data_bytes(on).await }
                }
                Some(ChannelMsg::ExtendedData { data, .. }) => {
                    *got = got.saturating_add(data.len() as u64);
                    self.to.extended_data_bytes(1, data).await
                }
                Some(ChannelMsg::Failure) => {
                    *status = Some(NO_STATUS);
                    return tell(self.to, &self.session.reader.t("gateway-files-none").to_string()).await;
                }
                Some(ChannelMsg::Close) | None => return,
                Some(other) => {
                    *status = parting::status(&other).or(*status);
                    Ok(())
                }
            };
            // The other direction sees that the client is gone, and waits for what the target owes.
            let _gone = went;
        }
    }

    /// Logs and says what came of some bytes; what goes on and what goes back, or nothing where it is over.
    async fn said(&self, out: Out) -> Option<(Vec<u8>, Vec<u8>)> {
        self.log(out.log).await;
        for words in out.words {
            tell(self.to, &words).await;
        }
        if let Some(why) = out.broken {
            self.session.log(json!({ "what": "broken", "sftp": true, "why": why })).await;
            tell(self.to, &self.session.reader.t("gateway-files-broken").to_string()).await;
            return None;
        }
        Some((out.on, out.back))
    }
}
