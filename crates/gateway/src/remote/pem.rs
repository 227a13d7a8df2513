//! Certificates and keys out of files, for both ends of the line. What is wrong names the file and never what is in it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// A file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bad {
    pub file: PathBuf,
    pub said: String,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.said)
    }
}

impl Bad {
    /// What is wrong with a file.
    pub fn of(file: &Path, said: impl fmt::Display) -> Bad {
        Bad { file: file.to_owned(), said: said.to_string() }
    }
}

/// Every certificate of a file, its owner's first.
pub fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Bad> {
    let all = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = all.map_err(|e| Bad::of(file, e))?;
    if all.is_empty() { Err(Bad::of(file, "no certificate")) } else { Ok(all) }
}

/// Authorities that are believed, and no other.
pub fn authorities(file: &Path) -> Result<RootCertStore, Bad> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|e| Bad::of(file, e))?;
    }
    Ok(roots)
}

/// A private key, out of a file that not everybody on the machine reads.
pub fn key(file: &Path) -> Result<PrivateKeyDer<'static>, Bad> {
    private(file)?;
    PrivateKeyDer::from_pem_file(file).map_err(|_| Bad::of(file, "no private key in PEM"))
}

/// Refuses a file that everybody on the machine may read.
#[cfg(unix)]
pub fn private(file: &Path) -> Result<(), Bad> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).map_err(|e| Bad::of(file, e))?.permissions().mode();
    if mode & 0o007 == 0 { Ok(()) } else { Err(Bad::of(file, "everybody on this machine may read it (chmod 600)")) }
}
#[cfg(not(unix))]
pub fn private(file: &Path) -> Result<(), Bad> {
    std::fs::metadata(file).map(|_| ()).map_err(|e| Bad::of(file, e))
}
