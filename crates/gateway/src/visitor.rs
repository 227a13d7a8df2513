//! One connection from outside: key, notice, second factor, and only then a channel. Who they are is bound to the key,
//! and everything proven is forgotten when they call themselves by another name.

use std::{
    borrow::Cow,
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use plantgate_wire::words::Msg as Words;
use russh::{
    Channel, ChannelId, MethodKind, MethodSet, Pty,
    server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Response, Session as Ssh, VerifiedPublicKey},
};
use tokio::time::Instant;

use crate::{
    authority::{Authority, Factor, Knock, Pass},
    clock, forward,
    house::{Gate, Stranger},
    keys,
    line::Cutter,
    relay,
    session::Session,
};

/// Somebody at the door.
pub struct Visitor<A: Authority> {
    gate: Arc<Gate<A>>,
    from: IpAddr,
    /// The name they said with the key they hold.
    proven: Option<(String, Pass)>,
    /// They were told why not, and are asked nothing more.
    refused: bool,
    wrong: usize,
    /// Set once they said who they are; keys are exchanged then.
    spoke: Arc<OnceLock<()>>,
    /// Their session, once they came in; whoever ends the connection looks there, too.
    seat: Seat<A>,
    /// Channels with a terminal.
    terminals: HashSet<ChannelId>,
    /// Closes their line.
    cutter: Cutter,
    /// Counted among those who have proven nothing, until they have.
    stranger: Option<Stranger<A>>,
}

/// Whether a peer said who it is: what a program does at once, and a peer that only holds a place never.
pub type Spoke = Arc<OnceLock<()>>;

/// Where the session of a connection is put.
pub type Seat<A> = Arc<OnceLock<Arc<Session<A>>>>;

impl<A: Authority> Visitor<A> {
    pub fn new(stranger: Stranger<A>, spoke: Spoke, seat: Seat<A>, cutter: Cutter) -> Visitor<A> {
        let (gate, from) = (stranger.gate.clone(), stranger.from);
        Visitor {
            gate,
            from,
            proven: None,
            refused: false,
            wrong: 0,
            spoke,
            seat,
            terminals: HashSet::new(),
            cutter,
            stranger: Some(stranger),
        }
    }

    async fn knock(&self, user: &str, key: &russh::keys::PublicKey) -> Option<Pass> {
        let _before = self.spoke.set(());
        if self.wrong >= self.gate.limits.tries || user.len() > 64 {
            return None;
        }
        let fingerprint = keys::fingerprint(key);
        self.gate.authority.knock(Knock { fingerprint: &fingerprint, grant: user, from: self.from }).await
    }

    /// Forgets what was proven under another name (RFC 4252 §5), whichever method it is that names them.
    fn called(&mut self, user: &str) {
        if self.pass(user).is_none() {
            self.proven = None;
        }
    }

    /// The pass, if it was proven under the name that is said now.
    fn pass(&self, user: &str) -> Option<&Pass> {
        self.proven.as_ref().filter(|(said, _)| said == user).map(|(_, pass)| pass)
    }

    /// A refusal, always told after the same time: how long it took would say who is known here.
    async fn refusal(&self, asked: Instant) -> Auth {
        tokio::time::sleep_until(asked + Duration::from_millis(self.gate.limits.refusal)).await;
        Auth::reject()
    }

    /// The notice and the two questions: that it was read, and the code.
    fn questions(pass: &Pass, wrong: bool) -> Auth {
        let mut text = pass.notice.clone();
        if wrong {
            let words = match pass.factor {
                Factor::App => "gateway-code-wrong",
                Factor::Sheet => "gateway-alone-wrong",
                Factor::Emergency => "gateway-alone-emergency-wrong",
            };
            text = format!("{}\n\n{text}", pass.reader.t(words));
        }
        let code = match pass.factor {
            Factor::App => "gateway-code",
            Factor::Sheet => "gateway-alone-code",
            Factor::Emergency => "gateway-alone-emergency-code",
        };
        let ask = |id: &'static str| Cow::Owned(format!("{} ", pass.reader.t(id)));
        Auth::Partial {
            name: Cow::Owned(pass.reader.t("gateway-title").to_string()),
            instructions: Cow::Owned(text),
            prompts: Cow::Owned(vec![(ask("gateway-read"), true), (ask(code), false)]),
        }
    }

    async fn answered(&mut self, user: &str, read: &str, code: &str) -> Auth {
        let Some(pass) = self.pass(user).cloned() else { return self.refusal(clock::now()).await };
        let yes = is_yes(read, &pass.reader.t("gateway-yes"));
        // A code that was read out is used up, whether or not they agree to the notice: somebody knows it now.
        let right = (yes || pass.factor != Factor::App) && self.gate.authority.prove(&pass, code.trim()).await;
        if !yes || !right {
            self.wrong += 1;
            let again = self.wrong < self.gate.limits.tries;
            return if again { Self::questions(&pass, true) } else { self.refusal(clock::now()).await };
        }
        match self.gate.authority.begin(&pass).await {
            Ok(plan) => match Session::begin(self.gate.clone(), plan, pass.reader.clone(), self.cutter.clone()).await {
                Ok(session) => {
                    let _once = self.seat.set(session);
                    self.stranger = None;
                    Auth::Accept
                }
                Err(words) => self.told(&pass, &[words]),
            },
            Err(reasons) => self.told(&pass, &reasons),
        }
    }

    /// Reasons, with nothing to answer: whoever proved who they are learns why it is not now.
    fn told(&mut self, pass: &Pass, reasons: &[String]) -> Auth {
        self.refused = true;
        let lines: Vec<String> = reasons.iter().map(|r| format!("- {r}")).collect();
        Auth::Partial {
            name: Cow::Owned(pass.reader.t("gateway-not-now").to_string()),
            instructions: Cow::Owned(lines.join("\n")),
            prompts: Cow::Borrowed(&[]),
        }
    }
}

/// However a connection ends, its session learns of it.
impl<A: Authority> Drop for Visitor<A> {
    fn drop(&mut self) {
        if let Some(session) = self.seat.get() {
            session.leave();
        }
    }
}

/// Whether somebody says that they read it: the word of their language, or *yes*, which every client can type.
fn is_yes(said: &str, word: &Words<'_>) -> bool {
    let said = said.trim().to_lowercase();
    said == "yes" || said == word.to_string().to_lowercase()
}

/// The one way that goes on after the key.
fn then_questions() -> Auth {
    let methods = MethodSet::from(&[MethodKind::KeyboardInteractive][..]);
    Auth::Reject { proceed_with_methods: Some(methods), partial_success: true }
}

impl<A: Authority> Handler for Visitor<A> {
    type Error = russh::Error;

    async fn authentication_banner(&mut self) -> Result<Option<String>, russh::Error> {
        // Said to strangers too: they learn that a door is closed for everybody, and nothing of anybody.
        Ok(self.gate.authority.away().await.map(|words| format!("{words}\r\n")))
    }

    async fn auth_none(&mut self, user: &str) -> Result<Auth, russh::Error> {
        let _before = self.spoke.set(());
        self.called(user);
        Ok(Auth::reject())
    }

    async fn auth_publickey_offered(&mut self, user: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, russh::Error> {
        let asked = clock::now();
        self.called(user);
        if self.knock(user, offer.public_key).await.is_some() {
            return Ok(Auth::Accept);
        }
        Ok(self.refusal(asked).await)
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, russh::Error> {
        let asked = clock::now();
        self.proven = self.knock(user, key.public_key).await.map(|pass| (user.to_owned(), pass));
        if self.proven.is_some() {
            return Ok(then_questions());
        }
        Ok(self.refusal(asked).await)
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let asked = clock::now();
        self.called(user);
        let Some(pass) = self.pass(user).filter(|_| !self.refused && self.seat.get().is_none()) else {
            return Ok(self.refusal(asked).await);
        };
        if let Some(words) = pass.unable.clone() {
            let pass = pass.clone();
            return Ok(self.told(&pass, &[words]));
        }
        let Some(response) = response else { return Ok(Self::questions(pass, false)) };
        let said: Vec<String> = response.take(2).map(|b| String::from_utf8_lossy(&b).into_owned()).collect();
        let [read, code] = said.as_slice() else { return Ok(self.refusal(asked).await) };
        Ok(self.answered(user, read, code).await)
    }

    async fn auth_succeeded(&mut self, ssh: &mut Ssh) -> Result<(), russh::Error> {
        if let Some(session) = self.seat.get() {
            session.connected(ssh.handle());
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _ssh: &mut Ssh,
    ) -> Result<(), russh::Error> {
        // A handle that is dropped says no: no session, a course that is not open, too many at once. Asked beside the
        // loop of this connection, in which everything else of it waits.
        let Some(session) = self.seat.get().cloned() else { return Ok(()) };
        tokio::spawn(async move {
            if let Some(place) = session.place().await {
                reply.accept().await;
                relay::run(session, channel, place).await;
            }
        });
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        ssh: &mut Ssh,
    ) -> Result<(), russh::Error> {
        self.terminals.insert(channel);
        ssh.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, ssh: &mut Ssh) -> Result<(), russh::Error> {
        match self.terminals.contains(&channel) {
            true => ssh.channel_success(channel),
            false => ssh.channel_failure(channel),
        }
    }

    async fn channel_close(&mut self, channel: ChannelId, _ssh: &mut Ssh) -> Result<(), russh::Error> {
        self.terminals.remove(&channel);
        Ok(())
    }

    async fn exec_request(&mut self, channel: ChannelId, data: &[u8], ssh: &mut Ssh) -> Result<(), russh::Error> {
        match self.seat.get().is_some_and(|session| relay::runs(session, data)) {
            true => ssh.channel_success(channel),
            false => ssh.channel_failure(channel),
        }
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _from: &str,
        _from_port: u32,
        reply: ChannelOpenHandle,
        _ssh: &mut Ssh,
    ) -> Result<(), russh::Error> {
        let Some(session) = self.seat.get().cloned() else { return Ok(()) };
        tokio::spawn(forward::run(session, channel, (host.to_owned(), port), reply));
        Ok(())
    }

    async fn subsystem_request(&mut self, channel: ChannelId, name: &str, ssh: &mut Ssh) -> Result<(), russh::Error> {
        match self.seat.get().is_some_and(|session| relay::opens(session, name)) {
            true => ssh.channel_success(channel),
            false => ssh.channel_failure(channel),
        }
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        _name: &str,
        _value: &str,
        ssh: &mut Ssh,
    ) -> Result<(), russh::Error> {
        ssh.channel_failure(channel)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _single: bool,
        _protocol: &str,
        _cookie: &str,
        _screen: u32,
        ssh: &mut Ssh,
    ) -> Result<(), russh::Error> {
        ssh.channel_failure(channel)
    }
}
