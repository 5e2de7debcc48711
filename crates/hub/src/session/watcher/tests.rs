//! Who has just written, and how they are called.

use chathub_domain::{
    ClientId, CompanyId, Message, MessageId, OperatorId, OperatorRef, OrganizationId, OrganizationRef,
    Source, Timestamp,
};
use uuid::Uuid;

use super::*;
use crate::door::access::OperatorAccess;
use crate::ports::{CountedChat, Unread, UnreadChat};
use crate::unread::{Due, Question};

/// With two unread messages in chat 1, counted at 10.
fn watcher() -> Watcher {
    let access = OperatorAccess {
        company_id: CompanyId(1),
        operator: OperatorRef { id: OperatorId(7), name: "Anna".into() },
        organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
        expires_at: Timestamp(i64::MAX),
    };
    let mut watcher = Watcher::new(Desk::new(access, String::new()));
    let newest = vec![UnreadChat { id: ChatId(1), unread: 2, last: 10 }];
    watcher.desk.unread.begin(Unread { messages: 2, chats: 1, newest }, 10);
    assert!(watcher.desk.unread.tell().is_some());
    watcher
}

fn written(chat: i64, seq: Seq) -> Event {
    let message = Message {
        id: MessageId(1),
        seq,
        client_id: ClientId(Uuid::nil()),
        author: Author::Customer,
        body: "Hello".into(),
        at: Timestamp(0),
    };
    Event::Message { chat_id: ChatId(chat), message }
}

fn named(chat: i64, unread: u32, seq: Seq, customer: &str) -> Result<Counted> {
    let chat = UnreadChat { id: ChatId(chat), unread, last: seq };
    let chats = vec![CountedChat { chat, earlier: 0, customer: customer.into() }];
    Ok(Counted::Some { asked: vec![chat.id], chats, seq })
}

fn texts(frames: &[Arc<str>]) -> Vec<&str> {
    frames.iter().map(|frame| &**frame).collect()
}

#[test]
fn a_message_is_told_when_its_customers_name_is_known() {
    let mut watcher = watcher();
    assert_eq!(watcher.see(11, &written(3, 11)), None);
    assert_eq!(watcher.desk.unread.act(), Due::Ask(Question::Some(vec![ChatId(3)], 10)));
    assert_eq!(watcher.counted(Err(Error::not_found("log"))), Vec::<Arc<str>>::new());
    assert_eq!(watcher.desk.unread.act(), Due::Ask(Question::Some(vec![ChatId(3)], 10)));
    let frames = watcher.counted(named(3, 1, 11, ""));
    assert_eq!(
        texts(&frames),
        [
            r#"{"type":"notice","chat_id":3,"customer":"Visitor 3","preview":"Hello"}"#,
            r#"{"type":"badge","unread":3,"chats":2}"#
        ]
    );
    // From then on at once, by whatever name.
    watcher.see(12, &Event::Customer { chat_id: ChatId(3), customer: "Eva".into() });
    let notice = watcher.see(13, &written(3, 13)).unwrap();
    assert_eq!(&*notice, r#"{"type":"notice","chat_id":3,"customer":"Eva","preview":"Hello"}"#);
    let created = Event::ChatCreated { chat_id: ChatId(4), customer: "Mia".into(), source: Source::Website };
    watcher.see(14, &created);
    assert!(watcher.see(15, &written(4, 15)).is_some());
}

#[test]
fn nothing_is_told_of_a_chat_that_is_gone() {
    let mut watcher = watcher();
    watcher.see(11, &written(3, 11));
    watcher.desk.unread.act();
    // Erased meanwhile, and the event is on its way, or was missed.
    let answer = Ok(Counted::Some { asked: vec![ChatId(3)], chats: Vec::new(), seq: 12 });
    assert_eq!(watcher.counted(answer), Vec::<Arc<str>>::new());
    watcher.missed();
    assert_eq!(watcher.desk.unread.act(), Due::Ask(Question::All));
    let newest = vec![UnreadChat { id: ChatId(1), unread: 2, last: 10 }];
    let frames = watcher.counted(Ok(Counted::All(Unread { messages: 2, chats: 1, newest }, 12)));
    assert_eq!(texts(&frames), [""; 0], "it is as it was");
    assert_eq!(watcher.desk.unread.due(), None, "and nothing more is asked");
}

#[test]
fn names_and_waiting_messages_have_a_bound() {
    let mut watcher = watcher();
    for chat in 0..10_000 {
        let created =
            Event::ChatCreated { chat_id: ChatId(chat), customer: "X".into(), source: Source::Website };
        watcher.see(11, &created);
        watcher.see(11, &written(10_000 + chat, 11));
    }
    assert!(watcher.names.len() <= NAMES);
    assert_eq!(watcher.unnamed.len(), WAITING);
}
