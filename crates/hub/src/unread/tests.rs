//! Whatever happens, in whatever order it is heard of: what is told is what is true at the event that was seen last.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::error::Error;

const ME: OperatorId = OperatorId(7);
const COLLEAGUE: OperatorId = OperatorId(8);

/// A log, as far as it matters here. Its head is how many there are.
#[derive(Default)]
struct World {
    log: Vec<Change>,
}

#[derive(Clone, Default)]
struct Chat {
    said: Vec<Seq>,
    read: Seq,
}

impl Chat {
    fn unread(&self, up_to: Seq) -> u32 {
        u32::try_from(self.said.iter().filter(|seq| (self.read + 1..=up_to).contains(seq)).count()).unwrap()
    }

    fn counted(&self, id: ChatId) -> UnreadChat {
        UnreadChat { id, unread: self.unread(Seq::MAX), last: self.said.last().copied().unwrap_or(0) }
    }
}

impl World {
    fn head(&self) -> Seq {
        self.log.len() as Seq
    }

    fn chats(&self, head: Seq) -> BTreeMap<ChatId, Chat> {
        let mut chats = BTreeMap::<ChatId, Chat>::new();
        for (change, seq) in self.log.iter().zip(1..=head) {
            match *change {
                Change::Created(chat) => drop(chats.insert(chat, Chat::default())),
                Change::Written(chat) => chats.get_mut(&chat).unwrap().said.push(seq),
                Change::Read(chat, ME, up_to) => chats.get_mut(&chat).unwrap().read = up_to,
                Change::Read(..) => {}
                Change::Erased(chat) => drop(chats.remove(&chat)),
            }
        }
        chats
    }

    fn truth(&self, head: Seq) -> (u32, u32) {
        let chats = self.chats(head);
        let unread: Vec<_> =
            chats.values().map(|chat| chat.unread(head)).filter(|unread| *unread > 0).collect();
        (unread.iter().sum(), u32::try_from(unread.len()).unwrap())
    }

    /// Everything at `head`, with the two newest chats.
    fn all(&self, head: Seq) -> Unread {
        let (messages, chats) = self.truth(head);
        let mut newest: Vec<_> = self.chats(head).iter().map(|(id, chat)| chat.counted(*id)).collect();
        newest.retain(|chat| chat.unread > 0);
        newest.sort_by_key(|chat| std::cmp::Reverse(chat.last));
        newest.truncate(2);
        Unread { messages, chats, newest }
    }

    fn answer(&self, question: &Question, head: Seq) -> Counted {
        match question {
            Question::All => Counted::All(self.all(head), head),
            Question::Some(asked, earlier) => {
                let all = self.chats(head);
                let counted = |id: &ChatId| {
                    let chat = all.get(id)?;
                    let (earlier, customer) = (chat.unread(*earlier), String::new());
                    Some(CountedChat { chat: chat.counted(*id), earlier, customer })
                };
                let chats = asked.iter().filter_map(counted).collect();
                Counted::Some { asked: asked.clone(), chats, seq: head }
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(usize),
    /// How many of the chat's messages are left.
    Read(usize, usize),
    ReadByColleague(usize),
    Erase(usize),
    See(usize),
    Act,
    /// How many events before the head it is true, where it may be.
    Answer(Seq),
    Fail,
    Miss,
    Doubt(usize),
    Picture,
}

fn any_step() -> impl Strategy<Value = Step> {
    let chat = 0..6_usize;
    prop_oneof![
        5 => chat.clone().prop_map(Step::Write),
        3 => (chat.clone(), 0..3_usize).prop_map(|(chat, left)| Step::Read(chat, left)),
        1 => chat.clone().prop_map(Step::ReadByColleague),
        1 => chat.clone().prop_map(Step::Erase),
        6 => (1..4_usize).prop_map(Step::See),
        5 => Just(Step::Act),
        5 => (0..4_u64).prop_map(Step::Answer),
        1 => Just(Step::Fail),
        1 => Just(Step::Miss),
        1 => chat.prop_map(Step::Doubt),
        1 => Just(Step::Picture),
    ]
}

/// A counter, and the events and answers on their way to it.
struct Listener {
    world: World,
    /// The chat that each customer has now.
    chats: [ChatId; 6],
    counter: Counter,
    /// The last event that came or was missed.
    seen: Seq,
    asked: Option<(Question, Seq)>,
    told: Option<(u32, u32)>,
}

impl Listener {
    fn hear(&mut self, frame: Option<ServerFrame>) {
        let Some(frame) = frame else { return };
        let ServerFrame::Badge { unread, chats } = frame else { panic!("{frame:?}") };
        assert_eq!((unread, chats), self.world.truth(self.counter.seen), "at {}", self.counter.seen);
        self.told = Some((unread, chats));
    }

    fn see(&mut self, most: usize) {
        for _ in 0..most {
            let Some(change) = self.world.log.get(usize::try_from(self.seen).unwrap()) else { return };
            self.seen += 1;
            self.counter.see(self.seen, Some(*change));
        }
    }

    fn act(&mut self) {
        match self.counter.act() {
            Due::Tell(frame) => self.hear(Some(frame)),
            Due::Ask(question) => self.asked = Some((question, self.world.head())),
            Due::Nothing => {}
        }
    }

    fn answer(&mut self, before: Seq, watches: bool) {
        let Some((question, asked_at)) = self.asked.take() else { return };
        let head = self.world.head().saturating_sub(before).max(asked_at);
        let answer = self.world.answer(&question, head);
        self.counter.counted(Ok(answer));
        if watches {
            self.counter.skip_to_count();
        }
        let frame = self.counter.tell();
        self.hear(frame);
    }

    fn step(&mut self, step: &Step, watches: bool) {
        let all = self.world.chats(self.world.head());
        match *step {
            Step::Write(customer) => {
                let chat = self.chats[customer];
                if !all.contains_key(&chat) {
                    self.world.log.push(Change::Created(chat));
                }
                self.world.log.push(Change::Written(chat));
            }
            Step::Read(customer, left) => {
                let id = self.chats[customer];
                let Some(chat) = all.get(&id) else { return };
                let up_to = chat.said.iter().rev().nth(left).copied().unwrap_or(0);
                if up_to > chat.read {
                    self.world.log.push(Change::Read(id, ME, up_to));
                }
            }
            Step::ReadByColleague(customer) => {
                let id = self.chats[customer];
                if let Some(last) = all.get(&id).and_then(|chat| chat.said.last()) {
                    self.world.log.push(Change::Read(id, COLLEAGUE, *last));
                }
            }
            Step::Erase(customer) => {
                let id = self.chats[customer];
                if all.contains_key(&id) {
                    self.world.log.push(Change::Erased(id));
                    self.chats[customer] = ChatId(id.0 + 6);
                }
            }
            Step::See(most) => self.see(most),
            Step::Act => self.act(),
            Step::Answer(before) => self.answer(before, watches),
            Step::Fail => {
                if self.asked.take().is_some() {
                    self.counter.counted(Err(Error::not_found("log")));
                }
            }
            // Only who watches goes on without the events that did not come.
            Step::Miss if watches => {
                self.seen = self.world.head();
                self.counter.missed();
            }
            Step::Doubt(customer) if watches => self.counter.doubt(self.chats[customer], self.seen),
            Step::Picture if !watches => {
                self.seen = self.world.head();
                self.counter.begin(self.world.all(self.seen), self.seen);
                let frame = self.counter.tell();
                self.hear(frame);
            }
            Step::Miss | Step::Doubt(_) | Step::Picture => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_is_true_at_the_event_that_was_seen_last(
        before in prop::collection::vec(any_step(), 0..20),
        steps in prop::collection::vec(any_step(), 0..60),
        watches in any::<bool>(),
    ) {
        let mut listener = Listener {
            world: World::default(),
            chats: [1, 2, 3, 4, 5, 6].map(ChatId),
            counter: Counter::new(ME, 0),
            seen: 0,
            asked: None,
            told: None,
        };
        for step in before.iter().filter(|step| matches!(step, Step::Write(_) | Step::Read(..) | Step::Erase(_))) {
            listener.step(step, watches);
        }
        listener.seen = listener.world.head();
        listener.counter = Counter::new(ME, listener.seen);
        for step in &steps {
            listener.step(step, watches);
        }
        // When nothing more happens, the last word is the truth.
        for _ in 0..10 {
            listener.see(usize::MAX);
            listener.answer(0, watches);
            listener.act();
        }
        prop_assert_eq!(listener.counter.due(), None);
        prop_assert_eq!(listener.told, Some(listener.world.truth(listener.world.head())));
    }
}

fn counter(unread: &[(i64, u32)], others: (u32, u32)) -> Counter {
    let newest: Vec<_> =
        unread.iter().map(|(id, unread)| UnreadChat { id: ChatId(*id), unread: *unread, last: 10 }).collect();
    let messages = newest.iter().map(|chat| chat.unread).sum::<u32>() + others.0;
    let chats = u32::try_from(newest.len()).unwrap() + others.1;
    let mut counter = Counter::new(ME, 0);
    counter.begin(Unread { messages, chats, newest }, 10);
    assert_eq!(counter.tell(), Some(ServerFrame::Badge { unread: messages, chats }));
    assert_eq!(counter.due(), None);
    counter
}

fn badge(unread: u32, chats: u32) -> Due {
    Due::Tell(ServerFrame::Badge { unread, chats })
}

#[test]
fn many_messages_are_one_badge_and_no_question() {
    let mut counter = counter(&[(1, 2)], (0, 0));
    counter.see(11, Some(Change::Written(ChatId(1))));
    // The first at once, the others together, a little later.
    let before = Instant::now();
    assert!(counter.due().unwrap() <= before);
    assert_eq!(counter.act(), badge(3, 1));
    for seq in 12..100 {
        counter.see(seq, Some(Change::Written(ChatId(2))));
    }
    assert!(counter.due().unwrap() >= before + EVERY);
    assert_eq!(counter.act(), badge(91, 2));
    // Read to the end, by this operator, in whichever window.
    counter.see(100, Some(Change::Read(ChatId(2), COLLEAGUE, 99)));
    assert_eq!(counter.due(), None, "a colleague's");
    counter.see(101, Some(Change::Read(ChatId(2), ME, 99)));
    counter.see(102, Some(Change::Erased(ChatId(1))));
    assert_eq!(counter.act(), badge(0, 0));
    assert_eq!(counter.due(), None);
}

#[test]
fn what_is_read_in_part_is_asked_for_by_itself() {
    let mut counter = counter(&[(1, 2), (2, 1)], (0, 0));
    counter.see(11, Some(Change::Read(ChatId(1), ME, 9)));
    assert_eq!(counter.act(), Due::Ask(Question::Some(vec![ChatId(1)], 10)));
    counter.see(12, Some(Change::Written(ChatId(1))));
    counter.see(13, Some(Change::Written(ChatId(2))));
    assert_eq!(counter.due(), None, "one question at a time");
    let chat = UnreadChat { id: ChatId(1), unread: 2, last: 12 };
    let chats = vec![CountedChat { chat, earlier: 1, customer: String::new() }];
    // Read at a place that has not been told yet: the number waits for it.
    counter.counted(Ok(Counted::Some { asked: vec![ChatId(1)], chats, seq: 14 }));
    assert_eq!(counter.tell(), None);
    counter.see(14, None);
    assert_eq!(counter.tell(), Some(ServerFrame::Badge { unread: 4, chats: 2 }));
}

#[test]
fn a_chat_that_may_be_one_of_the_others_is_asked_for_and_taken_out_of_them() {
    let mut counter = counter(&[(1, 2)], (40, 20));
    counter.see(11, Some(Change::Written(ChatId(5))));
    assert_eq!(counter.act(), Due::Ask(Question::Some(vec![ChatId(5)], 10)));
    let chat = UnreadChat { id: ChatId(5), unread: 4, last: 11 };
    let chats = vec![CountedChat { chat, earlier: 3, customer: String::new() }];
    counter.counted(Ok(Counted::Some { asked: vec![ChatId(5)], chats, seq: 11 }));
    assert_eq!(counter.tell(), Some(ServerFrame::Badge { unread: 43, chats: 21 }));
    // What was read or erased among the others is not known: everything is counted.
    counter.see(12, Some(Change::Erased(ChatId(6))));
    assert_eq!(counter.act(), Due::Ask(Question::All));
}

#[test]
fn while_the_end_of_a_chat_is_on_its_way_nothing_is_told() {
    let mut counter = counter(&[(1, 2)], (40, 20));
    counter.see(11, Some(Change::Written(ChatId(5))));
    assert_eq!(counter.act(), Due::Ask(Question::Some(vec![ChatId(5)], 10)));
    counter.counted(Ok(Counted::Some { asked: vec![ChatId(5)], chats: Vec::new(), seq: 13 }));
    counter.see(12, Some(Change::Written(ChatId(1))));
    assert_eq!((counter.tell(), counter.due()), (None, None));
    counter.see(13, Some(Change::Erased(ChatId(5))));
    assert_eq!(counter.act(), Due::Ask(Question::All));
}

#[test]
fn a_count_that_fails_is_tried_again_later() {
    let mut counter = Counter::new(ME, 5);
    assert_eq!(counter.act(), Due::Ask(Question::All));
    let before = Instant::now();
    counter.counted(Err(Error::not_found("log")));
    assert_eq!(counter.tell(), None);
    assert!(counter.due().unwrap() >= before + AFTER_FAILURE);
    assert_eq!(counter.act(), Due::Ask(Question::All));
    counter.counted(Ok(Counted::All(Unread::default(), 5)));
    assert_eq!(counter.tell(), Some(ServerFrame::Badge { unread: 0, chats: 0 }), "nothing is news as well");
}

#[test]
fn however_much_comes_memory_has_a_bound() {
    let mut counter = counter(&[(1, 2)], (0, 0));
    for id in 2..10_000 {
        counter.see(10 + id, Some(Change::Written(ChatId(id.try_into().unwrap()))));
    }
    assert_eq!(counter.known.len(), MOST);
    assert_eq!(counter.act(), Due::Ask(Question::All));
    for id in 0..10_000 {
        counter.see(20_000 + id, Some(Change::Written(ChatId(1))));
        counter.doubt(ChatId(id.try_into().unwrap()), 20_000 + id);
    }
    assert!(counter.doubtful.len() <= ASKED);
    assert!(counter.asked.as_ref().is_some_and(|asked| asked.void && asked.since.is_empty()));
    counter.counted(Ok(Counted::All(Unread::default(), 20_000)));
    assert_eq!(counter.act(), Due::Ask(Question::All), "that came too late");
}
