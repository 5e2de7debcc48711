//! How chats are forgotten.

use chathub_domain::{ChatId, ChatStatus, CustomerEvent, ErrorCode, Event, Source};

use super::search::{asks, chat, found, introduced, of, says};
use super::{Subject, visitor};
use crate::ports::{ChatFilter, Portion, SearchText, Span};
use crate::rules::{Erase, Read, ReadByCustomer, SetStatus};

/// Erases what was said in erased chats, to the end.
async fn finish(subject: &Subject) {
    while subject.ports.erase.erase_some().await.unwrap() {}
    subject.ports.erase.scrub().await.unwrap();
}

pub async fn an_erased_chat_leaves_its_numbers(subject: &Subject) {
    let place = subject.place("acme").await;
    let first = chat(subject, 1_000, introduced(asks(&place, 1, 1, "First parcel"), "Eva", "123456")).await;
    let close = |chat_id| SetStatus { by: place.member().into(), chat_id, status: ChatStatus::Closed }.into();
    subject.run(2_000, vec![close(first)]).await;
    let second = chat(subject, 3_000, says(&place, 1, 2, "Second parcel")).await;
    let erase = |chat_id| Erase { by: place.member().into(), chat_id }.into();
    // With a message of the same batch, and again, and a neighbour.
    let batch = vec![
        says(&place, 2, 3, "Neighbour"),
        Read { by: place.member(), chat_id: first, seq: 2 }.into(),
        erase(first),
        erase(first),
    ];
    let (outcomes, _) = subject.run(4_000, batch).await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, true, false]);
    finish(subject).await;

    let log = &subject.ports.log;
    assert!(subject.ports.chats.chat(&[place.organization], first).await.unwrap().is_none());
    assert!(
        subject
            .ports
            .chats
            .messages(place.organization, first, Span::Last, Portion::rows(9))
            .await
            .unwrap()
            .is_none()
    );
    let search = |text: &str| ChatFilter { search: SearchText::parse(text), ..of(place.organization) };
    assert_eq!(found(subject, search("parcel")).await, [second]);
    assert!(found(subject, search("first")).await.is_empty());
    assert_eq!(found(subject, search("eva")).await, [second], "the customer has another chat");

    let events = log.events(place.organization, 0, Portion::rows(100)).await.unwrap();
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "no holes");
    for event in events.iter().filter(|event| event.event.chat_id() == Some(first)) {
        assert_eq!(event.event, Event::ChatErased { chat_id: first });
    }
    let (told, head) =
        log.visitor_events(place.organization, visitor(1), 0, Portion::rows(100)).await.unwrap();
    assert!(told.iter().zip(1..).all(|((_, record), seq)| record.seq == seq), "nor has the customer's");
    assert_eq!(told.len() as u64, head);
    assert_eq!(told.iter().filter(|(_, record)| record.event == CustomerEvent::Erased).count(), 4);
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(9))
        .await
        .unwrap();
    assert_eq!(
        page.messages.iter().map(|message| message.body.text.as_str()).collect::<Vec<_>>(),
        ["Second parcel"]
    );

    // With the last chat goes what the customer is called; the counting goes on, also for who comes back.
    subject.run(5_000, vec![erase(second)]).await;
    finish(subject).await;
    let (told, head) =
        log.visitor_events(place.organization, visitor(1), 0, Portion::rows(100)).await.unwrap();
    assert_eq!((told.len(), head), (6, 6));
    assert!(told.iter().all(|(_, record)| record.event == CustomerEvent::Erased));
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(9))
        .await
        .unwrap();
    assert_eq!((page.seq, page.messages.len(), page.status), (6, 0, None));
    for text in ["eva", "123456", "parcel"] {
        assert!(found(subject, search(text)).await.is_empty(), "{text}");
    }
    let (outcomes, events) = subject.run(6_000, vec![says(&place, 1, 1, "Back")]).await;
    let back = outcomes[0].as_ref().unwrap();
    assert!(back.chat_id.unwrap() > second, "ids are not given out again");
    assert_eq!(back.customer_seq, 7);
    assert_eq!(
        events[0].event,
        Event::ChatCreated {
            chat_id: back.chat_id.unwrap(),
            customer: String::new(),
            source: Source::Website,
        }
    );
    assert_eq!(found(subject, of(place.organization)).await.len(), 2);
}

/// A chat is erased and its customer goes on writing, all in one batch: the new chat is no second open one.
pub async fn a_customer_writes_while_their_chat_is_erased(subject: &Subject) {
    let place = subject.place("acme").await;
    let first = chat(subject, 1_000, introduced(asks(&place, 1, 1, "One"), "Eva", "123456")).await;
    let erase = |chat_id| Erase { by: place.member().into(), chat_id }.into();
    let batch = vec![
        says(&place, 2, 2, "Neighbour"),
        says(&place, 1, 3, "Two"),
        erase(first),
        says(&place, 1, 4, "Three"),
    ];
    let (outcomes, _) = subject.run(2_000, batch).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let next = outcomes[3].as_ref().unwrap().chat_id.unwrap();
    assert_ne!(next, first);
    assert_eq!(subject.ports.chats.open_chat(place.organization, visitor(1)).await.unwrap(), Some(next));
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(9))
        .await
        .unwrap();
    assert_eq!(page.messages.iter().map(|message| message.body.text.as_str()).collect::<Vec<_>>(), ["Three"]);
    let search = ChatFilter { search: SearchText::parse("eva"), ..of(place.organization) };
    assert!(found(subject, search).await.is_empty(), "they had no other chat then");
    finish(subject).await;
    let page = subject
        .ports
        .chats
        .visitor_page(place.organization, visitor(1), None, Portion::rows(9))
        .await
        .unwrap();
    assert_eq!((page.seq, page.messages.len()), (4, 1));
}

/// From the batch on that erases it, a chat is gone for everybody. What was said in it goes in pieces, and others
/// write in between.
pub async fn an_erased_chat_is_gone_before_its_messages_are(subject: &Subject) {
    let place = subject.place("acme").await;
    let log = &subject.ports.log;
    let said = (1..=300).map(|number| says(&place, 1, number, "Where is my unforgettable parcel?")).collect();
    let (outcomes, _) = subject.run(1_000, said).await;
    let long = outcomes[0].as_ref().unwrap().chat_id.unwrap();
    let seen = outcomes[299].as_ref().unwrap().customer_seq;
    subject.run(2_000, vec![Erase { by: place.member().into(), chat_id: long }.into()]).await;

    let mut pieces = 0;
    loop {
        let search = ChatFilter { search: SearchText::parse("unforgettable"), ..of(place.organization) };
        assert!(found(subject, search).await.is_empty());
        assert!(subject.ports.chats.chat(&[place.organization], long).await.unwrap().is_none());
        assert!(
            subject
                .ports
                .chats
                .messages(place.organization, long, Span::Last, Portion::rows(9))
                .await
                .unwrap()
                .is_none()
        );
        let events = log.events(place.organization, 0, Portion::rows(400)).await.unwrap();
        let erased = |event: &&crate::ports::Recorded| event.event == Event::ChatErased { chat_id: long };
        assert_eq!(events.iter().filter(erased).count(), 302);
        let (told, head) =
            log.visitor_events(place.organization, visitor(1), 0, Portion::rows(301)).await.unwrap();
        assert!(told.iter().all(|(_, record)| record.event == CustomerEvent::Erased));
        // A read position of the former chat is one of no chat; the customer writes, and others do.
        let read = ReadByCustomer { by: place.guest(1), seq: seen }.into();
        let batch =
            vec![read, says(&place, 1, 1_000 + pieces, "Again"), says(&place, 2, 2_000 + pieces, "Me too")];
        let (outcomes, _) = subject.run(3_000, batch).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(outcomes[1].as_ref().unwrap().customer_seq, head + 1);
        let page = subject
            .ports
            .chats
            .visitor_page(place.organization, visitor(1), None, Portion::rows(500))
            .await
            .unwrap();
        assert!(page.messages.iter().all(|message| message.body.text == "Again"));
        assert_eq!(page.messages.len() as u128, pieces + 1);
        pieces += 1;
        if !subject.ports.erase.erase_some().await.unwrap() {
            break;
        }
    }
    assert!(pieces > 3, "{pieces}");
    subject.ports.erase.scrub().await.unwrap();
    assert!(!subject.ports.erase.erase_some().await.unwrap());
    assert_eq!(found(subject, of(place.organization)).await.len(), 2);
}

/// A chat that its own batch would erase is none yet: its ids would be given out again, to anybody.
pub async fn a_chat_of_the_same_batch_can_not_be_erased(subject: &Subject) {
    let place = subject.place("acme").await;
    let first = chat(subject, 1_000, says(&place, 1, 1, "First")).await;
    let next = ChatId(first.0 + 1);
    let erase = |chat_id| Erase { by: place.member().into(), chat_id }.into();
    let (outcomes, _) = subject.run(2_000, vec![says(&place, 2, 2, "Second"), erase(next)]).await;
    assert_eq!(outcomes[0].as_ref().unwrap().chat_id, Some(next));
    assert_eq!(outcomes[1].as_ref().unwrap_err().code, ErrorCode::NotFound);
    subject.run(3_000, vec![erase(next)]).await;
    let other = subject.place("other").await;
    let theirs = chat(subject, 4_000, says(&other, 3, 3, "Of another tenant")).await;
    assert!(theirs > next);
    let events = subject.ports.log.events(place.organization, 0, Portion::rows(100)).await.unwrap();
    assert!(events.iter().all(|event| !format!("{event:?}").contains("another tenant")));
}
