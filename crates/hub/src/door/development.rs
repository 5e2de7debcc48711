//! The token of the published guides, for those who build a page and have no server of their own yet. It is good in a
//! demonstration only; anywhere else it is an invalid token like any other.

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::OPERATOR_TOKEN_MS;
use chathub_domain::token;

use crate::clock::seconds;
use crate::door::tokens::OperatorClaims;
use crate::error::{Error, Result};
use crate::hub::Hub;

/// The demonstration company's login.
pub const DEMO_LOGIN: &str = "demo";

const TOKEN: &str = "test-token-for-development";

impl Hub {
    pub(crate) fn is_development_token(&self, raw: &str) -> bool {
        self.is_demo() && token::tidy(raw) == TOKEN
    }

    /// What a real token of the demonstration's first operator would say now.
    pub(crate) async fn development_claims(&self) -> Result<OperatorClaims> {
        let company = self.find_company(DEMO_LOGIN).await?.id;
        let operators = self.inner.directory.operators(company, None).await?;
        let first = operators.iter().map(|operator| operator.id).min();
        let record = match first {
            Some(first) => self.inner.directory.operator(company, first).await?,
            None => None,
        };
        let record = record.ok_or_else(|| {
            Error::new(ErrorCode::TokenInvalid, "The demonstration has no operator any more.")
        })?;
        let exp = seconds(self.now().plus(OPERATOR_TOKEN_MS));
        Ok(OperatorClaims { sub: record.operator.id, company, generation: record.generation, exp, sid: None })
    }
}
