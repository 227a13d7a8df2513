//! Who is beside them as time passes: a check-in counts for some minutes, a missed one calls the deputy, then
//! the shift lead. Nobody is sent away or held back by it.

use super::Visit;
use crate::{
    base::{Instant, Line},
    rules::Rules,
};

impl Visit {
    /// Presence as a line of words: before, present, deputy (is called), shift-lead (is called), over.
    pub fn attendance(&self, rules: &Rules) -> Line<&'static str> {
        let Some(arrived) = self.arrived_at() else { return Line::flat("before") };
        let beat = rules.access.check_in_minutes.max(1).saturating_mul(60);
        let mut turns = vec![arrived];
        for sign in self.signs(arrived) {
            turns.extend([sign, sign.plus_secs(beat), sign.plus_secs(beat.saturating_mul(2))]);
        }
        turns.extend(self.attendants.iter().map(|b| b.from));
        turns.extend(self.left_at());
        Line::of(turns, |t| self.presence(arrived, beat, t))
    }

    /// Signs of somebody of ours beside them: with them at the gate, and each check-in.
    fn signs(&self, arrived: Instant) -> Vec<Instant> {
        let met = self.attendants.iter().any(|b| b.from <= arrived);
        let mut all: Vec<Instant> = met.then_some(arrived).into_iter().collect();
        all.extend(self.check_ins.iter().map(|c| c.at).filter(|at| *at >= arrived));
        all
    }

    fn presence(&self, arrived: Instant, beat: i64, t: Instant) -> &'static str {
        if t < arrived {
            return "before";
        }
        if self.left_at().is_some_and(|left| left <= t) {
            return "over";
        }
        let deputy = self.attendants.iter().rev().find(|b| b.from <= t).is_some_and(|b| b.deputy.is_some());
        let last = self.signs(arrived).into_iter().filter(|sign| *sign <= t).max();
        match last.map(|sign| t.secs_since(sign)) {
            Some(since) if since < beat => "present",
            Some(since) if since < beat.saturating_mul(2) && deputy => "deputy",
            Some(_) | None => "shift-lead",
        }
    }

    /// When the next check-in is due, while they are here.
    pub fn check_in_due(&self, rules: &Rules) -> Option<Instant> {
        let arrived = self.arrived_at().filter(|_| self.left_at().is_none())?;
        let last = self.signs(arrived).into_iter().max().unwrap_or(arrived);
        Some(last.plus_secs(rules.access.check_in_minutes.max(1).saturating_mul(60)))
    }
}
