//! Those who answer: this operator and the active colleagues.

use chathub_domain::limits::OPERATORS_PAGE;
use chathub_domain::wire::{ClientFrame, Me};
use chathub_domain::{Event, OperatorId, OperatorRef, OperatorStatus};

use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug)]
pub struct Staff {
    pub me: Me,
    /// In the order in which the server tells them: by name.
    pub operators: Vec<OperatorRef>,
}

impl Staff {
    pub(super) fn event(&mut self, event: &Event, turn: &mut Turn) {
        let Event::StaffChanged { operator, status } = event else { return };
        self.operators.retain(|known| known.id != operator.id);
        if *status == OperatorStatus::Active {
            let later = |known: &OperatorRef| (&known.name, known.id) > (&operator.name, operator.id);
            let place = self.operators.iter().position(later).unwrap_or(self.operators.len());
            self.operators.insert(place, operator.clone());
        }
        if self.is_me(operator) {
            self.me.operator.name.clone_from(&operator.name);
        }
        turn.touch(Topic::Staff);
    }

    pub(super) fn is_me(&self, operator: &OperatorRef) -> bool {
        operator.id == self.me.operator.id
    }

    /// By the name of now: whoever has just been renamed may act once more by the former one.
    pub(super) fn known_as(&self, operator: OperatorRef) -> OperatorRef {
        let known = self.operators.iter().find(|known| known.id == operator.id);
        known.cloned().unwrap_or(operator)
    }

    /// Whom the server takes this operator for. Says whether it is still the same one.
    pub(super) fn welcomed(&mut self, me: Me, turn: &mut Turn) -> bool {
        let same = me.operator.id == self.me.operator.id && me.organization.id == self.me.organization.id;
        if me != self.me {
            self.me = me;
            turn.touch(Topic::Staff);
        }
        same
    }

    pub(super) fn picture(&mut self, operators: Vec<OperatorRef>, turn: &mut Turn) {
        self.operators = operators;
        turn.touch(Topic::Staff);
    }

    /// A picture has the first page of the colleagues only; whole pages may have others behind them.
    pub(super) fn ask_rest(&self, turn: &mut Turn) {
        let known = self.operators.len();
        self.ask(known > 0 && known.is_multiple_of(OPERATORS_PAGE), turn);
    }

    pub(super) fn page(&mut self, operators: Vec<OperatorRef>, more: bool, turn: &mut Turn) {
        self.operators.retain(|known| operators.iter().all(|operator| operator.id != known.id));
        self.operators.extend(operators);
        turn.touch(Topic::Staff);
        self.ask(more, turn);
    }

    /// Nothing can be given to them any more; their name, if it was known.
    pub(super) fn gone(&mut self, id: OperatorId, turn: &mut Turn) -> Option<String> {
        let place = self.operators.iter().position(|operator| operator.id == id)?;
        turn.touch(Topic::Staff);
        Some(self.operators.remove(place).name)
    }

    fn ask(&self, more: bool, turn: &mut Turn) {
        if more {
            let after = self.operators.last().map(|last| last.id);
            turn.send(ClientFrame::Operators { after });
        }
    }
}
