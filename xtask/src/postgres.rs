//! A private PostgreSQL for one test run: loopback only, own data folder, gone when this process is gone.
//!
//! A small shell *keeper* owns the cluster and waits on a pipe that only we hold open. However we end (success, a
//! failed suite, Ctrl-C, kill -9) the pipe closes, and the keeper stops the server and removes the data.
use crate::shell::{Done, find_program};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// PostgreSQL refuses to run as root, so root lends the work to the user its package made.
const OWNER: &str = "postgres";

/// Real settings on purpose (fsync stays on): the tests must see the engine customers run. Only sizes differ.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd /
umask 077
dir=$(mktemp -d "${TMPDIR:-/tmp}/plantgate-pg.XXXXXX") || exit 1
printf '%s' "$PASSWORD" > "$dir/password"
[ -z "$OWNER" ] || chown -R "$OWNER" "$dir"
as() { if [ -n "$OWNER" ]; then runuser -u "$OWNER" -- "$@"; else "$@"; fi; }
fail() { cat "$dir"/*.log >&2; rm -rf "$dir"; echo failed; exit 1; }
as "$BIN/initdb" -D "$dir/data" -U plantgate -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 \
  > "$dir/initdb.log" 2>&1 || fail
as "$BIN/pg_ctl" start -w -t 60 -D "$dir/data" -l "$dir/server.log" \
  -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir \
      -c max_connections=200 -c shared_buffers=256MB" > "$dir/start.log" 2>&1 < /dev/null || fail
echo ready
cat > /dev/null
as "$BIN/pg_ctl" stop -w -m fast -D "$dir/data" > /dev/null 2>&1 \
  || as "$BIN/pg_ctl" stop -w -m immediate -D "$dir/data" > /dev/null 2>&1
rm -rf "$dir"
"#;

pub struct Cluster {
    keeper: Child,
    pub url: String,
}

impl Cluster {
    /// Several tries, because the free port we saw may be taken a moment later.
    pub fn start() -> Done<Cluster> {
        let bin = binaries().ok_or("PostgreSQL's initdb is nowhere: install the package postgresql")?;
        let mut last = String::new();
        for _ in 0..3 {
            match Cluster::try_start(&bin) {
                Ok(cluster) => return Ok(cluster),
                Err(words) => last = words,
            }
        }
        Err(last)
    }

    fn try_start(bin: &PathBuf) -> Done<Cluster> {
        let port = free_port()?;
        let password = random_hex()?;
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "plantgate-postgres-keeper"])
            .env("BIN", bin)
            .env("OWNER", if is_root() { OWNER } else { "" })
            .env("PORT", port.to_string())
            .env("PASSWORD", &password)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start a shell for PostgreSQL: {e}"))?;
        let mut answer = String::new();
        if let Some(out) = keeper.stdout.take() {
            BufReader::new(out).read_line(&mut answer).map_err(|e| format!("PostgreSQL's keeper is silent: {e}"))?;
        }
        let url = format!("postgres://plantgate:{password}@127.0.0.1:{port}/postgres");
        let cluster = Cluster { keeper, url };
        if answer.trim() == "ready" { Ok(cluster) } else { Err("PostgreSQL did not start; its words are above".into()) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Waiting makes "stopped" true when the command returns; a keeper that is already gone is fine too.
        let _ended = self.keeper.wait();
    }
}

/// The folder of initdb and pg_ctl: Debian keeps them off PATH, one folder per major version; the newest wins.
pub fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
        .collect();
    versions.sort();
    if let Some((_, bin)) = versions.pop() {
        return Some(bin);
    }
    let real = find_program("initdb", &[])?.canonicalize().ok()?;
    real.parent().filter(|bin| bin.join("pg_ctl").is_file()).map(PathBuf::from)
}

pub fn is_root() -> bool {
    // The owner of our own entry under /proc is the effective user; no foreign call needed.
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

fn free_port() -> Done<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("no free port on loopback: {e}"))?;
    Ok(listener.local_addr().map_err(|e| e.to_string())?.port())
}

/// Other people may share the machine, so even a test cluster has a password.
fn random_hex() -> Done<String> {
    let mut bytes = [0u8; 16];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|e| format!("no random bytes: {e}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
