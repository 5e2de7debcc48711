//! Another life of the database, which came back from a backup: the same number may be another customer's chat.

use chathub_domain::wire::Snapshot;
use chathub_domain::{Chat, ChatId};

use super::turn::Turn;
use super::whole::State;

impl State {
    pub(super) fn restored(&mut self, snapshot: Snapshot, turn: &mut Turn) {
        let open = self.threads.open;
        self.threads.show(None, turn);
        let former = self.show(snapshot, turn);
        let chats = self.chats.clone();
        let same = |id: ChatId| match (former.get(id), chats.get(id)) {
            (Some(then), Some(now)) => is_same(then, now),
            _ => false,
        };
        self.strand_unless(same, turn);
        self.threads.show(open.filter(|id| same(*id)), turn);
        self.wishes.clear();
        self.threads.forget_messages(turn);
        self.outbox.restored(turn);
        turn.keep();
    }
}

fn is_same(then: &Chat, now: &Chat) -> bool {
    then.created_at == now.created_at && then.customer == now.customer
}
