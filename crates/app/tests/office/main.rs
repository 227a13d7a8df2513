//! The office through its acts, on both engines: one test binary, because linking one costs more than running it.

#[cfg(test)]
mod access;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod emergency;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lifting;
#[cfg(test)]
mod names;
#[cfg(test)]
mod plant;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod trail;
