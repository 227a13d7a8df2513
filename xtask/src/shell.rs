//! Starting other programs, and nothing else: one way to run them, one way to run them while reading along.
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};

/// What every chore returns: the error is a sentence for a person.
pub type Done<T = ()> = Result<T, String>;

/// Works from any folder of the repository. The binary may be shared between worktrees, so the folder the person
/// stands in decides, never the folder this was compiled in.
pub fn enter_root() -> Done {
    let here = std::env::current_dir().map_err(|e| format!("cannot see the current folder: {e}"))?;
    let root = here
        .ancestors()
        .find(|folder| is_root(folder))
        .ok_or_else(|| "run this inside the Plantgate repository".to_string())?;
    std::env::set_current_dir(root).map_err(|e| format!("cannot enter {}: {e}", root.display()))
}

fn is_root(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.lines().any(|l| l == "[workspace]"))
}

/// The cargo that started us, so that a `+toolchain` choice is kept. What it told us of ourselves is not passed on: the
/// build script of `ring` is made anew when it changes, and with it everything that speaks TLS, half of the house.
pub fn cargo_command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| told(name)) {
        command.env_remove(name);
    }
    command
}

pub fn cargo(args: &[&str]) -> Done {
    run(cargo_command().args(args))
}

/// Runs with the terminal attached, except for stdin: nothing we start may ask a question.
pub fn run(command: &mut Command) -> Done {
    let name = describe(command);
    let status = command.stdin(Stdio::null()).status().map_err(|e| format!("cannot start {name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}

/// Runs and returns stdout; stderr is shown only when it failed.
pub fn capture(command: &mut Command) -> Done<String> {
    let name = describe(command);
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("cannot start {name}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{name} ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// Runs, shows every line at once as it comes, and hands each to `on_line` too. Says whether it succeeded.
pub fn read_along(command: &mut Command, mut on_line: impl FnMut(&str)) -> Done<bool> {
    let name = describe(command);
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start {name}: {e}"))?;
    let (send, lines) = channel();
    let pumps = [pump(child.stdout.take(), send.clone()), pump(child.stderr.take(), send)];
    for line in lines {
        println!("{line}");
        on_line(&line);
    }
    for pump in pumps.into_iter().flatten() {
        pump.join().map_err(|_| format!("lost the output of {name}"))?;
    }
    Ok(child.wait().map_err(|e| format!("cannot wait for {name}: {e}"))?.success())
}

fn pump<R: Read + Send + 'static>(from: Option<R>, to: Sender<String>) -> Option<std::thread::JoinHandle<()>> {
    let from = from?;
    Some(std::thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut bytes = Vec::new();
        // Bytes, not `lines()`: one stray byte of a test's output must not end the reading.
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_string();
            if to.send(line).is_err() {
                break;
            }
            bytes.clear();
        }
    }))
}

/// Where a program is: on PATH, or in one of the extra folders.
pub fn find_program(name: &str, extra: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    extra.iter().cloned().chain(std::env::split_paths(&path)).map(|folder| folder.join(name)).find(|p| p.is_file())
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args = command.get_args().take(3).map(|a| a.to_string_lossy().into_owned());
    std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
}
