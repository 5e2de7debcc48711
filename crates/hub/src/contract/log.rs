//! What every log must do.

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{ChatId, ChatStatus, ClientId, CustomerEvent, Event, OrganizationId, Source};
use uuid::Uuid;

use super::{Place, Subject, visitor};
use crate::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, CustomerRecord, Portion, Span, Wanted};
use crate::rules::{Answer, Ask, Assign, Command, Decider, Read, ReadByCustomer, SetStatus};

fn ask(place: &Place, customer: u128, message: u128, text: &str) -> Command {
    Ask {
        by: place.guest(customer),
        client_id: ClientId(Uuid::from_u128(message)),
        body: text.into(),
        source: Source::Website,
    }
    .into()
}

fn answer(place: &Place, chat_id: ChatId, message: u128, text: &str) -> Command {
    let client_id = ClientId(Uuid::from_u128(message));
    Answer { by: place.member(), chat_id, client_id, body: text.into() }.into()
}

fn close(place: &Place, chat_id: ChatId) -> Command {
    SetStatus { by: place.member().into(), chat_id, status: ChatStatus::Closed }.into()
}

/// Has customer 1 ask, and returns the chat.
async fn asked(subject: &Subject, place: &Place) -> ChatId {
    let (outcomes, _) = subject.run(1_000, vec![ask(place, 1, 1, "Hello")]).await;
    outcomes[0].as_ref().unwrap().chat_id.unwrap()
}

pub async fn starts_empty(subject: &Subject) {
    let place = subject.place("acme").await;
    let log = &subject.ports.log;
    assert_eq!(log.epoch().await.unwrap(), log.epoch().await.unwrap());
    assert_eq!(log.head(place.organization).await.unwrap(), 0);
    assert!(log.events(place.organization, 0, Portion::rows(10)).await.unwrap().is_empty());
    assert!(
        subject
            .ports
            .chats
            .chats(place.organization, place.operator.id, None, 10)
            .await
            .unwrap()
            .0
            .is_empty()
    );
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(10))
        .await
        .unwrap();
    assert_eq!((page.seq, page.messages.len(), page.status), (0, 0, None));
}

pub async fn first_message_makes_the_chat(subject: &Subject) {
    let place = subject.place("acme").await;
    let (outcomes, _) = subject.run(1_000, vec![ask(&place, 1, 1, "Hello\nthere")]).await;
    let receipt = outcomes[0].as_ref().unwrap();
    assert_eq!((receipt.seq, receipt.customer_seq), (2, 1));
    let (chats, head) =
        subject.ports.chats.chats(place.organization, place.operator.id, None, 10).await.unwrap();
    assert_eq!(head, 2);
    let chat = &chats[0];
    assert_eq!((chat.status, chat.unread, chat.created_at.0), (ChatStatus::New, 1, 1_000));
    assert_eq!(chat.last_message.as_ref().unwrap().text, "Hello there");
    let page = subject.ports.chats.messages(place.organization, chat.id, Span::Last, Portion::rows(10)).await;
    let messages = page.unwrap().unwrap().messages;
    assert_eq!(messages[0].body.text, "Hello\nthere");
    assert_eq!(messages[0].seq, 2);
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(10))
        .await
        .unwrap();
    assert_eq!((page.seq, page.messages[0].seq, page.status), (1, 1, Some(ChatStatus::New)));
    assert_eq!(subject.ports.chats.open_chat(place.organization, visitor(1)).await.unwrap(), Some(chat.id));
    assert_eq!(
        subject.ports.chats.chat_visitor(place.organization, chat.id).await.unwrap(),
        Some(visitor(1))
    );
}

pub async fn same_client_id_is_the_same_message(subject: &Subject) {
    let place = subject.place("acme").await;
    let twice = vec![ask(&place, 1, 1, "Hello"), ask(&place, 1, 1, "Hello")];
    let (within, events) = subject.run(1_000, twice).await;
    let (across, nothing) = subject.run(2_000, vec![ask(&place, 1, 1, "Hello, changed")]).await;
    let receipts: Vec<_> = within.iter().chain(&across).map(|outcome| outcome.as_ref().unwrap()).collect();
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!((events.len(), nothing.len()), (2, 0));
    // Another sender may use the same id.
    let (other, _) = subject.run(3_000, vec![ask(&place, 2, 1, "Hi")]).await;
    assert_ne!(other[0].as_ref().unwrap().chat_id, receipts[0].chat_id);
}

pub async fn one_refusal_does_not_fail_its_neighbours(subject: &Subject) {
    let place = subject.place("acme").await;
    let (outcomes, events) = subject
        .run(
            1_000,
            vec![
                ask(&place, 1, 1, "Hello"),
                ask(&place, 2, 2, "  \n"),
                answer(&place, ChatId(999_999), 3, "Nobody"),
                ask(&place, 3, 4, "Hi"),
            ],
        )
        .await;
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.as_ref().err().map(|e| e.code)).collect();
    assert_eq!(codes, [None, Some(ErrorCode::MessageEmpty), Some(ErrorCode::NotFound), None]);
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(subject.ports.log.head(place.organization).await.unwrap(), 4);
}

/// Every kind of event, in one batch and in many: the log gives back just what the feed was given.
pub async fn what_is_read_back_is_what_was_told(subject: &Subject) {
    let place = subject.place("acme").await;
    let by = || place.member();
    let chat_id = asked(subject, &place).await;
    let mut told = subject.ports.log.events(place.organization, 0, Portion::rows(100)).await.unwrap();
    assert_eq!(told.len(), 2);
    let script = vec![
        vec![
            answer(&place, chat_id, 10, "Good day"),
            ask(&place, 1, 11, "\u{1F4E6} \"quoted\" \\ \u{0} end"),
        ],
        vec![Read { by: by(), chat_id, seq: 2 }.into()],
        vec![ReadByCustomer { by: place.guest(1), seq: 2 }.into()],
        vec![
            SetStatus { by: by().into(), chat_id, status: ChatStatus::Waiting }.into(),
            ask(&place, 1, 12, "Still there?"),
            Assign { by: by(), chat_id, operator: None }.into(),
        ],
        vec![close(&place, chat_id), ask(&place, 1, 13, "One more thing")],
    ];
    for (step, commands) in script.into_iter().enumerate() {
        let at = 2_000 + i64::try_from(step).unwrap();
        let (outcomes, events) = subject.run(at, commands).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        told.extend(events);
    }
    let read = subject.ports.log.events(place.organization, 0, Portion::rows(100)).await.unwrap();
    assert_eq!(read, told);
    assert!(told.iter().zip(1..).all(|(event, seq)| event.seq == seq), "the log has no holes");
    let kinds = |wanted: fn(&Event) -> bool| told.iter().any(|recorded| wanted(&recorded.event));
    assert!(kinds(|event| matches!(event, Event::Assigned { operator: None, .. })));
    assert!(kinds(|event| matches!(event, Event::ChatStatus { by: None, .. })));

    let to_customer: Vec<CustomerRecord> =
        told.iter().filter_map(|recorded| recorded.customer.clone()).collect();
    let (read, head) = subject
        .ports
        .log
        .visitor_events(place.organization, visitor(1), 0, Portion::rows(100))
        .await
        .unwrap();
    assert_eq!(read.iter().map(|(_, record)| record.clone()).collect::<Vec<_>>(), to_customer);
    assert_eq!(head, to_customer.len() as u64);
    assert!(to_customer.iter().zip(1..).all(|(record, seq)| record.seq == seq), "nor has the customer's");
    let (rest, _) =
        subject.ports.log.visitor_events(place.organization, visitor(1), 3, Portion::rows(2)).await.unwrap();
    assert_eq!(rest.iter().map(|(_, record)| record.seq).collect::<Vec<_>>(), [4, 5]);
    let read_by_operator = |record: &CustomerRecord| matches!(record.event, CustomerEvent::Read { up_to: 1 });
    assert!(to_customer.iter().any(read_by_operator), "seq 2 of the log is the customer's 1");

    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(3))
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 3);
    assert!(page.more);
    assert_eq!((page.read_by_me, page.read_by_operators), (2, 1));
    assert_eq!(page.status, Some(ChatStatus::New), "the newest chat's");
}

pub async fn another_organizations_chat_looks_like_none(subject: &Subject) {
    let place = subject.place("acme").await;
    let other = subject.place("other").await;
    let chat = asked(subject, &place).await;
    let commands = vec![
        answer(&other, chat, 5, "Mine?"),
        close(&other, chat),
        Assign { by: other.member(), chat_id: chat, operator: Some(other.operator.clone()) }.into(),
        Read { by: other.member(), chat_id: chat, seq: 2 }.into(),
        // In a batch with the rightful owner, who loads the chat.
        Read { by: place.member(), chat_id: chat, seq: 2 }.into(),
    ];
    let (outcomes, _) = subject.run(2_000, commands).await;
    for outcome in &outcomes[..4] {
        assert_eq!(outcome.as_ref().unwrap_err().code, ErrorCode::NotFound);
    }
    assert!(outcomes[4].is_ok());
    let log = &subject.ports.log;
    assert!(
        subject
            .ports
            .chats
            .messages(other.organization, chat, Span::Last, Portion::rows(10))
            .await
            .unwrap()
            .is_none()
    );
    assert!(subject.ports.chats.chat_visitor(other.organization, chat).await.unwrap().is_none());
    assert!(
        subject
            .ports
            .chats
            .chats(other.organization, place.operator.id, None, 10)
            .await
            .unwrap()
            .0
            .is_empty()
    );
    assert!(subject.ports.chats.open_chat(other.organization, visitor(1)).await.unwrap().is_none());
    assert!(
        subject
            .ports
            .chats
            .visitor_page(other.organization, visitor(1), None, Portion::rows(9))
            .await
            .unwrap()
            .messages
            .is_empty()
    );
    assert!(log.events(other.organization, 0, Portion::rows(10)).await.unwrap().is_empty());
}

pub async fn a_dropped_batch_changes_nothing(subject: &Subject) {
    let place = subject.place("acme").await;
    let command = ask(&place, 1, 1, "Hello");
    let mut wanted = Wanted::default();
    command.want(&mut wanted);
    let mut batch = subject.ports.log.begin(&wanted).await.unwrap();
    command.decide(&mut Decider::new(batch.state(), chathub_domain::Timestamp(1))).unwrap();
    drop(batch);
    assert_eq!(subject.ports.log.head(place.organization).await.unwrap(), 0);
    // The writer is free again, and the ids were not used.
    asked(subject, &place).await;
}

pub async fn unread_counts_follow_each_operators_position(subject: &Subject) {
    let place = subject.place("acme").await;
    let chat_id = asked(subject, &place).await;
    subject.run(2_000, vec![ask(&place, 1, 2, "Two"), answer(&place, chat_id, 3, "Answer")]).await;
    let new = crate::ports::NewOperator { organization_id: place.organization, name: "Boris".into() };
    let boris =
        subject.ports.directory.add_operators(place.company, &[new]).await.unwrap().unwrap().remove(0);
    let unread = async |operator| {
        let (chats, _) = subject.ports.chats.chats(place.organization, operator, None, 10).await.unwrap();
        (chats[0].unread, chats[0].read_by_me)
    };
    assert_eq!(unread(place.operator.id).await, (2, 0), "an answer is not unread");
    let read = |seq| Read { by: place.member(), chat_id, seq }.into();
    let (outcomes, events) = subject.run(3_000, vec![read(2), read(1), read(2)]).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(events.len(), 1, "a position only moves forward");
    assert_eq!(unread(place.operator.id).await, (1, 2));
    assert_eq!(unread(boris.id).await, (2, 0));
    subject.run(4_000, vec![read(u64::MAX)]).await;
    assert_eq!(unread(place.operator.id).await.0, 0, "past the end is the end");
    subject.run(5_000, vec![ask(&place, 1, 4, "Three")]).await;
    assert_eq!(unread(place.operator.id).await.0, 1);
}

pub async fn chats_and_messages_are_paged(subject: &Subject) {
    let place = subject.place("acme").await;
    let mut chats = Vec::new();
    for number in 0..5 {
        // Two and two share a time: the id decides.
        let at = 1_000 + i64::try_from(number / 2).unwrap();
        let (outcomes, _) = subject.run(at, vec![ask(&place, number, number, "Hello")]).await;
        chats.push(outcomes[0].as_ref().unwrap().chat_id.unwrap());
    }
    chats.reverse();
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let (page, _) =
            subject.ports.chats.chats(place.organization, place.operator.id, before, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(ChatsBefore { updated_at: last.updated_at, id: last.id });
        seen.extend(page.iter().map(|chat| chat.id));
    }
    assert_eq!(seen, chats);

    let chat_id = chats[4];
    for number in 10..15 {
        subject.run(2_000, vec![ask(&place, 0, number, &format!("{number}"))]).await;
    }
    let page = async |before| {
        let messages = subject
            .ports
            .chats
            .messages(place.organization, chat_id, before, Portion::rows(4))
            .await
            .unwrap();
        let messages = messages.unwrap().messages;
        (messages[0].seq, messages.iter().map(|m| m.body.text.clone()).collect::<Vec<_>>())
    };
    let (first, texts) = page(Span::Last).await;
    assert_eq!(texts, ["11", "12", "13", "14"]);
    assert_eq!(page(Span::Before(first)).await.1, ["Hello", "10"]);
}

pub async fn a_customer_has_one_open_chat(subject: &Subject) {
    let place = subject.place("acme").await;
    let first = asked(subject, &place).await;
    let (outcomes, _) = subject.run(2_000, vec![close(&place, first), ask(&place, 1, 2, "Again")]).await;
    let second = outcomes[1].as_ref().unwrap().chat_id.unwrap();
    assert_ne!(first, second);
    let reopen = || SetStatus { by: place.member().into(), chat_id: first, status: ChatStatus::Open }.into();
    let (outcomes, _) = subject.run(3_000, vec![reopen(), answer(&place, first, 3, "Late")]).await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().code, ErrorCode::Conflict);
    }
    // Closing one and reopening the other in one batch is no conflict.
    let (outcomes, _) = subject.run(4_000, vec![close(&place, second), reopen()]).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(subject.ports.chats.open_chat(place.organization, visitor(1)).await.unwrap(), Some(first));
    // What they are shown is the open one, though it is the older one.
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(10))
        .await
        .unwrap();
    assert_eq!(page.status, Some(ChatStatus::Open));
}

/// With the clock hours back, what is said last comes first.
pub async fn what_is_newest_does_not_depend_on_the_clock(subject: &Subject) {
    let place = subject.place("acme").await;
    let mut said = Vec::new();
    for (at, customer) in [(9_000, 1), (9_000, 2), (9_000, 3), (1_000, 1), (1_000, 3), (1_000, 2)] {
        let message = 1_000 + said.len() as u128;
        let (outcomes, _) = subject.run(at, vec![ask(&place, customer, message, "Hello")]).await;
        said.push(outcomes[0].as_ref().unwrap().chat_id.unwrap());
    }
    let newest_first: Vec<_> = said[3..].iter().rev().copied().collect();
    let (list, _) = subject.ports.chats.chats(place.organization, place.operator.id, None, 10).await.unwrap();
    assert_eq!(list.iter().map(|chat| chat.id).collect::<Vec<_>>(), newest_first);
    assert!(list.iter().all(|chat| chat.last_message.as_ref().unwrap().at.0 == 1_000));
    let filter = ChatFilter { organizations: vec![place.organization], ..ChatFilter::default() };
    let page = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 10 };
    let found = subject.ports.search.find(&filter, page).await.unwrap().chats;
    assert_eq!(found.iter().map(|found| found.chat.id).collect::<Vec<_>>(), newest_first);
}

pub async fn batches_come_one_after_the_other(subject: &Subject) {
    let place = subject.place("acme").await;
    let runs = (0..20).map(|number| subject.run(1_000, vec![ask(&place, number % 3, number, "Hello")]));
    let mut seqs = Vec::new();
    for (outcomes, events) in futures::future::join_all(runs).await {
        assert!(outcomes[0].is_ok());
        seqs.extend(events.iter().map(|event| event.seq));
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=23).collect::<Vec<_>>());
}

/// A portion ends before its bytes are exceeded, with one row at the least; what follows is read by the next.
pub async fn portions_are_bounded_in_bytes(subject: &Subject) {
    let place = subject.place("acme").await;
    // As JSON writes it, a quotation mark takes two bytes.
    let texts: Vec<String> = (0..6).map(|number| format!("{number}{}", "\"".repeat(301))).collect();
    let asks = texts.iter().zip(1..).map(|(text, number)| ask(&place, 1, number, text)).collect();
    let (outcomes, told) = subject.run(1_000, asks).await;
    let chat = outcomes[0].as_ref().unwrap().chat_id.unwrap();
    let two = Portion { rows: 10, bytes: 2 * 603 };
    let (log, organization) = (&subject.ports.log, place.organization);

    let page = async |span, portion| {
        let page = subject.ports.chats.messages(organization, chat, span, portion).await.unwrap().unwrap();
        (page.messages.into_iter().map(|message| message.body.text).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(Span::Last, two).await, (texts[4..].to_vec(), true));
    assert_eq!(
        page(Span::After(0), Portion { bytes: 2 * 603 - 1, ..two }).await,
        (texts[..1].to_vec(), true)
    );
    assert_eq!(page(Span::Last, Portion { bytes: 0, ..two }).await, (texts[5..].to_vec(), true));
    assert_eq!(page(Span::After(0), Portion { bytes: 6 * 603, ..two }).await, (texts.clone(), false));

    let thread = subject.ports.chats.visitor_page(organization, visitor(1), None, two).await.unwrap();
    assert_eq!((thread.messages.len(), thread.more), (2, true));
    // The chat's creation weighs nothing.
    assert_eq!(log.events(organization, 0, two).await.unwrap(), told[..3]);
    assert_eq!(log.events(organization, 3, two).await.unwrap(), told[3..5]);
    let (records, head) = log.visitor_events(organization, visitor(1), 4, two).await.unwrap();
    assert_eq!((records.len(), head), (2, 6));
}

pub async fn heads_are_told_together(subject: &Subject) {
    let (place, quiet) = (subject.place("acme").await, subject.place("globex").await);
    asked(subject, &place).await;
    let nowhere = OrganizationId(i64::MAX);
    let log = &subject.ports.log;
    let mut heads = log.heads(&[quiet.organization, place.organization, nowhere]).await.unwrap();
    heads.sort_unstable();
    assert_eq!(heads, [(place.organization, 2), (quiet.organization, 0)]);
    assert!(log.heads(&[]).await.unwrap().is_empty());
}
