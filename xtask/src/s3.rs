//! A private S3 server for one test run: moto from PyPI, in a Python environment of its own under `target`, on
//! loopback, gone when this process is gone (as PostgreSQL's keeper does it, see `postgres`).
use crate::shell::{Done, capture, run};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What is installed, every version written down: a new one comes with a commit.
const PACKAGES: &str = include_str!("s3-packages.txt");

/// Waits on a pipe that only we hold open; however we end, it closes, and the server goes.
const KEEPER: &str = r#"
trap '' INT TERM HUP
"$SERVER" -H 127.0.0.1 -p "$PORT" > "$LOG" 2>&1 < /dev/null &
echo started
read -r _ || true
kill "$!"
"#;

/// Longest wait for the server: a cold Python on a busy machine takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    keeper: Child,
    /// `127.0.0.1:port`
    pub address: String,
}

impl Server {
    /// Installs what is missing and starts one.
    pub fn start() -> Done<Server> {
        let folder = installed()?;
        let free = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("no free port on loopback: {e}"))?;
        let port = free.local_addr().map_err(|e| e.to_string())?.port();
        drop(free);
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER])
            .env("SERVER", folder.join("bin/moto_server"))
            .env("PORT", port.to_string())
            .env("LOG", folder.join("server.log"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start a shell for the S3 server: {e}"))?;
        let mut answer = String::new();
        if let Some(out) = keeper.stdout.take() {
            BufReader::new(out).read_line(&mut answer).map_err(|e| format!("the S3 server's keeper is silent: {e}"))?;
        }
        // From here on dropping it ends the server, also when it never answers.
        let server = Server { keeper, address: format!("127.0.0.1:{port}") };
        let begun = Instant::now();
        while TcpStream::connect(&server.address).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(format!("the S3 server did not start; see {}", folder.join("server.log").display()));
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

/// The folder of the environment, made and filled when it is not there or holds other versions.
fn installed() -> Done<PathBuf> {
    let folder = std::env::current_dir().map_err(|e| e.to_string())?.join("target/tools/s3");
    let (mark, list) = (folder.join("packages.txt"), folder.join("wanted.txt"));
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == PACKAGES) {
        println!("moto: present");
        return Ok(folder);
    }
    println!("moto: installing {} packages through pip", PACKAGES.lines().filter(|l| l.contains("==")).count());
    let by_hand = |e: String| format!("{e}. Needed: python3 with venv, and PyPI or a mirror that pip knows");
    capture(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).map_err(by_hand)?;
    std::fs::write(&list, PACKAGES).map_err(|e| format!("cannot write {}: {e}", list.display()))?;
    let pip = ["install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(folder.join("bin/pip")).args(pip).arg(&list)).map_err(by_hand)?;
    std::fs::rename(&list, &mark).map_err(|e| format!("cannot write {}: {e}", mark.display()))?;
    Ok(folder)
}
