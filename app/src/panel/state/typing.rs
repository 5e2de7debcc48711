//! Who is writing: customers and colleagues, and what they are told of this operator.

use chathub_domain::limits::{TYPING_EVERY_MS, TYPING_FADES_MS};
use chathub_domain::wire::ClientFrame;
use chathub_domain::{Author, ChatId, Event, OperatorRef, Timestamp};

use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Typing {
    pub typists: Vec<Typist>,
    /// Where and when it was told last that this operator is writing.
    told: Option<(ChatId, Timestamp)>,
}

/// Who is writing where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    pub chat_id: ChatId,
    /// Absent when it is the customer.
    pub operator: Option<OperatorRef>,
    until: Timestamp,
}

impl Typing {
    pub(super) fn event(&mut self, event: &Event, turn: &mut Turn) {
        let Event::Message { chat_id, message } = event else { return };
        let author = match &message.author {
            Author::Customer => None,
            Author::Operator(operator) => Some(operator),
        };
        self.end(turn, |typist| typist.chat_id == *chat_id && typist.operator.as_ref() == author);
    }

    #[must_use]
    pub fn customer_types(&self, chat: ChatId) -> bool {
        self.typists.iter().any(|typist| typist.chat_id == chat && typist.operator.is_none())
    }

    /// Who is writing in a chat: the first of them.
    #[must_use]
    pub fn of(&self, chat: ChatId) -> Option<&Typist> {
        self.typists.iter().find(|typist| typist.chat_id == chat)
    }

    pub(super) fn heard(&mut self, chat_id: ChatId, operator: Option<OperatorRef>, turn: &mut Turn) {
        let until = turn.now.plus(i64::from(TYPING_FADES_MS));
        match self.typists.iter_mut().find(|typist| typist.chat_id == chat_id && typist.operator == operator)
        {
            Some(typist) => typist.until = until,
            None => {
                self.typists.push(Typist { chat_id, operator, until });
                turn.touch_chat(chat_id);
            }
        }
    }

    /// This operator is writing, which is told now and then.
    pub(in crate::panel) fn tell(&mut self, chat: ChatId, turn: &mut Turn) {
        let recent =
            |(told, at): (ChatId, Timestamp)| told == chat && at.plus(i64::from(TYPING_EVERY_MS)) > turn.now;
        if !self.told.is_some_and(recent) {
            self.told = Some((chat, turn.now));
            turn.send(ClientFrame::Typing { chat_id: Some(chat) });
        }
    }

    /// The next key is told at once.
    pub(in crate::panel) fn sent(&mut self) {
        self.told = None;
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.typists.iter().any(|typist| typist.until <= now)
    }

    pub(super) fn tick(&mut self, turn: &mut Turn) {
        let now = turn.now;
        self.end(turn, |typist| typist.until <= now);
    }

    pub(super) fn gone(&mut self, chat: ChatId, turn: &mut Turn) {
        self.end(turn, |typist| typist.chat_id == chat);
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        self.told = None;
        self.end(turn, |_| true);
    }

    fn end(&mut self, turn: &mut Turn, ends: impl Fn(&Typist) -> bool) {
        self.typists.retain(|typist| {
            let ends = ends(typist);
            if ends {
                turn.touch_chat(typist.chat_id);
            }
            !ends
        });
    }
}
