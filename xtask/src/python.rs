//! Servers for one test run that come from PyPI: each in a Python environment of its own under `target`, on loopback,
//! gone when this process is gone (as PostgreSQL's keeper does it, see `postgres`).
use crate::shell::{Done, capture, run};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Waits on a pipe that only we hold open; however we end, it closes, and the server goes.
const KEEPER: &str = r#"
trap '' INT TERM HUP
"$@" > "$LOG" 2>&1 < /dev/null &
echo started
read -r _ || true
kill "$!"
"#;

/// Longest wait for a server: a cold Python on a busy machine takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    keeper: Child,
    /// `127.0.0.1:port`
    pub address: String,
}

impl Server {
    /// Starts a server by a command that is told its port, and waits until it answers.
    pub fn start(what: &str, folder: &Path, command: impl Fn(u16) -> Vec<OsString>) -> Done<Server> {
        let free = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("no free port on loopback: {e}"))?;
        let port = free.local_addr().map_err(|e| e.to_string())?.port();
        drop(free);
        let log = folder.join("server.log");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args(command(port))
            .env("LOG", &log)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start a shell for {what}: {e}"))?;
        let mut answer = String::new();
        if let Some(out) = keeper.stdout.take() {
            BufReader::new(out).read_line(&mut answer).map_err(|e| format!("the keeper of {what} is silent: {e}"))?;
        }
        // From here on dropping it ends the server, also when it never answers.
        let server = Server { keeper, address: format!("127.0.0.1:{port}") };
        let begun = Instant::now();
        while TcpStream::connect(&server.address).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{what} did not start; see {}", log.display()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ended = self.keeper.wait();
    }
}

/// The folder of an environment, made and filled when it is not there or holds other versions. Where the list names
/// hashes, pip takes nothing else.
pub fn installed(name: &str, packages: &str) -> Done<PathBuf> {
    let folder = std::env::current_dir().map_err(|e| e.to_string())?.join("target/tools").join(name);
    let (mark, list) = (folder.join("packages.txt"), folder.join("wanted.txt"));
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == packages) {
        println!("{name}: present");
        return Ok(folder);
    }
    println!("{name}: installing {} packages through pip", packages.lines().filter(|l| l.contains("==")).count());
    let by_hand = |e: String| format!("{e}. Needed: python3 with venv, and PyPI or a mirror that pip knows");
    capture(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).map_err(by_hand)?;
    std::fs::write(&list, packages).map_err(|e| format!("cannot write {}: {e}", list.display()))?;
    let pip = ["install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(folder.join("bin/pip")).args(pip).arg(&list)).map_err(by_hand)?;
    std::fs::rename(&list, &mark).map_err(|e| format!("cannot write {}: {e}", mark.display()))?;
    Ok(folder)
}
