//! Stock systems in a test: an sshd that lets the gateway in by one thing, and by nothing else.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use crate::gate::{free_port, keygen, login};

/// What a system lets the gateway in by.
#[derive(Clone, Copy)]
pub enum Takes<'t> {
    /// Certificates of this authority.
    Certificates(&'t str),
    /// This key.
    Key(&'t str),
    /// This password, as such or as the answer to a question.
    Password(&'t str),
    Answer(&'t str),
}

/// A folder of pam_wrapper, by which a stock sshd asks for a password that is nobody's on this machine.
fn pam_wrapper() -> PathBuf {
    let roots = std::fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
    let mut all = roots.chain([PathBuf::from("/usr/lib64")]).map(|at| at.join("pam_wrapper"));
    all.find(|at| at.join("pam_matrix.so").exists()).expect("libpam-wrapper is missing: the test command installs it")
}

/// Lets sshd ask PAM in a folder of its own, which knows one password.
fn asks_pam(folder: &Path, password: &str, command: &mut Command) {
    let (service, known) = (folder.join("pam"), folder.join("passwords"));
    std::fs::create_dir_all(&service).unwrap();
    std::fs::write(&known, format!("{}:{password}:sshd\n", login())).unwrap();
    let module = format!("{} passdb={}", pam_wrapper().join("pam_matrix.so").display(), known.display());
    let lines = ["auth", "account"].map(|what| format!("{what} required {module}\n")).concat();
    std::fs::write(service.join("sshd"), format!("{lines}session required pam_permit.so\n")).unwrap();
    command.env("LD_PRELOAD", "libpam_wrapper.so").env("PAM_WRAPPER", "1").env("PAM_WRAPPER_SERVICE_DIR", service);
}

/// A stock sshd.
pub struct Sshd {
    pub port: u16,
    pub host_key: String,
    log: PathBuf,
    keyed: PathBuf,
    _child: Child,
}

impl Sshd {
    /// Begins one in a folder of its own.
    pub async fn start(folder: &Path, takes: Takes<'_>) -> Sshd {
        std::fs::create_dir_all(folder).unwrap();
        let key = folder.join("host");
        let host_key = keygen(&key).await;
        let (trusted, keyed) = (folder.join("trusted.pub"), folder.join("authorized"));
        let (authority, own) = match takes {
            Takes::Certificates(line) => (line, ""),
            Takes::Key(line) => ("", line),
            Takes::Password(_) | Takes::Answer(_) => ("", ""),
        };
        std::fs::write(&trusted, format!("{authority}\n")).unwrap();
        std::fs::write(&keyed, format!("{own}\n")).unwrap();
        let yes = |yes| if yes { "yes" } else { "no" };
        let (password, answer) = (matches!(takes, Takes::Password(_)), matches!(takes, Takes::Answer(_)));
        // sshd of Debian wants it where it runs as root; elsewhere it does not.
        let _not_ours = std::fs::create_dir_all("/run/sshd");
        let (port, log) = (free_port().await, folder.join("sshd.log"));
        let config = folder.join("sshd_config");
        let text = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nTrustedUserCAKeys {}\nAuthorizedKeysFile {}\n\
             PasswordAuthentication {}\nKbdInteractiveAuthentication {}\nUsePAM {}\nPidFile none\nStrictModes no\n\
             PermitRootLogin yes\nLogLevel VERBOSE\nSubsystem sftp internal-sftp\n",
            key.display(),
            trusted.display(),
            keyed.display(),
            yes(password),
            yes(answer),
            yes(password || answer)
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        if let Takes::Password(known) | Takes::Answer(known) = takes {
            asks_pam(folder, known, &mut command);
        }
        command.args(["-D", "-E"]).arg(&log).arg("-f").arg(&config).kill_on_drop(true);
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Sshd { port, host_key, log, keyed, _child: child };
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("sshd did not begin: {}", std::fs::read_to_string(&log).unwrap_or_default());
    }

    /// Which keys it knows from now on.
    pub fn knows(&self, line: &str) {
        std::fs::write(&self.keyed, format!("{line}\n")).unwrap();
    }

    /// What it wrote in its own log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}
