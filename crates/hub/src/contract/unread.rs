//! How what waits to be read is counted.

use chathub_domain::{ChatId, ChatStatus, OperatorId, OperatorRef, Seq};

use super::search::{asks, chat, introduced, says};
use super::{Place, Subject};
use crate::ports::{CountedChat, NewOperator, UnreadChat};
use crate::rules::{Answer, Assign, Command, Erase, Member, Read, SetStatus};

fn read(place: &Place, chat_id: ChatId, seq: Seq) -> Command {
    Read { by: place.member(), chat_id, seq }.into()
}

async fn colleague(subject: &Subject, place: &Place) -> OperatorRef {
    let new = NewOperator { organization_id: place.organization, name: "Boris".into() };
    let boris =
        subject.ports.directory.add_operators(place.company, &[new]).await.unwrap().unwrap().remove(0);
    OperatorRef { id: boris.id, name: boris.name }
}

/// All of an operator's unread messages, their chats, and the newest of them: each chat with how many and the last.
async fn unread(
    subject: &Subject,
    place: &Place,
    operator: OperatorId,
) -> (u32, u32, Vec<(ChatId, u32, Seq)>) {
    let overview = subject.ports.chats.overview(place.organization, operator, 0, 10).await.unwrap();
    assert_eq!(overview.seq, subject.ports.log.head(place.organization).await.unwrap());
    assert!(overview.chats.is_empty());
    let newest = overview.unread.newest.iter().map(|chat| (chat.id, chat.unread, chat.last)).collect();
    // The list says the same, chat by chat.
    let (chats, _) = subject.ports.chats.chats(place.organization, operator, None, 1_000).await.unwrap();
    assert_eq!(chats.iter().map(|chat| chat.unread).sum::<u32>(), overview.unread.messages);
    (overview.unread.messages, overview.unread.chats, newest)
}

pub async fn unread_messages_are_counted_in_all_chats(subject: &Subject) {
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let anna = place.operator.id;
    assert_eq!(unread(subject, &place, anna).await, (0, 0, vec![]));
    let first = chat(subject, 1_000, introduced(asks(&place, 1, 1, "One"), "Eva", "")).await;
    let second = chat(subject, 2_000, says(&place, 2, 2, "Two")).await;
    chat(subject, 2_500, says(&other, 1, 3, "Of another tenant")).await;
    // 5 and 6; Anna's answer is nothing unread, for nobody.
    let answer = |chat_id, by: &OperatorRef, number| {
        Answer {
            by: Member { organization_id: place.organization, operator: by.clone() },
            chat_id,
            client_id: chathub_domain::ClientId(uuid::Uuid::from_u128(number)),
            body: "Yes".into(),
        }
        .into()
    };
    subject.run(3_000, vec![says(&place, 1, 4, "Three"), answer(first, &place.operator, 5)]).await;
    assert_eq!(unread(subject, &place, anna).await, (3, 2, vec![(first, 2, 5), (second, 1, 4)]));
    let boris = colleague(subject, &place).await;
    // Whose chat it is and what becomes of it changes nothing: it waits for everybody who has not read it.
    let assign = Assign { by: place.member(), chat_id: second, operator: Some(boris.clone()) }.into();
    let close = SetStatus { by: place.member().into(), chat_id: second, status: ChatStatus::Closed }.into();
    subject.run(4_000, vec![assign, close]).await;
    assert_eq!(unread(subject, &place, anna).await.0, 3);
    assert_eq!(unread(subject, &place, boris.id).await.0, 3);

    // What one has read, the others have not.
    subject.run(5_000, vec![read(&place, first, 2)]).await;
    assert_eq!(unread(subject, &place, anna).await, (2, 2, vec![(first, 1, 5), (second, 1, 4)]));
    subject.run(6_000, vec![read(&place, first, u64::MAX)]).await;
    assert_eq!(unread(subject, &place, anna).await, (1, 1, vec![(second, 1, 4)]));
    assert_eq!(unread(subject, &place, boris.id).await.0, 3);
    // Beyond what is asked for, chats are in the sums only.
    let overview = subject.ports.chats.overview(place.organization, boris.id, 1, 1).await.unwrap();
    assert_eq!((overview.unread.messages, overview.unread.chats), (3, 2));
    assert_eq!(overview.unread.newest, [UnreadChat { id: first, unread: 2, last: 5 }]);
    assert_eq!(overview.chats[0].id, first);
    let none = subject.ports.chats.overview(place.organization, boris.id, 0, 0).await.unwrap().unread;
    assert_eq!((none.messages, none.chats, none.newest), (3, 2, vec![]));
    // Nobody of another tenant, whoever they say they are, and nothing of theirs.
    assert_eq!(unread(subject, &other, anna).await.0, 1);
    let overview = subject.ports.chats.overview(other.organization, other.operator.id, 9, 9).await.unwrap();
    assert_eq!((overview.unread.messages, overview.chats.len()), (1, 1));
}

pub async fn unread_messages_are_counted_in_some_chats(subject: &Subject) {
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let first = chat(subject, 1_000, introduced(asks(&place, 1, 1, "One"), "Eva", "")).await;
    let second = chat(subject, 2_000, says(&place, 2, 2, "Two")).await;
    let foreign = chat(subject, 2_500, says(&other, 1, 3, "Of another tenant")).await;
    subject.run(3_000, vec![says(&place, 1, 4, "Three"), says(&place, 1, 5, "Four")]).await;
    let wanted = [second, foreign, first, ChatId(999_999)];
    let counted = async |earlier| {
        let (mut chats, seq) = subject
            .ports
            .chats
            .unread_in(place.organization, place.operator.id, &wanted, earlier)
            .await
            .unwrap();
        chats.sort_by_key(|counted| counted.chat.id);
        assert_eq!(seq, subject.ports.log.head(place.organization).await.unwrap());
        chats
    };
    let of = |id, unread, last, earlier, customer: &str| CountedChat {
        chat: UnreadChat { id, unread, last },
        earlier,
        customer: customer.into(),
    };
    assert_eq!(counted(5).await, [of(first, 3, 6, 2, "Eva"), of(second, 1, 4, 1, "")]);
    subject.run(4_000, vec![read(&place, first, 2), read(&place, second, 4)]).await;
    assert_eq!(counted(5).await, [of(first, 2, 6, 1, "Eva"), of(second, 0, 4, 0, "")]);
    assert_eq!(counted(0).await, [of(first, 2, 6, 0, "Eva"), of(second, 0, 4, 0, "")]);
    let none = subject.ports.chats.unread_in(place.organization, place.operator.id, &[], 0).await.unwrap();
    assert!(none.0.is_empty());
}

/// From the batch on that erases it, a chat has nothing unread, however long its messages take to go.
pub async fn what_was_unread_in_an_erased_chat_is_not_counted(subject: &Subject) {
    let place = subject.place("acme").await;
    let anna = place.operator.id;
    let said = (1..=100).map(|number| says(&place, 1, number, "Where is my unforgettable parcel?")).collect();
    let (outcomes, _) = subject.run(1_000, said).await;
    let gone = outcomes[0].as_ref().unwrap().chat_id.unwrap();
    let stays = chat(subject, 2_000, says(&place, 2, 200, "Hello")).await;
    assert_eq!(unread(subject, &place, anna).await.0, 101);
    subject.run(3_000, vec![Erase { by: place.member().into(), chat_id: gone }.into()]).await;
    loop {
        assert_eq!(unread(subject, &place, anna).await, (1, 1, vec![(stays, 1, 103)]));
        let (counted, _) = subject.ports.chats.unread_in(place.organization, anna, &[gone], 0).await.unwrap();
        assert!(counted.is_empty());
        if !subject.ports.erase.erase_some().await.unwrap() {
            break;
        }
    }
    subject.ports.erase.scrub().await.unwrap();
    assert_eq!(unread(subject, &place, anna).await.0, 1);
}
