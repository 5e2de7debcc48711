//! Whatever changes is said to have changed: a view that looks at nothing else shows what is true.

use chathub_domain::ErrorCode;
use chathub_domain::event::Reader;
use chathub_domain::wire::Missing;

use super::*;
use crate::panel::state::{Topic, display_name};

/// What the views show of a topic.
fn shown(state: &State, topic: Topic) -> String {
    match topic {
        Topic::Link => format!("{:?}", state.link.is),
        Topic::Open => format!("{:?}", state.threads.open),
        Topic::List => {
            let view = &state.chats.view;
            format!("{:?} {} {}", view.ids().collect::<Vec<_>>(), view.more, view.is_loading())
        }
        Topic::Unread => state.unread().to_string(),
        Topic::Thread => {
            let thread = state
                .open_thread()
                .map(|thread| (&thread.messages, thread.more, thread.loading, thread.failed, thread.current));
            format!("{thread:?}")
        }
        Topic::Outbox => {
            let items = state.outbox.items.iter();
            let items = items.filter(|item| Some(item.chat_id) == state.threads.open);
            format!("{:?}", items.map(|item| (item.client_id, &item.progress)).collect::<Vec<_>>())
        }
        Topic::Draft => state.draft_text().to_owned(),
        Topic::Staff => format!("{:?}", state.staff),
        Topic::Notice => format!("{:?}", state.notices.shown.as_ref().map(|notice| &notice.text)),
        Topic::Stranded => state.stranded.text.clone(),
        Topic::Upgrade => state.upgrade.offered.to_string(),
    }
}

/// What the views show of a chat.
fn row(state: &State, id: ChatId) -> String {
    let Some(chat) = state.chat(id) else { return "gone".into() };
    let (status, operator) = (state.shown_status(chat), state.shown_operator(chat));
    let typist = state.typing.of(id).map(|typist| typist.operator.clone());
    let types = state.typing.customer_types(id);
    let open = state.threads.open == Some(id);
    let draft = state.drafts.get(id).filter(|_| !open);
    format!("{chat:?} {} {status:?} {operator:?} {typist:?} {types} {draft:?} {open}", display_name(chat))
}

/// Chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn chat(&mut self) -> ChatId {
        ChatId(i64::try_from(self.below(4)).unwrap() + 1)
    }

    fn operator(&mut self) -> OperatorRef {
        if self.below(2) == 0 { anna() } else { mart() }
    }

    fn maybe_operator(&mut self) -> Option<OperatorRef> {
        let operator = self.operator();
        (self.below(3) > 0).then_some(operator)
    }

    fn status(&mut self) -> ChatStatus {
        ChatStatus::ALL[usize::try_from(self.below(5)).unwrap()]
    }

    fn name(&mut self) -> ClientId {
        name(u128::from(self.below(6)))
    }

    fn message(&mut self, seq: Seq) -> Message {
        match self.below(3) {
            0 => answered(seq, self.operator(), self.name()),
            _ => asked(seq),
        }
    }

    fn event(&mut self, seq: Seq) -> Event {
        let chat_id = self.chat();
        match self.below(10) {
            0 => Event::ChatCreated { chat_id, customer: "Eva".into(), source: Source::Website },
            1 => Event::ChatStatus { chat_id, status: self.status(), by: None },
            2 => Event::Assigned { chat_id, operator: self.maybe_operator() },
            3 => Event::Read { chat_id, reader: Reader::Customer, up_to: seq - self.below(3) },
            4 => {
                Event::Read { chat_id, reader: Reader::Operator(self.operator()), up_to: seq - self.below(3) }
            }
            5 => Event::Customer { chat_id, customer: ["", "Eva"][usize::from(self.below(2) == 0)].into() },
            6 if self.below(3) == 0 => Event::ChatErased { chat_id },
            7 => {
                let status = OperatorStatus::from_number(i64::try_from(self.below(3)).unwrap()).unwrap();
                Event::StaffChanged {
                    operator: OperatorRef { name: "New".into(), ..self.operator() },
                    status,
                }
            }
            _ => Event::Message { chat_id, message: self.message(seq) },
        }
    }

    fn picture(&mut self, seq: Seq) -> Snapshot {
        let mut chats: Vec<Chat> = (1..=4).map(|id| chat(id, seq - u64::try_from(id).unwrap())).collect();
        chats.retain(|_| self.below(4) > 0);
        Snapshot { more: self.below(2) == 0, unread: 7, ..snapshot(chats) }
    }

    fn frame(&mut self, state: &State) -> ServerFrame {
        let here = state.picture.cursor;
        let chat_id = self.chat();
        match self.below(24) {
            0 => ServerFrame::Ack { client_id: self.name(), chat_id, seq: here.seq + 1 },
            1 | 2 => ServerFrame::Reject {
                client_id: [None, Some(self.name())][usize::from(self.below(2) == 0)],
                chat_id: (self.below(3) > 0).then_some(chat_id),
                code: [ErrorCode::Unavailable, ErrorCode::NotFound][usize::from(self.below(2) == 0)],
                detail: "Why.".into(),
                missing: [None, Some(Missing::Chat), Some(Missing::Operator)]
                    [usize::try_from(self.below(3)).unwrap()],
            },
            3 => ServerFrame::Typing { chat_id, operator: self.maybe_operator() },
            4 | 5 => {
                let end = here.seq.max(3);
                let messages = (end - 2..end).map(|seq| self.message(seq)).collect();
                ServerFrame::History { chat_id, messages, more: self.below(2) == 0 }
            }
            6 => {
                let page = self.picture(here.seq);
                ServerFrame::Chats { chats: page.chats, more: page.more }
            }
            7 => ServerFrame::Operators { operators: vec![mart()], more: false },
            8 => ServerFrame::Blocked { chat_id, until: None, address: false },
            9 => ServerFrame::Reset { cursor: here, snapshot: self.picture(here.seq) },
            10 => {
                let cursor = Cursor { epoch: Epoch(Uuid::from_u128(u128::from(self.below(2)) + 1)), ..here };
                ServerFrame::Reset { cursor, snapshot: self.picture(here.seq) }
            }
            11 => ServerFrame::Badge { unread: 3, chats: 2 },
            12 => ServerFrame::Heartbeat { cursor: here },
            13 => {
                let code = [ErrorCode::TokenExpired, ErrorCode::GoingAway][usize::from(self.below(2) == 0)];
                ServerFrame::Bye { code, detail: "Why.".into(), reconnect: self.below(2) == 0 }
            }
            14 => {
                let me = Me { operator: if self.below(4) == 0 { mart() } else { anna() }, ..me() };
                let build = ["1", "2"][usize::from(self.below(2) == 0)].into();
                ServerFrame::Welcome { me, cursor: here, build, expires_at: after(400_000) }
            }
            _ => {
                let seq = here.seq + 1;
                let prev = if self.below(20) == 0 { seq + 1 } else { here.seq };
                ServerFrame::Event { seq: seq.max(prev + 1), prev, at: NOW, event: self.event(seq) }
            }
        }
    }

    fn action(&mut self) -> Deed {
        match self.below(13) {
            0 => OPEN.with(self.chat()),
            1 => CLOSE.with(()),
            2 | 3 => WRITE.with(["", "a", "ab"][usize::try_from(self.below(3)).unwrap()].into()),
            4 | 5 => SEND.with(self.name()),
            6 => RETRY.with(self.name()),
            7 => DISCARD.with(self.name()),
            8 => SET_STATUS.with(self.status()),
            9 => ASSIGN.with(self.maybe_operator().map(|operator| operator.id)),
            10 => LOAD_MESSAGES.with(()),
            11 => LOAD_CHATS.with(()),
            _ => LET_GO.with(()),
        }
    }

    fn input(&mut self, state: &State, kept: &str) -> Input {
        match self.below(40) {
            0 => Input::Connecting,
            1 => Input::Opened,
            2 => Input::Lost,
            3 => Input::Kept(kept.to_owned()),
            4 => Input::Token { token: "second".into(), expires_at: None },
            5 => Input::Visible(self.below(2) == 0),
            6 | 7 => Input::Tick,
            8..20 => Input::Act(self.action()),
            _ => Input::Frame(self.frame(state)),
        }
    }
}

#[test]
fn what_changes_is_said_to_have_changed() {
    let ids: Vec<ChatId> = (1..=5).map(ChatId).collect();
    for seed in 1..=400 {
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let mut state = live();
        state.touched();
        let (mut now, mut kept) = (0, state.keep());
        let topics = |state: &State| Topic::ALL.map(|topic| shown(state, topic));
        let rows = |state: &State| ids.iter().map(|id| row(state, *id)).collect::<Vec<_>>();
        for _ in 0..120 {
            let input = chance.input(&state, &kept);
            let said = format!("{input:?} (seed {seed})");
            now += i64::try_from(chance.below(3_000)).unwrap();
            let before = (topics(&state), rows(&state), state.keep());
            state.apply(input, after(now));
            let touched = state.touched();
            for (topic, was) in Topic::ALL.into_iter().zip(before.0) {
                assert!(touched.has(topic) || shown(&state, topic) == was, "{topic:?} by {said}");
            }
            for (id, was) in ids.iter().zip(before.1) {
                let told = touched.every_chat() || touched.chats().contains(id);
                // Whoever leaves the list takes their row along.
                let left = state.chat(*id).is_none() && touched.has(Topic::List);
                assert!(told || left || row(&state, *id) == was, "chat {id} by {said}");
            }
            assert!(touched.kept() || state.keep() == before.2, "what is kept, by {said}");
            kept = before.2;
        }
    }
}
