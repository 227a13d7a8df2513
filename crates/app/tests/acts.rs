//! Every floor through its acts, on both engines, in one test binary: linking one costs more than running it.

#[cfg(test)]
mod demo;
#[cfg(test)]
mod expect;
#[cfg(test)]
mod import;
#[cfg(test)]
mod office;
#[cfg(test)]
mod qualify;
#[cfg(test)]
mod sheet;
