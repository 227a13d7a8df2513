//! Who is measured: OpenSSH straight to a system, OpenSSH through a jump host of its own (*ProxyJump*), and the
//! gateway; on one machine, with one client, and what each costs the machine in the middle.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate, free_port, login},
    world::World,
};

/// How one goes to the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Direct,
    ProxyJump,
    Gateway,
}

impl Way {
    pub const ALL: [Way; 3] = [Way::Direct, Way::ProxyJump, Way::Gateway];

    pub fn name(self) -> &'static str {
        match self {
            Way::Direct => "direct",
            Way::ProxyJump => "OpenSSH ProxyJump",
            Way::Gateway => "gateway",
        }
    }
}

/// A stock sshd that lets in by a key of its own.
struct Plain {
    port: u16,
    child: std::process::Child,
}

impl Plain {
    async fn start(folder: &Path, name: &str, key: &Path) -> Plain {
        let (host, port) = (folder.join(format!("{name}-host")), free_port().await);
        keygen(&host);
        let text = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}.pub\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nUsePAM no\nPidFile none\nStrictModes no\nMaxStartups 1000\n\
             PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n",
            host.display(),
            key.display()
        );
        let config = folder.join(format!("{name}-config"));
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-f"]).arg(&config).stdin(Stdio::null()).stderr(Stdio::null());
        // From here on it ends with what holds it.
        let plain = Plain { port, child: command.spawn().unwrap() };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return plain;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("sshd did not begin");
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn keygen(file: &Path) {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file).status();
    assert!(made.unwrap().success());
}

/// All of them.
pub struct Peers {
    pub demo: Demo,
    pub gate: Gate,
    target: Plain,
    jump: Plain,
    key: PathBuf,
    pub folder: PathBuf,
}

impl Peers {
    pub async fn open() -> Peers {
        let demo = Demo::on(World::sqlite().await).await;
        let gate = Gate::open(&demo).await;
        // What waits for a person measures a person.
        gate.waits_for_nobody();
        let folder = super::super::folder();
        let key = folder.join("key");
        keygen(&key);
        let target = Plain::start(&folder, "target", &key).await;
        let jump = Plain::start(&folder, "jump", &key).await;
        Peers { demo, gate, target, jump, key, folder }
    }

    /// A client of one way with these options and this command; nobody types anything, what it says goes nowhere.
    /// `grant` is what the gateway's client names.
    pub async fn client(&self, way: Way, grant: &str, options: &[&str], command: &[&str]) -> Command {
        let mut ssh = match way {
            Way::Gateway => self.gate.client(&self.demo, "l.ortega", grant).await.command().into_std(),
            Way::Direct => self.plain(options, self.target.port),
            Way::ProxyJump => {
                let jump = self.plain(options, self.jump.port);
                let words = jump.get_args().map(|w| w.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
                let mut ssh = self.plain(options, self.target.port);
                ssh.arg("-o").arg(format!("ProxyCommand=ssh {words} -W %h:%p 127.0.0.1"));
                ssh
            }
        };
        // As options of the first hop alone a terminal would be asked for at the jump host.
        ssh.args(options).arg(if command.first() == Some(&"-tt") { "-tt" } else { "-T" }).arg("127.0.0.1");
        ssh.args(command.iter().filter(|word| **word != "-tt"));
        ssh.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        ssh
    }

    fn plain(&self, options: &[&str], port: u16) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR"]);
        ssh.args(["-o", "UserKnownHostsFile=/dev/null", "-o", &format!("User={}", login())]);
        ssh.arg("-o").arg(format!("IdentityFile={}", self.key.display())).arg("-o").arg(format!("Port={port}"));
        ssh.args(options).env_remove("SSH_AUTH_SOCK");
        ssh
    }

    /// CPU-seconds of whoever stands in the middle of a way so far. The gateway is this process, in which little else
    /// happens; a jump host is its listener with every child that ended.
    pub async fn spent(&self, way: Way) -> f64 {
        match way {
            Way::Direct => 0.0,
            Way::Gateway => {
                // Before the first session there is none to wait for.
                if gate::newest(&self.demo).await.is_some() {
                    gate::quiet(&self.demo).await;
                }
                own_seconds()
            }
            Way::ProxyJump => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                ticks(&self.jump.child.id().to_string(), 4)
            }
        }
    }

    /// Bytes of memory of whoever stands in the middle: shared pages are shared out (*PSS*).
    pub fn memory(&self, way: Way) -> u64 {
        match way {
            Way::Direct => 0,
            Way::Gateway => pss("self"),
            Way::ProxyJump => family(self.jump.child.id()).iter().map(|pid| pss(&pid.to_string())).sum(),
        }
    }
}

/// User and system time of a process, and of its children that ended where `fields` is 4; in seconds.
fn ticks(process: &str, fields: usize) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let numbers = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(fields);
    // Linux counts in hundredths of a second.
    numbers.map(|n| n.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

/// CPU-seconds of this process so far.
pub fn own_seconds() -> f64 {
    ticks("self", 2)
}

fn pss(process: &str) -> u64 {
    let all = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = all.lines().find_map(|l| l.strip_prefix("Pss:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1_024
}

/// A process and everybody below it.
fn family(of: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut all = vec![of];
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        all.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    all
}
