//! What is said on a channel and how it ends, whatever went over it: words of the gateway, the close at the target, and
//! the status that the client gets.

use std::time::Duration;

use russh::{ChannelMsg, ChannelWriteHalf, client, server::Msg};
use tokio::sync::broadcast::{Receiver, error};

use crate::{
    recording::{Line, Recorder},
    session::Said,
};

/// The status of whatever ended without one of its own: by a signal, or refused.
pub const NO_STATUS: u32 = 255;

/// A channel, with the words that come for it.
pub struct Hears<'s> {
    pub said: Receiver<Said>,
    pub to: &'s ChannelWriteHalf<Msg>,
    pub recorder: Option<&'s Recorder>,
}

impl Hears<'_> {
    /// Says every word as it comes; never ends.
    pub async fn all(&mut self) {
        loop {
            match self.said.recv().await {
                Ok(said) => self.tell(said).await,
                // Some were missed: what comes next is heard all the same.
                Err(error::RecvError::Lagged(_)) => {}
                Err(error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Closes the target's channel; whoever hears that it is over hears why first. A peer that takes nothing holds that
    /// up for a while and no longer.
    pub async fn part(mut self, target: &ChannelWriteHalf<client::Msg>, within: Duration) {
        let last = async {
            loop {
                match self.said.try_recv() {
                    Ok(said) => self.tell(said).await,
                    Err(error::TryRecvError::Lagged(_)) => {}
                    Err(error::TryRecvError::Empty | error::TryRecvError::Closed) => break,
                }
            }
            let _gone = target.close().await;
        };
        let _deaf = tokio::time::timeout(within, last).await;
    }

    /// Words of the gateway, in the terminal and in its record. Where there is no terminal only the last ones: others
    /// would stand between what a program reads.
    async fn tell(&self, Said { words, last }: Said) {
        if let Some(recorder) = self.recorder {
            recorder.take(Line::Marked(words.clone())).await;
        }
        if last || self.recorder.is_some() {
            tell(self.to, &words).await;
        }
    }
}

/// Words to the person, set off from what a program says.
pub async fn tell(to: &ChannelWriteHalf<Msg>, words: &str) {
    let _gone = to.extended_data_bytes(1, format!("\r\n*** {words} ***\r\n")).await;
}

/// How what ran on the channel ended, where the message says it.
pub fn status(message: &ChannelMsg) -> Option<u32> {
    match message {
        ChannelMsg::ExitStatus { exit_status } => Some(*exit_status),
        ChannelMsg::ExitSignal { .. } => Some(NO_STATUS),
        _ => None,
    }
}
