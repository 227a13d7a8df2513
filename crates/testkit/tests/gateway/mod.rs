//! The gateway between a stock OpenSSH client and a stock sshd, on both engines: who comes in and who does not, how a
//! session goes on when its permission ends, and what is left of it.

mod alone;
mod called;
mod comes;
mod cutoff;
mod ends;
mod faults;
mod files;
mod keeps;
mod limits;
pub mod plays;
mod room;
mod tells;
mod tools;
mod vault;
mod withstands;

use std::time::Duration;

use plantgate_testkit::{
    demo::Demo,
    gate::{self, Client},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

/// Counts aloud, as a transfer does, until its input ends.
const COUNTS: &str = "'i=0; while read -t 0.1 x || [ $? -gt 128 ]; do i=$((i+1)); echo $i; done; echo done'";

/// A client in whose attended session something runs.
pub struct Running {
    pub client: Child,
    pub into: ChildStdin,
    pub lines: Lines<BufReader<ChildStdout>>,
    /// What the session is called.
    pub session: String,
}

/// Begins something that counts, attended by somebody of ours, and lets it count to three.
pub async fn counting(demo: &Demo, client: Client<'_>) -> Running {
    let mut client = client.begins(&["bash", "-c", COUNTS]);
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    let (into, from) = (client.stdin.take().unwrap(), client.stdout.take().unwrap());
    let lines = BufReader::new(from).lines();
    let mut running = Running { client, into, lines, session: session.facts.reference };
    running.to("3").await;
    running
}

impl Running {
    /// Reads on until it says this.
    pub async fn to(&mut self, words: &str) {
        while !self.next().await.contains(words) {}
    }

    /// The next line of it.
    pub async fn next(&mut self) -> String {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        line.expect("it goes on").unwrap().expect("it did not end")
    }

    /// Ends it from the client's side, by the end of its input; everything the client was told on its way.
    pub async fn leaves(mut self) -> String {
        // In a terminal the end of input is a sign that is typed.
        self.into.write_all(&[0x04]).await.unwrap();
        self.into.shutdown().await.unwrap();
        let Running { client, into, .. } = self;
        drop(into);
        told(client).await
    }

    /// Everything the client was told, once somebody else ended it: it did not want to go.
    pub async fn over(self) -> String {
        let Running { client, into, .. } = self;
        let said = told(client).await;
        drop(into);
        said
    }
}

async fn told(client: Child) -> String {
    let ended = tokio::time::timeout(Duration::from_secs(20), client.wait_with_output()).await;
    String::from_utf8_lossy(&ended.expect("it ends").unwrap().stderr).into_owned()
}

/// An emergency grant for Lucía Ortega on `BMS-B61`: attended, safe end, and its reference.
pub async fn emergency(demo: &Demo, minutes: u32) -> String {
    emergency_for(demo, minutes, &["configure"]).await
}

/// The same with other roles.
pub async fn emergency_for(demo: &Demo, minutes: u32, roles: &[&str]) -> String {
    let body = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": roles, "pattern": "gateway-attended", "minutes": minutes,
        "called_back": true, "reason": "Ventilation stands still." });
    let opened = demo.world.named(&demo.caller("d.weber"), "open-emergency", body).await.unwrap();
    opened["done"]["reference"].as_str().unwrap().to_owned()
}

/// Does an act as somebody.
pub async fn does(demo: &Demo, handle: &str, act: &str, body: Value) -> Value {
    demo.world.named(&demo.caller(handle), act, body).await.unwrap_or_else(|stop| panic!("{act}: {stop:?}"))
}

/// Somebody of ours is beside whoever is inside.
pub async fn attends(demo: &Demo, session: &str) {
    does(demo, "d.weber", "attend-session", json!({ "session": session })).await;
}
