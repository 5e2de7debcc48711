//! How fast people may be.

/// How fast each may be; 0 is without a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Attempts to sign in, a minute and address.
    pub logins: u32,
    /// Operator tokens, a minute and company.
    pub tokens: u32,
    /// Messages, a second and operator.
    pub messages: u32,
    /// New website visitors, a minute and address.
    pub visitors: u32,
    /// Frames over streams, a second and operator.
    pub frames: u32,
    /// Streams that one operator, or one visitor, may have open.
    pub streams: u32,
    /// MiB of website visitors' messages, an hour and address.
    pub bytes: u32,
}

impl Pace {
    /// For what no stranger can reach: the command line, the demonstration's story.
    pub const FREE: Self =
        Self { logins: 0, tokens: 0, messages: 0, visitors: 0, bytes: 0, frames: 0, streams: 0 };
}

impl Default for Pace {
    /// Nobody who works or writes should ever meet one of these: a large office behind one address signs in within
    /// a minute, a company's staff all open their panels at nine, and 8 MiB are some 24,000 messages of a line each.
    fn default() -> Self {
        Self { logins: 30, tokens: 600, messages: 10, visitors: 120, bytes: 8, frames: 50, streams: 50 }
    }
}
