//! Counting by events, and when it is told or done anew.

use chathub_domain::{
    ChatStatus, ClientId, CompanyId, Message, MessageId, OperatorId, OperatorRef, OrganizationId,
    OrganizationRef, Source, Timestamp,
};
use uuid::Uuid;

use super::*;
use crate::access::OperatorAccess;

fn anna() -> OperatorRef {
    OperatorRef { id: OperatorId(7), name: "Anna".into() }
}

fn chat(id: i64, unread: u32) -> Chat {
    Chat {
        id: ChatId(id),
        customer: String::new(),
        looks_like_operator: false,
        source: Source::Website,
        status: ChatStatus::New,
        operator: None,
        unread,
        last_message: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        read_by_customer: 0,
        read_by_me: 0,
    }
}

/// Of chats 1 and 2, read at 10.
fn watcher() -> Watcher {
    let access = OperatorAccess {
        company_id: CompanyId(1),
        operator: anna(),
        organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
        expires_at: Timestamp(i64::MAX),
    };
    let mut watcher = Watcher::new(Desk::new(access, String::new()), vec![chat(1, 2), chat(2, 0)], 10);
    watcher.badge();
    watcher
}

fn written(chat: i64, seq: Seq) -> Event {
    let message = Message {
        id: MessageId(1),
        seq,
        client_id: ClientId(Uuid::nil()),
        author: Author::Customer,
        text: "Hello".into(),
        links: Vec::new(),
        at: Timestamp(0),
    };
    Event::Message { chat_id: ChatId(chat), message }
}

fn read_by(operator: i64) -> Event {
    let operator = OperatorRef { id: OperatorId(operator), name: String::new() };
    Event::Read { chat_id: ChatId(1), reader: Reader::Operator(operator), up_to: 5 }
}

#[test]
fn many_messages_are_one_badge() {
    let mut watcher = watcher();
    assert_eq!(watcher.due(), None);
    assert!(watcher.see(11, &written(1, 11)).is_some());
    // The first at once, the others together, a little later.
    let before = Instant::now();
    assert!(watcher.due().unwrap() <= before);
    assert_eq!(&*watcher.act().unwrap(), r#"{"type":"badge","unread":3,"chats":1}"#);
    for seq in 12..100 {
        watcher.see(seq, &written(2, seq));
    }
    assert!(watcher.due().unwrap() >= before + EVERY);
    assert_eq!(&*watcher.act().unwrap(), r#"{"type":"badge","unread":91,"chats":2}"#);
    assert_eq!(watcher.due(), None);
}

#[test]
fn what_was_read_here_is_counted_anew() {
    let mut watcher = watcher();
    watcher.see(11, &read_by(8));
    assert_eq!(watcher.due(), None, "a colleague's");
    watcher.see(11, &read_by(7));
    assert!(watcher.due().is_some());
    assert_eq!(watcher.act(), None);
    // While it is being read: one that the page has already, and one that it has not.
    watcher.see(12, &written(1, 12));
    watcher.see(13, &written(2, 13));
    assert_eq!(watcher.due(), None, "one reading at a time");
    let frames = watcher.counted(Ok((vec![chat(1, 1), chat(2, 0)], 12)));
    assert_eq!(frames.len(), 1);
    assert_eq!(&*frames[0], r#"{"type":"badge","unread":2,"chats":2}"#);
}

#[test]
fn a_message_of_an_unknown_chat_is_told_when_its_name_is_known() {
    let mut watcher = watcher();
    assert_eq!(watcher.see(11, &written(3, 11)), None);
    assert_eq!(watcher.act(), None);
    let before = Instant::now();
    assert_eq!(watcher.counted(Err(Error::not_found("page"))), Vec::<Arc<str>>::new());
    assert!(watcher.due().unwrap() >= before + AFTER_FAILURE);
    assert_eq!(watcher.act(), None);
    let frames = watcher.counted(Ok((vec![chat(3, 5), chat(1, 2)], 11)));
    assert_eq!(
        frames.iter().map(|frame| &**frame).collect::<Vec<_>>(),
        [
            r#"{"type":"notice","chat_id":3,"customer":"Visitor 3","preview":"Hello"}"#,
            r#"{"type":"badge","unread":7,"chats":2}"#
        ]
    );
}
