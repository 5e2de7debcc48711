//! What is asked of the log.

use chathub_domain::{ChatId, OperatorId, OrganizationId, Seq};

use crate::error::Result;
use crate::ports::{Chats, CountedChat, Unread};

/// Chats that are known one by one after a count: the newest that have something unread. Some 50 KB for each operator's
/// connection where so many have.
pub const KEPT: usize = 1_000;

/// What is asked of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    All,
    /// These chats, and how much of what is unread in them was there at the last count of everything.
    Some(Vec<ChatId>, Seq),
}

/// The log's answer, and the head at which it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    All(Unread, Seq),
    /// Of the chats that were asked about, those that there are.
    Some {
        asked: Vec<ChatId>,
        chats: Vec<CountedChat>,
        seq: Seq,
    },
}

impl Question {
    /// # Errors
    /// When the log can't be read.
    pub async fn ask(
        self,
        chats: &dyn Chats,
        organization: OrganizationId,
        operator: OperatorId,
    ) -> Result<Counted> {
        Ok(match self {
            Self::All => {
                let overview = chats.overview(organization, operator, 0, KEPT).await?;
                Counted::All(overview.unread, overview.seq)
            }
            Self::Some(asked, earlier) => {
                let (chats, seq) = chats.unread_in(organization, operator, &asked, earlier).await?;
                Counted::Some { asked, chats, seq }
            }
        })
    }
}
