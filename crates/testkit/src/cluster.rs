//! A PostgreSQL of one test's own, which may be stopped, started, and given a disk that is too small. The others share
//! the one of the test command, which nobody may stop.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{postgres::server, world::request};

/// Ends the server and removes its data when the pipe closes, however the test ends (as xtask's keeper does).
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd /
read -r _ || true
as() { if [ -n "$OWNER" ]; then runuser -u "$OWNER" -- "$@"; else "$@"; fi; }
as "$BIN/pg_ctl" stop -m immediate -D "$DIR/data" > /dev/null 2>&1
rm -rf "$DIR"
"#;

/// Makes the data folder and says so.
const MAKE: &str = r#"
cd /
umask 077
mkdir "$DIR" || exit 1
printf '%s' "$PASSWORD" > "$DIR/password"
[ -z "$OWNER" ] || chown -R "$OWNER" "$DIR"
as() { if [ -n "$OWNER" ]; then runuser -u "$OWNER" -- "$@"; else "$@"; fi; }
as "$BIN/initdb" -D "$DIR/data" -U plantgate -A scram-sha-256 --pwfile="$DIR/password" -E UTF8 --locale=C.UTF-8 \
  --no-sync > "$DIR/initdb.log" 2>&1
"#;

/// An authority, and a certificate of it for this machine by name. Beside them another authority that signed nothing.
const CERTIFY: &str = r#"
set -e
cd "$DIR"
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
for one in ours theirs; do
  openssl req -x509 $new -keyout $one.key -out $one.crt -subj "/CN=$one" > certify.log 2>&1
done
openssl req $new -keyout data/server.key -out server.csr -subj /CN=localhost >> certify.log 2>&1
printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' > server.ext
openssl x509 -req -in server.csr -CA ours.crt -CAkey ours.key -CAcreateserial -days 2 -extfile server.ext \
  -out data/server.crt >> certify.log 2>&1
chmod 600 data/server.key
[ -z "$OWNER" ] || chown "$OWNER" data/server.key data/server.crt
printf 'ssl = on\n' >> data/postgresql.conf
"#;

/// Ports that are tried before a server counts as one that does not start.
const TRIES: usize = 5;

/// The server.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    owner: &'static str,
    port: u16,
    password: String,
    keeper: Child,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Cluster {
    /// Running; `None` when the run has no PostgreSQL, or one of another machine: then it says so.
    pub fn start() -> Option<Cluster> {
        Cluster::of(&[MAKE])
    }
    /// The same with TLS, by a certificate for the name `localhost`.
    pub fn with_tls() -> Option<Cluster> {
        Cluster::of(&[MAKE, CERTIFY])
    }
    /// The certificate of an authority: `ours` signed the server's, `theirs` did not.
    pub fn authority(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.crt"))
    }

    fn of(scripts: &[&str]) -> Option<Cluster> {
        server()?;
        let Some(bin) = binaries() else {
            crate::left_out::left_out(
                "PostgreSQL's initdb is nowhere: what needs a server of its own is not tested here",
            );
            return None;
        };
        let folder = std::env::temp_dir().join(format!("plantgate-cluster-{}", request().simple()));
        let password = request().simple().to_string();
        let owner = if is_root() { "postgres" } else { "" };
        let shell = |script: &str| {
            let mut sh = Command::new("sh");
            sh.args(["-c", script]).env("BIN", &bin).env("DIR", &folder).env("OWNER", owner).env("PASSWORD", &password);
            sh
        };
        for script in scripts {
            assert!(shell(script).status().unwrap().success(), "see the logs in {}", folder.display());
        }
        let keeper = shell(KEEPER).stdin(Stdio::piped()).spawn().unwrap();
        let mut cluster = Cluster { bin, folder, owner, port: free_port(), password, keeper };
        // Between asking for a port and listening on it another test may have taken it.
        for _ in 0..TRIES {
            if cluster.started() {
                return Some(cluster);
            }
            cluster.port = free_port();
        }
        panic!("PostgreSQL did not start; see {}", cluster.log().display());
    }
    /// Starts it again.
    pub fn begin(&self) {
        assert!(self.started(), "PostgreSQL did not start; see {}", self.log().display());
    }
    fn started(&self) -> bool {
        let folder = self.folder.display();
        // What autovacuum gives back on a small disk, and when, is nothing a test could count on.
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c autovacuum=off",
            self.port
        );
        self.ctl(&["start", "-w", "-o", &options, "-l", &self.log().to_string_lossy()])
    }
    fn log(&self) -> PathBuf {
        self.folder.join("data/server.log")
    }
    /// Stops it as a power cut does.
    pub fn stop(&self) {
        assert!(self.ctl(&["stop", "-m", "immediate"]), "PostgreSQL did not stop");
    }
    /// Address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://plantgate:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }
    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }
    /// A folder of somebody else's that the server may use.
    pub fn lend(&self, folder: &Path) {
        if !self.owner.is_empty() {
            assert!(Command::new("chown").arg(self.owner).arg(folder).status().unwrap().success());
        }
    }

    fn ctl(&self, words: &[&str]) -> bool {
        let (ctl, data) = (self.bin.join("pg_ctl"), self.folder.join("data"));
        let mut command = if self.owner.is_empty() { Command::new(&ctl) } else { Command::new("runuser") };
        if !self.owner.is_empty() {
            command.args(["-u", self.owner, "--"]).arg(&ctl);
        }
        // The server inherits what is not its own: nothing of ours.
        command.arg("-D").arg(data).args(words).current_dir("/").stdin(Stdio::null());
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|s| s.success())
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The folder of initdb and pg_ctl: Debian keeps them off PATH, one folder for each major version; the newest wins.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.filter_map(|v| Some((v.file_name().to_str()?.parse::<u32>().ok()?, v.path().join("bin"))));
    let on_path = || {
        let found = Command::new("sh").args(["-c", "command -v initdb"]).stdout(Stdio::piped()).spawn().ok()?;
        let mut line = String::new();
        BufReader::new(found.stdout?).read_line(&mut line).ok()?;
        Path::new(line.trim()).canonicalize().ok()?.parent().map(Path::to_owned)
    };
    newest.filter(|(_, bin)| bin.join("initdb").is_file()).max().map(|(_, bin)| bin).or_else(on_path)
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}
